package image

import (
	"context"
	"sync"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
)

// version changes whenever the same picture gives other features or the sections another layout.
const version = 2

// Options are the settings of the kind. The zero value is the default.
type Options struct {
	// Remember is how many distinct pictures are remembered, so that a picture that a catalogue repeats is decoded once.
	// 0 means 4,096, some 20 MB, and with Deep 256, some 40 MB.
	Remember int
	// Deep adds local features (lane partial), logos inside photos and designs (lane shape). It takes some 200 ms more
	// per picture.
	Deep bool
	// Partial adds the local features alone, for measuring them.
	Partial bool
}

// Kind matches pictures. It is safe for concurrent use: all features made by one Kind share its memory of pictures and its
// budget for decoding.
type Kind struct {
	guard   *guard
	seen    *memory
	deep    bool              // local features
	logos   bool              // logos inside photos, and shapes
	figures func() []logoMark // the plain figures, drawn once
	pattern func() *pattern   // of local features, made once
	keys    func() *lshKeys   // likewise
	lately  lately            // pictures of rights
	files   sync.Pool         // of *bytes.Buffer, for the files of listings
}

// New returns the kind.
func New(o Options) *Kind {
	n := o.Remember
	if n <= 0 {
		n = 4096
		if o.Deep || o.Partial {
			n = 256
		}
	}
	return &Kind{
		guard: newGuard(), seen: newMemory(n), deep: o.Deep || o.Partial, logos: o.Deep,
		figures: sync.OnceValue(drawFigures), pattern: sync.OnceValue(newPattern), keys: sync.OnceValue(newLSHKeys),
	}
}

var _ matchers.Kind = (*Kind)(nil)

// Name returns "image".
func (k *Kind) Name() string { return "image" }

// Version returns the version of features and sections.
func (k *Kind) Version() uint32 { return version }

// New returns features for one goroutine. They implement matchers.Pictured.
func (k *Kind) New() matchers.Features { return &Features{kind: k} }

// Builder returns a builder of the sections "image/…".
func (k *Kind) Builder() matchers.Builder { return &Builder{kind: k} }

// Open returns the matcher over the sections "image/…" of s, and nil when s has none.
func (k *Kind) Open(s *snapshot.File) (matchers.Matcher, error) {
	m, err := open(k, s)
	if m == nil || err != nil {
		return nil, err
	}
	return m, nil
}

// picture is everything that default lanes need to know of one picture. It is shared and never changed.
type picture struct {
	facts   matchers.PictureFacts
	regions []region
	logos   []logoRegion
	local   *locals      // nil without Options.Deep
	inside  []logoRegion // regions that may be logos inside a photo, none without Options.Deep
	things  []thing      // objects that may be designs, none without Options.Deep
}

// region is a box of the picture that is looked up among the copies.
type region struct {
	edit   matchers.EditKind // how the box differs from the picture: trimmed, a cell
	box    box               // in pixels of the picture
	hashes [8]hash           // by turns; of a cell the first alone
	detail detail
}

// turns returns how many of the hashes are looked up. Cells of a collage are not expected turned.
func (g *region) turns() int {
	if g.edit == matchers.EditCell {
		return 1
	}
	return len(g.hashes)
}

// sees reports whether the region is compared with the given view. A cell shows a whole picture.
func (g *region) sees(view int) bool { return g.edit != matchers.EditCell || view < wholeViews }

// trimmed returns the region inside the borders, nil when there is none.
func (p *picture) trimmed() *region {
	for i := range p.regions {
		if p.regions[i].edit == matchers.EditTrimmed {
			return &p.regions[i]
		}
	}
	return nil
}

// logoRegion is a part of the picture that is looked up among the logos. The box is the picture's when the logo is all that
// it shows, however small it stands on its ground.
type logoRegion struct {
	box  box
	mark logoMark
	kind logoKind
}

// minQuality is the least quality of a grid that is looked up among copies. A uniform tile has 0, a soft gradient 2 to 6.
const minQuality = 8

// look reads a picture's features, but for the hash of the file. Its error is a *corpora.Problem or the cause of ctx.
func (k *Kind) look(ctx context.Context, data []byte, svg bool) (*picture, error) {
	r, err := k.guard.raster(ctx, data, reading{vector: svg})
	if err != nil {
		return nil, err
	}
	defer func() { k.guard.done(r) }()
	p := r.picture(k.figures())
	if k.deep {
		if r.coarse {
			k.guard.done(r)
			if r, err = k.guard.raster(ctx, data, reading{full: true}); err != nil {
				return nil, err
			}
		}
		p.local = r.locals(k.pattern(), queryPoints)
	}
	if k.logos {
		p.inside = r.regions(k.figures())
		p.things = r.things(len(turns), k.figures())
	}
	return p, nil
}

// picture computes the features of the raster, but for the hash of the file. figures are no logos.
func (r *raster) picture(figures []logoMark) *picture {
	p := &picture{facts: matchers.PictureFacts{Width: r.fullW, Height: r.fullH, OK: true}}
	whole, quality := r.region(r.whole(), matchers.EditNone)
	p.facts.Hash = hashBytes(whole.hashes[0])
	if quality >= minQuality {
		p.regions = append(p.regions, whole)
	}
	if b := r.trim(r.whole()); b != r.whole() {
		if trimmed, quality := r.region(b, matchers.EditTrimmed); quality >= minQuality {
			p.regions = append(p.regions, trimmed)
		}
	}
	for _, b := range r.collage() {
		if cell, quality := r.region(r.trim(b), matchers.EditCell); quality >= minQuality {
			p.regions = append(p.regions, cell)
		}
	}
	p.logos = r.logos(figures)
	return p
}

// region hashes a box and returns its quality.
func (r *raster) region(b box, edit matchers.EditKind) (region, int) {
	var c cells
	var s spectrum
	c.average(r, b)
	s.transform(&c)
	return region{edit: edit, box: r.full(b), hashes: s.hashes(), detail: r.detail(&c, b)}, c.quality()
}

// problemOf returns err as a problem of the given field; err is one already.
func problemOf(err error, field string) corpora.Problem {
	p, ok := err.(*corpora.Problem)
	if !ok {
		return corpora.Problem{Code: corpora.ReadFailed, Field: field, Args: map[string]any{"reason": err.Error()}}
	}
	return corpora.Problem{Code: p.Code, Field: field, Args: p.Args}
}
