package image

import (
	"math"
	"math/bits"
)

// Logos are compared by their ink: the picture is divided into ground and ink, the ink is trimmed and centred on a 64×64
// grid, and its edges are counted by place and direction (HOG: Dalal and Triggs, "Histograms of Oriented Gradients for
// Human Detection", 2005). Directions are unsigned, and ink is whatever is not ground: neither colour nor polarity counts.

// The shape of a descriptor: 8×8 places of 8×8 pixels, 8 directions of 22.5°.
const (
	places     = 8
	placeSide  = cellSide / places
	directions = 8
	logoDims   = places * places * directions
	maskSide   = 32
)

// logoMark describes the ink of one picture.
type logoMark struct {
	// Edges is round(512·√share) of each place and direction in the sum of all edges, at most 255 (Hellinger).
	Edges [logoDims]uint8
	// Mask has bit 32·y+x set where the ink covers half of a 1/32 square.
	Mask [maskSide * maskSide / 64]uint64
	// Norm is the sum of squares of Edges.
	Norm uint32
	// Width and Height are the sides of the ink, in pixels of a raster.
	Width, Height uint16
}

// logoKind says what of a picture a mark describes.
type logoKind uint8

const (
	logoInk    logoKind = iota // its ink, or a region of a photo
	logoTile                   // its ink, which is a tile: what stands on it is described as well
	logoOnTile                 // what stands on that tile
	logoKinds
)

// cosine returns the cosine of two descriptors in 1/1000, rounded down.
func (a *logoMark) cosine(b *logoMark) int {
	dot := uint32(0)
	for i := range a.Edges {
		dot += uint32(a.Edges[i]) * uint32(b.Edges[i])
	}
	if a.Norm == 0 || b.Norm == 0 {
		return 0
	}
	return int(1000 * float64(dot) / math.Sqrt(float64(a.Norm)*float64(b.Norm)))
}

// overlap returns the intersection of two masks over their union, in 1/1000.
func (a *logoMark) overlap(b *logoMark) int {
	both, any := 0, 0
	for i := range a.Mask {
		both += bits.OnesCount64(a.Mask[i] & b.Mask[i])
		any += bits.OnesCount64(a.Mask[i] | b.Mask[i])
	}
	if any == 0 {
		return 0
	}
	return both * 1000 / any
}

// like compares a mark of a listing with one of a right: the cosine of edges and the overlap of ink, in 1/1000, when both
// reach the limits. What stands on a tile of a right is asked for by what stands on one alone. Half of the edges of a tile
// are its outline, which all tiles share: between two tiles differences count double.
func (l *logoRegion) like(row *logoRow, least limits) (cosine, overlap int, ok bool) {
	kind := logoKind(row.Kind)
	if kind == logoOnTile && l.kind != logoOnTile || !l.mark.proportionate(&row.Mark) {
		return 0, 0, false
	}
	factor := 1
	if l.kind == logoTile && kind == logoTile {
		factor = 2
	}
	if overlap = 1000 - factor*(1000-l.mark.overlap(&row.Mark)); overlap < least.overlap {
		return 0, 0, false
	}
	cosine = 1000 - factor*(1000-l.mark.cosine(&row.Mark))
	return cosine, overlap, cosine >= least.cosine
}

// proportionate reports whether the proportions of two marks differ by at most a fifth.
func (a *logoMark) proportionate(b *logoMark) bool {
	p, q := int(a.Width)*int(b.Height), int(b.Width)*int(a.Height)
	return 5*min(p, q) >= 4*max(p, q)
}

// ink is a picture divided into ground and ink, as the integral of how much of each sample is ink, 0 to inked: (w+1)×(h+1)
// sums.
type ink struct {
	w, h int
	sums []uint32
}

// inked is the level of a sample that is ink all over.
const inked = 255

