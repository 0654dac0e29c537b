package text

import (
	"cmp"
	"slices"
	"unicode/utf8"
	"unsafe"

	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/core"
	"lookalike/matchers/fold"
)

// matcher finds the signs of one corpus.
type matcher struct {
	kind   Kind
	file   *snapshot.File
	head   head
	marks  core.Marks
	signs  []uint32
	cuts   []cuts
	traits []trait
	equal  *core.Table
	edits  *core.Edits
}

// open maps the sections. It reads none of them beyond the head.
func open(k Kind, s *snapshot.File) (*matcher, error) {
	if s.Section(secHead) == nil {
		return nil, nil
	}
	v := viewer{file: s}
	heads := view[head](&v, secHead)
	m := &matcher{
		kind:   k,
		file:   s,
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
	m.equal = table(&v, secEqual, m.head.EqualBits)
	edit := table(&v, secEdit, m.head.EditBits)
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

func table(v *viewer, name string, idBits uint32) *core.Table {
	t := &core.Table{Buckets: view[uint32](v, name+"-buckets"), Entries: view[uint32](v, name+"-entries"), Filter: view[uint64](v, name+"-filter"), IDBits: idBits}
	if v.file.Section(name+"-notes") != nil {
		t.Notes = view[uint16](v, name+"-notes")
	}
	return t
}

func (v *viewer) fail(section, reason string) {
	if v.err == nil {
		v.err = &snapshot.DamagedError{Section: section, Reason: reason}
	}
}

// Kind returns the kind of m.
func (m *matcher) Kind() matchers.Kind { return m.kind }

// The levels of hits, higher ones silencing lower ones that they overlap: see settle.
const (
	levelSound = iota
	levelOther // parts, plurals, orders, romanisations
	levelEdit
	levelEqual
)

// found is a hit before its field is known, with the tokens of its window.
type found struct {
	sign        uint32
	first, last uint32 // tokens of the plain reading; of the look reading for look
	start, end  uint32
	dist, cover uint16
	lane        matchers.Lane
	tier        matchers.Fold
	level       uint8
	look        bool
}

// scratch is the memory of Match.
type scratch struct {
	ids, near []uint32
	queries   []core.Query
	classes   []rune // of the runes of the reading at hand
	touched   uint32 // takes what is read only to be at hand
	found     []found
	edits     []core.Match
	core      core.Scratch
	words     []run
	units     []unit
	signWords []run
	codes     []sound
	signCodes []sound
	silent    []bool // of the field: its quiet tokens
	dict      *words.Tables
	key       []byte
	taken     []uint64 // per token: the last group of hits that covers it, and the highest level among them
	group     uint64
}

// quiet reports whether a window is of ordinary words alone.
func (s *scratch) quiet(first, last int) bool {
	return len(s.silent) > 0 && !slices.Contains(s.silent[first:last+1], false)
}

// phrase reports whether a window of ideographs is a word of a dictionary.
func (s *scratch) phrase(w window) bool {
	if s.dict == nil || w.t.Tokens[w.first].Shape&fold.Ideograph == 0 {
		return false
	}
	s.key = s.key[:0]
	for _, r := range w.t.Runes[w.from():w.to()] {
		s.key = utf8.AppendRune(s.key, r)
	}
	return s.dict.Dictionaries(unsafe.String(unsafe.SliceData(s.key), len(s.key)))&(words.Chinese|words.Japanese|words.Common) != 0
}

// word reports whether a window is one ordinary word.
func (s *scratch) word(first, last int) bool { return first == last && s.quiet(first, last) }

// keep adds a hit with the span of a window.
func (s *scratch) keep(w window, h found) {
	h.first, h.last = uint32(w.first), uint32(w.last)
	h.start, h.end = w.span()
	s.found = append(s.found, h)
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
	s.found, s.silent = s.found[:0], nil
	if m.head.Policy&policyFlood != 0 && len(x.quiet) > 0 {
		s.silent, s.dict = x.quiet, m.kind.dictionaries()
	}
	m.equals(s, x, false)
	if x.has {
		m.equals(s, x, true)
	}
	if x.part == matchers.Seller || x.part == matchers.URL || x.part == matchers.Category {
		s.found = slices.DeleteFunc(s.found, func(h found) bool { return h.lane > matchers.Script })
	} else if !m.kind.equalOnly {
		m.near(s, x)
		m.order(s, x)
		m.affix(s, x)
		m.sounds(s, x)
		if x.roman.has {
			m.romans(s, x)
		}
		if x.name {
			m.weak(s, x)
		}
		if (x.part == matchers.Title || x.part == matchers.Brand) && len(x.tokens) <= maxSimilarName {
			m.similar(s, x)
		}
	}
	s.settle(x)
	for _, h := range s.found {
		dst = append(dst, matchers.Hit{
			Sign: h.sign, Start: h.start, End: h.end, Part: x.part, Item: x.item,
			Dist: h.dist, Cover: h.cover, Lane: h.lane, Tier: uint8(h.tier),
		})
	}
	return dst
}

// What a window is asked for.
const (
	askWhole   = iota // equals a sign or a part of one
	askLong           // begins like a sign of more than maxWindow runes
	askPlural         // equals a sign but for one or
	askPlurals        // two letters at its end
)

// equals gathers the windows of one reading that equal a sign.
func (m *matcher) equals(s *scratch, x *field, look bool) {
	t := &x.plain
	if look {
		t = &x.look
	}
	s.classes = s.classes[:0]
	for _, r := range t.Runes {
		s.classes = append(s.classes, fold.Class(r))
	}
	for first := range t.Tokens {
		m.ask(s, x, t, first, look)
		if len(s.queries) > maxQueries {
			m.answer(s, t, look)
		}
	}
	m.answer(s, t, look)
}

// maxQueries is how many queries are held at once.
const maxQueries = 1 << 10

// ask gathers the queries of the windows from one token.
func (m *matcher) ask(s *scratch, x *field, t *fold.Text, first int, look bool) {
	h, n := rolling(seedWhole), uint32(0)
	var before [2]rolling
	odd := uint32(0)
	if look && first > 0 {
		odd = x.odd[first-1]
	}
	for last := first; last < len(t.Tokens); last++ {
		k := t.Tokens[last]
		for _, c := range s.classes[k.From:k.To] {
			if n == maxWindow {
				if m.head.Lengths>>31 != 0 {
					s.queries = m.equal.Ask(s.queries, h.key(true), asked(first, last, askLong))
				}
				return
			}
			before[1], before[0] = before[0], h
			h = h.addClass(c)
			n++
		}
		if !look && !m.kind.equalOnly && n >= 5 && t.Runes[k.To-1] == 's' && k.To-k.From >= 3 {
			m.askPlural(s, window{t, first, last}, before)
		}
		if m.head.Lengths>>n&1 == 0 || look && x.odd[last] == odd {
			continue
		}
		s.queries = m.equal.Ask(s.queries, h.key(false), asked(first, last, askWhole))
	}
}

// asked packs a window and what it is asked for.
func asked(first, last, what int) uint64 { return uint64(first)<<32 | uint64(last)<<2 | uint64(what) }

// answer keeps what the queries of one reading find.
func (m *matcher) answer(s *scratch, t *fold.Text, look bool) {
	s.touched ^= m.equal.Locate(s.queries)
	for i := range s.queries {
		q := &s.queries[i]
		w := window{t, int(q.Tag >> 32), int(uint32(q.Tag) >> 2)}
		s.ids = m.equal.Answer(q, s.ids[:0])
		for _, id := range s.ids {
			switch what := int(q.Tag & 3); what {
			case askWhole:
				m.check(s, w, id, look)
			case askLong:
				m.long(s, w, id, look)
			default:
				m.plural(s, w, id, what-askPlural+1)
			}
		}
	}
	s.queries = s.queries[:0]
}

// long keeps the window that begins like w and equals a sign of more than maxWindow runes.
func (m *matcher) long(s *scratch, w window, id uint32, look bool) {
	n := uint32(len(m.marks.At(id)))
	for last := w.last; last < len(w.t.Tokens); last++ {
		if size := w.t.Tokens[last].To - w.from(); size >= n {
			if size == n {
				m.check(s, window{w.t, w.first, last}, id, look)
			}
			return
		}
	}
}

// titleRun is how many ordinary words in a row have no neighbours in a title. In other fields no number of them has.
const titleRun = 2

// near gathers the neighbours of signs. What was found before are equalities.
func (m *matcher) near(s *scratch, x *field) {
	t := core.Text{Runes: x.plain.Runes, Tokens: x.tokens, Quiet: s.silent, QuietRun: len(x.tokens)}
	switch x.part {
	case matchers.Title:
		t.Short, t.QuietRun = 1, titleRun
	case matchers.Brand:
		t.Short = len(x.tokens)
	}
	s.edits = m.edits.Search(&s.core, &t, s.edits[:0])
	equals := len(s.found)
	for _, e := range s.edits {
		w := window{&x.plain, int(e.First), int(e.Last)}
		if len(s.silent) > 0 && (s.phrase(w) || m.ragged(w, e.Mark) || s.inner(w, equals)) {
			continue
		}
		s.keep(w, found{sign: m.signs[e.Mark], dist: uint16(e.Dist), cover: whole, lane: matchers.Edit, tier: w.form(), level: levelEdit})
	}
}

// inner reports whether a window of ideographs lies within a longer one that equals a sign, as the first of found do, or is
// a neighbour of one: a run of characters that is more than half of a longer name is that name's.
func (s *scratch) inner(w window, equals int) bool {
	if w.t.Tokens[w.first].Shape&fold.Ideograph == 0 {
		return false
	}
	within := func(first, last int) bool {
		return first <= w.first && w.last <= last && last-first > w.last-w.first && last-first < 2*(w.last-w.first+1)
	}
	for _, h := range s.found[:equals] {
		if !h.look && within(int(h.first), int(h.last)) {
			return true
		}
	}
	for _, e := range s.edits {
		if within(int(e.First), int(e.Last)) {
			return true
		}
		if int(e.First) > w.first {
			break
		}
	}
	return false
}

// ragged reports whether a window begins or ends with an ideograph where the mark has another script: what is near the
// mark is then the window without it.
func (m *matcher) ragged(w window, mark uint32) bool {
	sign := m.marks.At(mark)
	edge := func(token int, r rune) bool {
		return w.t.Tokens[token].Shape&fold.Ideograph != 0 && !fold.IsIdeograph(r)
	}
	return len(sign) > 0 && (edge(w.first, sign[0]) || edge(w.last, sign[len(sign)-1]))
}

// settle orders what was found by sign and keeps of hits that overlap, sign by sign:
//
//   - all equalities, the first lane of one span;
//   - the nearest edits;
//   - parts and the like where no equality and no larger part stands;
//   - sounds where nothing stands but an edit of the very span.
func (s *scratch) settle(x *field) {
	slices.SortFunc(s.found, compareFound)
	for len(s.taken) < len(x.tokens) {
		s.taken = append(s.taken, 0)
	}
	kept := s.found[:0]
	begin, sign := 0, int64(-1)
	for _, h := range s.found {
		if int64(h.sign) != sign {
			sign, begin = int64(h.sign), len(kept)
			s.group++
		}
		if s.stays(kept[begin:], h) {
			s.take(x, h)
			kept = append(kept, h)
		}
	}
	s.found = kept
}

// stays reports whether a hit is kept beside those of the same sign that were kept before it.
func (s *scratch) stays(kept []found, h found) bool {
	top := s.top(h)
	switch h.level {
	case levelEqual:
		n := len(kept)
		return n == 0 || kept[n-1].start != h.start || kept[n-1].end != h.end
	case levelEdit:
		return top < levelEdit
	case levelOther:
		return top < levelOther || top == levelEdit && h.dist+whole-h.cover <= 1
	}
	if top > levelEdit || top == levelOther || top == levelSound {
		return false
	}
	return top < 0 || slices.ContainsFunc(kept, func(k found) bool {
		return k.start == h.start && k.end == h.end && k.lane == matchers.Edit
	}) && !slices.ContainsFunc(kept, func(k found) bool {
		return k.start == h.start && k.end == h.end && k.lane == matchers.Sound
	})
}

// compareFound orders by sign; then by level; equal windows by place and exact before script before compound; others by
// what the sign lacks, by distance, fewer bytes, and place.
func compareFound(a, b found) int {
	return cmp.Or(cmp.Compare(a.sign, b.sign), cmp.Compare(b.level, a.level), cmp.Compare(b.cover, a.cover), cmp.Compare(a.dist, b.dist),
		cmp.Compare(a.end-a.start, b.end-b.start), cmp.Compare(a.start, b.start), cmp.Compare(a.lane, b.lane), cmp.Compare(a.tier, b.tier))
}

// top returns the highest level that covers a token of a hit, -1 for none.
func (s *scratch) top(h found) int {
	top := -1
	if h.look {
		return top
	}
	for _, v := range s.taken[h.first : h.last+1] {
		if v>>3 == s.group {
			top = max(top, int(v&7))
		}
	}
	return top
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
		if s.taken[i]>>3 != s.group || s.taken[i]&7 < uint64(h.level) {
			s.taken[i] = s.group<<3 | uint64(h.level)
		}
	}
}
