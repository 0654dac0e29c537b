package judge

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// reading is one sign found at one place of a listing, with every lane that found it there.
type reading struct {
	view  *corpusView
	index int // of the corpus
	hit   matchers.Hit
	lanes uint16 // bit n: matchers.Lane n
	sign  *signView

	f        *field // nil for a picture
	from, to int    // tokens
	aligned  bool   // the span is whole tokens
	use      usage

	held  string // the span folded without spaces; see squeezed
	same  int8   // 1 when alike, -1 when not, 0 before it was asked
	lives int8   // 1 when a right of it is in force in an asked market, -1 when none is, 0 before it was asked

	silencedBy *reading
	byBrand    bool // silenced by the declared brand
}

// signView is a sign of a corpus as rules see it. It depends on no listing and is shared by all verdicts.
type signView struct {
	id     uint32
	used   bool // a right can hold it against somebody
	facts  *matchers.Facts
	text   string
	key    string
	joined string // key without spaces
	power  strength
	best   matchers.RightFlags // the flags of its rights together
	role   corpora.Role        // the strongest
	works  bool                // one of its rights is a work
	hosts  uint64              // Nice classes of its rights together
	owners []uint32            // owner groups, ascending
}

// exact reports whether the span gives the sign back whole: the lanes exact and script, and other word boundaries.
func (r *reading) exact() bool {
	if r.lanes&(1<<matchers.Exact|1<<matchers.Script) != 0 {
		return true
	}
	return r.aligned && r.hit.Lane == matchers.Compound && r.hit.Dist == 0 && r.hit.Cover >= 1000 && matchers.Fold(r.hit.Tier)&matchers.FoldJoined != 0
}

// quality orders readings by how well they explain a span.
func (r *reading) quality() int {
	switch {
	case r.lanes&(1<<matchers.Exact) != 0:
		return 4
	case r.exact():
		return 3
	case r.hit.Lane == matchers.Edit:
		return 2
	case r.hit.Lane == matchers.Meaning:
		return 0
	}
	return 1
}

// squeezed returns the span folded without spaces.
func (r *reading) squeezed() string {
	if r.held == "" {
		t := &r.f.fold
		if span := r.text0(); r.hit.Start == t.Start[t.Tokens[r.from].From] && r.hit.End == t.End[t.Tokens[r.to-1].To-1] && isASCII(span) {
			r.held = r.f.squeezed(r.from, r.to)
		} else {
			r.held = fold.Squeeze(span)
		}
	}
	return r.held
}

// isASCII reports whether a text folds character by character.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// text reports whether it is a text reading.
func (r *reading) text() bool { return r.f != nil }

func (r *reading) length() int {
	n := 0
	for _, t := range r.f.fold.Tokens[r.from:r.to] {
		n += int(t.To - t.From)
	}
	return n
}

// readings gathers the hits of a listing. Hits at spans that are words of their own, a few letters off a sign, are left
// out where no brand stands: see ownWord.
func (p *page) readings(c *Case) []*reading {
	out := p.read0
	for i, hits := range c.Hits {
		v := p.j.views[i]
		for k := 0; k < len(hits); {
			h := hits[k]
			n := k + 1
			for n < len(hits) && hits[n].Sign == h.Sign && hits[n].Part == h.Part && hits[n].Item == h.Item &&
				hits[n].Start == h.Start && hits[n].End == h.End && (h.Part != matchers.Picture || hits[n].Lane == h.Lane) {
				n++
			}
			if r := p.read(v, i, hits[k:n]); r != nil {
				out = append(out, r)
			}
			k = n
		}
	}
	for _, r := range out {
		if r.text() && r.exact() {
			for t := r.from; t < r.to; t++ {
				r.f.marks[t] = true
				r.f.makers[t] = r.f.makers[t] || r.to-r.from > 2 ||
					!r.sign.power.common && !(r.sign.power.short && r.to-r.from == 1)
			}
		}
	}
	p.read0 = out
	return out
}