// newInk returns the ink of w×h samples of the given levels.
func newInk(w, h int, level func(x, y int) uint8) *ink {
	m := &ink{w: w, h: h, sums: make([]uint32, (w+1)*(h+1))}
	for y := range h {
		row := uint32(0)
		for x := range w {
			row += uint32(level(x, y))
			m.sums[(y+1)*(w+1)+x+1] = m.sums[y*(w+1)+x+1] + row
		}
	}
	return m
}

// levelOf returns inked for a sample that is ink.
func levelOf(is bool) uint8 {
	if is {
		return inked
	}
	return 0
}

// What counts as ink. A distance is the larger of the difference in luma and twice that in either colour difference.
const (
	groundTolerance = 24   // distance within which a sample of the rim belongs to the ground
	groundShare     = 0.80 // of the rim must be ground, or the picture stands on none
	minInkDistance  = 40
)

// ink divides the raster. It reports false for a picture without a plain ground.
func (r *raster) ink() (*ink, bool) {
	ground, ok := r.ground()
	if !ok {
		return nil, false
	}
	dist := make([]uint8, r.w*r.h)
	var seen [256]int
	for i := range dist {
		d := distance(ground, r.luma[i], r.cb[i], r.cr[i])
		dist[i] = uint8(d)
		seen[d]++
	}
	cut := max(minInkDistance, strongest(&seen)/3)
	return newInk(r.w, r.h, func(x, y int) uint8 { return levelOf(int(dist[y*r.w+x]) >= cut) }), true
}

// distance returns how far a sample lies from the ground, 0 to 255.
func distance(ground [3]uint8, y, cb, cr uint8) int {
	apart := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	return min(255, max(apart(y, ground[0]), 2*apart(cb, ground[1]), 2*apart(cr, ground[2])))
}

// strongest returns the distance that one ink sample in fifty exceeds.
func strongest(seen *[256]int) int {
	total := 0
	for _, n := range seen[minInkDistance:] {
		total += n
	}
	above := 0
	for d := len(seen) - 1; d > minInkDistance; d-- {
		if above += seen[d]; above*50 > total {
			return d
		}
	}
	return minInkDistance
}

// ground returns the median colour of the rim, and whether most of the rim has it.
func (r *raster) ground() (colour [3]uint8, ok bool) {
	var rim []int
	depth := max(1, min(r.w, r.h)/64)
	for y := range r.h {
		for x := 0; x < r.w; x++ {
			if y >= depth && y < r.h-depth && x == depth {
				x = max(x, r.w-depth)
			}
			rim = append(rim, y*r.w+x)
		}
	}
	for c, plane := range [3][]uint8{r.luma, r.cb, r.cr} {
		var seen [256]int
		for _, i := range rim {
			seen[plane[i]]++
		}
		n := 0
		for v := range seen {
			if n += seen[v]; 2*n >= len(rim) {
				colour[c] = uint8(v)
				break
			}
		}
	}
	same := 0
	for _, i := range rim {
		if distance(colour, r.luma[i], r.cb[i], r.cr[i]) <= groundTolerance {
			same++
		}
	}
	return colour, float64(same) >= groundShare*float64(len(rim))
}

// count returns the ink within b, in samples.
func (m *ink) count(b box) int {
	n := m.w + 1
	sum := int(m.sums[b.y1*n+b.x1]) - int(m.sums[b.y0*n+b.x1]) - int(m.sums[b.y1*n+b.x0]) + int(m.sums[b.y0*n+b.x0])
	return sum / inked
}

// bounds returns the box of the ink. One part in a thousand may stick out on each side: dust and compression noise.
func (m *ink) bounds() box {
	b := box{0, 0, m.w, m.h}
	dust := m.count(b) / 1000
	for b.y0 < b.y1 && m.count(box{0, 0, m.w, b.y0 + 1}) <= dust {
		b.y0++
	}
	for b.y1 > b.y0 && m.count(box{0, b.y1 - 1, m.w, m.h}) <= dust {
		b.y1--
	}
	for b.x0 < b.x1 && m.count(box{0, 0, b.x0 + 1, m.h}) <= dust {
		b.x0++
	}
	for b.x1 > b.x0 && m.count(box{b.x1 - 1, 0, m.w, m.h}) <= dust {
		b.x1--
	}
	return b
}

