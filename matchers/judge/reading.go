package judge

import (
	"cmp"
	"slices"
	"strings"

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

	silencedBy *reading
	byBrand    bool // silenced by the declared brand
}

// signView is a sign of a corpus as rules see it, made once per verdict.
type signView struct {
	id     uint32
	facts  *matchers.Facts
	text   string
	key    string
	power  strength
	best   matchers.RightFlags // the flags of its rights together
	role   corpora.Role        // the strongest
	works  bool                // one of its rights is a work
	live   bool                // one of its rights is in force and counts in an asked market
	hosts  uint64              // Nice classes of its rights together
	owners map[uint32]bool     // owner groups, for the question whether two signs are one maker's
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
	var out []*reading
	for i, hits := range c.Hits {
		v := p.j.views[i]
		signs := map[uint32]*signView{}
		for k := 0; k < len(hits); {
			h := hits[k]
			n := k + 1
			for n < len(hits) && hits[n].Sign == h.Sign && hits[n].Part == h.Part && hits[n].Item == h.Item &&
				hits[n].Start == h.Start && hits[n].End == h.End && (h.Part != matchers.Picture || hits[n].Lane == h.Lane) {
				n++
			}
			if r := p.read(v, i, hits[k:n]); r != nil {
				r.sign = signs[h.Sign]
				if r.sign == nil {
					r.sign = p.j.signOf(v, h.Sign, p)
					signs[h.Sign] = r.sign
				}
				if r.sign.facts != nil && !p.ownWord(r) {
					out = append(out, r)
				}
			}
			k = n
		}
	}
	for _, r := range out {
		if r.text() && r.exact() {
			for t := r.from; t < r.to; t++ {
				r.f.marks[t] = true
				r.f.makers[t] = r.f.makers[t] || !r.sign.power.common && !(r.sign.power.short && r.to-r.from == 1) || r.to-r.from > 2
			}
		}
	}
	return out
}

// read makes a reading of the hits of one sign at one place, nil for one that lies outside the listing.
func (p *page) read(v *corpusView, index int, hits []matchers.Hit) *reading {
	r := &reading{view: v, index: index, hit: hits[0]}
	for _, h := range hits {
		if h.Lane >= matchers.NumLanes {
			return nil
		}
		r.lanes |= 1 << h.Lane
		if h.Lane < r.hit.Lane {
			r.hit = h
		}
	}
	if r.hit.Part == matchers.Picture {
		return r
	}
	r.f = p.field(r.hit.Part, r.hit.Item)
	if r.hit.Start >= r.hit.End || int(r.hit.End) > len(r.f.text) {
		return nil
	}
	r.from, r.to = r.f.span(r.hit.Start, r.hit.End)
	if r.from >= r.to {
		return nil
	}
	x := &r.f.fold
	r.aligned = r.hit.Start <= x.Start[x.Tokens[r.from].From] && x.End[x.Tokens[r.to-1].To-1] <= r.hit.End
	if r.hit.Part == matchers.URL && !p.inHost(r) {
		return nil
	}
	return r
}

