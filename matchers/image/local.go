package image

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Local features find a part of a picture inside another: free crops, insets, new grounds, tilts. Corners are looked for on
// a pyramid (FAST-9: Rosten and Drummond, "Machine Learning for High-Speed Corner Detection", 2006), turned by the centroid
// of their light and described by 256 comparisons of blurred samples (ORB: Rublee et al., 2011).

// The measures of the features.
const (
	octaves      = 8   // levels of the pyramid, each 4/5 of the one before
	cornerStep   = 12  // levels of luma between a corner and nine samples in a row of its circle
	patchRadius  = 15  // of the disc that gives the direction
	pairRadius   = 12  // of the samples compared, before turning
	margin       = 17  // corners nearer to the rim have no whole patch
	headings     = 32  // directions told apart
	queryPoints  = 700 // of a listing's picture
	corpusPoints = 300 // of a right's picture: with 8 tables 16 kB
	spreadCells  = 8   // per side: each gets its share of the corners of a level
)

// point is one corner.
type point struct {
	X, Y    uint16 // in 1/16 pixel of the raster
	Heading uint8  // 0 to 31
	Level   uint8
	_       uint16
	Owner   uint32 // row of the corpus, 0 in a listing
}

// locals are the features of one picture. points and hashes run in step.
type locals struct {
	w, h         int // of the raster
	fullW, fullH int
	points       []point
	hashes       []hash
}

// pattern is the pairs of samples that are compared, for each heading: x, y of the one, x, y of the other.
type pattern [headings][256][4]int8

// newPattern returns the pattern. Its pairs are drawn from a normal distribution around the corner, as in BRIEF.
func newPattern() *pattern {
	r := rand.New(rand.NewPCG(0x10ca1, 256))
	p := new(pattern)
	draw := func() float64 {
		for {
			if v := r.NormFloat64() * pairRadius / 2; math.Abs(v) <= pairRadius {
				return v
			}
		}
	}
	for i := range 256 {
		pair := [4]float64{draw(), draw(), draw(), draw()}
		for a := range headings {
			sin, cos := math.Sincos(2 * math.Pi * float64(a) / headings)
			for k := 0; k < 4; k += 2 {
				x, y := pair[k], pair[k+1]
				p[a][i][k] = int8(math.Round(float64(x*cos) - float64(y*sin)))
				p[a][i][k+1] = int8(math.Round(float64(x*sin) + float64(y*cos)))
			}
		}
	}
	return p
}

// octave is one level of the pyramid.
type octave struct {
	w, h   int
	luma   []uint8
	blur   []uint8
	scores []int32
}

// corner is a candidate on one level.
type corner struct {
	x, y  int
	score int32
	rank  int // among those of its cell
}

// locals returns at most n features of the raster.
func (r *raster) locals(p *pattern, n int) *locals {
	l := &locals{w: r.w, h: r.h, fullW: r.fullW, fullH: r.fullH}
	// Levels share the corners by their side, not by their area: a right's picture is as often shrunk as it is cropped.
	total := 0
	var sizes [octaves][2]int
	for i := range sizes {
		k := math.Pow(0.8, float64(i))
		sizes[i] = [2]int{int(float64(r.w)*k + 0.5), int(float64(r.h)*k + 0.5)}
		if min(sizes[i][0], sizes[i][1]) > 2*margin {
			total += sizes[i][0]
		}
	}
	var o octave
	for i, size := range sizes {
		if min(size[0], size[1]) <= 2*margin {
			break
		}
		o.reduce(r, size[0], size[1])
		share := (n*size[0] + total - 1) / total
		for _, c := range o.corners(share) {
			h := o.heading(c)
			l.points = append(l.points, point{
				X: uint16((2*c.x + 1) * r.w * 8 / size[0]), Y: uint16((2*c.y + 1) * r.h * 8 / size[1]),
				Heading: uint8(h), Level: uint8(i),
			})
			l.hashes = append(l.hashes, o.describe(c, &p[h]))
		}
	}
	l.points, l.hashes = l.points[:min(n, len(l.points))], l.hashes[:min(n, len(l.hashes))]
	return l
}

// reduce fills o with the raster at the given size, and its 5×5 average, in the memory of the level before.
func (o *octave) reduce(r *raster, w, h int) {
	o.w, o.h, o.luma = w, h, r.luma
	if w != r.w || h != r.h {
		red := newReducer(r.w, r.h, w, h)
		for y := range r.h {
			red.add(r.luma[y*r.w : (y+1)*r.w])
		}
		o.luma = red.out
	}
	o.blur = resized(o.blur, w*h)
	blurInto(o.blur, o.luma, w, h)
	o.scores = resized(o.scores, w*h)
	clear(o.scores)
}

// blurInto averages 5×5 samples; the rim of two samples keeps 0.
func blurInto(out, src []uint8, w, h int) {
	clear(out)
	columns := make([]int32, w)
	for y := range h {
		for x := range w {
			columns[x] += int32(src[y*w+x])
			if y >= 5 {
				columns[x] -= int32(src[(y-5)*w+x])
			}
		}
		if y < 4 {
			continue
		}
		sum := int32(0)
		for x := range w {
			sum += columns[x]
			if x >= 5 {
				sum -= columns[x-5]
			}
			if x >= 4 {
				out[(y-2)*w+x-2] = uint8(sum / 25)
			}
		}
	}
}

