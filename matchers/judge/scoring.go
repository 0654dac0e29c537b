package judge

import (
	"math"
	"strings"
)

// Scoring tells a reader of a report how its numbers were made.
type Scoring struct {
	Name    string        `json:"name"`
	Formula string        `json:"formula"`
	Bands   map[Grade]int `json:"bands"` // lowest score of each grade
}

// The lowest score of each grade. A match below bandLow has no grade and is not listed.
const (
	bandLow      = 15
	bandMedium   = 40
	bandHigh     = 65
	bandCritical = 90
	topScore     = 100
)

// The weights of the pieces. Values lie between -1 and 1, so that no sum of text pieces exceeds 89 and none of picture
// pieces 80: critical is out of reach without a rule.
const (
	weightSign      = 32.0
	weightDistinct  = 16.0
	weightGoods     = 18.0
	weightUse       = 18.0
	weightFame      = 3.0
	weightSupport   = 2.0
	weightOrdinary  = 22.0 // taken off
	weightExplained = 26.0 // taken off
	weightShort     = 20.0 // taken off
	weightPicture   = 70.0
)

const formula = "s = sum of value*weight over all pieces, rounded half up; " +
	"s = max(s, value) over pieces named rule:*, floor:* or raise:*; s = min(s, value) over pieces named cap:*; " +
	"score = s within 0 and 100; the grade is the last band whose lowest score is at most the score, none below low"

// CurrentScoring returns the scoring of this version.
func CurrentScoring() Scoring {
	return Scoring{
		Name:    "pieces-1",
		Formula: formula,
		Bands:   map[Grade]int{Low: bandLow, Medium: bandMedium, High: bandHigh, Critical: bandCritical},
	}
}

// Score recomputes a score from its pieces by the formula of CurrentScoring.
func Score(pieces []Piece) int {
	sum, low, high := 0.0, 0.0, float64(topScore)
	for _, p := range pieces {
		sum += p.Value * p.Weight
		kind, _, bound := strings.Cut(p.Name, ":")
		switch {
		case bound && kind == "cap":
			high = min(high, p.Value)
		case bound:
			low = max(low, p.Value)
		}
	}
	return int(min(max(math.Floor(sum+0.5), low), high))
}

// GradeOf returns the grade of a score, "" below the lowest band.
func GradeOf(score int) Grade {
	switch {
	case score >= bandCritical:
		return Critical
	case score >= bandHigh:
		return High
	case score >= bandMedium:
		return Medium
	case score >= bandLow:
		return Low
	}
	return ""
}

// lowest returns the lowest score of a grade.
func lowest(g Grade) float64 {
	switch g {
	case Low:
		return bandLow
	case Medium:
		return bandMedium
	case High:
		return bandHigh
	case Critical:
		return bandCritical
	}
	return 0
}

// highest returns the highest score of a grade.
func highest(g Grade) float64 {
	switch g {
	case Low:
		return bandMedium - 1
	case Medium:
		return bandHigh - 1
	case High:
		return bandCritical - 1
	case Critical:
		return topScore
	}
	return bandLow - 1
}

// above returns the grade one step up.
func above(g Grade) Grade {
	switch g {
	case "":
		return Low
	case Low:
		return Medium
	case Medium:
		return High
	}
	return Critical
}

// tally collects the pieces of one match in the order in which rules apply: sum, rules and floors, raises, caps. Most
// matches are scored and never listed, so that pieces are kept only where told is set; the score is the same either way.
type tally struct {
	told      bool
	pieces    []Piece
	sum       float64 // of value times weight, in the order of the pieces
	low, high float64 // the bounds
}

// usualPieces is the number of pieces that memory is taken for at once.
const usualPieces = 8

// scoring returns a tally that keeps the score alone.
func scoring() tally { return tally{high: topScore} }

// telling returns a tally that keeps the pieces too.
func telling() tally { return tally{told: true, pieces: make([]Piece, 0, usualPieces), high: topScore} }

// round keeps values printable, so that a reader adds up what he sees.
func round(v float64) float64 { return math.Round(v*1000) / 1000 }

// The methods below add a piece each. They report whether the piece was kept and its note is wanted: see say.

// add appends a piece of the sum.
func (t *tally) add(name string, value, weight float64) bool {
	value = round(value)
	t.sum += value * weight
	if t.told {
		t.pieces = append(t.pieces, Piece{Name: name, Value: value, Weight: weight})
	}
	return t.told
}

// lift appends a rule, floor or raise, named by its kind and a word of its own. One that lifts nothing is left out.
func (t *tally) lift(kind, name string, score float64) bool {
	if float64(t.score()) >= score {
		return false
	}
	t.low = max(t.low, score)
	return t.bound(kind, name, score)
}

// raise lifts what was collected so far by one grade.
func (t *tally) raise(name string) bool {
	return t.lift("raise:", name, lowest(above(GradeOf(t.score()))))
}

// floor lifts what was collected so far to grade g.
func (t *tally) floor(name string, g Grade) bool { return t.lift("floor:", name, lowest(g)) }

// cap bounds what was collected to grade g. A cap that does not bite is left out.
func (t *tally) cap(name string, g Grade) bool {
	if float64(t.score()) <= highest(g) {
		return false
	}
	t.high = min(t.high, highest(g))
	return t.bound("cap:", name, highest(g))
}

// bound keeps the piece of a bound.
func (t *tally) bound(kind, name string, score float64) bool {
	if t.told {
		t.pieces = append(t.pieces, Piece{Name: kind + name, Value: score})
	}
	return t.told
}

// say gives the last piece its note.
func (t *tally) say(n Note) { t.pieces[len(t.pieces)-1].Note = n }

// score returns the score of what was collected so far: that of Score, which reads it off the pieces.
func (t *tally) score() int { return int(min(max(math.Floor(t.sum+0.5), t.low), t.high)) }

// noArgs are the arguments of every note without any. Nobody writes to them.
var noArgs = map[string]any{}

// note makes a Note out of a code and alternating names and values.
func note(code string, args ...any) Note {
	if len(args) == 0 {
		return Note{code, noArgs}
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return Note{Code: code, Args: m}
}
