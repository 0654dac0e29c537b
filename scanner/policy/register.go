package policy

import (
	"fmt"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/market"
	"lookalike/matchers"
)

// heldRight is a right as far as an authorisation is tested against it.
type heldRight struct {
	id, text, owner, office, number string
	markets                         []corpora.Market
	status                          corpora.Status // on the day of the scan
}

// statusOn returns a status on a day: a live right that expired is in grace for as long as its office renews, and dead
// afterwards.
func statusOn(s corpora.Status, expires corpora.Date, office string, asOf corpora.Date, t *market.Table) corpora.Status {
	if s != corpora.Live && s != corpora.Grace && s != corpora.StatusUnknown || expires == 0 || asOf <= expires {
		return s
	}
	end := expires.Time().AddDate(0, t.GraceMonths(office), 0)
	if asOf > corpora.DateOf(end) {
		return corpora.Dead
	}
	if s == corpora.StatusUnknown {
		return s
	}
	return corpora.Grace
}

// live reports whether a register says that the right is in force.
func (r *heldRight) live() bool { return r.status == corpora.Live || r.status == corpora.Grace }

// inForce is live, or an entry of a brand list, which is screened like a live right.
func (r *heldRight) inForce() bool { return r.live() || r.status == corpora.Unverified }

// CheckRegister holds the entries against the rights of the opened corpora, and of the user's own list, which may be nil:
// whether the number is found, belongs to the mark and to the licensor and is in force, and in which of the markets an
// entry of basis own has a right of its own. What does not hold is warned about and keeps the entry from acting. Every
// right is read once. The error says that a corpus could not be read.
func (a *Authorisations) CheckRegister(cs []*matchers.Corpus, own *Own, markets []corpora.Market) ([]Warning, error) {
	found, err := a.collect(cs)
	if err != nil {
		return nil, err
	}
	a.registered = true
	var warnings []Warning
	for i := range a.entries {
		e := &a.entries[i]
		warnings = append(warnings, e.checkNumber(found[i])...)
		if e.Basis == BasisResale {
			for _, m := range markets {
				if a.within(e.Territory, m) && !a.exhausts(e.FirstSale, m) {
					warnings = append(warnings, Warning{AuthFirstSale, map[string]any{"id": e.ID, "market": string(m), "places": e.FirstSale}})
				}
			}
		}
		if e.Basis != BasisOwn {
			continue
		}
		e.own = ownRights(e, found[i], own, a.asOf, a.markets)
		for _, m := range markets {
			if a.within(e.Territory, m) && !e.holds(m, a.markets) {
				warnings = append(warnings, Warning{AuthOwnGap, map[string]any{"id": e.ID, "mark": e.title(), "market": string(m)}})
			}
		}
	}
	return warnings, nil
}

// collect returns, per entry, the rights that it may mean: those of its id, of its wording, and of its number.
func (a *Authorisations) collect(cs []*matchers.Corpus) ([][]heldRight, error) {
	found := make([][]heldRight, len(a.entries))
	byNumber := map[string][]int{}
	for i := range a.entries {
		if n := signKey(a.entries[i].Number); n != "" {
			byNumber[n] = append(byNumber[n], i)
		}
	}
	for _, c := range cs {
		for row := range uint32(c.NumRights()) {
			r, err := c.Right(row)
			if err != nil {
				return nil, fmt.Errorf("testing authorisations against %s: %w", c.Info().Name, err)
			}
			var at []int
			for _, list := range [][]int{a.byRight[r.ID], a.byMark[signKey(r.Text)], byNumber[signKey(r.Number)]} {
				for _, i := range list {
					if !slices.Contains(at, i) {
						at = append(at, i)
					}
				}
			}
			for _, i := range at {
				found[i] = append(found[i], heldRight{
					id: r.ID, text: r.Text, owner: r.Owner, office: r.Office, number: r.Number, markets: r.Markets,
					status: statusOn(r.Status, r.Expires, r.Office, a.asOf, a.markets),
				})
			}
		}
	}
	return found, nil
}

