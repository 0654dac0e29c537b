package pictures

import (
	"image"
	"image/color"
	"math"
)

// Resampling by a triangle, as wide as a pixel of the result when that is larger than one of the source.

// tap is the weights with which source samples from first on make one sample.
type tap struct {
	first   int
	weights []float64
}

// taps returns the taps of n samples out of m.
func taps(m, n int) []tap {
	out := make([]tap, n)
	scale := float64(m) / float64(n)
	reach := max(1, scale)
	for i := range out {
		centre := (float64(i)+0.5)*scale - 0.5
		first := max(0, int(math.Ceil(centre-reach)))
		last := min(m-1, int(math.Floor(centre+reach)))
		t, sum := tap{first: first}, 0.0
		for k := first; k <= last; k++ {
			w := max(0, 1-math.Abs(float64(k)-centre)/reach)
			t.weights = append(t.weights, w)
			sum += w
		}
		for k := range t.weights {
			t.weights[k] /= sum
		}
		out[i] = t
	}
	return out
}

// sized returns m as w×h pixels.
func sized(m *image.NRGBA, w, h int) *image.NRGBA {
	across, down := taps(m.Rect.Dx(), w), taps(m.Rect.Dy(), h)
	rows := make([]float64, 4*w*m.Rect.Dy())
	for y := range m.Rect.Dy() {
		src, dst := m.Pix[y*m.Stride:], rows[4*w*y:]
		for x, t := range across {
			for k, weight := range t.weights {
				p := src[4*(t.first+k):]
				for c := range 4 {
					dst[4*x+c] += weight * float64(p[c])
				}
			}
		}
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	line := make([]float64, 4*w)
	for y, t := range down {
		clear(line)
		for k, weight := range t.weights {
			for i, v := range rows[4*w*(t.first+k):][:4*w] {
				line[i] += weight * v
			}
		}
		for i, v := range line {
			out.Pix[y*out.Stride+i] = uint8(max(0, min(255, v)) + 0.5)
		}
	}
	return out
}

// tilted turns by degrees clockwise inside the same frame, on white.
func tilted(m *image.NRGBA, degrees float64) *image.NRGBA {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := m.Rect.Dx(), m.Rect.Dy()
	cx, cy := float64(w-1)/2, float64(h-1)/2
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			dx, dy := float64(x)-cx, float64(y)-cy
			out.SetNRGBA(x, y, between(m, cx+cos*dx+sin*dy, cy-sin*dx+cos*dy))
		}
	}
	return out
}

// between returns the colour of a point between four pixels, white outside.
func between(m *image.NRGBA, x, y float64) color.NRGBA {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	var sum [3]float64
	for _, c := range [4]struct {
		dx, dy int
		weight float64
	}{{0, 0, (1 - fx) * (1 - fy)}, {1, 0, fx * (1 - fy)}, {0, 1, (1 - fx) * fy}, {1, 1, fx * fy}} {
		p := color.NRGBA{255, 255, 255, 255}
		if at := image.Pt(int(x0)+c.dx, int(y0)+c.dy); at.In(m.Rect) {
			p = m.NRGBAAt(at.X, at.Y)
		}
		for i, v := range [3]uint8{p.R, p.G, p.B} {
			sum[i] += c.weight * float64(v)
		}
	}
	return color.NRGBA{uint8(sum[0] + 0.5), uint8(sum[1] + 0.5), uint8(sum[2] + 0.5), 255}
}
