package image

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/core"
)

// maxPictures is how many pictures of one listing are read.
const maxPictures = 1000

// Features are the pictures of one listing.
type Features struct {
	kind  *Kind
	pics  []*picture // by index in the feed; nil for one that was not read
	facts []matchers.PictureFacts

	// Scratch of the matcher.
	queries []hash
	asked   []asked
	near    []core.Near
	hits    []matchers.Hit
	partial partialScratch
}

var _ matchers.Pictured = (*Features)(nil)

// Pictures returns the facts of every picture of the listing, in the feed's order, valid until the next Prepare.
func (f *Features) Pictures() []matchers.PictureFacts { return f.facts }

// Prepare reads the pictures. Each that fails is one problem of the field "images[i]"; addresses that nobody fetched are
// passed over.
func (f *Features) Prepare(ctx context.Context, l *corpora.Listing) []corpora.Problem {
	f.reset()
	var problems []corpora.Problem
	for i, im := range l.Images {
		if i == maxPictures {
			problems = append(problems, corpora.Problem{Code: corpora.BadValue, Field: "images",
				Args: map[string]any{"value": len(l.Images), "want": maxPictures}})
			break
		}
		if im.ByAddress() {
			f.add(nil)
			continue
		}
		p, err := f.kind.see(ctx, im, false)
		if ctx.Err() != nil {
			return problems
		}
		if err != nil {
			problems = append(problems, problemOf(err, fmt.Sprintf("images[%d]", i)))
		}
		f.add(p)
	}
	return problems
}

// see returns the features of im, remembered or read now.
func (k *Kind) see(ctx context.Context, im corpora.Image, svg bool) (*picture, error) {
	file, _ := k.files.Get().(*bytes.Buffer)
	if file == nil {
		file = new(bytes.Buffer)
	}
	defer k.files.Put(file)
	if err := readInto(ctx, im, file); err != nil {
		return nil, err
	}
	key := sha256.Sum256(file.Bytes())
	return k.seen.get(ctx, key, func() (*picture, error) {
		p, err := k.look(ctx, file.Bytes(), svg)
		if p != nil {
			p.facts.SHA256 = key
		}
		return p, err
	})
}

func (f *Features) reset() { f.pics, f.facts = f.pics[:0], f.facts[:0] }

// add appends the next picture, nil for one that was not read.
func (f *Features) add(p *picture) {
	f.pics = append(f.pics, p)
	if p == nil {
		f.facts = append(f.facts, matchers.PictureFacts{})
		return
	}
	f.facts = append(f.facts, p.facts)
}
