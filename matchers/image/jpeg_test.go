package image

import (
	"bytes"
	"context"
	"fmt"
	stdimage "image"
	"image/draw"
	"image/jpeg"
	"math/bits"
	"testing"

	"github.com/corona10/goimagehash"

	"lookalike/matchers/core"
)

// grainy draws a scene with grain of up to the given levels, so that its blocks have coefficients of every frequency.
func grainy(seed uint64, w, h, levels int) *stdimage.NRGBA {
	m := scene(seed, w, h)
	for i := range m.Pix {
		if i%4 != 3 {
			seed = seed*6364136223846793005 + 1442695040888963407
			m.Pix[i] = uint8(max(0, min(255, int(m.Pix[i])+int(seed>>33)%(2*levels+1)-levels)))
		}
	}
	return m
}

// TestReducedDecode holds the reduced decoder to the hashes of the full one, at every scale and remainder of a block.
func TestReducedDecode(t *testing.T) {
	worst, worst64 := 0, 0
	for i, size := range []stdimage.Point{{800, 800}, {801, 551}, {1600, 1207}, {400, 391}, {385, 300}, {299, 1543}, {4200, 1100}} {
		drawings := []stdimage.Image{opaque(grainy(uint64(i), size.X, size.Y, 16)), inGrey(scene(uint64(i), size.X, size.Y))}
		for _, quality := range []int{20, 60, 90} {
			for _, m := range drawings {
				var b bytes.Buffer
				if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
					t.Fatal(err)
				}
				j, err := new(jpegReaders).read(b.Bytes())
				if err != nil {
					t.Fatalf("%v: %v", size, err)
				}
				sameSamples(t, j, b.Bytes())
				got := j.raster(1)
				full, err := newGuard().raster(t.Context(), b.Bytes(), reading{full: true})
				if err != nil {
					t.Fatal(err)
				}
				if got.fullW != size.X || got.fullH != size.Y || min(got.w, got.h) < cellSide {
					t.Errorf("%v: raster %d×%d of %d×%d", size, got.w, got.h, got.fullW, got.fullH)
				}
				x, _ := got.region(got.whole(), 0)
				y, _ := full.region(full.whole(), 0)
				worst = max(worst, core.Distance256(&x.hashes[0], &y.hashes[0]))
				p, _ := got.pHash()
				q, _ := full.pHash()
				worst64 = max(worst64, bits.OnesCount64(p^q))
			}
		}
	}
	if worst > 8 || worst64 > 2 {
		t.Errorf("hashes differ by up to %d of 256 and %d of 64 bits, want at most 8 and 2", worst, worst64)
	}
	t.Logf("worst distance %d of 256, %d of 64", worst, worst64)
}

// opaque returns a picture without transparency in the form that image/jpeg encodes fastest.
func opaque(m *stdimage.NRGBA) *stdimage.RGBA {
	return &stdimage.RGBA{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}
}

func inGrey(m stdimage.Image) *stdimage.Gray {
	g := stdimage.NewGray(m.Bounds())
	draw.Draw(g, g.Rect, m, stdimage.Point{}, draw.Src)
	return g
}

// TestReducedSamples compares the samples with averages of the full picture.
func TestReducedSamples(t *testing.T) {
	for _, side := range []int{400, 800, 1600} {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, scene(7, side, side), &jpeg.Options{Quality: 95}); err != nil {
			t.Fatal(err)
		}
		j, err := new(jpegReaders).read(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		m, err := jpeg.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		ycc := m.(*stdimage.YCbCr)
		n := 8 / j.scale
		red := newReducer(side, side, side/n, side/n)
		for y := range side {
			red.add(ycc.Y[y*ycc.YStride:])
		}
		sum := 0
		for i, v := range red.out {
			d := int(v) - int(j.components[0].samples[i/(side/n)*j.components[0].stride+i%(side/n)])
			sum += max(d, -d)
		}
		if mean := float64(sum) / float64(len(red.out)); mean > 1.5 {
			t.Errorf("side %d at scale %d: samples are off by %.2f levels on average", side, j.scale, mean)
		}
	}
}

