package crawl

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/browser"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/evidence"
)

// stall is a shop of one product: a redirect to its page, a picture behind another redirect, one that is packed, one that
// robots.txt forbids and one that is not there.
func stall(price *string) http.Handler {
	var picture bytes.Buffer
	im := image.NewGray(image.Rect(0, 0, 8, 8))
	im.Set(1, 1, color.White)
	if err := png.Encode(&picture, im); err != nil {
		panic(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			io.WriteString(w, "User-agent: *\nDisallow: /secret\n")
		case "/old":
			http.Redirect(w, r, "/p/1", http.StatusMovedPermanently)
		case "/p/1":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Set-Cookie", "visitor=1")
			fmt.Fprintf(w, `<html><script type="application/ld+json">{"@type":"Product","sku":"L-1","name":"Stone lantern","image":["/a.png","/packed.png","/secret/b.png","/gone.png"],
				"offers":{"price":%q,"priceCurrency":"EUR"}}</script></html>`, *price)
		case "/a.png":
			http.Redirect(w, r, "/cdn/a.png", http.StatusFound)
		case "/cdn/a.png":
			w.Header().Set("Content-Type", "image/png")
			w.Write(picture.Bytes())
		case "/packed.png":
			w.Header().Set("Content-Type", "image/png")
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			z.Write(picture.Bytes())
			z.Close()
		default:
			http.NotFound(w, r)
		}
	})
}