// The limits within which ink can be a logo.
const (
	minLogoSide = 20   // longer side of the ink, in pixels of the raster
	minInkShare = 0.02 // of the box of the ink
	maxInkShare = 0.95
)

// logo describes the ink of the raster and returns its box. It reports false when there is no ground, too little ink, or
// one of the plain figures.
func (r *raster) logo(figures []logoMark) (mark logoMark, b box, ok bool) {
	m, ok := r.ink()
	if !ok {
		return mark, b, false
	}
	b = m.bounds()
	mark, ok = m.logo(figures)
	return mark, b, ok
}

// logos describes the logo that is all the raster shows: its ink, and what stands on that when it is a tile.
func (r *raster) logos(figures []logoMark) (out []logoRegion) {
	mark, ink, ok := r.logo(figures)
	if ok {
		out = append(out, logoRegion{box: r.full(r.whole()), mark: mark})
	}
	if ink.w() < minLogoSide || ink.h() < minLogoSide {
		return out
	}
	on, tiled := r.tile(ink, figures)
	if !tiled {
		return out
	}
	if ok {
		out[0].kind = logoTile
	}
	return append(out, logoRegion{box: r.full(r.whole()), mark: on, kind: logoOnTile})
}

// logo describes the ink, like the method of raster.
func (m *ink) logo(figures []logoMark) (mark logoMark, ok bool) {
	b := m.bounds()
	if max(b.w(), b.h()) < minLogoSide || min(b.w(), b.h()) < 2 {
		return mark, false
	}
	if share := float64(m.count(b)) / float64(b.w()*b.h()); share < minInkShare || share > maxInkShare {
		return mark, false
	}
	mark = m.describe(b)
	return mark, !mark.among(figures)
}

// plain reports whether the raster shows one of the plain figures on a ground, or nothing.
func (r *raster) plain(figures []logoMark) bool {
	m, ok := r.ink()
	if !ok {
		return false
	}
	b := m.bounds()
	if b.w() < 2 || b.h() < 2 {
		return true
	}
	mark := m.describe(b)
	return mark.among(figures)
}

// describe returns the descriptor of the ink within b.
func (m *ink) describe(b box) logoMark {
	var g grid
	g.sample(m, b)
	mark := g.describe()
	mark.Width, mark.Height = uint16(b.w()), uint16(b.h())
	return mark
}

// grid is ink on 64×64, 0 to 255.
type grid [cellSide][cellSide]int32

// gridInner is how much of the grid the longer side of the ink fills: a margin of 2 on each side keeps its outer edges.
const gridInner = cellSide - 4

// sample averages the ink of b onto the grid, centred. Ink keeps its proportions up to 2:1; longer lettering is stretched to
// that, or it would fill one row of places and look like all other lettering. Positions are in units of 1/120 pixel, in
// which all edges are whole.
func (g *grid) sample(m *ink, b box) {
	const unit = 2 * gridInner
	spanX, spanY := min(max(b.w(), b.h()), 2*b.w()), min(max(b.w(), b.h()), 2*b.h()) // pixels across and down the inner grid
	cellX, cellY := 2*spanX, 2*spanY
	x0, y0 := (b.x0+b.x1)*gridInner-spanX*cellSide, (b.y0+b.y1)*gridInner-spanY*cellSide
	at := func(x, y int) int64 {
		x, y = max(b.x0*unit, min(x, b.x1*unit)), max(b.y0*unit, min(y, b.y1*unit))
		ix, iy, fx, fy := x/unit, y/unit, int64(x%unit), int64(y%unit)
		n := m.w + 1
		jx, jy := min(ix+1, m.w), min(iy+1, m.h)
		return (unit-fy)*((unit-fx)*int64(m.sums[iy*n+ix])+fx*int64(m.sums[iy*n+jx])) +
			fy*((unit-fx)*int64(m.sums[jy*n+ix])+fx*int64(m.sums[jy*n+jx]))
	}
	var above, below [cellSide + 1]int64
	area := int64(cellX) * int64(cellY)
	for y := -1; y < cellSide; y++ {
		for x := range below {
			below[x] = at(x0+x*cellX, y0+(y+1)*cellY)
		}
		if y >= 0 {
			for x := range cellSide {
				g[y][x] = int32((below[x+1] - below[x] - above[x+1] + above[x] + area/2) / area)
			}
		}
		above = below
	}
}

