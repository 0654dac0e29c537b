package pictures

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
)

// Edit is one thing that sellers do to a picture that they copy.
type Edit struct {
	Name   string // one word
	Params string // what exactly: key=value, sides and shares of the picture in per cent
	apply  func(m *image.NRGBA, other func(i int) *image.NRGBA) *image.NRGBA
}

// Edits returns the edits, in fixed order. other gives unrelated pictures for collages and new grounds.
func Edits() []Edit {
	var all []Edit
	for _, group := range [][]Edit{encodings(), crops(), borders(), overlays(), colours(), turns(), compositions(), combinations()} {
		all = append(all, group...)
	}
	return all
}

// simple is an edit that needs no other picture.
func simple(name, params string, f func(*image.NRGBA) *image.NRGBA) Edit {
	return Edit{name, params, func(m *image.NRGBA, _ func(int) *image.NRGBA) *image.NRGBA { return f(m) }}
}

func encodings() []Edit {
	return []Edit{
		simple("resize50", "scale=0.5", func(m *image.NRGBA) *image.NRGBA { return scaled(m, 0.5, 0.5) }),
		simple("thumbnail", "longer_side=100px", thumbnail),
		simple("jpeg30", "quality=30", func(m *image.NRGBA) *image.NRGBA { return recoded(m, 30) }),
		simple("jpeg10", "quality=10", func(m *image.NRGBA) *image.NRGBA { return recoded(m, 10) }),
		simple("stretch15", "width=1.15", func(m *image.NRGBA) *image.NRGBA { return scaled(m, 1.15, 1) }),
		simple("stretch40", "height=1.4", func(m *image.NRGBA) *image.NRGBA { return scaled(m, 1, 1.4) }),
		simple("blur", "scale=0.25,4", func(m *image.NRGBA) *image.NRGBA {
			return sized(scaled(m, 0.25, 0.25), m.Rect.Dx(), m.Rect.Dy())
		}),
	}
}

func crops() []Edit {
	cut := func(l, t, r, b float64) func(*image.NRGBA) *image.NRGBA {
		return func(m *image.NRGBA) *image.NRGBA { return cropped(m, l, t, r, b) }
	}
	return []Edit{
		simple("crop3", "sides=3%", cut(.03, .03, .03, .03)),
		simple("crop5", "sides=5%", cut(.05, .05, .05, .05)),
		simple("crop10", "sides=10%", cut(.1, .1, .1, .1)),
		simple("crop20", "sides=20%", cut(.2, .2, .2, .2)),
		simple("cropside", "left=20%", cut(.2, 0, 0, 0)),
		simple("cropcorner", "right=20% bottom=20%", cut(0, 0, .2, .2)),
		simple("cropfree", "left=7% top=16% right=12% bottom=3%", cut(.07, .16, .12, .03)),
	}
}

func borders() []Edit {
	frame := func(share float64, c color.Color) func(*image.NRGBA) *image.NRGBA {
		return func(m *image.NRGBA) *image.NRGBA {
			n := int(share * float64(m.Rect.Dx()))
			return framed(m, n, n, c)
		}
	}
	return []Edit{
		simple("border10", "width=10% colour=#ffffff", frame(.1, color.White)),
		simple("border25", "width=25% colour=#000000", frame(.25, color.Black)),
		simple("bordercolour", "width=6% colour=#be1428", frame(.06, color.NRGBA{190, 20, 40, 255})),
		simple("letterbox", "top=20% bottom=20% colour=#000000", func(m *image.NRGBA) *image.NRGBA {
			return framed(m, 0, m.Rect.Dy()/5, color.Black)
		}),
	}
}

func overlays() []Edit {
	return []Edit{
		simple("watermark", "lettering=75%x12.5% at=middle colour=#ffffff80", func(m *image.NRGBA) *image.NRGBA {
			h := m.Rect.Dy() / 8
			return lettered(m, image.Rect(m.Rect.Dx()/8, m.Rect.Dy()/2-h/2, m.Rect.Dx()*7/8, m.Rect.Dy()/2+h/2), color.NRGBA{255, 255, 255, 128})
		}),
		simple("tiled", "lettering=25%x6% places=12 colour=#ffffff4d", func(m *image.NRGBA) *image.NRGBA {
			w, h := m.Rect.Dx(), m.Rect.Dy()
			for i := range 12 {
				x, y := i%3*w/3+w/30, i/3*h/4+h/12
				m = lettered(m, image.Rect(x, y, x+w/4, y+h/16), color.NRGBA{255, 255, 255, 77})
			}
			return m
		}),
		simple("banner", "bottom=15% colour=#c81414", func(m *image.NRGBA) *image.NRGBA {
			r := m.Rect
			r.Min.Y = r.Max.Y - r.Dy()*15/100
			return lettered(filled(m, r, color.NRGBA{200, 20, 20, 255}), r.Inset(r.Dy()/5), color.NRGBA{255, 255, 255, 255})
		}),
		simple("badge", "diameter=22% at=top_right colour=#f0be00", func(m *image.NRGBA) *image.NRGBA {
			n := m.Rect.Dx() * 22 / 100
			return disc(m, m.Rect.Max.X-n/2-n/8, n/2+n/8, n/2, color.NRGBA{240, 190, 0, 255})
		}),
	}
}

