package image

// Trimming: a line of samples is plain when at most 1 in 64 of it departs from the ground by more than plainTolerance
// levels of luma. JPEG noise beside an edge stays below that on most lines.
const plainTolerance = 14

// minTrimmed is the least share of a side, in 1/8, that is left by trimming. What would leave less is a speck, and the
// whole picture stands.
const minTrimmed = 1

// trim returns the box that is left of b when plain lines are cut off each side. Each side has a ground of its own, taken from
// its outermost line when the other two are cut, so that bars above and below go as well as a frame, and a plain wall
// behind the frame stays.
func (r *raster) trim(b box) box {
	whole := b
	top, bottom, left, right := -1, -1, -1, -1
	for {
		before := b
		b.y0 = r.plainRows(b, b.y0, b.y1, 1, &top)
		b.y1 = r.plainRows(b, b.y1-1, b.y0-1, -1, &bottom) + 1
		if b.y0 >= b.y1 {
			return whole
		}
		b.x0 = r.plainColumns(b, b.x0, b.x1, 1, &left)
		b.x1 = r.plainColumns(b, b.x1-1, b.x0-1, -1, &right) + 1
		if b.w()*8 < whole.w()*minTrimmed || b.h()*8 < whole.h()*minTrimmed || b.w() < minSide || b.h() < minSide {
			return whole
		}
		if b == before {
			return b
		}
	}
}

// plainRows returns the first row from y on, in steps, that is not plain; end when all are. A ground below 0 is set to the
// mean of the first row.
func (r *raster) plainRows(b box, y, end, step int, ground *int) int {
	for ; y != end; y += step {
		row := r.luma[y*r.w+b.x0 : y*r.w+b.x1]
		if *ground < 0 {
			*ground = r.mean(box{b.x0, y, b.x1, y + 1})
		}
		off := 0
		for _, v := range row {
			if d := int(v) - *ground; d > plainTolerance || d < -plainTolerance {
				off++
			}
		}
		if off*64 > len(row) {
			break
		}
	}
	return y
}

// plainColumns is plainRows for columns.
func (r *raster) plainColumns(b box, x, end, step int, ground *int) int {
	for ; x != end; x += step {
		if *ground < 0 {
			*ground = r.mean(box{x, b.y0, x + 1, b.y1})
		}
		off := 0
		for y := b.y0; y < b.y1; y++ {
			if d := int(r.luma[y*r.w+x]) - *ground; d > plainTolerance || d < -plainTolerance {
				off++
			}
		}
		if off*64 > b.h() {
			break
		}
	}
	return x
}

// mean returns the average luma of b.
func (r *raster) mean(b box) int {
	n := r.w + 1
	sum := int(r.sums[b.y1*n+b.x1]) - int(r.sums[b.y0*n+b.x1]) - int(r.sums[b.y1*n+b.x0]) + int(r.sums[b.y0*n+b.x0])
	return sum / (b.w() * b.h())
}
