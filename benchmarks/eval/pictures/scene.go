package pictures

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
)

// Scene draws the picture of a seed: a lit wall or table with grain, and up to thirty things on it, each a disc, a box, an
// oval or a striped panel with light of its own. Different seeds share nothing.
func Scene(seed uint64) *image.NRGBA {
	r := rand.New(rand.NewPCG(seed, 0x5ce))
	w, h := 360+r.IntN(120), 360+r.IntN(120)
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	ground := newTexture(r)
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, ground.at(x, y, w, h))
		}
	}
	for range 12 + r.IntN(18) {
		thing(m, r)
	}
	return m
}

// texture is a colour with light from one side and grain.
type texture struct {
	base   [3]float64
	lx, ly float64
	grain  float64
	freq   [4]float64
	stripe float64 // pixels, 0 for none
	dark   [3]float64
}

func newTexture(r *rand.Rand) texture {
	t := texture{lx: 80 * (r.Float64() - 0.5), ly: 80 * (r.Float64() - 0.5), grain: 4 + 10*r.Float64()}
	for i := range t.base {
		t.base[i] = 30 + 200*r.Float64()
		t.dark[i] = 30 + 200*r.Float64()
	}
	for i := range t.freq {
		t.freq[i] = 0.02 + 0.3*r.Float64()
	}
	if r.IntN(4) == 0 {
		t.stripe = 6 + 20*r.Float64()
	}
	return t
}

// at returns the colour of a point.
func (t *texture) at(x, y, w, h int) color.NRGBA {
	fx, fy := float64(x), float64(y)
	add := t.lx*(fx/float64(w)-0.5) + t.ly*(fy/float64(h)-0.5) +
		t.grain*math.Sin(fx*t.freq[0]+fy*t.freq[1])*math.Cos(fx*t.freq[2]-fy*t.freq[3])
	base := &t.base
	if t.stripe > 0 && math.Mod(fx*t.freq[0]*8+fy, 2*t.stripe) < t.stripe {
		base = &t.dark
	}
	c := func(v float64) uint8 { return uint8(max(0, min(255, v+add))) }
	return color.NRGBA{c(base[0]), c(base[1]), c(base[2]), 255}
}

// thing draws one object.
func thing(m *image.NRGBA, r *rand.Rand) {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	t := newTexture(r)
	cx, cy := r.IntN(w), r.IntN(h)
	rx, ry := 6+r.IntN(w/5), 6+r.IntN(h/5)
	doublings := []int{0, 1, 1, 3, 3}[r.IntN(5)] // of the power: diamond, oval, box
	sin, cos := math.Sincos(math.Pi * r.Float64())
	reach := rx + ry
	for y := max(0, cy-reach); y < min(h, cy+reach); y++ {
		for x := max(0, cx-reach); x < min(w, cx+reach); x++ {
			dx, dy := float64(x-cx), float64(y-cy)
			u, v := (dx*cos+dy*sin)/float64(rx), (dy*cos-dx*sin)/float64(ry)
			u, v = math.Abs(u), math.Abs(v)
			for range doublings {
				u, v = u*u, v*v
			}
			if u+v <= 1 {
				m.SetNRGBA(x, y, t.at(x, y, w, h))
			}
		}
	}
}

// Carton draws a white or brown box on a white ground, with lettering and a label of the seed's own: the pictures of a
// wholesaler, alike in all but the print.
func Carton(seed uint64) *image.NRGBA {
	r := rand.New(rand.NewPCG(seed, 0xca7))
	m := framed(image.NewNRGBA(image.Rectangle{}), 200, 200, color.White)
	board := [2]color.NRGBA{{184, 144, 100, 255}, {236, 234, 230, 255}}[r.IntN(2)]
	shade := color.NRGBA{board.R - 30, board.G - 30, board.B - 30, 255}
	x0, y0 := 90+r.IntN(30), 80+r.IntN(30)
	front := image.Rect(x0, y0+30, 300+r.IntN(20), 320+r.IntN(20))
	for i := range 30 { // the lid in perspective
		m = filled(m, image.Rect(front.Min.X+30-i, y0+i, front.Max.X+30-i, y0+i+1), shade)
	}
	m = filled(m, front, board)
	for range 2 + r.IntN(4) {
		y := front.Min.Y + 10 + r.IntN(front.Dy()-60)
		x := front.Min.X + 10 + r.IntN(60)
		c := color.NRGBA{uint8(r.IntN(160)), uint8(r.IntN(160)), uint8(r.IntN(160)), 255}
		m = lettered(m, image.Rect(x, y, front.Max.X-10-r.IntN(40), y+12+r.IntN(24)), c)
	}
	label := image.Rect(0, 0, 40+r.IntN(60), 30+r.IntN(40)).Add(image.Pt(front.Min.X+20+r.IntN(60), front.Min.Y+40+r.IntN(100)))
	return filled(m, label, color.NRGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255})
}

// Photo draws a picture of the given side that is as busy as a photo: a Scene, enlarged, with grain of its own in every
// pixel, so that its file and its corners are those of a photo.
func Photo(seed uint64, side int) *image.NRGBA {
	m := Enlarged(Scene(seed), side)
	r := rand.New(rand.NewPCG(seed, 0xf070))
	for i := range m.Pix {
		if i%4 != 3 {
			m.Pix[i] = uint8(max(0, min(255, int(m.Pix[i])+r.IntN(13)-6)))
		}
	}
	return m
}

// Enlarged returns m as a square of the given side.
func Enlarged(m *image.NRGBA, side int) *image.NRGBA { return sized(m, side, side) }

// Sized returns m as w×h pixels, both at least 1.
func Sized(m *image.NRGBA, w, h int) *image.NRGBA { return sized(m, w, h) }
