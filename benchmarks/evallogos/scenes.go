package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"

	"lookalike/benchmarks/eval/pictures"
)

// asFile leaves the drawing as it is.
func asFile(_ int, m image.Image) image.Image { return m }

// tileColours are those of app icons.
var tileColours = []color.NRGBA{{20, 110, 230, 255}, {220, 40, 40, 255}, {30, 30, 34, 255}, {20, 150, 90, 255}, {120, 60, 190, 255}, {240, 130, 20, 255}}

// onTile lays the drawing in white on a rounded tile on white.
func onTile(i int, m image.Image) image.Image {
	const side, margin, corner, inner = 600, 60, 80, 300
	tile := tileColours[i%len(tileColours)]
	out := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			c := color.NRGBA{255, 255, 255, 255}
			if rounded(x-margin, y-margin, side-2*margin, corner) {
				c = tile
			}
			out.SetNRGBA(x, y, c)
		}
	}
	lay(out, m, image.Rect((side-inner)/2, (side-inner)/2, (side+inner)/2, (side+inner)/2), &color.NRGBA{255, 255, 255, 255})
	return out
}

// rounded reports whether a point lies in a square with round corners.
func rounded(x, y, side, r int) bool {
	if x < 0 || y < 0 || x >= side || y >= side {
		return false
	}
	dx, dy := max(r-x, x-(side-1-r), 0), max(r-y, y-(side-1-r), 0)
	return dx*dx+dy*dy <= r*r
}

// pastedOn lays the drawing on a photo at 15 to 40 % of its width. One of a single colour becomes black or white, whichever
// shows.
func pastedOn(seed uint64, ground *image.NRGBA, m image.Image, plain bool) image.Image {
	r := rand.New(rand.NewPCG(seed, 0x1090))
	w, h := ground.Rect.Dx(), ground.Rect.Dy()
	side := w * (15 + r.IntN(26)) / 100
	tall := max(1, side*m.Bounds().Dy()/m.Bounds().Dx())
	at := image.Pt(r.IntN(max(1, w-side)), r.IntN(max(1, h-tall)))
	box := image.Rectangle{at, at.Add(image.Pt(side, tall))}.Intersect(ground.Rect)
	var ink *color.NRGBA
	if plain {
		sum := 0
		for y := box.Min.Y; y < box.Max.Y; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				c := ground.NRGBAAt(x, y)
				sum += (int(c.R) + 2*int(c.G) + int(c.B)) / 4
			}
		}
		ink = &color.NRGBA{A: 255}
		if sum < 110*box.Dx()*box.Dy() {
			ink = &color.NRGBA{255, 255, 255, 255}
		}
	}
	out := image.NewNRGBA(ground.Rect)
	copy(out.Pix, ground.Pix)
	lay(out, m, box, ink)
	return out
}

// lay draws m, which stands on white, into a box of out: white is transparent. ink is the colour of all of it, nil for its
// own.
func lay(out *image.NRGBA, m image.Image, box image.Rectangle, ink *color.NRGBA) {
	small := shrunk(m, box.Dx(), box.Dy())
	for y := range box.Dy() {
		for x := range box.Dx() {
			c := small.NRGBAAt(x, y)
			cover := 255 - int(min(c.R, c.G, c.B))
			if cover < 8 { // noise of compression
				continue
			}
			own := [3]int{int(c.R), int(c.G), int(c.B)}
			under := out.NRGBAAt(box.Min.X+x, box.Min.Y+y)
			var v [3]uint8
			for i, u := range [3]uint8{under.R, under.G, under.B} {
				if ink != nil {
					v[i] = uint8((int(u)*(255-cover) + int([3]uint8{ink.R, ink.G, ink.B}[i])*cover) / 255)
					continue
				}
				// What is left of the colour when its share of white is taken away.
				v[i] = uint8(max(0, min(255, own[i]-(255-cover)+int(u)*(255-cover)/255)))
			}
			out.SetNRGBA(box.Min.X+x, box.Min.Y+y, color.NRGBA{v[0], v[1], v[2], 255})
		}
	}
}

// shrunk returns m at a size.
func shrunk(m image.Image, w, h int) *image.NRGBA {
	b := m.Bounds()
	in := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			in.Set(x, y, m.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return pictures.Sized(in, max(1, w), max(1, h))
}

// grounds names what is pasted on.
func (e *world) grounds() string {
	if e.photos != "" {
		return "photos of a folder"
	}
	return "drawn grounds"
}

// photoFiles lists the photos, none for drawn grounds.
func (e *world) photoFiles() ([]string, error) {
	if e.photos == "" {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(e.photos, "*.jpg"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no photo (*.jpg) in %s", e.photos)
	}
	return files, err
}

// ground returns ground i.
func (e *world) ground(files []string, i int) (*image.NRGBA, error) {
	if len(files) == 0 {
		return pictures.Photo(uint64(i), 600), nil
	}
	b, err := os.ReadFile(files[i%len(files)])
	if err != nil {
		return nil, err
	}
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", files[i%len(files)], err)
	}
	return shrunk(m, m.Bounds().Dx(), m.Bounds().Dy()), nil
}
