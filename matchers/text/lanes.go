package text

import (
	"slices"

	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// check keeps the window when it equals a form, its stem or a part of it.
func (m *matcher) check(s *scratch, w window, id uint32, look bool) {
	if int(id) >= len(m.signs) {
		return
	}
	sign, n := m.marks.At(id), int(w.to()-w.from())
	switch {
	case n > len(sign):
	case n < len(sign):
		if m.traits[id] == 0 && !look && !s.word(w.first, w.last) {
			m.part(s, w, id, sign)
		}
	case m.traits[id]&traitRoman != 0:
		if !look && equalRunes(w.t.Runes[w.from():w.to()], sign) && !s.quiet(w.first, w.last) {
			s.keep(w, found{sign: m.signs[id], lane: matchers.Sound, tier: w.form(), cover: whole, level: levelOther})
		}
	default:
		if e, ok := w.compare(sign, m.cuts[id], m.traits[id]&traitLook != 0); ok && !s.number(w, e.folds, look) {
			s.keep(w, found{sign: m.signs[id], lane: e.lane, tier: e.folds, cover: whole, level: levelEqual, look: look})
		}
	}
}

// number reports whether digits that would stand for letters are a number instead: see window.numbered.
func (s *scratch) number(w window, folds matchers.Fold, look bool) bool {
	if folds&matchers.FoldLeet == 0 || look {
		return false
	}
	is, sure := w.numbered()
	return sure || is && s.quiet(w.first, w.last)
}

// whole is the Cover of a span that accounts for all letters of a sign.
const whole = 1000

// part keeps the window when it equals the singular of a sign in s, or words at its beginning or end.
func (m *matcher) part(s *scratch, w window, id uint32, sign []rune) {
	n, bounds := int(w.to()-w.from()), m.cuts[id]
	h := found{sign: m.signs[id], lane: matchers.Compound, level: levelOther}
	equals := func(from, to int) bool {
		e, ok := w.compare(sign[from:to], bounds>>from&(1<<(to-from)-1)&^1, false)
		h.tier = e.folds
		return ok
	}
	switch at := len(sign) - n; {
	case at == 1 && stem(sign) == n && equals(0, n):
		h.cover, h.dist = whole, 1
	case len(sign) > 63:
		return
	case bounds&(1<<n) != 0 && equals(0, n), bounds&(1<<(n+1)) != 0 && sign[n] == 's' && equals(0, n), bounds&(1<<at) != 0 && equals(at, len(sign)):
		h.cover = uint16(whole * n / len(sign))
		s.signWords = wordsOf(len(sign), bounds, s.signWords[:0])
		if c := coreOf(sign, s.signWords); len(c) < len(s.signWords) && c[len(c)-1].to-c[0].from == n && (at == c[0].from || c[0].from == 0) {
			h.cover, h.dist = whole, 1
		}
	default:
		return
	}
	s.keep(w, h)
}

// askPlural gathers the queries of signs that are the window without a plural ending. before holds the hashes of the window
// without its last one and last two runes.
func (m *matcher) askPlural(s *scratch, w window, before [2]rolling) {
	runes := w.t.Runes[w.from():w.to()]
	n := len(runes)
	for cut := 1; cut <= 2; cut++ {
		if cut == 2 && (runes[n-2] != 'e' || n < 6) || m.head.Lengths>>(n-cut)&1 == 0 {
			continue
		}
		s.queries = m.equal.Ask(s.queries, before[cut-1].key(false), asked(w.first, w.last, askPlural+cut-1))
	}
}

// plural keeps the window when it is a sign with a plural ending of cut letters.
func (m *matcher) plural(s *scratch, w window, id uint32, cut int) {
	runes := w.t.Runes[w.from() : w.to()-uint32(cut)]
	if int(id) < len(m.signs) && m.traits[id] == 0 && equalRunes(m.marks.At(id), runes) {
		if _, joined := w.boundaries(m.cuts[id]); !joined {
			s.keep(w, found{sign: m.signs[id], lane: matchers.Compound, tier: w.form(), cover: whole, dist: 1, level: levelOther})
		}
	}
}

// order looks for signs whose words stand in another order. Words joined by an apostrophe are one.
func (m *matcher) order(s *scratch, x *field) {
	t := &x.plain
	s.units = units(t, s.units[:0])
	for i := range s.units {
		from, sum := t.Tokens[s.units[i].first].From, uint64(seedOrder)
		for j, u := range s.units[i:min(i+maxWords, len(s.units))] {
			if u.barred || t.Tokens[u.last].To-from > 63 {
				break
			}
			if sum += u.key; j > 0 {
				s.queries = m.equal.Ask(s.queries, sum, uint64(i)<<32|uint64(i+j))
			}
		}
		if len(s.queries) > maxQueries {
			m.permuted(s, t)
		}
	}
	m.permuted(s, t)
}

// unit is a word with what an apostrophe joins to it.
type unit struct {
	first, last int // tokens
	key         uint64
	barred      bool // an ideograph: no word
}

// units appends the words of a text.
func units(t *fold.Text, dst []unit) []unit {
	for i := 0; i < len(t.Tokens); i++ {
		u := unit{first: i, barred: t.Tokens[i].Shape&fold.Ideograph != 0}
		for i+1 < len(t.Tokens) && t.Tokens[i+1].Shape&fold.Apostrophe != 0 {
			i++
		}
		u.last = i
		if !u.barred {
			u.key = wordKey(t.Runes[t.Tokens[u.first].From:t.Tokens[u.last].To])
		}
		dst = append(dst, u)
	}
	return dst
}

// permuted keeps what the queries of order find.
func (m *matcher) permuted(s *scratch, t *fold.Text) {
	s.touched ^= m.equal.Locate(s.queries)
	for i := range s.queries {
		q := &s.queries[i]
		s.ids = m.equal.Answer(q, s.ids[:0])
		if len(s.ids) == 0 {
			continue
		}
		units := s.units[q.Tag>>32 : q.Tag&(1<<32-1)+1]
		w := window{t, units[0].first, units[len(units)-1].last}
		s.words = s.words[:0]
		for _, u := range units {
			s.words = append(s.words, run{int(t.Tokens[u.first].From - w.from()), int(t.Tokens[u.last].To - w.from())})
		}
		for _, id := range s.ids {
			m.permutes(s, w, id)
		}
	}
	s.queries = s.queries[:0]
}

// permutes keeps the window of s.words when a sign has these words in another order.
func (m *matcher) permutes(s *scratch, w window, id uint32) {
	if int(id) >= len(m.signs) || m.traits[id] != 0 {
		return
	}
	sign := m.marks.At(id)
	s.signWords = piecesOf(sign, m.cuts[id], s.signWords[:0])
	if len(s.signWords) <= maxWords && reordered(sign, s.signWords, w.t.Runes[w.from():w.to()], s.words) {
		s.keep(w, found{sign: m.signs[id], lane: matchers.Compound, tier: w.form(), cover: whole, dist: 1, level: levelOther})
	}
}

// affix looks for signs within one word: before a word that sellers write onto brands, and in names at either end of a
// word at least half of which they are.
func (m *matcher) affix(s *scratch, x *field) {
	var buf [16]byte
	for i, k := range x.plain.Tokens {
		word := x.plain.Runes[k.From:k.To]
		n := len(word)
		if n < 5 || n > maxWindow || k.Shape&fold.AllDigits != 0 || s.quiet(i, i) || word[0] > 'z' {
			continue
		}
		h := rolling(seedWhole)
		for p := 1; p <= n-2; p++ {
			h = h.add(word[p-1])
			if m.head.Lengths>>p&1 == 0 || p < 3 {
				continue
			}
			goods := p >= 4 && joins(word[p:], buf[:0])
			if goods || x.name && 2*p >= n {
				m.within(s, x, i, run{0, p}, h.key(false), goods)
			}
		}
		if !x.name {
			continue
		}
		for p := 2; n-p >= 4 && 2*p <= n; p++ {
			m.within(s, x, i, run{p, n}, signKey(seedWhole, word[p:]), false)
		}
	}
}

// within keeps the signs that are a run of the letters of one token.
func (m *matcher) within(s *scratch, x *field, token int, at run, key uint64, goods bool) {
	t := &x.plain
	from := int(t.Tokens[token].From)
	s.ids = m.equal.Find(key, s.ids[:0])
	for _, id := range s.ids {
		if int(id) >= len(m.signs) || m.traits[id] != 0 || !equalRunes(m.marks.At(id), t.Runes[from+at.from:from+at.to]) {
			continue
		}
		h := found{
			sign: m.signs[id], lane: matchers.Compound, cover: whole, dist: 1, level: levelOther,
			first: uint32(token), last: uint32(token), start: t.Start[from+at.from], end: t.End[from+at.to-1],
		}
		if goods {
			h.dist, h.tier = 0, matchers.FoldJoined
		}
		s.found = append(s.found, h)
	}
}

// weak looks for parts of signs that carry them in names only.
func (m *matcher) weak(s *scratch, x *field) {
	t := &x.plain
	for first := range t.Tokens {
		h, n := rolling(seedWeak), 0
		for last := first; last < len(t.Tokens); last++ {
			for _, r := range t.Runes[t.Tokens[last].From:t.Tokens[last].To] {
				h = h.add(r)
				n++
			}
			if n > maxWindow {
				break
			}
			s.ids = m.equal.Find(h.key(false), s.ids[:0])
			for _, id := range s.ids {
				if int(id) < len(m.signs) && m.traits[id] == 0 && len(m.marks.At(id)) > n {
					m.part(s, window{t, first, last}, id, m.marks.At(id))
				}
			}
		}
	}
}

// sounds looks for signs that sound like a word, and in names like up to three.
func (m *matcher) sounds(s *scratch, x *field) {
	most := 1
	if x.name {
		most = 3
	}
	t := &x.plain
	opening := x.opening()
	for first := range t.Tokens {
		for last := first; last < len(t.Tokens) && (last < first+most || last < opening); last++ {
			if s.quiet(first, last) && !(first == 0 && last > 0 && last == opening-1) {
				continue
			}
			if t.Tokens[last].Shape&fold.Ideograph != 0 {
				break // romanised as a whole: see romans
			}
			w := window{t, first, last}
			runes := t.Runes[w.from():w.to()]
			if x.roman.has {
				runes, _ = x.roman.window(first, last)
			}
			if len(runes) < 4 || len(runes) > maxWindow {
				continue
			}
			s.words = s.words[:0]
			for i := first; i <= last && last > first && !x.roman.has; i++ {
				s.words = append(s.words, run{int(t.Tokens[i].From - w.from()), int(t.Tokens[i].To - w.from())})
			}
			s.codes = sounds(runes, s.words, s.codes[:0])
			for i := range s.codes {
				m.alike(s, w, &s.codes[i], runes)
			}
		}
	}
}

// opening returns how many tokens of a title's beginning are written as one word that is no word of its own: X-Seed, True1.
func (x *field) opening() int {
	t := x.plain.Tokens
	if x.part != matchers.Title || len(t) < 2 || t[0].Shape&fold.Ideograph != 0 {
		return 0
	}
	n := 1
	for n < len(t) && n < maxOpening && t[n].Shape&fold.Glued != 0 && t[n].Shape&(fold.Apostrophe|fold.Ideograph) == 0 {
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}

// maxOpening is how many tokens may be one word of a title's beginning.
const maxOpening = 3

func (m *matcher) alike(s *scratch, w window, code *sound, runes []rune) {
	s.ids = m.equal.Find(code.key(), s.ids[:0])
	for _, id := range s.ids {
		if int(id) >= len(m.signs) || m.traits[id] != 0 {
			continue
		}
		sign := m.marks.At(id)
		if len(sign) > maxWindow || equalRunes(sign, runes) {
			continue
		}
		s.signWords = wordsOf(len(sign), m.cuts[id], s.signWords[:0])
		s.signCodes = sounds(sign, s.signWords, s.signCodes[:0])
		if slices.Contains(s.signCodes, *code) {
			s.keep(w, found{sign: m.signs[id], lane: matchers.Sound, tier: w.form(), cover: whole, level: levelSound})
		}
	}
}

// romans looks for signs that equal the Latin reading of a window in another script.
func (m *matcher) romans(s *scratch, x *field) {
	for first := range x.tokens {
		h, n := rolling(seedWhole), 0
		from := uint32(0)
		if first > 0 {
			from = x.roman.ends[first-1]
		}
		for last := first; last < len(x.tokens); last++ {
			for _, r := range x.roman.runes[from:x.roman.ends[last]] {
				h = h.add(r)
				n++
			}
			from = x.roman.ends[last]
			if n > maxWindow {
				break
			}
			if n < minRoman || m.head.Lengths>>n&1 == 0 {
				continue
			}
			if runes, changed := x.roman.window(first, last); changed > 0 {
				m.romanEquals(s, window{&x.plain, first, last}, h.key(false), runes, changed, x.name || first == 0)
			}
		}
	}
}

func (m *matcher) romanEquals(s *scratch, w window, key uint64, runes []rune, changed uint32, name bool) {
	single := w.t.Tokens[w.first].Shape&fold.Ideograph != 0
	if single && changed < 2 {
		return
	}
	s.ids = m.equal.Find(key, s.ids[:0])
	for _, id := range s.ids {
		if int(id) >= len(m.signs) || m.traits[id]&traitLook != 0 || !equalRunes(m.marks.At(id), runes) {
			continue
		}
		if m.traits[id]&traitRoman != 0 && (!m.homophone(w, id, name) || len(s.silent) > 0 && s.phrase(w)) {
			continue
		}
		s.keep(w, found{sign: m.signs[id], lane: matchers.Sound, tier: w.form(), cover: whole, level: levelOther})
	}
}

// homophone reports whether a window in another script that reads like a sign in another script is near enough to it: of
// three characters, or, where a name stands, sharing one of two with it. Two Chinese characters have many homophones.
func (m *matcher) homophone(w window, id uint32, name bool) bool {
	for id > 0 && m.signs[id-1] == m.signs[id] && m.traits[id] != 0 {
		id--
	}
	sign, text := m.marks.At(id), w.t.Runes[w.from():w.to()]
	if equalRunes(sign, text) {
		return false
	}
	if len(text) >= 3 {
		return true
	}
	for i := range min(len(text), len(sign)) {
		if name && text[i] == sign[i] {
			return true
		}
	}
	return false
}
