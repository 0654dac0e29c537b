package report

import (
	"cmp"
	"slices"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// decisionLimit bounds how many groups are remembered for one decision each.
const decisionLimit = 50_000

// decision is one group of matches that a person decides together: a sign of an owner, used in one way.
type decision struct {
	key      groupKey
	best     judge.Match // the worst match of the group, with its texts cut
	listings int
	gates    map[string]judge.Gate // the strictest of the group per market
	example  scanner.ListingRef
	beside   int // points of priority beside the grade, the most of the group
	seq      int
}

// decisions collects the groups of a whole scan.
type decisions struct {
	index   map[groupKey]int
	list    []decision
	omitted int // matches of groups beyond the limit
}

// add counts the listing of f in every group that one of its matches belongs to.
func (d *decisions) add(f *scanner.Finding) {
	if d.index == nil {
		d.index = map[groupKey]int{}
	}
	var seen []int
	for i := range f.Matches {
		m := &f.Matches[i]
		if m.SilencedBy != nil || m.Grade == "" {
			continue
		}
		k := keyOf(m)
		at, ok := d.index[k]
		switch {
		case !ok && len(d.list) == decisionLimit:
			d.omitted++
			continue
		case !ok:
			at = len(d.list)
			d.index[k] = at
			d.list = append(d.list, decision{key: k, best: brief(m), gates: map[string]judge.Gate{}, example: example(f), seq: at})
		case worse(m, &d.list[at].best) > 0:
			d.list[at].best, d.list[at].example = brief(m), example(f)
		}
		g := &d.list[at]
		g.beside = max(g.beside, beside(m).total())
		for market, gate := range m.Gates {
			if old, ok := g.gates[market]; !ok || gate.Rank() > old.Rank() {
				g.gates[market] = gate
			}
		}
		if !slices.Contains(seen, at) {
			seen = append(seen, at)
			g.listings++
		}
	}
}

// sorted returns the groups, the highest grade first, then by what gives a finding priority, score and size.
func (d *decisions) sorted() []decision {
	slices.SortFunc(d.list, func(a, b decision) int {
		return cmp.Or(cmp.Compare(b.best.Grade.Rank(), a.best.Grade.Rank()), cmp.Compare(b.beside, a.beside), worse(&b.best, &a.best), cmp.Compare(b.listings, a.listings), cmp.Compare(a.seq, b.seq))
	})
	d.index = nil
	return d.list
}

// brief returns what a decision says of a match.
func brief(m *judge.Match) judge.Match {
	b := judge.Match{
		Fingerprint: m.Fingerprint, Lane: m.Lane, Use: m.Use, Grade: m.Grade, Score: m.Score, Goods: m.Goods,
		Span: cut(m.Span, 200), Right: m.Right, Authorised: m.Authorised, Suppressed: m.Suppressed, State: m.State,
		Reasons: slices.Clone(m.Reasons[:min(1, len(m.Reasons))]),
		Clears:  slices.Clone(m.Clears[:min(1, len(m.Clears))]),
	}
	b.Right.Goods, b.Right.Others, b.Right.Images = "", nil, nil
	return b
}

func example(f *scanner.Finding) scanner.ListingRef {
	return scanner.ListingRef{ID: f.Listing.ID, Origin: f.Listing.Origin, Row: f.Listing.Row, Title: cut(f.Listing.Title, 200)}
}
