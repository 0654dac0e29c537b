package judge

import (
	"cmp"
	"slices"

	"lookalike/corpora/words"
	"lookalike/matchers"
)

// sameMaker reports whether a right of both signs has one owner.
func sameMaker(a, b *reading) bool {
	if a.index != b.index {
		return a.sign.key == b.sign.key
	}
	return slices.ContainsFunc(a.sign.owners, func(o uint32) bool {
		_, ok := slices.BinarySearch(b.sign.owners, o)
		return ok
	})
}

// silence marks the readings that a longer or better one explains, and those that the declared brand's own words hold.
func (p *page) silence(rs []*reading) {
	for _, f := range p.fields {
		list := p.oneField[:0]
		for _, r := range rs {
			if r.f == f {
				list = append(list, r)
			}
		}
		p.silenceField(list)
		p.oneField = list
	}
	// A chain of readings points at its end.
	for _, r := range rs {
		for n := 0; r.silencedBy != nil && r.silencedBy.silencedBy != nil && n < len(rs); n++ {
			r.silencedBy = r.silencedBy.silencedBy
		}
		if r.silencedBy == nil && r.text() && p.insideBrand(r) {
			r.byBrand = true
		}
	}
}

// silenceField looks, for every reading of a field, at those that overlap it.
func (p *page) silenceField(list []*reading) {
	if len(list) < 2 {
		return
	}
	slices.SortStableFunc(list, func(a, b *reading) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(b.quality(), a.quality()))
	})
	longest := 0
	for _, r := range list {
		longest = max(longest, r.to-r.from)
	}
	first := 0
	for _, r := range list {
		for list[first].from+longest <= r.from {
			first++
		}
		for _, by := range list[first:] {
			if by.from >= r.to {
				break
			}
			if by != r && p.explains(by, r) && (r.silencedBy == nil || by.to-by.from > r.silencedBy.to-r.silencedBy.from) {
				r.silencedBy = by
			}
		}
	}
}

// explains reports whether reading by accounts for the span of r better than r does.
func (p *page) explains(by, r *reading) bool {
	if by.to <= r.from || r.to <= by.from {
		return false
	}
	if r.alike() && by.sign.id == r.sign.id && by.index == r.index && !by.alike() {
		return true // the place of the sign itself says more than a likeness of all words together
	}
	if !by.exact() || !p.live(by) {
		return false
	}
	holds := by.from <= r.from && r.to <= by.to
	longer := by.to-by.from > r.to-r.from
	switch {
	case holds && longer:
		return by.quality() >= r.quality() || by.quality() >= 3
	case by.from == r.from && by.to == r.to:
		// Another owner's exact sign explains a near one, but for signs that somebody watches.
		return !r.exact() && (r.sign.best&(matchers.FlagFamous|matchers.FlagOwn|matchers.FlagWatched) == 0 || sameMaker(by, r))
	case r.from <= by.from && by.to <= r.to:
		return !r.exact() && 2*(by.to-by.from) >= r.to-r.from && !(by.sign.power.common && !r.sign.power.common)
	}
	return !r.exact() && by.length() > r.length()
}

// insideBrand reports whether a reading is a weak mark inside the words of the declared brand, there or where the listing
// repeats them: BLACK in Black & Decker. A mark that the brand equals or resembles is none.
func (p *page) insideBrand(r *reading) bool {
	b := p.field(matchers.Brand, 0)
	if p.brand == "" || len(b.tokens) < 2 || !(r.sign.power.ordinary || r.sign.power.short || r.sign.power.common) ||
		r.sign.best&(matchers.FlagFamous|matchers.FlagOwn|matchers.FlagWatched) != 0 {
		return false
	}
	at := -1
	if r.f == b {
		at = 0
	} else {
		for i := max(0, r.to-len(b.tokens)); i <= r.from && at < 0; i++ {
			if r.f.index(b.tokens, i, i+len(b.tokens)) == i {
				at = i
			}
		}
	}
	if at < 0 || r.to-r.from >= len(b.tokens) {
		return false
	}
	// What is left of the brand must itself be a name, and not a word such as store or official.
	rest, restLength := false, 0
	for i := range b.tokens {
		if r.from <= at+i && at+i < r.to {
			continue
		}
		d := p.dictionaries(b, i)
		if !p.in(b, listShop, i) && d&words.Common == 0 {
			rest = true
		}
		restLength += len([]rune(b.tokens[i]))
	}
	return rest && restLength >= 3
}
