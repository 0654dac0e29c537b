package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
)

const ownList = `mark,owner,office,number,markets,classes,status,expires,recordal_market,recordal_number,recordal_expires
LUMTREX,Lumtrex Ltd,EU,018000001,,25,live,2030-01-01,EU,R-1,2026-07-01
Lumtrex,Lumtrex Ltd,CN,60000001,,25,live,2026-08-01,,,
ORVANI,Lumtrex Ltd,DE,302020,,3,live,2031-01-01,,,
ORVANI,Lumtrex Ltd,US,97000001,,3,pending,,,,
OLDMARK,Lumtrex Ltd,US,70000001,,3,live,2020-01-01,,,
`

func TestOwnGaps(t *testing.T) {
	own, err := ReadOwn(strings.NewReader(ownList))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range own.Gaps([]corpora.Market{"EU", "DE", "US", "CN"}, profiles(t), asOf(t)) {
		got = append(got, fmt.Sprint(w.Args["mark"], " ", w.Args["market"]))
	}
	want := []string{"LUMTREX US", "ORVANI EU", "ORVANI US", "ORVANI CN", "OLDMARK EU", "OLDMARK DE", "OLDMARK US", "OLDMARK CN"}
	if !slices.Equal(got, want) {
		t.Errorf("gaps %q, want %q", got, want)
	}
}

func TestOwnExpiring(t *testing.T) {
	own, err := ReadOwn(strings.NewReader(ownList))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range own.Expiring(asOf(t), 60) {
		got = append(got, fmt.Sprint(w.Code, " ", w.Args["number"], " ", w.Args["days"]))
	}
	want := []string{"own_expiring 70000001 -2357", "recordal_expiring R-1 16", "own_expiring 60000001 47"}
	if !slices.Equal(got, want) {
		t.Errorf("expiring %q, want %q", got, want)
	}
}

func TestReadOwnRefuses(t *testing.T) {
	for says, text := range map[string]string{
		"a mark is needed":  "mark\n \n\"\"\n",
		"unknown status":    "mark,status\nA,alive\n",
		"not a market":      "mark,markets\nA,Europe\n",
		"not a number":      "mark,classes\nA,x\n",
		"not a date":        "mark,expires\nA,soon\n",
		"one market a line": "mark,recordal_market\nA,US;EU\n",
		"line 3: expires":   "mark,expires\nA,\nB,soon\n",
	} {
		if _, err := ReadOwn(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: error %v, want %q", text, err, says)
		}
	}
}

func TestSuppliers(t *testing.T) {
	s, err := ReadSuppliers(strings.NewReader("name,registration,licence_until,documents\nGood Factory,91310000,2026-06-15,licence.jpg=00\nOld Factory,1,2026-06-14,\nEndless,2,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]SupplierStatus{
		"GOOD FACTORY": SupplierOnFile, "Old Factory": SupplierLapsed, "Endless": SupplierOnFile, "Unheard Of": SupplierUnknown, "": SupplierUnknown,
	} {
		if got := s.Status(name, asOf(t)); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
		tally := NewSupplierTally(s, asOf(t))
		tally.add(&corpora.Listing{Supplier: name})
		tally.add(&corpora.Listing{Supplier: name})
		if w := tally.Warnings(); (len(w) > 0) != (want != SupplierOnFile) || len(w) == 1 && w[0].Args["listings"] != 2 {
			t.Errorf("%q: warnings %v", name, w)
		}
	}
	for says, text := range map[string]string{
		"a name is needed": "name\n--\n",
		"twice":            "name\nA Factory\na factory\n",
		"not a date":       "name,licence_until\nA,x\n",
	} {
		if _, err := ReadSuppliers(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: error %v, want %q", text, err, says)
		}
	}
}
