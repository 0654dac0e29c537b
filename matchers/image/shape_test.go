package image

import (
	stdimage "image"
	"image/color"
	"image/draw"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
)

// vessel draws a thing with a spout and a foot, as lines on white or as a shaded body on a ground.
func vessel(spout, foot int, lines bool) *stdimage.NRGBA {
	ground, body := color.NRGBA{228, 226, 222, 255}, color.NRGBA{70, 90, 120, 255}
	if lines {
		ground, body = color.NRGBA{255, 255, 255, 255}, color.NRGBA{255, 255, 255, 255}
	}
	m := uniform(ground, 400, 400)
	parts := []stdimage.Rectangle{
		stdimage.Rect(120, 120, 260, 300), stdimage.Rect(260, 140, 260+spout, 170), stdimage.Rect(190-foot, 300, 190+foot, 330),
	}
	for i, r := range parts {
		if lines {
			draw.Draw(m, r.Inset(-2), stdimage.Black, stdimage.Point{}, draw.Src)
		}
		shade := color.NRGBA{body.R + uint8(10*i), body.G, body.B, 255}
		if lines {
			shade = body
		}
		draw.Draw(m, r, stdimage.NewUniform(shade), stdimage.Point{}, draw.Src)
	}
	return m
}

func TestShapes(t *testing.T) {
	k := New(Options{Deep: true})
	var signs []corpora.Sign
	for _, m := range []stdimage.Image{vessel(90, 40, true), vessel(40, 100, true)} {
		signs = append(signs, corpora.Sign{Kind: corpora.Design, Image: file("design.png", encoded(t, "png", m))})
	}
	m := corpus(t, k, signs...)
	for _, c := range []struct {
		name string
		img  stdimage.Image
		sign uint32
		edit matchers.EditKind
	}{
		{"first", vessel(90, 40, false), 10, matchers.EditNone},
		{"second", vessel(40, 100, false), 11, matchers.EditNone},
		{"mirrored", turned(vessel(90, 40, false), edits[matchers.EditMirrored]), 10, matchers.EditMirrored},
		{"lying", turned(vessel(40, 100, false), edits[matchers.EditRotated90]), 11, matchers.EditRotated90},
	} {
		var found []matchers.Hit
		for _, h := range deepHits(t, m, c.img) {
			if h.Lane == matchers.Shape {
				found = append(found, h)
			}
		}
		if len(found) != 1 || found[0].Sign != c.sign || matchers.EditKind(found[0].Tier) != c.edit {
			t.Errorf("%s: %+v, want one shape of sign %d", c.name, found, c.sign)
		}
	}
	for name, img := range plainPictures() {
		for _, h := range deepHits(t, m, img) {
			t.Errorf("%s: %+v", name, h)
		}
	}
}

// TestThingsOfASheet divides a sheet of two views with captions and a frame.
func TestThingsOfASheet(t *testing.T) {
	sheet := uniform(color.White, 600, 900)
	frame := stdimage.Rect(16, 16, 584, 884)
	draw.Draw(sheet, frame, stdimage.Black, stdimage.Point{}, draw.Src)
	draw.Draw(sheet, frame.Inset(3), stdimage.White, stdimage.Point{}, draw.Src)
	for i, y := range []int{40, 470} {
		draw.Draw(sheet, stdimage.Rect(110, y, 490, y+340), vessel(90-30*i, 40, true), stdimage.Pt(0, 30), draw.Src)
		draw.Draw(sheet, stdimage.Rect(260, y+350, 330, y+366), stdimage.Black, stdimage.Point{}, draw.Src)
	}
	things := asRaster(sheet).things(1, nil)
	if len(things) != 2 {
		for _, th := range things {
			t.Log(th.box)
		}
		t.Fatalf("%d things, want two views", len(things))
	}
}

func TestFill(t *testing.T) {
	var g grid
	for i := 20; i < 40; i++ {
		g[20][i], g[39][i], g[i][20], g[i][39] = 1, 1, 1, 1
	}
	g[20][30] = 0 // a gap in the line
	g.fill()
	for y := range cellSide {
		for x := range cellSide {
			inside := x >= 20 && x < 40 && y >= 20 && y < 40
			if got := g[y][x] == 255; got != inside && (x != 30 || y != 20) {
				t.Fatalf("sample %d,%d: filled %v, want %v", x, y, got, inside)
			}
		}
	}
}

// TestThingBoxes divides sheets of drawings into views: two that touch in one line, and a panel that runs along the rim.
func TestThingBoxes(t *testing.T) {
	one := vessel(90, 40, true).SubImage(stdimage.Rect(116, 116, 354, 334))
	w, h := one.Bounds().Dx(), one.Bounds().Dy()
	pair := uniform(color.White, 2*w, h+20)
	for i := range 2 {
		draw.Draw(pair, stdimage.Rect(i*w, 10, (i+1)*w, 10+h), one, one.Bounds().Min, draw.Src)
	}
	draw.Draw(pair, stdimage.Rect(100, 100, w+60, 102), stdimage.Black, stdimage.Point{}, draw.Src)
	panel := uniform(color.Black, 600, 400)
	draw.Draw(panel, stdimage.Rect(2, 2, 598, 398), stdimage.White, stdimage.Point{}, draw.Src)
	draw.Draw(panel, stdimage.Rect(60, 50, 240, 250), stdimage.Black, stdimage.Point{}, draw.Src)
	draw.Draw(panel, stdimage.Rect(62, 52, 238, 248), stdimage.White, stdimage.Point{}, draw.Src)
	for _, c := range []struct {
		name   string
		img    stdimage.Image
		things int
	}{
		{"one view", vessel(90, 40, true), 1},
		{"the pair and each of its views", pair, 3},
		{"a box on a panel, without the frame", panel, 1},
		{"a photo without a ground", scene(4, 300, 200), 0},
	} {
		if found := asRaster(c.img).things(1, nil); len(found) != c.things {
			t.Errorf("%s: %d things, want %d", c.name, len(found), c.things)
			for _, f := range found {
				t.Log(f.box)
			}
		}
	}
}
