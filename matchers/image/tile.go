package image

// A logo often stands on a tile or a badge of one colour, which itself stands on a ground. The ink of the whole is then the
// tile; the logo is what departs from the tile's colour inside it.

// The measures of a tile.
const (
	tileFill  = 88 // in 1/100: least part of the box of the ink that a tile fills which is no disc or other plain figure
	tileShare = 45 // in 1/100: least part of the tile that has its colour
	tileRim   = 2  // samples along the edge of the tile that are blurred with the ground
)

// tile describes what is drawn on the tile within b, the box of the ink. It reports false when nothing like a tile fills the
// box, when no colour fills most of that, and when what is drawn there cannot be a logo.
func (r *raster) tile(b box, figures []logoMark) (logoMark, bool) {
	ground, ok := r.ground()
	if !ok {
		return logoMark{}, false
	}
	inside := r.enclosed(b, ground)
	outline := newInk(b.w(), b.h(), func(x, y int) uint8 { return levelOf(inside[y*b.w()+x]) })
	if whole := (box{0, 0, b.w(), b.h()}); outline.count(whole)*100 < b.w()*b.h()*tileFill {
		if mark := outline.describe(whole); !mark.outlineOf(figures) {
			return logoMark{}, false
		}
	}
	for range tileRim {
		erode(inside, b.w(), b.h())
	}
	colour, share := r.mode(b, inside)
	if share < tileShare {
		return logoMark{}, false
	}
	dist := make([]uint8, len(inside))
	var seen [256]int
	for i, in := range inside {
		if in {
			at := (b.y0+i/b.w())*r.w + b.x0 + i%b.w()
			d := distance(colour, r.luma[at], r.cb[at], r.cr[at])
			dist[i] = uint8(d)
			seen[d]++
		}
	}
	// What stands on a tile is drawn in few samples, and colours are stored at half the size: an edge counts by its share.
	cut := max(minInkDistance, strongest(&seen)/2)
	return newInk(b.w(), b.h(), func(x, y int) uint8 {
		return uint8(max(0, min(inked, inked*(2*int(dist[y*b.w()+x])-cut)/(2*cut))))
	}).logo(figures)
}

// enclosed marks the samples of b that cannot be reached from its rim over the ground.
func (r *raster) enclosed(b box, ground [3]uint8) []bool {
	w, h := b.w(), b.h()
	inside := make([]bool, w*h)
	for i := range inside {
		inside[i] = true
	}
	var queue []int
	reach := func(x, y int) {
		at := (b.y0+y)*r.w + b.x0 + x
		if i := y*w + x; inside[i] && distance(ground, r.luma[at], r.cb[at], r.cr[at]) < minInkDistance {
			inside[i] = false
			queue = append(queue, i)
		}
	}
	for x := range w {
		reach(x, 0)
		reach(x, h-1)
	}
	for y := range h {
		reach(0, y)
		reach(w-1, y)
	}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		x, y := i%w, i/w
		if x > 0 {
			reach(x-1, y)
		}
		if x < w-1 {
			reach(x+1, y)
		}
		if y > 0 {
			reach(x, y-1)
		}
		if y < h-1 {
			reach(x, y+1)
		}
	}
	return inside
}

// erode clears every marked sample beside one that is not, and those at the rim.
func erode(marked []bool, w, h int) {
	before := append([]bool(nil), marked...)
	for y := range h {
		for x := range w {
			i := y*w + x
			if x == 0 || y == 0 || x == w-1 || y == h-1 || !before[i-1] || !before[i+1] || !before[i-w] || !before[i+w] {
				marked[i] = false
			}
		}
	}
}

// mode returns the commonest colour of the marked samples of b, and how many of them have it, in 1/100.
func (r *raster) mode(b box, marked []bool) (colour [3]uint8, share int) {
	const step = 16
	var bins [step * step * step]int
	total := 0
	each := func(f func(at int)) {
		for y := range b.h() {
			for x := range b.w() {
				if marked[y*b.w()+x] {
					f((b.y0+y)*r.w + b.x0 + x)
				}
			}
		}
	}
	bin := func(at int) int {
		return int(r.luma[at])/step*step*step + int(r.cb[at])/step*step + int(r.cr[at])/step
	}
	each(func(at int) {
		bins[bin(at)]++
		total++
	})
	best := 0
	for i, n := range bins {
		if n > bins[best] {
			best = i
		}
	}
	if total == 0 {
		return colour, 0
	}
	var sum [3]int
	each(func(at int) {
		if bin(at) == best {
			sum[0], sum[1], sum[2] = sum[0]+int(r.luma[at]), sum[1]+int(r.cb[at]), sum[2]+int(r.cr[at])
		}
	})
	for i := range colour {
		colour[i] = uint8(sum[i] / bins[best])
	}
	same := 0
	each(func(at int) {
		if distance(colour, r.luma[at], r.cb[at], r.cr[at]) <= groundTolerance {
			same++
		}
	})
	return colour, same * 100 / total
}
