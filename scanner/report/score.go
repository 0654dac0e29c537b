package report

import (
	"math"
	"strings"

	"lookalike/matchers/judge"
)

// step is one line of the arithmetic of a score: what a piece adds, or how far a rule moves the sum.
type step struct {
	Name   string // code of the piece without what follows its colon
	Piece  judge.Piece
	Delta  float64 // points
	After  float64 // the sum so far
	Bound  bool    // a rule, floor, raise or cap
	Idle   bool    // a bound that moves nothing
	Result bool    // the last line: the score
}

// arithmetic returns the steps that lead to the score of m. Their deltas add up to the score: the sum of the pieces,
// its rounding in the last of them, then rules, floors and raises, then caps.
func arithmetic(m *judge.Match) []step {
	var steps []step
	sum := 0.0
	for _, p := range m.Pieces {
		if name, _, bound := strings.Cut(p.Name, ":"); !bound {
			d := p.Value * p.Weight
			sum += d
			steps = append(steps, step{Name: name, Piece: p, Delta: d, After: sum})
		}
	}
	at := math.Floor(sum + 0.5)
	for _, caps := range []bool{false, true} {
		for _, p := range m.Pieces {
			name, _, bound := strings.Cut(p.Name, ":")
			if !bound || (name == "cap") != caps {
				continue
			}
			to := max(at, p.Value)
			if caps {
				to = min(at, p.Value)
			}
			steps = append(steps, step{Name: name, Piece: p, Delta: to - at, After: to, Bound: true, Idle: to == at})
			at = to
		}
	}
	at = min(max(at, 0), 100)
	return append(steps, step{Name: "score", Delta: at, After: at, Result: true})
}
