package image

import (
	"cmp"
	"fmt"
	"slices"

	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	"lookalike/matchers/core"
)

// Matcher finds the pictures of one corpus. It is immutable and safe for concurrent use.
type Matcher struct {
	kind     *Kind
	pictures []pictureRow
	copies   []copyRow
	hashes   []core.Block256
	details  []detail
	logos    []logoRow
	shapes   []shapeRow
	locals   []localRow
	points   []point // of all local rows
	features []hash  // in step with points
	lsh      lsh
	phashes  core.Table64 // by picture; empty in corpora of earlier builds
}

// open checks the sections and returns the matcher, nil without sections.
func open(k *Kind, s *snapshot.File) (*Matcher, error) {
	raw := s.Section(sectionPictures)
	if raw == nil {
		return nil, nil
	}
	m := &Matcher{kind: k}
	var err error
	section := func(name string, set func([]byte) error) {
		if e := set(s.Section(name)); e != nil && err == nil {
			err = fmt.Errorf("section %s: %w", name, e)
		}
	}
	section(sectionPictures, into(&m.pictures))
	section(sectionCopies, into(&m.copies))
	section(sectionHashes, into(&m.hashes))
	section(sectionDetails, into(&m.details))
	section(sectionLogos, into(&m.logos))
	section(sectionShapes, into(&m.shapes))
	section(sectionLocals, into(&m.locals))
	section(sectionPoints, into(&m.points))
	section(sectionFeatures, into(&m.features))
	section(sectionOffsets, into(&m.lsh.offsets))
	section(sectionEntries, into(&m.lsh.entries))
	section(sectionPHashes, into(&m.phashes.Hashes))
	section(sectionBuckets, into(&m.phashes.Multi.Offsets))
	section(sectionPrints, into(&m.phashes.Multi.Prints))
	section(sectionPlaces, into(&m.phashes.Multi.Index))
	if err != nil {
		return nil, err
	}
	if err := m.checkPHashes(); err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, m.checkLocals()
}

// into returns a function that sets dst to a view of bytes.
func into[T any](dst *[]T) func([]byte) error {
	return func(b []byte) (err error) {
		*dst, err = snapshot.View[T](b)
		return err
	}
}

// check looks at every index that Match follows.
func (m *Matcher) check() error {
	if want := (len(m.copies) + core.BlockLen - 1) / core.BlockLen; len(m.hashes) != want {
		return fmt.Errorf("section %s: %d blocks for %d hashes", sectionHashes, len(m.hashes), len(m.copies))
	}
	for i := range m.copies {
		if int(m.copies[i].Picture) >= len(m.pictures) || int(m.copies[i].View) >= len(views) ||
			int(m.copies[i].Detail) >= len(m.details) {
			return fmt.Errorf("section %s: row %d points nowhere", sectionCopies, i)
		}
	}
	for i := range m.pictures {
		if int(m.pictures[i].Logo) > len(m.logos) || int(m.pictures[i].Trimmed) > max(0, len(m.details)-1) {
			return fmt.Errorf("section %s: row %d points nowhere", sectionPictures, i)
		}
	}
	for i := range m.logos {
		if int(m.logos[i].Picture) >= len(m.pictures) || m.logos[i].Kind >= uint32(logoKinds) {
			return fmt.Errorf("section %s: row %d points nowhere", sectionLogos, i)
		}
	}
	for i := range m.shapes {
		if int(m.shapes[i].Picture) >= len(m.pictures) {
			return fmt.Errorf("section %s: row %d points nowhere", sectionShapes, i)
		}
	}
	return nil
}

// Kind returns the kind that opened the matcher.
func (m *Matcher) Kind() matchers.Kind { return m.kind }

// checkLocals looks at every index of the local features.
func (m *Matcher) checkLocals() error {
	if len(m.points) != len(m.features) {
		return fmt.Errorf("section %s: %d points for %d features", sectionPoints, len(m.points), len(m.features))
	}
	for i, r := range m.locals {
		if int(r.Picture) >= len(m.pictures) || uint64(r.First)+uint64(r.Count) > uint64(len(m.points)) {
			return fmt.Errorf("section %s: row %d points nowhere", sectionLocals, i)
		}
	}
	for i := range m.points {
		if int(m.points[i].Owner) >= len(m.locals) {
			return fmt.Errorf("section %s: row %d points nowhere", sectionPoints, i)
		}
	}
	if len(m.points) > 0 && !m.lsh.valid(len(m.points)) {
		return fmt.Errorf("section %s: the tables do not fit together", sectionOffsets)
	}
	return nil
}

// asked says which region and turn a query hash stands for.
type asked struct {
	region  *region
	trimmed *region // of the same picture, nil when it has none
	turn    uint8
}

