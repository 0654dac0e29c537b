package image

import (
	"bytes"
	"image/color"
	"path/filepath"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
)

// TestCarry takes pictures over into a corpus in another order. Its sections are those of a corpus that is built of the
// pictures themselves.
func TestCarry(t *testing.T) {
	k := New(Options{Deep: true})
	photo := corpora.Sign{Kind: corpora.Work, Image: file("photo.png", encoded(t, "png", scene(1, 300, 200)))}
	bordered := corpora.Sign{Kind: corpora.Work, Image: file("bordered.png", encoded(t, "png", framed(scene(2, 240, 240), 40, color.White)))}
	logo := corpora.Sign{Kind: corpora.Mark, Image: svgSign(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M1 1h8v2H3v5H1z"/></svg>`)}
	design := corpora.Sign{Kind: corpora.Design, Image: svgSign(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M1 1l8 1-3 7-2-4z"/><circle cx="5" cy="4" r="1" fill="#fff"/></svg>`)}
	base := corpus(t, k, logo, photo, design, bordered)

	built, carried := k.Builder(), k.Builder().(*Builder)
	for i, s := range []corpora.Sign{bordered, design, logo, photo} {
		if err := built.Add(t.Context(), uint32(3*i), &s); err != nil {
			t.Fatal(err)
		}
	}
	for i, old := range []uint32{13, 12, 10, 11} {
		if ok, err := carried.Carry(uint32(3*i), base, old); err != nil || !ok {
			t.Fatalf("sign %d: %v, %v", old, ok, err)
		}
	}
	if ok, err := carried.Carry(99, base, 9); ok || err != nil {
		t.Errorf("a sign that is no picture: %v, %v", ok, err)
	}
	want, got := sections(t, built.(*Builder)), sections(t, carried)
	if len(want) < 8 {
		t.Fatalf("only %d sections: the pictures do not reach every table", len(want))
	}
	for name, w := range want {
		if !bytes.Equal(w, got[name]) {
			t.Errorf("section %s differs", name)
		}
	}
}

// sections returns the sections that are not empty.
func sections(t *testing.T, b *Builder) map[string][]byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if err := b.Finish(w); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := map[string][]byte{}
	for _, x := range s.Sections() {
		if x.Size > 0 {
			out[x.Name] = bytes.Clone(s.Section(x.Name))
		}
	}
	return out
}

func svgSign(drawing string) corpora.Image { return file("drawing.svg", []byte(drawing)) }
