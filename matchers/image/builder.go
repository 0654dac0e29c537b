package image

import (
	"context"
	"slices"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	"lookalike/matchers/core"
)

// The sections. Every slice is of fixed-size values, little-endian, and stands ready for use.
const (
	sectionPictures = "image/pictures" // []pictureRow, by ascending sign
	sectionCopies   = "image/copies"   // []copyRow: one per hash, in the order of their pictures
	sectionHashes   = "image/hashes"   // []core.Block256: the hashes of the copy rows
	sectionDetails  = "image/details"  // []detail: of each picture with hashes the whole, then the trimmed box if it differs
	sectionLogos    = "image/logos"    // []logoRow, by ascending sign
	sectionShapes   = "image/shapes"   // []shapeRow: the things on pictures of designs
	sectionLocals   = "image/locals"   // []localRow: the local features of pictures that are no logos
	sectionPoints   = "image/points"   // []point
	sectionFeatures = "image/features" // []hash, in step with the points
	sectionOffsets  = "image/offsets"  // []uint32: see lsh
	sectionEntries  = "image/entries"  // []uint32
)

// pictureRow is one picture of the corpus.
type pictureRow struct {
	Sign          uint32
	Width, Height uint32
	Quality       uint32
	Logo          uint32 // row of the logo that confirms hits of its hashes, plus one; 0 for none
	Trimmed       uint32 // row of the detail of its trimmed box, or of the whole when nothing was cut
	PHash         uint64 // of goimagehash, 0 for a uniform picture
}

// copyRow says what a hash was taken of.
type copyRow struct {
	Picture uint32 // row
	Detail  uint32 // row of the detail that the view is a part of
	View    uint32 // index in views
}

// logoRow is the ink of one picture, or what stands on it.
type logoRow struct {
	Mark    logoMark
	Picture uint32 // row
	Kind    uint32 // logoKind
}

// view is a part of a right's picture that has a hash of its own, in 1/20 of the trimmed box. A listing that shows that part
// alone is found by it.
type view struct {
	box    box
	edit   matchers.EditKind
	radius int // largest distance that is a hit
	cover  int // share of the picture, in 1/1000
	tilt   int // degrees clockwise, the corners white
}

// viewUnit is the denominator of the boxes of views.
const viewUnit = 20

// The largest distances that are hits. At 67 differing bits of 256 a match is a lead, at 61 a similar picture, at 45 the
// same (matchers/judge). A crop or a tilt is one of 18 tries per picture: its leads are not listed.
const (
	radiusWhole = 67
	radiusCrop  = 61
	radiusTilt  = 61
)

// views are the parts. The first is the whole picture with its borders; the others lie in the trimmed box.
var views = [...]view{
	{box: box{0, 0, 20, 20}, radius: radiusWhole, cover: 1000},
	{box: box{0, 0, 20, 20}, radius: radiusWhole, cover: 1000},
	{box{1, 1, 19, 19}, matchers.EditCropped, radiusCrop, 810, 0},
	{box{2, 2, 18, 18}, matchers.EditCropped, radiusCrop, 640, 0},
	{box{3, 3, 17, 17}, matchers.EditCropped, radiusCrop, 490, 0},
	{box{4, 4, 16, 16}, matchers.EditCropped, radiusCrop, 360, 0},
	{box{4, 0, 20, 20}, matchers.EditCropped, radiusCrop, 800, 0},
	{box{0, 0, 16, 20}, matchers.EditCropped, radiusCrop, 800, 0},
	{box{0, 4, 20, 20}, matchers.EditCropped, radiusCrop, 800, 0},
	{box{0, 0, 20, 16}, matchers.EditCropped, radiusCrop, 800, 0},
	{box{4, 4, 20, 20}, matchers.EditCropped, radiusCrop, 640, 0},
	{box{0, 4, 16, 20}, matchers.EditCropped, radiusCrop, 640, 0},
	{box{4, 0, 20, 16}, matchers.EditCropped, radiusCrop, 640, 0},
	{box{0, 0, 16, 16}, matchers.EditCropped, radiusCrop, 640, 0},
	{box{0, 0, 20, 20}, matchers.EditNone, radiusTilt, 1000, 5},
	{box{0, 0, 20, 20}, matchers.EditNone, radiusTilt, 1000, -5},
	{box{0, 0, 20, 20}, matchers.EditNone, radiusTilt, 1000, 10},
	{box{0, 0, 20, 20}, matchers.EditNone, radiusTilt, 1000, -10},
}

