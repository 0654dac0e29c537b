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
	defer k.guard.done(r)
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

// LogoScore is how alike one logo of a corpus is to what a picture shows as a whole, in 1/1000.
type LogoScore struct {
	Sign            uint32
	Cosine, Overlap int  // of edges and of ink
	Hit             bool // both pass the limits of the lane logo
}

// Logos compares a picture file with every logo of the corpus that has about its proportions. There is one score per sign,
// the best by edges and three tenths of the ink; they stand in the order of signs.
func (m *Matcher) Logos(ctx context.Context, file []byte) ([]LogoScore, error) {
	r, err := m.kind.guard.raster(ctx, file, reading{})
	if err != nil {
		return nil, err
	}
	defer m.kind.guard.done(r)
	var out []LogoScore
	marks := r.logos(m.kind.figures())
	for i := range m.logos {
		row := &m.logos[i]
		for j := range marks {
			c, o, ok := marks[j].like(row, limits{})
			if !ok {
				continue
			}
			s := LogoScore{Sign: m.pictures[row.Picture].Sign, Cosine: c, Overlap: o}
			s.Hit = s.Cosine >= wholeLogo.cosine && s.Overlap >= wholeLogo.overlap
			if last := len(out) - 1; last < 0 || out[last].Sign != s.Sign {
				out = append(out, s)
			} else if s.Value() > out[last].Value() {
				out[last] = s
			}
		}
	}
	return out, nil
}

// Value is what logos are ranked by, in 1/10,000.
func (s LogoScore) Value() int { return 10*s.Cosine + 3*s.Overlap }

// ShapeScore is how alike one picture of a design in a corpus is to what a picture shows, in 1/1000.
type ShapeScore struct {
	Sign  uint32
	Value int  // what designs are ranked by: the mean of edges and outline, of the best pair of things
	Hit   bool // some pair passes the limits of the lane shape
}

// Shapes compares the things that a picture file shows with those on every picture of a design. There is one score per sign,
// in the order of signs; a picture that shows no thing has none.
func (m *Matcher) Shapes(ctx context.Context, file []byte) ([]ShapeScore, error) {
	r, err := m.kind.guard.raster(ctx, file, reading{full: true})
	if err != nil {
		return nil, err
	}
	var out []ShapeScore
	things := r.things(len(turns), m.kind.figures())
	for j := range m.shapes {
		row := &m.shapes[j]
		sign := m.pictures[row.Picture].Sign
		if last := len(out) - 1; last < 0 || out[last].Sign != sign {
			out = append(out, ShapeScore{Sign: sign})
		}
		best := &out[len(out)-1]
		for i := range things {
			for k := range things[i].mark {
				like := things[i].mark[k].likeness(&row.Mark, 0)
				best.Value = max(best.Value, like)
				best.Hit = best.Hit || like >= things[i].least(row)
			}
		}
	}
	return out, nil
}