// means reports whether r is the sign that the entry is about.
func (e *authEntry) means(r *heldRight) bool {
	if e.Right != "" {
		return e.Right == r.id
	}
	return same(e.Mark, r.text)
}

// unowned reports whether the entry names no owner at all.
func (e *authEntry) unowned() bool { return strings.TrimSpace(e.Licensor) == "" }

// title names what the entry is about.
func (e *AuthorisationEntry) title() string {
	if strings.TrimSpace(e.Mark) != "" {
		return e.Mark
	}
	return e.Right
}

// checkNumber warns about what the rights found contradict in the entry, and faults it.
func (e *authEntry) checkNumber(found []heldRight) []Warning {
	warn := func(fail, code string, args ...any) []Warning {
		if fail != "" {
			e.fault(fail)
		}
		w := Warning{code, map[string]any{"id": e.ID}}
		for i := 0; i+1 < len(args); i += 2 {
			w.Args[args[i].(string)] = args[i+1]
		}
		return []Warning{w}
	}
	if e.Number == "" {
		signs := slices.DeleteFunc(slices.Clone(found), func(r heldRight) bool { return !e.means(&r) })
		switch {
		case len(signs) == 0:
			return warn("", AuthMarkMissing, "mark", e.title())
		case e.unowned(): // said already
		case !slices.ContainsFunc(signs, func(r heldRight) bool { return same(e.Licensor, r.owner) }):
			return warn(FailOwner, AuthOwner, "mark", e.title(), "licensor", e.Licensor, "owner", signs[0].owner)
		}
		return nil
	}
	numbered := slices.DeleteFunc(slices.Clone(found), func(r heldRight) bool { return !same(e.Number, r.number) })
	if len(numbered) == 0 {
		return warn(FailNumber, AuthNumberMissing, "number", e.Number)
	}
	signs := slices.DeleteFunc(slices.Clone(numbered), func(r heldRight) bool { return !e.means(&r) })
	if len(signs) == 0 {
		return warn(FailNumber, AuthNumberOther, "number", e.Number, "mark", numbered[0].text)
	}
	owned := slices.DeleteFunc(slices.Clone(signs), func(r heldRight) bool { return !same(e.Licensor, r.owner) })
	if len(owned) == 0 && e.unowned() {
		return nil
	}
	if len(owned) == 0 {
		return warn(FailOwner, AuthOwner, "mark", e.title(), "licensor", e.Licensor, "owner", signs[0].owner)
	}
	if !slices.ContainsFunc(owned, func(r heldRight) bool { return r.inForce() }) {
		return warn(FailStatus, AuthNumberDead, "number", e.Number, "status", owned[0].status.String())
	}
	return nil
}

// ownRights returns the live rights of the licensor to the sign: those of the corpora and of the list of own rights.
func ownRights(e *authEntry, found []heldRight, own *Own, asOf corpora.Date, t *market.Table) []heldRight {
	var held []heldRight
	for _, r := range found {
		if e.means(&r) && r.live() && same(e.Licensor, r.owner) {
			held = append(held, r)
		}
	}
	if own == nil {
		return held
	}
	texts := []string{e.Mark}
	for _, r := range found {
		if e.means(&r) {
			texts = append(texts, r.text)
		}
	}
	for _, o := range own.rights {
		r := heldRight{text: o.Mark, owner: o.Owner, office: o.Office, number: o.Number, markets: o.Markets, status: statusOn(o.Status, o.Expires, o.Office, asOf, t)}
		if r.live() && named(texts, o.Mark) && (o.Owner == "" || same(e.Licensor, o.Owner)) {
			held = append(held, r)
		}
	}
	return held
}

// holds reports whether a right of the entry's own is live in market m. A right of one member state alone does not hold in
// the market EU.
func (e *authEntry) holds(m corpora.Market, t *market.Table) bool {
	return slices.ContainsFunc(e.own, func(r heldRight) bool {
		counts, national := t.Counts(r.office, r.markets, m)
		return counts && !national
	})
}
