package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/scanner/policy"
	"lookalike/scanner/report/lang"
)

// DecisionsSheet reports whether a sheet of a workbook is one of decisions, in any language. A long list goes on in sheets
// whose names end in a number.
func DecisionsSheet(m *lang.Messages, name string) bool {
	base := strings.TrimRight(strings.TrimSpace(name), " 0123456789")
	return slices.ContainsFunc(lang.Languages(), func(l string) bool { return base == m.Text(l, "sheet.decisions", nil) })
}

// DecisionReader reads the rows of a sheet of decisions as the XLSX report writes them and people fill them in.
type DecisionReader struct {
	m       *lang.Messages
	columns map[string]int
}

// decisionColumns are the columns that a sheet must have, and those that it may lack.
var (
	decisionColumns = []string{"mark", "decision", "reason", "until"}
	decisionMore    = []string{"owner", "use", "name", "right_id"}
)

// NewDecisionReader reads the heading of a sheet. The error names a column that is missing.
func NewDecisionReader(m *lang.Messages, heading []string) (*DecisionReader, error) {
	d := &DecisionReader{m: m, columns: map[string]int{}}
	for _, c := range slices.Concat(decisionColumns, decisionMore) {
		i := slices.IndexFunc(heading, func(h string) bool {
			return slices.ContainsFunc(lang.Languages(), func(l string) bool {
				return strings.EqualFold(strings.TrimSpace(h), m.Text(l, "column."+c, nil))
			})
		})
		if i >= 0 {
			d.columns[c] = i
		} else if slices.Contains(decisionColumns, c) {
			return nil, fmt.Errorf("the sheet of decisions has no column %q", m.Text(lang.English, "column."+c, nil))
		}
	}
	return d, nil
}

// Row reads one row. The words of the report's languages become codes, a day that a sheet keeps as a number becomes a date.
func (d *DecisionReader) Row(row int, cells []string) policy.Decision {
	get := func(c string) string {
		i, ok := d.columns[c]
		if !ok || i >= len(cells) {
			return ""
		}
		return uninert(strings.TrimSpace(cells[i]))
	}
	return policy.Decision{
		Row: row, Mark: get("mark"), Right: get("right_id"), Owner: get("owner"), Use: d.code("use", get("use")),
		Decision: d.choice(get("decision")), Reason: get("reason"), Name: get("name"), Until: sheetDay(get("until")),
	}
}

// code returns the code of a section that a word of any language stands for, the word itself when none does.
func (d *DecisionReader) code(section, word string) string {
	for _, l := range lang.Languages() {
		for _, code := range d.m.Codes(l) {
			if name, ok := strings.CutPrefix(code, section+"."); ok && strings.EqualFold(d.m.Text(l, code, nil), word) {
				return name
			}
		}
	}
	return word
}

// choice returns what a person chose: change, remove, document, ignore or counsel, or the words themselves.
func (d *DecisionReader) choice(word string) string {
	for _, l := range lang.Languages() {
		for _, c := range policy.Choices() {
			if strings.EqualFold(d.m.Text(l, "sheet.choice_"+c, nil), word) {
				return c
			}
		}
	}
	return word
}

// uninert takes off the apostrophe that keeps a cell from being run as a formula.
func uninert(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && inert(rest) == s {
		return rest
	}
	return s
}

// The numbers by which sheets keep the days from 1970 to 2199, counted from the end of 1899.
const (
	firstSheetDay, lastSheetDay = 25569, 109574
	sheetEpoch                  = 25569 // 1970-01-01
)

// sheetDay brings a day to the form YYYY-MM-DD: a sheet's own number, or year, month and day with other separators. What is
// none stays as it is.
func sheetDay(s string) string {
	if n, err := strconv.ParseFloat(s, 64); err == nil && n >= firstSheetDay && n <= lastSheetDay {
		epoch, _ := corpora.ParseDate("1970-01-01")
		return epoch.AddDays(int(n) - sheetEpoch).String()
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-/.年月日 ", r) })
	if len(parts) != 3 || len(parts[0]) != 4 {
		return s
	}
	month, err1 := strconv.Atoi(parts[1])
	day, err2 := strconv.Atoi(parts[2])
	if err1 != nil || err2 != nil {
		return s
	}
	return fmt.Sprintf("%s-%02d-%02d", parts[0], month, day)
}
