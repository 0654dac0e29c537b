package judge

import (
	"slices"
	"strings"
	"unicode/utf8"

	"lookalike/corpora"
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

// verbatim reports whether the span is written letter by letter as its right records the sign, but for points behind it.
func (r *reading) verbatim() bool {
	return r.text0() == r.sign.text || r.text0() == strings.TrimRight(r.sign.text, ".!?")
}

// capitals reports whether every word of the span is written with a capital, but for short ones between others: Garden of
// Life, Nature's Way.
func (r *reading) capitals() bool {
	for i := r.from; i < r.to; i++ {
		sh := r.f.shape(i)
		if i > r.from && (sh&fold.Apostrophe != 0 || i < r.to-1 && len(r.f.tokens[i]) <= 3) {
			continue
		}
		if sh&(fold.Lower|fold.AllDigits|fold.Ideograph) != 0 {
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
