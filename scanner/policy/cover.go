package policy

import (
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/market"
	"lookalike/matchers/fold"
	"lookalike/matchers/judge"
)

// The fields by which an authorisation fails a match, a closed list in the order in which they are written.
const (
	FailTerms     = "terms"      // another entry says otherwise
	FailCheckedBy = "checked_by" // nobody has checked it
	FailDocument  = "document"   // missing, altered, or used for another account
	FailChain     = "chain"      // of supply, broken
	FailFrom      = "from"       // not yet in force
	FailTo        = "to"         // expired
	FailSeller    = "seller"     // the listing's seller is not known
	FailSupplier  = "supplier"   // not known, not on file, or its licence expired
	FailOwner     = "owner"      // the licensor does not own this right
	FailNumber    = "number"     // another registration
	FailStatus    = "status"     // the right is not in force
	FailTerritory = "territory"  // none of the markets
	FailOwnRight  = "own_right"  // no right of the licensor is live in the market
	FailFirstSale = "first_sale" // where the goods were first sold does not exhaust the right in the market
	FailGoods     = "goods"      // other goods or classes
	FailSKU       = "sku"
	FailChannel   = "channel"
)

// FailFields returns the closed list.
func FailFields() []string {
	return []string{
		FailTerms, FailCheckedBy, FailDocument, FailChain, FailFrom, FailTo, FailSeller, FailSupplier, FailOwner, FailNumber,
		FailStatus, FailTerritory, FailOwnRight, FailFirstSale, FailGoods, FailSKU, FailChannel,
	}
}

// signKey is what marks with the same wording have in common.
func signKey(s string) string { return fold.Squeeze(s) }

// of returns the authorisation that covers m, of several the one that ends first, else the one that fails in fewest
// fields, else nil. Where none covers every market in which m is graded, those that cover some act together. An entry for
// accounts that are known not to be the listing's is not looked at.
func (a *Authorisations) of(l *corpora.Listing, m *judge.Match) *judge.Authorisation {
	var best *judge.Authorisation
	var parts []*judge.Authorisation
	for _, list := range [][]int{a.byRight[m.Right.ID], a.byMark[signKey(m.Right.Text)]} {
		for _, i := range list {
			e := &a.entries[i]
			if !a.concerns(e, l) {
				continue
			}
			got := a.test(e, l, m)
			if got.Covers && len(got.Markets) > 0 {
				parts = append(parts, got)
			}
			if best == nil || safer(got, best) {
				best = got
			}
		}
	}
	if len(parts) > 1 && len(best.Markets) > 0 {
		return together(parts, m)
	}
	return best
}

// together joins authorisations that each cover some of the markets of m: all their documents, the days of the one that
// ends first. One that adds no market is left out.
func together(parts []*judge.Authorisation, m *judge.Match) *judge.Authorisation {
	slices.SortStableFunc(parts, func(x, y *judge.Authorisation) int {
		switch {
		case safer(x, y):
			return -1
		case safer(y, x):
			return 1
		}
		return 0
	})
	all := *parts[0]
	all.Markets, all.Review = slices.Clone(all.Markets), nil
	for _, p := range parts[1:] {
		more := slices.DeleteFunc(slices.Clone(p.Markets), func(name string) bool { return slices.Contains(all.Markets, name) })
		if len(more) == 0 {
			continue
		}
		all.ID += " + " + p.ID
		all.Document = strings.Trim(all.Document+"; "+p.Document, "; ")
		all.Markets = append(all.Markets, more...)
		if all.DaysLeft == nil || p.DaysLeft != nil && *p.DaysLeft < *all.DaysLeft {
			all.DaysLeft = p.DaysLeft
		}
	}
	for _, p := range parts {
		for _, name := range p.Review {
			if !slices.Contains(all.Markets, name) && !slices.Contains(all.Review, name) {
				all.Review = append(all.Review, name)
			}
		}
	}
	asked := 0
	for _, grade := range m.Grades {
		if grade != "" {
			asked++
		}
	}
	slices.Sort(all.Markets)
	if len(all.Markets) == asked {
		all.Markets = []string{} // everywhere
	}
	return &all
}

