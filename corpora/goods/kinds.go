package goods

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// Kind is a kind of goods finer than a Nice class.
type Kind struct {
	Name    string  // English, unique
	Classes []uint8 // the usual class first
	Group   string  // kinds of one group are commonly held similar
	English []string
	Chinese []string
	Similar []string // kinds of other groups that are commonly held similar
}

// node is one step of a phrase: the kinds of the phrase that ends here, and the steps that follow, by token.
type node struct {
	kinds []int
	next  map[string]*node
}

// readKinds reads one file of kinds: kind, classes, group, English words, Chinese words, similar kinds.
func (t *Table) readKinds(s string) error {
	r := csv.NewReader(strings.NewReader(s))
	r.Comment = '#'
	r.FieldsPerRecord = 6
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("goods: kinds: %w", err)
	}
	for _, row := range rows {
		k := Kind{Name: row[0], Group: row[2], English: list(row[3]), Chinese: list(row[4]), Similar: list(row[5])}
		for _, c := range list(row[1]) {
			n, err := strconv.Atoi(c)
			if err != nil || n < 1 || n > NumClasses {
				return fmt.Errorf("goods: kind %q: bad class %q", k.Name, c)
			}
			k.Classes = append(k.Classes, uint8(n))
		}
		if _, dup := t.byName[k.Name]; dup || len(k.Classes) == 0 || len(k.English) == 0 || k.Group == "" {
			return fmt.Errorf("goods: kind %q is incomplete or stands twice", k.Name)
		}
		t.byName[k.Name] = len(t.kinds)
		t.kinds = append(t.kinds, k)
	}
	return nil
}

// readWords enters the words of kinds in further languages. A word that is taken keeps its kind.
func (t *Table) readWords(s string) error {
	r := csv.NewReader(strings.NewReader(s))
	r.Comment = '#'
	r.FieldsPerRecord = 7
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("goods: words: %w", err)
	}
	for _, row := range rows[1:] {
		i, ok := t.byName[row[0]]
		if !ok {
			return fmt.Errorf("goods: words: no kind %q", row[0])
		}
		for _, words := range row[1:] {
			for _, w := range list(words) {
				t.enter(w, i)
			}
		}
	}
	return nil
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

// linkKinds enters the names of all kinds, which lead to themselves, then their words, and resolves the similar ones.
func (t *Table) linkKinds() error {
	for i, k := range t.kinds {
		for _, form := range plurals(k.Name) {
			t.enter(form, i)
		}
	}
	for i, k := range t.kinds {
		for _, w := range k.English {
			for _, form := range plurals(w) {
				t.enter(form, i)
			}
		}
		for _, w := range k.Chinese {
			t.enter(w, i)
		}
		for _, name := range k.Similar {
			j, ok := t.byName[name]
			if !ok {
				// The name of a group stands for all its kinds.
				if !t.linkGroup(i, name) {
					return fmt.Errorf("goods: kind %q: no kind or group %q", k.Name, name)
				}
				continue
			}
			t.similar[[2]int{i, j}], t.similar[[2]int{j, i}] = true, true
		}
	}
	return nil
}

func (t *Table) linkGroup(i int, group string) bool {
	found := false
	for j, k := range t.kinds {
		if k.Group == group {
			t.similar[[2]int{i, j}], t.similar[[2]int{j, i}] = true, true
			found = true
		}
	}
	return found
}

// enter adds a phrase. The kind that enters a phrase first keeps it.
func (t *Table) enter(phrase string, kind int) {
	n := t.root
	for _, tok := range tokens(phrase) {
		if n.next == nil {
			n.next = map[string]*node{}
		}
		m := n.next[tok.text]
		if m == nil {
			m = &node{}
			n.next[tok.text] = m
		}
		n = m
	}
	if n != t.root && len(n.kinds) == 0 {
		n.kinds = append(n.kinds, kind)
	}
}

// plurals returns an English word or phrase with its regular plurals.
func plurals(w string) []string {
	forms := []string{w}
	switch {
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "ch"):
		forms = append(forms, w+"es")
	case strings.HasSuffix(w, "s"):
	case strings.HasSuffix(w, "y") && len(w) > 1 && !strings.ContainsRune("aeiou", rune(w[len(w)-2])):
		forms = append(forms, w[:len(w)-1]+"ies")
	case strings.HasSuffix(w, "fe"):
		forms = append(forms, w[:len(w)-2]+"ves")
	case strings.HasSuffix(w, "f"):
		forms = append(forms, w+"s", w[:len(w)-1]+"ves")
	default:
		forms = append(forms, w+"s")
	}
	return forms
}
