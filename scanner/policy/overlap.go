package policy

import (
	"slices"

	"lookalike/corpora"
	"lookalike/matchers/fold"
)

// overlaps finds entries that give one account the same sign at the same time in the same place for the same goods. Where
// they name different holders, or one calls the right the seller's own, neither acts; else both do, and are named, since
// one of them is likely forgotten. Pairs of which said already speaks are left out.
func (a *Authorisations) overlaps(said []Warning) []Warning {
	var warnings []Warning
	spoken := func(e, o *authEntry) bool {
		return slices.ContainsFunc(said, func(w Warning) bool { return w.Args["id"] == e.ID && w.Args["other"] == o.ID })
	}
	bySign := map[string][]int{} // entries by sign and account
	warned := map[[2]int]bool{}
	for i := range a.entries {
		e := &a.entries[i]
		for _, key := range e.accountKeys() {
			for _, j := range bySign[key] {
				o := &a.entries[j]
				if warned[[2]int{j, i}] || i == j || spoken(e, o) || !a.overlap(e, o) {
					continue
				}
				warned[[2]int{j, i}] = true
				code := AuthOverlaps
				if !same(e.Licensor, o.Licensor) || (e.Basis == BasisOwn) != (o.Basis == BasisOwn) {
					code = AuthContradicts
					e.fault(FailTerms)
					o.fault(FailTerms)
				}
				warnings = append(warnings, Warning{code, map[string]any{"id": e.ID, "other": o.ID}})
			}
			bySign[key] = append(bySign[key], i)
		}
	}
	return warnings
}

// accountKeys joins the sign of an entry with each of its accounts.
func (e *authEntry) accountKeys() []string {
	sign := "m\x00" + signKey(e.Mark)
	if e.Right != "" {
		sign = "r\x00" + e.Right
	}
	var keys []string
	for kind, list := range [][]string{e.Sellers, e.Suppliers} {
		for _, name := range list {
			keys = append(keys, sign+"\x00"+string(rune('0'+kind))+fold.Squeeze(name))
		}
	}
	return keys
}

// overlap reports whether two entries may act on the same listing in the same market on the same day.
func (a *Authorisations) overlap(e, o *authEntry) bool {
	if !e.everyday && e.to < o.from || !o.everyday && o.to < e.from {
		return false
	}
	if over := func(d *authEntry) bool { return !d.everyday && a.asOf > d.to }; over(e) || over(o) {
		return false // what has ended clears nothing any more
	}
	return meet(e.Classes, o.Classes) && meet(e.Goods, o.Goods) && meet(e.SKUs, o.SKUs) && meet(e.Channels, o.Channels) &&
		(a.meets(e.Territory, o.Territory) || a.meets(o.Territory, e.Territory))
}

// meet reports whether two lists share something, where an empty list stands for everything.
func meet[T comparable](a, b []T) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(v T) bool { return slices.Contains(b, v) })
}

// meets reports whether some market of list lies in the territory.
func (a *Authorisations) meets(territory, list []string) bool {
	return slices.ContainsFunc(list, func(m string) bool { return a.within(territory, corpora.Market(m)) })
}
