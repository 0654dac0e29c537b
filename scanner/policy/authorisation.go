package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/market"
)

// The bases of an authorisation.
const (
	BasisOwn          = "own"          // the seller's own right
	BasisLicence      = "licence"      // the holder licenses the seller
	BasisDistribution = "distribution" // the seller belongs to the holder's chain
	BasisResale       = "resale"       // genuine goods, the right in them exhausted
)

// AuthorisationEntry is a document, or a set of them, by which somebody may sell under a right.
type AuthorisationEntry struct {
	ID    string `yaml:"id"`    // required, unique
	Basis string `yaml:"basis"` // required

	Right  string `yaml:"right"`  // id of the right, or
	Mark   string `yaml:"mark"`   // its wording
	Number string `yaml:"number"` // of the registration; "" for any of the holder's

	Licensor string `yaml:"licensor"` // who must be the right's owner; with basis own the user
	Licensee string `yaml:"licensee"`
	Chain    []Step `yaml:"chain"` // from licensor to licensee; none when one document joins them

	Territory []string `yaml:"territory"`  // markets; "EU" covers its members, "*" is everywhere
	Classes   []int    `yaml:"classes"`    // Nice; none with Goods: any class
	Goods     []string `yaml:"goods"`      // words of which the listing's goods must have one
	Channels  []string `yaml:"channels"`   // patterns of the platform; none: any
	SKUs      []string `yaml:"skus"`       // patterns of the listing's id, MPN or GTIN; none: any
	Sellers   []string `yaml:"sellers"`    // accounts, by name or id; one of Sellers and Suppliers is required
	Suppliers []string `yaml:"suppliers"`  // whose goods
	FirstSale []string `yaml:"first_sale"` // with basis resale: markets where the holder first sold the goods

	From string `yaml:"from"` // first day, "" for always
	To   string `yaml:"to"`   // last day, "" for ever

	Documents []Document `yaml:"documents"`
	CheckedBy string     `yaml:"checked_by"` // who looked at the documents; without it nothing is documented
	CheckedOn string     `yaml:"checked_on"`
}

// Step is one link of a chain of supply.
type Step struct {
	From     string `yaml:"from"`
	To       string `yaml:"to"`
	Document string `yaml:"document"`
}

// Document is a file that proves something.
type Document struct {
	File   string `yaml:"file"`   // below the folder of the list
	SHA256 string `yaml:"sha256"` // of its bytes when it was checked, in hex
}

// Authorisations is a checked list. It is immutable after CheckDocuments and safe for concurrent use from then on.
type Authorisations struct {
	entries   []authEntry
	asOf      corpora.Date
	seller    string // of listings that name none
	markets   *market.Table
	suppliers *Suppliers // nil when no list of suppliers is kept
	byRight   map[string][]int
	byMark    map[string][]int

	registered bool // CheckRegister has run
}

type authEntry struct {
	AuthorisationEntry
	from, to corpora.Date
	everyday bool        // no last day
	faults   []string    // what fails whatever the listing: chain, document, checked_by, terms, number, owner, status
	own      []heldRight // with basis own: the live rights of the licensor
}

// AuthContext is what an authorisation is tested against beside the listing.
type AuthContext struct {
	AsOf      corpora.Date
	Seller    string        // --seller: whose listings these are when the feed names nobody
	Markets   *market.Table // required
	Suppliers *Suppliers    // nil when no list is kept
}

// NewAuthorisations checks the entries. What makes an entry unusable as a record is an error: no id, basis, right, account
// or territory, an id used twice, an unknown market, a date that is none. What makes it not act is a warning.
func NewAuthorisations(entries []AuthorisationEntry, c AuthContext) (*Authorisations, []Warning, error) {
	if c.Markets == nil {
		return nil, nil, errors.New("policy: no market profiles to test authorisations against")
	}
	a := &Authorisations{
		asOf: c.AsOf, seller: c.Seller, markets: c.Markets, suppliers: c.Suppliers,
		byRight: map[string][]int{}, byMark: map[string][]int{},
	}
	var warnings []Warning
	var errs []error
	ids := map[string]bool{}
	for i, e := range entries {
		en := authEntry{AuthorisationEntry: e}
		err := en.check()
		if err == nil && ids[e.ID] {
			err = fmt.Errorf("the id %q is used twice", e.ID)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("authorisation %d: %w", i+1, err))
			continue
		}
		ids[e.ID] = true
		warnings = append(warnings, en.inspect(c.AsOf)...)
		at := len(a.entries)
		a.entries = append(a.entries, en)
		if e.Right != "" {
			a.byRight[e.Right] = append(a.byRight[e.Right], at)
		} else {
			key := signKey(e.Mark)
			a.byMark[key] = append(a.byMark[key], at)
		}
	}
	pairs := a.contradictions()
	pairs = append(pairs, a.overlaps(pairs)...)
	warnings = append(warnings, pairs...)
	return a, warnings, errors.Join(errs...)
}

