package pictures

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // folders hold both
	_ "image/png"
	"os"
	"path/filepath"

	imagekind "lookalike/matchers/image"
)

// The limits of a folder.
const (
	minFiles  = 4    // so that collages have other pictures
	fileSide  = 1000 // longer side to which a picture is reduced before it is edited
	maxPixels = 40_000_000
)

// ErrFolder says that a folder holds too few pictures to measure with.
var ErrFolder = errors.New("too few pictures")

// load lists the pictures of the folder, if one is given. Other files, and pictures of one colour, are counted and passed
// over.
func (w *world) load() error {
	if w.Dir == "" {
		return nil
	}
	entries, err := os.ReadDir(w.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries { // by name
		if e.IsDir() {
			continue
		}
		name := filepath.Join(w.Dir, e.Name())
		m, err := readFile(name)
		if err == nil {
			_, err = imagekind.PHash(m)
		}
		if err != nil {
			w.skipped++
			continue
		}
		w.files = append(w.files, name)
	}
	if len(w.files) < minFiles {
		return fmt.Errorf("%s: %w: %d JPEG or PNG files, want at least %d", w.Dir, ErrFolder, len(w.files), minFiles)
	}
	w.Originals, w.Unrelated, w.DeepToo = len(w.files), len(w.files), len(w.files)
	w.Edited = min(w.Edited, w.Originals)
	return nil
}

// file returns picture i of the folder, counted around. One that was there when the folder was read and is no longer
// becomes an empty picture, which nothing finds.
func (w *world) file(i int) *image.NRGBA {
	m, err := readFile(w.files[i%len(w.files)])
	if err != nil {
		return image.NewNRGBA(image.Rect(0, 0, fileSide, fileSide))
	}
	return m
}

// readFile decodes a picture of at most maxPixels and reduces it.
func readFile(name string) (*image.NRGBA, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if c.Width*c.Height > maxPixels {
		return nil, fmt.Errorf("%s: %d×%d pixels are too many", name, c.Width, c.Height)
	}
	m, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out := image.NewNRGBA(image.Rectangle{Max: m.Bounds().Size()})
	draw.Draw(out, out.Rect, m, m.Bounds().Min, draw.Src)
	if long := max(c.Width, c.Height); long > fileSide {
		out = sized(out, max(1, c.Width*fileSide/long), max(1, c.Height*fileSide/long))
	}
	return out, nil
}
