package image

import (
	stdimage "image"
	"image/color"
)

// rasterSide is the longer side to which pictures are reduced before anything is computed.
const rasterSide = 512

// box is a rectangle in pixels of a raster or of a picture: x0 ≤ x < x1, y0 ≤ y < y1.
type box struct{ x0, y0, x1, y1 int }

func (b box) w() int { return b.x1 - b.x0 }
func (b box) h() int { return b.y1 - b.y0 }

// raster is a picture reduced to at most rasterSide pixels a side by exact area averages: upright, on white, as luma and
// two colour differences (JFIF).
type raster struct {
	fullW, fullH int // of the picture, upright
	w, h         int
	coarse       bool        // of the reduced decoder: it has less detail than rasterSide samples a side could hold
	lent         *jpegReader // whose memory it lies in, nil for its own
	luma         []uint8
	cb, cr       []uint8
	sums         []uint32 // integral of luma, (w+1)×(h+1)
}

// whole returns the box of the whole raster.
func (r *raster) whole() box { return box{0, 0, r.w, r.h} }

// full returns b in pixels of the picture, rounded outwards.
func (r *raster) full(b box) box {
	return box{
		b.x0 * r.fullW / r.w, b.y0 * r.fullH / r.h,
		(b.x1*r.fullW + r.w - 1) / r.w, (b.y1*r.fullH + r.h - 1) / r.h,
	}
}

// reducedSize returns the size of the raster of a w×h picture with at most side samples a side.
func reducedSize(w, h, side int) (int, int) {
	long := max(w, h)
	if long <= side {
		return w, h
	}
	return max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
}

// rasterOf reduces a decoded picture with the given EXIF orientation, 1 to 8. Its bounds may begin anywhere.
func rasterOf(m stdimage.Image, orientation int) *raster {
	return rasterWithin(m, orientation, rasterSide)
}

// rasterWithin is rasterOf with at most side samples a side.
func rasterWithin(m stdimage.Image, orientation, side int) *raster {
	b := m.Bounds()
	w, h := reducedSize(b.Dx(), b.Dy(), side)
	var planes [3][]uint8
	if ycc, ok := m.(*stdimage.YCbCr); ok {
		planes = reduceYCbCr(ycc, w, h)
	} else {
		planes = reduceRGB(m, w, h)
	}
	return upright(planes, b.Dx(), b.Dy(), w, h, orientation)
}

// upright returns the raster of w×h planes of a stored picture.
func upright(planes [3][]uint8, fullW, fullH, w, h, orientation int) *raster {
	r := new(raster)
	r.upright(planes, fullW, fullH, w, h, orientation)
	return r
}

// upright fills r from w×h planes of a stored picture.
func (r *raster) upright(planes [3][]uint8, fullW, fullH, w, h, orientation int) {
	t := orientations[orientation]
	r.fullW, r.fullH = t.size(fullW, fullH)
	r.w, r.h = t.size(w, h)
	r.luma, r.cb, r.cr = t.plane(planes[0], w, h), t.plane(planes[1], w, h), t.plane(planes[2], w, h)
	r.integrate()
}

// integrate computes sums from luma, in the memory of sums when there is enough.
func (r *raster) integrate() {
	n := r.w + 1
	r.sums = resized(r.sums, n*(r.h+1))
	clear(r.sums[:n])
	for y := range r.h {
		above, sums, row := r.sums[y*n:(y+1)*n], r.sums[(y+1)*n:(y+2)*n], uint32(0)
		sums[0] = 0
		for x, v := range r.luma[y*r.w : (y+1)*r.w] {
			row += uint32(v)
			sums[x+1] = above[x+1] + row
		}
	}
}

// reduceYCbCr reduces the planes of a JPEG or WebP picture as they are stored. Colour planes are as a rule stored at half
// the size; they are never enlarged by more than repetition.
func reduceYCbCr(m *stdimage.YCbCr, w, h int) [3][]uint8 {
	b := m.Rect
	luma := newReducer(b.Dx(), b.Dy(), w, h)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		at := m.YOffset(b.Min.X, y)
		luma.add(m.Y[at : at+b.Dx()])
	}
	first, last := m.COffset(b.Min.X, b.Min.Y), m.COffset(b.Max.X-1, b.Max.Y-1)
	cw := m.COffset(b.Max.X-1, b.Min.Y) - first + 1
	ch := (last-first)/max(1, m.CStride) + 1
	dw, dh := min(w, cw), min(h, ch)
	cb, cr := newReducer(cw, ch, dw, dh), newReducer(cw, ch, dw, dh)
	for y := range ch {
		at := first + y*m.CStride
		cb.add(m.Cb[at : at+cw])
		cr.add(m.Cr[at : at+cw])
	}
	return [3][]uint8{luma.out, enlarge(cb.out, dw, dh, w, h), enlarge(cr.out, dw, dh, w, h)}
}

