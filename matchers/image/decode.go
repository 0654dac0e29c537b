package image

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	stdimage "image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/sync/semaphore"

	"lookalike/corpora"
)

// The limits of a picture. They are checked before a pixel is allocated.
const (
	maxBytes  = 20 << 20
	maxPixels = 40_000_000
	minSide   = 16
	maxSide   = 1<<16 - 1 // boxes of hits have 16 bits per coordinate
)

// guard decodes pictures of unknown origin. All goroutines share its budget of pixels, so that many large pictures at a
// time wait for each other instead of filling the memory.
type guard struct {
	budget *semaphore.Weighted // in pixels of 4 bytes
	jpeg   jpegReaders
}

// newGuard returns a guard with room for one picture of the largest size, or for many small ones.
func newGuard() *guard { return &guard{budget: semaphore.NewWeighted(maxPixels)} }

// problem returns a Problem without a field; whoever knows the field sets it.
func problem(code string, args ...any) *corpora.Problem {
	p := &corpora.Problem{Code: code, Args: make(map[string]any, len(args)/2)}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i].(string)] = args[i+1]
	}
	return p
}

// read returns the bytes of im, at most maxBytes. Its error is a *corpora.Problem, or the cause of ctx.
func read(ctx context.Context, im corpora.Image) ([]byte, error) {
	var b bytes.Buffer
	err := readInto(ctx, im, &b)
	return b.Bytes(), err
}

// readInto is read into the memory of b.
func readInto(ctx context.Context, im corpora.Image, b *bytes.Buffer) error {
	b.Reset()
	if im.Open == nil {
		return problem(corpora.PictureMissing, "ref", shortRef(im.Ref))
	}
	rc, err := im.Open(ctx)
	if err != nil {
		return readError(ctx, im, err)
	}
	defer rc.Close()
	if _, err := b.ReadFrom(io.LimitReader(rc, maxBytes+1)); err != nil {
		return readError(ctx, im, err)
	}
	if b.Len() > maxBytes {
		return problem(corpora.PictureTooLarge, "bytes", b.Len(), "limit", maxBytes)
	}
	return nil
}

// readError returns err as a problem, unless ctx has ended.
func readError(ctx context.Context, im corpora.Image, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if p, ok := errors.AsType[*corpora.Problem](err); ok {
		c := *p
		return &c
	}
	if errors.Is(err, fs.ErrNotExist) {
		return problem(corpora.PictureMissing, "ref", shortRef(im.Ref))
	}
	return problem(corpora.ReadFailed, "reason", err.Error())
}

// shortRef cuts a data: address, which would carry the whole picture, to its type.
func shortRef(ref string) string {
	if strings.HasPrefix(ref, "data:") {
		head, _, _ := strings.Cut(ref, ",")
		return head[:min(len(head), 40)] + ",…"
	}
	return ref
}

// reading says how a picture is read.
type reading struct {
	vector bool // vector files too
	full   bool // every pixel counts: no reduced decoder
	side   int  // longer side of the raster, 0 for rasterSide
}

// raster checks data and decodes it. Its error is a *corpora.Problem, or the cause of ctx.
func (g *guard) raster(ctx context.Context, data []byte, how reading) (*raster, error) {
	if len(data) > maxBytes {
		return nil, problem(corpora.PictureTooLarge, "bytes", len(data), "limit", maxBytes)
	}
	if len(data) == 0 {
		return nil, problem(corpora.PictureDamaged, "reason", "empty file")
	}
	f := sniff(data)
	c, ok := codecs[f]
	switch {
	case f == formatSVG && how.vector:
		c, ok = svgCodec, true
	case f == formatAVIF:
		c, ok = avifCodec()
	}
	if !ok {
		return nil, problem(corpora.PictureUnsupported, "format", string(f))
	}
	cfg, err := safely(func() (stdimage.Config, error) { return c.config(data) })
	if err != nil {
		return nil, damaged(err)
	}
	if err := checkSize(cfg.Width, cfg.Height, len(data), c.perByte); err != nil {
		return nil, err
	}
	cost := min(int64(cfg.Width)*int64(cfg.Height)*int64(c.cost(data, cfg)), maxPixels)
	if err := g.budget.Acquire(ctx, cost); err != nil {
		return nil, context.Cause(ctx)
	}
	defer g.budget.Release(cost)
	if f == formatJPEG && !how.full {
		if j, err := safely(func() (*jpegReader, error) { return g.jpeg.read(data) }); err == nil {
			turned := 1
			if j.exif {
				turned = orientation(f, data)
			}
			return j.raster(turned), nil
		}
	}
	img, err := safely(func() (stdimage.Image, error) { return c.decode(data) })
	if err != nil {
		return nil, damaged(err)
	}
	if b := img.Bounds(); b.Dx() != cfg.Width || b.Dy() != cfg.Height {
		return nil, damaged(fmt.Errorf("%d×%d pixels where the heading says %d×%d", b.Dx(), b.Dy(), cfg.Width, cfg.Height))
	}
	return rasterWithin(img, orientation(f, data), cmp.Or(how.side, rasterSide)), nil
}

