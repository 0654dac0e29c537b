package judge

import (
	"slices"
	"strings"

	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// phraseIndex finds the phrases that start with a token.
type phraseIndex map[string][]int

// mostPhrases bounds what is remembered of one field.
const mostPhrases = 512

// scanPhrases finds the phrases and the counterfeit words of a field, once.
func (p *page) scanPhrases(f *field) {
	if f.scan {
		return
	}
	f.scan = true
	for i, t := range f.tokens {
		for _, k := range p.j.phraseIndex[t] {
			w := p.j.uses.Phrases[k].Words
			if i+len(w) <= len(f.tokens) && slices.Equal(f.tokens[i:i+len(w)], w) && len(f.heads) < mostPhrases {
				f.heads = append(f.heads, phraseAt{i, i + len(w), k})
			}
		}
		for _, k := range p.j.fakeIndex[t] {
			w := &p.j.uses.Fakes[k]
			if i+len(w.Words) <= len(f.tokens) && slices.Equal(f.tokens[i:i+len(w.Words)], w.Words) && len(f.fakes) < mostPhrases &&
				(w.Raw == "" || sameRaw(f.read(i, i+len(w.Words)), w.Raw)) {
				f.fakes = append(f.fakes, phraseAt{i, i + len(w.Words), k})
			}
		}
	}
}

// sameRaw compares a text as read with the one that a rule asks for, full-width colons and spaces aside.
func sameRaw(s, want string) bool {
	return strings.NewReplacer("：", ":", "∶", ":", " ", "").Replace(s) == want
}

// fakeNear returns the counterfeit word that stands beside the sign and that neither its neighbours nor the goods explain.
func (p *page) fakeNear(r *reading) (string, bool) {
	f := r.f
	for _, at := range f.fakes {
		w := &p.j.uses.Fakes[at.index]
		if at.from < r.to && r.from < at.to {
			continue
		}
		if distance(at, r) > w.Gap || p.fakeExplained(f, at, w) {
			continue
		}
		return f.read(at.from, at.to), true
	}
	return "", false
}

func (p *page) fakeExplained(f *field, at phraseAt, w *words.Fake) bool {
	for _, e := range w.Except {
		if f.index(e, at.from-2-len(e)+1, at.from) >= 0 || f.index(e, at.to, at.to+1+len(e)) >= 0 {
			return true
		}
	}
	title, category := p.field(matchers.Title, 0), p.field(matchers.Category, 0)
	for _, g := range w.Goods {
		if title.has(g) || category.has(g) || f.has(g) {
			return true
		}
	}
	return false
}

// distance returns how many tokens lie between a phrase and a sign.
func distance(at phraseAt, r *reading) int {
	if at.to <= r.from {
		return r.from - at.to
	}
	return at.from - r.to
}

// usesByRank orders the uses that phrases speak of, the one that decides first.
var usesByRank = []Use{UseNegation, UseSubject, UseCompatibility, UseComparison, UseResale, UseIngredient, UseBrand}

// phraseUse returns the use that the phrases beside the sign speak of.
func (p *page) phraseUse(r *reading, u usage) (usage, bool) {
	best, rank := phraseAt{}, len(usesByRank)
	for _, at := range r.f.heads {
		ph := &p.j.uses.Phrases[at.index]
		k := slices.Index(usesByRank, Use(ph.Use))
		if k < 0 || k > rank || k == rank && at.to-at.from <= best.to-best.from || !p.speaksOf(r, at, ph) {
			continue
		}
		if Use(ph.Use) == UseIngredient && ph.Side == words.Before && len(ph.Words) == 1 && !r.sign.technology(p.j) {
			continue
		}
		best, rank = at, k
	}
	if rank == len(usesByRank) {
		return u, false
	}
	said := r.f.read(best.from, best.to)
	switch usesByRank[rank] {
	case UseNegation:
		return u.as(UseNegation, 0, NoteUseNegation, said), true
	case UseSubject:
		return u.as(UseSubject, max(u.value, 0.7), NoteUseSubject, said), true
	case UseCompatibility:
		return u.as(UseCompatibility, 0.1, NoteUseCompatibility, said), true
	case UseComparison:
		return u.as(UseComparison, 0.5, NoteUseComparison, said), true
	case UseResale:
		if got := p.ordinaryUse(r, u); got.use == UseDescriptive {
			return got, true
		}
		return u.as(UseResale, max(u.value, 0.8), NoteUseResale, said), true
	case UseIngredient:
		return u.as(UseIngredient, 0.1, NoteUseIngredient, said), true
	}
	u.behind = false
	return u.as(UseBrand, 0.95, NoteUseBrandBy, said), true
}

// technology reports whether the sign names a technology or an ingredient.
func (s *signView) technology(j *Judge) bool {
	k := j.uses.Terms[s.key].Kind
	return k == "technology" || k == "standard"
}

// speaksOf reports whether a phrase is said of the sign: nothing stands between them but models, other signs and at most
// the phrase's gap of names; no person or purpose ("shoes for men Nike"), and no end of a sentence.
func (p *page) speaksOf(r *reading, at phraseAt, ph *words.Phrase) bool {
	f := r.f
	before, after := at.to <= r.from, at.from >= r.to
	switch {
	case ph.Side == words.Before && !before, ph.Side == words.After && !after, !before && !after:
		return false
	}
	for _, w := range ph.Unless {
		if f.index(w, at.from-len(w), at.from) >= 0 || f.index(w, at.to, at.to+len(w)) >= 0 {
			return false
		}
	}
	lo, hi := at.to, r.from
	if after {
		lo, hi = r.to, at.from
	}
	if ph.Side == words.Near {
		return hi-lo <= ph.Gap && !crosses(f, lo, hi+1)
	}
	unknown := 0
	for i := lo; i < hi; i++ {
		t := f.tokens[i]
		switch {
		case p.j.uses.Has("person", t):
			return false
		case f.marks[i], f.shape(i)&fold.HasDigit != 0, p.j.uses.Has("model", t):
			continue
		case f.shape(i)&fold.Ideograph != 0:
		case p.dictionaries(f, i) != 0 || f.shape(i)&fold.Lower != 0:
			return false
		}
		unknown++
		if unknown > ph.Gap || i > lo && f.shape(i)&fold.After != 0 && before {
			return false
		}
	}
	return unknown == 0 || f.shape(r.from)&fold.After == 0 || after || listed(f, lo, hi)
}

// crosses reports whether a phrase boundary stands before one of tokens[from+1:to].
func crosses(f *field, from, to int) bool {
	for i := from + 1; i < min(to, len(f.tokens)); i++ {
		if f.shape(i)&fold.After != 0 {
			return true
		}
	}
	return false
}

// listed reports whether the boundaries within tokens[from:to] are those of a list of names.
func listed(f *field, from, to int) bool {
	s := f.read(from, to)
	return !strings.ContainsAny(s, ".:;!?。：；！？\n")
}

// accessory returns the noun of an accessory or a part that stands directly behind the sign and its model, when the
// sign's own rights lie in the classes of what the accessory belongs to and no phrase behind it names another host.
func (p *page) accessory(r *reading) (string, bool) {
	f := r.f
	to := r.to
	for to < len(f.tokens) && to-r.to < 5 && (f.shape(to)&fold.HasDigit != 0 || p.j.uses.Has("model", f.tokens[to]) ||
		len(f.tokens[to]) == 1 && f.shape(to)&fold.Ideograph == 0 || p.dictionaries(f, to) == 0 && f.shape(to)&(fold.Upper|fold.Title) != 0) {
		if _, _, ok := p.nounAt(r, f, to); ok {
			break
		}
		to++
	}
	from, end, ok := p.nounAt(r, f, to)
	if !ok {
		return "", false
	}
	for _, at := range f.heads {
		ph := &p.j.uses.Phrases[at.index]
		if Use(ph.Use) == UseCompatibility && ph.Side == words.Before && at.from >= end && at.from <= end+3 &&
			at.to < len(f.tokens) && !p.j.uses.Has("person", f.tokens[at.to]) && (f.marks[at.to] || p.dictionaries(f, at.to) == 0) {
			return "", false
		}
	}
	return f.read(from, end), true
}

// nounAt returns the longest accessory noun that starts at token i.
func (p *page) nounAt(r *reading, f *field, i int) (from, to int, ok bool) {
	if i >= len(f.tokens) || f.shape(i)&fold.After != 0 {
		return 0, 0, false
	}
	for _, k := range p.j.nounIndex[f.tokens[i]] {
		n := p.j.nouns[k]
		if n.classes&r.sign.hosts != 0 && i+len(n.words) <= len(f.tokens) && i+len(n.words) > to && slices.Equal(f.tokens[i:i+len(n.words)], n.words) {
			from, to, ok = i, i+len(n.words), true
		}
	}
	return from, to, ok
}

// noun is one accessory noun with the classes of its hosts.
type noun struct {
	words   []string
	classes uint64
}
