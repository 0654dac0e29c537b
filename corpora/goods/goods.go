// Package goods tells which Nice classes a listing's goods fall in, and how two sets of goods relate, from tables with
// source and confidence.
package goods

// Table is the loaded data. It is immutable and safe for concurrent use.
type Table struct{}

// Load decodes the embedded data.
func Load() (*Table, error) { panic("unwritten") }

// Guess is one class with the confidence that the goods fall in it, 0–1.
type Guess struct {
	Class      uint8
	Confidence float64
}

// Answer is what the table thinks of a listing's goods.
type Answer struct {
	Classes []Guess  // best first; none when the goods are unknown
	Kinds   []string // finer kinds of goods, such as "footwear" or "phone"; see Kinds
	Words   string   // the words that decided, as they stand in the input
	From    string   // "category", "title" or ""
}

// Classify answers for a category path or name and, where that says nothing, for a title. Unknown stays unknown.
func (t *Table) Classify(category, title string) Answer { panic("unwritten") }

// RelatedClasses reports whether goods of classes a and b are commonly sold under one mark, by the related-class table.
func (t *Table) RelatedClasses(a, b uint8) bool { panic("unwritten") }

// KindsOf returns the kinds of goods that a text of goods names, such as the goods of a registration.
func (t *Table) KindsOf(goods string) []string { panic("unwritten") }

// SimilarKinds reports whether two kinds of goods are commonly held similar.
func (t *Table) SimilarKinds(a, b string) bool { panic("unwritten") }
