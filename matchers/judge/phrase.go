package judge

import (
	"slices"
	"sort"
	"strings"

	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// phraseIndex finds the phrases that start with a token.
type phraseIndex map[string][]int

// reachTokens is how far from a sign a phrase may stand, models and other signs between them included.
const reachTokens = 40

// near returns the phrases of a list, ascending, that stand within reachTokens of tokens[from:to].
func near(list []phraseAt, from, to int) []phraseAt {
	lo := sort.Search(len(list), func(i int) bool { return list[i].from >= from-reachTokens })
	hi := lo + sort.Search(len(list)-lo, func(i int) bool { return list[lo+i].from > to+reachTokens })
	return list[lo:hi]
}

// scanPhrases finds the phrases, the counterfeit words and the names of places of a field, once.
func (p *page) scanPhrases(f *field) {
	if f.scan {
		return
	}
	f.scan = true
	for i, t := range f.tokens {
		heads := p.heads(f, i)
		if n := p.at(f, listPlace, i, len(f.tokens)); n > 0 {
			f.places = append(f.places, phraseAt{from: i, to: i + n})
		}
		if heads&(startsPhrase|startsFake) == 0 {
			continue
		}
		for _, k := range p.j.phraseIndex[t] {
			w := p.j.uses.Phrases[k].Words
			if i+len(w) <= len(f.tokens) && slices.Equal(f.tokens[i:i+len(w)], w) {
				f.said = append(f.said, phraseAt{from: i, to: i + len(w), index: k})
			}
		}
		for _, k := range p.j.fakeIndex[t] {
			w := &p.j.uses.Fakes[k]
			if i+len(w.Words) <= len(f.tokens) && slices.Equal(f.tokens[i:i+len(w.Words)], w.Words) &&
				(w.Raw == "" || sameRaw(f.read(i, i+len(w.Words)), w.Raw)) {
				f.fakes = append(f.fakes, phraseAt{from: i, to: i + len(w.Words), index: k})
			}
		}
	}
	f.said, f.fakes = dropShorter(f.said), p.unexplained(f)
}

// dropShorter removes the phrases that a longer one holds: "for" in "alternative for".
func dropShorter(list []phraseAt) []phraseAt {
	for i := range list {
		at := &list[i]
		for _, o := range list[max(0, i-mostBeside):min(len(list), i+mostBeside)] {
			at.held = at.held || o.from <= at.from && at.to <= o.to && o.to-o.from > at.to-at.from
		}
	}
	return slices.DeleteFunc(list, func(at phraseAt) bool { return at.held })
}

// mostBeside bounds how many phrases may start between a phrase and a longer one that holds it.
const mostBeside = 8

var rawForm = strings.NewReplacer("：", ":", "∶", ":", " ", "")

// sameRaw compares a text as read with the one that a rule asks for, full-width colons and spaces aside.
func sameRaw(s, want string) bool {
	return rawForm.Replace(s) == want
}

// fakeNear returns the counterfeit word that stands beside the sign.
func (p *page) fakeNear(r *reading) (string, bool) {
	for _, at := range near(r.f.fakes, r.from, r.to) {
		if (at.to <= r.from || r.to <= at.from) && distance(at, r) <= p.j.uses.Fakes[at.index].Gap {
			return r.f.read(at.from, at.to), true
		}
	}
	return "", false
}

// unexplained keeps the counterfeit words that neither their neighbours nor the goods explain. The same word may be one
// of several languages: an explanation in any of them holds.
func (p *page) unexplained(f *field) []phraseAt {
	for i := range f.fakes {
		at := &f.fakes[i]
		if !p.fakeExplained(f, *at) {
			continue
		}
		for k := max(0, i-mostBeside); k < min(len(f.fakes), i+mostBeside); k++ {
			if o := &f.fakes[k]; o.from == at.from && o.to == at.to {
				o.held = true
			}
		}
	}
	return slices.DeleteFunc(f.fakes, func(at phraseAt) bool { return at.held })
}

// besideTokens is how far from a counterfeit word, in its own field, goods explain it.
const besideTokens = 8

func (p *page) fakeExplained(f *field, at phraseAt) bool {
	w := &p.j.uses.Fakes[at.index]
	for _, e := range w.Except {
		if f.index(e, at.from-2-len(e)+1, at.from) >= 0 || f.index(e, at.to, at.to+1+len(e)) >= 0 {
			return true
		}
	}
	title, category := p.field(matchers.Title, 0), p.field(matchers.Category, 0)
	for _, g := range w.Goods {
		if f.index(g, at.from-besideTokens, at.from) >= 0 || f.index(g, at.to, at.to+besideTokens) >= 0 ||
			f != title && title.has(g) || f != category && category.has(g) {
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
var usesByRank = []Use{UseNegation, useAbout, UseSubject, UseCompatibility, UseComparison, UseResale, UseIngredient, UseBrand}

// phraseUse returns the use that the phrases beside the sign speak of.
func (p *page) phraseUse(r *reading, u usage) (usage, bool) {
	best, rank := phraseAt{}, len(usesByRank)
	for _, at := range near(r.f.said, r.from, r.to) {
		ph := &p.j.uses.Phrases[at.index]
		use, ok := p.speaksOf(r, at, ph)
		k := slices.Index(usesByRank, use)
		if !ok || k < 0 || k > rank || k == rank && at.to-at.from <= best.to-best.from {
			continue
		}
		if use == UseIngredient && (u.enforced != nil || u.first && !r.sign.technology(p.j)) {
			continue // a sign that opens the title names the maker: Bounce fabric softener
		}
		if use == UseIngredient && r.disguised() {
			continue // who names an ingredient does not disguise it
		}
		if use == UseIngredient && ph.Side == words.Before && len(ph.Words) == 1 && !r.sign.technology(p.j) {
			continue
		}
		if use == UseBrand && len(ph.Words) == 1 && ph.Words[0] != "brand" && r.hit.Part != matchers.Title {
			continue // "by" and "from" say little in running text
		}
		if use == UseSubject && r.sign.technology(p.j) {
			continue
		}
		if use == UseBrand && r.sign.power.common && distance(at, r) > 0 {
			continue // "Brand THE BEST"
		}
		best, rank = at, k
	}
	if rank == len(usesByRank) {
		return u, false
	}
	said := r.f.read(best.from, best.to)
	switch use := usesByRank[rank]; use {
	case UseNegation:
		return u.as(use, 0, NoteUseNegation, said), true
	case UseSubject:
		return u.as(use, max(u.value, 0.7), NoteUseSubject, said), true
	case useAbout:
		return u.as(UseCompatibility, 0.1, NoteUseAbout, said), true
	case UseCompatibility:
		_, part := p.accessory(r)
		u.worn = !part && p.goods().classes == classSet(25)
		return u.as(use, 0.1, NoteUseCompatibility, said), true
	case UseComparison:
		if got := p.ordinaryUse(r, u); got.use == UseDescriptive && r.sign.power.common {
			return got, true
		}
		return u.as(use, 0.5, NoteUseComparison, said), true
	case UseResale:
		if got := p.ordinaryUse(r, u); got.use == UseDescriptive {
			return got, true
		}
		return u.as(use, max(u.value, 0.8), NoteUseResale, said), true
	case UseIngredient:
		return u.as(use, 0.1, NoteUseIngredient, said), true
	}
	if s := r.sign.power; (s.ordinary || s.common) && !p.named(r) {
		return u, false
	}
	u.own = ""
	return u.as(UseBrand, 0.95, NoteUseBrandBy, said), true
}

// technology reports whether the sign names a technology or an ingredient.
func (s *signView) technology(j *Judge) bool {
	k := j.uses.Terms[s.key].Kind
	return k == "technology" || k == "standard"
}

// speaksOf reports which use a phrase speaks of and whether it says so of the sign: nothing stands between them but
// models, other signs and at most the phrase's gap of names; no person or purpose ("shoes for men Nike"), and no end of a
// sentence. A phrase of compatible use that is denied is a negation.
func (p *page) speaksOf(r *reading, at phraseAt, ph *words.Phrase) (Use, bool) {
	f, use := r.f, Use(ph.Use)
	before, after := at.to <= r.from, at.from >= r.to
	if use == useAbout && !p.teaches(r, at, ph) || use == UseResale && p.insideName(f, at) {
		return "", false
	}
	if ph.Side == words.Before && !before || ph.Side == words.After && !after || !before && !after {
		return "", false
	}
	for _, w := range ph.Unless {
		if f.index(w, at.from-len(w), at.from) >= 0 && f.shape(at.from)&fold.After == 0 ||
			f.index(w, at.to, at.to+len(w)) >= 0 && f.shape(at.to)&fold.After == 0 {
			if use != UseCompatibility || p.j.uses.At("negation", w) != len(w) {
				return "", false
			}
			use = UseNegation
		}
	}
	lo, hi := at.to, r.from
	if after {
		lo, hi = r.to, at.from
	}
	if ph.Side == words.Near {
		return use, hi-lo <= ph.Gap && !p.endsBetween(f, min(at.from, r.from), max(at.to, r.to))
	}
	if hi > lo && p.endsBetween(f, min(at.from, r.from), max(at.to, r.to)) {
		return "", false
	}
	unknown := 0
	for i := lo; i < hi; {
		if p.at(f, listPerson, i, hi) > 0 {
			return "", false
		}
		if n := p.skip(r, i, hi, ph); n > 0 {
			i += n
			continue
		}
		if f.shape(i)&fold.Ideograph == 0 && (p.dictionaries(f, i) != 0 || f.shape(i)&fold.Lower != 0) {
			return "", false
		}
		if unknown++; unknown > ph.Gap {
			return "", false
		}
		i++
	}
	return use, true
}

// skip returns how many tokens from i on stand between a phrase and a sign without parting them.
func (p *page) skip(r *reading, i, end int, ph *words.Phrase) int {
	f := r.f
	if f.marks[i] || f.shape(i)&fold.HasDigit != 0 || len(f.tokens[i]) == 1 && f.shape(i)&fold.Ideograph == 0 {
		return 1
	}
	n := max(p.at(f, listModel, i, end), p.at(f, listFill, i, end))
	switch Use(ph.Use) {
	case UseCompatibility:
		n = max(n, p.at(f, listQuality, i, end), p.at(f, listPlatform, i, end))
	case useAbout:
		if ph.Side == words.After && end-i <= ph.Gap && !slices.Contains(parting, f.tokens[i]) {
			return 1 // "Photoshop CS2 advanced techniques"
		}
	}
	if ph.Side == words.After && f.shape(i)&fold.Ideograph == 0 {
		n = max(n, min(p.modelAt(f, i), end-i))
		if n == 0 && i == r.to && modelWord(f, i) {
			n = 1
		}
	} else if ph.Side == words.After {
		n = max(n, p.at(f, listHost, i, end))
	}
	return n
}

// endsBetween reports whether a sentence ends between tokens from and to.
func (p *page) endsBetween(f *field, from, to int) bool {
	for i := from + 1; i < to; i++ {
		if f.shape(i)&fold.After == 0 {
			continue
		}
		t := f.fold.Tokens
		if strings.ContainsAny(f.text[f.fold.End[t[i-1].To-1]:f.fold.Start[t[i].From]], ".:;!?。：；！？\n") {
			return true
		}
	}
	return false
}

// nounTokens bounds how many words may stand between a sign and an accessory noun.
const nounTokens = 8

// accessory returns the noun of an accessory or a part that stands directly behind the sign, its model and the name of its
// goods, when the sign's own rights lie in the classes of what the accessory belongs to and no phrase behind it names
// another host. Words that only describe the noun part it from the sign as little: "iPhone 15 clear silicone case". Behind
// the name of the goods they begin to list features: "watch, steel strap".
func (p *page) accessory(r *reading) (string, bool) {
	f := r.f
	from, end, ok := 0, 0, false
	model := r.to // the end of the sign and its model
	for to := r.to; to < len(f.tokens) && to-r.to < nounTokens; {
		if from, end, ok = p.nounAt(r, f, to, model); ok {
			break
		}
		n := 0
		if to == model {
			n = p.modelAt(f, to)
			if n == 0 && to == r.to && modelWord(f, to) {
				n = 1
			}
			model += n
		}
		if n == 0 && !p.hostWithin(f, 0, r.from) && !p.hostWithin(f, r.to, model) {
			n = p.describes(f, to)
		}
		if n == 0 {
			break
		}
		to += n
	}
	if !ok {
		return p.nounBefore(r)
	}
	if p.at(f, listHost, end, len(f.tokens)) > 0 && f.shape(end)&fold.After == 0 {
		return "", false
	}
	for _, at := range near(f.said, r.from, end) {
		ph := &p.j.uses.Phrases[at.index]
		if Use(ph.Use) == UseCompatibility && ph.Side == words.Before && at.from >= end && at.from <= end+3 && at.to < len(f.tokens) &&
			p.at(f, listPerson, at.to, len(f.tokens)) == 0 && (f.marks[at.to] || p.dictionaries(f, at.to) == 0) {
			return "", false
		}
	}
	return f.read(from, end), true
}

// modelAt returns how many tokens from i on belong to a model name or name the goods, 0 for none.
func (p *page) modelAt(f *field, i int) int {
	if f.shape(i)&fold.After != 0 {
		return 0
	}
	n := max(p.at(f, listModel, i, len(f.tokens)), p.at(f, listHost, i, len(f.tokens)))
	if n > 0 || f.shape(i)&fold.Ideograph != 0 {
		return n
	}
	if f.shape(i)&fold.HasDigit != 0 || len(f.tokens[i]) == 1 || f.marks[i] ||
		f.shape(i)&fold.Lower == 0 && p.dictionaries(f, i)&words.Common == 0 {
		return 1
	}
	return 0
}

// describing are the lists of words that only describe the noun behind them.
var describing = [...]listID{listColour, listMaterial, listGem, listSize, listPattern, listQuality, listAttribute}

// describes returns how many tokens from i on only describe what follows them, 0 for none.
func (p *page) describes(f *field, i int) int {
	n := 0
	if f.shape(i)&fold.After == 0 {
		for _, l := range describing {
			n = max(n, p.at(f, l, i, len(f.tokens)))
		}
	}
	return n
}

// hostWithin reports whether tokens[from:to] name goods that accessories are for.
func (p *page) hostWithin(f *field, from, to int) bool {
	for i := from; i < to; i++ {
		if p.at(f, listHost, i, to) > 0 {
			return true
		}
	}
	return false
}

// modelWord reports whether a token directly behind a sign is written as a model name, even one that is a frequent word:
// Switch, Skin, and in 华为mate60 whatever has letters.
func modelWord(f *field, i int) bool {
	return f.shape(i)&(fold.After|fold.Ideograph) == 0 && (f.shape(i)&fold.Lower == 0 || f.shape(i-1)&fold.Ideograph != 0)
}

// nounAt returns the longest accessory noun that starts at token i, none where the sign names the maker of what the noun
// says. The sign and its model end at token model.
func (p *page) nounAt(r *reading, f *field, i, model int) (from, to int, ok bool) {
	if i >= len(f.tokens) || f.shape(i)&fold.After != 0 || p.heads(f, i)&startsNoun == 0 {
		return 0, 0, false
	}
	for _, k := range p.j.nounIndex[f.tokens[i]] {
		n := &p.j.nouns[k]
		end := i + len(n.words)
		if n.classes&r.sign.hosts == 0 || end > len(f.tokens) || end < to || !slices.Equal(f.tokens[i:end], n.words) {
			continue
		}
		switch p.belongs(r, n, model) {
		case itsAccessory:
			if end > to {
				from, to, ok = i, end, true
			}
		case itsMaker:
			return 0, 0, false
		}
	}
	return from, to, ok
}
