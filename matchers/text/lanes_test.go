package text

import (
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
)

var laneSigns = []string{
	"NIKE", "SEIKO", "XCEED", "ISHINE", "adidas", "HUAWEI", "耐克", "STONE LION CAPITAL", "Quaker Oats", "GASPAR'S ALE", "Rust Buster", "Skype", "Kirkland's",
	"COMMUNICASH", "BEST INNS OF AMERICA", "TRUONE", "华为", "ФИЛИПС", "Adobe Systems", "Philips", "Green Tea", "Yahoo!", "安踏体育", "나이키", "Honda",
	"The North Face", "Levi Strauss & Co.", "The Gap", "阿迪达斯", "阿凡达",
}

func TestLanes(t *testing.T) {
	m := corpusOf(t, laneSigns...)
	// Fields of more words than a name has: what follows is strict.
	const pad = " made for the whole family"
	for _, c := range []struct{ title, want string }{
		{"seycos watch", "sound SEIKO [seycos]"},
		{"x-seed seeds", "sound XCEED [x-seed]"},
		{"seeds x-seed", ""},
		{"true1 switch", "sound TRUONE [true1]"},
		{"x seed tray", ""},
		{"nikes", "edit NIKE [nikes] 1; compound NIKE [nikes] 1"},
		{"nikeshoes", "compound NIKE [nike] joined"},
		{"nikepal", ""},
		{"Kirkland jar", "edit Kirkland's [Kirkland] 1; sound Kirkland's [Kirkland]; compound Kirkland's [Kirkland] 1"},
		{"华为手机", "sound HUAWEI [华为]; exact 华为 [华为]"},
		{"huawei phone", "exact HUAWEI [huawei]; sound 华为 [huawei]"},
		{"hua wei phone", "compound HUAWEI [hua wei] joined; sound 华为 [hua wei]"},
		{"naike", "edit NIKE [naike] 1; sound 耐克 [naike]"},
		{"奈克鞋", "sound 耐克 [奈克]"},
		{"адидас", "sound adidas [адидас]"},
		{"Филипс", "exact ФИЛИПС [Филипс]; sound Philips [Филипс]"},
		{"stone lion", ""},
		{"oats of quaker", "compound Quaker Oats [quaker]"},
		{"oats quaker", "compound Quaker Oats [oats quaker] 1"},
		{"gaspar the", "compound GASPAR'S ALE [gaspar]"},
		{"buster rust", "compound Rust Buster [buster rust] 1"},
		{"tea green", "compound Green Tea [tea green] 1"},
		{"systems", ""},
		{"Yahoo mail", "exact Yahoo! [Yahoo]"},
		{"安踏体肓", "edit 安踏体育 [安踏体肓] 1"},
		{"North Face jacket", "compound The North Face [North Face] 1"},
		{"blue Levi Strauss", "edit Levi Strauss & Co. [Levi Strauss] 2; compound Levi Strauss & Co. [Levi Strauss] 1"},
		{"mind the gap", "exact The Gap [the gap]"},
		{"a gap", ""},
		{"阿迪达丝鞋", "edit 阿迪达斯 [阿迪达丝] 1; sound 阿迪达斯 [阿迪达丝]"}, // and not 阿凡达
		{"阿迪达斯鞋", "exact 阿迪达斯 [阿迪达斯]"},
		{"阿几达鞋", "edit 阿凡达 [阿几达] 1"},
		{"nikes nikes", "edit NIKE [nikes] 1; compound NIKE [nikes] 1; edit NIKE [nikes] 1; compound NIKE [nikes] 1"},
	} {
		l := &corpora.Listing{Title: c.title + pad}
		if got := render(l, laneSigns, match(t, m, l)); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.title, got, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	m := corpusOf(t, laneSigns...)
	for _, c := range []struct{ name, want string }{
		{"X-SEED", "sound XCEED [X-SEED]"},
		{"ICE SHAIN", "sound ISHINE [ICE SHAIN]"},
		{"TRUE1", "sound TRUONE [TRUE1]"},
		{"NIKEPAL", "compound NIKE [NIKE] 1"},
		{"HONDAKIT", "compound Honda [HONDA] joined"},
		{"COMMCASH", "compound COMMUNICASH [COMMCASH] 1"},
		{"BE$T BUDGET INNS", "compound BEST INNS OF AMERICA [BE$T BUDGET INNS] 1"},
		{"LION CAPITAL", "compound STONE LION CAPITAL [LION CAPITAL]"},
		{"rust", "compound Rust Buster [rust]"},
		{"Gap", "compound The Gap [Gap] 1"},
	} {
		l := &corpora.Listing{Title: c.name}
		if got := render(l, laneSigns, match(t, m, l)); !strings.Contains(got, c.want) {
			t.Errorf("%q\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestSounds(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"xceed", "xseed", true}, {"seiko", "seycos", true}, {"kabu", "cabu", true}, {"kabu", "cubo", false}, {"philips", "filips", true},
		{"ishine", "iceshine", false}, {"truone", "true1", true}, {"sleekcraft", "slickcraft", true}, {"vuitton", "viton", false}, {"christian", "kristian", true},
		{"night", "nite", false}, {"schwarz", "shwars", true}, {"pharma", "farma", true}, {"wright", "rite", false}, {"quick", "kwik", true},
		{"gillette", "jilet", true}, {"thomson", "tomson", true}, {"seiko", "sock", false}, {"cola", "kola", true}, {"4ever", "forever", true},
	} {
		as, bs := sounds([]rune(c.a), nil, nil), sounds([]rune(c.b), nil, nil)
		same := false
		for i := range as {
			for j := range bs {
				same = same || as[i] == bs[j]
			}
		}
		if same != c.same {
			t.Errorf("%s sounds like %s: %v, codes %s and %s", c.a, c.b, same, codes(as), codes(bs))
		}
	}
}

func codes(ss []sound) (out []string) {
	for i := range ss {
		out = append(out, string(ss[i].code[:ss[i].n]))
	}
	return out
}

func TestFloodPolicy(t *testing.T) {
	l := &corpora.Listing{Title: "a pack of warm tea for men and women in winter"}
	for _, c := range []struct {
		kind Kind
		want int
	}{{New(), 0}, {New(WithoutFloodPolicy()), 3}} {
		b := c.kind.Builder()
		signs := []string{"PICK", "MENN", "WARP"}
		for i, s := range signs {
			if err := b.Add(t.Context(), uint32(2*i), &corpora.Sign{Text: s}); err != nil {
				t.Fatal(err)
			}
		}
		m := opened(t, c.kind, b)
		if d, ok := Describe(m.(*matcher).file); !ok || d.Forms != len(signs) || d.FloodPolicy != c.kind.flood {
			t.Errorf("description %+v, %v", d, ok)
		}
		f := c.kind.New()
		f.Prepare(t.Context(), l)
		if hits := m.Match(f, nil); len(hits) != c.want {
			t.Errorf("policy %v: %d hits, want %d", c.kind.flood, len(hits), c.want)
		}
	}
}

func TestSurvey(t *testing.T) {
	b := New().Builder()
	signs := []string{"NIKE", "NIKA", "MIKE", "adidas", "BMW", "BMV", "501", "502", "耐克体", "耐克休"}
	for i, s := range signs {
		if err := b.Add(t.Context(), uint32(i), &corpora.Sign{Text: s}); err != nil {
			t.Fatal(err)
		}
	}
	facts := make([]matchers.Facts, len(signs))
	if err := b.(matchers.Surveyor).Survey(t.Context(), facts); err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint32{2, 1, 1, 0, 1, 1, 0, 0, 1, 1} {
		if facts[i].Neighbours != want {
			t.Errorf("%s has %d neighbours, want %d", signs[i], facts[i].Neighbours, want)
		}
	}
}

// TestHistory fails when what a worker saw before changes what it finds.
func TestHistory(t *testing.T) {
	m := corpusOf(t, append(laneSigns, someSigns...)...)
	used := New().New()
	for i := range 400 {
		l := &corpora.Listing{Title: pseudoTitle(i), Brand: pseudoTitle(i + 7)}
		fresh := New().New()
		fresh.Prepare(t.Context(), l)
		used.Prepare(t.Context(), l)
		if a, b := m.Match(fresh, nil), m.Match(used, nil); !slices.Equal(a, b) {
			t.Fatalf("%q: fresh features give %v, used ones %v", l.Title, a, b)
		}
	}
}

func pseudoTitle(i int) string {
	words := strings.Fields("mat rat nike nikes mike pack tack rack back 耐克 адидас kit lit oat boat Quaker oats green tea systems adobe n1ke fits hats huawei seycos stone lion for men 50 best")
	var b []string
	for n := range 4 + i%9 {
		b = append(b, words[(i*31+n*n*7+i/5*n)%len(words)])
	}
	return strings.Join(b, " ")
}
