package main

import (
	"os"
	"path/filepath"
	"testing"

	"lookalike/corpora/goods"
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	rows, err := read(write(t, "terms.tsv", "class\tlang\tterm\tcount\n25\ten\tRunning Shoes.\t3\n18\tde\tRegenschirme\t1\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []row{{goods.Term{Class: 25, Text: "running shoes"}, "en"}, {goods.Term{Class: 18, Text: "regenschirme"}, "de"}}
	if len(rows) != 2 || rows[0] != want[0] || rows[1] != want[1] {
		t.Errorf("read = %v, want %v", rows, want)
	}
	if _, err := read(write(t, "bad.tsv", "46\ten\tnothing\t1\n")); err == nil {
		t.Error("class 46 is taken")
	}
}

func TestReadTaxonomy(t *testing.T) {
	got, err := readTaxonomy(write(t, "taxonomy.txt", "# Version\n1 - Animals\n2 - Animals > Pet Supplies\n166 - Apparel & Accessories\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := taxonomyNote + "0 1 Animals\n1 2 Pet Supplies\n0 166 Apparel & Accessories\n"; string(got) != want {
		t.Errorf("readTaxonomy = %q, want %q", got, want)
	}
	for _, bad := range []string{"", "1 Animals\n"} {
		if _, err := readTaxonomy(write(t, "bad.txt", bad)); err == nil {
			t.Errorf("readTaxonomy(%q) gave no error", bad)
		}
	}
}

// TestScore counts answers against what was wanted.
func TestScore(t *testing.T) {
	var s score
	s.add(goods.Answer{Classes: []goods.Guess{{Class: 25, Confidence: 0.9}, {Class: 18, Confidence: 0.1}}}, []uint8{25})
	s.add(goods.Answer{Classes: []goods.Guess{{Class: 25, Confidence: 0.6}, {Class: 18, Confidence: 0.3}}}, []uint8{18})
	s.add(goods.Answer{}, []uint8{18})
	if s.n != 3 || s.answered != 2 || s.first != 1 || s.three != 2 {
		t.Errorf("score = %+v", s)
	}
}
