package image

import "math"

// A disc, a ring or a bar is nobody's logo: every second button and badge is one. Marks that look like one of these plain
// figures are neither kept for a right nor looked up for a listing.

// The limits above which a mark passes for a plain figure.
const (
	plainCosine  = 940
	plainOverlap = 850
)

// drawFigures returns the marks of the plain figures. It takes some 10 ms.
func drawFigures() (marks []logoMark) {
	for _, f := range figures() {
		marks = append(marks, drawFigure(f))
	}
	return marks
}

// among reports whether the mark passes for one of the figures.
func (a *logoMark) among(figures []logoMark) bool {
	for i := range figures {
		p := &figures[i]
		if a.proportionate(p) && a.cosine(p) >= plainCosine && a.overlap(p) >= plainOverlap {
			return true
		}
	}
	return false
}

// figure reports whether the point (x, y) of the square from -1 to 1 is inked.
type figure func(x, y float64) bool

// figures returns the plain figures: filled and drawn as outlines of several widths.
func figures() []figure {
	square := func(x, y float64) float64 { return max(math.Abs(x), math.Abs(y)) }
	disc := func(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }
	diamond := func(x, y float64) float64 { return math.Abs(x) + math.Abs(y) }
	rounded := func(x, y float64) float64 { // corners of radius 0.4
		dx, dy := max(0, math.Abs(x)-0.6), max(0, math.Abs(y)-0.6)
		return max(square(x, y)*0.999, 0.6+disc(dx, dy))
	}
	hexagon := func(x, y float64) float64 { return max(math.Abs(y)/0.866, math.Abs(x)+math.Abs(y)*0.577) }
	triangle := func(x, y float64) float64 { return max(y, 2*math.Abs(x)-y) }
	var all []figure
	for _, shape := range []func(x, y float64) float64{square, disc, diamond, rounded, hexagon} {
		all = append(all, func(x, y float64) bool { return shape(x, y) <= 1 })
		for _, hole := range []float64{0.5, 0.6, 0.7, 0.8, 0.88, 0.94} {
			all = append(all, func(x, y float64) bool { d := shape(x, y); return hole <= d && d <= 1 })
		}
	}
	all = append(all,
		func(x, y float64) bool { return triangle(x, y) <= 1 },
		func(x, y float64) bool { return triangle(x, -y) <= 1 },
		func(x, y float64) bool { return triangle(y, x) <= 1 },
		func(x, y float64) bool { return triangle(y, -x) <= 1 })
	for _, width := range []float64{0.15, 0.25, 0.34} {
		all = append(all,
			func(x, y float64) bool { return min(math.Abs(x), math.Abs(y)) <= width },
			func(x, y float64) bool { return math.Abs(math.Abs(x)-math.Abs(y)) <= 1.4*width },
			func(x, y float64) bool { return math.Abs(y) <= width },
			func(x, y float64) bool { return math.Abs(x) <= width })
	}
	return all
}

// drawFigure returns the mark of f drawn at 120 pixels.
func drawFigure(f figure) logoMark {
	const side, inner = 128, 60
	m := newInk(side, side, func(x, y int) uint8 {
		px, py := (float64(x)-side/2+0.5)/inner, (float64(y)-side/2+0.5)/inner
		return levelOf(max(math.Abs(px), math.Abs(py)) <= 1 && f(px, py))
	})
	return m.describe(m.bounds())
}
