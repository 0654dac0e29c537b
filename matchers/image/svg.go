package image

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	stdimage "image"
	"image/color"
	"image/draw"
	"io"
	"math"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
	"golang.org/x/net/html/charset"
)

// Vector files are drawn when a corpus is built, never for a listing: drawing is not bounded in time for hostile input.

// svgSide is the longer side of a drawing.
const svgSide = rasterSide

// svgMargin is the white left around the view box, so that a drawing that fills it stands on a ground.
const svgMargin = 16

// maxSVG bounds the size of a vector file.
const maxSVG = 2 << 20

// svgConfig returns the size that the file is drawn at.
func svgConfig(data []byte) (stdimage.Config, error) {
	icon, err := parseSVG(data)
	if err != nil {
		return stdimage.Config{}, err
	}
	w, h := svgSize(icon)
	return stdimage.Config{ColorModel: color.NRGBAModel, Width: w, Height: h}, nil
}

// svgSize fits the view box and its margin into svgSide.
func svgSize(icon *oksvg.SvgIcon) (int, int) {
	w, h := icon.ViewBox.W, icon.ViewBox.H
	scale := (svgSide - 2*svgMargin) / max(w, h)
	side := func(v float64) int { return max(minSide, int(math.Round(v*scale))) + 2*svgMargin }
	return side(w), side(h)
}

// parseSVG reads the file. Colours that it leaves to the page are black.
func parseSVG(data []byte) (*oksvg.SvgIcon, error) {
	if len(data) > maxSVG {
		return nil, fmt.Errorf("vector file of %d bytes, at most %d", len(data), maxSVG)
	}
	if err := checkSVG(data); err != nil {
		return nil, err
	}
	data, err := expandPaths(data)
	if err != nil {
		return nil, err
	}
	icon, err := oksvg.ReadReplacingCurrentColor(bytes.NewReader(data), "#000000", oksvg.IgnoreErrorMode)
	if err != nil {
		return nil, err
	}
	w, h := icon.ViewBox.W, icon.ViewBox.H
	if !(w > 0 && h > 0 && max(w, h) < 1e6 && max(w, h) < 200*min(w, h)) {
		return nil, errors.New("vector file without a usable view box")
	}
	return icon, nil
}

// checkSVG refuses a definition that uses another: the drawing package follows such references without end.
func checkSVG(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = charset.NewReaderLabel
	depth := 0
	for {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "defs" {
				depth++
			}
			if t.Name.Local == "use" && depth > 0 {
				return errors.New("vector file whose definitions use each other")
			}
		case xml.EndElement:
			if t.Name.Local == "defs" {
				depth--
			}
		}
	}
}

// decodeSVG draws the file on white in its own colours, and when nothing shows, every path in black.
func decodeSVG(data []byte) (stdimage.Image, error) {
	icon, err := parseSVG(data)
	if err != nil {
		return nil, err
	}
	w, h := svgSize(icon)
	icon.SetTarget(svgMargin, svgMargin, float64(w-2*svgMargin), float64(h-2*svgMargin))
	img := drawSVG(icon, w, h)
	if blank(img) {
		for i := range icon.SVGPaths {
			icon.SVGPaths[i].SetFillColor(color.Black)
		}
		img = drawSVG(icon, w, h)
	}
	if blank(img) {
		return nil, errors.New("vector file that shows nothing")
	}
	return img, nil
}

func drawSVG(icon *oksvg.SvgIcon, w, h int) *stdimage.RGBA {
	img := stdimage.NewRGBA(stdimage.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, stdimage.White, stdimage.Point{}, draw.Src)
	icon.Draw(rasterx.NewDasher(w, h, rasterx.NewScannerGV(w, h, img, img.Rect)), 1)
	return img
}

// blank reports whether all pixels are alike.
func blank(img *stdimage.RGBA) bool {
	for i := 4; i < len(img.Pix); i += 4 {
		if !bytes.Equal(img.Pix[i:i+4], img.Pix[:4]) {
			return false
		}
	}
	return true
}
