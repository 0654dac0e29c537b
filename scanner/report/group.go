package report

import (
	"cmp"
	"slices"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// groupKey is what one decision is about: a sign of an owner, used in one way.
type groupKey struct {
	sign, owner string
	use         judge.Use
}

// keyOf returns the group of a match. A right without words stands for itself.
func keyOf(m *judge.Match) groupKey {
	sign := cmp.Or(strings.ToUpper(strings.TrimSpace(m.Right.Text)), m.Right.Corpus+" "+m.Right.ID)
	return groupKey{sign, strings.ToUpper(strings.TrimSpace(m.Right.Owner)), m.Use}
}

// group is the listings whose lead match is about the same thing, worst first.
type group struct {
	key   groupKey
	items []ranked
	read  bool // listings without a match: what could not be read whole
}

// head returns the match that stands for the group, nil for the listings without a match.
func (g *group) head() *judge.Match { return lead(&g.items[0].f) }

// grouped sorts findings, given worst first, into groups: the group with the worst listing first, the listings without
// a match last.
func grouped(rs []ranked) []group {
	index := map[groupKey]int{}
	var out []group
	var unread group
	for _, r := range rs {
		m := lead(&r.f)
		if m == nil {
			unread.items, unread.read = append(unread.items, r), true
			continue
		}
		k := keyOf(m)
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, group{key: k})
		}
		out[i].items = append(out[i].items, r)
	}
	slices.SortStableFunc(out, func(a, b group) int {
		return cmp.Or(
			cmp.Compare(weight(&b.items[0].f), weight(&a.items[0].f)),
			cmp.Compare(b.items[0].prio.total(), a.items[0].prio.total()),
			cmp.Compare(b.items[0].f.Score, a.items[0].f.Score),
			cmp.Compare(len(b.items), len(a.items)),
		)
	})
	if unread.read {
		out = append(out, unread)
	}
	return out
}

// tally counts the listings of a whole scan per group, within bounds.
type tally struct {
	limit int
	count map[groupKey]int
}

func (t *tally) add(f *scanner.Finding) {
	m := lead(f)
	if m == nil {
		return
	}
	k := keyOf(m)
	if _, ok := t.count[k]; ok || len(t.count) < t.limit {
		t.count[k]++
	}
}
