package goods

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ClassName returns the short name of a Nice class in a language of the report: Chinese for "zh…", else English. It is in
// our own words and "" for no class.
func (t *Table) ClassName(class uint8, lang string) string {
	if int(class) >= len(t.classNames) {
		return ""
	}
	return t.classNames[class].in(lang)
}

// name is a name in the languages of the report.
type name struct{ english, chinese string }

func (n name) in(lang string) string {
	if strings.HasPrefix(lang, "zh") {
		return n.chinese
	}
	return n.english
}

// readClasses reads the names of the Nice classes: class, English, Chinese.
func (t *Table) readClasses(s string) error {
	rows, err := readNames(s, 3)
	if err != nil {
		return fmt.Errorf("goods: classes: %w", err)
	}
	t.classNames = make([]name, NumClasses+1)
	for _, row := range rows {
		n, err := strconv.Atoi(row[0])
		if err != nil || n < 1 || n > NumClasses {
			return fmt.Errorf("goods: classes: bad class %q", row[0])
		}
		t.classNames[n] = name{row[1], row[2]}
	}
	return nil
}

// LocarnoClass is a class of the Locarno classification of designs.
type LocarnoClass struct {
	Class string   // two digits
	Kinds []string // whose designs stand there
	name  name
}

// Name returns the class's short name in a language of the report.
func (c LocarnoClass) Name(lang string) string { return c.name.in(lang) }

// Locarno returns the class that a Locarno class or subclass such as "02-04", "02.04", "0204" or "2" belongs to.
func (t *Table) Locarno(code string) (LocarnoClass, bool) {
	digits, _, _ := strings.Cut(strings.NewReplacer(".", "-", " ", "").Replace(code), "-")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return LocarnoClass{}, false
	}
	if n > 99 { // "2803" is 28-03
		n /= 100
	}
	i := slices.IndexFunc(t.locarno, func(c LocarnoClass) bool { return c.Class == fmt.Sprintf("%02d", n) })
	if i < 0 {
		return LocarnoClass{}, false
	}
	return t.locarno[i], true
}

// LocarnoOf returns the Locarno classes in which designs of a kind of goods stand, in order.
func (t *Table) LocarnoOf(kind string) []string {
	var classes []string
	for _, c := range t.locarno {
		if slices.Contains(c.Kinds, kind) {
			classes = append(classes, c.Class)
		}
	}
	return classes
}

// readLocarno reads class, English, Chinese, and kinds or groups of kinds.
func (t *Table) readLocarno(s string) error {
	rows, err := readNames(s, 4)
	if err != nil {
		return fmt.Errorf("goods: Locarno: %w", err)
	}
	for _, row := range rows {
		c := LocarnoClass{Class: row[0], name: name{row[1], row[2]}}
		for _, word := range list(row[3]) {
			n := len(c.Kinds)
			for _, k := range t.kinds {
				if (k.Name == word || k.Group == word) && !slices.Contains(c.Kinds, k.Name) {
					c.Kinds = append(c.Kinds, k.Name)
				}
			}
			if _, known := t.byName[word]; n == len(c.Kinds) && !known {
				return fmt.Errorf("goods: Locarno %s: no kind or group %q", row[0], word)
			}
		}
		t.locarno = append(t.locarno, c)
	}
	return nil
}

func readNames(s string, fields int) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(s))
	r.Comment = '#'
	r.FieldsPerRecord = fields
	return r.ReadAll()
}
