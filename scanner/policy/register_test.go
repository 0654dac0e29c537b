package policy

import (
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// lumtrex covers the match of newWorld's corpus on the listings of Shop One.
func lumtrex() AuthorisationEntry {
	e := licence()
	e.Mark, e.Licensor, e.Territory, e.Classes = "Lumtrex", "Lumtrex Ltd.", []string{"*"}, nil
	return e
}

// TestCheckRegister holds entries against a corpus with one live right, US 97000001 of Lumtrex Ltd.
func TestCheckRegister(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		edit  func(*AuthorisationEntry)
		own   string // rows of own.csv
		codes []string
		fails []string // none: it acts
	}{
		"no number":      {edit: func(e *AuthorisationEntry) {}},
		"number":         {edit: func(e *AuthorisationEntry) { e.Number = "97-000-001" }},
		"no such number": {edit: func(e *AuthorisationEntry) { e.Number = "1" }, codes: []string{AuthNumberMissing}, fails: []string{FailNumber}},
		"number of another mark": {edit: func(e *AuthorisationEntry) { e.Mark, e.Number = "Otherword", "97000001" },
			codes: []string{AuthNumberOther}, fails: []string{FailNumber}},
		"another licensor":     {edit: func(e *AuthorisationEntry) { e.Licensor = "Somebody" }, codes: []string{AuthOwner}, fails: []string{FailOwner}},
		"licensor and number":  {edit: func(e *AuthorisationEntry) { e.Licensor, e.Number = "Somebody", "97000001" }, codes: []string{AuthOwner}, fails: []string{FailOwner}},
		"no such mark":         {edit: func(e *AuthorisationEntry) { e.Mark = "Otherword" }, codes: []string{AuthMarkMissing}},
		"by right":             {edit: func(e *AuthorisationEntry) { e.Mark, e.Right = "", "us-1" }},
		"own":                  {edit: func(e *AuthorisationEntry) { e.Basis, e.Territory = BasisOwn, []string{"US"} }},
		"own, a gap":           {edit: func(e *AuthorisationEntry) { e.Basis = BasisOwn }, codes: []string{AuthOwnGap}},
		"own of the user's":    {edit: func(e *AuthorisationEntry) { e.Basis = BasisOwn }, own: "LUMTREX,Lumtrex Ltd,EM,1,live,2030-01-01\n"},
		"own of one state":     {edit: func(e *AuthorisationEntry) { e.Basis = BasisOwn }, own: "LUMTREX,Lumtrex Ltd,FR,1,live,2030-01-01\n", codes: []string{AuthOwnGap}},
		"own, expired":         {edit: func(e *AuthorisationEntry) { e.Basis = BasisOwn }, own: "LUMTREX,Lumtrex Ltd,EM,1,live,2025-01-01\n", codes: []string{AuthOwnGap}},
		"own of somebody else": {edit: func(e *AuthorisationEntry) { e.Basis = BasisOwn }, own: "LUMTREX,Somebody,EM,1,live,\n", codes: []string{AuthOwnGap}},
		"own, no right at all": {edit: func(e *AuthorisationEntry) { e.Basis, e.Mark = BasisOwn, "Otherword" }, codes: []string{AuthMarkMissing, AuthOwnGap, AuthOwnGap}, fails: []string{FailOwnRight}},
		"resale within the EEA": {edit: func(e *AuthorisationEntry) {
			e.Basis, e.FirstSale, e.Territory = BasisResale, []string{"NO"}, []string{"EU"}
		}},
		"resale from outside": {edit: func(e *AuthorisationEntry) {
			e.Basis, e.FirstSale, e.Territory = BasisResale, []string{"CN"}, []string{"EU"}
		}, codes: []string{AuthFirstSale}},
	} {
		t.Run(name, func(t *testing.T) {
			e := lumtrex()
			c.edit(&e)
			a, warnings, err := NewAuthorisations([]AuthorisationEntry{e}, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
			if err != nil || len(warnings) > 0 {
				t.Fatal(err, warnings)
			}
			var own *Own
			if c.own != "" {
				if own, err = ReadOwn(strings.NewReader("mark,owner,office,number,status,expires\n" + c.own)); err != nil {
					t.Fatal(err)
				}
			}
			warnings, err = a.CheckRegister([]*matchers.Corpus{w.corpus}, own, []corpora.Market{"US", "DE"})
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, w := range warnings {
				codes = append(codes, w.Code)
			}
			if !slices.Equal(codes, c.codes) {
				t.Errorf("warnings %v, want %q", warnings, c.codes)
			}
			if r := a.Records()[0]; !slices.Equal(r.Fails, c.fails) {
				t.Errorf("fails %q, want %q", r.Fails, c.fails)
			}
		})
	}
}

// TestOwnRightActsWhereItIsLive: an own right in one market clears the match there and nowhere else.
func TestOwnRightActsWhereItIsLive(t *testing.T) {
	w := newWorld(t)
	e := lumtrex()
	e.Basis = BasisOwn
	a, _, err := NewAuthorisations([]AuthorisationEntry{e}, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.CheckRegister([]*matchers.Corpus{w.corpus}, nil, nil); err != nil {
		t.Fatal(err)
	}
	m := nike()
	m.Right.Text, m.Right.Owner, m.Right.Status, m.Right.Office = "LUMTREX", "Lumtrex Ltd", "unverified", ""
	l := &corpora.Listing{Seller: "Shop One"}
	if got := a.of(l, &m); !got.Covers || !slices.Equal(got.Markets, []string{"US"}) {
		t.Errorf("%+v", got)
	}
	delete(m.Grades, "US")
	if got := a.of(l, &m); got.Covers || !slices.Equal(got.Fails, []string{FailOwnRight}) {
		t.Errorf("where no own right is live: %+v", got)
	}
	m.Right.Owner = "Somebody Else"
	if got := a.of(l, &m); got.Covers || !slices.Contains(got.Fails, FailOwner) {
		t.Errorf("the right of somebody else: %+v", got)
	}
}

// TestResaleAsksForAPerson: documents that show genuine goods and not the place of first sale turn a stop into a review,
// and the match keeps counting.
func TestResaleAsksForAPerson(t *testing.T) {
	w := newWorld(t)
	e := lumtrex()
	e.Basis, e.FirstSale = BasisResale, []string{"CN"}
	a, _, err := NewAuthorisations([]AuthorisationEntry{e}, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
	if err != nil {
		t.Fatal(err)
	}
	got, st := w.scan(t, &Policy{Authorisations: a})
	if m := got[0].Matches[0]; m.Authorised.Covers || got[0].Gates["US"] != judge.Review || got[0].Grade == nil || *got[0].Grade != judge.Critical {
		t.Errorf("%+v, gates %v", m.Authorised, got[0].Gates)
	}
	if got[1].Gates["US"] != judge.Block || st.Failing != 2 {
		t.Errorf("another seller: %v, %d failing", got[1].Gates, st.Failing)
	}
	e.CheckedBy = ""
	if a, _, err = NewAuthorisations([]AuthorisationEntry{e}, AuthContext{AsOf: asOf(t), Markets: profiles(t)}); err != nil {
		t.Fatal(err)
	}
	if got, _ := w.scan(t, &Policy{Authorisations: a}); got[0].Gates["US"] != judge.Block {
		t.Errorf("unchecked documents: gates %v", got[0].Gates)
	}
}
