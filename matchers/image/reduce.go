package image

import "math/bits"

// reducer averages a plane of w×h pixels down to dw×dh, row by row, with exact area weights: a sample that lies across
// an edge counts for both sides by its share. It reads each sample once. A sample covers px×py pixels, the last of a line
// what is left; there are at least dw samples in a line and dh lines.
//
// Positions are counted in units of 1/dw of a pixel across and 1/dh down, in which every edge is whole. A mirrored plane of
// single pixels gives the mirrored result.
type reducer struct {
	w, h, dw, dh int
	px, py       int
	left         int // pixels down that are still to come
	spans        []span
	row          []uint32 // weighted sums of the row just read
	acc          []uint64 // of the destination row being filled
	need         int      // weight that acc still lacks
	reciprocal   uint64   // 2⁶⁴ over the area of the plane, rounded up
	out          []uint8
}

// span is the source columns of one destination column: the first and last with their weights, px·dw for those between.
type span struct{ first, last, weight, lastWeight int }

// newReducer returns a reducer of single pixels.
func newReducer(w, h, dw, dh int) *reducer { return newCoarseReducer(w, h, 1, 1, dw, dh) }

// newCoarseReducer returns a reducer of samples that cover px×py pixels.
func newCoarseReducer(w, h, px, py, dw, dh int) *reducer {
	r := &reducer{w: w, h: h, dw: dw, dh: dh, px: px, py: py, left: h, need: h, out: make([]uint8, 0, dw*dh)}
	if w == dw*px && h == dh*py {
		return r
	}
	r.reciprocal = ^uint64(0)/(uint64(w)*uint64(h)) + 1
	r.row, r.acc, r.spans = make([]uint32, dw), make([]uint64, dw), make([]span, dw)
	for x := range r.spans {
		from, to := x*w, (x+1)*w
		s := span{first: from / (px * dw), last: (to - 1) / (px * dw)}
		s.weight = (s.first+1)*px*dw - from
		s.lastWeight = to - s.last*px*dw
		if s.first == s.last {
			s.weight, s.lastWeight = w, 0
		}
		r.spans[x] = s
	}
	return r
}

// add takes the next source row.
func (r *reducer) add(src []uint8) {
	if r.acc == nil {
		r.out = append(r.out, src[:r.dw]...)
		return
	}
	for x := range r.spans {
		s := &r.spans[x]
		inner := uint32(0)
		for _, v := range src[s.first+1 : max(s.last, s.first+1)] {
			inner += uint32(v)
		}
		r.row[x] = uint32(s.weight)*uint32(src[s.first]) + uint32(r.px*r.dw)*inner + uint32(s.lastWeight)*uint32(src[s.last])
	}
	rows := min(r.py, r.left)
	r.left -= rows
	for left := rows * r.dh; left > 0; {
		n := min(left, r.need)
		for x, v := range r.row {
			r.acc[x] += uint64(n) * uint64(v)
		}
		left -= n
		if r.need -= n; r.need == 0 {
			r.emit()
		}
	}
}

// emit writes the filled row, rounded to the nearest. The product with the reciprocal is the quotient as long as the sum times
// the area is below 2⁶⁴: planes have at most 2²⁸ pixels, and a sum is at most 255 areas and a half.
func (r *reducer) emit() {
	half := uint64(r.w) * uint64(r.h) / 2
	for x, v := range r.acc {
		q, _ := bits.Mul64(v+half, r.reciprocal)
		r.out = append(r.out, uint8(q))
		r.acc[x] = 0
	}
	r.need = r.h
}

// cellSide is the side of the grid that hashes are computed from.
const cellSide = 64

// cells is a 64×64 grid of average luma in 1/256.
type cells [cellSide][cellSide]int32

// average fills c with the exact area averages of b. Edges of cells lie at fractions of 1/64 of a pixel: the integral is
// interpolated between its four neighbours there, which is exact for samples that are constant over their pixel.
func (c *cells) average(r *raster, b box) {
	var above, below [cellSide + 1]int64
	area := int64(b.w()) * int64(b.h())
	r.integralRow(b, 0, &above)
	for y := range cellSide {
		r.integralRow(b, y+1, &below)
		for x := range cellSide {
			sum := below[x+1] - below[x] - above[x+1] + above[x]
			c[y][x] = int32((sum*256 + area/2) / area)
		}
		above = below
	}
}

// integralRow writes the integral of luma at the 65 column edges of the given row edge of a 64×64 grid over b, in units
// of 1/4096 of a pixel.
func (r *raster) integralRow(b box, edge int, dst *[cellSide + 1]int64) {
	n := r.w + 1
	py := b.y0*cellSide + edge*b.h()
	y, fy := py/cellSide, int64(py%cellSide)
	top := r.sums[y*n : (y+1)*n]
	bottom := top
	if fy > 0 {
		bottom = r.sums[(y+1)*n : (y+2)*n]
	}
	px := b.x0 * cellSide
	for i := range dst {
		x, fx := px/cellSide, int64(px%cellSide)
		v := (cellSide-fy)*int64(top[x]) + fy*int64(bottom[x])
		if fx == 0 {
			v *= cellSide
		} else {
			v = (cellSide-fx)*v + fx*((cellSide-fy)*int64(top[x+1])+fy*int64(bottom[x+1]))
		}
		dst[i] = v
		px += b.w()
	}
}

// sines is round(2¹⁴·sin) and the cosine of the tilts in use, by degrees.
var sines = map[int][2]int{5: {1428, 16322}, 10: {2845, 16135}}

// tilted fills c with averages of b turned clockwise by degrees inside its own frame, the corners white. Each cell takes
// 4×4 samples.
func (c *cells) tilted(r *raster, b box, degrees int) {
	const n, one = 4, 1 << 14
	sc := sines[max(degrees, -degrees)]
	sin, cos := sc[0], sc[1]
	if degrees < 0 {
		sin = -sin
	}
	w, h := b.w(), b.h()
	for y := range cellSide {
		for x := range cellSide {
			sum := int32(0)
			for k := range n * n {
				// Offset from the middle in 1/(2·64·n) of a pixel, turned back.
				dx, dy := (2*(x*n+k%n)+1-cellSide*n)*w, (2*(y*n+k/n)+1-cellSide*n)*h
				sx := b.x0 + floorDiv(w*cellSide*n+(dx*cos+dy*sin)/one, 2*cellSide*n)
				sy := b.y0 + floorDiv(h*cellSide*n+(dy*cos-dx*sin)/one, 2*cellSide*n)
				v := uint8(255)
				if b.x0 <= sx && sx < b.x1 && b.y0 <= sy && sy < b.y1 {
					v = r.luma[sy*r.w+sx]
				}
				sum += int32(v)
			}
			c[y][x] = sum * 256 / (n * n)
		}
	}
}

// floorDiv returns a/b rounded down, for b > 0.
func floorDiv(a, b int) int {
	if a < 0 {
		return (a - b + 1) / b
	}
	return a / b
}
