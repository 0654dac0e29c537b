package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
)

func TestGaps(t *testing.T) {
	own, err := ReadOwn(strings.NewReader("mark,owner,office,number,classes,status,expires,recordal_market,recordal_expires\n" +
		"Lumtrex,Us,EM,1,25,live,2030-01-01,EU,2027-01-01\n" +
		"Lumtrex,Us,US,2,9,live,2030-01-01,,\n" +
		"Lumtrex,Us,JP,3,25,live,2020-01-01,,\n" +
		"松下电,Us,CN,4,,live,,,\n" +
		"Unsold,Us,US,5,,live,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	g := own.NewGapFinder(profiles(t), asOf(t), nil, func(category, _ string) int {
		return map[string]int{"shoes": 25}[category]
	})
	for i, l := range []corpora.Listing{
		{Title: "Red shoes", Brand: "LUMTREX", Category: "shoes", Markets: []corpora.Market{"DE", "US", "JP"}},
		{Title: "Lumtrex shoes", Category: "shoes", Markets: []corpora.Market{"JP"}},
		{Title: "Lumtrexes shoes", Category: "shoes", Markets: []corpora.Market{"JP"}},
		{Title: "新款松下电饭煲", Markets: []corpora.Market{"CN", "US"}},
		{Title: "Lumtrex shoes"},
	} {
		l.Origin, l.Row = "f.csv", i+2
		g.Add(&l)
	}
	var got []string
	for _, gap := range g.List() {
		got = append(got, fmt.Sprintf("%s %s %s %d %d %s", gap.Kind, gap.Mark, gap.Market, gap.Class, gap.Listings, gap.Example))
	}
	want := []string{"right Lumtrex JP 25 2 f.csv:2", "class Lumtrex US 25 1 f.csv:2", "right 松下电 US 0 1 f.csv:5"}
	if !slices.Equal(got, want) {
		t.Errorf("gaps %q, want %q", got, want)
	}
	if g.Nowhere != 1 || g.Listings != 5 || !slices.Equal(g.Unsold(), []string{"Unsold"}) {
		t.Errorf("nowhere %d, listings %d, unsold %q", g.Nowhere, g.Listings, g.Unsold())
	}
}
