package image

import (
	"image/color"
	"slices"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
)

// onTile returns a glyph of 200 pixels on a tile of 400 on white, as shops encode pictures: the JPEG file is read at a
// quarter of its size.
func onTile(t *testing.T, kind int, tile, ink color.Color) corpora.Image {
	return onTileOf(t, kind, tile, ink, 100)
}

// onTileOf is onTile with a margin around the glyph.
func onTileOf(t *testing.T, kind int, tile, ink color.Color, margin int) corpora.Image {
	m := framed(framed(glyph(kind, tile, ink, 400-2*margin, 400-2*margin), margin, tile), 60, color.White)
	return file("tile.jpg", encoded(t, "jpeg", m))
}

// TestLogosOnTiles looks for logos drawn on tiles of several colours, and for nothing else that tiles have in common.
func TestLogosOnTiles(t *testing.T) {
	blue, red, light := color.NRGBA{20, 110, 230, 255}, color.NRGBA{220, 40, 40, 255}, color.NRGBA{225, 225, 200, 255}
	k := New(Options{})
	var plain []corpora.Sign
	for kind := range 2 {
		plain = append(plain, corpora.Sign{Kind: corpora.Mark, Form: corpora.FormFigurative,
			Image: file("logo.png", encoded(t, "png", glyph(kind, color.White, color.Black, 256, 256)))})
	}
	tiled := corpora.Sign{Kind: corpora.Mark, Form: corpora.FormFigurative, Image: onTile(t, 0, blue, color.White)}
	for _, set := range []struct {
		name  string
		m     matchers.Matcher
		query corpora.Image
		want  []uint32
	}{
		{"white on blue", corpus(t, k, plain...), onTile(t, 0, blue, color.White), []uint32{10}},
		{"white on red", corpus(t, k, plain...), onTile(t, 1, red, color.White), []uint32{11}},
		{"black on light", corpus(t, k, plain...), onTile(t, 1, light, color.Black), []uint32{11}},
		{"another glyph", corpus(t, k, plain...), onTile(t, 2, blue, color.White), nil},
		{"a tile of another colour", corpus(t, k, tiled), onTile(t, 0, red, color.White), []uint32{10}},
		{"a tile with another glyph", corpus(t, k, tiled), onTile(t, 1, blue, color.White), nil},
	} {
		var found []uint32
		for _, h := range match(t, set.m, set.query) {
			if h.Lane == matchers.Logo {
				found = append(found, h.Sign)
			}
		}
		if !slices.Equal(found, set.want) {
			t.Errorf("%s: logos %v, want %v", set.name, found, set.want)
		}
	}
}

// TestTilesAreTold holds what a picture is described by to what it shows, and the stored form to that.
func TestTilesAreTold(t *testing.T) {
	k := New(Options{})
	for name, set := range map[string]struct {
		picture corpora.Image
		kinds   []logoKind
	}{
		"glyph":         {file("a.png", encoded(t, "png", glyph(0, color.White, color.Black, 256, 256))), []logoKind{logoInk}},
		"small on tile": {onTileOf(t, 0, color.Black, color.White, 100), []logoKind{logoOnTile}}, // the tile is a plain figure
		"large on tile": {onTileOf(t, 0, color.Black, color.White, 10), []logoKind{logoTile, logoOnTile}},
	} {
		f := k.New().(*Features)
		if p := f.Prepare(t.Context(), &corpora.Listing{Images: []corpora.Image{set.picture}}); len(p) > 0 {
			t.Fatal(&p[0])
		}
		loaded := k.New().(*Features)
		if err := loaded.Load(f.Append(nil)); err != nil {
			t.Fatal(err)
		}
		for _, f := range []*Features{f, loaded} {
			var kinds []logoKind
			for _, l := range f.pics[0].logos {
				kinds = append(kinds, l.kind)
			}
			if !slices.Equal(kinds, set.kinds) {
				t.Errorf("%s: kinds %v, want %v", name, kinds, set.kinds)
			}
		}
	}
}
