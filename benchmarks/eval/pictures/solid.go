package pictures

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
)

// The measures of drawn designs.
const (
	solidSide  = 320  // pixels of a drawing and of a photo
	solidScale = 52.0 // pixels per unit of a solid; a solid lies within some 2.6 units of its centre
	creaseCos  = 0.86 // faces whose normals differ more are divided by a line
	depthJump  = 0.15 // units: surfaces that far apart are divided by a line
)

// vector is a point or a direction: x to the right, y down, z towards the eye.
type vector [3]float64

func (a vector) plus(b vector, k float64) vector {
	return vector{a[0] + k*b[0], a[1] + k*b[1], a[2] + k*b[2]}
}

func (a vector) dot(b vector) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

// rotation holds the rows of a matrix.
type rotation [3]vector

func (r *rotation) apply(v vector) vector { return vector{r[0].dot(v), r[1].dot(v), r[2].dot(v)} }

// viewpoint is the direction from which a solid is seen, in degrees: turned about the upright axis, tipped to the eye, and
// rolled in the picture.
type viewpoint struct{ turn, tip, roll float64 }

// viewpoints are those of a registered design: in perspective, its front, sides and top.
var viewpoints = [...]viewpoint{{35, 25, 0}, {-40, 20, 0}, {0, 0, 0}, {90, 0, 0}, {0, 90, 0}, {180, 15, 0}}

func (p viewpoint) rotation() rotation {
	st, ct := math.Sincos(p.turn * math.Pi / 180)
	sp, cp := math.Sincos(p.tip * math.Pi / 180)
	sr, cr := math.Sincos(p.roll * math.Pi / 180)
	x, y, z := vector{ct, 0, st}, vector{-st * sp, cp, ct * sp}, vector{-st * cp, -sp, ct * cp}
	return rotation{vector{}.plus(x, cr).plus(y, -sr), vector{}.plus(x, sr).plus(y, cr), z}
}

// form is the form of a part.
type form int

const (
	formBox form = iota
	formOval
	formPillar // upright
	formForms
)

// part is one solid about its centre.
type part struct {
	form   form
	centre vector
	half   vector // half of its sides
	colour [3]float64
}

// solid is the design of a seed: a body and up to six parts on it.
type solid struct{ parts []part }

func solidOf(seed uint64) *solid {
	r := rand.New(rand.NewPCG(seed, 0xde51))
	span := func(from, to float64) float64 { return from + (to-from)*r.Float64() }
	colours := [2][3]float64{}
	for i := range colours {
		for k := range colours[i] {
			colours[i][k] = span(20, 190)
		}
	}
	s := &solid{}
	body := part{form: form(r.IntN(int(formForms))), half: vector{span(0.5, 1.5), span(0.4, 1.5), span(0.4, 1.3)}, colour: colours[0]}
	s.parts = append(s.parts, body)
	for range 2 + r.IntN(5) {
		p := part{form: form(r.IntN(int(formForms))), half: vector{span(0.1, 0.8), span(0.1, 0.8), span(0.1, 0.8)}, colour: colours[r.IntN(2)]}
		axis := r.IntN(3)
		for k := range p.centre {
			p.centre[k] = span(-0.8, 0.8) * body.half[k]
		}
		p.centre[axis] = (body.half[axis] + 0.6*p.half[axis]) * float64(1-2*r.IntN(2))
		s.parts = append(s.parts, p)
		if r.IntN(3) == 0 { // many things are alike on both sides
			p.centre[0] = -p.centre[0]
			s.parts = append(s.parts, p)
		}
	}
	return s
}

// hit returns where the ray from o along d first meets the part, and the normal there.
func (p *part) hit(o, d vector) (t float64, normal vector, ok bool) {
	o = o.plus(p.centre, -1)
	switch p.form {
	case formOval:
		return p.round(o, d, 3)
	case formPillar:
		if t, normal, ok = p.round(o, d, 2); ok && math.Abs(o[1]+t*d[1]) <= p.half[1] {
			return t, normal, true
		}
		if d[1] == 0 {
			return 0, normal, false
		}
		side := -math.Copysign(1, d[1]) // the lid that faces the eye
		t = (side*p.half[1] - o[1]) / d[1]
		at := o.plus(d, t)
		x, z := at[0]/p.half[0], at[2]/p.half[2]
		return t, vector{0, side, 0}, x*x+z*z <= 1
	default:
		return p.slabs(o, d)
	}
}

// round meets an oval in three dimensions, or its upright cylinder in two.
func (p *part) round(o, d vector, dims int) (t float64, normal vector, ok bool) {
	var a, b, c float64
	for k := range o {
		if k == 1 && dims == 2 {
			continue
		}
		u, v := d[k]/p.half[k], o[k]/p.half[k]
		a, b, c = a+u*u, b+u*v, c+v*v
	}
	under := b*b - a*(c-1)
	if under < 0 || a == 0 {
		return 0, normal, false
	}
	t = (-b - math.Sqrt(under)) / a
	at := o.plus(d, t)
	for k := range at {
		if k != 1 || dims == 3 {
			normal[k] = at[k] / (p.half[k] * p.half[k])
		}
	}
	return t, vector{}.plus(normal, 1/math.Sqrt(normal.dot(normal))), true
}