func colours() []Edit {
	each := func(f func(c [3]float64) [3]float64) func(*image.NRGBA) *image.NRGBA {
		return func(m *image.NRGBA) *image.NRGBA { return recoloured(m, f) }
	}
	return []Edit{
		simple("brighter", "add=40", each(func(c [3]float64) [3]float64 { return [3]float64{c[0] + 40, c[1] + 40, c[2] + 40} })),
		simple("contrast", "factor=1.4 about=128", each(func(c [3]float64) [3]float64 {
			for i := range c {
				c[i] = 128 + 1.4*(c[i]-128)
			}
			return c
		})),
		simple("grey", "saturation=0", each(func(c [3]float64) [3]float64 {
			y := 0.3*c[0] + 0.59*c[1] + 0.11*c[2]
			return [3]float64{y, y, y}
		})),
		simple("tint", "red=1.3 blue=0.7", each(func(c [3]float64) [3]float64 { return [3]float64{1.3 * c[0], c[1], 0.7 * c[2]} })),
		simple("gamma", "exponent=1.6", each(func(c [3]float64) [3]float64 {
			for i := range c {
				c[i] = 255 * math.Pow(c[i]/255, 1.6)
			}
			return c
		})),
	}
}

func turns() []Edit {
	return []Edit{
		simple("mirror", "axis=vertical", func(m *image.NRGBA) *image.NRGBA { return mirrored(m) }),
		simple("rotate90", "angle=90", func(m *image.NRGBA) *image.NRGBA { return quarter(m) }),
		simple("rotate180", "angle=180", func(m *image.NRGBA) *image.NRGBA { return quarter(quarter(m)) }),
		simple("tilt3", "angle=3 corners=#ffffff", func(m *image.NRGBA) *image.NRGBA { return tilted(m, 3) }),
		simple("tilt10", "angle=10 corners=#ffffff", func(m *image.NRGBA) *image.NRGBA { return tilted(m, 10) }),
	}
}

func compositions() []Edit {
	return []Edit{
		{"collage4", "cells=2x2 gap=4px", func(m *image.NRGBA, other func(int) *image.NRGBA) *image.NRGBA {
			return collage([]*image.NRGBA{other(0), m, other(1), other(2)}, 2, m.Rect.Dx(), m.Rect.Dy())
		}},
		{"collage2", "cells=2x1 gap=4px", func(m *image.NRGBA, other func(int) *image.NRGBA) *image.NRGBA {
			return collage([]*image.NRGBA{m, other(0)}, 2, m.Rect.Dx(), m.Rect.Dy())
		}},
		{"inset", "scale=0.5 at=bottom_right margin=8px", func(m *image.NRGBA, other func(int) *image.NRGBA) *image.NRGBA {
			o := clone(other(0))
			s := scaled(m, 0.5, 0.5)
			at := image.Pt(o.Rect.Dx()-s.Rect.Dx()-8, o.Rect.Dy()-s.Rect.Dy()-8)
			draw.Draw(o, s.Rect.Add(at), s, image.Point{}, draw.Src)
			return o
		}},
		{"newground", "oval=60%", func(m *image.NRGBA, other func(int) *image.NRGBA) *image.NRGBA {
			return cutOut(m, other(0), 0.6)
		}},
	}
}

func combinations() []Edit {
	return []Edit{
		simple("cropjpeg", "sides=5% quality=30", func(m *image.NRGBA) *image.NRGBA {
			return recoded(cropped(m, .05, .05, .05, .05), 30)
		}),
		simple("bordermirror", "axis=vertical width=12% colour=#ffffff", func(m *image.NRGBA) *image.NRGBA {
			n := m.Rect.Dx() * 12 / 100
			return framed(mirrored(m), n, n, color.White)
		}),
	}
}

// thumbnail makes the longer side 100 pixels.
func thumbnail(m *image.NRGBA) *image.NRGBA {
	k := 100 / float64(max(m.Rect.Dx(), m.Rect.Dy()))
	return scaled(m, k, k)
}

func clone(m *image.NRGBA) *image.NRGBA {
	out := image.NewNRGBA(m.Rect)
	copy(out.Pix, m.Pix)
	return out
}

func scaled(m *image.NRGBA, kx, ky float64) *image.NRGBA {
	return sized(m, int(math.Round(kx*float64(m.Rect.Dx()))), int(math.Round(ky*float64(m.Rect.Dy()))))
}

func recoded(m *image.NRGBA, quality int) *image.NRGBA {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		return m // sizes made here are legal
	}
	d, err := jpeg.Decode(&b)
	if err != nil {
		return m
	}
	out := image.NewNRGBA(m.Rect)
	draw.Draw(out, out.Rect, d, d.Bounds().Min, draw.Src)
	return out
}

