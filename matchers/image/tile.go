package image

// A logo often stands on a tile or a badge of one colour, which itself stands on a ground. The ink of the whole is then the
// tile; the logo is what departs from the tile's colour inside it.

// The measures of a tile.
const (
	tileShare = 45 // in 1/100: least part of the thing on the ground that has the tile's colour
	tileRim   = 2  // samples along the edge of the tile that are blurred with the ground
)

// tile describes what is drawn on the tile within b, the box of the ink. It reports false when no colour fills most of the
// box, and when what is drawn there cannot be a logo.
func (r *raster) tile(b box, figures []logoMark) (logoMark, bool) {
	ground, ok := r.ground()
	if !ok {
		return logoMark{}, false
	}
	inside := r.enclosed(b, ground)
	colour, share := r.mode(b, inside)
	if share < tileShare {
		return logoMark{}, false
	}
	m := &ink{w: b.w(), h: b.h(), sums: make([]uint32, (b.w()+1)*(b.h()+1))}
	for y := range m.h {
		row := uint32(0)
		for x := range m.w {
			at := (b.y0+y)*r.w + b.x0 + x
			if inside[y*m.w+x] && distance(colour, r.luma[at], r.cb[at], r.cr[at]) >= minInkDistance {
				row++
			}
			m.sums[(y+1)*(m.w+1)+x+1] = m.sums[y*(m.w+1)+x+1] + row
		}
	}
	return m.logo(figures)
}

// enclosed marks the samples of b that cannot be reached from its rim over the ground, less a rim of their own.
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
	for range tileRim {
		erode(inside, w, h)
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
