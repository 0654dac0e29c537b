package goods

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// readRelated reads pairs of classes: class, class, reason.
func (t *Table) readRelated(s string) error {
	r := csv.NewReader(strings.NewReader(s))
	r.Comment = '#'
	r.FieldsPerRecord = 3
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("goods: related classes: %w", err)
	}
	for _, row := range rows {
		a, err := strconv.Atoi(row[0])
		b, err2 := strconv.Atoi(row[1])
		if err != nil || err2 != nil || a < 1 || b < 1 || a > NumClasses || b > NumClasses || a == b {
			return fmt.Errorf("goods: related classes: bad line %q", row)
		}
		t.related[a] |= 1 << b
		t.related[b] |= 1 << a
	}
	return nil
}
