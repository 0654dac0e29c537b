package judge

import (
	"cmp"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// listingGoods is what is known of a listing's goods.
type listingGoods struct {
	classes uint64 // that they may well fall in
	ranked  []uint8
	top     float64 // confidence of the first
	listed  []int   // ranked, as a report writes it
	kinds   []string
	words   string
	from    string
}

// A class with at least likelyClass confidence counts as one that the goods fall in. Below sureClass nothing is held
// unrelated: what is not known stays unknown.
const (
	likelyClass = 0.25
	sureClass   = 0.5
)

// fromGiven names goods whose classes somebody gave with the listing.
const fromGiven = "given"

// goodsOf returns what is known of a listing's goods. It is read only: listings of one category may share it.
func (j *Judge) goodsOf(l *corpora.Listing) *listingGoods {
	k := j.category(l.Category)
	a := k.answer
	if !k.decides {
		a = j.goods.Classify("", l.Title)
	} else if len(l.Classes) == 0 {
		return k.goods
	}
	return newGoods(a, k.named, l.Classes)
}

// newGoods makes goods out of the answer of the table, the kinds that a category names without the table, and the classes
// that somebody gave.
func newGoods(a goods.Answer, named []string, given []uint8) *listingGoods {
	g := &listingGoods{kinds: a.Kinds, words: a.Words, from: a.From}
	if len(g.kinds) == 0 {
		g.kinds = named
	}
	if len(given) > 0 {
		g.from, a.Classes = fromGiven, nil
		for _, c := range given {
			a.Classes = append(a.Classes, goods.Guess{Class: c, Confidence: 1})
		}
	}
	for i, c := range a.Classes {
		if c.Class < 1 || c.Class > 45 || i > 0 && c.Confidence < likelyClass {
			continue
		}
		g.classes |= 1 << c.Class
		g.ranked = append(g.ranked, c.Class)
		g.top = max(g.top, c.Confidence)
	}
	if g.top < likelyClass {
		g.classes, g.ranked = 0, nil
	}
	g.listed = ints(g.ranked)
	return g
}

// ref returns the goods as a report writes them, with the relation to a right.
func (g *listingGoods) ref(rel Relation) GoodsRef {
	return GoodsRef{Relation: rel, Listing: g.words, From: g.from, Confidence: round(g.top), Classes: g.listed}
}

// merchandise are the classes of goods on which characters, artworks and teams are sold: Nice classes of toys, clothing,
// print, bags, household goods, textiles, jewellery, games and party goods. Food and tobacco are none.
var merchandise = classSet(3, 9, 11, 14, 16, 18, 20, 21, 24, 25, 26, 27, 28)

func classSet(cs ...uint8) uint64 {
	var s uint64
	for _, c := range cs {
		s |= 1 << c
	}
	return s
}

// closeness orders relations, the closest first.
func closeness(r Relation) int {
	return slices.Index([]Relation{Same, Similar, ClassOnly, Related, Unknown, Unrelated}, r)
}

// relation tells how the listing's goods relate to those of a right. Its kinds of goods, where they are known, are asked
// for only when they can decide.
func (j *Judge) relation(g *listingGoods, col *matchers.Columns, kinds func() []string) Relation {
	if g.classes == 0 && len(g.kinds) == 0 {
		return Unknown
	}
	if col.Kind == corpora.Work {
		if g.classes&merchandise != 0 {
			return Similar
		}
		return Unknown
	}
	if col.Classes == 0 && col.Flags&matchers.FlagGoods == 0 {
		return Unknown
	}
	best := Relation("")
	if col.Flags&matchers.FlagGoods != 0 && len(g.kinds) > 0 && (col.Classes == 0 || g.classes == 0 || j.nearby(g, col.Classes)) {
		best = j.kindRelation(g.kinds, kinds())
	}
	if best == "" && col.Classes&g.classes != 0 {
		best = ClassOnly
	}
	if best == "" && col.Classes != 0 && j.nearby(g, col.Classes) {
		best = Related
	}
	if best == "" && (g.top < sureClass || col.Classes == 0 || g.classes == 0) {
		return Unknown
	}
	return cmp.Or(best, Unrelated)
}

// Bounds of namedKinds: terms of a text, and bytes of the text.
const (
	mostNamed     = 16
	mostNamedText = 400
)

// namedKinds returns the terms of a text of goods in which the table knows no kind, as kinds of their own: "banking" on
// both sides is the same service, whatever it is. Terms of one language are written alike or not at all, so they are
// compared as a whole. "Other" names nothing.
func (j *Judge) namedKinds(text string) []string {
	if len(text) > mostNamedText {
		return nil
	}
	var out []string
	for term := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(";,/>|、；，", r) }) {
		if k := fold.Key(term); k != "" && len(out) < mostNamed && !j.uses.Has("nobody", k) {
			out = append(out, namedKind+k)
		}
	}
	return out
}

// namedKind begins a kind that namedKinds makes, and no name of the table.
const namedKind = "="

// kindRelation compares kinds of goods, "" when they say nothing.
func (j *Judge) kindRelation(a, b []string) Relation {
	best := Relation("")
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return Same
			}
			if best == "" && j.goods.SimilarKinds(x, y) {
				best = Similar
			}
		}
	}
	return best
}

// nearby reports whether a class of the set is one of the listing's or related to one.
func (j *Judge) nearby(g *listingGoods, set uint64) bool {
	if set&g.classes != 0 {
		return true
	}
	for _, c := range g.ranked {
		related := j.related[c]
		if c == 9 && g.classes&digital == digital {
			related &= programs
		}
		if related&set != 0 {
			return true
		}
	}
	return false
}

// Goods in both classes of digital are programs. Of what class 9 is related to, they share the makers of programs alone,
// and not those of protective clothing, furniture or watches.
var (
	digital  = classSet(9, 42)
	programs = classSet(16, 28, 38, 41, 42)
)

// sharedClass returns the surest class of the listing that stands in the set, 0 for none.
func (g *listingGoods) sharedClass(set uint64) int {
	for _, c := range g.ranked {
		if set&(1<<c) != 0 {
			return int(c)
		}
	}
	return 0
}

// goodsValue is the value of the piece for a relation.
func goodsValue(r Relation) float64 {
	switch r {
	case Same:
		return 1
	case Similar:
		return 0.95
	case ClassOnly:
		return 0.75
	case Related:
		return 0.42
	case Unknown:
		return 0.4
	}
	return -0.6
}

func (g *listingGoods) note(r Relation, col *matchers.Columns) Note {
	switch r {
	case Same:
		return note(NoteGoodsSame, "listing", g.words)
	case Similar:
		return note(NoteGoodsSimilar, "listing", g.words)
	case ClassOnly:
		return note(NoteGoodsClass, "listing", g.words, "class", g.sharedClass(col.Classes))
	case Related:
		return note(NoteGoodsRelated, "listing", g.words)
	case Unrelated:
		return note(NoteGoodsUnrelated, "listing", g.words)
	}
	if g.classes != 0 && col.Kind != corpora.Work && col.Classes == 0 {
		return note(NoteGoodsNotOnFile)
	}
	return note(NoteGoodsUnknown)
}
