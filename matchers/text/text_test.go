package text

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
)

// corpusOf builds and opens a corpus of the given signs. Sign i has id 2i+1: ids need not be dense.
func corpusOf(tb testing.TB, signs ...string) matchers.Matcher {
	tb.Helper()
	b := New().Builder()
	for i, s := range signs {
		if err := b.Add(tb.Context(), uint32(2*i+1), &corpora.Sign{Text: s}); err != nil {
			tb.Fatal(err)
		}
	}
	return opened(tb, New(), b)
}

// opened writes what a builder holds and opens it.
func opened(tb testing.TB, k Kind, b matchers.Builder) matchers.Matcher {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "x.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := b.Finish(w); err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		tb.Fatal(err)
	}
	f, err := snapshot.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	m, err := k.Open(f)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// render writes hits as "lane sign [span] folds", in their order.
func render(l *corpora.Listing, signs []string, hits []matchers.Hit) string {
	texts := map[matchers.Part]string{matchers.Title: l.Title, matchers.Brand: l.Brand, matchers.Description: l.Description, matchers.Category: l.Category, matchers.Seller: l.Seller, matchers.URL: l.URL}
	var out []string
	for _, h := range hits {
		s := fmt.Sprintf("%s %s [%s]", h.Lane, signs[h.Sign/2], texts[h.Part][h.Start:h.End])
		if h.Part != matchers.Title {
			s = h.Part.Field(h.Item) + " " + s
		}
		if h.Dist > 0 {
			s += fmt.Sprint(" ", h.Dist)
		}
		for i, name := range []string{"", "confusable", "leet", "hidden", "spaced", "joined", "variant"} {
			if i > 0 && h.Tier&(1<<i) != 0 {
				s += " " + name
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func match(tb testing.TB, m matchers.Matcher, l *corpora.Listing) []matchers.Hit {
	tb.Helper()
	f := New().New()
	if p := f.Prepare(tb.Context(), l); len(p) > 0 {
		tb.Fatalf("problems %v", p)
	}
	return m.Match(f, nil)
}

var someSigns = []string{
	"NIKE", "Coca-Cola", "adidas", "Levi's", "H&M", "BEST", "TRUEL", "Philips", "ALI", "SOS", "iPhone 15", "耐克", "龙牌", "СОКОЛ",
	"Black & Decker", "BLACK", "skechers", "BMW", "老干妈", "Lego", "The North Face of the Very Long Mountain Company", "Pink",
}

func TestMatch(t *testing.T) {
	m := corpusOf(t, someSigns...)
	for _, c := range []struct{ title, want string }{
		{"Nike shoes", "exact NIKE [Nike]"},
		{"shoes, NIKÉ!", "exact NIKE [NIKÉ]"},
		{"Ｎｉｋｅ", "exact NIKE [Ｎｉｋｅ]"},
		{"Nike's best", "exact NIKE [Nike]; exact BEST [best]"},
		{"coca cola", "exact Coca-Cola [coca cola]"},
		{"cocacola", "compound Coca-Cola [cocacola] joined"},
		{"coca col", "edit Coca-Cola [coca col] 1"},
		{"levis jeans", "exact Levi's [levis]"},
		{"H & M", "exact H&M [H & M]"},
		{"N1KE", "script NIKE [N1KE] leet"},
		{"n!ke", "script NIKE [n!ke] leet"},
		{"BE$T", "script BEST [BE$T] leet"},
		{"TRUE1", "script TRUEL [TRUE1] leet"},
		{"N I K E", "script NIKE [N I K E] spaced"},
		{"n.i.k.e", "script NIKE [n.i.k.e] spaced"},
		{"N🔥I🔥K🔥E", "script NIKE [N🔥I🔥K🔥E] spaced"},
		{"NI🔥KE", "script NIKE [NI🔥KE] spaced"},
		{"ni ke", "compound NIKE [ni ke] joined"},
		{"N\u200bike", "script NIKE [N\u200bike] hidden"},
		{"N̶i̶k̶e̶", "script NIKE [N̶i̶k̶e̶] hidden"},
		{"Nіkе", "script NIKE [Nіkе] confusable"},
		{"🅽🅸🅺🅴", "script NIKE [🅽🅸🅺🅴] confusable"},
		{"🇳🇮🇰🇪", "script NIKE [🇳🇮🇰🇪] confusable"},
		{"PhiIips", "script Philips [PhiIips] confusable"},
		{"PHlLIPS", "script Philips [PHlLIPS] confusable"},
		{"all", "edit ALI [all] 1"},
		{"x all", ""},
		{"505", ""},
		{"S0S", "script SOS [S0S] leet"},
		{"50S", ""},
		{"L360", ""},
		{"13G0 L3G0", "script Lego [L3G0] leet"},
		{"iphone15 case", "exact iPhone 15 [iphone15]"},
		{"耐克运动鞋", "exact 耐克 [耐克]"},
		{"龍牌", "script 龙牌 [龍牌] variant"},
		{"耐 克", "script 耐克 [耐 克] spaced"},
		{"老千妈", "edit 老干妈 [老千妈] 1"},
		{"COKOЛ", "script СОКОЛ [COKOЛ] confusable"},
		{"сокол", "exact СОКОЛ [сокол]"},
		{"black and decker", "exact BLACK [black]; compound Black & Decker [black and decker] 1"},
		{"BLACK DECKER", "exact BLACK [BLACK]; exact Black & Decker [BLACK DECKER]"},
		{"sketchers skecherz", "edit skechers [sketchers] 1; sound skechers [sketchers]; compound skechers [sketchers skecherz] 1; edit skechers [skecherz] 1; sound skechers [skecherz]"},
		{"skechers s", "exact skechers [skechers]"},
		{"lego Iego 1ego", "exact Lego [lego]; script Lego [Iego] confusable; script Lego [1ego] leet"},
		{"the north face of the very long mountain company store", "exact The North Face of the Very Long Mountain Company [the north face of the very long mountain company]"},
		{"P!nk!", "script Pink [P!nk] leet"},
		{"BNW", "edit BMW [BNW] 1"},
		{"the BNW", ""},
	} {
		l := &corpora.Listing{Title: c.title}
		if got := render(l, someSigns, match(t, m, l)); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.title, got, c.want)
		}
	}
}

func TestMatchFields(t *testing.T) {
	m := corpusOf(t, someSigns...)
	l := &corpora.Listing{
		Title: "Nkie", Brand: "N1KE", Description: "like Nike", Bullets: []string{"", "adidas"}, Category: "adidsa > Nike",
		Seller: "nkie adidas", URL: "https://shop.test/Nike-shop", ImageText: []string{"Nike"},
	}
	hits := match(t, m, l)
	var got []string
	for _, h := range hits {
		got = append(got, fmt.Sprintf("%s %s %s", h.Part.Field(h.Item), h.Lane, someSigns[h.Sign/2]))
	}
	want := []string{"title edit NIKE", "brand script NIKE", "description exact NIKE", "bullets[1] exact adidas", "category exact NIKE", "seller exact adidas", "url exact NIKE", "image_text[0] exact NIKE"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	f, loaded := New().New(), New().New()
	f.Prepare(t.Context(), l)
	if err := loaded.Load(f.Append(nil)); err != nil {
		t.Fatal(err)
	}
	if again := m.Match(loaded, nil); !slices.Equal(hits, again) {
		t.Errorf("loaded features give %v, prepared ones %v", again, hits)
	}
}

func TestPrepareCuts(t *testing.T) {
	f := New().New()
	l := &corpora.Listing{Title: strings.Repeat("é", maxField), Bullets: make([]string, maxItems+5)}
	for i := range l.Bullets {
		l.Bullets[i] = "x"
	}
	p := f.Prepare(t.Context(), l)
	if len(p) != 2 || p[0].Code != corpora.TextCut || p[0].Field != "title" || p[1].Field != fmt.Sprintf("bullets[%d]", maxItems) {
		t.Errorf("problems %v", p)
	}
	if p := f.Prepare(t.Context(), &corpora.Listing{Title: "Nike"}); len(p) != 0 {
		t.Errorf("problems %v of a short listing", p)
	}
}

func TestHostileText(t *testing.T) {
	m := corpusOf(t, append(someSigns, "aaaa", "iiiiiiii", "llllllll")...)
	f := New().New()
	for _, s := range []string{
		strings.Repeat("N ", 100_000), strings.Repeat("i1l|!", 40_000), strings.Repeat("\u0301", 5_000_000), strings.Repeat("а", 60_000),
		strings.Repeat("a", 100_000), strings.Repeat("耐", 100_000), strings.Repeat("\xff", 100_000), strings.Repeat("5$", 50_000),
	} {
		f.Prepare(t.Context(), &corpora.Listing{Title: s})
		for _, h := range m.Match(f, nil) {
			if h.Start >= h.End || int(h.End) > len(s) {
				t.Fatalf("hit at %d:%d of %d bytes", h.Start, h.End, len(s))
			}
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	m := corpusOf(t, someSigns...)
	f := New().New()
	l := &corpora.Listing{Title: "N1KE Nіke nkie skecherz 耐克 coca cola BE$T", Brand: "N I K E", Description: strings.Repeat("adidsa for PhiIips ", 20)}
	f.Prepare(t.Context(), l)
	hits := m.Match(f, nil)
	if len(hits) == 0 {
		t.Fatal("no hits")
	}
	if n := testing.AllocsPerRun(50, func() { f.Prepare(t.Context(), l); hits = m.Match(f, hits[:0]) }); n != 0 {
		t.Errorf("%v allocations per listing", n)
	}
}

// TestMatchLong matches a text of so many windows that they are asked for in several goes: every repetition has the hits of
// the others.
func TestMatchLong(t *testing.T) {
	const phrase, times = "N1KE nikes 耐克 , skecherz decker & black best coca-cola ! ", 1000
	if len(phrase)*times > maxField {
		t.Fatal("the text is cut")
	}
	m, f := corpusOf(t, someSigns...), New().New()
	f.Prepare(t.Context(), &corpora.Listing{Description: strings.Repeat(phrase, times)})
	var within [times][]matchers.Hit
	for _, h := range m.Match(f, nil) {
		i := h.Start / uint32(len(phrase))
		h.Start -= i * uint32(len(phrase))
		h.End -= i * uint32(len(phrase))
		within[i] = append(within[i], h)
	}
	if len(within[1]) < 5 {
		t.Errorf("a phrase has the hits %v", within[1])
	}
	for i := 1; i < times-1; i++ {
		if !slices.Equal(within[i], within[1]) {
			t.Fatalf("phrase %d has the hits %v, the one before %v", i, within[i], within[1])
		}
	}
}

func FuzzMatch(f *testing.F) {
	m := corpusOf(f, someSigns...)
	for _, s := range []string{"N1KE 耐克 Nіke", "b l a c k & decker", "\xff\xfeN\u200bIKE", "🇳🇮🇰🇪 PhiIips 龍牌"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, y := New().New(), New().New()
		x.Prepare(t.Context(), &corpora.Listing{Title: s, Brand: s})
		hits := m.Match(x, nil)
		if !slices.IsSortedFunc(hits, compareHits) {
			t.Fatalf("hits out of order: %v", hits)
		}
		for i, h := range hits {
			if h.Start >= h.End || int(h.End) > len(s) {
				t.Fatalf("hit %v of %d bytes", h, len(s))
			}
			if i > 0 && compareHits(hits[i-1], h) == 0 {
				t.Fatalf("hit %v twice", h)
			}
		}
		if err := y.Load(x.Append(nil)); err != nil {
			t.Fatal(err)
		}
		if again := m.Match(y, nil); !slices.Equal(hits, again) {
			t.Fatalf("loaded features give %v, prepared ones %v", again, hits)
		}
	})
}

func FuzzLoad(f *testing.F) {
	x := New().New()
	x.Prepare(f.Context(), &corpora.Listing{Title: "Nike", Bullets: []string{"a", "b"}})
	f.Add(x.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) { _ = New().New().Load(b) })
}
