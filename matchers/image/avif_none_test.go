//go:build !avif

package image

import (
	"errors"
	"testing"

	"lookalike/corpora"
)

func TestAVIFIsNamed(t *testing.T) {
	_, err := decodeAll([]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00miafmif1"))
	p, ok := errors.AsType[*corpora.Problem](err)
	if !ok || p.Code != corpora.PictureUnsupported || p.Args["format"] != "AVIF" {
		t.Errorf("error %v, want AVIF named as unsupported", err)
	}
}