// wholeViews is the number of views that show the whole picture. A logo has no others: its crops would be anything.
const wholeViews = 2

// within returns the view's box inside b.
func (v *view) within(b box) box {
	at := func(from, n, k int) int { return from + (n*k+viewUnit/2)/viewUnit }
	return box{
		at(b.x0, b.w(), v.box.x0), at(b.y0, b.h(), v.box.y0),
		at(b.x0, b.w(), v.box.x1), at(b.y0, b.h(), v.box.y1),
	}
}

// Builder collects the pictures of rights. It is for one goroutine.
type Builder struct {
	kind     *Kind
	pictures []pictureRow
	copies   []copyRow
	hashes   []hash
	details  []detail
	logos    []logoRow
	shapes   []shapeRow
	locals   []localRow
	points   []point
	features []hash
}

var (
	_ matchers.Preparer = (*Builder)(nil)
	_ matchers.Carrier  = (*Builder)(nil)
)

// Add takes a picture; words are ignored. A picture that cannot be read, or that shows nothing, is a *corpora.Problem
// without a field.
func (b *Builder) Add(ctx context.Context, sign uint32, s *corpora.Sign) error {
	part, err := b.Prepare(ctx, s)
	if err != nil {
		return err
	}
	return b.AddPrepared(sign, part)
}

// Prepare returns the rows of one picture as a *Builder of their own, nil for words.
func (b *Builder) Prepare(ctx context.Context, s *corpora.Sign) (any, error) {
	if s.Image.Open == nil && s.Image.Ref == "" {
		return nil, nil
	}
	data, err := read(ctx, s.Image)
	if err != nil {
		return nil, err
	}
	r, err := b.kind.guard.raster(ctx, data, reading{vector: true})
	if err != nil {
		return nil, err
	}
	defer b.kind.guard.done(r)
	var c cells
	if c.average(r, r.whole()); c.uniform() {
		return nil, damaged(errPlain)
	}
	full := r
	if r.coarse {
		if full, err = b.kind.guard.raster(ctx, data, reading{full: true}); err != nil {
			return nil, err
		}
	}
	b.kind.lately.keep(data, full)
	part := &Builder{kind: b.kind}
	part.add(s, r, sniff(data) == formatSVG)
	if part.pictures[0].Logo == 0 {
		part.addLocals(full.locals(b.kind.pattern(), corpusPoints))
	}
	if s.Kind == corpora.Design {
		sheet, err := b.kind.guard.raster(ctx, data, reading{vector: true, full: true, side: sheetSide})
		if err != nil {
			return nil, err
		}
		part.addShapes(full.things(1, b.kind.figures()), sheet.brokenLines())
	}
	return part, nil
}

// AddPrepared takes what Prepare returned.
func (b *Builder) AddPrepared(sign uint32, prepared any) error {
	part, ok := prepared.(*Builder)
	if !ok || part == nil {
		return nil
	}
	b.take(sign, part)
	return nil
}

// take appends the rows of a builder of one picture.
func (b *Builder) take(sign uint32, part *Builder) {
	row, firstDetail := uint32(len(b.pictures)), uint32(len(b.details))
	firstLocal, firstPoint := uint32(len(b.locals)), uint32(len(b.points))
	p := part.pictures[0]
	p.Sign = sign
	if p.Logo > 0 {
		p.Logo += uint32(len(b.logos))
	}
	b.details = append(b.details, part.details...)
	p.Trimmed = uint32(max(0, len(b.details)-1))
	b.pictures = append(b.pictures, p)
	for _, c := range part.copies {
		c.Picture, c.Detail = row, c.Detail+firstDetail
		b.copies = append(b.copies, c)
	}
	b.hashes = append(b.hashes, part.hashes...)
	for _, l := range part.logos {
		l.Picture = row
		b.logos = append(b.logos, l)
	}
	for _, s := range part.shapes {
		s.Picture = row
		b.shapes = append(b.shapes, s)
	}
	for _, l := range part.locals {
		l.Picture, l.First = row, l.First+firstPoint
		b.locals = append(b.locals, l)
	}
	for _, p := range part.points {
		p.Owner += firstLocal
		b.points = append(b.points, p)
	}
	b.features = append(b.features, part.features...)
}

