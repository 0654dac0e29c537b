package image

import (
	stdimage "image"
	"image/color"
	"math"
	"testing"
)

// ring draws a circle of radius 240 in strokes of on samples with gaps of off.
func ring(on, off float64) *stdimage.NRGBA {
	m := uniform(color.White, 640, 640)
	for a := 0.0; a < 2*math.Pi; a += 0.0005 {
		if math.Mod(a*240, on+off) > on {
			continue
		}
		x, y := 320+240*math.Cos(a), 320+240*math.Sin(a)
		for dy := range 2 {
			for dx := range 2 {
				m.SetNRGBA(int(x)+dx, int(y)+dy, color.NRGBA{A: 255})
			}
		}
	}
	return m
}

func TestBrokenLines(t *testing.T) {
	for _, c := range []struct {
		name string
		m    stdimage.Image
		want bool
	}{
		{"dashes", ring(12, 6), true},
		{"long dashes", ring(24, 12), true},
		{"solid", ring(100, 0), false},
		{"things", vessel(90, 40, true), false},
		{"photo", scene(3, 640, 640), false},
		{"empty", uniform(color.White, 300, 300), false},
	} {
		r := rasterWithin(c.m, 1, sheetSide)
		if got := r.brokenLines(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
