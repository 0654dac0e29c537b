package image

import (
	stdimage "image"
	"image/color"
	"image/draw"
	"math/bits"
	"testing"

	"github.com/corona10/goimagehash"
)

// Each test is named after a defect of goimagehash v1.1.0 that PHash guards against.

func TestPHashRefusesTiny(t *testing.T) {
	for _, size := range []stdimage.Point{{0, 0}, {1, 1}, {0, 50}, {15, 400}} {
		if h, err := PHash(stdimage.NewGray(stdimage.Rectangle{Max: size})); err == nil {
			t.Errorf("%v: hash %x without error", size, h)
		}
	}
	if _, err := PHash(nil); err == nil {
		t.Error("no picture: no error")
	}
}

func TestPHashKeepsNothing(t *testing.T) {
	want, err := PHash(scene(1, 80, 80))
	if err != nil {
		t.Fatal(err)
	}
	if h, err := PHash(stdimage.NewGray(stdimage.Rectangle{})); err == nil || h == want {
		t.Errorf("an empty picture after another: %x, %v", h, err)
	}
}

func TestPHashAlpha(t *testing.T) {
	m := scene(2, 80, 80)
	onWhite := scene(2, 80, 80)
	for y := range 40 {
		for x := range 80 {
			m.SetNRGBA(x, y, color.NRGBA{})
			onWhite.SetNRGBA(x, y, color.NRGBA{255, 255, 255, 255})
		}
	}
	same(t, m, onWhite, 0)
}

func TestPHashBounds(t *testing.T) {
	m := scene(3, 200, 200)
	part := m.SubImage(stdimage.Rect(60, 70, 180, 190))
	moved := stdimage.NewNRGBA(stdimage.Rect(0, 0, 120, 120))
	draw.Draw(moved, moved.Rect, m, stdimage.Pt(60, 70), draw.Src)
	same(t, part, moved, 0)
}

func TestPHashUniform(t *testing.T) {
	for _, c := range []color.Color{color.White, color.Black, color.Transparent, color.NRGBA{10, 200, 30, 255}} {
		if h, err := PHash(uniform(c, 64, 64)); err == nil {
			t.Errorf("%v: hash %x of a uniform picture", c, h)
		}
	}
}

func TestPHashLeavesOutBrightness(t *testing.T) {
	for seed := range uint64(20) {
		if h, _ := PHash(scene(seed, 90, 70)); h>>63 != 0 {
			t.Errorf("scene %d: bit 63 is set", seed)
		}
	}
}

// TestPHashStaysNear compares with the package's own way from the full picture.
func TestPHashStaysNear(t *testing.T) {
	for seed := range uint64(20) {
		m := scene(seed, 300, 240)
		own, err := goimagehash.PerceptionHash(m)
		if err != nil {
			t.Fatal(err)
		}
		h, err := PHash(m)
		if err != nil {
			t.Fatal(err)
		}
		if d := bits.OnesCount64((h ^ own.GetHash()) << 1); d > 4 {
			t.Errorf("scene %d: %d bits from goimagehash", seed, d)
		}
	}
}

// same holds the hashes of a and b to at most limit differing bits.
func same(t *testing.T, a, b stdimage.Image, limit int) {
	t.Helper()
	x, err := PHash(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := PHash(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := bits.OnesCount64(x ^ y); d > limit {
		t.Errorf("%d differing bits, want at most %d", d, limit)
	}
}
