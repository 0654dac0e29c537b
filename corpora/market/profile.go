package market

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"

	"lookalike/corpora"
)

// Line is one fact about a market, with where it was read and when it was last looked at.
type Line struct {
	Market   string // a market, an office, "EU*" for every member state or "*" for every office
	Field    string
	Value    string
	Chinese  string // the value for readers of Simplified Chinese, "" where Value needs no translation
	Source   string
	Reviewed corpora.Date
}

// Text returns the value in a language of the report: "zh-Hans", else English.
func (l Line) Text(lang string) string {
	if strings.HasPrefix(lang, "zh") && l.Chinese != "" {
		return l.Chinese
	}
	return l.Value
}

// The fields of a profile that hold text for a reader, in the order in which they are shown.
const (
	FieldTest       = "test"       // name of the legal test
	FieldUse        = "use"        // duty to use the mark
	FieldCustoms    = "customs"    // recordation and detention
	FieldExport     = "export"     // goods that leave the country
	FieldExhaustion = "exhaustion" // resale of genuine goods
	FieldComplaint  = "complaint"  // routes and clocks
)

const (
	fieldName      = "name"
	fieldOffice    = "office"
	fieldLanguages = "languages"
	fieldHan       = "han"
	fieldMember    = "member"
	fieldGrace     = "grace"
	fieldOnDemand  = "ondemand"
)

// TextFields returns the fields that hold text for a reader, in the order in which they are shown.
func TextFields() []string {
	return []string{FieldTest, FieldUse, FieldCustoms, FieldExport, FieldExhaustion, FieldComplaint}
}

// Profile is what is known of one market.
type Profile struct {
	Market    corpora.Market
	Office    string   // ST.3 code of the office whose national rights count
	Languages []string // two letters, most common first
	Member    bool     // of the European Union
	ReadsHan  bool
	OnDemand  bool // looked at only when somebody asks for it
	Lines     []Line
}

func (p *Profile) add(l Line) {
	p.Lines = append(p.Lines, l)
	switch l.Field {
	case fieldOffice:
		p.Office = l.Value
	case fieldLanguages:
		p.Languages = strings.Fields(l.Value)
	case fieldHan:
		p.ReadsHan = true
	case fieldMember:
		p.Member = true
	case fieldOnDemand:
		p.OnDemand = true
	}
}

// Line returns the line of a field.
func (p *Profile) Line(field string) (Line, bool) {
	for _, l := range p.Lines {
		if l.Field == field {
			return l, true
		}
	}
	return Line{}, false
}

// Name returns the market's name in a language of the report.
func (p *Profile) Name(lang string) string {
	l, _ := p.Line(fieldName)
	return l.Text(lang)
}

// Reviewed returns the day of the oldest review among the lines.
func (p *Profile) Reviewed() corpora.Date {
	var oldest corpora.Date
	for _, l := range p.Lines {
		if oldest == 0 || l.Reviewed < oldest {
			oldest = l.Reviewed
		}
	}
	return oldest
}

// StaleAfter is the number of days after which a line should be reviewed again.
const StaleAfter = 365

// Stale reports whether some line was last reviewed more than StaleAfter days before asOf.
func (p *Profile) Stale(asOf corpora.Date) bool {
	r := p.Reviewed()
	return r == 0 || asOf != 0 && asOf.Days(r) > StaleAfter
}

// Profile returns what is known of m, for an export market what is known of its country. The caller must not change it.
func (t *Table) Profile(m corpora.Market) (*Profile, bool) {
	if origin, ok := m.Origin(); ok {
		m = origin
	}
	p, ok := t.profiles[m]
	return p, ok
}

var fields = map[string]bool{
	fieldName: true, fieldOffice: true, fieldLanguages: true, fieldHan: true, fieldMember: true, fieldGrace: true, fieldOnDemand: true,
	FieldTest: true, FieldUse: true, FieldCustoms: true, FieldExport: true, FieldExhaustion: true, FieldComplaint: true,
}

// readLines reads the CSV form: a heading, then one line per fact; lines that start with # are notes.
func readLines(s string) ([]Line, error) {
	r := csv.NewReader(strings.NewReader(s))
	r.Comment = '#'
	r.FieldsPerRecord = 6
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("market: %w", err)
	}
	if len(rows) < 2 {
		return nil, errors.New("market: no lines")
	}
	lines := make([]Line, 0, len(rows)-1)
	for _, row := range rows[1:] {
		day, err := corpora.ParseDate(row[5])
		if err != nil || day == 0 {
			return nil, fmt.Errorf("market: %s %s: bad review date %q", row[0], row[1], row[5])
		}
		if !fields[row[1]] || row[0] == "" || row[2] == "" || row[4] == "" {
			return nil, fmt.Errorf("market: bad line %q", row)
		}
		lines = append(lines, Line{Market: row[0], Field: row[1], Value: row[2], Chinese: row[3], Source: row[4], Reviewed: day})
	}
	return lines, nil
}
