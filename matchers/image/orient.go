package image

import (
	"bytes"
	"errors"
	stdimage "image"

	"github.com/bep/imagemeta"
)

// exifFormats are the formats in which an orientation is looked for.
var exifFormats = map[format]imagemeta.ImageFormat{
	formatJPEG: imagemeta.JPEG,
	formatPNG:  imagemeta.PNG,
	formatWebP: imagemeta.WebP,
	formatTIFF: imagemeta.TIFF,
}

// exifMarks are the bytes without which a file of the format holds no EXIF block.
var exifMarks = map[format]string{formatJPEG: "Exif\x00", formatPNG: "eXIf", formatWebP: "EXIF", formatTIFF: ""}

// orientation returns the EXIF orientation of a file, 1 to 8, and 1 for whatever does not say or cannot be read.
func orientation(f format, data []byte) int {
	kind, ok := exifFormats[f]
	if !ok || !bytes.Contains(data, []byte(exifMarks[f])) {
		return 1
	}
	const name, namespace = "Orientation", "IFD0"
	found := 1
	_, err := safely(func() (struct{}, error) {
		_, err := imagemeta.Decode(imagemeta.Options{
			R:           bytes.NewReader(data),
			ImageFormat: kind,
			Sources:     imagemeta.EXIF,
			ShouldHandleTag: func(t imagemeta.TagInfo) bool {
				return t.Tag == name && t.Namespace == namespace
			},
			HandleTag: func(t imagemeta.TagInfo) error {
				if v, ok := t.Value.(uint16); ok && 1 <= v && v <= 8 {
					found = int(v)
				}
				return imagemeta.ErrStopWalking
			},
			LimitNumTags: 500,
		})
		return struct{}{}, err
	})
	if err != nil && !errors.Is(err, imagemeta.ErrStopWalking) {
		return 1
	}
	return found
}

// turn is one of the eight flips and quarter turns of a picture: transpose first, then mirror left to right, then top to
// bottom.
type turn struct{ transpose, mirrorX, mirrorY bool }

// orientations are the turns that bring a stored picture upright, by EXIF orientation.
// Source: Exif 2.3, tag 274: the sides on which the visual top and left of the 0th row and column lie.
var orientations = [9]turn{
	1: {},
	2: {mirrorX: true},
	3: {mirrorX: true, mirrorY: true},
	4: {mirrorY: true},
	5: {transpose: true},
	6: {transpose: true, mirrorX: true},
	7: {transpose: true, mirrorX: true, mirrorY: true},
	8: {transpose: true, mirrorY: true},
}

// size returns the size of a turned picture.
func (t turn) size(w, h int) (int, int) {
	if t.transpose {
		return h, w
	}
	return w, h
}

// plane returns the turned plane of w×h samples.
func (t turn) plane(src []uint8, w, h int) []uint8 {
	if t == (turn{}) {
		return src
	}
	dw, dh := t.size(w, h)
	dst := make([]uint8, len(src))
	for y := range dh {
		for x := range dw {
			p := t.source(stdimage.Pt(x, y), dw, dh)
			dst[y*dw+x] = src[p.Y*w+p.X]
		}
	}
	return dst
}

// source returns the pixel of the stored picture that lands on p of the turned one, which is dw×dh.
func (t turn) source(p stdimage.Point, dw, dh int) stdimage.Point {
	if t.mirrorX {
		p.X = dw - 1 - p.X
	}
	if t.mirrorY {
		p.Y = dh - 1 - p.Y
	}
	if t.transpose {
		p.X, p.Y = p.Y, p.X
	}
	return p
}