// enlarge repeats samples until the plane is w×h.
func enlarge(src []uint8, sw, sh, w, h int) []uint8 {
	if sw == w && sh == h {
		return src
	}
	dst := make([]uint8, w*h)
	spread(dst, src, sw, sw, sh, w, h)
	return dst
}

// spread writes the sw×sh samples of src, whose lines lie stride apart, to dst, repeated until they are w×h.
func spread(dst, src []uint8, stride, sw, sh, w, h int) {
	last := -1
	for y := range h {
		line := dst[y*w : (y+1)*w]
		from := y * sh / h
		if from == last {
			copy(line, dst[(y-1)*w:])
			continue
		}
		last = from
		row := src[from*stride : from*stride+sw]
		if sw == w {
			copy(line, row)
			continue
		}
		step, x := 0, 0
		for _, v := range row {
			for step += w; step >= sw; step -= sw {
				line[x] = v
				x++
			}
		}
	}
}

// reduceRGB reduces any other picture as red, green and blue over white, and turns the averages into luma and colour
// differences.
func reduceRGB(m stdimage.Image, w, h int) [3][]uint8 {
	b := m.Bounds()
	var rgb [3]*reducer
	var rows [3][]uint8
	for i := range rgb {
		rgb[i] = newReducer(b.Dx(), b.Dy(), w, h)
		rows[i] = make([]uint8, b.Dx())
	}
	read := rowReader(m)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		read(y, rows)
		for i := range rgb {
			rgb[i].add(rows[i])
		}
	}
	out := [3][]uint8{rgb[0].out, rgb[1].out, rgb[2].out}
	for i := range out[0] {
		out[0][i], out[1][i], out[2][i] = color.RGBToYCbCr(out[0][i], out[1][i], out[2][i])
	}
	return out
}

// rowReader returns a function that writes row y of m, over white, as three rows of samples.
func rowReader(m stdimage.Image) func(y int, rows [3][]uint8) {
	b := m.Bounds()
	switch m := m.(type) {
	case *stdimage.Gray:
		return func(y int, rows [3][]uint8) {
			at := m.PixOffset(b.Min.X, y)
			for i := range rows {
				copy(rows[i], m.Pix[at:])
			}
		}
	case *stdimage.RGBA:
		return func(y int, rows [3][]uint8) {
			p := m.Pix[m.PixOffset(b.Min.X, y):]
			for x := range rows[0] {
				white := 255 - p[4*x+3]
				rows[0][x], rows[1][x], rows[2][x] = p[4*x]+white, p[4*x+1]+white, p[4*x+2]+white
			}
		}
	case *stdimage.NRGBA:
		return func(y int, rows [3][]uint8) {
			p := m.Pix[m.PixOffset(b.Min.X, y):]
			for x := range rows[0] {
				a := uint32(p[4*x+3])
				for i := range rows {
					rows[i][x] = uint8((uint32(p[4*x+i])*a + 255*(255-a) + 127) / 255)
				}
			}
		}
	case *stdimage.Paletted:
		return palettedReader(m)
	}
	if m, ok := m.(stdimage.RGBA64Image); ok {
		return func(y int, rows [3][]uint8) {
			for x := range rows[0] {
				rows[0][x], rows[1][x], rows[2][x] = overWhite(m.RGBA64At(b.Min.X+x, y))
			}
		}
	}
	return func(y int, rows [3][]uint8) {
		for x := range rows[0] {
			rows[0][x], rows[1][x], rows[2][x] = overWhite(asRGBA64(m.At(b.Min.X+x, y)))
		}
	}
}

func asRGBA64(c color.Color) color.RGBA64 { return color.RGBA64Model.Convert(c).(color.RGBA64) }

// palettedReader looks every colour up once. A pixel beyond the palette is white.
func palettedReader(m *stdimage.Paletted) func(int, [3][]uint8) {
	var lut [256][3]uint8
	for i := range lut {
		lut[i] = [3]uint8{255, 255, 255}
		if i < len(m.Palette) {
			lut[i][0], lut[i][1], lut[i][2] = overWhite(asRGBA64(m.Palette[i]))
		}
	}
	return func(y int, rows [3][]uint8) {
		p := m.Pix[m.PixOffset(m.Rect.Min.X, y):]
		for x := range rows[0] {
			c := &lut[p[x]]
			rows[0][x], rows[1][x], rows[2][x] = c[0], c[1], c[2]
		}
	}
}

// overWhite returns c laid over white.
func overWhite(c color.RGBA64) (r, g, b uint8) {
	white := 0xffff - c.A
	return uint8((c.R + white) >> 8), uint8((c.G + white) >> 8), uint8((c.B + white) >> 8)
}
