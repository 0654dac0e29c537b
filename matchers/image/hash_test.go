package image

import (
	"image/color"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"lookalike/matchers"
	"lookalike/matchers/core"
)

// edits turns a picture the way that the edit's name says.
var edits = map[matchers.EditKind]turn{
	matchers.EditNone:               {},
	matchers.EditMirrored:           {mirrorX: true},
	matchers.EditRotated90:          {transpose: true, mirrorX: true},
	matchers.EditRotated180:         {mirrorX: true, mirrorY: true},
	matchers.EditRotated270:         {transpose: true, mirrorY: true},
	matchers.EditMirroredRotated90:  {transpose: true, mirrorX: true, mirrorY: true},
	matchers.EditMirroredRotated180: {mirrorY: true},
	matchers.EditMirroredRotated270: {transpose: true},
}

// TestEditsAreWhatTheirNamesSay follows the corner of a picture: clockwise, top left goes to top right.
func TestEditsAreWhatTheirNamesSay(t *testing.T) {
	m := uniform(color.White, 40, 20)
	m.Set(0, 0, color.Black)
	for edit, corner := range map[matchers.EditKind][2]int{
		matchers.EditRotated90:         {19, 0},
		matchers.EditRotated180:        {39, 19},
		matchers.EditRotated270:        {0, 39},
		matchers.EditMirrored:          {39, 0},
		matchers.EditMirroredRotated90: {19, 39},
	} {
		out := turned(m, edits[edit])
		if r, _, _, _ := out.At(corner[0], corner[1]).RGBA(); r != 0 {
			t.Errorf("edit %d: no black corner at %v", edit, corner)
		}
	}
}

func TestHashOfTurns(t *testing.T) {
	m := scene(11, 160, 120)
	want := hashOf(m)
	for i := range turns {
		edited := asRaster(turned(m, edits[turns[i].edit]))
		g, _ := edited.region(edited.whole(), 0)
		if d := core.Distance256(&g.hashes[i], &want); d != 0 {
			t.Errorf("edit %d: distance %d after turning back, want 0", turns[i].edit, d)
		}
		for j := range turns {
			if d := core.Distance256(&g.hashes[j], &want); j != i && d <= radiusWhole {
				t.Errorf("edit %d: distance %d with the turn of edit %d", turns[i].edit, d, turns[j].edit)
			}
		}
	}
}

func TestHashSeparates(t *testing.T) {
	var all []hash
	for seed := range uint64(60) {
		h := hashOf(scene(seed, 200, 150))
		ones := 0
		for _, w := range h {
			ones += bits.OnesCount64(w)
		}
		if ones < 100 || ones > 130 {
			t.Errorf("scene %d: %d bits set", seed, ones)
		}
		for i := range all {
			if d := core.Distance256(&h, &all[i]); d <= radiusWhole {
				t.Errorf("scenes %d and %d at distance %d", seed, i, d)
			}
		}
		all = append(all, h)
		small := hashOf(scene(seed, 400, 300))
		if d := core.Distance256(&h, &small); d > 45 {
			t.Errorf("scene %d drawn twice as large at distance %d", seed, d)
		}
	}
}

func TestQuality(t *testing.T) {
	quality := func(r *raster) int {
		var c cells
		c.average(r, r.whole())
		return c.quality()
	}
	if q := quality(asRaster(uniform(color.NRGBA{90, 120, 40, 255}, 100, 100))); q != 0 {
		t.Errorf("uniform tile: quality %d, want 0", q)
	}
	if q := quality(asRaster(scene(3, 200, 200))); q < 2*minQuality {
		t.Errorf("scene: quality %d", q)
	}
	p := asRaster(uniform(color.White, 100, 100)).picture(nil)
	if len(p.regions) != 0 || len(p.logos) != 0 {
		t.Error("a white tile is looked up")
	}
}

func TestTrim(t *testing.T) {
	m := scene(21, 200, 140)
	for _, c := range []color.Color{color.White, color.Black, color.NRGBA{200, 30, 30, 255}} {
		r := asRaster(framed(m, 30, c))
		b := r.trim(r.whole())
		for _, d := range []int{b.x0 - 30, b.y0 - 30, b.x1 - 230, b.y1 - 170} {
			if d < -3 || d > 3 {
				t.Errorf("frame of %v: box %v, want {30 30 230 170}", c, b)
				break
			}
		}
	}
	r := asRaster(uniform(color.White, 64, 64))
	if r.trim(r.whole()) != r.whole() {
		t.Error("an empty picture is trimmed away")
	}
}

func TestKth(t *testing.T) {
	for seed := range int64(50) {
		a := make([]int64, 40)
		for i := range a {
			seed = seed*6364136223846793005 + 1442695040888963407
			a[i] = seed >> 60
		}
		sorted := slices.Sorted(slices.Values(a))
		for k := range a {
			if got := kth(slices.Clone(a), k); got != sorted[k] {
				t.Fatalf("rank %d: %d, want %d", k, got, sorted[k])
			}
		}
	}
}

// TestReducer compares the row-wise reduction with the definition of an area average.
func TestReducer(t *testing.T) {
	for _, c := range [][4]int{{7, 5, 3, 2}, {64, 48, 64, 48}, {100, 30, 33, 29}, {9, 9, 1, 1}, {513, 3, 512, 3}} {
		w, h, dw, dh := c[0], c[1], c[2], c[3]
		src := make([]uint8, w*h)
		for i := range src {
			src[i] = uint8(i*i*31 + i*7)
		}
		r := newReducer(w, h, dw, dh)
		for y := range h {
			r.add(src[y*w : (y+1)*w])
		}
		for y := range dh {
			for x := range dw {
				sum := 0
				for sy := range h {
					for sx := range w {
						ox := min((sx+1)*dw, (x+1)*w) - max(sx*dw, x*w)
						oy := min((sy+1)*dh, (y+1)*h) - max(sy*dh, y*h)
						sum += max(0, ox) * max(0, oy) * int(src[sy*w+sx])
					}
				}
				if want := uint8((sum + w*h/2) / (w * h)); r.out[y*dw+x] != want {
					t.Fatalf("%v: sample %d,%d is %d, want %d", c, x, y, r.out[y*dw+x], want)
				}
			}
		}
	}
}

// TestReducerRounds holds the product with the reciprocal to the quotient, at the sums where it changes and at the largest.
func TestReducerRounds(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	for range 20_000 {
		w, h := 2+r.IntN(1<<r.IntN(16)), 2+r.IntN(1<<r.IntN(12))
		red := newReducer(w, h, 1, 1)
		area := uint64(w) * uint64(h)
		at := uint64(r.IntN(256)) * area
		for _, sum := range []uint64{at, min(at+area/2-1, 255*area), min(at+area/2, 255*area), min(at+(area+1)/2, 255*area), 255 * area} {
			red.acc[0], red.out = sum, red.out[:0]
			red.emit()
			if want := uint8((sum + area/2) / area); red.out[0] != want {
				t.Fatalf("%d×%d pixels, sum %d: %d, want %d", w, h, sum, red.out[0], want)
			}
		}
	}
}
