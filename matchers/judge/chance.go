package judge

import (
	"slices"
	"strings"

	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// ownWord reports whether a span that only resembles a sign is a word, a number or a unit of its own, so that nobody reads
// the sign in it.
func (p *page) ownWord(r *reading) bool {
	if !r.text() {
		return false
	}
	if r.lanes&(1<<matchers.Exact|1<<matchers.Script) != 0 {
		return p.cutNumber(r) || p.cutHan(r) || r.hit.Part != matchers.Brand && p.foreignLook(r)
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
		if p.in(r.f, listGeneric, t) || p.in(r.f, listColour, t) || p.in(r.f, listPattern, t) || p.in(r.f, listMaterial, t) || p.in(r.f, listGem, t) {
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
// firms: LION CAPITAL for STONE LION CAPITAL. A span that opens with the sign's first word and has all others shares the
// sign, however short that word: "F1 electric heaters" for F1 HEATER.
func (p *page) sharesNames(r *reading) bool {
	shared, all, any, count, names := 0, 0, 0, 0, false
	for w := range strings.FieldsSeq(r.sign.key) {
		all += len(w)
		count++
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
	if first := firstWord(r.sign.key); any == count && count > 1 && r.f.tokens[r.from] == first {
		return p.j.dict.Dictionaries(first)&(lexical|words.Common) == 0
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