// Match appends the hits of the listing's pictures, by picture, box, sign and lane. For each picture, sign and lane
// there is one hit, the nearest; Tier says what edit explains it.
//
// A hit of the lane copy has the differing bits as Dist, 0 to 67, and as Cover how much of the right's picture was found. A
// hit of the lane logo has as Dist 1000 minus the cosine of the descriptors in 1/1000, and as Cover the overlap of the ink
// in 1/1000. A hit of the lane partial has the mean differing bits of its features as Dist and their number as Cover;
// one of the lane shape is a candidate for a person's eye, with 1000 minus the mean of edges and outline as Dist.
func (m *Matcher) Match(features matchers.Features, dst []matchers.Hit) []matchers.Hit {
	f := features.(*Features)
	for item, p := range f.pics {
		if p == nil {
			continue
		}
		f.hits = f.hits[:0]
		m.matchCopies(f, uint16(item), p)
		m.matchLogos(f, uint16(item), p)
		m.matchPartial(f, uint16(item), p)
		m.matchShapes(f, uint16(item), p)
		dst = append(dst, nearest(f.hits)...)
	}
	return dst
}

// matchCopies adds the copies of one picture to f.hits.
func (m *Matcher) matchCopies(f *Features, item uint16, p *picture) {
	if len(m.copies) == 0 || len(p.regions) == 0 {
		return
	}
	f.queries, f.asked = f.queries[:0], f.asked[:0]
	for i := range p.regions {
		for t, h := range p.regions[i].hashes[:p.regions[i].turns()] {
			f.queries = append(f.queries, h)
			f.asked = append(f.asked, asked{&p.regions[i], p.trimmed(), uint8(t)})
		}
	}
	f.near = core.SearchBlocks(f.near[:0], f.queries, m.hashes, len(m.copies), radiusWhole)
	for _, n := range f.near {
		row, q := m.copies[n.Index], f.asked[n.Query]
		v := &views[row.View]
		if int(n.Dist) > v.radius || !q.region.sees(int(row.View)) || !m.confirmed(row.Picture, p, q.turn) {
			continue
		}
		dist := m.distance(int(n.Index), v, q, n.Dist)
		if int(dist) > v.radius {
			continue
		}
		h := matchers.Hit{
			Sign: m.pictures[row.Picture].Sign, Part: matchers.Picture, Item: item, Lane: matchers.Copy,
			Dist: dist, Cover: uint16(v.cover),
			Tier: uint8(turns[q.turn].edit | q.region.edit | v.edit),
		}
		h.Start, h.End = q.region.box.pack()
		f.hits = append(f.hits, h)
	}
}

// sameDist is the largest distance of a hit that is called the same picture.
const sameDist = 45

// similarDist is the largest distance of a hit that is called a similar picture.
const similarDist = 61

// The shares of details, in 1/1000, that the same picture has in common: inside its borders, and with them, where plain
// ground and the outline of the thing agree for every piece of a series. A similar picture has half of them.
const (
	minAgreement   = 830
	minWithBorders = 970
	minSimilar     = 550
)

// What the same picture needs beside its details when its hash is not very near. Pieces of one series on a plain ground
// come as near as 26, and the few details of their print agree by chance: of 16 million pairs of cartons whose print alone
// differs, 199 pass without these limits and 27 with them, while 2,779 edited copies all do.
const (
	closeDist   = 32 // above it the inside must speak for the same picture by minEvidence
	minEvidence = 10
	borderDist  = 24 // above it a picture that agrees with its borders alone must be tilted
	maxTilted   = 88 // largest distance of the insides, one of them tilted
)

// distance returns the distance that a near hash is listed with, and radiusWhole+1 for one that is not listed. Pictures
// whose hashes are near enough for the same picture while their details differ are pieces of one series: they are listed
// as similar, or as leads when most of the details differ. A lead needs details in common as well.
func (m *Matcher) distance(at int, v *view, q asked, dist uint16) uint16 {
	if v.tilt != 0 { // details of tilted boxes do not lie on each other
		return max(dist, sameDist+1)
	}
	row := m.copies[at]
	known, shown := row.Detail, q.region
	trimmed := m.pictures[row.Picture].Trimmed
	bordered := row.View == 0 && trimmed != row.Detail && q.trimmed != nil
	if bordered {
		known, shown = trimmed, q.trimmed
	}
	c := m.compare(known, v, shown, q.turn)
	agreed, proven := c.agreement(), dist <= closeDist || c.evidence() >= minEvidence
	if bordered && agreed < minAgreement {
		if c := m.compare(row.Detail, v, q.region, q.turn); c.agreement() >= minWithBorders {
			agreed, proven = minAgreement, dist <= borderDist || m.tilted(at, q)
		}
	}
	switch {
	case agreed >= minAgreement && proven:
		return dist
	case agreed >= minSimilar:
		return max(dist, sameDist+1)
	case dist <= sameDist:
		return similarDist + 1
	}
	return radiusWhole + 1
}

