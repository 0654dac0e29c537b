package text

import (
	"cmp"
	"slices"

	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	"lookalike/matchers/core"
)

// matcher finds the signs of one corpus.
type matcher struct {
	head   head
	marks  core.Marks
	signs  []uint32
	cuts   []cuts
	traits []trait
	equal  *core.Table
	edits  *core.Edits
}

// open maps the sections. It reads none of them beyond the head.
func open(s *snapshot.File) (*matcher, error) {
	if s.Section(secHead) == nil {
		return nil, nil
	}
	v := viewer{file: s}
	heads := view[head](&v, secHead)
	m := &matcher{
		marks:  core.Marks{Offsets: view[uint32](&v, secOffsets), Runes: view[rune](&v, secRunes), Modes: view[core.Mode](&v, secModes)},
		signs:  view[uint32](&v, secSigns),
		cuts:   view[cuts](&v, secCuts),
		traits: view[trait](&v, secTraits),
	}
	if len(heads) != 1 {
		v.fail(secHead, "it has not the size of this version")
	} else {
		m.head = heads[0]
	}
	m.equal = v.table(secEqual, m.head.EqualBits)
	edit := v.table(secEdit, m.head.EditBits)
	for _, n := range []int{len(m.signs), len(m.cuts), len(m.traits), m.marks.Len(), len(m.marks.Offsets) - 1} {
		if n != int(m.head.Forms) {
			v.fail(secHead, "the tables of forms differ in length")
		}
	}
	if v.err != nil {
		return nil, v.err
	}
	var err error
	if m.edits, err = core.NewEdits(&m.marks, edit); err != nil {
		return nil, &snapshot.DamagedError{Section: secEdit, Reason: err.Error()}
	}
	if !m.equal.Valid() {
		return nil, &snapshot.DamagedError{Section: secEqual, Reason: "sizes do not fit"}
	}
	return m, nil
}

// viewer maps sections and keeps the first error.
type viewer struct {
	file *snapshot.File
	err  error
}

func view[T any](v *viewer, name string) []T {
	out, err := snapshot.View[T](v.file.Section(name))
	if err != nil {
		v.fail(name, err.Error())
	}
	return out
}

func (v *viewer) table(name string, idBits uint32) *core.Table {
	return &core.Table{Buckets: view[uint32](v, name+"-buckets"), Entries: view[uint32](v, name+"-entries"), Filter: view[uint64](v, name+"-filter"), IDBits: idBits}
}

func (v *viewer) fail(section, reason string) {
	if v.err == nil {
		v.err = &snapshot.DamagedError{Section: section, Reason: reason}
	}
}

// Kind returns the kind of m.
func (m *matcher) Kind() matchers.Kind { return Kind{} }

// found is a hit before its field is known, with the tokens of its window.
type found struct {
	sign        uint32
	first, last uint32 // tokens of the plain reading; of the look reading for look
	look        bool
	dist        uint16
	lane        matchers.Lane
	tier        matchers.Fold
	start, end  uint32
}

// scratch is the memory of Match.
type scratch struct {
	ids   []uint32
	found []found
	edits []core.Match
	core  core.Scratch
	taken []uint32 // per token: the last group of hits that covers it
	group uint32
}

// Match appends the hits of f, which must be a *Features of this package, to dst.
func (m *matcher) Match(f matchers.Features, dst []matchers.Hit) []matchers.Hit {
	x, ok := f.(*Features)
	if !ok {
		return dst
	}
	begin := len(dst)
	for i := range x.fields[:x.used] {
		dst = m.field(&x.work, &x.fields[i], dst)
	}
	slices.SortFunc(dst[begin:], compareHits)
	return dst
}

// compareHits orders hits as matchers.Matcher promises.
func compareHits(a, b matchers.Hit) int {
	return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End),
		cmp.Compare(a.Sign, b.Sign), cmp.Compare(a.Lane, b.Lane), cmp.Compare(a.Dist, b.Dist))
}

// field appends the hits of one field.
func (m *matcher) field(s *scratch, x *field, dst []matchers.Hit) []matchers.Hit {
	s.found = s.found[:0]
	m.equals(s, x, false)
	if x.has {
		m.equals(s, x, true)
	}
	if x.part != matchers.Seller && x.part != matchers.URL {
		m.near(s, x)
	}
	s.settle(x)
	for _, h := range s.found {
		dst = append(dst, matchers.Hit{
			Sign: h.sign, Start: h.start, End: h.end, Part: x.part, Item: x.item,
			Dist: h.dist, Cover: 1000, Lane: h.lane, Tier: uint8(h.tier),
		})
	}
	return dst
}