// read makes a reading of the hits of one sign at one place, nil for one that lies outside the listing, that no right holds
// or that is a word of its own.
func (p *page) read(v *corpusView, index int, hits []matchers.Hit) *reading {
	sign := p.j.sign(v, hits[0].Sign)
	if !sign.used {
		return nil
	}
	x := p.slab.next()
	*x = reading{view: v, index: index, hit: hits[0], sign: sign}
	for _, h := range hits {
		if h.Lane >= matchers.NumLanes {
			return nil
		}
		x.lanes |= 1 << h.Lane
		if h.Lane < x.hit.Lane {
			x.hit = h
		}
	}
	if x.hit.Part == matchers.Picture {
		p.slab.keep()
		return x
	}
	x.f = p.field(x.hit.Part, x.hit.Item)
	if x.hit.Start >= x.hit.End || int(x.hit.End) > len(x.f.text) {
		return nil
	}
	x.from, x.to = x.f.span(x.hit.Start, x.hit.End)
	if x.from >= x.to {
		return nil
	}
	if x.hit.Part == matchers.Brand && p.nobody(x.f) {
		return nil
	}
	t := &x.f.fold
	x.aligned = x.hit.Start <= t.Start[t.Tokens[x.from].From] && t.End[t.Tokens[x.to-1].To-1] <= x.hit.End
	if x.hit.Part == matchers.URL && !p.inHost(x) {
		return nil
	}
	if p.ownWord(x) {
		return nil
	}
	p.slab.keep()
	return x
}

// slab holds the readings of one listing in memory that serves the next.
type slab struct {
	chunks [][]reading
	used   int // readings kept
}

const slabChunk = 32

// next returns the memory of one reading, which the next call returns again unless keep was called.
func (s *slab) next() *reading {
	c := s.used / slabChunk
	if c == len(s.chunks) {
		s.chunks = append(s.chunks, make([]reading, slabChunk))
	}
	return &s.chunks[c][s.used%slabChunk]
}

func (s *slab) keep() { s.used++ }

// free forgets every reading and what it points to, and keeps the memory of a usual listing.
func (s *slab) free() {
	for i := range min(len(s.chunks), s.used/slabChunk+1) {
		clear(s.chunks[i])
	}
	s.chunks, s.used = s.chunks[:min(len(s.chunks), 8)], 0
}

// sign looks at a sign and its rights, once for all verdicts.
func (j *Judge) sign(v *corpusView, id uint32) *signView {
	s, ok := v.signs.get(id)
	if !ok {
		s = j.signOf(v, id)
		v.signs.put(id, s)
	}
	return s
}

func (j *Judge) signOf(v *corpusView, id uint32) *signView {
	s := &signView{id: id, role: corpora.RolePicture}
	for _, l := range v.Links(id) {
		col := v.Columns(l.Right)
		if col == nil || col.Flags&matchers.FlagGone != 0 {
			continue
		}
		s.used = true
		s.role = min(s.role, l.Role)
		s.best |= col.Flags
		s.hosts |= col.Classes
		s.works = s.works || col.Kind == corpora.Work
		if col.Owner != 0 {
			s.owners = append(s.owners, col.Owner)
		}
	}
	slices.Sort(s.owners)
	s.owners = slices.Clip(slices.Compact(s.owners))
	s.facts = v.Facts(id)
	if s.used = s.used && s.facts != nil; s.used && s.role != corpora.RolePicture {
		s.text = v.SignText(id)
		s.key = fold.Key(s.text)
		s.joined = strings.ReplaceAll(s.key, " ", "")
		s.power = j.strengthOf(s.facts, s.key, s.best)
	}
	return s
}

// live reports whether one of the rights of a reading's sign is in force and counts in an asked market.
func (p *page) live(r *reading) bool {
	if r.lives == 0 {
		r.lives = -1
		for _, l := range r.view.Links(r.sign.id) {
			col := r.view.Columns(l.Right)
			if col == nil || col.Flags&matchers.FlagGone != 0 {
				continue
			}
			status, _ := p.j.statusOn(col, r.view.Office(col.Office))
			if inForce(status) && slices.ContainsFunc(p.reachesOf(r.view, col), func(how reach) bool { return how != noReach }) {
				r.lives = 1
				break
			}
		}
	}
	return r.lives > 0
}

