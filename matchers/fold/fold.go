// Package fold brings texts to the form in which they are compared, and keeps the way back to the bytes that were read.
package fold

// Text is one field folded: its letters and digits, and for each the bytes that it came from. Its memory is reused by the
// next Fold.
type Text struct {
	// Runes are the folded letters and digits of the whole text in order, without any separator.
	Runes []rune
	// Start and End are the byte range in the text as read from which each rune was made. Several runes may share one
	// range (ß gives ss); hidden characters belong to no range.
	Start, End []uint32
	// Tokens cut Runes into words. A run of Han, kana, Thai or another script written without spaces is one token per
	// character.
	Tokens []Token
}

// Token is one word of a Text.
type Token struct {
	From, To uint32 // Runes[From:To]
	Shape    Shape
}

// Shape is what folding took away that rules still ask for. It is a set.
type Shape uint16

// The shapes.
const (
	Upper     Shape = 1 << iota // every cased letter is a capital, and there are at least two
	Title                       // the first letter is a capital and not every other
	Lower                       // no capital
	HasDigit                    // holds a digit
	AllDigits                   // holds nothing else
	Ideograph                   // one character of a script without spaces
	After                       // a sentence, line, bracket or similar boundary stands before the token
	Glued                       // no space stands between this token and the one before (coca-cola, K's, iPhone15)
)

// Fold replaces the content of t by s: NFKC, lower case, accents removed, hidden characters dropped.
func (t *Text) Fold(s string) { panic("unwritten") }

// Key returns the plain folding of s with one space between tokens: what two texts have in common that are the same
// sign by the lane exact.
func Key(s string) string { panic("unwritten") }

// Squeeze returns Key without the spaces.
func Squeeze(s string) string { panic("unwritten") }
