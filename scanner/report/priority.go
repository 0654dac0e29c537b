package report

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// The points of a priority. A grade is worth more than all that can stand beside it, so that nothing is shown before a
// listing of a higher grade; a listing that could not be read whole stands between medium and low.
const (
	pointsGrade    = 100 // per rank
	pointsUnread   = 195
	pointsRecorded = 20 // the right is recorded with customs
	pointsWatched  = 20 // its holder is known to enforce
	pointsPrice    = 20 // times how far the price lies below the reference price, 0–1
	pointsNew      = 15 // the baseline does not have the match
	pointsWorse    = 10 // the baseline has it with a lower grade
	mostRepeats    = 14 // of two points each time that the number of the seller's other findings doubles
)

// component is one term of a priority.
type component struct {
	code   string // of the messages, section "priority"
	points int
	args   []any // name, value pairs of its text
}

// priority is what orders the findings that people are shown: the sum of its components, which are listed. It moves no
// line of the canonical report and changes no grade. Findings with the same sum are ordered by gate, score and place.
type priority []component

func (p priority) total() int {
	n := 0
	for _, c := range p {
		n += c.points
	}
	return n
}

// priorityOf returns the priority of f by the match that stands for it. repeats is the number of other findings of its
// seller.
func priorityOf(f *scanner.Finding, repeats int) priority {
	var p priority
	add := func(code string, points int, args ...any) {
		if points > 0 {
			p = append(p, component{code, points, args})
		}
	}
	grade := gradeOf(f)
	add("grade", pointsGrade*grade.Rank(), "grade", string(grade))
	if f.Error != nil && pointsUnread > p.total() {
		return priority{{code: "unread", points: pointsUnread}}
	}
	if m := lead(f); m != nil && counts(m) {
		p = append(p, beside(m)...)
	}
	if len(p) == 0 {
		return nil // nothing that counts
	}
	add("repeats", min(2*bits.Len(uint(max(repeats, 0))), mostRepeats), "n", repeats)
	return p
}

// beside returns the components of one match beside its grade.
func beside(m *judge.Match) priority {
	var p priority
	add := func(code string, points int, args ...any) {
		if points > 0 {
			p = append(p, component{code, points, args})
		}
	}
	flag := func(name string) bool {
		return slices.ContainsFunc(m.Right.Flags, func(s string) bool { return strings.EqualFold(s, name) })
	}
	if flag("recorded") {
		add("recorded", pointsRecorded)
	}
	if flag("watched") {
		add("watched", pointsWatched)
	}
	for _, piece := range m.Pieces {
		if piece.Name == judge.PiecePrice {
			add("price", int(pointsPrice*piece.Value+0.5), "percent", piece.Note.Args["percent"])
		}
	}
	switch {
	case m.State == nil:
	case *m.State == "new":
		add("new", pointsNew)
	case *m.State == "worse":
		add("worse", pointsWorse)
	}
	return p
}

// priority writes the sum and its components: "347 = high 300 · recorded with customs 20 · …".
func (v voice) priority(p priority) string {
	parts := make([]string, len(p))
	for i, c := range p {
		parts[i] = v.text("priority."+c.code, c.args...) + fmt.Sprintf(" %d", c.points)
	}
	return fmt.Sprintf("%d = %s", p.total(), strings.Join(parts, " · "))
}

// sellerOf names who sells a listing, "" when nobody says.
func sellerOf(f *scanner.Finding) string {
	return cmp.Or(strings.TrimSpace(f.Listing.SellerID), strings.TrimSpace(f.Listing.Seller))
}

// below writes how many findings at which grade are not shown: "high 3 · low 40", "" for none.
func (v voice) below(hidden map[judge.Grade]int) string {
	var parts []string
	for _, g := range append(grades(), "") {
		n := hidden[g]
		if n <= 0 {
			continue
		}
		name := v.text("ui.not_read")
		if g != "" {
			name = v.word("grade", string(g))
		}
		parts = append(parts, fmt.Sprintf("%s %d", name, n))
	}
	return strings.Join(parts, " · ")
}
