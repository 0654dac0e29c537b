package image

import (
	"cmp"
	"fmt"
	"slices"

	"lookalike/matchers"
	"lookalike/matchers/core"
)

// Carry takes over what the matcher of another corpus holds of its sign old: the rows that Add made of the picture then.
// It implements matchers.Carrier.
func (b *Builder) Carry(sign uint32, from matchers.Matcher, old uint32) (bool, error) {
	m, ok := from.(*Matcher)
	if !ok {
		return false, fmt.Errorf("carry a picture: %T is no matcher of pictures", from)
	}
	row, found := slices.BinarySearchFunc(m.pictures, old, func(p pictureRow, sign uint32) int { return cmp.Compare(p.Sign, sign) })
	if !found {
		return false, nil
	}
	p := m.pictures[row]
	was, is := uint32(row), uint32(len(b.pictures))
	p.Sign = sign
	if err := b.carryCopies(m, was, is, p.Trimmed); err != nil {
		return false, err
	}
	p.Trimmed = uint32(max(0, len(b.details)-1))
	logo := p.Logo
	p.Logo = 0
	for i, l := range rowsOf(m.logos, was, func(l *logoRow) uint32 { return l.Picture }) {
		l.Picture = is
		b.logos = append(b.logos, l)
		if logo == uint32(i+1) {
			p.Logo = uint32(len(b.logos))
		}
	}
	for _, s := range rowsOf(m.shapes, was, func(s *shapeRow) uint32 { return s.Picture }) {
		s.Picture = is
		b.shapes = append(b.shapes, s)
	}
	for _, l := range rowsOf(m.locals, was, func(l *localRow) uint32 { return l.Picture }) {
		b.carryLocals(m, l, is)
	}
	b.pictures = append(b.pictures, p)
	return true, nil
}

// carryCopies appends the hashes of one picture with their details, the last of which is row trimmed.
func (b *Builder) carryCopies(m *Matcher, was, is, trimmed uint32) error {
	first, to := uint32(0), uint32(len(b.details))
	any := false
	for i, c := range rowsOf(m.copies, was, func(c *copyRow) uint32 { return c.Picture }) {
		if !any {
			any, first = true, c.Detail
			b.details = append(b.details, m.details[first:max(first, trimmed)+1]...)
		}
		if c.Detail < first || c.Detail > max(first, trimmed) {
			return fmt.Errorf("carry a picture: row %d of section %s has a detail of another picture", i, sectionCopies)
		}
		c.Picture, c.Detail = is, to+c.Detail-first
		block := &m.hashes[i/core.BlockLen]
		var h hash
		for w := range h {
			h[w] = block[w][i%core.BlockLen]
		}
		b.copies, b.hashes = append(b.copies, c), append(b.hashes, h)
	}
	return nil
}

// carryLocals appends the local features of one picture.
func (b *Builder) carryLocals(m *Matcher, l localRow, picture uint32) {
	from, to := l.First, l.First+l.Count
	l.Picture, l.First = picture, uint32(len(b.points))
	for _, p := range m.points[from:to] {
		p.Owner = uint32(len(b.locals))
		b.points = append(b.points, p)
	}
	b.locals = append(b.locals, l)
	b.features = append(b.features, m.features[from:to]...)
}

// rowsOf yields the rows of one picture with their numbers in all, which is in the order of pictures.
func rowsOf[T any](all []T, picture uint32, of func(*T) uint32) func(yield func(int, T) bool) {
	return func(yield func(int, T) bool) {
		i, _ := slices.BinarySearchFunc(all, picture, func(row T, picture uint32) int { return cmp.Compare(of(&row), picture) })
		for ; i < len(all) && of(&all[i]) == picture && yield(i, all[i]); i++ {
		}
	}
}
