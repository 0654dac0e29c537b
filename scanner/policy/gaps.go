package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/market"
	"lookalike/matchers/fold"
)

// GapFinder holds the listings of a feed against the user's own rights. It is used by one goroutine.
type GapFinder struct {
	own      *Own
	table    *market.Table
	asOf     corpora.Date
	classify func(category, title string) int // Nice class of goods, 0 for unknown
	markets  []corpora.Market                 // none: those of each listing

	marks    []ownMark
	gaps     map[Gap]*Gap
	selling  map[string]bool // marks that some listing bears
	Listings int             // that were added
	Nowhere  int             // of an own mark, for which no market is known
}

type ownMark struct{ name, key, squeezed string }

// NewGapFinder returns a finder over the rights of o.
func (o *Own) NewGapFinder(t *market.Table, asOf corpora.Date, markets []corpora.Market, classify func(category, title string) int) *GapFinder {
	g := &GapFinder{own: o, table: t, asOf: asOf, classify: classify, markets: markets, gaps: map[Gap]*Gap{}, selling: map[string]bool{}}
	for _, r := range o.rights {
		squeezed := fold.Squeeze(r.Mark)
		if !slices.ContainsFunc(g.marks, func(m ownMark) bool { return m.squeezed == squeezed }) {
			g.marks = append(g.marks, ownMark{r.Mark, fold.Key(r.Mark), squeezed})
		}
	}
	return g
}

// Add looks for own marks in the brand and the title of l.
func (g *GapFinder) Add(l *corpora.Listing) {
	g.Listings++
	brand, title := fold.Squeeze(l.Brand), fold.Key(l.Title)
	for _, m := range g.marks {
		if m.squeezed != brand && !holds(title, m.key) {
			continue
		}
		g.selling[m.squeezed] = true
		markets := g.markets
		if len(markets) == 0 {
			markets = l.Markets
		}
		if len(markets) == 0 {
			g.Nowhere++
		}
		for _, place := range markets {
			g.check(m, place, l)
		}
	}
}

// holds reports whether the words of key stand in a folded text. A script without spaces is looked for as it stands.
func holds(text, key string) bool {
	if strings.ContainsFunc(key, fold.IsIdeograph) {
		return strings.Contains(text, key)
	}
	return strings.Contains(" "+text+" ", " "+key+" ")
}

// check adds the gaps of one mark in one market.
func (g *GapFinder) check(m ownMark, place corpora.Market, l *corpora.Listing) {
	inForce, named, recorded, elsewhere := false, false, false, false
	class := g.classify(l.Category, l.Title)
	for i := range g.own.rights {
		r := &g.own.rights[i]
		if fold.Squeeze(r.Mark) != m.squeezed {
			continue
		}
		if s := statusOn(r.Status, r.Expires, r.Office, g.asOf, g.table); s == corpora.Live || s == corpora.Grace {
			if counts, national := g.table.Counts(r.Office, r.Markets, place); counts && !national {
				inForce = true
				named = named || class == 0 || len(r.Classes) == 0 || slices.Contains(r.Classes, class)
			}
		}
		if r.RecordalMarket != "" && (r.RecordalExpires == 0 || g.asOf <= r.RecordalExpires) {
			elsewhere = true
			at, _ := place.Origin()
			recorded = recorded || r.RecordalMarket == place || r.RecordalMarket == at || r.RecordalMarket == corpora.EU && g.table.InEU(place)
		}
	}
	switch {
	case !inForce:
		g.add(Gap{Mark: m.name, Market: place, Kind: GapRight, Class: class}, l)
	case !named:
		g.add(Gap{Mark: m.name, Market: place, Kind: GapClass, Class: class}, l)
	case elsewhere && !recorded:
		g.add(Gap{Mark: m.name, Market: place, Kind: GapRecordal}, l)
	}
}

func (g *GapFinder) add(key Gap, l *corpora.Listing) {
	gap := g.gaps[key]
	if gap == nil {
		gap = new(key)
		gap.Example = fmt.Sprintf("%s:%d", l.Origin, l.Row)
		g.gaps[key] = gap
	}
	gap.Listings++
}

// List returns the gaps: by mark, the gravest first, then those of most listings.
func (g *GapFinder) List() []Gap {
	out := []Gap{}
	for _, gap := range g.gaps {
		out = append(out, *gap)
	}
	rank := func(k GapKind) int { return slices.Index([]GapKind{GapRight, GapClass, GapRecordal}, k) }
	slices.SortFunc(out, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Mark, b.Mark), cmp.Compare(rank(a.Kind), rank(b.Kind)), cmp.Compare(b.Listings, a.Listings),
			cmp.Compare(a.Market, b.Market), cmp.Compare(a.Class, b.Class))
	})
	return out
}

// Unsold returns the own marks that no listing bears, in the order of the list.
func (g *GapFinder) Unsold() []string {
	var out []string
	for _, m := range g.marks {
		if !g.selling[m.squeezed] {
			out = append(out, m.name)
		}
	}
	return out
}
