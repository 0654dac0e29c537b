package image

import (
	"errors"
	stdimage "image"

	"github.com/corona10/goimagehash"
)

// errPlain says that a picture shows too little for a hash to mean anything.
var errPlain = errors.New("uniform picture")

// PHash returns the 64-bit perceptual hash of m as goimagehash computes it, for comparison with hashes that other
// programs made.
//
// It guards what goimagehash v1.1.0 does not: a picture under 16 pixels is refused (it panics in a goroutine there, or
// returns the hash of the picture before), transparency lies on white, bounds may begin anywhere, and a uniform picture is
// refused instead of being like every other uniform one. It is reduced to 64×64 by exact area averages first, so that
// the package's own slow reduction has nothing left to do.
//
// Bit 63 is the average brightness and not a pattern; the bit is cleared.
func PHash(m stdimage.Image) (uint64, error) {
	if m == nil {
		return 0, errors.New("no picture")
	}
	b := m.Bounds()
	if err := checkSize(b.Dx(), b.Dy(), 0, 0); err != nil {
		return 0, err
	}
	r := rasterOf(m, 1)
	return r.pHash()
}

// pHash is PHash of a raster.
func (r *raster) pHash() (uint64, error) {
	var c cells
	c.average(r, r.whole())
	if c.quality() == 0 {
		return 0, errPlain
	}
	small := stdimage.NewGray(stdimage.Rect(0, 0, cellSide, cellSide))
	for y := range cellSide {
		for x := range cellSide {
			small.Pix[y*cellSide+x] = uint8((c[y][x] + 128) / 256)
		}
	}
	h, err := goimagehash.PerceptionHash(small)
	if err != nil {
		return 0, err
	}
	return h.GetHash() &^ (1 << 63), nil
}
