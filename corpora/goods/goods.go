// Package goods tells which Nice classes a listing's goods fall in, and how two sets of goods relate, from tables with
// source and confidence.
//
// Two tables answer. The kinds (kinds_*.csv, kept by hand) are some 250 finer kinds of goods with their class and their
// words in English, Chinese and six further languages: the longest word that stands at the head of a category or title decides. The terms
// (terms.bin, written by benchmarks/gengoods from the goods and services of EUIPO's open data) are weights of words for
// classes, in eight languages; they answer for categories that name no kind. A title that names no kind stays unknown.
package goods

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed kinds_wear.csv
var kindsWear string

//go:embed kinds_tech.csv
var kindsTech string

//go:embed kinds_home.csv
var kindsHome string

//go:embed kinds_care.csv
var kindsCare string

//go:embed kinds_food.csv
var kindsFood string

//go:embed words_other.csv
var wordsOther string

//go:embed related.csv
var relatedCSV string

//go:embed classes.csv
var classesCSV string

//go:embed locarno.csv
var locarnoCSV string

//go:embed departments.csv
var departmentsCSV string

//go:embed google.txt
var googleText string

//go:embed terms.bin
var termsData string

// Table is the loaded data. It is immutable and safe for concurrent use.
type Table struct {
	kinds      []Kind
	byName     map[string]int
	root       *node // words of kinds
	vocabulary vocabulary
	similar    map[[2]int]bool
	related    [NumClasses + 1]uint64 // bit c of related[b]
	terms      terms

	departments map[string][]uint8 // classes by the tokens of a phrase
	classNames  []name
	locarno     []LocarnoClass
	google      map[int]googleCategory

	cutters sync.Pool // of *cutter
}

// cutter returns memory for cutting a text, which done takes back.
func (t *Table) cutter() *cutter {
	if c, ok := t.cutters.Get().(*cutter); ok {
		return c
	}
	return new(cutter)
}

// done takes the memory of a cutter back, unless a long text made it grow.
func (t *Table) done(c *cutter) {
	if cap(c.toks) > mostTokens {
		return
	}
	clear(c.toks)
	clear(c.parts)
	t.cutters.Put(c)
}

// mostTokens bounds the tokens of a text whose memory is kept for the next.
const mostTokens = 1 << 10

// NumClasses is the number of Nice classes; they are numbered from 1.
const NumClasses = 45

// Load decodes the embedded data.
func Load() (*Table, error) { return LoadTerms(termsData) }

// LoadTerms is Load with other weights of terms, as Train writes them.
func LoadTerms(data string) (*Table, error) {
	t := &Table{byName: map[string]int{}, root: &node{}, similar: map[[2]int]bool{}}
	for _, s := range []string{kindsWear, kindsTech, kindsHome, kindsCare, kindsFood} {
		if err := t.readKinds(s); err != nil {
			return nil, err
		}
	}
	if err := t.linkKinds(); err != nil {
		return nil, err
	}
	if err := t.readWords(wordsOther); err != nil {
		return nil, err
	}
	t.index()
	if err := t.readRelated(relatedCSV); err != nil {
		return nil, err
	}
	if err := t.readDepartments(departmentsCSV); err != nil {
		return nil, err
	}
	if err := t.readClasses(classesCSV); err != nil {
		return nil, err
	}
	if err := t.readLocarno(locarnoCSV); err != nil {
		return nil, err
	}
	var err error
	if t.google, err = readGoogle(googleText); err != nil {
		return nil, err
	}
	if t.terms, err = openTerms(data); err != nil {
		return nil, fmt.Errorf("goods: %w", err)
	}
	return t, nil
}

// Guess is one class with the confidence that the goods fall in it, 0–1.
type Guess struct {
	Class      uint8
	Confidence float64
}

// Answer is what the table thinks of a listing's goods.
type Answer struct {
	Classes []Guess  // best first; none when the goods are unknown
	Kinds   []string // finer kinds of goods, such as "footwear" or "phone"; see Kinds
	Words   string   // the words that decided, as they stand in the input; a long one loses bytes that are not UTF-8
	From    string   // "category", "title" or ""
}

// MaxText is the number of bytes of a category or title that Classify looks at.
const MaxText = 2000

// Classify answers for a category path or name and, where that says nothing, for a title. Unknown stays unknown.
//
// The more specific a segment of a category path, the more it decides. A number of Google's product taxonomy is read as its
// path.
func (t *Table) Classify(category, title string) Answer {
	return t.classify(category, title, nil)
}

func (t *Table) classify(category, title string, tr *trace) Answer {
	if number := strings.TrimSpace(category); t.googlePath(number) != "" {
		category = t.googlePath(number)
		tr.add(number, ByNumber, "", &classScores{})
		a := t.classifyCategory(category, tr)
		a.Words = number
		return a
	}
	if a := t.classifyCategory(clip(category, MaxText), tr); len(a.Classes) > 0 {
		return a
	}
	return t.classifyTitle(clip(title, MaxText), tr)
}

// clip cuts s to at most n bytes on a rune boundary.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// RelatedClasses reports whether goods of classes a and b are commonly sold under one mark, by the related-class table.
func (t *Table) RelatedClasses(a, b uint8) bool {
	return int(a) < len(t.related) && b <= NumClasses && t.related[a]&(1<<b) != 0
}

// KindsOf returns the kinds of goods that a text of goods names, such as the goods of a registration. They are sorted.
func (t *Table) KindsOf(goods string) []string {
	var found []string
	c := t.cutter()
	defer t.done(c)
	for _, p := range c.split(clip(goods, 20*MaxText), true) {
		m, _, ok := t.head(p)
		if !ok {
			continue
		}
		for _, k := range m.kinds {
			found = append(found, t.kinds[k].Name)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// SimilarKinds reports whether two kinds of goods are commonly held similar: they are one kind, of one group, or listed
// as similar.
func (t *Table) SimilarKinds(a, b string) bool {
	i, ok := t.byName[a]
	j, ok2 := t.byName[b]
	if !ok || !ok2 {
		return false
	}
	return i == j || t.kinds[i].Group == t.kinds[j].Group || t.similar[[2]int{i, j}]
}

// Kinds returns the kinds in the order of the table. The caller must not change them.
func (t *Table) Kinds() []Kind { return t.kinds }

// Kind returns the kind of that name.
func (t *Table) Kind(name string) (Kind, bool) {
	i, ok := t.byName[name]
	if !ok {
		return Kind{}, false
	}
	return t.kinds[i], true
}