// cropped cuts the given shares off left, top, right and bottom.
func cropped(m *image.NRGBA, l, t, r, b float64) *image.NRGBA {
	w, h := float64(m.Rect.Dx()), float64(m.Rect.Dy())
	part := image.Rect(int(l*w), int(t*h), int(w-r*w), int(h-b*h))
	out := image.NewNRGBA(image.Rect(0, 0, part.Dx(), part.Dy()))
	draw.Draw(out, out.Rect, m, part.Min, draw.Src)
	return out
}

func framed(m *image.NRGBA, nx, ny int, c color.Color) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, m.Rect.Dx()+2*nx, m.Rect.Dy()+2*ny))
	draw.Draw(out, out.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	draw.Draw(out, m.Rect.Add(image.Pt(nx, ny)), m, image.Point{}, draw.Src)
	return out
}

func filled(m *image.NRGBA, r image.Rectangle, c color.Color) *image.NRGBA {
	out := clone(m)
	draw.Draw(out, r, image.NewUniform(c), image.Point{}, draw.Over)
	return out
}

// lettered draws a line of block letters into r.
func lettered(m *image.NRGBA, r image.Rectangle, c color.Color) *image.NRGBA {
	out := clone(m)
	letters := []uint16{0b111101101101111, 0b110010010010111, 0b111001111100111, 0b101101111101101, 0b111100111001111, 0b110101110101110}
	step := max(4, r.Dy()*4/5)
	for i := 0; (i+1)*step <= r.Dx(); i++ {
		for k := range 15 {
			if letters[i%len(letters)]>>(14-k)&1 == 1 {
				x, y := r.Min.X+i*step+k%3*step/4, r.Min.Y+k/3*r.Dy()/5
				draw.Draw(out, image.Rect(x, y, x+step/4+1, y+r.Dy()/5+1).Intersect(m.Rect), image.NewUniform(c), image.Point{}, draw.Over)
			}
		}
	}
	return out
}

func disc(m *image.NRGBA, cx, cy, radius int, c color.NRGBA) *image.NRGBA {
	out := clone(m)
	for y := max(0, cy-radius); y < min(m.Rect.Dy(), cy+radius); y++ {
		for x := max(0, cx-radius); x < min(m.Rect.Dx(), cx+radius); x++ {
			if (x-cx)*(x-cx)+(y-cy)*(y-cy) < radius*radius {
				out.SetNRGBA(x, y, c)
			}
		}
	}
	return out
}

func recoloured(m *image.NRGBA, f func([3]float64) [3]float64) *image.NRGBA {
	out := clone(m)
	for i := 0; i < len(out.Pix); i += 4 {
		c := f([3]float64{float64(out.Pix[i]), float64(out.Pix[i+1]), float64(out.Pix[i+2])})
		for k, v := range c {
			out.Pix[i+k] = uint8(max(0, min(255, v)))
		}
	}
	return out
}

func mirrored(m *image.NRGBA) *image.NRGBA {
	w := m.Rect.Dx()
	out := image.NewNRGBA(m.Rect)
	for y := range m.Rect.Dy() {
		for x := range w {
			out.SetNRGBA(x, y, m.NRGBAAt(w-1-x, y))
		}
	}
	return out
}

// quarter turns clockwise.
func quarter(m *image.NRGBA) *image.NRGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := image.NewNRGBA(image.Rect(0, 0, h, w))
	for y := range h {
		for x := range w {
			out.SetNRGBA(h-1-y, x, m.NRGBAAt(x, y))
		}
	}
	return out
}

// collage lays the pictures out in rows of n with gaps of 4 pixels, on white, w×h in all.
func collage(ms []*image.NRGBA, n, w, h int) *image.NRGBA {
	const gap = 4
	rows := (len(ms) + n - 1) / n
	out := image.NewNRGBA(image.Rect(0, 0, w, h/2*rows))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	cw, ch := w/n, out.Rect.Dy()/rows
	for i, m := range ms {
		s := sized(m, cw-gap, ch-gap)
		draw.Draw(out, s.Rect.Add(image.Pt(i%n*cw+gap/2, i/n*ch+gap/2)), s, image.Point{}, draw.Src)
	}
	return out
}

// cutOut lays an oval of the middle of m onto another picture.
func cutOut(m, ground *image.NRGBA, share float64) *image.NRGBA {
	out := sized(ground, m.Rect.Dx(), m.Rect.Dy())
	cx, cy := float64(m.Rect.Dx())/2, float64(m.Rect.Dy())/2
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			dx, dy := (float64(x)-cx)/(share*cx), (float64(y)-cy)/(share*cy)
			if dx*dx+dy*dy <= 1 {
				out.SetNRGBA(x, y, m.NRGBAAt(x, y))
			}
		}
	}
	return out
}
