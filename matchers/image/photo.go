package image

import (
	"cmp"
	"slices"
)

// A logo inside a photo is looked for among its regions: what lies above or below each of nine levels of light, and what has
// one of eight colours, each as connected pieces and as groups of pieces that lie close together (lettering). A region is
// described like the ink of a whole picture.

// The measures of the regions.
const (
	photoSide    = 480 // longer side to which the picture is reduced
	lightLevels  = 9
	photoColours = 8
	maxRegions   = 250 // the largest are kept
	minRegion    = 5   // least longer side, in 1/100 of the picture's
	maxRegion    = 70
	minPieceArea = 30 // samples
)

// groupReaches are how many samples bridge the gap between two pieces of a group, 0 for single pieces.
var groupReaches = [...]int{0, 3, 8}

// piece is one region on a mask.
type piece struct {
	box  box
	mark logoMark
	area int
}

// regions describes the regions of the picture, the largest first.
func (r *raster) regions(figures []logoMark) []logoRegion {
	small := r.scaledTo(photoSide)
	var pieces []piece
	for _, mask := range small.masks() {
		for _, reach := range groupReaches {
			pieces = append(pieces, small.pieces(mask, reach)...)
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(b.area, a.area), cmp.Compare(a.box.y0, b.box.y0), cmp.Compare(a.box.x0, b.box.x0),
			cmp.Compare(a.box.y1, b.box.y1), cmp.Compare(a.box.x1, b.box.x1))
	})
	var out []logoRegion
	for i := range pieces {
		if p := &pieces[i]; len(out) < maxRegions && !p.mark.among(figures) && !slices.ContainsFunc(out, func(l logoRegion) bool {
			return near(small.full(p.box), l.box, r.fullW/100+1) && l.mark.overlap(&p.mark) > 900
		}) {
			out = append(out, logoRegion{box: small.full(p.box), mark: p.mark})
		}
	}
	return out
}

// near reports whether all sides of two boxes lie within d of each other.
func near(a, b box, d int) bool {
	for _, v := range [4]int{a.x0 - b.x0, a.y0 - b.y0, a.x1 - b.x1, a.y1 - b.y1} {
		if v > d || v < -d {
			return false
		}
	}
	return true
}

// scaledTo returns the raster at most side samples a side.
func (r *raster) scaledTo(side int) *raster {
	if max(r.w, r.h) <= side {
		return r
	}
	w, h := max(1, r.w*side/max(r.w, r.h)), max(1, r.h*side/max(r.w, r.h))
	var planes [3][]uint8
	for i, p := range [3][]uint8{r.luma, r.cb, r.cr} {
		red := newReducer(r.w, r.h, w, h)
		for y := range r.h {
			red.add(p[y*r.w : (y+1)*r.w])
		}
		planes[i] = red.out
	}
	return upright(planes, r.fullW, r.fullH, w, h, 1)
}

// masks divides the raster in all ways. A level that divides it like the one before is passed over.
func (r *raster) masks() (all [][]bool) {
	var seen [256]int
	for _, v := range r.luma {
		seen[v]++
	}
	level, below, last := 0, 0, 0
	for i := 1; i <= lightLevels; i++ {
		to := i * 256 / (lightLevels + 1)
		for ; level < to; level++ {
			below += seen[level]
		}
		if (below-last)*400 < len(r.luma) {
			continue
		}
		last = below
		dark, light := make([]bool, len(r.luma)), make([]bool, len(r.luma))
		for k, v := range r.luma {
			dark[k] = int(v) < to
			light[k] = !dark[k]
		}
		all = append(all, dark, light)
	}
	return append(all, r.colourMasks()...)
}

// colourMasks divides the raster by its main colours: eight rounds of k-means over luma and colour differences, from
// centres spread along the order of light.
func (r *raster) colourMasks() [][]bool {
	n := len(r.luma)
	order := make([]int, 0, n/7+1)
	for i := 0; i < n; i += 7 {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.luma[a], r.luma[b]) })
	var centres [photoColours][3]int
	for k := range centres {
		i := order[(2*k+1)*len(order)/(2*photoColours)]
		centres[k] = [3]int{int(r.luma[i]), int(r.cb[i]), int(r.cr[i])}
	}
	nearest := func(i int) int {
		best, at := 1<<30, 0
		for k, c := range centres {
			dy, db, dr := int(r.luma[i])-c[0], int(r.cb[i])-c[1], int(r.cr[i])-c[2]
			if d := dy*dy + 3*(db*db+dr*dr); d < best {
				best, at = d, k
			}
		}
		return at
	}
	for range 8 {
		var sums [photoColours][4]int
		for _, i := range order {
			s := &sums[nearest(i)]
			s[0], s[1], s[2], s[3] = s[0]+int(r.luma[i]), s[1]+int(r.cb[i]), s[2]+int(r.cr[i]), s[3]+1
		}
		for k, s := range sums {
			if s[3] > 0 {
				centres[k] = [3]int{s[0] / s[3], s[1] / s[3], s[2] / s[3]}
			}
		}
	}
	masks := make([][]bool, photoColours)
	for k := range masks {
		masks[k] = make([]bool, n)
	}
	for i := range n {
		masks[nearest(i)][i] = true
	}
	return masks
}