// equals gathers the windows of one reading that equal a sign.
func (m *matcher) equals(s *scratch, x *field, look bool) {
	t := &x.plain
	if look {
		t = &x.look
	}
	for first := range t.Tokens {
		h, n := rolling(1), uint32(0)
		before := uint32(0)
		if look && first > 0 {
			before = x.odd[first-1]
		}
	windows:
		for last := first; last < len(t.Tokens); last++ {
			k := t.Tokens[last]
			for _, r := range t.Runes[k.From:k.To] {
				if n == maxWindow {
					if m.head.Lengths>>31 != 0 {
						m.long(s, window{t, first, last}, h.key(true), look)
					}
					break windows
				}
				h = h.add(r)
				n++
			}
			if m.head.Lengths>>n&1 == 0 || look && x.odd[last] == before {
				continue
			}
			s.ids = m.equal.Find(h.key(false), s.ids[:0])
			for _, id := range s.ids {
				m.check(s, window{t, first, last}, id, look)
			}
		}
	}
}

// long gathers the windows that begin like w and equal a sign of more than maxWindow runes.
func (m *matcher) long(s *scratch, w window, key uint64, look bool) {
	s.ids = m.equal.Find(key, s.ids[:0])
	for _, id := range s.ids {
		n := uint32(len(m.marks.At(id)))
		for last := w.last; last < len(w.t.Tokens); last++ {
			if size := w.t.Tokens[last].To - w.from(); size >= n {
				if size == n {
					m.check(s, window{w.t, w.first, last}, id, look)
				}
				break
			}
		}
	}
}

// check keeps the window when it equals the form.
func (m *matcher) check(s *scratch, w window, id uint32, look bool) {
	if int(id) >= len(m.signs) {
		return
	}
	e, ok := w.compare(m.marks.At(id), m.cuts[id], m.traits[id]&traitLook != 0)
	if !ok {
		return
	}
	start, end := w.span()
	s.found = append(s.found, found{sign: m.signs[id], first: uint32(w.first), last: uint32(w.last), look: look, lane: e.lane, tier: e.folds, start: start, end: end})
}

// near gathers the neighbours of signs.
func (m *matcher) near(s *scratch, x *field) {
	t := core.Text{Runes: x.plain.Runes, Tokens: x.tokens}
	switch x.part {
	case matchers.Title:
		t.Short = 1
	case matchers.Brand:
		t.Short = len(x.tokens)
	}
	s.edits = m.edits.Search(&s.core, &t, s.edits[:0])
	for _, e := range s.edits {
		w := window{&x.plain, int(e.First), int(e.Last)}
		start, end := w.span()
		s.found = append(s.found, found{sign: m.signs[e.Mark], first: e.First, last: e.Last, dist: uint16(e.Dist), lane: matchers.Edit, tier: w.form(), start: start, end: end})
	}
}

// settle orders what was found by sign, keeps one hit for a sign, span and lane, and drops edits whose window overlaps a
// better one of the same sign.
func (s *scratch) settle(x *field) {
	slices.SortFunc(s.found, compareFound)
	for len(s.taken) < len(x.tokens) {
		s.taken = append(s.taken, 0)
	}
	kept := s.found[:0]
	sign := int64(-1)
	for _, h := range s.found {
		if int64(h.sign) != sign {
			sign = int64(h.sign)
			s.group++
		}
		if n := len(kept); n > 0 && kept[n-1].sign == h.sign && kept[n-1].start == h.start && kept[n-1].end == h.end && kept[n-1].dist == h.dist {
			continue
		}
		if h.lane == matchers.Edit && s.overlaps(h) {
			continue
		}
		s.take(x, h)
		kept = append(kept, h)
	}
	s.found = kept
}

// compareFound orders by sign; then equal windows before near ones, exact before script before compound; then by
// distance, fewer tokens, and place.
func compareFound(a, b found) int {
	return cmp.Or(cmp.Compare(a.sign, b.sign), cmp.Compare(a.dist, b.dist), cmp.Compare(a.end-a.start, b.end-b.start), cmp.Compare(a.start, b.start),
		cmp.Compare(a.lane, b.lane), cmp.Compare(a.tier, b.tier))
}

func (s *scratch) overlaps(h found) bool {
	for i := h.first; i <= h.last; i++ {
		if s.taken[i] == s.group {
			return true
		}
	}
	return false
}

// take marks the tokens of a hit as covered. A hit of the look reading covers the plain tokens that share its bytes.
func (s *scratch) take(x *field, h found) {
	first, last := int(h.first), int(h.last)
	if h.look {
		first, _ = slices.BinarySearchFunc(x.tokens, h.start, func(k core.Span, at uint32) int { return cmp.Compare(x.plain.End[k.To-1], at+1) })
		last, _ = slices.BinarySearchFunc(x.tokens, h.end, func(k core.Span, at uint32) int { return cmp.Compare(x.plain.Start[k.From], at) })
		last--
	}
	for i := first; i <= last && i < len(x.tokens); i++ {
		s.taken[i] = s.group
	}
}
