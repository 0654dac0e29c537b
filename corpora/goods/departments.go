package goods

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// departmentWeight is the share of a segment's say that goes to the classes of its department.
const departmentWeight = 0.5

// readDepartments reads words and classes of departments. A phrase is keyed by its tokens.
func (t *Table) readDepartments(s string) error {
	r := csv.NewReader(strings.NewReader(s))
	r.Comment = '#'
	r.FieldsPerRecord = 2
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("goods: departments: %w", err)
	}
	t.departments = map[string][]uint8{}
	for _, row := range rows[1:] {
		var classes []uint8
		for _, c := range list(row[1]) {
			n, err := strconv.Atoi(c)
			if err != nil || n < 1 || n > NumClasses {
				return fmt.Errorf("goods: departments: bad class %q", c)
			}
			classes = append(classes, uint8(n))
		}
		for _, w := range list(row[0]) {
			if key := phraseKey(tokens(w)); t.departments[key] == nil {
				t.departments[key] = classes
			}
		}
	}
	return nil
}

func phraseKey(toks []token) string {
	var b strings.Builder
	for i, tok := range toks {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(tok.text)
	}
	return b.String()
}

// departmentsOf returns the classes of the departments that the segment names, as a whole or part by part. They sum to
// one, or are all zero when it names none.
func (t *Table) departmentsOf(parts []part) classScores {
	var toks []token
	for _, p := range parts {
		toks = append(toks, p.toks...)
	}
	found := [][]uint8{t.departments[phraseKey(toks)]}
	if found[0] == nil {
		found = found[:0]
		for _, p := range parts {
			if c := t.departments[phraseKey(p.toks)]; c != nil {
				found = append(found, c)
			}
		}
	}
	var s classScores
	for _, classes := range found {
		share := 1 / float64(len(found))
		for i, c := range classes {
			// The first class takes half, the next a quarter, and the last what is left.
			if i+1 < len(classes) {
				share /= 2
			}
			s[c] += share
		}
	}
	return s
}
