package text

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
)

// TestDamagedSections opens a corpus with bytes changed anywhere in its sections. A scan checks their sums before it
// starts; this is about what happens when the file changes under it: errors or other hits, but no crash.
func TestDamagedSections(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	b := New().Builder()
	for i, s := range append(laneSigns, someSigns...) {
		if err := b.Add(t.Context(), uint32(i), &corpora.Sign{Text: s}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Finish(w); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := snapshot.Load(good)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	features := New().New()
	for _, s := range f.Sections() {
		if s.Size == 0 {
			t.Errorf("section %s is empty", s.Name)
		}
		for range 60 {
			bad := append([]byte(nil), good...)
			for range 1 + r.IntN(8) {
				bad[s.Offset+r.Int64N(s.Size)] = byte(r.IntN(256))
			}
			f, err := snapshot.Load(bad)
			if err != nil {
				t.Fatal(err)
			}
			m, err := New().Open(f)
			if err != nil {
				continue
			}
			for i := range 12 {
				features.Prepare(t.Context(), &corpora.Listing{Title: pseudoTitle(i), Brand: "N1KE quaker oats", Description: "耐克 skecherz stone lion capital seycos адидас"})
				m.Match(features, nil)
			}
		}
	}
}

// TestSameBytes fails when two builds of the same signs differ.
func TestSameBytes(t *testing.T) {
	var ids []string
	for range 2 {
		path := filepath.Join(t.TempDir(), "x.lkc")
		w, err := snapshot.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		b := New().Builder()
		for i, s := range append(laneSigns, someSigns...) {
			if err := b.Add(t.Context(), uint32(i), &corpora.Sign{Text: s}); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Finish(w); err != nil {
			t.Fatal(err)
		}
		id, err := w.Commit()
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if ids[0] != ids[1] {
		t.Errorf("identities %s and %s", ids[0], ids[1])
	}
}
