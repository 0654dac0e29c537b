package image

// Sellers lay several pictures into one. Between them runs a seam from side to side: a plain gutter, or an edge where two
// pictures meet.

// The measures of a seam, as shares of the side in 1/100 and of the line in 1/100.
const (
	seamMargin   = 20 // least distance from the rim and between seams: smaller cells are not looked for
	seamEdge     = 70 // of a line must be an edge
	seamStep     = 12 // levels of luma that make an edge
	maxSeams     = 2  // per direction
	maxSeamWidth = 12 // a wider plain stripe is ground, not gutter
)

// collage returns the cells of a picture that seams divide, none when there is no seam.
func (r *raster) collage() []box {
	xs := append(r.seams(r.w, r.h, func(x, y int) int { return y*r.w + x }), [2]int{r.w, r.w})
	ys := append(r.seams(r.h, r.w, func(y, x int) int { return y*r.w + x }), [2]int{r.h, r.h})
	if len(xs)*len(ys) == 1 {
		return nil
	}
	var cells []box
	y0 := 0
	for _, y := range ys {
		x0 := 0
		for _, x := range xs {
			if b := (box{x0, y0, x[0], y[0]}); b.w() >= minSide && b.h() >= minSide {
				cells = append(cells, b)
			}
			x0 = x[1]
		}
		y0 = y[1]
	}
	return cells
}

// seams returns the seams between lines of the picture as [from, to) in ascending order. There are n lines of m samples;
// at gives the index of sample j of line i.
func (r *raster) seams(n, m int, at func(i, j int) int) (found [][2]int) {
	const none = -1
	from := none
	last := 0
	for i := n * seamMargin / 100; i <= n-n*seamMargin/100; i++ {
		on := i < n && i > 0 && (r.plainLine(i, m, at) || r.edgeLine(i, m, at))
		switch {
		case on && from == none:
			from = i
		case on && i == n-n*seamMargin/100, !on && from != none:
			wide := (i-from)*100 > n*maxSeamWidth
			if !wide && (from-last)*100 >= n*seamMargin && len(found) < maxSeams {
				found = append(found, [2]int{from, i})
				last = i
			}
			from = none
		}
	}
	return found
}

// plainLine reports whether line i has one level.
func (r *raster) plainLine(i, m int, at func(i, j int) int) bool {
	low, high := uint8(255), uint8(0)
	for j := range m {
		v := r.luma[at(i, j)]
		low, high = min(low, v), max(high, v)
		if high-low > plainTolerance {
			return false
		}
	}
	return true
}

// edgeLine reports whether most samples of line i differ from those of the line before.
func (r *raster) edgeLine(i, m int, at func(i, j int) int) bool {
	for j, left := 0, m-(m*seamEdge+99)/100; j < m; j++ {
		if d := int(r.luma[at(i, j)]) - int(r.luma[at(i-1, j)]); d > -seamStep && d < seamStep {
			if left--; left < 0 {
				return false
			}
		}
	}
	return true
}
