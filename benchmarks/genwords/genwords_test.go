package main

import (
	"testing"

	"lookalike/corpora/words"
	"lookalike/matchers/fold"
)

// TestListsAreEmbedded holds that the embedded dictionary was made from the lists as they stand.
func TestListsAreEmbedded(t *testing.T) {
	tables, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	coined := map[string]bool{}
	if err := eachWord("coined.txt", func(w string) { coined[fold.Squeeze(w)] = true }); err != nil {
		t.Fatal(err)
	}
	for _, l := range handKept {
		err := eachWord(l.file, func(w string) {
			key := fold.Squeeze(w)
			if key != "" && !coined[key] && tables.Dictionaries(key)&l.set == 0 {
				t.Errorf("%s: %q is not in the dictionary: run genwords again", l.file, w)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for w := range coined {
		if got := tables.Dictionaries(w); got != 0 {
			t.Errorf("%q is coined and stands in %b", w, got)
		}
	}
}
