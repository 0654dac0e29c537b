package judge

import (
	"strings"
	"unicode/utf8"

	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// wordByWord reports whether a span that is a few letters off its sign is so in every word: "the hanse" is near THE RANGE
// as a whole, and no word of it would be taken for the sign's. Spans of other word boundaries pass.
func wordByWord(r *reading) bool {
	ws := strings.Fields(r.sign.key)
	if len(ws) < 2 || len(ws) != r.to-r.from {
		return true
	}
	for i, w := range ws {
		if editDistance(w, r.f.tokens[r.from+i]) > editsFor(utf8.RuneCountInString(w)) {
			return false
		}
	}
	return true
}

// namesake reports whether the word behind a sign goes on as a person's name: Agatha in "Agatha Christie".
func (p *page) namesake(r *reading) bool {
	f := r.f
	if !r.sign.power.name || r.sign.facts.Words > 1 || r.to >= len(f.tokens) || f.marks[r.to] || f.shape(r.to)&(fold.After|fold.HasDigit|fold.AllDigits|fold.Ideograph) != 0 || len(f.tokens[r.to]) <= 2 {
		return false
	}
	d := p.dictionaries(f, r.to)
	return d&words.Name != 0 && d&words.Common == 0 || d == 0 && p.named(r) && f.shape(r.to)&fold.Lower == 0
}

// scattered reports whether a span that was found as a compound holds letters of its sign and not the sign: "westward" for
// BESTWAY, "ares rising" for PARISINA. A span holds the sign, is held by it, has its parts in another order, or gives one
// of its words.
func scattered(r *reading) bool {
	const near = 1<<matchers.Exact | 1<<matchers.Script | 1<<matchers.Edit | 1<<matchers.Sound | 1<<matchers.Alias | 1<<matchers.Meaning
	if r.lanes&(1<<matchers.Compound) == 0 || r.lanes&near != 0 {
		return false
	}
	if r.alike() {
		// The letters of several words hold those of one, and those of a long one hold those of a short one: KINDLE in
		// "Brindlewick".
		n, m := int(r.sign.facts.Runes), r.length()
		return r.sign.facts.Words == 1 && (r.to-r.from > 1 || 5*min(n, m) < 3*max(n, m))
	}
	key, span := r.sign.joined, r.squeezed()
	if i := strings.Index(span, key); i > 0 && r.hit.Dist > 0 && 5*len(key) < 3*len(span) {
		return true
	} else if i >= 0 || strings.Contains(key, span) || len(key) == len(span) && strings.Contains(key+key, span) {
		return false
	}
	for w := range strings.FieldsSeq(r.sign.key) {
		if len(w) < 3 {
			continue
		}
		for _, t := range r.f.tokens[r.from:r.to] {
			if sameWord(t, w) || editDistance(t, w) <= editsFor(min(utf8.RuneCountInString(t), utf8.RuneCountInString(w))) {
				return false
			}
		}
	}
	return true
}

// alike reports whether a short title, its first words or a brand were found to resemble the sign as a whole: by the pairs of
// letters or the words that both share.
func (r *reading) alike() bool {
	if r.same == 0 {
		r.same = -1
		if r.resembles() {
			r.same = 1
		}
	}
	return r.same > 0
}

func (r *reading) resembles() bool {
	if r.hit.Lane != matchers.Compound || r.hit.Dist == 0 || r.from != 0 || r.lanes&(1<<matchers.Edit|1<<matchers.Sound) != 0 ||
		r.hit.Part != matchers.Title && r.hit.Part != matchers.Brand {
		return false
	}
	n := r.length()
	if r.hit.Cover >= 1000 && n == int(r.sign.facts.Runes) {
		return false // its words in another order
	}
	return n <= int(r.sign.facts.Runes) || !strings.Contains(r.squeezed(), r.sign.joined)
}

// whole reports whether the span is all that a title or a brand field says.
func (r *reading) whole() bool {
	return r.from == 0 && r.to == len(r.f.tokens) && (r.hit.Part == matchers.Title || r.hit.Part == matchers.Brand)
}

// editsFor returns how many edits a word of n letters bears before it is another word.
func editsFor(n int) int {
	switch {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// editDistance is the restricted Damerau distance between two short words. Beyond 32 letters words are equal or not.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 32 || len(y) > 32 {
		if a == b {
			return 0
		}
		return 32
	}
	var rows [3][33]int
	for j := range y {
		rows[1][j+1] = j + 1
	}
	for i := range x {
		before, last, now := &rows[i%3], &rows[(i+1)%3], &rows[(i+2)%3]
		now[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			now[j+1] = min(last[j+1]+1, now[j]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
	}
	return rows[(len(x)+1)%3][len(y)]
}