// tilted reports whether the inside of the region's picture is near that of the copy's, tilted. The borders of a tilted
// picture are trimmed elsewhere, so that the insides do not lie on each other.
func (m *Matcher) tilted(at int, q asked) bool {
	for i := at; i < len(m.copies) && m.copies[i].Picture == m.copies[at].Picture; i++ {
		if views[m.copies[i].View].tilt == 0 {
			continue
		}
		h := m.hashes[i/core.BlockLen].Hash(i % core.BlockLen)
		if core.Distance256(&h, &q.trimmed.hashes[q.turn]) <= maxTilted {
			return true
		}
	}
	return false
}

// compare compares the view of a detail with a region.
func (m *Matcher) compare(known uint32, v *view, shown *region, turn uint8) comparison {
	var a, b tileSamples
	a.sample(&m.details[known], v.box, turns[0].turn)
	b.sample(&shown.detail, box{0, 0, viewUnit, viewUnit}, turns[turn].turn)
	return compare(&a, &b)
}

// confirmed reports whether a near hash of a picture that is also a logo stands. Drawings of little structure have near
// hashes by chance: their ink must agree too, and only upright.
func (m *Matcher) confirmed(picture uint32, p *picture, turn uint8) bool {
	i := m.pictures[picture].Logo
	if i == 0 {
		return true
	}
	if turn != 0 {
		return false
	}
	mark := &m.logos[i-1].Mark
	for j := range p.logos {
		q := &p.logos[j].mark
		if q.proportionate(mark) && q.cosine(mark) >= sameCosine && q.overlap(mark) >= sameOverlap {
			return true
		}
	}
	return false
}

// The limits above which a near hash of a logo stands.
const (
	sameCosine  = 960
	sameOverlap = 880
)

// limits are the least cosine of edges and overlap of ink of a logo, in 1/1000. Both must pass.
type limits struct{ cosine, overlap int }

// The limits of the lane logo. A picture has one or two marks as a whole, but hundreds of regions.
var (
	wholeLogo  = limits{905, 680}
	insideLogo = limits{925, 650}
)

// matchLogos adds the logos of one picture to f.hits: those that are all it shows, then those inside it.
func (m *Matcher) matchLogos(f *Features, item uint16, p *picture) {
	from := len(f.hits)
	m.addLogos(f, item, p.logos, wholeLogo, nil)
	m.addLogos(f, item, p.inside, insideLogo, f.hits[from:])
}

// addLogos adds the logos that the regions show, but for signs that are among known.
func (m *Matcher) addLogos(f *Features, item uint16, regions []logoRegion, least limits, known []matchers.Hit) {
	for i := range regions {
		l := &regions[i]
		for j := range m.logos {
			row := &m.logos[j]
			c, o, ok := l.like(row, least)
			if !ok {
				continue
			}
			sign := m.pictures[row.Picture].Sign
			if slices.ContainsFunc(known, func(h matchers.Hit) bool { return h.Sign == sign }) {
				continue
			}
			h := matchers.Hit{
				Sign: sign, Part: matchers.Picture, Item: item, Lane: matchers.Logo, Dist: uint16(1000 - c), Cover: uint16(o),
			}
			h.Start, h.End = l.box.pack()
			f.hits = append(f.hits, h)
		}
	}
}

// pack returns the box as the offsets of a hit.
func (b box) pack() (uint32, uint32) { return matchers.PackBox(b.x0, b.y0, b.x1, b.y1) }

// nearest keeps the best hit of each sign and lane: the nearest, then the one with the simplest edit. It returns them in
// the order of matchers.Matcher.
func nearest(hits []matchers.Hit) []matchers.Hit {
	slices.SortFunc(hits, func(a, b matchers.Hit) int {
		return cmp.Or(cmp.Compare(a.Sign, b.Sign), cmp.Compare(a.Lane, b.Lane), cmp.Compare(a.Dist, b.Dist),
			cmp.Compare(a.Tier, b.Tier), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	hits = slices.CompactFunc(hits, func(a, b matchers.Hit) bool { return a.Sign == b.Sign && a.Lane == b.Lane })
	slices.SortFunc(hits, func(a, b matchers.Hit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Sign, b.Sign),
			cmp.Compare(a.Lane, b.Lane))
	})
	return hits
}
