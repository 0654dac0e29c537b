package crawl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html/charset"

	"lookalike/corpora"
)

// fixture is a page as a shop's system writes it, in our own words, with what a person reads on it.
type fixture struct {
	name     string
	want     corpora.Listing
	charset  string // of the bytes on the wire
	declared bool   // the head of the answer names it
	profile  *Profile
	html     []byte
}

// readFixture reads lines of "key: value", a line "---" and the page.
func readFixture(t *testing.T, path string) *fixture {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, page, ok := bytes.Cut(b, []byte("\n---\n"))
	if !ok {
		t.Fatalf("%s has no page", path)
	}
	f := &fixture{name: strings.TrimSuffix(filepath.Base(path), ".page"), html: page, declared: true}
	for line := range strings.Lines(string(head)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch value = strings.TrimSpace(value); key {
		case "title":
			f.want.Title = value
		case "brand":
			f.want.Brand = value
		case "price":
			f.want.Price = value
		case "currency":
			f.want.Currency = value
		case "image":
			f.want.Images = append(f.want.Images, corpora.Image{Ref: value})
		case "charset":
			f.charset = value
		case "declared":
			f.declared = value != "no"
		case "profile":
			f.profile = new(Profile)
			d := json.NewDecoder(strings.NewReader(value))
			d.DisallowUnknownFields()
			if err := d.Decode(f.profile); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			f.profile.Hosts = []string{f.host()}
		default:
			t.Fatalf("%s: %q", path, line)
		}
	}
	if f.charset != "" {
		e, _ := charset.Lookup(f.charset)
		if f.html, err = e.NewEncoder().Bytes(page); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return f
}

func (f *fixture) host() string { return f.name + ".shop.example" }

// TestShops reads the pages of fixtures over the wire and holds brand, title, price with its currency, and pictures against what a person reads.
func TestShops(t *testing.T) {
	paths, err := filepath.Glob("testdata/shops/*.page")
	if err != nil || len(paths) < 40 {
		t.Fatalf("%d fixtures: %v", len(paths), err)
	}
	byHost := map[string]*fixture{}
	var all []*fixture
	c := Config{Contact: "x", Delay: -1, Jitter: -1, Allow: func(netip.AddrPort) bool { return true }}
	for _, path := range paths {
		f := readFixture(t, path)
		byHost[f.host()] = f
		all = append(all, f)
		if f.profile != nil {
			c.Profiles = append(c.Profiles, *f.profile)
		}
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := byHost[r.Host]
		if f == nil || r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		kind := "text/html"
		if f.declared && f.charset != "" {
			kind += "; charset=" + f.charset
		}
		w.Header().Set("Content-Type", kind)
		w.Write(f.html)
	}))
	defer srv.Close()
	reader, err := newReader(c, func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, srv.Listener.Addr().String())
	})
	if err != nil {
		t.Fatal(err)
	}
	v := newVisitor(reader)
	defer v.Close()
	right, fields := map[string]int{}, []string{"title", "brand", "price", "images"}
	var table strings.Builder
	for _, f := range all {
		visit, err := v.Visit(t.Context(), "http://"+f.host()+"/p/"+f.name, 0)
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		got := &corpora.Listing{}
		sources := map[string]string{}
		if len(visit.Page.Found) == 1 {
			got, sources = &visit.Page.Found[0].Listing, visit.Page.Found[0].Sources
		}
		fmt.Fprintf(&table, "%-22s", f.name)
		for _, field := range fields {
			was, want := shown(got, field, f), shown(&f.want, field, f)
			mark := "ok"
			if was == want {
				right[field]++
			} else {
				mark = fmt.Sprintf("%q, want %q", was, want)
			}
			fmt.Fprintf(&table, " %s %s (%s)", field, mark, sources[field])
		}
		if n := len(visit.Page.Found); n != 1 {
			fmt.Fprintf(&table, " %d listings", n)
		}
		table.WriteByte('\n')
	}
	total := 0
	for _, field := range fields {
		n := right[field]
		total += n
		fmt.Fprintf(&table, "%-7s %d of %d\n", field, n, len(all))
		if n*100 < 95*len(all) {
			t.Errorf("%s is right on %d of %d pages", field, n, len(all))
		}
	}
	fmt.Fprintf(&table, "all     %d of %d, %.1f %%\n", total, len(fields)*len(all), 100*float64(total)/float64(len(fields)*len(all)))
	t.Log("\n" + table.String())
}

// shown is a field as it is compared: prices by their digits and marks with the currency, pictures in any order and without
// the scheme.
func shown(l *corpora.Listing, field string, f *fixture) string {
	switch field {
	case "title":
		return l.Title
	case "brand":
		return l.Brand
	case "price":
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '.' || r == ',' {
				return r
			}
			return -1
		}, l.Price) + " " + l.Currency
	}
	var refs []string
	for _, im := range l.Images {
		_, ref, _ := strings.Cut(im.Ref, "://")
		refs = append(refs, strings.Replace(ref, f.host()+"/", "shop.example/", 1))
	}
	slices.Sort(refs)
	return strings.Join(refs, " ")
}

// TestListInState holds that a page of a list is not taken for the page of the first product in its state.
func TestListInState(t *testing.T) {
	const list = `<html><head><title>%s</title></head><script>window.__INITIAL_STATE__ = {"results":[{"name":"Stone lantern","price":5,"sku":"1","image":"/1.jpg"},{"name":"Paper lantern","price":6,"sku":"2","image":"/2.jpg"}]}</script></html>`
	at, err := parse(nil, "https://shop.example/c/1")
	if err != nil {
		t.Fatal(err)
	}
	for heading, want := range map[string]string{"Lanterns": "", "Paper lantern - Shop": "Paper lantern"} {
		p, _, err := readPage(fmt.Appendf(nil, list, heading), at, &Profile{}, Bounds{Links: 10})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(p.Found) > 0 {
			got = p.Found[0].Listing.Title
		}
		if got != want {
			t.Errorf("%s: %q, want %q", heading, got, want)
		}
	}
}
