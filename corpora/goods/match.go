package goods

import "slices"

// match is one word of a kind found in a part: toks[from:to].
type match struct {
	kinds    []int
	from, to int
}

// longest returns the longest phrase of a kind that starts at toks[i], within toks.
func (t *Table) longest(toks []token, i int) (match, bool) {
	var m match
	n := t.root
	for j := i; j < len(toks); j++ {
		if n = n.next[toks[j].text]; n == nil {
			break
		}
		if len(n.kinds) > 0 {
			m = match{kinds: n.kinds, from: i, to: j + 1}
		}
	}
	return m, m.to > 0
}

// matches returns the phrases of kinds in p that no longer phrase covers, in order, and where the part's head ends: at
// the first word such as "for" that is in no phrase and not the first word, or at a word such as "with" after a phrase.
// Phrases after the head are left out.
func (t *Table) matches(p part) (ms []match, head int) {
	end := 0 // of the last phrase
	for i, tok := range p.toks {
		outside := i > 0 && i >= end
		if outside && (stops[tok.text] || len(ms) > 0 && links[tok.text]) {
			return ms, i
		}
		if m, ok := t.longest(p.toks, i); ok && m.to > end {
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
