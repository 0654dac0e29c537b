package image

import (
	"cmp"
	"math"
	"slices"
)

// Drawings of designs show in broken lines what is not claimed: the thing around the part, or its use (37 CFR 1.152; WIPO
// ST.88 advises likewise). A broken line is an even row of dashes that point at each other with gaps of about their length.
// Of 40 US designs of 2021 whose description speaks of broken lines, 30 are found in their first two drawings at 640 pixels
// a side; of 10 others, whose surfaces have seams and textures of dashes, 2: the flag is a hint to look, and no more.

// The measures of broken lines, in samples of a sheet of sheetSide.
const (
	sheetSide   = 1280
	dashDark    = 50  // levels below the ground
	minDash     = 4.0 // length
	maxDash     = 36.0
	maxStroke   = 6.0  // width
	slimness    = 1.8  // length over width
	maxGap      = 1.6  // of the longer dash's length
	dashBend    = 0.34 // radians between neighbours, and between a dash and the way to its neighbour
	chainDashes = 6    // in a row
	maxUneven   = 0.3  // variation of the lengths in a row, and half of that of the gaps
)

// dash is one short stroke.
type dash struct {
	x, y          float64 // centre
	dx, dy        float64 // direction, of length 1
	length, width float64
}

// brokenLines reports whether the raster is a drawing with broken lines.
func (r *raster) brokenLines() bool {
	ground, ok := r.ground()
	if !ok {
		return false
	}
	mask := make([]bool, len(r.luma))
	for i := range mask {
		mask[i] = int(ground[0])-int(r.luma[i]) >= dashDark
	}
	return inRows(dashesOf(mask, r.w)) > 0
}

// dashesOf returns the short strokes of a mask: pieces whose samples touch, corners too.
func dashesOf(mask []bool, w int) (out []dash) {
	seen := make([]bool, len(mask))
	var queue []int
	for start := range mask {
		if !mask[start] || seen[start] {
			continue
		}
		seen[start] = true
		queue = append(queue[:0], start)
		for at := 0; at < len(queue); at++ {
			x := queue[at] % w
			for _, d := range [8]int{-w - 1, -w, -w + 1, -1, 1, w - 1, w, w + 1} {
				k := queue[at] + d
				if k < 0 || k >= len(mask) || !mask[k] || seen[k] {
					continue
				}
				if step := k%w - x; step < -1 || step > 1 {
					continue
				}
				seen[k] = true
				queue = append(queue, k)
			}
		}
		if d, ok := dashOf(queue, w); ok {
			out = append(out, d)
		}
	}
	return out
}

// dashOf takes the moments of a piece.
func dashOf(samples []int, w int) (d dash, ok bool) {
	n := float64(len(samples))
	if n < 3 || n > maxDash*maxStroke {
		return d, false
	}
	for _, i := range samples {
		d.x += float64(i%w) / n
		d.y += float64(i/w) / n
	}
	var xx, yy, xy float64
	for _, i := range samples {
		x, y := float64(i%w)-d.x, float64(i/w)-d.y
		xx, yy, xy = xx+x*x/n, yy+y*y/n, xy+x*y/n
	}
	// A bar of length l has the variance (l²-1)/12 along it.
	mean, apart := (xx+yy)/2, math.Hypot((xx-yy)/2, xy)
	d.length, d.width = math.Sqrt(12*(mean+apart)+1), math.Sqrt(12*max(0, mean-apart)+1)
	angle := math.Atan2(2*xy, xx-yy) / 2
	d.dy, d.dx = math.Sincos(angle)
	return d, d.length >= minDash && d.length <= maxDash && d.width <= maxStroke && d.length >= slimness*d.width
}