func sealer(t *testing.T) *Sealer {
	t.Helper()
	v, err := NewVisitor(Config{Contact: "https://example.org/bot", Delay: -1, Jitter: -1, Allow: func(netip.AddrPort) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	store, err := evidence.Create(filepath.Join(t.TempDir(), "evidence"), evidence.Options{Operator: "Desk", Authority: "own mark", Jurisdiction: "DE", Engine: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(v.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return &Sealer{Visitor: v, Store: store}
}

// findingOf is a finding about a listing, with one match when fingerprint is given.
func findingOf(l *corpora.Listing, fingerprint string) *scanner.Finding {
	g := judge.Grade("high")
	f := &scanner.Finding{
		Listing: scanner.ListingRef{ID: l.ID, Origin: l.Origin, Title: l.Title, URL: l.URL, Seller: l.Seller, SellerID: l.SellerID, Platform: l.Platform, Markets: []string{}, Images: []string{}},
		Gates:   map[string]judge.Gate{}, Grade: &g, Score: 80, Source: l,
	}
	if fingerprint != "" {
		f.Matches = []judge.Match{{Fingerprint: fingerprint, Grade: g}}
	}
	return f
}

func TestSealAddress(t *testing.T) {
	price := "9.90"
	at := start(t, stall(&price))
	s := sealer(t)
	scanned := 0
	s.Scan = func(ctx context.Context, l *corpora.Listing) (*scanner.Header, *scanner.Finding, error) {
		scanned++
		for i, im := range l.Images[:2] {
			r, err := im.Open(ctx)
			if err != nil {
				return nil, nil, err
			}
			if _, err := png.Decode(r); err != nil {
				t.Errorf("picture %d: %v", i, err)
			}
		}
		return &scanner.Header{Engine: "test", Config: "c"}, findingOf(l, "f-now"), nil
	}
	s.Render = &browser.Options{Path: filepath.Join(t.TempDir(), "no-browser"), Want: browser.PNG}
	r, err := s.Seal(t.Context(), SealRequest{URL: at + "/old"})
	if err != nil {
		t.Fatal(err)
	}
	if scanned != 1 || r.Stamp.State != evidence.StateNotStamped {
		t.Errorf("scanned %d, %+v", scanned, r.Stamp)
	}
	wantParts(t, r.Problems, "secret/b.png", "gone.png", "no-browser")
	view, err := s.Store.View(r.ID, "Desk", "test")
	if err != nil {
		t.Fatal(err)
	}
	m := view.Manifest
	var roles []string
	for _, x := range m.Exchanges {
		roles = append(roles, fmt.Sprint(x.Role, x.Status))
	}
	want := []string{"redirect301", "page200", "redirect302", "picture200", "picture200", "page404"}
	if !slices.Equal(roles, want) {
		t.Errorf("exchanges %v, want %v", roles, want)
	}
	if !slices.Equal(m.Fingerprints, []string{"f-now"}) || m.Scan == nil || m.Exchanges[1].Address == "" || m.Authority != "own mark" {
		t.Errorf("%+v", m)
	}
	l, err := view.Listing()
	if err != nil {
		t.Fatal(err)
	}
	if l.ID != "L-1" || l.Title != "Stone lantern" || l.Price != "9.90" || len(l.Images) != 4 {
		t.Errorf("%+v", l)
	}
	for i := range 2 {
		rc, err := l.Images[i].Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(rc); err != nil {
			t.Errorf("sealed picture %d: %v", i, err)
		}
	}
	if l.Images[2].Open != nil {
		t.Error("a picture that was not had can be opened")
	}
}

func wantParts(t *testing.T, problems []string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !slices.ContainsFunc(problems, func(s string) bool { return strings.Contains(s, p) }) {
			t.Errorf("no problem speaks of %q: %q", p, problems)
		}
	}
	if len(problems) != len(parts) {
		t.Errorf("%d problems, want %d: %q", len(problems), len(parts), problems)
	}
}

// TestSealFinding seals a finding whose page changed since it was scanned, one of a page that is gone, one of a page that may
// not be asked for and one of a listing without an address.
func TestSealFinding(t *testing.T) {
	price := "19.90"
	at := start(t, stall(&price))
	s := sealer(t)
	record := &corpora.Listing{ID: "L-1", Origin: "shop", Title: "Stone lantern", Price: "9.90", Currency: "EUR", URL: at + "/p/1", Images: []corpora.Image{{Ref: at + "/a.png"}}}
	header := &scanner.Header{Engine: "test"}
	seal := func(l *corpora.Listing) (evidence.Receipt, error) {
		return s.Seal(t.Context(), SealRequest{Finding: findingOf(l, "f-1"), Scan: header, Record: l})
	}
	r, err := seal(record)
	if err != nil {
		t.Fatal(err)
	}
	wantParts(t, r.Problems, "secret/b.png", "gone.png", `price as scanned "9.90", as captured "19.90"`, "other pictures")
	view, err := s.Store.View(r.ID, "Desk", "test")
	if err != nil {
		t.Fatal(err)
	}
	if l, err := view.Listing(); err != nil || l.Price != "9.90" || l.Images[0].Open == nil {
		t.Errorf("%+v %v", l, err)
	}
	for _, tt := range []struct{ path, want string }{{"/nothing", "404"}, {"/secret/1", "robots.txt forbids it"}} {
		l := *record
		l.URL = at + tt.path
		r, err := seal(&l)
		if err != nil {
			t.Fatal(err)
		}
		wantParts(t, r.Problems, tt.want, "picture 0: not fetched")
	}
	l := *record
	l.URL, l.Images = "", nil
	if r, err = seal(&l); err != nil {
		t.Fatal(err)
	}
	wantParts(t, r.Problems, "has no address")
	if _, err := s.Seal(t.Context(), SealRequest{URL: at + "/secret/1"}); err == nil {
		t.Error("nothing was sealed")
	}
	rep, err := evidence.Verify(t.Context(), storeDir(s), evidence.VerifyOptions{})
	if err != nil || !rep.OK() || len(rep.Captures) != 4 {
		t.Errorf("%+v %v", rep, err)
	}
}

func storeDir(s *Sealer) string { return s.Store.Dir() }

// TestSealing holds that findings at the level are sealed, others are handed on, and that a finding that cannot be sealed ends
// the scan.
func TestSealing(t *testing.T) {
	price := "9.90"
	at := start(t, stall(&price))
	s := sealer(t)
	level, err := scanner.ParseFailOn("high")
	if err != nil {
		t.Fatal(err)
	}
	next := &counting{}
	sink := &Sealing{Sealer: s, Level: level, Header: func() *scanner.Header { return &scanner.Header{Engine: "test"} }, Next: next}
	low := judge.Grade("low")
	for i, g := range []*judge.Grade{&low, nil, new(judge.Grade("critical"))} {
		l := &corpora.Listing{ID: fmt.Sprint(i), Title: "Stone lantern", URL: at + "/p/1"}
		f := findingOf(l, "f")
		f.Grade = g
		if err := sink.Put(t.Context(), *f); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.Store.List()); n != 1 || next.n != 3 {
		t.Errorf("%d sealed, %d handed on", n, next.n)
	}
	if err := os.Chmod(filepath.Join(storeDir(s), "staging"), 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(storeDir(s), "staging"), 0o700)
	if os.Geteuid() != 0 { // who may do everything cannot be kept from writing
		if err := sink.Put(t.Context(), *findingOf(&corpora.Listing{ID: "9", Title: "x", URL: at + "/p/1"}, "f")); err == nil {
			t.Error("a finding that could not be sealed passes")
		}
	}
}

type counting struct{ n int }

func (c *counting) Put(context.Context, scanner.Finding) error { c.n++; return nil }

// TestVisitorPace holds that a host is not asked faster than its pace, pictures among it.
func TestVisitorPace(t *testing.T) {
	price := "9.90"
	var asked []time.Time
	inner := stall(&price)
	at := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, time.Now())
		inner.ServeHTTP(w, r)
	}))
	v, err := NewVisitor(Config{Contact: "https://example.org/bot", Delay: 50 * time.Millisecond, Jitter: -1, Allow: func(netip.AddrPort) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, err := v.Visit(t.Context(), at+"/old", 10); err != nil {
		t.Fatal(err)
	}
	if len(asked) != 7 {
		t.Errorf("%d requests", len(asked))
	}
	for i := range asked[1:] {
		if d := asked[i+1].Sub(asked[i]); d < 50*time.Millisecond {
			t.Errorf("request %d came after %v", i+1, d)
		}
	}
}
