package image

import (
	"bytes"
	"context"
	stdimage "image"
	"image/color"
	"image/jpeg"

	"lookalike/corpora"
)

// thumbnailQuality is the JPEG quality of thumbnails: 96 pixels take 2 to 4 kB.
const thumbnailQuality = 80

// Thumbnail returns im as a JPEG file of at most maxSide pixels a side, upright and on white. Its error is a
// *corpora.Problem or the cause of ctx. Vector files are refused: see RightThumbnail.
func (k *Kind) Thumbnail(ctx context.Context, im corpora.Image, maxSide int) ([]byte, error) {
	return k.thumbnail(ctx, im, maxSide, false)
}

// RightThumbnail is Thumbnail for the pictures of rights, which may be vector files.
func (k *Kind) RightThumbnail(ctx context.Context, im corpora.Image, maxSide int) ([]byte, error) {
	return k.thumbnail(ctx, im, maxSide, true)
}

func (k *Kind) thumbnail(ctx context.Context, im corpora.Image, maxSide int, svg bool) ([]byte, error) {
	data, err := read(ctx, im)
	if err != nil {
		return nil, err
	}
	r := k.lately.take(data)
	if r == nil {
		if r, err = k.guard.raster(ctx, data, reading{vector: svg, full: true}); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, r.shrink(maxSide), &jpeg.Options{Quality: thumbnailQuality}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// shrink returns the raster as a picture of at most side pixels a side. It never enlarges.
func (r *raster) shrink(side int) stdimage.Image {
	w, h := r.w, r.h
	if long := max(w, h); side > 0 && long > side {
		w, h = max(1, w*side/long), max(1, h*side/long)
	}
	var planes [3][]uint8
	for i, p := range [3][]uint8{r.luma, r.cb, r.cr} {
		red := newReducer(r.w, r.h, w, h)
		for y := range r.h {
			red.add(p[y*r.w : (y+1)*r.w])
		}
		planes[i] = red.out
	}
	img := stdimage.NewRGBA(stdimage.Rect(0, 0, w, h))
	for i := range planes[0] {
		red, green, blue := color.YCbCrToRGB(planes[0][i], planes[1][i], planes[2][i])
		copy(img.Pix[4*i:], []uint8{red, green, blue, 255})
	}
	return img
}