// inRows returns how many of the dashes stand in even rows of at least chainDashes.
func inRows(ds []dash) (n int) {
	slices.SortFunc(ds, func(a, b dash) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	next := partners(ds)
	seen := make([]bool, len(ds))
	for i := range ds {
		// Only a dash with one neighbour begins a row, or any on a ring.
		if !seen[i] && (next[i][0] < 0) != (next[i][1] < 0) {
			n += even(ds, row(next, seen, i))
		}
	}
	for i := range ds {
		if !seen[i] && next[i][0] >= 0 {
			n += even(ds, row(next, seen, i))
		}
	}
	return n
}

// partners returns for both ends of each dash the dash that continues it there, -1 for none. Both choose each other.
func partners(ds []dash) [][2]int {
	next, gaps := make([][2]int, len(ds)), make([][2]float64, len(ds))
	for i := range next {
		next[i], gaps[i] = [2]int{-1, -1}, [2]float64{math.Inf(1), math.Inf(1)}
	}
	choose := func(i, k int, gap float64) {
		end := 0
		if (ds[k].x-ds[i].x)*ds[i].dx+(ds[k].y-ds[i].y)*ds[i].dy > 0 {
			end = 1
		}
		if gap < gaps[i][end] {
			next[i][end], gaps[i][end] = k, gap
		}
	}
	const reach = maxDash * (1 + maxGap)
	for i := range ds {
		for k := i + 1; k < len(ds) && ds[k].x-ds[i].x <= reach; k++ {
			if gap, ok := ds[i].continues(&ds[k]); ok {
				choose(i, k, gap)
				choose(k, i, gap)
			}
		}
	}
	mutual := make([][2]int, len(ds))
	for i := range ds {
		for end, k := range next[i] {
			mutual[i][end] = -1
			if k >= 0 && (next[k][0] == i || next[k][1] == i) {
				mutual[i][end] = k
			}
		}
	}
	return mutual
}

// row follows the neighbours from one dash on.
func row(next [][2]int, seen []bool, from int) (members []int) {
	for at := from; at >= 0; {
		seen[at] = true
		members = append(members, at)
		to := -1
		for _, k := range next[at] {
			if k >= 0 && !seen[k] {
				to = k
			}
		}
		at = to
	}
	return members
}

// even returns the number of dashes of a row when there are enough and they and their gaps are about equal, else 0: shading
// has strokes of all lengths.
func even(ds []dash, members []int) int {
	if len(members) < chainDashes {
		return 0
	}
	var lengths, gaps []float64
	for i, k := range members {
		lengths = append(lengths, ds[k].length)
		if i > 0 {
			before := &ds[members[i-1]]
			gaps = append(gaps, math.Hypot(ds[k].x-before.x, ds[k].y-before.y)-(ds[k].length+before.length)/2)
		}
	}
	if variation(lengths) > maxUneven || variation(gaps) > 2*maxUneven {
		return 0
	}
	return len(members)
}

// variation is the standard deviation over the mean.
func variation(v []float64) float64 {
	var sum, squares float64
	for _, x := range v {
		sum += x
		squares += x * x
	}
	n := float64(len(v))
	mean := sum / n
	return math.Sqrt(max(0, squares/n-mean*mean)) / mean
}

// continues reports whether two dashes may be neighbours on one broken line, and the gap between them.
func (d *dash) continues(e *dash) (gap float64, ok bool) {
	if max(d.length, e.length) > 2*min(d.length, e.length) {
		return 0, false
	}
	x, y := e.x-d.x, e.y-d.y
	way := math.Hypot(x, y)
	gap = way - (d.length+e.length)/2
	if gap < 0.5 || gap > maxGap*max(d.length, e.length) {
		return 0, false
	}
	bend := math.Sin(dashBend)
	across := func(ax, ay, bx, by float64) float64 { return math.Abs(ax*by - ay*bx) }
	return gap, across(d.dx, d.dy, e.dx, e.dy) <= math.Sin(2*dashBend) && across(d.dx, d.dy, x/way, y/way) <= bend && across(e.dx, e.dy, x/way, y/way) <= bend
}