// slabs meets a box.
func (p *part) slabs(o, d vector) (t float64, normal vector, ok bool) {
	from, to := math.Inf(-1), math.Inf(1)
	for k := range o {
		if d[k] == 0 {
			if math.Abs(o[k]) > p.half[k] {
				return 0, normal, false
			}
			continue
		}
		side := math.Copysign(1, d[k])
		if in := (-side*p.half[k] - o[k]) / d[k]; in > from {
			from, normal = in, vector{}
			normal[k] = -side
		}
		to = min(to, (side*p.half[k]-o[k])/d[k])
	}
	return from, normal, from <= to
}

// surface is what one pixel shows; part is -1 for the ground.
type surface struct {
	part   int
	depth  float64
	normal vector // to the eye
}

// seen casts a ray through every pixel, without perspective. scale is in pixels per unit.
func (s *solid) seen(p viewpoint, scale float64) []surface {
	turn := p.rotation()
	back := rotation{{turn[0][0], turn[1][0], turn[2][0]}, {turn[0][1], turn[1][1], turn[2][1]}, {turn[0][2], turn[1][2], turn[2][2]}}
	out := make([]surface, solidSide*solidSide)
	d := back.apply(vector{0, 0, -1})
	for i := range out {
		x, y := float64(i%solidSide-solidSide/2)/scale, float64(i/solidSide-solidSide/2)/scale
		o := back.apply(vector{x, y, 10})
		best := surface{part: -1, depth: math.Inf(1)}
		for k := range s.parts {
			if t, n, ok := s.parts[k].hit(o, d); ok && t < best.depth {
				best = surface{k, t, n}
			}
		}
		if best.part >= 0 {
			best.normal = turn.apply(best.normal)
		}
		out[i] = best
	}
	return out
}

// drawing draws the solid in lines: its outline, where its parts meet, and its edges.
func (s *solid) drawing(p viewpoint) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, solidSide, solidSide))
	seen := s.seen(p, solidScale)
	for i := range m.Pix {
		m.Pix[i] = 255
		x, y := i%solidSide, i/solidSide
		if x+1 < solidSide && seen[i].divided(&seen[i+1]) || y+1 < solidSide && seen[i].divided(&seen[i+solidSide]) {
			m.Pix[i] = 20
		}
	}
	return m
}

// divided reports whether a line lies between two neighbours.
func (a *surface) divided(b *surface) bool {
	if a.part < 0 || b.part < 0 {
		return a.part != b.part
	}
	return a.normal.dot(b.normal) < creaseCos || math.Abs(a.depth-b.depth) > depthJump && a.part != b.part
}

// photo shades the solid as a shop shows it, from beside one of its viewpoints by the given degrees, somewhat rolled, larger
// or smaller, on a light ground with a soft shadow, light from one side and grain.
func (s *solid) photo(seed uint64, degrees float64) *image.NRGBA {
	r := rand.New(rand.NewPCG(seed, 0xf070de51))
	p := viewpoints[r.IntN(len(viewpoints))]
	sin, cos := math.Sincos(2 * math.Pi * r.Float64())
	p.turn, p.tip, p.roll = p.turn+degrees*cos, p.tip+degrees*sin, degrees/5*(2*r.Float64()-1)
	seen := s.seen(p, solidScale*(0.7+0.3*r.Float64()))
	ground := 215 + 35*r.Float64()
	lx, ly := 14*(r.Float64()-0.5), 14*(r.Float64()-0.5)
	light := vector{0.8*r.Float64() - 0.4, -0.6, 0.75}
	light = vector{}.plus(light, 1/math.Sqrt(light.dot(light)))
	m := image.NewNRGBA(image.Rect(0, 0, solidSide, solidSide))
	for i := range seen {
		x, y := i%solidSide, i/solidSide
		c := [3]float64{ground, ground, ground}
		if at := &seen[i]; at.part >= 0 {
			k := 0.35 + 0.65*max(0, at.normal.dot(light))
			for j, v := range s.parts[at.part].colour {
				c[j] = v * k
			}
		} else {
			fall := lx*(float64(x)/solidSide-0.5) + ly*(float64(y)/solidSide-0.5)
			if above := i - 5*solidSide - 3; x >= 3 && above >= 0 && seen[above].part >= 0 {
				fall -= 18
			}
			for j := range c {
				c[j] += fall
			}
		}
		grain := 8 * (r.Float64() - 0.5)
		level := func(v float64) uint8 { return uint8(max(0, min(255, v+grain))) }
		m.SetNRGBA(x, y, color.NRGBA{level(c[0]), level(c[1]), level(c[2]), 255})
	}
	return m
}