func (e *authEntry) check() (err error) {
	switch {
	case strings.TrimSpace(e.ID) == "":
		return errors.New("an id is needed")
	case !slices.Contains([]string{BasisOwn, BasisLicence, BasisDistribution, BasisResale}, e.Basis):
		return fmt.Errorf("%s: unknown basis %q (one of own, licence, distribution, resale)", e.ID, e.Basis)
	case e.Right == "" && signKey(e.Mark) == "":
		return fmt.Errorf("%s: a right or a mark is needed", e.ID)
	case len(e.Sellers)+len(e.Suppliers) == 0:
		return fmt.Errorf("%s: sellers or suppliers are needed, the accounts that it covers", e.ID)
	case len(e.Territory) == 0:
		return fmt.Errorf("%s: a territory is needed", e.ID)
	}
	e.Territory, e.FirstSale = slices.Clone(e.Territory), slices.Clone(e.FirstSale)
	for _, list := range [][]string{e.Territory, e.FirstSale} {
		for i, s := range list {
			if s == everywhere {
				continue
			}
			m, err := corpora.ParseMarket(s)
			if err != nil {
				return fmt.Errorf("%s: %w", e.ID, err)
			}
			list[i] = string(m)
		}
	}
	if e.from, err = corpora.ParseDate(e.From); err != nil {
		return fmt.Errorf("%s: from: %w", e.ID, err)
	}
	if e.to, err = corpora.ParseDate(e.To); err != nil {
		return fmt.Errorf("%s: to: %w", e.ID, err)
	}
	e.everyday = strings.TrimSpace(e.To) == ""
	if !e.everyday && e.from > e.to {
		return fmt.Errorf("%s: it ends before it begins", e.ID)
	}
	return nil
}

// everywhere is the territory of the whole world.
const everywhere = "*"

// inspect finds what keeps e from acting on any listing.
func (e *authEntry) inspect(asOf corpora.Date) []Warning {
	var warnings []Warning
	warn := func(code string, args ...any) {
		w := Warning{code, map[string]any{"id": e.ID}}
		for i := 0; i+1 < len(args); i += 2 {
			w.Args[args[i].(string)] = args[i+1]
		}
		warnings = append(warnings, w)
	}
	if !e.everyday && asOf > e.to {
		warn(AuthExpired, "to", e.To)
	}
	if asOf < e.from {
		warn(AuthNotYet, "from", e.From)
	}
	if strings.TrimSpace(e.CheckedBy) == "" {
		e.fault(FailCheckedBy)
		warn(AuthUnchecked)
	}
	if strings.TrimSpace(e.Licensor) == "" {
		e.fault(FailOwner)
		warn(AuthNoLicensor)
	}
	if len(e.Documents) == 0 {
		e.fault(FailDocument)
		warn(AuthNoDocument)
	}
	if from, to, broken := e.brokenChain(); broken {
		e.fault(FailChain)
		warn(AuthChainBroken, "from", from, "to", to)
	}
	return warnings
}

func (e *authEntry) fault(field string) {
	if !slices.Contains(e.faults, field) {
		e.faults = append(e.faults, field)
	}
}

// brokenChain returns the first two names between which the chain of supply has no link.
func (e *authEntry) brokenChain() (from, to string, broken bool) {
	if len(e.Chain) == 0 {
		return "", "", false
	}
	at := e.Licensor
	for _, s := range e.Chain {
		if !same(at, s.From) {
			return at, s.From, true
		}
		at = s.To
	}
	if e.Licensee != "" && !same(at, e.Licensee) {
		return at, e.Licensee, true
	}
	return "", "", false
}

// contradictions finds entries that use one document for different accounts, and entries that give the same accounts
// other terms for the same sign by the same document. None of them acts.
func (a *Authorisations) contradictions() []Warning {
	var warnings []Warning
	uses := map[string][]int{} // entries by the hash of a document
	for i := range a.entries {
		e := &a.entries[i]
		for _, d := range e.Documents {
			hash := strings.ToLower(strings.TrimSpace(d.SHA256))
			if hash == "" {
				continue
			}
			for _, j := range uses[hash] {
				o := &a.entries[j]
				switch {
				case i == j:
				case !slices.Equal(e.Sellers, o.Sellers) || !slices.Equal(e.Suppliers, o.Suppliers):
					e.fault(FailDocument)
					o.fault(FailDocument)
					warnings = append(warnings, Warning{DocumentShared, map[string]any{"id": e.ID, "other": o.ID, "file": d.File}})
				case e.Right == o.Right && signKey(e.Mark) == signKey(o.Mark) && !sameTerms(e, o):
					e.fault(FailTerms)
					o.fault(FailTerms)
					warnings = append(warnings, Warning{AuthContradicts, map[string]any{"id": e.ID, "other": o.ID}})
				}
			}
			uses[hash] = append(uses[hash], i)
		}
	}
	return warnings
}

func sameTerms(e, o *authEntry) bool {
	return e.from == o.from && e.to == o.to && slices.Equal(e.Territory, o.Territory) && slices.Equal(e.Classes, o.Classes) &&
		slices.Equal(e.Goods, o.Goods) && e.Basis == o.Basis
}

// Expiring warns about authorisations that end within the given number of days or have ended, soonest first.
func (a *Authorisations) Expiring(days int) []Warning {
	var warnings []Warning
	for i := range a.entries {
		e := &a.entries[i]
		if left := e.to; !e.everyday && left.Days(a.asOf) <= days {
			warnings = append(warnings, Warning{AuthExpiring, map[string]any{"id": e.ID, "to": e.To, "days": left.Days(a.asOf)}})
		}
	}
	slices.SortStableFunc(warnings, func(x, y Warning) int {
		return cmp.Compare(x.Args["days"].(int), y.Args["days"].(int))
	})
	return warnings
}