// markets returns the markets asked for the listing.
func (p *page) markets() []corpora.Market {
	if p.asked == nil {
		p.asked = p.j.marketsFor(p.listing)
	}
	return p.asked
}

// ownWord reports whether a span that only resembles a sign is a word, a number or a unit of its own, so that nobody reads
// the sign in it.
func (p *page) ownWord(r *reading) bool {
	if !r.text() {
		return false
	}
	if r.lanes&(1<<matchers.Exact|1<<matchers.Script) != 0 {
		return p.cutNumber(r) || r.hit.Part != matchers.Brand && p.foreignLook(r)
	}
	if r.hit.Lane == matchers.Compound && r.hit.Cover < 1000 && r.lanes&(1<<matchers.Edit) == 0 && p.genericPart(r) {
		return true
	}
	if p.insideWord(r) || scattered(r) {
		return true
	}
	if r.hit.Part == matchers.Brand {
		return false
	}
	all, common, capital := true, true, false
	for t := r.from; t < r.to; t++ {
		d := p.dictionaries(r.f, t)
		if p.in(r.f, listGeneric, t) || p.in(r.f, listPattern, t) || p.in(r.f, listMaterial, t) {
			d |= words.English
		}
		digits := r.f.shape(t)&fold.AllDigits != 0
		all = all && (d != 0 || digits || len(r.f.token(t)) <= 2)
		common = common && (d&words.Common != 0 || digits)
		capital = capital || r.f.shape(t)&fold.Lower == 0
	}
	if r.exact() {
		// Word boundaries alone differ: "smart" is no S-Mart, "in no" no Inno.
		long := r.sign.power.invented && int(r.sign.facts.Runes) >= splitLetters
		return all && (r.to-r.from == 1 || r.sign.facts.Dictionary == 0 && (common || !capital || r.from > 0 && !long))
	}
	if common || all && r.from > 0 {
		return true
	}
	n := r.to - r.from
	if n != int(r.sign.facts.Words) && r.lanes&(1<<matchers.Compound) == 0 && !r.sign.power.han {
		// A window cut across words of its own. Characters are no words: nearly every one stands in a dictionary.
		for t := r.from; t < r.to && n > 1 && !p.hyphened(r); t++ {
			if p.dictionaries(r.f, t)&(lexical|words.Common) != 0 || len(r.f.token(t)) <= 2 {
				return true
			}
		}
	}
	if n == 1 && len(r.f.token(r.from)) <= 4 && (r.f.shape(r.from)|r.f.shape(r.to))&fold.Touching != 0 {
		return true // part of a model number
	}
	if r.lanes&(1<<matchers.Sound) != 0 && r.lanes&(1<<matchers.Edit) == 0 {
		return false // a digit that reads as a word: TRUE1 for TRUEONE
	}
	return digitsOf(r.f.read(r.from, r.to)) != digitsOf(r.sign.text)
}

// cutNumber reports whether a span ends within a measure behind a bracket: COFFEE#1 is not in "Coffee (1lb)".
func (p *page) cutNumber(r *reading) bool {
	last := r.f.shape(r.to - 1)
	return r.to-r.from > 1 && last&fold.AllDigits != 0 && last&fold.After != 0 && r.f.touches(r.to)
}

// foreignLook reports whether a span is a word in Latin letters that equals a sign in another script by the look of its
// letters alone: "beat" is not ΒΕΑΤ.
func (p *page) foreignLook(r *reading) bool {
	if r.lanes&(1<<matchers.Exact) != 0 || matchers.Fold(r.hit.Tier)&matchers.FoldConfusable == 0 ||
		r.sign.facts.Script&(matchers.Latin|matchers.Digits) != 0 || !r.latin() {
		return false
	}
	for t := r.from; t < r.to; t++ {
		if p.dictionaries(r.f, t) == 0 {
			return false
		}
	}
	return true
}

// hyphened reports whether the words of a span are written as one: X-Seed.
func (p *page) hyphened(r *reading) bool {
	for t := r.from + 1; t < r.to; t++ {
		if r.f.shape(t)&fold.Glued == 0 {
			return false
		}
	}
	return true
}

// splitLetters is the length from which two words that make up an invented sign are that sign cut in two, wherever they stand.
const splitLetters = 7

