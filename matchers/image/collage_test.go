package image

import (
	stdimage "image"
	"image/color"
	"image/draw"
	"testing"

	"lookalike/matchers"
)

// laid lays pictures out in rows of n with a gutter.
func laid(ms []stdimage.Image, n, cell, gutter int) *stdimage.NRGBA {
	rows := (len(ms) + n - 1) / n
	out := uniform(color.White, n*(cell+gutter)-gutter, rows*(cell+gutter)-gutter)
	for i, m := range ms {
		at := stdimage.Pt(i%n*(cell+gutter), i/n*(cell+gutter))
		draw.Draw(out, stdimage.Rect(at.X, at.Y, at.X+cell, at.Y+cell), m, m.Bounds().Min, draw.Src)
	}
	return out
}

func TestCollage(t *testing.T) {
	var ms []stdimage.Image
	for seed := range uint64(9) {
		ms = append(ms, scene(70+seed, 120, 120))
	}
	for _, c := range []struct{ pictures, n, gutter, cells int }{
		{4, 2, 6, 4}, {4, 2, 0, 4}, {2, 2, 4, 2}, {2, 1, 4, 2}, {9, 3, 5, 9}, {1, 1, 0, 0},
	} {
		got := asRaster(laid(ms[:c.pictures], c.n, 120, c.gutter)).collage()
		if len(got) != c.cells {
			t.Errorf("%d pictures in rows of %d: %d cells %v, want %d", c.pictures, c.n, len(got), got, c.cells)
		}
	}
	k := New(Options{})
	m := corpus(t, k, work(t, ms[0]), work(t, ms[3]))
	hits := match(t, m, file("a.png", encoded(t, "png", laid(ms[1:5], 2, 120, 6))))
	if len(hits) != 1 || hits[0].Sign != 11 || matchers.EditKind(hits[0].Tier) != matchers.EditCell {
		t.Errorf("hits %+v, want a cell of sign 11", hits)
	}
}

func TestTilt(t *testing.T) {
	k := New(Options{})
	original := scene(80, 300, 300)
	m := corpus(t, k, work(t, original))
	r := asRaster(original)
	var c cells
	for _, degrees := range []int{5, -5, 10, -10} {
		c.tilted(r, r.whole(), degrees)
		small := stdimage.NewGray(stdimage.Rect(0, 0, cellSide, cellSide))
		for y := range cellSide {
			for x := range cellSide {
				small.Pix[y*cellSide+x] = uint8(c[y][x] / 256)
			}
		}
		hits := match(t, m, file("a.png", encoded(t, "png", small)))
		if len(hits) != 1 || hits[0].Dist <= sameDist {
			t.Errorf("tilted by %d°: %+v, want one similar picture", degrees, hits)
		}
	}
	// Clockwise: what was at the top left moves to the right.
	spot := uniform(color.Black, 64, 64)
	spot.Set(8, 8, color.White)
	r = asRaster(spot)
	c.tilted(r, r.whole(), 10)
	best, at := int32(0), stdimage.Point{}
	for y := range 16 {
		for x := 9; x < 20; x++ {
			if c[y][x] > best {
				best, at = c[y][x], stdimage.Pt(x, y)
			}
		}
	}
	if at.X <= 10 || at.Y > 8 {
		t.Errorf("the spot at (8, 8) goes to %v, want right and up", at)
	}
}

func TestDetailTellsASeriesApart(t *testing.T) {
	boxes := func(print color.Color, x int) *stdimage.NRGBA {
		m := framed(uniform(color.NRGBA{180, 140, 90, 255}, 200, 160), 50, color.White)
		for i := range 5 {
			draw.Draw(m, stdimage.Rect(x+30*i, 80, x+20+30*i, 110), stdimage.NewUniform(print), stdimage.Point{}, draw.Src)
		}
		return m
	}
	red, green := color.NRGBA{190, 30, 30, 255}, color.NRGBA{20, 112, 30, 255}
	agree := func(a, b *stdimage.NRGBA) int {
		var s [2]tileSamples
		for i, m := range []*stdimage.NRGBA{a, b} {
			r := asRaster(m)
			g, _ := r.region(r.trim(r.whole()), 0)
			s[i].sample(&g.detail, box{0, 0, viewUnit, viewUnit}, turn{})
		}
		c := compare(&s[0], &s[1])
		return c.agreement()
	}
	if got := agree(boxes(red, 60), boxes(red, 60)); got != 1000 {
		t.Errorf("the same box agrees by %d", got)
	}
	if got := agree(boxes(red, 60), boxes(green, 60)); got >= minAgreement {
		t.Errorf("a box of another colour agrees by %d", got)
	}
	if got := agree(boxes(red, 60), boxes(red, 75)); got >= minAgreement {
		t.Errorf("a box of other print agrees by %d", got)
	}
}
