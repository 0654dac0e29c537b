package policy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

const day = "2026-06-15"

func asOf(t testing.TB) corpora.Date {
	t.Helper()
	d, err := corpora.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// nike is a match of a listing's title with a right.
func nike() judge.Match {
	return judge.Match{
		Fingerprint: "f-1", Span: "Nike Air", Field: "title", Use: judge.UseBrand, Grade: judge.Critical,
		Right: judge.RightRef{ID: "us-1", Text: "NIKE", Owner: "Nike, Inc.", Office: "US", Number: "97123456", Status: "live",
			Others: []judge.Other{{ID: "us-2", Number: "97999999"}}},
		Grades: map[string]judge.Grade{"US": judge.Critical, "DE": judge.High},
		Gates:  map[string]judge.Gate{"US": judge.Block, "DE": judge.Block},
		Goods:  judge.GoodsRef{Listing: "running shoes", Classes: []int{25, 28}},
	}
}

func TestIgnore(t *testing.T) {
	picture := nike()
	picture.Image = &judge.ImageRef{SHA256: "ABCD"}
	sku := &corpora.Listing{ID: "SKU-12", Seller: "Shop One"}
	for name, c := range map[string]struct {
		e    IgnoreEntry
		m    judge.Match
		want bool
	}{
		"fingerprint":           {IgnoreEntry{Fingerprint: "f-1"}, nike(), true},
		"another fingerprint":   {IgnoreEntry{Fingerprint: "f-2"}, nike(), false},
		"right":                 {IgnoreEntry{Right: "us-1"}, nike(), true},
		"another right":         {IgnoreEntry{Right: "us-2"}, nike(), false},
		"mark":                  {IgnoreEntry{Mark: "nike"}, nike(), true},
		"mark and owner":        {IgnoreEntry{Mark: "nike", Owner: "NIKE INC"}, nike(), true},
		"mark of another owner": {IgnoreEntry{Mark: "nike", Owner: "Nike GmbH"}, nike(), false},
		"mark and use":          {IgnoreEntry{Mark: "nike", Use: "brand"}, nike(), true},
		"mark, another use":     {IgnoreEntry{Mark: "nike", Use: "compatibility"}, nike(), false},
		"phrase and right":      {IgnoreEntry{Right: "us-1", Phrase: "nike-air"}, nike(), true},
		"another phrase":        {IgnoreEntry{Right: "us-1", Phrase: "nike"}, nike(), false},
		"picture":               {IgnoreEntry{Picture: "abcd"}, picture, true},
		"no picture":            {IgnoreEntry{Picture: "abcd"}, nike(), false},
		"listing":               {IgnoreEntry{Mark: "nike", Listing: "sku-*"}, nike(), true},
		"another listing":       {IgnoreEntry{Mark: "nike", Listing: "sku-2*"}, nike(), false},
		"seller":                {IgnoreEntry{Mark: "nike", Seller: "shop one"}, nike(), true},
		"another seller":        {IgnoreEntry{Mark: "nike", Seller: "shop two"}, nike(), false},
		"all its markets":       {IgnoreEntry{Mark: "nike", Markets: []string{"us", "DE", "FR"}}, nike(), true},
		"one of its markets":    {IgnoreEntry{Mark: "nike", Markets: []string{"US"}}, nike(), false},
		"last day":              {IgnoreEntry{Mark: "nike", Until: day}, nike(), true},
		"day after":             {IgnoreEntry{Mark: "nike", Until: "2026-06-14"}, nike(), false},
	} {
		t.Run(name, func(t *testing.T) {
			c.e.Reason, c.e.By = "checked", "A. Person"
			if c.e.Until == "" {
				c.e.Until = "2027-01-01"
			}
			ig, warnings, err := NewIgnore([]IgnoreEntry{c.e}, asOf(t))
			if err != nil {
				t.Fatal(err)
			}
			got := ig.of(sku, &c.m)
			if (got != nil) != c.want {
				t.Fatalf("suppressed %v, want %v", got, c.want)
			}
			if got != nil && *got != (judge.Suppression{By: "ignore", Reason: "checked", Name: "A. Person", Until: c.e.Until}) {
				t.Errorf("%+v", got)
			}
			expired := c.e.Until < day
			if expired != (len(warnings) == 1 && warnings[0].Code == IgnoreExpired) {
				t.Errorf("warnings %v", warnings)
			}
			if unused := len(ig.Unused()) == 1; unused != (!c.want && !expired) {
				t.Errorf("unused: %v", ig.Unused())
			}
		})
	}
}

func TestIgnoreRefuses(t *testing.T) {
	whole := IgnoreEntry{Mark: "nike", Reason: "r", By: "b", Until: "2027-01-01"}
	for says, change := range map[string]func(*IgnoreEntry){
		"one of fingerprint": func(e *IgnoreEntry) { e.Mark = "-" },
		"reason":             func(e *IgnoreEntry) { e.Reason = " " },
		"person":             func(e *IgnoreEntry) { e.By = "" },
		"last day":           func(e *IgnoreEntry) { e.Until = "" },
		"not a date":         func(e *IgnoreEntry) { e.Until = "soon" },
		"not a market":       func(e *IgnoreEntry) { e.Markets = []string{"USA"} },
	} {
		e := whole
		change(&e)
		if _, _, err := NewIgnore([]IgnoreEntry{whole, e}, asOf(t)); err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "entry 2") {
			t.Errorf("error %v, want %q of entry 2", err, says)
		}
	}
}