// genericPart reports whether a span that gives only a part of its sign back is not the part that points to the maker: all
// words of the sign that it holds are ordinary, or it leaves out one that no dictionary holds. A sign that is written
// without spaces has no parts.
func (p *page) genericPart(r *reading) bool {
	if !strings.Contains(r.sign.key, " ") {
		return false
	}
	if r.alike() {
		return !p.sharesNames(r)
	}
	points := false
	if w := firstWord(r.sign.key); r.from == 0 && len(w) >= nearLetters && r.f.tokens[0] == w && p.j.dict.Dictionaries(w)&words.Common == 0 &&
		5*len(w) >= 2*len(r.sign.key) {
		return p.j.uses.Has("generic", w) // the word that a sign opens with is what buyers remember
	}
	for w := range strings.FieldsSeq(r.sign.key) {
		if p.j.dict.Dictionaries(w) != 0 || p.j.uses.Has("shop", w) || p.j.uses.Has("generic", w) || len(w) <= 2 {
			continue
		}
		if !slices.ContainsFunc(r.f.tokens[r.from:r.to], func(t string) bool { return sameWord(t, w) }) {
			return true
		}
		points = true
	}
	return !points
}

// namedShare is the share of a sign's letters that words must give back which are not frequent ones, where sign and span
// are alike by their words.
const namedShare = 0.4

// sharesNames reports whether what a span shares with a sign of several words is more than frequent words and forms of
// firms: LION CAPITAL for STONE LION CAPITAL.
func (p *page) sharesNames(r *reading) bool {
	shared, all, any, names := 0, 0, 0, false
	for w := range strings.FieldsSeq(r.sign.key) {
		all += len(w)
		if !slices.ContainsFunc(r.f.tokens[r.from:r.to], func(t string) bool { return sameWord(t, w) }) {
			continue
		}
		any++
		d := p.j.dict.Dictionaries(w)
		names = names || d == 0 && len(w) > 2 && !p.j.uses.Has("shop", w) && !p.j.uses.Has("generic", w)
		if d&words.Common == 0 && !p.j.uses.Has("shop", w) && !p.j.uses.Has("generic", w) && len(w) > 2 {
			shared += len(w)
		}
	}
	return any == 0 || (any > 1 || names) && float64(shared) >= namedShare*float64(all)
}

// sharesWord reports whether a word of the sign stands in the span.
func (r *reading) sharesWord() bool {
	for w := range strings.FieldsSeq(r.sign.key) {
		if slices.ContainsFunc(r.f.tokens[r.from:r.to], func(t string) bool { return sameWord(t, w) }) {
			return true
		}
	}
	return false
}

// sameWord reports whether two words are equal but for a plural.
func sameWord(a, b string) bool {
	return a == b || a == b+"s" || a == b+"es" || b == a+"s" || b == a+"es"
}

// stemLetters is the length from which a sign that opens a longer word is its stem.
const stemLetters = 5

// insideWord reports whether a span is a part of a longer word whose rest is none: "monop" in monopoly, and not "nike" in
// nikeshoes.
func (p *page) insideWord(r *reading) bool {
	if r.aligned || r.to-r.from != 1 || r.f.shape(r.from)&fold.Ideograph != 0 {
		return false
	}
	word := r.f.token(r.from)
	held := r.squeezed()
	before, after, ok := strings.Cut(word, held)
	if !ok || p.dictionaries(r.f, r.from) != 0 {
		return true
	}
	if before == "" && len(held) >= stemLetters && 5*len(held) >= 3*len(word) {
		return false // a stem with an ending of its own: LUTEX in Lutexal
	}
	for _, rest := range []string{before, after} {
		if rest != "" && (len(rest) < 3 || p.j.dict.Dictionaries(rest) == 0) && rest != "s" {
			return true
		}
	}
	return false
}

// digitsOf returns the digits of s in order. PS4 is no misspelling of PS5.
func digitsOf(s string) string {
	var b []rune
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b = append(b, r)
		}
	}
	return string(b)
}