// addShapes appends the things on a picture of a design. broken says that some of its lines are.
func (b *Builder) addShapes(things []thing, broken bool) {
	for i := range things {
		row := shapeRow{Mark: things[i].mark[0]}
		if things[i].plain {
			row.Flags |= shapePlain
		}
		if broken {
			row.Flags |= shapeBroken
		}
		b.shapes = append(b.shapes, row)
	}
}

// addLocals appends the local features of a picture that has enough of them to be found.
func (b *Builder) addLocals(l *locals) {
	if len(l.points) < minInliers {
		return
	}
	row := localRow{First: uint32(len(b.points)), Count: uint32(len(l.points)), Width: uint16(l.w), Height: uint16(l.h)}
	b.locals = append(b.locals, row)
	b.points = append(b.points, l.points...)
	b.features = append(b.features, l.hashes...)
}

// add appends the rows of the first picture. Pictures of marks are looked for as logos, and drawings of works; other works may be
// photos of things, whose outline is that of every such thing.
func (b *Builder) add(s *corpora.Sign, r *raster, vector bool) {
	var c cells
	c.average(r, r.whole())
	p := pictureRow{Width: uint32(r.fullW), Height: uint32(r.fullH), Quality: uint32(c.quality())}
	p.PHash, _ = r.pHash()
	if s.Kind == corpora.Mark || s.Kind == corpora.Work && vector {
		for _, l := range r.logos(b.kind.figures()) {
			b.logos = append(b.logos, logoRow{Mark: l.mark, Kind: uint32(l.kind)})
			if s.Kind == corpora.Mark && l.kind != logoOnTile {
				p.Logo = uint32(len(b.logos))
			}
		}
	}
	switch {
	case p.Logo > 0:
		b.addViews(r, wholeViews)
	case s.Kind != corpora.Mark || !r.plain(b.kind.figures()):
		b.addViews(r, len(views))
	}
	b.pictures = append(b.pictures, p)
}

// addViews appends the hashes of the first n views, of those that show enough.
func (b *Builder) addViews(r *raster, n int) {
	trimmed, last := r.trim(r.whole()), box{}
	for i := range n {
		at := views[i].within(trimmed)
		if i == 0 {
			at = r.whole()
		}
		if i == 1 && trimmed == r.whole() || at.w() < minSide || at.h() < minSide {
			continue
		}
		var c cells
		if views[i].tilt != 0 {
			c.tilted(r, at, views[i].tilt)
		} else {
			c.average(r, at)
		}
		if i < 2 && at != last {
			b.details = append(b.details, r.detail(&c, at))
			last = at
		}
		if c.quality() < minQuality {
			continue
		}
		var s spectrum
		s.transform(&c)
		b.hashes = append(b.hashes, s.hash(turn{}))
		b.copies = append(b.copies, copyRow{Detail: uint32(len(b.details) - 1), View: uint32(i)})
	}
}

// namedSection is a section of the snapshot.
type namedSection struct {
	name string
	data []byte
}

// Finish writes the sections, none without a picture.
func (b *Builder) Finish(w *snapshot.Writer) error {
	if len(b.pictures) == 0 {
		return nil
	}
	var tables lsh
	if len(b.features) > 0 {
		tables = newLSH(b.kind.keys(), b.features)
	}
	for _, s := range append([]namedSection{
		{sectionPictures, snapshot.Bytes(slices.Clip(b.pictures))},
		{sectionCopies, snapshot.Bytes(b.copies)},
		{sectionHashes, snapshot.Bytes(core.PackBlocks(b.hashes))},
		{sectionDetails, snapshot.Bytes(b.details)},
		{sectionLogos, snapshot.Bytes(b.logos)},
		{sectionShapes, snapshot.Bytes(b.shapes)},
		{sectionLocals, snapshot.Bytes(b.locals)},
		{sectionPoints, snapshot.Bytes(b.points)},
		{sectionFeatures, snapshot.Bytes(b.features)},
		{sectionOffsets, snapshot.Bytes(tables.offsets)},
		{sectionEntries, snapshot.Bytes(tables.entries)},
	}, phashSections(b.pictures)...) {
		if err := w.Put(s.name, s.data); err != nil {
			return err
		}
	}
	return nil
}
