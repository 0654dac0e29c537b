package goods

import "slices"

// match is one word of a kind found in a part: toks[from:to].
type match struct {
	kinds    []int
	from, to int
}

// longest returns the longest phrase of a kind that starts at toks[i], within toks, n being the phrases that start with it.
func longest(n *node, toks []token, i int) (match, bool) {
	var m match
	for j := i; n != nil; n = n.next[toks[j].text] {
		j++
		if len(n.kinds) > 0 {
			m = match{kinds: n.kinds, from: i, to: j}
		}
		if j == len(toks) {
			break
		}
	}
	return m, m.to > 0
}

// word is what a word means at the start of a phrase.
type word struct {
	node       *node // the phrases that start with it, nil for none
	stop, link bool
}

// vocabulary holds what words mean. Most words of a title mean nothing, which a bit tells more quickly than a map.
type vocabulary struct {
	words map[string]word
	bits  [vocabularyBits / 64]uint64 // bit wordBit(w) is set for every w of words
}

const vocabularyBits = 1 << 16

// wordBit hashes the first bytes of a word, and its length.
func wordBit(w string) uint32 {
	h := uint32(len(w))
	for i := range min(len(w), 8) {
		h = (h ^ uint32(w[i])) * 0x01000193
	}
	return (h ^ h>>16) % vocabularyBits
}

func (v *vocabulary) get(w string) word {
	if b := wordBit(w); v.bits[b/64]&(1<<(b%64)) == 0 {
		return word{}
	}
	return v.words[w]
}

// index gathers what words mean.
func (t *Table) index() {
	t.vocabulary.words = map[string]word{}
	for w, n := range t.root.next {
		t.vocabulary.words[w] = word{node: n}
	}
	for w := range stops {
		m := t.vocabulary.words[w]
		m.stop = true
		t.vocabulary.words[w] = m
	}
	for w := range links {
		m := t.vocabulary.words[w]
		m.link = true
		t.vocabulary.words[w] = m
	}
	for w := range t.vocabulary.words {
		b := wordBit(w)
		t.vocabulary.bits[b/64] |= 1 << (b % 64)
	}
}

// matches returns the phrases of kinds in p that no longer phrase covers, in order, and where the part's head ends: at
// the first word such as "for" that is in no phrase and not the first word, or at a word such as "with" after a phrase.
// Phrases after the head are left out.
func (t *Table) matches(p part) (ms []match, head int) {
	end := 0 // of the last phrase
	for i := range p.toks {
		w := t.vocabulary.get(p.toks[i].text)
		outside := i > 0 && i >= end
		if outside && (w.stop || len(ms) > 0 && w.link) {
			return ms, i
		}
		if m, ok := longest(w.node, p.toks, i); ok && m.to > end {
			ms = append(ms, m)
			end = m.to
		}
	}
	return ms, len(p.toks)
}

// head returns the last phrase of a kind in the head of p, and where the head ends.
func (t *Table) head(p part) (m match, end int, ok bool) {
	ms, end := t.matches(p)
	if len(ms) == 0 {
		return match{}, end, false
	}
	return ms[len(ms)-1], end, true
}

// classScores are confidences by class.
type classScores [NumClasses + 1]float64

// guesses returns the classes from least on, best first, at most five.
func (s *classScores) guesses(least float64) []Guess {
	var gs []Guess
	for c, v := range s {
		if c > 0 && v >= least {
			gs = append(gs, Guess{Class: uint8(c), Confidence: v})
		}
	}
	slices.SortStableFunc(gs, func(a, b Guess) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return int(a.Class) - int(b.Class)
	})
	return gs[:min(len(gs), 5)]
}

// addKind raises the classes of kind k to confidence v, the further classes of a kind to a share of it.
func (s *classScores) addKind(k Kind, v float64) {
	for i, c := range k.Classes {
		w := v
		if i > 0 {
			w *= furtherClass
		}
		s[c] = max(s[c], w)
	}
}

// mix moves share of s to the classes of from, which sum to one.
func (s *classScores) mix(from *classScores, share float64) {
	for c := range s {
		s[c] = (1-share)*s[c] + share*from[c]
	}
}