// sameMaker reports whether a right of both signs has one owner.
func sameMaker(a, b *reading) bool {
	if a.index != b.index {
		return a.sign.key == b.sign.key
	}
	return slices.ContainsFunc(a.sign.owners, func(o uint32) bool {
		_, ok := slices.BinarySearch(b.sign.owners, o)
		return ok
	})
}

// silence marks the readings that a longer or better one explains, and those that the declared brand's own words hold.
func (p *page) silence(rs []*reading) {
	for _, f := range p.fields {
		list := p.oneField[:0]
		for _, r := range rs {
			if r.f == f {
				list = append(list, r)
			}
		}
		p.silenceField(list)
		p.oneField = list
	}
	// A chain of readings points at its end.
	for _, r := range rs {
		for n := 0; r.silencedBy != nil && r.silencedBy.silencedBy != nil && n < len(rs); n++ {
			r.silencedBy = r.silencedBy.silencedBy
		}
		if r.silencedBy == nil && r.text() && p.insideBrand(r) {
			r.byBrand = true
		}
	}
}

// silenceField looks, for every reading of a field, at those that overlap it.
func (p *page) silenceField(list []*reading) {
	if len(list) < 2 {
		return
	}
	slices.SortStableFunc(list, func(a, b *reading) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(b.quality(), a.quality()))
	})
	longest := 0
	for _, r := range list {
		longest = max(longest, r.to-r.from)
	}
	first := 0
	for _, r := range list {
		for list[first].from+longest <= r.from {
			first++
		}
		for _, by := range list[first:] {
			if by.from >= r.to {
				break
			}
			if by != r && p.explains(by, r) && (r.silencedBy == nil || by.to-by.from > r.silencedBy.to-r.silencedBy.from) {
				r.silencedBy = by
			}
		}
	}
}

// explains reports whether reading by accounts for the span of r better than r does.
func (p *page) explains(by, r *reading) bool {
	if by.to <= r.from || r.to <= by.from {
		return false
	}
	if r.alike() && by.sign.id == r.sign.id && by.index == r.index && !by.alike() {
		return true // the place of the sign itself says more than a likeness of all words together
	}
	if !by.exact() || !p.live(by) {
		return false
	}
	holds := by.from <= r.from && r.to <= by.to
	longer := by.to-by.from > r.to-r.from
	switch {
	case holds && longer:
		return by.quality() >= r.quality() || by.quality() >= 3
	case by.from == r.from && by.to == r.to:
		// Another owner's exact sign explains a near one, but for signs that somebody watches.
		return !r.exact() && (r.sign.best&(matchers.FlagFamous|matchers.FlagOwn|matchers.FlagWatched) == 0 || sameMaker(by, r))
	case r.from <= by.from && by.to <= r.to:
		return !r.exact() && 2*(by.to-by.from) >= r.to-r.from && !(by.sign.power.common && !r.sign.power.common)
	}
	return !r.exact() && by.length() > r.length()
}

// insideBrand reports whether a reading is a weak mark inside the words of the declared brand, there or where the listing
// repeats them: BLACK in Black & Decker. A mark that the brand equals or resembles is none.
func (p *page) insideBrand(r *reading) bool {
	b := p.field(matchers.Brand, 0)
	if p.brand == "" || len(b.tokens) < 2 || !(r.sign.power.ordinary || r.sign.power.short || r.sign.power.common) ||
		r.sign.best&(matchers.FlagFamous|matchers.FlagOwn|matchers.FlagWatched) != 0 {
		return false
	}
	at := -1
	if r.f == b {
		at = 0
	} else {
		for i := max(0, r.to-len(b.tokens)); i <= r.from && at < 0; i++ {
			if r.f.index(b.tokens, i, i+len(b.tokens)) == i {
				at = i
			}
		}
	}
	if at < 0 || r.to-r.from >= len(b.tokens) {
		return false
	}
	// What is left of the brand must itself be a name, and not a word such as store or official.
	rest, restLength := false, 0
	for i := range b.tokens {
		if r.from <= at+i && at+i < r.to {
			continue
		}
		d := p.dictionaries(b, i)
		if !p.in(b, listShop, i) && d&words.Common == 0 {
			rest = true
		}
		restLength += len([]rune(b.tokens[i]))
	}
	return rest && restLength >= 3
}
