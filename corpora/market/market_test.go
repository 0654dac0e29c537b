package market

import (
	"slices"
	"testing"

	"lookalike/corpora"
)

func load(t *testing.T) *Table {
	t.Helper()
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestCounts(t *testing.T) {
	table := load(t)
	for _, c := range []struct {
		name     string
		office   string
		markets  []corpora.Market
		m        corpora.Market
		counts   bool
		national bool
	}{
		{"own office", "US", nil, "US", true, false},
		{"other country", "US", nil, "DE", false, false},
		{"EU mark in the EU", "EM", nil, "EU", true, false},
		{"EU mark in a member state", "EM", nil, "DE", true, false},
		{"EU mark by the office's name", "EUIPO", nil, "SE", true, false},
		{"EU mark outside", "EM", nil, "GB", false, false},
		{"national mark of a member state in the EU", "DE", nil, "EU", true, true},
		{"national mark in another member state", "DE", nil, "FR", false, false},
		{"Benelux in Belgium", "BX", nil, "BE", true, false},
		{"Benelux in the EU", "BX", nil, "EU", true, true},
		{"Benelux in Germany", "BX", nil, "DE", false, false},
		{"designation", "WO", []corpora.Market{"US", "JP"}, "JP", true, false},
		{"no designation", "WO", []corpora.Market{"US", "JP"}, "CN", false, false},
		{"designation of the EU", "WO", []corpora.Market{"EU"}, "IT", true, false},
		{"designation of Benelux", "WO", []corpora.Market{"BX"}, "NL", true, false},
		{"designations of two member states", "WO", []corpora.Market{"DE", "FR"}, "EU", true, true},
		{"designation of the EU beside a member state", "WO", []corpora.Market{"DE", "EU"}, "EU", true, false},
		{"international without designations", "WO", nil, "BR", true, false},
		{"markets outrank the office", "US", []corpora.Market{"CN"}, "US", false, false},
		{"list entry without office", "", nil, "MX", true, false},
		{"list entry with markets", "", []corpora.Market{"CN"}, "MX", false, false},
		{"export counts what the country counts", "CN", nil, "CN-export", true, false},
		{"export of another country", "US", nil, "CN-export", false, false},
		{"office without a profile", "IN", nil, "IN", true, false},
		{"UK", "UK", nil, "GB", true, false},
	} {
		counts, national := table.Counts(c.office, c.markets, c.m)
		if counts != c.counts || national != c.national {
			t.Errorf("%s: Counts(%q, %v, %s) = %v, %v, want %v, %v", c.name, c.office, c.markets, c.m, counts, national, c.counts, c.national)
		}
	}
}

func TestProfiles(t *testing.T) {
	table := load(t)
	members := 0
	for _, m := range table.All() {
		p, ok := table.Profile(m)
		if !ok || p.Office == "" || len(p.Languages) == 0 || p.Name("en") == "" || p.Name("zh-Hans") == p.Name("en") {
			t.Errorf("%s: incomplete profile", m)
			continue
		}
		if p.Member {
			members++
		}
		for _, f := range []string{FieldTest, FieldUse, FieldExhaustion} {
			if l, ok := p.Line(f); !ok || l.Chinese == "" || l.Source == "" {
				t.Errorf("%s: field %s missing or without Chinese text or source", m, f)
			}
		}
		for _, l := range p.Languages {
			if len(l) != 2 {
				t.Errorf("%s: language %q", m, l)
			}
		}
	}
	for _, m := range []corpora.Market{"US", "EU", "GB", "DE", "FR", "IT", "ES", "JP", "KR", "CN", "CA", "AU", "MX", "BR"} {
		p, ok := table.Profile(m)
		for _, f := range []string{FieldTest, FieldUse, FieldCustoms, FieldExhaustion, FieldComplaint} {
			if _, has := p.Line(f); !ok || !has {
				t.Errorf("%s: no line %q", m, f)
			}
		}
	}
	if members != 27 {
		t.Errorf("%d member states, want 27", members)
	}
}

func TestReaders(t *testing.T) {
	table := load(t)
	if !table.ReadsHan("CN") || !table.ReadsHan("CN-export") || !table.ReadsHan("TW") || table.ReadsHan("JP") || table.ReadsHan("US") || table.ReadsHan("ZZ") {
		t.Error("ReadsHan is true for CN and TW alone among CN, TW, JP, US and an unknown market")
	}
	if got := table.Languages("BE"); !slices.Equal(got, []string{"nl", "fr", "de"}) {
		t.Errorf("Languages(BE) = %v", got)
	}
	if table.GraceMonths("US") != 6 || table.GraceMonths("ZZ") != 6 {
		t.Error("grace is six months")
	}
}

func TestOnDemand(t *testing.T) {
	table := load(t)
	if slices.Contains(table.Codes(), "TW") || !slices.Contains(table.All(), "TW") || !slices.Contains(table.Codes(), "BR") {
		t.Error("TW is looked at on demand alone, BR always")
	}
}

func TestStale(t *testing.T) {
	p, _ := load(t).Profile("US")
	r := p.Reviewed()
	if p.Stale(r.AddDays(StaleAfter)) || !p.Stale(r.AddDays(StaleAfter+1)) {
		t.Error("a profile is stale from the day after its time")
	}
}

func TestParseRefuses(t *testing.T) {
	const head = "market,field,value,zh,source,reviewed\n"
	for _, s := range []string{
		"", head, head + "US,name,United States\n", head + "US,nonsense,x,,s,2026-01-01\n", head + "US,name,x,,,2026-01-01\n",
		head + "US,name,x,,s,yesterday\n", head + "US,grace,six,,s,2026-01-01\n",
	} {
		if _, err := parse(s); err == nil {
			t.Errorf("parse(%q) gave no error", s)
		}
	}
}
