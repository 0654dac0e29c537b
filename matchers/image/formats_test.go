package image

import (
	"bytes"
	"encoding/binary"
	stdimage "image"
	"image/color"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lookalike/matchers/core"
)

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecodeFiles(t *testing.T) {
	original := scene(50, 96, 64)
	upper := scene(50, 96, 64)
	for y := range 32 {
		for x := range 96 {
			upper.SetNRGBA(x, y, color.NRGBA{255, 255, 255, 255})
		}
	}
	small := uniform(color.White, 96, 64)
	for y := range 32 {
		for x := range 48 {
			small.Set(24+x, 16+y, original.At(2*x, 2*y))
		}
	}
	for _, c := range []struct {
		file  string
		want  stdimage.Image
		limit int // differing bits
	}{
		{"progressive.jpg", original, 10}, {"cmyk.jpg", original, 16}, {"deep.png", original, 0},
		{"interlaced.png", original, 0}, {"deep.tif", original, 0}, {"lossless.webp", original, 0},
		{"lossy.webp", original, 16}, {"alpha.webp", upper, 16}, {"animated_alpha.webp", upper, 16},
		{"animated.webp", small, 24},
	} {
		r, err := decodeAll(testdata(t, c.file))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		got, _ := r.region(r.whole(), 0)
		want := hashOf(c.want)
		if d := core.Distance256(&got.hashes[0], &want); r.fullW != 96 || r.fullH != 64 || d > c.limit {
			t.Errorf("%s: %d×%d at distance %d, want 96×64 within %d", c.file, r.fullW, r.fullH, d, c.limit)
		}
	}
}

// withOrientation puts an EXIF block with one tag behind the first marker of a JPEG file.
func withOrientation(jpeg []byte, value uint16) []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00")
	tiff = binary.LittleEndian.AppendUint16(tiff, value)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	body := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, jpeg[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), jpeg[2:]...)
}

// TestOrientation stores a picture the way that each orientation means and expects it upright.
func TestOrientation(t *testing.T) {
	upright := scene(60, 96, 64)
	want := hashOf(upright)
	// Each is the inverse of the turn that brings the picture upright.
	stored := map[uint16]turn{
		1: {}, 2: {mirrorX: true}, 3: {mirrorX: true, mirrorY: true}, 4: {mirrorY: true}, 5: {transpose: true},
		6: {transpose: true, mirrorY: true}, 7: {transpose: true, mirrorX: true, mirrorY: true},
		8: {transpose: true, mirrorX: true},
	}
	for value, how := range stored {
		data := withOrientation(encoded(t, "jpeg", turned(upright, how)), value)
		r, err := decodeAll(data)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := r.region(r.whole(), 0)
		if d := core.Distance256(&got.hashes[0], &want); r.fullW != 96 || r.fullH != 64 || d > 8 {
			t.Errorf("orientation %d: %d×%d at distance %d", value, r.fullW, r.fullH, d)
		}
	}
	for _, value := range []uint16{0, 9, 65535} {
		data := withOrientation(encoded(t, "jpeg", upright), value)
		if got := orientation(formatJPEG, data); got != 1 {
			t.Errorf("orientation %d is read as %d, want 1", value, got)
		}
	}
}

