package judge

import "slices"

// Total makes grade, score and gates of the listing from its matches, which a policy may have marked since. It is the
// only place where they are made. With incomplete every gate is at least Review.
//
// A match that is silenced, suppressed or covered by a document does not count for the grade; a covered one counts as
// Documented for the gates of the markets that its document covers, where it would have been more than clear.
func (j *Judge) Total(v *Verdict, incomplete bool) {
	v.Grade, v.Score, v.Gates = "", 0, make(map[string]Gate, len(v.Markets))
	for _, m := range v.Markets {
		v.Gates[string(m)] = Clear
		if j.markCoverage(m) < j.required {
			v.Gates[string(m)] = Unchecked
		}
	}
	for i := range v.Matches {
		v.count(&v.Matches[i])
	}
	for i := range v.rest {
		v.count(&v.rest[i])
	}
	if incomplete {
		for m, g := range v.Gates {
			if g.Rank() < Review.Rank() {
				v.Gates[m] = Review
			}
		}
	}
}

// count adds one match to the totals, and turns its own gates to Documented where a document covers it.
func (v *Verdict) count(m *Match) {
	if m.SilencedBy != nil || m.Suppressed != nil {
		return
	}
	covered := func(market string) bool {
		a := m.Authorised
		return a != nil && a.Covers && (len(a.Markets) == 0 || slices.Contains(a.Markets, market))
	}
	for market, gate := range m.Gates {
		grade := m.Grades[market]
		if covered(market) {
			if grade.Rank() >= Medium.Rank() {
				m.Gates[market] = Documented
			} else {
				m.Gates[market] = Clear
			}
			gate = m.Gates[market]
		} else if a := m.Authorised; gate == Block && a != nil && slices.Contains(a.Review, market) {
			gate = Review
			m.Gates[market] = gate
		}
		if !covered(market) && grade.Rank() > v.Grade.Rank() {
			v.Grade = grade
		}
		if have, ok := v.Gates[market]; ok && gate.Rank() > have.Rank() {
			v.Gates[market] = gate
		}
		if !covered(market) && grade != "" {
			v.Score = max(v.Score, min(m.Score, int(highest(grade))))
		}
	}
}
