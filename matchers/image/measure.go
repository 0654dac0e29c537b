package image

import (
	"context"

	"lookalike/matchers"
	"lookalike/matchers/core"
)

// What benchmarks measure by itself.

// HashFile returns the 256-bit hash of a picture file: the identity of the picture in fingerprints, and what the lane copy
// compares first. Its error is a *corpora.Problem, or the cause of ctx.
func (k *Kind) HashFile(ctx context.Context, file []byte) (core.Hash256, error) {
	r, err := k.guard.raster(ctx, file, reading{})
	if err != nil {
		return core.Hash256{}, err
	}
	var c cells
	var s spectrum
	c.average(r, r.whole())
	s.transform(&c)
	return s.hash(turn{}), nil
}

// Partial returns the hits of the lane partial for one picture file, and does nothing that other lanes need. The features
// are scratch alone. It is what one picture costs that lane: reading, corners, shortlist and fit.
func (m *Matcher) Partial(ctx context.Context, f *Features, file []byte) ([]matchers.Hit, error) {
	r, err := m.kind.guard.raster(ctx, file, reading{full: true})
	if err != nil {
		return nil, err
	}
	f.hits = f.hits[:0]
	m.matchPartial(f, 0, &picture{local: r.locals(m.kind.pattern(), queryPoints)})
	return f.hits, nil
}