func TestDrawVector(t *testing.T) {
	draw := func(svg string) (*raster, error) {
		img, err := decodeSVG([]byte(svg))
		if err != nil {
			return nil, err
		}
		return asRaster(img), nil
	}
	// The same square written with and without spaces, with an arc whose flags stick to its numbers, and in white.
	square := `<svg viewBox="0 0 24 24"><path d="M 4 4 L 20 4 L 20 20 L 4 20 Z"/></svg>`
	want, err := draw(square)
	if err != nil {
		t.Fatal(err)
	}
	for name, svg := range map[string]string{
		"short":  `<svg viewBox="0 0 24 24"><path d="M4 4h16v16H4z"/></svg>`,
		"single": `<svg viewBox='0 0 24 24'><path d='M4,4l16,0l0,16-16,0z'/></svg>`,
		"white":  `<svg viewBox="0 0 24 24"><path fill="#fff" d="M4 4h16v16H4z"/></svg>`,
		"page":   `<svg viewBox="0 0 24 24"><path fill="currentColor" d="M4 4h16v16H4z"/></svg>`,
		"moveto": `<svg viewBox="0 0 24 24"><path d="M4 4 20 4 20 20 4 20z"/></svg>`,
	} {
		r, err := draw(svg)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.Equal(r.luma, want.luma) {
			t.Errorf("%s: another drawing", name)
		}
	}
	for name, svg := range map[string]string{
		"endless": `<svg viewBox="0 0 9 9"><defs><g id="a"><use href="#a"/></g></defs><use href="#a"/></svg>`,
		"empty":   `<svg viewBox="0 0 9 9"/>`,
		"no size": `<svg><path d="M0 0h1v1z"/></svg>`,
		"path":    `<svg viewBox="0 0 9 9"><path d="M0 0 L 1"/></svg>`,
		"flat":    `<svg viewBox="0 0 9000 1"><path d="M0 0h1v1z"/></svg>`,
	} {
		if _, err := draw(svg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestExpandPath(t *testing.T) {
	for in, want := range map[string]string{
		"M1.5.5-2 3":                      "M 1.5 .5L -2 3",
		"m0 0a1 1 0 01.5-.5":              "m 0 0a 1 1 0 0 1 .5 -.5",
		"h1 2v-3e2z":                      "h 1h 2v -3e2z",
		"M0,0C1,2,3,4,5,6 7 8 9 10 11 12": "M 0 0C 1 2 3 4 5 6C 7 8 9 10 11 12",
		"":                                "",
	} {
		if got, err := expandPath(in); got != want || err != nil {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"M", "M1", "1 2", "M0 0x1", "M0 0l1 2 3", "M0 0h-"} {
		if got, err := expandPath(in); err == nil {
			t.Errorf("%q: %q without error", in, got)
		}
	}
}

// FuzzExpandPath holds the expansion to a form that it leaves as it is.
func FuzzExpandPath(f *testing.F) {
	f.Add("M24 7.8L6.442 15.276c-1.456.616-2.679.925-3.668.925a1 1 0 01.5-.5z")
	f.Fuzz(func(t *testing.T, d string) {
		out, err := expandPath(d)
		if err != nil {
			return
		}
		if again, err := expandPath(out); err != nil || again != out {
			t.Fatalf("%q becomes %q, then %q, %v", d, out, again, err)
		}
	})
}

// TestMutatedFiles changes, cuts and swaps bytes of every format at every kind of place. Whatever comes out is a picture
// or a problem, soon.
func TestMutatedFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var seeds [][]byte
	for _, f := range files {
		if filepath.Ext(f) != ".md" {
			seeds = append(seeds, testdata(t, filepath.Base(f)))
		}
	}
	for _, name := range []string{"jpeg", "png", "gif", "bmp", "tiff"} {
		seeds = append(seeds, encoded(t, name, scene(61, 40, 30)))
	}
	rounds := 60
	if os.Getenv("LOOKALIKE_REAL") == "1" {
		rounds = 700
	}
	r := rand.New(rand.NewPCG(5, 6))
	read, refused := 0, 0
	for range rounds {
		for _, seed := range seeds {
			b := bytes.Clone(seed)
			for range 1 + r.IntN(4) {
				switch at := r.IntN(len(b)); r.IntN(4) {
				case 0:
					b[at] = byte(r.Uint32())
				case 1:
					b[at%min(len(b), 64)] ^= 1 << r.IntN(8)
				case 2:
					b = b[:max(at, 1)]
				case 3:
					copy(b[at:], b[r.IntN(len(b)):])
				}
			}
			start := time.Now()
			p, err := decodeAll(b)
			if d := time.Since(start); d > 5*time.Second {
				t.Fatalf("%d bytes of %q took %v", len(b), sniff(b), d)
			}
			if err != nil {
				code(t, err)
				refused++
				continue
			}
			p.picture(nil)
			read++
		}
	}
	if read == 0 || refused == 0 {
		t.Errorf("%d read, %d refused: the mutations are of no use", read, refused)
	}
}

func TestProgressiveCostsMore(t *testing.T) {
	if !progressive(testdata(t, "progressive.jpg")) || progressive(encoded(t, "jpeg", scene(1, 64, 64))) {
		t.Error("progressive files are not told apart")
	}
	for _, b := range [][]byte{nil, {0xff}, {0xff, 0xd8, 0xff}, {0xff, 0xd8, 0xff, 0xff, 0xff, 0xff}} {
		if progressive(b) {
			t.Errorf("%x is progressive", b)
		}
	}
}

func TestUnsupportedNamesTheFormat(t *testing.T) {
	for _, c := range []struct{ data, format string }{
		{"\x00\x00\x01\x00\x01\x00", "ICO"}, {"%PDF-1.7", "PDF"}, {"8BPS\x00\x01", "PSD"},
		{"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", "AVIF"},
		{"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "HEIC"},
		{"<?xml version=\"1.0\"?>\n<svg xmlns=\"\">", "SVG"}, {"\xef\xbb\xbf <!-- a --><svg>", "SVG"},
		{"<html><svg></svg></html>", "HTML"},
	} {
		if got := sniff([]byte(c.data)); string(got) != c.format {
			t.Errorf("%q is %s, want %s", c.data, got, c.format)
		}
	}
}