func TestReducedRefuses(t *testing.T) {
	good := encoded(t, "jpeg", grainy(8, 500, 400, 16))
	if _, err := new(jpegReaders).read(good); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"progressive": testdata(t, "progressive.jpg"), "cmyk": testdata(t, "cmyk.jpg"),
		"narrow": encoded(t, "jpeg", scene(2, 900, 200)), "cut": good[:len(good)/2], "without end": good[:len(good)-2], "small": encoded(t, "jpeg", scene(1, 64, 64)),
		"heading": good[:3],
	} {
		if _, err := new(jpegReaders).read(b); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

// FuzzReducedJPEG holds the reduced decoder to files that the full one reads as well.
func FuzzReducedJPEG(f *testing.F) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, grainy(9, 260, 256, 16), &jpeg.Options{Quality: 40}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(withOrientation(b.Bytes(), 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		cfg, err := jpeg.DecodeConfig(bytes.NewReader(b))
		if err != nil || checkSize(cfg.Width, cfg.Height, len(b), codecs[formatJPEG].perByte) != nil || cfg.Width*cfg.Height > 1<<20 {
			return
		}
		j, err := new(jpegReaders).read(b)
		if err != nil {
			return
		}
		sameSamples(t, j, b)
		j.raster(1)
		if _, err := jpeg.Decode(bytes.NewReader(b)); err != nil {
			t.Fatalf("image/jpeg refuses it: %v", err)
		}
	})
}

// sameSamples holds that codes taken one by one, by a reader that has read the file before, give the same samples.
func sameSamples(t *testing.T, j *jpegReader, file []byte) {
	t.Helper()
	var again jpegReaders
	first, err := again.read(file)
	if err != nil {
		t.Fatal(err)
	}
	again.giveBack(first)
	for _, table := range again.tables.known {
		clear(table.skips[:])
	}
	slow, err := again.read(file)
	if err != nil {
		t.Fatalf("code by code: %v", err)
	}
	for i := range j.planes {
		if !bytes.Equal(j.components[i].samples, slow.components[i].samples) {
			t.Fatalf("plane %d has other samples code by code", i)
		}
	}
}

// BenchmarkPicture reads a baseline file of 800×800 pixels and computes all that default lanes need; floor is image/jpeg and
// the hash of goimagehash.
func BenchmarkPicture(b *testing.B) {
	for _, quality := range []int{75, 88} {
		var file bytes.Buffer
		if err := jpeg.Encode(&file, grainy(10, 800, 800, 6), &jpeg.Options{Quality: quality}); err != nil {
			b.Fatal(err)
		}
		b.Logf("quality %d: %d bytes", quality, file.Len())
		k := New(Options{})
		ctx := context.Background()
		b.Run(fmt.Sprintf("ours/q=%d", quality), func(b *testing.B) {
			for b.Loop() {
				if _, err := k.look(ctx, file.Bytes(), false); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("raster/q=%d", quality), func(b *testing.B) {
			for b.Loop() {
				if _, err := k.guard.raster(ctx, file.Bytes(), reading{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("floor/q=%d", quality), func(b *testing.B) {
			for b.Loop() {
				m, err := jpeg.Decode(bytes.NewReader(file.Bytes()))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := goimagehash.PerceptionHash(m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestReducedMemory holds that a reader whose memory held larger, smaller, grey and turned pictures before reads like a new
// one.
func TestReducedMemory(t *testing.T) {
	files := [][]byte{
		encoded(t, "jpeg", grainy(1, 900, 700, 16)), encoded(t, "jpeg", inGrey(scene(2, 520, 640))),
		withOrientation(encoded(t, "jpeg", grainy(3, 300, 420, 16)), 6), encoded(t, "jpeg", grainy(4, 1400, 1300, 16)),
	}
	files = append(append(files, files...), files[0][:len(files[0])/2], files[2])
	k := New(Options{})
	for i, b := range files {
		got, err := k.look(t.Context(), b, false)
		want, alone := New(Options{}).look(t.Context(), b, false)
		if (err == nil) != (alone == nil) {
			t.Fatalf("file %d: %v, alone %v", i, err, alone)
		}
		if err == nil && !bytes.Equal(got.append(nil), want.append(nil)) {
			t.Errorf("file %d has other features than alone", i)
		}
	}
}
