package image

import (
	"cmp"
	"slices"

	"lookalike/matchers"
)

// A registered design is drawn in lines, a listing shows a photo. What both have is an outline and the course of edges
// inside it. A picture on a plain ground is divided into the things that it shows; each becomes its outline, filled, and the
// directions of its edges. The result is a candidate for a person's eye and no more.

// The measures of things on a ground.
const (
	thingReach   = 2  // in 1/100 of the side: lines that far apart belong to one thing
	viewReach    = 4  // in 1/1000 of the side: likewise, where views stand close together
	thingSide    = 14 // in 1/100: least longer side
	captionSide  = 7  // in 1/100: what is lower and wider than high is a caption
	frameSide    = 90 // in 1/100: what spans that much in both directions with little ink is a frame
	frameShare   = 3
	wideViews    = 13  // in 1/10 of the height: what is wider may be two views
	fewLines     = 6   // in 1/100 of the height
	paperLight   = 200 // level
	paperShare   = 60  // in 1/100
	maxThings    = 8
	raysToInside = 7 // of 8 rays that must meet ink
)

// thing is one object or view.
type thing struct {
	box   box
	mark  [8]logoMark // by turns; of a right the first alone
	plain bool        // its outline is a plain figure
}

// shapeRow is one thing on a picture of a design.
type shapeRow struct {
	Mark    logoMark
	Picture uint32 // row
	Flags   uint32 // shapePlain, shapeBroken
}

// The flags of a shapeRow.
const (
	shapePlain  = 1 << iota // a plain outline
	shapeBroken             // its drawing has broken lines: parts that are not claimed
)

// The least likeness of the lane shape. An outline that is a plain figure says nothing: more must agree. At 880 a photo taken
// like the drawing of a design is found in 100 of 100 cases, from ten degrees beside it in 52, and one photo in twenty meets
// another of 100 designs (benchmarks/results/eval-designs.txt).
const (
	ownShape   = 880
	plainShape = 930
)

// maxCandidates is how many drawings a picture is shown beside at most, the most alike.
const maxCandidates = 10

// matchShapes adds the designs that the things on the picture look like.
func (m *Matcher) matchShapes(f *Features, item uint16, p *picture) {
	from := len(f.hits)
	for i := range p.things {
		t := &p.things[i]
		for j := range m.shapes {
			row := &m.shapes[j]
			least := t.least(row)
			for k := range t.mark {
				like := t.mark[k].likeness(&row.Mark, least)
				if like < least {
					continue
				}
				h := matchers.Hit{
					Sign: m.pictures[row.Picture].Sign, Part: matchers.Picture, Item: item, Lane: matchers.Shape,
					Dist: uint16(1000 - like), Cover: uint16(t.mark[k].overlap(&row.Mark)), Tier: uint8(turns[k].edit),
				}
				if row.Flags&shapeBroken != 0 {
					h.Tier |= matchers.TierBroken
				}
				h.Start, h.End = t.box.pack()
				f.hits = append(f.hits, h)
			}
		}
	}
	shapes := nearest(f.hits[from:])
	slices.SortStableFunc(shapes, func(a, b matchers.Hit) int { return cmp.Or(cmp.Compare(a.Dist, b.Dist), cmp.Compare(a.Sign, b.Sign)) })
	f.hits = f.hits[:from+min(len(shapes), maxCandidates)]
}

// least returns how alike the thing must be to a design.
func (t *thing) least(row *shapeRow) int {
	if t.plain || row.Flags&shapePlain != 0 {
		return plainShape
	}
	return ownShape
}

// likeness returns the mean of the cosine of edges and the overlap of outlines, in 1/1000, less when the proportions differ by
// more than a fifth. It returns 0 early for one below least.
func (a *logoMark) likeness(b *logoMark, least int) int {
	p, q := int(a.Width)*int(b.Height), int(b.Width)*int(a.Height)
	share := min(1000, 1250*min(p, q)/max(p, q, 1))
	if share < least {
		return 0
	}
	outline := a.overlap(b) * share / 1000
	if outline+1000 < 2*least {
		return 0
	}
	return (a.cosine(b)*share/1000 + outline) / 2
}

// outlineOf reports whether the mask is that of a plain figure.
func (a *logoMark) outlineOf(figures []logoMark) bool {
	for i := range figures {
		if a.proportionate(&figures[i]) && a.overlap(&figures[i]) >= plainOutline {
			return true
		}
	}
	return false
}

// plainOutline is the overlap with a plain figure, in 1/1000, above which an outline passes for it.
const plainOutline = 930

// things describes the objects that the raster shows on its ground, the largest first, after each of n turns.
func (r *raster) things(n int, figures []logoMark) (out []thing) {
	ground, ok := r.ground()
	if !ok {
		if ground, ok = r.paper(); !ok {
			return nil
		}
	}
	mask := make([]bool, len(r.luma))
	shade := make([]uint8, len(r.luma))
	for i := range mask {
		d := distance(ground, r.luma[i], r.cb[i], r.cr[i])
		shade[i] = uint8(d)
		mask[i] = d >= minInkDistance
	}
	for _, b := range r.thingBoxes(mask) {
		t := thing{box: r.full(b)}
		var outline, edges grid
		outline.sample(inkOf(mask, r.w, b), box{0, 0, b.w(), b.h()})
		edges.sample(newInk(b.w(), b.h(), func(x, y int) uint8 { return shade[(b.y0+y)*r.w+b.x0+x] }), box{0, 0, b.w(), b.h()})
		outline.fill()
		for i := range n {
			o, e := outline.turned(turns[i].turn), edges.turned(turns[i].turn)
			t.mark[i] = e.describe()
			t.mark[i].Mask = o.describe().Mask
			w, h := turns[i].size(b.w(), b.h())
			t.mark[i].Width, t.mark[i].Height = uint16(w), uint16(h)
		}
		t.plain = t.mark[0].outlineOf(figures)
		out = append(out, t)
	}
	return out
}

