package policy

import (
	"slices"

	"lookalike/corpora"
)

// Record is one authorisation with what is known of it whatever the listing.
type Record struct {
	Entry    AuthorisationEntry
	DaysLeft *int     // nil without a last day, negative when it has ended
	Fails    []string // fields that keep it from acting on any listing; none: it acts
}

// Records returns the entries in their order.
func (a *Authorisations) Records() []Record {
	out := make([]Record, len(a.entries))
	for i := range a.entries {
		e := &a.entries[i]
		r := Record{Entry: e.AuthorisationEntry, Fails: []string{}}
		if !e.everyday {
			r.DaysLeft = new(e.to.Days(a.asOf))
		}
		for _, f := range FailFields() {
			switch {
			case f == FailFrom && a.asOf < e.from, f == FailTo && !e.everyday && a.asOf > e.to, slices.Contains(e.faults, f),
				f == FailOwnRight && e.Basis == BasisOwn && a.registered && len(e.own) == 0:
				r.Fails = append(r.Fails, f)
			}
		}
		out[i] = r
	}
	return out
}

// About returns the warnings that name an entry, as the one that they are about or as the other.
func About(warnings []Warning, id string) []Warning {
	var out []Warning
	for _, w := range warnings {
		if w.Args["id"] == id || w.Args["other"] == id {
			out = append(out, w)
		}
	}
	return out
}

// Gap is a market in which an own mark is sold without an own right that covers it.
type Gap struct {
	Mark     string         `json:"mark"`
	Market   corpora.Market `json:"market"`
	Kind     GapKind        `json:"kind"`
	Class    int            `json:"class"`    // of the goods, 0 when they are not known
	Listings int            `json:"listings"` // of the feed
	Example  string         `json:"example"`  // where the first of them stands
}

// GapKind says what is missing.
type GapKind string

// The kinds of gaps, the gravest first.
const (
	GapRight    GapKind = "right"    // no own right is in force in the market
	GapClass    GapKind = "class"    // none that is names the class of the goods
	GapRecordal GapKind = "recordal" // it is not recorded with customs there, as it is elsewhere
)
