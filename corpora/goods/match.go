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

// matches returns the phrases of kinds in toks that no longer phrase covers, in order.
func (t *Table) matches(toks []token) []match {
	var ms []match
	for i := range toks {
		m, ok := t.longest(toks, i)
		if !ok || len(ms) > 0 && m.to <= ms[len(ms)-1].to {
			continue
		}
		ms = append(ms, m)
	}
	return ms
}

// head returns the last phrase of a kind before the part's cut.
func (t *Table) head(p part) (match, bool) {
	ms := t.matches(p.toks[:p.cut])
	if len(ms) == 0 {
		return match{}, false
	}
	return ms[len(ms)-1], true
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