// describe counts the edges of the grid.
func (g *grid) describe() (mark logoMark) {
	var sums [logoDims]int64
	for y := range cellSide {
		for x := range cellSide {
			gx, gy := g.at(x+1, y)-g.at(x-1, y), g.at(x, y+1)-g.at(x, y-1)
			if gx != 0 || gy != 0 {
				vote(&sums, x, y, int64(gx), int64(gy))
			}
			if x%2 == 0 && y%2 == 0 && g[y][x]+g[y][x+1]+g[y+1][x]+g[y+1][x+1] >= 4*128 {
				bit := y/2*maskSide + x/2
				mark.Mask[bit/64] |= 1 << (bit % 64)
			}
		}
	}
	total := int64(0)
	for _, v := range sums {
		total += v
	}
	if total == 0 {
		return mark
	}
	for i, v := range sums {
		e := min(255, int(float64(512*math.Sqrt(float64(v)/float64(total)))+0.5))
		mark.Edges[i] = uint8(e)
		mark.Norm += uint32(e * e)
	}
	return mark
}

// at returns a sample, 0 outside the grid.
func (g *grid) at(x, y int) int32 {
	if uint(x) >= cellSide || uint(y) >= cellSide {
		return 0
	}
	return g[y][x]
}

// compass is the eight directions as vectors of length 2¹², half a turn in all.
var compass = func() (c [directions + 1][2]int64) {
	for i := range c {
		a := math.Pi * float64(i) / directions
		c[i] = [2]int64{int64(math.Round(math.Cos(a) * (1 << 12))), int64(math.Round(math.Sin(a) * (1 << 12)))}
	}
	return c
}()

// vote adds the edge (gx, gy) of a pixel to its two directions and its up to four places, by nearness.
func vote(sums *[logoDims]int64, x, y int, gx, gy int64) {
	if gy < 0 || gy == 0 && gx < 0 {
		gx, gy = -gx, -gy
	}
	d := 0
	for d < directions-1 && compass[d+1][0]*gy-compass[d+1][1]*gx >= 0 {
		d++
	}
	next := compass[d][0]*gy - compass[d][1]*gx // grows with the angle from direction d
	this := gx*compass[d+1][1] - gy*compass[d+1][0]
	size := int64(16 * math.Sqrt(float64(gx*gx+gy*gy)))
	next = 64 * next / max(1, next+this)
	px, fx := place(x)
	py, fy := place(y)
	for dy, wy := range [2]int64{16 - fy, fy} {
		for dx, wx := range [2]int64{16 - fx, fx} {
			if cx, cy := px+dx, py+dy; uint(cx) < places && uint(cy) < places {
				at := (cy*places + cx) * directions
				sums[at+d] += size * wx * wy * (64 - next)
				sums[at+(d+1)%directions] += size * wx * wy * next
			}
		}
	}
}

// place returns the place whose centre lies at or before pixel x, -1 before the first, and how far past it x lies, in 1/16
// of a place.
func place(x int) (int, int64) {
	p := 2*x + 1 - placeSide + 2*placeSide // in half pixels, from the centre of place -1
	return p/(2*placeSide) - 1, int64(p % (2 * placeSide))
}