// pieces returns the connected regions of a mask whose size may be that of a logo. Samples up to reach apart are connected.
func (r *raster) pieces(mask []bool, reach int) (out []piece) {
	wide := mask
	if reach > 0 {
		wide = dilated(mask, r.w, r.h, reach)
	}
	long := max(r.w, r.h)
	type found struct {
		number int32
		box    box
	}
	var candidates []found
	labels := label(wide, mask, r.w, func(number int32, b box, area int) {
		side := max(b.w(), b.h())
		if area < minPieceArea || side*100 < long*minRegion || side*100 > long*maxRegion || side < minLogoSide ||
			b.x0 == 0 || b.y0 == 0 || b.x1 == r.w || b.y1 == r.h || min(b.w(), b.h()) < 4 {
			return
		}
		if share := area * 100 / (b.w() * b.h()); share >= 5 && share <= 95 {
			candidates = append(candidates, found{number, b})
		}
	})
	for _, c := range candidates {
		b := c.box
		out = append(out, piece{box: b, area: b.w() * b.h(), mark: r.describe(mask, labels, c.number, b)})
	}
	return out
}

// describe describes the samples of a mask that have a label, within b. A sample at the edge of those is ink by the share
// of the ink's mean colour in its own, the rest being the mean colour of what else lies within b: a logo of 70 samples has
// most of its form in such samples.
func (r *raster) describe(mask []bool, labels []int32, label int32, b box) logoMark {
	own := func(i int) bool { return mask[i] && labels[i] == label }
	var ink, ground colourMean
	for y := b.y0; y < b.y1; y++ {
		for i := y*r.w + b.x0; i < y*r.w+b.x1; i++ {
			switch {
			case own(i):
				ink.add(r, i)
			case !mask[i]:
				ground.add(r, i)
			}
		}
	}
	from, to := ground.mean(), ink.mean()
	var axis [3]int
	long := 0
	for k := range axis {
		axis[k] = to[k] - from[k]
		long += axis[k] * axis[k]
	}
	m := newInk(b.w(), b.h(), func(x, y int) uint8 {
		i := (b.y0+y)*r.w + b.x0 + x
		is := own(i)
		if long == 0 || own(i-1) == is && own(i+1) == is && own(i-r.w) == is && own(i+r.w) == is {
			return levelOf(is)
		}
		along := (int(r.luma[i])-from[0])*axis[0] + (int(r.cb[i])-from[1])*axis[1] + (int(r.cr[i])-from[2])*axis[2]
		return uint8(max(0, min(inked, inked*along/long)))
	})
	return m.describe(box{0, 0, m.w, m.h})
}

// colourMean is the sum of colours of n samples.
type colourMean struct {
	sum [3]int
	n   int
}

func (c *colourMean) add(r *raster, i int) {
	c.sum[0], c.sum[1], c.sum[2] = c.sum[0]+int(r.luma[i]), c.sum[1]+int(r.cb[i]), c.sum[2]+int(r.cr[i])
	c.n++
}

// mean returns the mean colour, that of nothing for none.
func (c *colourMean) mean() (out [3]int) {
	for k := range out {
		out[k] = c.sum[k] / max(1, c.n)
	}
	return out
}

// dilated returns the mask grown by n samples in each direction, as a square.
func dilated(mask []bool, w, h, n int) []bool {
	rows, out := make([]bool, len(mask)), make([]bool, len(mask))
	for y := range h {
		last := -n - 1
		for x := range w + n {
			if x < w && mask[y*w+x] {
				last = x
			}
			if at := x - n; at >= 0 && last >= at-n {
				rows[y*w+at] = true
			}
		}
	}
	for x := range w {
		last := -n - 1
		for y := range h + n {
			if y < h && rows[y*w+x] {
				last = y
			}
			if at := y - n; at >= 0 && last >= at-n {
				out[at*w+x] = true
			}
		}
	}
	return out
}