func TestFromDecisions(t *testing.T) {
	entries, warnings := FromDecisions([]Decision{
		{Row: 2, Mark: "NIKE", Owner: "Nike, Inc.", Use: "compatibility", Decision: "Ignore", Reason: "fits only", Until: "2027-01-01"},
		{Row: 3, Mark: "GAP", Decision: "keep"},
		{Row: 4, Mark: "GAP", Decision: ""},
		{Row: 5, Mark: "APPLE", Decision: "忽略", Reason: "fruit", Name: "B. Person", Until: "2027-01-01"},
		{Row: 6, Mark: "TIDE", Decision: "ignore", Until: "2027-01-01"},
		{Row: 7, Mark: "TIDE", Decision: "maybe"},
		{Row: 8, Mark: "TIDE", Decision: "ignore", Reason: "r", Until: "never"},
	}, "A. Person")
	if len(entries) != 2 || entries[0].By != "A. Person" || entries[0].Use != "compatibility" || entries[1].By != "B. Person" || entries[1].Mark != "APPLE" {
		t.Errorf("entries %+v", entries)
	}
	if _, _, err := NewIgnore(entries, asOf(t)); err != nil {
		t.Error(err)
	}
	var got []string
	for _, w := range warnings {
		got = append(got, fmt.Sprint(w.Code, " ", w.Args["row"], " ", w.Args["field"]))
	}
	want := []string{"decision_incomplete 6 reason", "decision_unknown 7 <nil>", "decision_incomplete 8 until"}
	if !slices.Equal(got, want) {
		t.Errorf("warnings %q, want %q", got, want)
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "a/b", true}, {"a*", "A1", true}, {"a?", "a", false}, {"?", "鞋", true},
		{"*-red", "x-Red", true}, {"*a*b*", "xxaxxb", true}, {"*a*b", "ab!", false}, {"a*a", "a", false},
	} {
		if got := glob(c.pattern, c.s); got != c.want {
			t.Errorf("%q on %q: %v", c.pattern, c.s, got)
		}
	}
	if glob(strings.Repeat("*a", 2000)+"b", strings.Repeat("a", 5000)) {
		t.Error("a pattern fits that does not")
	}
}

// FuzzGlob holds glob to path.Match, which knows the same stars outside of "/", "[" and "\".
func FuzzGlob(f *testing.F) {
	f.Add("a*b?c", "axxbyc")
	f.Add("*a*", "bab")
	plain := regexp.MustCompile(`^[a-e*?]*$`)
	f.Fuzz(func(t *testing.T, pattern, s string) {
		got := glob(pattern, s)
		if !plain.MatchString(pattern) || !plain.MatchString(s) {
			return
		}
		if want, _ := path.Match(pattern, s); got != want {
			t.Errorf("%q on %q: %v, want %v", pattern, s, got, want)
		}
	})
}