// safer reports whether x is the one to name beside y: it covers and y does not, both cover and x covers every market or
// else ends first, or neither does and x lacks less.
func safer(x, y *judge.Authorisation) bool {
	switch {
	case x.Covers != y.Covers:
		return x.Covers
	case !x.Covers:
		return len(x.Fails) < len(y.Fails)
	case (len(x.Markets) == 0) != (len(y.Markets) == 0):
		return len(x.Markets) == 0
	case x.DaysLeft == nil || y.DaysLeft == nil:
		return x.DaysLeft != nil && y.DaysLeft == nil
	}
	return *x.DaysLeft < *y.DaysLeft
}

// concerns reports whether the listing may be of the entry's accounts: none of them is known to be another.
func (a *Authorisations) concerns(e *authEntry, l *corpora.Listing) bool {
	if name := a.sellerOf(l); len(e.Sellers) > 0 && name != "" && !named(e.Sellers, name) && !named(e.Sellers, l.SellerID) {
		return false
	}
	return len(e.Suppliers) == 0 || l.Supplier == "" || named(e.Suppliers, l.Supplier)
}

// sellerOf returns who sells the listing, "" when nobody says.
func (a *Authorisations) sellerOf(l *corpora.Listing) string {
	for _, name := range []string{l.Seller, l.SellerID, a.seller} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return ""
}

// test holds one entry against one match.
func (a *Authorisations) test(e *authEntry, l *corpora.Listing, m *judge.Match) *judge.Authorisation {
	out := &judge.Authorisation{ID: e.ID, Basis: e.Basis, Fails: []string{}, Markets: []string{}}
	if len(e.Documents) > 0 {
		out.Document = e.Documents[0].File
	}
	if !e.everyday {
		out.DaysLeft = new(e.to.Days(a.asOf))
	}
	fails := map[string]bool{}
	for _, f := range e.faults {
		fails[f] = true
	}
	fails[FailFrom] = a.asOf < e.from
	fails[FailTo] = !e.everyday && a.asOf > e.to
	fails[FailSeller] = len(e.Sellers) > 0 && a.sellerOf(l) == ""
	fails[FailSupplier] = len(e.Suppliers) > 0 && !a.supplied(l)
	fails[FailOwner] = !same(e.Licensor, m.Right.Owner)
	fails[FailNumber] = e.Number != "" && !hasNumber(m, e.Number)
	fails[FailStatus] = !slices.Contains([]string{"live", "grace", "unverified"}, m.Right.Status)
	fails[FailGoods] = !e.coversGoods(m)
	fails[FailSKU] = len(e.SKUs) > 0 && !oneOf(e.SKUs, l.ID) && !oneOf(e.SKUs, l.MPN) && !oneOf(e.SKUs, l.GTIN)
	fails[FailChannel] = len(e.Channels) > 0 && !oneOf(e.Channels, l.Platform)

	asked, inside, shown := 0, []string{}, []string{}
	for name, grade := range m.Grades {
		if grade == "" {
			continue
		}
		asked++
		if !a.within(e.Territory, corpora.Market(name)) {
			continue
		}
		inside = append(inside, name)
		if a.entitles(e, m, corpora.Market(name)) {
			shown = append(shown, name)
		}
	}
	fails[FailTerritory] = len(inside) == 0
	if len(inside) > 0 && len(shown) == 0 {
		fails[FailOwnRight], fails[FailFirstSale] = e.Basis == BasisOwn, e.Basis == BasisResale
	}
	for _, f := range FailFields() {
		if fails[f] {
			out.Fails = append(out.Fails, f)
		}
	}
	if out.Covers = len(out.Fails) == 0; out.Covers && len(shown) < asked {
		slices.Sort(shown)
		out.Markets = shown
	}
	// Genuine goods by their documents, and only the place of first sale does not open this market: a person looks.
	if e.Basis == BasisResale && (out.Covers || slices.Equal(out.Fails, []string{FailFirstSale})) {
		out.Review = slices.DeleteFunc(inside, func(name string) bool { return slices.Contains(shown, name) })
	}
	return out
}