// signOf looks at a sign and its rights. The facts are nil when no right can hold it against anybody.
func (j *Judge) signOf(v *corpusView, id uint32, p *page) *signView {
	s := &signView{id: id, owners: map[uint32]bool{}, role: corpora.RolePicture}
	used := false
	for _, l := range v.Links(id) {
		col := v.Columns(l.Right)
		if col == nil || col.Flags&matchers.FlagGone != 0 {
			continue
		}
		used = true
		s.role = min(s.role, l.Role)
		s.best |= col.Flags
		s.hosts |= col.Classes
		s.works = s.works || col.Kind == corpora.Work
		if col.Owner != 0 {
			s.owners[col.Owner] = true
		}
		if !s.live {
			status, _ := j.statusOn(col, v.Office(col.Office))
			s.live = inForce(status) && slices.ContainsFunc(p.markets(), func(m corpora.Market) bool {
				return j.reach(v, col, m) != noReach
			})
		}
	}
	if !used {
		return s
	}
	s.facts = v.Facts(id)
	if s.facts == nil {
		return s
	}
	if s.role != corpora.RolePicture {
		s.text = v.SignText(id)
		s.key = fold.Key(s.text)
		s.power = j.strengthOf(s.facts, s.key)
	}
	return s
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
	if !r.text() || r.lanes&(1<<matchers.Exact|1<<matchers.Script) != 0 {
		return false
	}
	if r.hit.Lane == matchers.Compound && r.hit.Cover < 1000 && r.lanes&(1<<matchers.Edit) == 0 && p.genericPart(r) {
		return true
	}
	if r.hit.Part == matchers.Brand {
		return false
	}
	all, common, capital := true, true, false
	for t := r.from; t < r.to; t++ {
		d := p.dictionaries(r.f, t)
		if p.j.uses.Has("generic", r.f.token(t)) {
			d |= words.English
		}
		digits := r.f.shape(t)&fold.AllDigits != 0
		all = all && (d != 0 || digits || len(r.f.token(t)) <= 2)
		common = common && (d&words.Common != 0 || digits)
		capital = capital || r.f.shape(t)&fold.Lower == 0
	}
	if r.exact() {
		// Word boundaries alone differ: "smart" is no S-Mart, "in no" no Inno.
		return all && r.sign.facts.Dictionary == 0 && (r.to-r.from == 1 || common || !capital || r.from > 0)
	}
	if common || all && r.from > 0 {
		return true
	}
	n := r.to - r.from
	if n != int(r.sign.facts.Words) && r.lanes&(1<<matchers.Compound) == 0 {
		// A window cut across words of its own.
		for t := r.from; t < r.to && n > 1; t++ {
			if p.dictionaries(r.f, t)&(lexical|words.Common) != 0 || len(r.f.token(t)) <= 2 {
				return true
			}
		}
	}
	if n == 1 && len(r.f.token(r.from)) <= 4 && (r.f.shape(r.from)|r.f.shape(r.to))&fold.Touching != 0 {
		return true // part of a model number
	}
	return digitsOf(r.f.read(r.from, r.to)) != digitsOf(r.sign.text)
}

// genericPart reports whether a span that gives only a part of its sign back is not the part that points to the maker: it
// is made of ordinary words, or what it leaves out is a word that no dictionary holds.
func (p *page) genericPart(r *reading) bool {
	held := strings.Join(r.f.tokens[r.from:r.to], "")
	for w := range strings.FieldsSeq(r.sign.key) {
		if strings.Contains(held, w) || strings.Contains(held, strings.TrimSuffix(w, "s")) && len(w) > 3 {
			continue
		}
		if p.j.dict.Dictionaries(w) == 0 && !p.j.uses.Has("shop", w) && !p.j.uses.Has("generic", w) && len(w) > 2 {
			return true
		}
	}
	for t := r.from; t < r.to; t++ {
		if p.dictionaries(r.f, t) == 0 && !p.j.uses.Has("generic", r.f.token(t)) && r.f.shape(t)&fold.AllDigits == 0 {
			return false
		}
	}
	return true
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
	for o := range a.sign.owners {
		if b.sign.owners[o] {
			return true
		}
	}
	return false
}

// silence marks the readings that a longer or better one explains, and those that the declared brand's own words hold.
func (p *page) silence(rs []*reading) {
	byField := map[*field][]*reading{}
	for _, r := range rs {
		if r.text() {
			byField[r.f] = append(byField[r.f], r)
		}
	}
	for _, list := range byField {
		slices.SortStableFunc(list, func(a, b *reading) int {
			return cmp.Or(cmp.Compare(b.quality(), a.quality()), cmp.Compare(b.to-b.from, a.to-a.from), cmp.Compare(a.from, b.from))
		})
		for _, r := range list {
			for _, by := range list {
				if by != r && explains(by, r) && (r.silencedBy == nil || by.to-by.from > r.silencedBy.to-r.silencedBy.from) {
					r.silencedBy = by
				}
			}
		}
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

// explains reports whether reading by accounts for the span of r better than r does.
func explains(by, r *reading) bool {
	if by.to <= r.from || r.to <= by.from || !by.exact() || !by.sign.live {
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
		if !p.j.uses.Has("shop", b.tokens[i]) && d&words.Common == 0 {
			rest = true
		}
		restLength += len([]rune(b.tokens[i]))
	}
	return rest && restLength >= 3
}
