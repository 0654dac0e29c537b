package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/market"
	"lookalike/matchers/judge"
)

func profiles(t testing.TB) *market.Table {
	t.Helper()
	table, err := market.Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// licence covers nike() on the listings of Shop One.
func licence() AuthorisationEntry {
	return AuthorisationEntry{
		ID: "A1", Basis: BasisLicence, Mark: "Nike", Licensor: "Nike Inc", Licensee: "Shop One Ltd", Territory: []string{"US", "EU"},
		Classes: []int{25}, Sellers: []string{"Shop One"}, From: "2026-01-01", To: "2026-12-31",
		Documents: []Document{{File: "licence.pdf", SHA256: "00"}}, CheckedBy: "A. Person",
	}
}

func TestAuthorisation(t *testing.T) {
	suppliers, err := ReadSuppliers(strings.NewReader("name,registration,licence_until\nGood Factory,91310000,2027-01-01\nOld Factory,91310001,2026-01-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	shop := corpora.Listing{ID: "SKU-1", Seller: "shop one", Supplier: "Good Factory", Platform: "amazon.com"}
	type edit struct {
		entry   func(*AuthorisationEntry)
		listing func(*corpora.Listing)
		match   func(*judge.Match)
		seller  string
	}
	for name, c := range map[string]struct {
		edit
		fails   []string // nil: it covers
		absent  bool     // it does not concern the listing at all
		markets []string // where it covers, when not everywhere
	}{
		"covers":              {},
		"by right":            {edit: edit{entry: func(e *AuthorisationEntry) { e.Mark, e.Right = "", "us-1" }}},
		"another right":       {edit: edit{entry: func(e *AuthorisationEntry) { e.Mark, e.Right = "", "us-7" }}, absent: true},
		"number":              {edit: edit{entry: func(e *AuthorisationEntry) { e.Number = "97123456" }}},
		"number of another":   {edit: edit{entry: func(e *AuthorisationEntry) { e.Number = "97999999" }}},
		"unknown number":      {edit: edit{entry: func(e *AuthorisationEntry) { e.Number = "1" }}, fails: []string{FailNumber}},
		"another seller":      {edit: edit{listing: func(l *corpora.Listing) { l.Seller = "Shop Two" }}, absent: true},
		"seller by id":        {edit: edit{listing: func(l *corpora.Listing) { l.Seller, l.SellerID = "Shop 1", "shop one" }}},
		"no seller":           {edit: edit{listing: func(l *corpora.Listing) { l.Seller = "" }}, fails: []string{FailSeller}},
		"seller by flag":      {edit: edit{listing: func(l *corpora.Listing) { l.Seller = "" }, seller: "Shop One"}},
		"other seller's flag": {edit: edit{listing: func(l *corpora.Listing) { l.Seller = "" }, seller: "Shop Two"}, absent: true},
		"feed before flag":    {edit: edit{listing: func(l *corpora.Listing) { l.Seller = "Shop Two" }, seller: "Shop One"}, absent: true},
		"supplier on file":    {edit: edit{entry: bySupplier("Good Factory")}},
		"supplier expired":    {edit: edit{entry: bySupplier("Old Factory"), listing: func(l *corpora.Listing) { l.Supplier = "Old Factory" }}, fails: []string{FailSupplier}},
		"supplier missing":    {edit: edit{entry: bySupplier("New Factory"), listing: func(l *corpora.Listing) { l.Supplier = "New Factory" }}, fails: []string{FailSupplier}},
		"no supplier":         {edit: edit{entry: bySupplier("Good Factory"), listing: func(l *corpora.Listing) { l.Supplier = "" }}, fails: []string{FailSupplier}},
		"another supplier":    {edit: edit{entry: bySupplier("Old Factory")}, absent: true},
		"expired":             {edit: edit{entry: func(e *AuthorisationEntry) { e.To = "2026-06-14" }}, fails: []string{FailTo}},
		"last day":            {edit: edit{entry: func(e *AuthorisationEntry) { e.To = day }}},
		"not yet":             {edit: edit{entry: func(e *AuthorisationEntry) { e.From = "2026-06-16" }}, fails: []string{FailFrom}},
		"no dates":            {edit: edit{entry: func(e *AuthorisationEntry) { e.From, e.To = "", "" }}},
		"unchecked":           {edit: edit{entry: func(e *AuthorisationEntry) { e.CheckedBy = "" }}, fails: []string{FailCheckedBy}},
		"no document":         {edit: edit{entry: func(e *AuthorisationEntry) { e.Documents = nil }}, fails: []string{FailDocument}},
		"another owner":       {edit: edit{match: func(m *judge.Match) { m.Right.Owner = "Somebody Else" }}, fails: []string{FailOwner}},
		"unknown owner":       {edit: edit{match: func(m *judge.Match) { m.Right.Owner = "" }}, fails: []string{FailOwner}},
		"pending right":       {edit: edit{match: func(m *judge.Match) { m.Right.Status = "pending" }}, fails: []string{FailStatus}},
		"other goods":         {edit: edit{match: func(m *judge.Match) { m.Goods.Classes = []int{28, 25} }}, fails: []string{FailGoods}},
		"unknown goods":       {edit: edit{match: func(m *judge.Match) { m.Goods = judge.GoodsRef{} }}, fails: []string{FailGoods}},
		"goods by word":       {edit: edit{entry: func(e *AuthorisationEntry) { e.Classes, e.Goods = nil, []string{"Running Shoes"} }}},
		"part of a word":      {edit: edit{entry: func(e *AuthorisationEntry) { e.Classes, e.Goods = nil, []string{"shoe"} }}, fails: []string{FailGoods}},
		"sku":                 {edit: edit{entry: func(e *AuthorisationEntry) { e.SKUs = []string{"SKU-*"} }}},
		"another sku":         {edit: edit{entry: func(e *AuthorisationEntry) { e.SKUs = []string{"ART-*"} }}, fails: []string{FailSKU}},
		"channel":             {edit: edit{entry: func(e *AuthorisationEntry) { e.Channels = []string{"amazon*"} }}},
		"other channel":       {edit: edit{entry: func(e *AuthorisationEntry) { e.Channels = []string{"ebay"} }}, fails: []string{FailChannel}},
		"no territory":        {edit: edit{entry: func(e *AuthorisationEntry) { e.Territory = []string{"JP"} }}, fails: []string{FailTerritory}},
		"half territory":      {edit: edit{entry: func(e *AuthorisationEntry) { e.Territory = []string{"us"} }}, markets: []string{"US"}},
		"the world":           {edit: edit{entry: func(e *AuthorisationEntry) { e.Territory = []string{"*"} }}},
		"chain": {edit: edit{entry: func(e *AuthorisationEntry) {
			e.Chain = []Step{{From: "Nike, Inc.", To: "Wholesale"}, {From: "WHOLESALE", To: "Shop One Ltd."}}
		}}},
		"chain with a gap": {edit: edit{entry: func(e *AuthorisationEntry) {
			e.Chain = []Step{{From: "Nike, Inc.", To: "Wholesale"}, {From: "Retail", To: "Shop One Ltd"}}
		}}, fails: []string{FailChain}},
		"chain to another":   {edit: edit{entry: func(e *AuthorisationEntry) { e.Chain = []Step{{From: "Nike, Inc.", To: "Wholesale"}} }}, fails: []string{FailChain}},
		"resale, no place":   {edit: edit{entry: resale()}, fails: []string{FailFirstSale}},
		"resale from the EU": {edit: edit{entry: resale("FR")}, markets: []string{"DE"}},
		"resale from Norway": {edit: edit{entry: resale("NO")}, markets: []string{"DE"}},
		"resale in each":     {edit: edit{entry: resale("US", "DE")}},
		"resale from Japan":  {edit: edit{entry: resale("JP")}, fails: []string{FailFirstSale}},
		"two faults":         {edit: edit{entry: func(e *AuthorisationEntry) { e.CheckedBy, e.To = "", "2026-02-01" }}, fails: []string{FailCheckedBy, FailTo}},
	} {
		t.Run(name, func(t *testing.T) {
			e, l, m := licence(), shop, nike()
			if c.entry != nil {
				c.entry(&e)
			}
			if c.listing != nil {
				c.listing(&l)
			}
			if c.match != nil {
				c.match(&m)
			}
			a, _, err := NewAuthorisations([]AuthorisationEntry{e}, AuthContext{AsOf: asOf(t), Seller: c.seller, Markets: profiles(t), Suppliers: suppliers})
			if err != nil {
				t.Fatal(err)
			}
			got := a.of(&l, &m)
			if (got == nil) != c.absent {
				t.Fatalf("%+v, want it absent: %v", got, c.absent)
			}
			if got == nil {
				return
			}
			if got.Covers != (c.fails == nil) || !slices.Equal(got.Fails, c.fails) || !slices.Equal(got.Markets, c.markets) {
				t.Errorf("covers %v in %v, fails %v; want fails %v, markets %v", got.Covers, got.Markets, got.Fails, c.fails, c.markets)
			}
		})
	}
}

func bySupplier(name string) func(*AuthorisationEntry) {
	return func(e *AuthorisationEntry) { e.Sellers, e.Suppliers = nil, []string{name} }
}

func resale(places ...string) func(*AuthorisationEntry) {
	return func(e *AuthorisationEntry) { e.Basis, e.FirstSale = BasisResale, places }
}

func TestAuthorisationNamesDocumentAndDays(t *testing.T) {
	a, _, err := NewAuthorisations([]AuthorisationEntry{licence()}, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
	if err != nil {
		t.Fatal(err)
	}
	m := nike()
	got := a.of(&corpora.Listing{Seller: "Shop One"}, &m)
	if got.ID != "A1" || got.Basis != "licence" || got.Document != "licence.pdf" || got.DaysLeft == nil || *got.DaysLeft != 199 {
		t.Errorf("%+v", got)
	}
	if w := a.Expiring(198); len(w) != 0 {
		t.Errorf("expiring within 198 days: %v", w)
	}
	if w := a.Expiring(199); len(w) != 1 || w[0].Code != AuthExpiring || w[0].Args["days"] != 199 {
		t.Errorf("expiring within 199 days: %v", w)
	}
}

func TestContradictions(t *testing.T) {
	for name, c := range map[string]struct {
		second func(*AuthorisationEntry)
		code   string // of the warning; "": none, and both act
	}{
		"another mark":    {func(e *AuthorisationEntry) { e.Mark = "Jordan" }, ""},
		"other document":  {func(e *AuthorisationEntry) { e.Documents[0].SHA256, e.To = "11", "2026-08-01" }, AuthOverlaps},
		"other classes":   {func(e *AuthorisationEntry) { e.Documents[0].SHA256, e.Classes = "11", []int{9} }, ""},
		"other place":     {func(e *AuthorisationEntry) { e.Documents[0].SHA256, e.Territory = "11", []string{"JP"} }, ""},
		"member state":    {func(e *AuthorisationEntry) { e.Documents[0].SHA256, e.Territory = "11", []string{"FR"} }, AuthOverlaps},
		"later":           {func(e *AuthorisationEntry) { e.Documents[0].SHA256, e.From, e.To = "11", "2027-01-01", "" }, AuthNotYet},
		"ended":           {func(e *AuthorisationEntry) { e.Documents[0].SHA256, e.To = "11", "2026-06-01" }, AuthExpired},
		"other licensor":  {func(e *AuthorisationEntry) { e.Documents[0].SHA256, e.Licensor = "11", "Nike GmbH" }, AuthContradicts},
		"own and licence": {func(e *AuthorisationEntry) { e.Documents[0].SHA256, e.Basis = "11", BasisOwn }, AuthContradicts},
		"another account": {func(e *AuthorisationEntry) { e.Sellers = []string{"Shop Two"} }, DocumentShared},
		"other terms":     {func(e *AuthorisationEntry) { e.To = "2027-08-01" }, AuthContradicts},
	} {
		t.Run(name, func(t *testing.T) {
			one, two := licence(), licence()
			two.ID = "A2"
			c.second(&two)
			a, warnings, err := NewAuthorisations([]AuthorisationEntry{one, two}, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
			if err != nil {
				t.Fatal(err)
			}
			m := nike()
			got := a.of(&corpora.Listing{Seller: "Shop One"}, &m)
			if c.code == "" {
				if len(warnings) != 0 || !got.Covers {
					t.Errorf("warnings %v, %+v", warnings, got)
				}
				return
			}
			acts := c.code == AuthOverlaps || c.code == AuthExpired || c.code == AuthNotYet
			if len(warnings) != 1 || warnings[0].Code != c.code || got.Covers != acts {
				t.Errorf("warnings %v, %+v: want %s and cover %v", warnings, got, c.code, acts)
			}
		})
	}
}

// TestTogether holds that licences for single markets act side by side, and that one for all of them is named alone.
func TestTogether(t *testing.T) {
	entry := func(id, to string, territory ...string) AuthorisationEntry {
		e := licence()
		e.ID, e.To, e.Territory = id, to, territory
		e.Documents = []Document{{File: id + ".pdf", SHA256: id}}
		return e
	}
	for name, c := range map[string]struct {
		entries []AuthorisationEntry
		id      string
		markets []string
		days    int
	}{
		"two markets":      {[]AuthorisationEntry{entry("aa", "2026-12-31", "US"), entry("bb", "2026-06-25", "EU")}, "bb + aa", []string{}, 10},
		"one for both":     {[]AuthorisationEntry{entry("aa", "2026-06-25", "US"), entry("bb", "2026-12-31", "US", "EU")}, "bb", []string{}, 199},
		"the same twice":   {[]AuthorisationEntry{entry("aa", "2026-12-31", "US"), entry("bb", "2026-06-25", "US")}, "bb", []string{"US"}, 10},
		"one is elsewhere": {[]AuthorisationEntry{entry("aa", "2026-12-31", "US"), entry("bb", "2026-06-25", "JP")}, "aa", []string{"US"}, 199},
	} {
		a, _, err := NewAuthorisations(c.entries, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
		if err != nil {
			t.Fatal(err)
		}
		m := nike()
		got := a.of(&corpora.Listing{Seller: "Shop One"}, &m)
		if !got.Covers || got.ID != c.id || !slices.Equal(got.Markets, c.markets) || got.DaysLeft == nil || *got.DaysLeft != c.days {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestDocuments(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "licence.pdf"), []byte("signed"), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	sum := sha256.Sum256([]byte("signed"))
	good := hex.EncodeToString(sum[:])
	for name, c := range map[string]struct {
		d    Document
		code string
	}{
		"as hashed": {Document{"licence.pdf", strings.ToUpper(good)}, ""},
		"altered":   {Document{"licence.pdf", "00" + good[2:]}, DocumentAltered},
		"missing":   {Document{"other.pdf", good}, DocumentMissing},
		"outside":   {Document{"../licence.pdf", good}, DocumentMissing},
		"a folder":  {Document{".", good}, DocumentMissing},
		"unhashed":  {Document{"licence.pdf", ""}, DocumentUnhashed},
	} {
		t.Run(name, func(t *testing.T) {
			e := licence()
			e.Documents = []Document{c.d}
			a, _, err := NewAuthorisations([]AuthorisationEntry{e}, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
			if err != nil {
				t.Fatal(err)
			}
			warnings := a.CheckDocuments(root)
			m := nike()
			got := a.of(&corpora.Listing{Seller: "Shop One"}, &m)
			if c.code == "" {
				if len(warnings) != 0 || !got.Covers {
					t.Errorf("%v, %+v", warnings, got)
				}
			} else if len(warnings) != 1 || warnings[0].Code != c.code || got.Covers || !slices.Equal(got.Fails, []string{FailDocument}) {
				t.Errorf("%v, %+v", warnings, got)
			}
		})
	}
}

func TestAuthorisationsRefuse(t *testing.T) {
	for says, change := range map[string]func(*AuthorisationEntry){
		"an id is needed":     func(e *AuthorisationEntry) { e.ID = "" },
		"used twice":          func(e *AuthorisationEntry) { e.ID = "A1" },
		"unknown basis":       func(e *AuthorisationEntry) { e.Basis = "friendship" },
		"a right or a mark":   func(e *AuthorisationEntry) { e.Mark = "" },
		"sellers or supplier": func(e *AuthorisationEntry) { e.Sellers = nil },
		"a territory":         func(e *AuthorisationEntry) { e.Territory = nil },
		"not a market":        func(e *AuthorisationEntry) { e.Territory = []string{"Europe"} },
		"not a date":          func(e *AuthorisationEntry) { e.To = "31.12.2026" },
		"ends before":         func(e *AuthorisationEntry) { e.From = "2027-01-01" },
	} {
		bad := licence()
		bad.ID = "A2"
		change(&bad)
		_, _, err := NewAuthorisations([]AuthorisationEntry{licence(), bad}, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "authorisation 2") {
			t.Errorf("error %v, want %q of authorisation 2", err, says)
		}
	}
}

func TestReadAuthorisations(t *testing.T) {
	entries, err := ReadAuthorisations(strings.NewReader("\ufeffid,basis,mark,licensor,licensee,chain,territory,classes,sellers,from,to,documents,checked_by\n" +
		"A1,licence,Nike,\"Nike, Inc.\",Shop One,Nike Inc>Wholesale;Wholesale>Shop One,US;EU,25;28,Shop One;Shop 1,2026-01-01,,a=b.pdf=00ff;c.pdf,A. Person\n"))
	if err != nil || len(entries) != 1 {
		t.Fatal(err, entries)
	}
	e := entries[0]
	if len(e.Chain) != 2 || e.Chain[1].To != "Shop One" || !slices.Equal(e.Territory, []string{"US", "EU"}) || !slices.Equal(e.Classes, []int{25, 28}) ||
		!slices.Equal(e.Documents, []Document{{"a=b.pdf", "00ff"}, {"c.pdf", ""}}) || e.To != "" {
		t.Errorf("%+v", e)
	}
	for says, text := range map[string]string{
		"empty":          "",
		"unknown column": "id,territories\n",
		"is missing":     "basis\n",
		"twice":          "id,ID\n",
		"line 2":         "id,classes\nA1,x\n",
		"from>to":        "id,chain\nA1,Nike\n",
		"wrong number":   "id,basis\nA1\n",
	} {
		if _, err := ReadAuthorisations(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: error %v, want %q", text, err, says)
		}
	}
}
