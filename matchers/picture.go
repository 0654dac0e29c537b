package matchers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"

	"lookalike/corpora"
)

// maxPicture is how many bytes of a picture file are read.
const maxPicture = 20 << 20

// readPicture reads the file of a right's picture whole. What fails is a problem of the picture, an ended ctx too, which
// its caller notices.
func readPicture(ctx context.Context, im corpora.Image) ([]byte, *corpora.Problem) {
	data, err := readAll(ctx, im)
	if p := problemOf(err); p != nil {
		return nil, p
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &corpora.Problem{Code: corpora.PictureMissing, Args: map[string]any{"ref": shortRef(im.Ref)}}
	}
	if err != nil {
		return nil, &corpora.Problem{Code: corpora.PictureDamaged, Args: map[string]any{"reason": err.Error()}}
	}
	if len(data) > maxPicture {
		return nil, &corpora.Problem{Code: corpora.PictureTooLarge, Args: map[string]any{"bytes": len(data), "limit": maxPicture}}
	}
	return data, nil
}

// readAll reads at most one byte more than maxPicture.
func readAll(ctx context.Context, im corpora.Image) (data []byte, err error) {
	r, err := im.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.ReadAll(io.LimitReader(r, maxPicture+1))
}

// memoryImage is a picture whose bytes were read already.
func memoryImage(ref string, data []byte) corpora.Image {
	return corpora.Image{Ref: ref, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
}
