package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// canvas is a picture that plain shapes are drawn on, with smooth edges.
type canvas struct{ img *image.RGBA }

func newCanvas(w, h int, ground color.Color) *canvas {
	c := &canvas{image.NewRGBA(image.Rect(0, 0, w, h))}
	draw.Draw(c.img, c.img.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	return c
}

// fill paints the path that trace draws.
func (c *canvas) fill(col color.Color, trace func(*vector.Rasterizer)) {
	b := c.img.Bounds()
	r := vector.NewRasterizer(b.Dx(), b.Dy())
	trace(r)
	r.Draw(c.img, b, image.NewUniform(col), image.Point{})
}

// polygon paints the closed line through x0, y0, x1, y1 …
func (c *canvas) polygon(col color.Color, xy ...float32) {
	c.fill(col, func(r *vector.Rasterizer) {
		r.MoveTo(xy[0], xy[1])
		for i := 2; i < len(xy); i += 2 {
			r.LineTo(xy[i], xy[i+1])
		}
		r.ClosePath()
	})
}

func (c *canvas) disc(col color.Color, x, y, radius float32) {
	c.fill(col, func(r *vector.Rasterizer) { circle(r, x, y, radius, false) })
}

// ring paints what lies between two circles around one centre.
func (c *canvas) ring(col color.Color, x, y, outer, inner float32) {
	c.fill(col, func(r *vector.Rasterizer) {
		circle(r, x, y, outer, false)
		circle(r, x, y, inner, true) // the other way round leaves a hole
	})
}

const circleSteps = 96

func circle(r *vector.Rasterizer, x, y, radius float32, back bool) {
	for i := range circleSteps + 1 {
		if back {
			i = circleSteps - i
		}
		px, py := onCircle(x, y, radius, i, circleSteps)
		if i == 0 && !back || i == circleSteps && back {
			r.MoveTo(px, py)
			continue
		}
		r.LineTo(px, py)
	}
	r.ClosePath()
}

// onCircle returns point i of n on a circle, clockwise from the top.
func onCircle(x, y, radius float32, i, n int) (float32, float32) {
	sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
	return x + radius*float32(sin), y - radius*float32(cos)
}
