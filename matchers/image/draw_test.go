package image

import (
	"bytes"
	"context"
	stdimage "image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"lookalike/corpora"
)

// scene draws a picture of its seed: soft light, and some thirty boxes and discs of any colour.
func scene(seed uint64, w, h int) *stdimage.NRGBA {
	r := rand.New(rand.NewPCG(seed, 77))
	m := stdimage.NewNRGBA(stdimage.Rect(0, 0, w, h))
	sky := [3]int{r.IntN(200), r.IntN(200), r.IntN(200)}
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, color.NRGBA{uint8(sky[0] + 55*x/w), uint8(sky[1] + 55*y/h), uint8(sky[2]), 255})
		}
	}
	for range 30 {
		c := color.NRGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}
		x, y := r.IntN(w), r.IntN(h)
		rx, ry := 1+r.IntN(w/5), 1+r.IntN(h/5)
		disc := r.IntN(2) == 0
		for py := max(0, y-ry); py < min(h, y+ry); py++ {
			for px := max(0, x-rx); px < min(w, x+rx); px++ {
				dx, dy := float64(px-x)/float64(rx), float64(py-y)/float64(ry)
				if !disc || dx*dx+dy*dy <= 1 {
					m.SetNRGBA(px, py, c)
				}
			}
		}
	}
	return m
}

// framed returns m inside a border of n pixels.
func framed(m stdimage.Image, n int, c color.Color) *stdimage.NRGBA {
	b := m.Bounds()
	out := stdimage.NewNRGBA(stdimage.Rect(0, 0, b.Dx()+2*n, b.Dy()+2*n))
	draw.Draw(out, out.Rect, stdimage.NewUniform(c), stdimage.Point{}, draw.Src)
	draw.Draw(out, stdimage.Rect(n, n, n+b.Dx(), n+b.Dy()), m, b.Min, draw.Src)
	return out
}

// uniform returns a picture of one colour.
func uniform(c color.Color, w, h int) *stdimage.NRGBA {
	m := stdimage.NewNRGBA(stdimage.Rect(0, 0, w, h))
	draw.Draw(m, m.Rect, stdimage.NewUniform(c), stdimage.Point{}, draw.Src)
	return m
}

// turned returns m after t.
func turned(m stdimage.Image, t turn) *stdimage.NRGBA {
	b := m.Bounds()
	w, h := t.size(b.Dx(), b.Dy())
	out := stdimage.NewNRGBA(stdimage.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p := t.source(stdimage.Pt(x, y), w, h)
			out.Set(x, y, m.At(b.Min.X+p.X, b.Min.Y+p.Y))
		}
	}
	return out
}

func cropped(m *stdimage.NRGBA, x0, y0, x1, y1 int) stdimage.Image {
	return m.SubImage(stdimage.Rect(x0, y0, x1, y1))
}

// encoded returns m as a file of the named format.
func encoded(t testing.TB, name string, m stdimage.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch name {
	case "jpeg":
		err = jpeg.Encode(&b, m, &jpeg.Options{Quality: 88})
	case "png":
		err = png.Encode(&b, m)
	case "gif":
		err = gif.Encode(&b, m, nil)
	case "bmp":
		err = bmp.Encode(&b, m)
	case "tiff":
		err = tiff.Encode(&b, m, nil)
	default:
		t.Fatalf("no encoder for %q", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// file is a picture of a feed that opens b.
func file(ref string, b []byte) corpora.Image {
	return corpora.Image{Ref: ref, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

// asRaster returns the raster of m.
func asRaster(m stdimage.Image) *raster { return rasterOf(m, 1) }

// hashOf returns the hash of all of m.
func hashOf(m stdimage.Image) hash {
	r := asRaster(m)
	g, _ := r.region(r.whole(), 0)
	return g.hashes[0]
}