// circle is the sixteen samples around a corner, clockwise from the top.
var circle = [16][2]int{{0, -3}, {1, -3}, {2, -2}, {3, -1}, {3, 0}, {3, 1}, {2, 2}, {1, 3}, {0, 3}, {-1, 3}, {-2, 2}, {-3, 1}, {-3, 0}, {-3, -1}, {-2, -2}, {-1, -3}}

// corners returns at most n corners, spread over the picture, strongest first within equal ranks.
func (o *octave) corners(n int) []corner {
	o.score()
	var found []corner
	for y := margin; y < o.h-margin; y++ {
		for x := margin; x < o.w-margin; x++ {
			if s := o.scores[y*o.w+x]; s > 0 && o.highest(x, y, s) {
				found = append(found, corner{x: x, y: y, score: s})
			}
		}
	}
	slices.SortFunc(found, func(a, b corner) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	var filled [spreadCells][spreadCells]int
	for i := range found {
		c := &found[i]
		cell := &filled[c.y*spreadCells/o.h][c.x*spreadCells/o.w]
		c.rank = *cell
		*cell++
	}
	slices.SortStableFunc(found, func(a, b corner) int { return cmp.Compare(a.rank, b.rank) })
	return found[:min(n, len(found))]
}

// highest reports whether no neighbour scores more; of equal ones the first in reading order is kept.
func (o *octave) highest(x, y int, s int32) bool {
	at := y*o.w + x
	return o.scores[at-o.w-1] < s && o.scores[at-o.w] < s && o.scores[at-o.w+1] < s && o.scores[at-1] < s &&
		o.scores[at+1] <= s && o.scores[at+o.w-1] <= s && o.scores[at+o.w] <= s && o.scores[at+o.w+1] <= s
}

// score fills scores: 0 for no corner, else by how much the circle departs from its middle in all.
func (o *octave) score() {
	var at [16]int
	for i, d := range circle {
		at[i] = d[1]*o.w + d[0]
	}
	for y := margin - 1; y <= o.h-margin; y++ {
		for i := y*o.w + margin - 1; i <= y*o.w+o.w-margin; i++ {
			v := int32(o.luma[i])
			low, high := v-cornerStep, v+cornerStep
			// Nine in a row hold one of any two opposite samples.
			if like(o.luma[i+at[0]], low) && like(o.luma[i+at[8]], low) || like(o.luma[i+at[4]], low) && like(o.luma[i+at[12]], low) {
				continue
			}
			// Nine in a row hold at least two of the four ends of the axes.
			brighter, darker := 0, 0
			for k := 0; k < 16; k += 4 {
				if s := int32(o.luma[i+at[k]]); s > high {
					brighter++
				} else if s < low {
					darker++
				}
			}
			if brighter < 2 && darker < 2 {
				continue
			}
			var up, down uint32
			sum := int32(0)
			for k, d := range at {
				switch s := int32(o.luma[i+d]); {
				case s > high:
					up |= 1 << k
					sum += s - high
				case s < low:
					down |= 1 << k
					sum += low - s
				}
			}
			if nineInARow(up) || nineInARow(down) {
				o.scores[i] = sum
			}
		}
	}
}

// like reports whether a sample lies within cornerStep of the middle; low is the least that does.
func like(s uint8, low int32) bool { return uint32(int32(s)-low) <= 2*cornerStep }

// nineInARow reports whether nine neighbours of a circle of 16 bits are set.
func nineInARow(m uint32) bool {
	if bits.OnesCount32(m) < 9 {
		return false
	}
	m |= m << 16
	m &= m >> 1 // 2 in a row
	m &= m >> 2 // 4
	m &= m >> 4 // 8
	return m&(m>>1) != 0
}

// heading returns the direction from the corner to the centroid of light of the disc around it.
func (o *octave) heading(c corner) int {
	mx, my := 0, 0
	for dy := -patchRadius; dy <= patchRadius; dy++ {
		for dx := -patchRadius; dx <= patchRadius; dx++ {
			if dx*dx+dy*dy <= patchRadius*patchRadius {
				v := int(o.luma[(c.y+dy)*o.w+c.x+dx])
				mx += dx * v
				my += dy * v
			}
		}
	}
	turn := math.Atan2(float64(my), float64(mx)) / (2 * math.Pi)
	return int(math.Floor(turn*headings+headings+0.5)) % headings
}

// describe compares the pairs of blurred samples around the corner.
func (o *octave) describe(c corner, pairs *[256][4]int8) (h hash) {
	at := c.y*o.w + c.x
	for i, p := range pairs {
		if o.blur[at+int(p[1])*o.w+int(p[0])] < o.blur[at+int(p[3])*o.w+int(p[2])] {
			h[i/64] |= 1 << (i % 64)
		}
	}
	return h
}
