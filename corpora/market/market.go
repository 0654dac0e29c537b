// Package market holds what is known of each target market: which offices' rights count there, renewal grace, scripts that
// buyers read, legal test, customs and export notes, each line with source and review date.
//
// The data is profiles.csv, kept by hand. It is information for a reader and no legal advice; a profile whose lines were
// reviewed long ago is stale and says so.
package market

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
)

//go:embed profiles.csv
var profilesCSV string

// Table is the loaded data. It is immutable and safe for concurrent use.
type Table struct {
	codes    []corpora.Market
	profiles map[corpora.Market]*Profile
	grace    map[string]int              // months by office, "*" for the others
	offices  map[string][]corpora.Market // where the rights of an office count, for offices that are no country
}

// Load decodes the embedded data.
func Load() (*Table, error) { return parse(profilesCSV) }

// Codes returns the markets with a profile that are looked at when nobody names one, in order.
func (t *Table) Codes() []corpora.Market {
	return slices.DeleteFunc(t.All(), func(m corpora.Market) bool { return t.profiles[m].OnDemand })
}

// All returns the markets with a profile, in order.
func (t *Table) All() []corpora.Market { return slices.Clone(t.codes) }

// officeNames are the usual names of offices, by their ST.3 code.
var officeNames = map[string]string{
	"USPTO": "US", "EUIPO": "EM", "OHIM": "EM", "EU": "EM", "UKIPO": "GB", "UK": "GB", "DPMA": "DE", "INPI": "FR", "UIBM": "IT",
	"OEPM": "ES", "JPO": "JP", "KIPO": "KR", "MOIP": "KR", "CNIPA": "CN", "SAIC": "CN", "CIPO": "CA", "IPAU": "AU", "IMPI": "MX",
	"BOIP": "BX", "WIPO": "WO", "EL": "GR",
}

// officeCode returns the ST.3 code of an office as registers and people write it.
func officeCode(office string) string {
	if !plainCode(office) {
		office = strings.ToUpper(strings.TrimSpace(office))
	}
	if code, ok := officeNames[office]; ok {
		return code
	}
	return office
}

func plainCode(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// Counts reports whether a right of the given office, recorded for the given markets, counts in market m. A right
// without markets counts where its office does, a right without office and markets everywhere. A right of market EU
// counts in its member states. national is true when m is EU and only the right of one member state reaches it.
//
// An international registration (WO) whose designations are not recorded is taken to count everywhere: screening it too
// often is the lesser fault. An export market counts what its country counts.
func (t *Table) Counts(office string, markets []corpora.Market, m corpora.Market) (counts, national bool) {
	if origin, ok := m.Origin(); ok {
		m = origin
	}
	if len(markets) > 0 {
		for _, c := range markets {
			in, nat := t.reaches(officeCode(string(c)), m)
			if in && !nat {
				return true, false
			}
			national = national || nat
		}
		return national, national
	}
	code := officeCode(office)
	if code == "" || code == "WO" {
		return true, false
	}
	return t.reaches(code, m)
}

// reaches reports whether a right granted for code, a country or a regional office, counts in m.
func (t *Table) reaches(code string, m corpora.Market) (counts, national bool) {
	switch {
	case corpora.Market(code) == m, code == "EM" && (m == corpora.EU || t.InEU(m)):
		return true, false
	case m == corpora.EU:
		if t.InEU(corpora.Market(code)) {
			return true, true
		}
		if slices.ContainsFunc(t.offices[code], t.InEU) {
			return true, true
		}
		return false, false
	}
	return slices.Contains(t.offices[code], m), false
}

// CountsIn returns the ST.3 codes of the offices whose rights count in m by themselves: its own, that of the Union for a
// member state, and international registrations (WO), which count where they designate. Rights of a member state's office
// reach the market EU too, marked as national.
func (t *Table) CountsIn(m corpora.Market) []string {
	p, ok := t.Profile(m)
	if !ok {
		return nil
	}
	out := []string{p.Office}
	if p.Member {
		out = append(out, "EM")
	}
	return append(out, "WO")
}

// InEU reports whether country m is a member state of the European Union.
func (t *Table) InEU(m corpora.Market) bool {
	p := t.profiles[m]
	return p != nil && p.Member
}

// GraceMonths returns for how many months after expiry the office still renews.
func (t *Table) GraceMonths(office string) int {
	if n, ok := t.grace[officeCode(office)]; ok {
		return n
	}
	return t.grace["*"]
}

// ReadsHan reports whether buyers in m commonly read Chinese characters as Chinese.
func (t *Table) ReadsHan(m corpora.Market) bool {
	if origin, ok := m.Origin(); ok {
		m = origin
	}
	p := t.profiles[m]
	return p != nil && p.ReadsHan
}

// Languages returns the languages in which buyers in m read, most common first, as two letters.
func (t *Table) Languages(m corpora.Market) []string {
	if origin, ok := m.Origin(); ok {
		m = origin
	}
	if p := t.profiles[m]; p != nil {
		return slices.Clone(p.Languages)
	}
	return nil
}

// parse reads the lines of profiles.csv.
func parse(s string) (*Table, error) {
	lines, err := readLines(s)
	if err != nil {
		return nil, err
	}
	t := &Table{profiles: map[corpora.Market]*Profile{}, grace: map[string]int{}, offices: map[string][]corpora.Market{}}
	var shared []Line // of every member state
	for _, l := range lines {
		switch {
		case l.Field == fieldGrace:
			if t.grace[l.Market], err = strconv.Atoi(l.Value); err != nil {
				return nil, fmt.Errorf("market: grace of %s: %w", l.Market, err)
			}
		case l.Market == "EU*":
			shared = append(shared, l)
		default:
			p := t.profiles[corpora.Market(l.Market)]
			if p == nil {
				p = &Profile{Market: corpora.Market(l.Market)}
				t.profiles[p.Market] = p
				t.codes = append(t.codes, p.Market)
			}
			p.add(l)
		}
	}
	slices.Sort(t.codes)
	for _, m := range t.codes {
		p := t.profiles[m]
		if p.Member {
			for _, l := range shared {
				if _, own := p.Line(l.Field); !own {
					p.Lines = append(p.Lines, l)
				}
			}
		}
		if p.Office != string(m) && m != corpora.EU {
			t.offices[p.Office] = append(t.offices[p.Office], m)
		}
	}
	return t, nil
}
