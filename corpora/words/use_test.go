package words

import (
	"slices"
	"strings"
	"testing"
)

func TestLoadUses(t *testing.T) {
	u, err := LoadUses()
	if err != nil {
		t.Fatal(err)
	}
	languages := map[string]map[string]bool{}
	for _, p := range u.Phrases {
		if languages[p.Use] == nil {
			languages[p.Use] = map[string]bool{}
		}
		languages[p.Use][p.Lang] = true
		if p.Source == "" || p.True == "" || p.False == "" {
			t.Errorf("phrase %q has no source or no example", p.Words)
		}
	}
	for _, use := range []string{"compatibility", "comparison", "resale", "negation", "brand", "ingredient"} {
		for _, lang := range []string{"en", "zh", "de", "fr", "es", "it", "ja"} {
			if !languages[use][lang] {
				t.Errorf("no phrase of %s in %s", use, lang)
			}
		}
	}
	for _, f := range u.Fakes {
		if f.Source == "" || f.True == "" || f.False == "" {
			t.Errorf("counterfeit word %q has no source or no example", f.Words)
		}
	}
	for w, term := range u.Terms {
		if term.Source == "" || term.Kind != "free" && (term.Replacement["en"] == "" || term.Replacement["zh"] == "") {
			t.Errorf("term %q lacks a source or a replacement", w)
		}
	}
}

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		"compatible with": "compatible|with", "适用于": "适|用|于", "a货": "a|货", "iPhone手机壳 x": "iPhone|手|机|壳|x", "": "",
		"コピー品": "コ|ピ|ー|品",
	} {
		if got := strings.Join(tokens(in), "|"); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestAt(t *testing.T) {
	u, err := LoadUses()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		list string
		in   string
		want int
	}{
		{"host", "vacuum cleaner bag", 2}, {"host", "vacuum bag", 1}, {"host", "手 机 壳", 2}, {"host", "", 0}, {"person", "men nike", 1},
		{"person", "nike men", 0}, {"no such list", "men", 0},
	} {
		if got := u.At(c.list, strings.Fields(c.in)); got != c.want {
			t.Errorf("%s at %q: %d, want %d", c.list, c.in, got, c.want)
		}
	}
	if !u.Has("shop", "outlet") || u.Has("shop", "nike") {
		t.Error("words of shops")
	}
}

func TestNounsStandOnce(t *testing.T) {
	// A word that stands twice in one list is a slip of the hand.
	for _, a := range mustUses(t).Accessories {
		var seen []string
		for _, n := range a.Nouns {
			k := strings.Join(n, " ")
			if slices.Contains(seen, k) {
				t.Errorf("%s of %s stands twice", k, a.Host)
			}
			seen = append(seen, k)
		}
	}
}

func mustUses(t *testing.T) *Uses {
	t.Helper()
	u, err := LoadUses()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestIs(t *testing.T) {
	u, err := LoadUses()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		list, key string
		want      bool
	}{
		{"generic", "terracotta", true}, {"material", "stainless steel", true}, {"generic", "瑞士", true}, {"gem", "onyx", true},
		{"material", "stainless", true}, {"material", "stainless steels", false}, {"generic", "瑞", false}, {"gem", "", false}, {"none", "onyx", false},
	} {
		if got := u.Is(c.list, c.key); got != c.want {
			t.Errorf("%q in %s: %v", c.key, c.list, got)
		}
	}
}

func TestLangs(t *testing.T) {
	u, err := LoadUses()
	if err != nil {
		t.Fatal(err)
	}
	if l := u.Langs("colour", "braun"); l != LangGerman {
		t.Errorf("braun: %b", l)
	}
	if l := u.Langs("colour", "orange"); l&LangEnglish == 0 {
		t.Errorf("orange: %b", l)
	}
	if l := u.LangsOf("damen"); l&LangGerman == 0 || u.Langs("colour", "damen") != 0 {
		t.Errorf("damen: %b", l)
	}
}
