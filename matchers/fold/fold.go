// Package fold brings texts to the form in which they are compared, and keeps the way back to the bytes that were read.
//
// Folding is compatibility normalisation (NFKC), lower case, and the loss of accents and of characters that do not show.
// Two readings of a text exist. The plain one keeps every letter in its own script. The look reading (Text.Look) takes
// each character for the ASCII letter that it looks like: Cyrillic а for a, the dollar sign in BE$T for s. Digits that
// stand for letters, as in N1KE, and letters set apart, as in N I K E, need no reading of their own: Similar says which
// letters a character may stand for, and a window over several tokens is compared without its separators.
//
// Start with Key for single names and with Text for fields of listings. The package decides nothing about signs.
package fold

import (
	"strings"
	"unicode/utf8"
)

// Text is one field folded: its letters and digits, and for each the bytes that it came from. Its memory is reused by the
// next Fold.
type Text struct {
	// Runes are the folded letters and digits of the whole text in order, without any separator.
	Runes []rune
	// Start and End are the byte range in the text as read from which each rune was made. Several runes may share one
	// range (ß gives ss); hidden characters belong to no range.
	Start, End []uint32
	// Notes say for each rune what folding undid.
	Notes []Note
	// Tokens cut Runes into words. A run of Han, kana, Thai or another script written without spaces is one token per
	// character, and so is Hangul, whose particles are written onto the word. Digits and letters are tokens apart.
	Tokens []Token

	sc scanner
}

// Token is one word of a Text.
type Token struct {
	From, To uint32 // Runes[From:To]
	Shape    Shape
}

// Note is what folding undid at one rune. It is a set.
type Note uint8

// The notes.
const (
	NoteCapital Note = 1 << iota // it was a capital
	NoteForm                     // width, accent or another form of the same letter was removed
	NoteHidden                   // a character that does not show stood in it or between it and the rune before
	NoteLook                     // another script's character taken for the letter that it looks like
	NoteSymbol                   // a symbol taken for a letter: $ for s
)

// Shape is what folding took away that rules still ask for. It is a set.
type Shape uint16

// The shapes.
const (
	Upper      Shape = 1 << iota // every cased letter is a capital, and there are at least two
	Title                        // the first letter is a capital and not every other
	Lower                        // no capital
	HasDigit                     // holds a digit
	AllDigits                    // holds nothing else
	Ideograph                    // one character of a script without spaces
	After                        // the text starts here, or a sentence, line, bracket or similar boundary stands before the token
	Glued                        // no space stands between this token and the one before (coca-cola, K's, iPhone15)
	Touching                     // nothing at all stands between them (iPhone15, 耐克)
	Apostrophe                   // an apostrophe alone stands between them, and both are letters (K's)
	Decorated                    // an emoji or another symbol that is no punctuation stands between them
)

// Fold replaces the content of t by s: NFKC, lower case, accents removed, hidden characters dropped. Every byte offset in
// t lies within s, invalid UTF-8 included; an invalid byte separates words. It takes time in proportion to len(s).
func (t *Text) Fold(s string) {
	t.reset()
	t.sc.run(t, s, false)
}

// Look replaces the content of t by the look reading of s. It reports false, with t unusable, when s holds nothing that
// such a reading changes. A symbol reads as a letter where it touches a letter or digit; one at the edge of a word is a
// token of its own, so that the word can be had with and without it.
func (t *Text) Look(s string) bool {
	t.reset()
	t.sc.run(t, s, true)
	for _, n := range t.Notes {
		if n&(NoteLook|NoteSymbol) != 0 {
			return true
		}
	}
	return false
}

// HasLook reports whether Look of the text last given to Fold may change anything. It is cheap.
func (t *Text) HasLook() bool { return t.sc.odd }

func (t *Text) reset() {
	t.Runes, t.Start, t.End = t.Runes[:0], t.Start[:0], t.End[:0]
	t.Notes, t.Tokens = t.Notes[:0], t.Tokens[:0]
}

// Key returns the plain folding of s with one space between tokens: what two texts have in common that are the same
// sign by the lane exact. Apostrophes between letters join (levi's is levis), and nothing stands between ideographs that touch.
func Key(s string) string {
	var t Text
	t.Fold(s)
	var b strings.Builder
	b.Grow(len(s))
	for i, k := range t.Tokens {
		if i > 0 && t.Apart(i) {
			b.WriteByte(' ')
		}
		for _, r := range t.Runes[k.From:k.To] {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Apart reports whether a word boundary that counts stands before token i: none stands before the first token, at an
// apostrophe, and between ideographs that touch.
func (t *Text) Apart(i int) bool {
	if i == 0 {
		return false
	}
	k := t.Tokens[i].Shape
	return k&Apostrophe == 0 && !(k&Touching != 0 && k&Ideograph != 0 && t.Tokens[i-1].Shape&Ideograph != 0)
}

// Squeeze returns Key without the spaces.
func Squeeze(s string) string {
	var t Text
	t.Fold(s)
	b := make([]byte, 0, len(s))
	for _, r := range t.Runes {
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}
