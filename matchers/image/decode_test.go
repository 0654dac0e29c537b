package image

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	stdimage "image"
	"image/color"
	"image/gif"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers/core"
)

// decodeAll decodes data with a guard of its own.
func decodeAll(data []byte) (*raster, error) {
	return newGuard().raster(context.Background(), data, reading{})
}

// code returns the code of a problem, "" for no error.
func code(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	p, ok := errors.AsType[*corpora.Problem](err)
	if !ok {
		t.Fatalf("error %v is no problem", err)
	}
	return p.Code
}

func TestDecodeFormats(t *testing.T) {
	m := scene(1, 120, 90)
	want := hashOf(m)
	for _, name := range []string{"jpeg", "png", "gif", "bmp", "tiff"} {
		r, err := decodeAll(encoded(t, name, m))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		g, _ := r.region(r.whole(), 0)
		limit := 0
		switch name {
		case "jpeg":
			limit = 8
		case "gif": // 256 colours, dithered
			limit = 24
		}
		if d := core.Distance256(&g.hashes[0], &want); r.fullW != 120 || r.fullH != 90 || d > limit {
			t.Errorf("%s: %d×%d at distance %d, want 120×90 within %d", name, r.fullW, r.fullH, d, limit)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	small := encoded(t, "png", scene(2, 64, 64))
	whole := encoded(t, "jpeg", scene(3, 200, 200))
	huge := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, maxBytes)...)
	ftyp := func(brand string) []byte { return []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00miafmif1") }
	for _, c := range []struct {
		name   string
		data   []byte
		code   string
		format string
	}{
		{"empty", nil, corpora.PictureDamaged, ""},
		{"truncated png", small[:len(small)/2], corpora.PictureDamaged, ""},
		{"truncated jpeg", whole[:len(whole)/2], corpora.PictureDamaged, ""},
		{"heading alone", whole[:20], corpora.PictureDamaged, ""},
		{"text", []byte("this is no picture"), corpora.PictureUnsupported, "unknown"},
		{"html", []byte("<!DOCTYPE html><html>not found</html>"), corpora.PictureUnsupported, "HTML"},
		{"svg", []byte(`<svg viewBox="0 0 1 1"/>`), corpora.PictureUnsupported, "SVG"},
		{"heic", ftyp("heic"), corpora.PictureUnsupported, "HEIC"},
		{"mp4", []byte("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"), corpora.PictureUnsupported, "MP4"},
		{"one pixel", encoded(t, "png", scene(4, 10, 10)), corpora.PictureTooSmall, ""},
		{"narrow", encoded(t, "png", uniform(color.White, 400, 15)), corpora.PictureTooSmall, ""},
		{"21 MB", huge, corpora.PictureTooLarge, ""},
		{"too many pixels", pngHeading(9000, 9000), corpora.PictureTooLarge, ""},
		{"too long", pngHeading(70_000, 100), corpora.PictureTooLarge, ""},
		{"pixels without bytes", pngHeading(6000, 6000), corpora.PictureDamaged, ""},
	} {
		_, err := decodeAll(c.data)
		if got := code(t, err); got != c.code {
			t.Errorf("%s: code %q, want %q", c.name, got, c.code)
			continue
		}
		if p, _ := errors.AsType[*corpora.Problem](err); c.format != "" && p.Args["format"] != c.format {
			t.Errorf("%s: format %v, want %s", c.name, p.Args["format"], c.format)
		}
	}
}

// pngHeading returns a PNG file of 64 bytes that claims w×h pixels.
func pngHeading(w, h uint32) []byte {
	chunk := func(b []byte, id string, body []byte) []byte {
		b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
		b = append(append(b, id...), body...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(append([]byte(id), body...)))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := chunk([]byte("\x89PNG\r\n\x1a\n"), "IHDR", append(head, 8, 6, 0, 0, 0))
	return chunk(b, "IDAT", []byte("\x78\x9c\x01\x00\x00\xff\xff\x00\x00\x00\x01")[:7])
}

func TestBombCostsLittle(t *testing.T) {
	bomb := pngHeading(20_000, 20_000)
	if len(bomb) > 64 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := decodeAll(bomb)
	runtime.ReadMemStats(&after)
	if got := code(t, err); got != corpora.PictureTooLarge {
		t.Errorf("code %q", got)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 10<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
}

func TestAlphaLiesOnWhite(t *testing.T) {
	m := stdimage.NewNRGBA(stdimage.Rect(0, 0, 64, 64))
	for x := range 64 {
		for y := range 64 {
			m.SetNRGBA(x, y, color.NRGBA{0, 0, 0, uint8(255 * (x / 32))})
		}
	}
	for name, img := range map[string]stdimage.Image{"file": nil, "premultiplied": premultiplied(m)} {
		r := (*raster)(nil)
		if img != nil {
			r = asRaster(img)
		} else {
			var err error
			if r, err = decodeAll(encoded(t, "png", m)); err != nil {
				t.Fatal(err)
			}
		}
		if left, right := r.luma[0], r.luma[63]; left != 255 || right != 0 {
			t.Errorf("%s: transparent black has luma %d, opaque black %d; want 255 and 0", name, left, right)
		}
	}
}

func premultiplied(m stdimage.Image) *stdimage.RGBA {
	out := stdimage.NewRGBA(m.Bounds())
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			out.Set(x, y, m.At(x, y))
		}
	}
	return out
}

func TestFirstFrameOfGIF(t *testing.T) {
	pal := color.Palette{color.White, color.Black, color.NRGBA{200, 0, 0, 255}}
	first := stdimage.NewPaletted(stdimage.Rect(10, 20, 50, 60), pal)
	for i := range first.Pix {
		first.Pix[i] = 1
	}
	second := stdimage.NewPaletted(stdimage.Rect(0, 0, 80, 80), pal)
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &gif.GIF{Image: []*stdimage.Paletted{first, second}, Delay: []int{1, 1},
		Config: stdimage.Config{Width: 80, Height: 80, ColorModel: pal}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := decodeAll(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if r.fullW != 80 || r.fullH != 80 || r.luma[0] != 255 || r.luma[30*80+30] != 0 {
		t.Errorf("%d×%d, corner %d, frame %d", r.fullW, r.fullH, r.luma[0], r.luma[30*80+30])
	}
}

func TestReadErrors(t *testing.T) {
	opening := func(err error) corpora.Image {
		return corpora.Image{Ref: "a.jpg", Open: func(context.Context) (io.ReadCloser, error) { return nil, err }}
	}
	for _, c := range []struct {
		im   corpora.Image
		code string
	}{
		{opening(fs.ErrNotExist), corpora.PictureMissing},
		{opening(&corpora.Problem{Code: corpora.PictureOutside}), corpora.PictureOutside},
		{opening(errors.New("disk on fire")), corpora.ReadFailed},
		{corpora.Image{Ref: "a.jpg"}, corpora.PictureMissing},
		{file("b.jpg", make([]byte, maxBytes+1)), corpora.PictureTooLarge},
	} {
		_, err := read(t.Context(), c.im)
		if got := code(t, err); got != c.code {
			t.Errorf("%s: code %q, want %q", c.im.Ref, got, c.code)
		}
	}
	if s := shortRef("data:image/png;base64," + strings.Repeat("A", 1000)); len(s) > 60 {
		t.Errorf("data address in a problem: %s", s)
	}
}

func TestDecodeEndsWithContext(t *testing.T) {
	g := newGuard()
	if err := g.budget.Acquire(t.Context(), maxPixels); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	cancel(stop)
	_, err := g.raster(ctx, encoded(t, "png", scene(5, 64, 64)), reading{})
	if !errors.Is(err, stop) {
		t.Errorf("error %v, want the cause", err)
	}
}

// FuzzDecode holds the guard to its promise: any bytes give a picture within the limits or a problem.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"jpeg", "png", "gif", "bmp", "tiff"} {
		f.Add(encoded(f, name, scene(9, 40, 40)))
	}
	f.Add(pngHeading(30, 30))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeAll(b)
		if err != nil {
			code(t, err)
			return
		}
		if r.w > rasterSide || r.h > rasterSide || len(r.luma) != r.w*r.h || len(r.cb) != r.w*r.h {
			t.Fatalf("raster %d×%d with %d samples", r.w, r.h, len(r.luma))
		}
		r.picture(nil)
	})
}
