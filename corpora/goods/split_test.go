package goods

import (
	"slices"
	"testing"
)

// FuzzTokens holds the words of ASCII against the way that any text is cut.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "Women's Running-Shoes (Size 9), for men", "a > b/c | d & e. f - g 1.5", "x.", "\x00\x7f!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := []byte(s)
		for i := range b {
			b[i] &= 0x7f
		}
		if got, want := byteTokens(nil, string(b)), runeTokens(string(b)); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", b, got, want)
		}
	})
}

// TestVocabulary holds what a word means against the lists that it was gathered from.
func TestVocabulary(t *testing.T) {
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	check := func(w string) {
		if got, want := table.vocabulary.get(w), (word{table.root.next[w], stops[w], links[w]}); got != want {
			t.Errorf("%q: %v, want %v", w, got, want)
		}
	}
	for w := range table.root.next {
		check(w)
		check(w + "q")
	}
	for _, set := range []map[string]bool{stops, links, joints, {"": true}} {
		for w := range set {
			check(w)
		}
	}
}

// TestCutterForgets cuts texts one after the other in the same memory: each comes out as in memory of its own.
func TestCutterForgets(t *testing.T) {
	var c cutter
	for _, s := range []string{"shoes, hats and bags > for men", "a", "", "手机壳, phone case", "one two three four five six seven", "x > y"} {
		for _, list := range []bool{false, true} {
			got, want := c.split(s, list), split(s, list)
			if !slices.EqualFunc(got, want, func(a, b part) bool { return a.segment == b.segment && slices.Equal(a.toks, b.toks) }) {
				t.Errorf("%q: %v, want %v", s, got, want)
			}
		}
	}
}