// entitles reports whether the basis of an entry holds in market m: an own right is live there, or the first sale exhausts
// the right there. A licence or a contract of distribution holds wherever its territory lies.
func (a *Authorisations) entitles(e *authEntry, match *judge.Match, m corpora.Market) bool {
	switch e.Basis {
	case BasisResale:
		return a.exhausts(e.FirstSale, m)
	case BasisOwn:
		if a.registered {
			return e.holds(m, a.markets)
		}
		counts, national := a.markets.Counts(match.Right.Office, marketList(match.Right.Markets), m)
		return counts && !national && (match.Right.Status == corpora.Live.String() || match.Right.Status == corpora.Grace.String())
	}
	return true
}

func marketList(names []string) []corpora.Market {
	out := make([]corpora.Market, len(names))
	for i, n := range names {
		out[i] = corpora.Market(n)
	}
	return out
}

// supplied reports whether the listing's supplier is known and, where a list of suppliers is kept, on file in force.
func (a *Authorisations) supplied(l *corpora.Listing) bool {
	if strings.TrimSpace(l.Supplier) == "" {
		return false
	}
	return a.suppliers == nil || a.suppliers.Status(l.Supplier, a.asOf) == SupplierOnFile
}

func hasNumber(m *judge.Match, number string) bool {
	return same(m.Right.Number, number) || slices.ContainsFunc(m.Right.Others, func(o judge.Other) bool { return same(o.Number, number) })
}

// coversGoods reports whether the listing's goods are within the entry's. Unknown goods are only where neither classes nor
// words are given.
func (e *authEntry) coversGoods(m *judge.Match) bool {
	if len(e.Classes) == 0 && len(e.Goods) == 0 {
		return true
	}
	if len(m.Goods.Classes) > 0 && slices.Contains(e.Classes, m.Goods.Classes[0]) {
		return true
	}
	words := " " + fold.Key(m.Goods.Listing) + " "
	return slices.ContainsFunc(e.Goods, func(g string) bool {
		key := fold.Key(g)
		return key != "" && strings.Contains(words, " "+key+" ")
	})
}

// within reports whether market m lies in the territory.
func (a *Authorisations) within(territory []string, m corpora.Market) bool {
	if country, ok := m.Origin(); ok {
		m = country
	}
	return slices.ContainsFunc(territory, func(t string) bool {
		return t == everywhere || corpora.Market(t) == m || t == string(corpora.EU) && a.markets.InEU(m)
	})
}

// exhausts reports whether goods that the holder first sold in one of the places may be resold in market m, by the first
// word of the profile's rule: national and conditional rules ask for a first sale in m itself, regional ones for one in
// the European Economic Area or m, international ones for any. Where the rule is not settled or not known, m itself.
func (a *Authorisations) exhausts(places []string, m corpora.Market) bool {
	if len(places) == 0 {
		return false
	}
	if slices.Contains(places, string(m)) {
		return true
	}
	profile, ok := a.markets.Profile(m)
	if !ok {
		return false
	}
	line, ok := profile.Line(market.FieldExhaustion)
	if !ok {
		return false
	}
	rule := strings.ToLower(line.Value)
	switch {
	case strings.HasPrefix(rule, "regional"):
		return slices.ContainsFunc(places, func(p string) bool {
			return p == string(corpora.EU) || slices.Contains(economicArea, p) || a.markets.InEU(corpora.Market(p))
		})
	case strings.HasPrefix(rule, "international") && !strings.Contains(rule, "conditional"):
		return true
	}
	return false
}

// economicArea are the members of the European Economic Area beside those of the European Union (EEA Agreement, 1994).
var economicArea = []string{"IS", "LI", "NO"}
