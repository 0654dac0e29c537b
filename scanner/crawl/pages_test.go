package crawl

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"lookalike/corpora"
)

// TestPages reads the pages of testdata/pages. A page of the name N has what is expected of it in N.want and the profile of
// its shop, if there is one, in N.profile.
func TestPages(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	pages, right, fields := 0, 0, 0
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string][]byte{}
		for _, f := range a.Files {
			parts[f.Name] = f.Data
		}
		for _, f := range a.Files {
			name, ok := strings.CutSuffix(f.Name, ".html")
			if !ok {
				continue
			}
			pages++
			t.Run(name, func(t *testing.T) {
				want, ok := parts[name+".want"]
				if !ok {
					t.Fatal("nothing is expected of it")
				}
				good, all := checkPage(t, name, f.Data, string(want), parts[name+".profile"])
				right, fields = right+good, fields+all
			})
		}
	}
	t.Logf("%d pages; of %d titles, brands, prices and pictures %d are right", pages, fields, right)
	if pages < 40 || right*100 < fields*95 {
		t.Errorf("%d pages, %d of %d fields right", pages, right, fields)
	}
}

// checkPage reads one page and returns how many of the fields that matter are right.
func checkPage(t *testing.T, name string, text []byte, want string, profile []byte) (right, fields int) {
	t.Helper()
	at, err := parse(nil, "https://shop.example/goods/"+name)
	if err != nil {
		t.Fatal(err)
	}
	p := new(Profile)
	if profile != nil {
		var read Profile
		if err := json.Unmarshal(profile, &read); err != nil {
			t.Fatal(err)
		}
		if err := read.compile(); err != nil {
			t.Fatal(err)
		}
		if read.holds(at.host) {
			p = &read
		}
	}
	page, links, err := readPage(text, at, p, Bounds{Links: 100})
	if err != nil {
		t.Fatal(err)
	}
	var found Found
	if len(page.Found) > 0 {
		found = page.Found[0]
	}
	for line := range strings.Lines(want) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		var got string
		switch key {
		case "none":
			if len(page.Found) > 0 {
				t.Errorf("found %+v", page.Found)
			}
			continue
		case "from":
			for pair := range strings.FieldsSeq(value) {
				field, source, _ := strings.Cut(pair, "=")
				if found.Sources[field] != source {
					t.Errorf("%s comes from %q, want %q", field, found.Sources[field], source)
				}
			}
			continue
		case "links":
			var list []string
			for _, l := range links {
				list = append(list, l.String())
			}
			got = strings.Join(list, " ")
		default:
			got = fieldOf(&found.Listing, key)
		}
		ok := got == value
		if !ok {
			t.Errorf("%s %q, want %q", key, got, value)
		}
		if slices.Contains([]string{"title", "brand", "price", "images"}, key) {
			fields++
			if ok {
				right++
			}
		}
	}
	return right, fields
}

func fieldOf(l *corpora.Listing, key string) string {
	switch key {
	case "price":
		return strings.TrimSpace(l.Price + " " + l.Currency)
	case "bullets":
		return strings.Join(l.Bullets, " / ")
	case "images":
		var refs []string
		for _, im := range l.Images {
			refs = append(refs, im.Ref)
		}
		return strings.Join(refs, " ")
	}
	if to := target(l, key); to != nil {
		return *to
	}
	return "no field " + key
}

func TestLargest(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"/a.jpg":                               "/a.jpg",
		"/a.jpg 1x, /b.jpg 2x":                 "/b.jpg",
		"/a.jpg 400w,/b.jpg 1200w, /c.jpg 80w": "/b.jpg",
		"https://x.example/w_1,h_2/a.jpg 100w, https://x.example/w_3,h_4/b.jpg 300w": "https://x.example/w_3,h_4/b.jpg",
		"/a.jpg, /b.jpg 1.5x": "/b.jpg",
	} {
		if got := largest(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestProfileFaults(t *testing.T) {
	for _, p := range []Profile{
		{Product: "[["}, {Fields: map[string][]Choice{"tittle": nil}}, {Fields: map[string][]Choice{"title": {{CSS: "a["}}}}, {Fields: map[string][]Choice{"title": {{CSS: "a", Drop: "("}}}},
		{State: []State{{CSS: "x", Fields: map[string]string{"nothing": "a"}}}}, {Follow: []string{"("}}, {Skip: []string{"["}},
	} {
		if err := p.compile(); err == nil {
			t.Errorf("%+v is taken", p)
		}
	}
	p := Profile{Hosts: []string{"shop.example"}, Follow: []string{"^/goods/"}, Skip: []string{"review"}}
	if err := p.compile(); err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]bool{"https://www.shop.example/goods/1": true, "https://shop.example/goods/review/1": false, "https://shop.example/about": false} {
		if a, err := parse(nil, in); err != nil || p.follows(a) != want || !p.holds(a.host) {
			t.Errorf("%s: %v", in, err)
		}
	}
	if p.holds("workshop.example") {
		t.Error("holds a host that only ends alike")
	}
}

// FuzzPage reads hostile pages.
func FuzzPage(f *testing.F) {
	files, _ := filepath.Glob("testdata/pages/*.txtar")
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, x := range a.Files {
			if strings.HasSuffix(x.Name, ".html") {
				f.Add(string(x.Data))
			}
		}
	}
	at, err := parse(nil, "https://shop.example/goods/1")
	if err != nil {
		f.Fatal(err)
	}
	p := &Profile{Fields: map[string][]Choice{"title": {{CSS: "h1"}}, "images": {{CSS: "img"}}}, State: []State{{CSS: "script", Fields: map[string]string{"title": "a.0.*"}}}}
	if err := p.compile(); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		page, _, err := readPage([]byte(text), at, p, Bounds{Links: 50})
		if err != nil {
			return
		}
		for _, x := range page.Found {
			if x.Listing.ID == "" || x.Listing.URL != at.String() {
				t.Errorf("%+v", x.Listing)
			}
			for _, key := range slices.Sorted(maps.Keys(x.Sources)) {
				if !slices.Contains([]string{"json-ld", "microdata", "opengraph", "html", "state", "profile"}, x.Sources[key]) {
					t.Error(fmt.Sprint(key, x.Sources[key]))
				}
			}
			if _, err := json.Marshal(storedOf(x.Listing)); err != nil {
				t.Error(err)
			}
		}
	})
}