// paper returns the commonest colour of the raster when that is white or nearly so and fills most of it: a drawing whose
// frame or lines run along the rim stands on it all the same.
func (r *raster) paper() (colour [3]uint8, ok bool) {
	all := make([]bool, len(r.luma))
	for i := range all {
		all[i] = true
	}
	colour, share := r.mode(r.whole(), all)
	neutral := distance([3]uint8{colour[0], 128, 128}, colour[0], colour[1], colour[2]) <= groundTolerance
	return colour, neutral && colour[0] >= paperLight && share >= paperShare
}

// inkOf returns the ink of a mask within b.
func inkOf(mask []bool, w int, b box) *ink {
	return newInk(b.w(), b.h(), func(x, y int) uint8 { return levelOf(mask[(b.y0+y)*w+b.x0+x]) })
}

// thingBoxes returns the boxes of connected ink that may be objects, the largest first: pieces that lie far apart, and those
// of them that a narrow gap divides, as between two views side by side.
func (r *raster) thingBoxes(mask []bool) []box {
	side := max(r.w, r.h)
	var found []box
	var frame box
	for _, reach := range [2]int{max(1, side*thingReach/100), max(1, side*viewReach/1000)} {
		label(dilated(mask, r.w, r.h, reach), mask, r.w, func(_ int32, b box, area int) {
			switch {
			case area == 0 || max(b.w()*100/r.w, b.h()*100/r.h) < thingSide,
				b.h()*100 < r.h*captionSide && b.w() > b.h():
			case b.w()*100 >= r.w*frameSide && b.h()*100 >= r.h*frameSide && area*100 < b.w()*b.h()*frameShare:
				frame = b
			case !slices.ContainsFunc(found, func(o box) bool { return near(b, o, side/50) }):
				found = append(found, b)
			}
		})
	}
	for i := 0; i < len(found) && len(found) < 2*maxThings; i++ { // halves are divided again
		for _, half := range r.halves(mask, found[i]) {
			if !slices.ContainsFunc(found, func(o box) bool { return near(half, o, side/50) }) {
				found = append(found, half)
			}
		}
	}
	if len(found) == 0 && frame.w() > 0 { // the drawing of a panel, and nothing in it
		found = append(found, frame)
	}
	slices.SortStableFunc(found, func(a, b box) int { return cmp.Compare(b.w()*b.h(), a.w()*a.h()) })
	return found[:min(len(found), maxThings)]
}

// halves divides a wide box at the column with least ink, when a few lines at most cross that: two views side by side touch
// in a few places.
func (r *raster) halves(mask []bool, b box) []box {
	if b.w()*10 < b.h()*wideViews {
		return nil
	}
	cut, least := 0, b.h()*fewLines/100+1
	for x := b.x0 + b.w()/4; x < b.x1-b.w()/4; x++ {
		n := 0
		for y := b.y0; y < b.y1; y++ {
			if mask[y*r.w+x] {
				n++
			}
		}
		if n < least {
			cut, least = x, n
		}
	}
	if cut == 0 {
		return nil
	}
	var out []box
	for _, half := range [2]box{{b.x0, b.y0, cut, b.y1}, {cut, b.y0, b.x1, b.y1}} {
		part := inkOf(mask, r.w, half).bounds()
		out = append(out, box{half.x0 + part.x0, half.y0 + part.y0, half.x0 + part.x1, half.y0 + part.y1})
	}
	return slices.DeleteFunc(out, func(h box) bool { return max(h.w()*100/r.w, h.h()*100/r.h) < thingSide })
}

// fill inks what ink surrounds: every sample from which at least seven of eight rays meet ink.
func (g *grid) fill() {
	var hits [cellSide][cellSide]int8
	for _, d := range [8][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
		var met [cellSide][cellSide]bool
		for i := range cellSide * cellSide {
			x, y := i%cellSide, i/cellSide
			if d[0] > 0 {
				x = cellSide - 1 - x
			}
			if d[1] > 0 || d[1] == 0 && d[0] > 0 {
				y = cellSide - 1 - y
			}
			if u, v := x+d[0], y+d[1]; uint(u) < cellSide && uint(v) < cellSide {
				met[y][x] = g[v][u] > 0 || met[v][u]
			}
			if met[y][x] {
				hits[y][x]++
			}
		}
	}
	for y := range g {
		for x := range g[y] {
			if g[y][x] > 0 || hits[y][x] >= raysToInside {
				g[y][x] = 255
			}
		}
	}
}

// turned returns the grid after t.
func (g *grid) turned(t turn) *grid {
	var out grid
	for y := range out {
		for x := range out[y] {
			u, v := x, y
			if t.mirrorX {
				u = cellSide - 1 - u
			}
			if t.mirrorY {
				v = cellSide - 1 - v
			}
			if t.transpose {
				u, v = v, u
			}
			out[y][x] = g[v][u]
		}
	}
	return &out
}
