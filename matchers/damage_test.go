package matchers_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
)

// rewritten builds a snapshot with the sections of f, one of them replaced, so that its checksums are right and its
// content is not.
func rewritten(t testing.TB, f *snapshot.File, section string, content []byte) *snapshot.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "damaged.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, s := range f.Sections() {
		b := f.Section(s.Name)
		if s.Name == section {
			b = content
		}
		if b == nil {
			continue
		}
		if err := w.Put(s.Name, b); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged, err := snapshot.Load(b)
	if err != nil {
		t.Fatal(err)
	}
	return damaged
}

// use calls every accessor with every index, and some beyond.
func use(c *matchers.Corpus) (firstError error) {
	for s := range uint32(c.NumSigns() + 2) {
		_ = c.SignText(s)
		_ = c.Facts(s)
		_ = c.Thumbnail(s)
		for _, l := range c.Links(s) {
			_ = c.Columns(l.Right).Owner
		}
	}
	for row := range uint32(c.NumRights() + 2) {
		col := c.Columns(row)
		_, _ = c.Office(col.Office), c.MarketSet(col.MarketSet)
		for _, s := range c.RightSigns(row) {
			_ = c.Facts(s)
		}
		if _, err := c.Right(row); err != nil && int(row) < c.NumRights() && firstError == nil {
			firstError = err
		}
	}
	_, _ = c.Find("us-1")
	return firstError
}

func sample(t testing.TB) *snapshot.File {
	t.Helper()
	r := full(t)
	r.Images = []corpora.Image{picture("a", "a"), picture("b", "b")}
	o := matchers.BuildOptions{Thumbnail: thumbnailOf}
	b := build(t, rights(r, corpora.Right{ID: "2", Text: "Quillby", Office: "DE", Source: "x"}), o)
	f, err := snapshot.Open(b.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestDamagedTables changes every byte of every table, cuts and doubles them. No accessor may crash, and what Verify
// accepts must decode.
func TestDamagedTables(t *testing.T) {
	f := sample(t)
	whole, err := os.ReadFile(f.Path())
	if err != nil {
		t.Fatal(err)
	}
	inMemory, err := snapshot.Load(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range inMemory.Sections() {
		content := inMemory.Section(s.Name)
		for i, c := range content {
			for _, flip := range []byte{1, 0x80, 0xff} {
				content[i] = c ^ flip // the checksums of sections are not checked before CheckSums is called
				tryDamaged(t, inMemory, fmt.Sprintf("section %s, byte %d xor %#x", s.Name, i, flip))
				content[i] = c
			}
		}
		tryDamaged(t, rewritten(t, f, s.Name, []byte{}), s.Name+" empty")
		tryDamaged(t, rewritten(t, f, s.Name, append(bytes.Clone(content), content...)), s.Name+" doubled")
		if len(content) > 0 {
			tryDamaged(t, rewritten(t, f, s.Name, content[:len(content)-1]), s.Name+" short")
		}
	}
}

func tryDamaged(t *testing.T, f *snapshot.File, what string) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s: panic %v", what, r)
		}
	}()
	c, err := matchers.Open(f, kinds)
	if err != nil {
		return
	}
	verified := c.Verify()
	if err := use(c); err != nil && verified == nil {
		t.Errorf("%s: verified, but %v", what, err)
	}
}

func TestMissingSections(t *testing.T) {
	f := sample(t)
	for _, s := range f.Sections() {
		if s.Name == "fake/signs" || s.Name == "fake/text" || s.Name == "thumbs/entries" {
			continue
		}
		if _, err := matchers.Open(rewritten(t, f, s.Name, nil), kinds); err == nil {
			t.Errorf("a corpus without %s opens", s.Name)
		}
	}
}
