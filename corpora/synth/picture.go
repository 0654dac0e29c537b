package synth

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// pictureSide is the width and height of a Picture in pixels.
const pictureSide = 256

// Picture draws a picture of 256 × 256 pixels: a shaded ground with three to seven overlapping discs and bars. Pictures
// of different seeds are unlike for any hash worth its name.
func Picture(seed uint64) *image.RGBA {
	d := roll(seed, 0x91c7, 0)
	im := image.NewRGBA(image.Rect(0, 0, pictureSide, pictureSide))
	from, to := shade(d), shade(d)
	across := d.chance(50)
	for y := range pictureSide {
		for x := range pictureSide {
			at := y
			if across {
				at = x
			}
			im.SetRGBA(x, y, blend(from, to, at))
		}
	}
	for range 3 + d.n(5) {
		c := shade(d)
		x, y, size := d.n(pictureSide), d.n(pictureSide), 15+d.n(70)
		if d.chance(50) {
			disc(im, x, y, size, c)
		} else {
			bar(im, x, y, size, 8+d.n(60), c)
		}
	}
	return im
}

// PNG encodes a picture. The bytes are the same for the same picture and Go version.
func PNG(im image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		return nil // a bytes.Buffer does not fail, and the sizes made here are legal
	}
	return b.Bytes()
}

func shade(d *dice) color.RGBA {
	return color.RGBA{uint8(d.n(256)), uint8(d.n(256)), uint8(d.n(256)), 255}
}

func blend(a, b color.RGBA, at int) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8((int(x)*(pictureSide-at) + int(y)*at) / pictureSide) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

func disc(im *image.RGBA, cx, cy, radius int, c color.RGBA) {
	for y := max(0, cy-radius); y < min(pictureSide, cy+radius); y++ {
		for x := max(0, cx-radius); x < min(pictureSide, cx+radius); x++ {
			if (x-cx)*(x-cx)+(y-cy)*(y-cy) < radius*radius {
				im.SetRGBA(x, y, c)
			}
		}
	}
}

func bar(im *image.RGBA, x0, y0, w, h int, c color.RGBA) {
	for y := y0; y < min(pictureSide, y0+h); y++ {
		for x := x0; x < min(pictureSide, x0+w); x++ {
			im.SetRGBA(x, y, c)
		}
	}
}