// done gives the memory of a raster back, when it was lent. Nobody may look at it any more.
func (g *guard) done(r *raster) {
	if r.lent != nil {
		g.jpeg.giveBack(r.lent)
	}
}

// checkSize holds the picture to the limits. perByte is how many pixels one byte of the format can carry at best: a
// file that claims more is cut off or lies, and its pixels are not allocated. 0 means no bound.
func checkSize(w, h, size, perByte int) error {
	switch {
	case w <= 0 || h <= 0:
		return problem(corpora.PictureDamaged, "reason", "no pixels")
	case w < minSide || h < minSide:
		return problem(corpora.PictureTooSmall, "width", w, "height", h, "limit", minSide)
	case w > maxSide || h > maxSide:
		return problem(corpora.PictureTooLarge, "width", w, "height", h, "limit", maxSide)
	case int64(w)*int64(h) > maxPixels:
		return problem(corpora.PictureTooLarge, "width", w, "height", h, "limit", maxPixels)
	case perByte > 0 && int64(w)*int64(h) > int64(size)*int64(perByte):
		return problem(corpora.PictureDamaged, "reason", "too few bytes for its size")
	}
	return nil
}

// damaged returns the problem of a picture that its decoder refused.
func damaged(err error) error {
	return problem(corpora.PictureDamaged, "reason", err.Error())
}

// safely calls f and turns a panic of a decoder into an error.
func safely[T any](f func() (T, error)) (v T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("decoder failed: %v", r)
		}
	}()
	return f()
}

// codec is what the guard needs of one format.
type codec struct {
	config  func([]byte) (stdimage.Config, error)
	decode  func([]byte) (stdimage.Image, error)
	perByte int                               // see checkSize
	cost    func([]byte, stdimage.Config) int // memory of decoding in units of 4 bytes per pixel
}

// codecs are the formats read from listings and rights alike.
var codecs = map[format]codec{
	// One bit per 8×8 block is the least that a scan can spend.
	formatJPEG: {fromReader(jpeg.DecodeConfig), fromReader(jpeg.Decode), 8 * 64, jpegCost},
	// Deflate gives at most 1,032 bytes for one, a byte holds at most 8 pixels.
	formatPNG: {fromReader(png.DecodeConfig), fromReader(png.Decode), 8 * 1032, depthCost},
	// A code of at least 2 bits stands for at most 4,096 pixels.
	formatGIF:  {fromReader(gif.DecodeConfig), fromReader(decodeGIF), 4 * 4096, plainCost},
	formatBMP:  {fromReader(bmp.DecodeConfig), fromReader(bmp.Decode), 8, plainCost},
	formatWebP: {webpConfig, decodeWebP, 0, webpCost},
	formatTIFF: {fromReader(tiff.DecodeConfig), fromReader(tiff.Decode), 8 * 4096, depthCost},
}

// svgCodec draws vector files at a fixed size.
var svgCodec = codec{svgConfig, decodeSVG, 0, plainCost}

// fromReader adapts a function that reads to one that takes bytes.
func fromReader[T any](f func(io.Reader) (T, error)) func([]byte) (T, error) {
	return func(b []byte) (T, error) { return f(bytes.NewReader(b)) }
}

func plainCost([]byte, stdimage.Config) int { return 1 }

// webpCost counts the planes of both the frame and its canvas.
func webpCost([]byte, stdimage.Config) int { return 2 }

// depthCost counts 8 bytes per pixel: 16-bit channels are not told apart here.
func depthCost([]byte, stdimage.Config) int { return 2 }

// jpegCost counts the coefficients that a progressive file keeps: 4 bytes per sample beside the picture itself.
func jpegCost(data []byte, _ stdimage.Config) int {
	if progressive(data) {
		return 4
	}
	return 1
}

// progressive reports whether the first frame header of a JPEG file is a progressive one.
func progressive(data []byte) bool {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker := data[at+1]
		switch {
		case marker == 0xff:
			at++
			continue
		case marker == 0xc2:
			return true
		case marker == 0xc0 || marker == 0xc1 || marker == 0xda:
			return false
		}
		at += 2 + int(data[at+2])<<8 + int(data[at+3])
	}
	return false
}

// decodeGIF returns the first frame on its canvas. Decoding ends with that frame.
func decodeGIF(r io.Reader) (stdimage.Image, error) {
	all := r.(io.ReadSeeker)
	cfg, err := gif.DecodeConfig(all)
	if err != nil {
		return nil, err
	}
	if _, err := all.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	frame, err := gif.Decode(all)
	if err != nil {
		return nil, err
	}
	return onCanvas(frame, frame.Bounds().Min, cfg.Width, cfg.Height), nil
}
