package fold

import (
	"cmp"
	"slices"
	"unicode"
)

// spelling maps one character to ASCII letters or digits.
type spelling struct {
	r  rune
	to string
}

func find(table []spelling, r rune) (string, bool) {
	i, ok := slices.BinarySearchFunc(table, r, func(s spelling, r rune) int { return cmp.Compare(s.r, r) })
	if !ok {
		return "", false
	}
	return table[i].to, true
}

// ignorable reports whether r does not show: zero-width and format characters, fillers, variation selectors, tags.
func ignorable(r rune) bool {
	switch {
	case r < 0xad:
		return r < 0x20 && r != '\t' && r != '\n' && r != '\v' && r != '\f' && r != '\r' || r == 0x7f
	case r >= 0x3165 && r < 0xfe00:
		return false
	}
	i, ok := slices.BinarySearchFunc(ignorables[:], r, func(e [2]rune, r rune) int { return cmp.Compare(e[0], r) })
	return ok || i > 0 && r <= ignorables[i-1][1] || unicode.Is(unicode.Cf, r)
}

// Simplified returns the simplified form of a Chinese character, and r itself when it has none other.
func Simplified(r rune) rune {
	if r < 0x3400 || r > 0x9fff && r < 0x20000 {
		return r
	}
	i, ok := slices.BinarySearchFunc(simplified[:], r, func(e [2]rune, r rune) int { return cmp.Compare(e[0], r) })
	if !ok {
		return r
	}
	return simplified[i][1]
}

// apart holds the scripts whose characters are tokens of their own.
var apart = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Yi}

// class is what a character is to the cutting of words.
type class uint8

const (
	space class = iota
	punct
	quote  // an apostrophe
	symbol // an emoji or other symbol: shown, no letter, no punctuation
	letter
	digit
	ideograph
	mark   // combines with the character before
	hidden // does not show
)

// classOf returns the class of a character.
func classOf(r rune) class {
	if r < 0x80 {
		return asciiClass[r]
	}
	switch {
	case r >= 0x4e00 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3 || r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fa || r == 'ー':
		return ideograph
	case r == '’' || r == '‘' || r == 'ʼ' || r == '´' || r == '′' || r == '＇':
		return quote
	case ignorable(r):
		return hidden
	case unicode.Is(unicode.M, r):
		if unicode.Is(unicode.Inherited, r) || unicode.Is(unicode.Me, r) || unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Latin, unicode.Cyrillic, unicode.Greek) {
			return mark
		}
		if unicode.In(r, apart...) {
			return ideograph
		}
		return letter
	case unicode.IsLetter(r):
		if unicode.In(r, apart...) {
			return ideograph
		}
		return letter
	case unicode.IsDigit(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.No, r):
		return digit
	case unicode.IsSpace(r) || unicode.Is(unicode.Z, r):
		return space
	case unicode.Is(unicode.P, r):
		return punct
	}
	return symbol
}

// asciiClass is classOf for ASCII.
var asciiClass = func() (t [128]class) {
	for c := range t {
		switch {
		case c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r' || c == ' ':
			t[c] = space
		case c < ' ' || c == 0x7f:
			t[c] = hidden
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			t[c] = letter
		case c >= '0' && c <= '9':
			t[c] = digit
		case c == '\'' || c == '`':
			t[c] = quote
		default:
			t[c] = punct
		}
	}
	return t
}()

// IsIdeograph reports whether a folded rune is a token of its own: a character of a script without spaces, or Hangul.
func IsIdeograph(r rune) bool { return classOf(r) == ideograph }

// boundary reports whether a separator ends a phrase. A full stop or dash does so beside a space only: see gap.
func boundary(r rune) bool {
	switch r {
	case '\n', '\r', '(', ')', '[', ']', '{', '}', '<', '>', '|', ';', ':', '!', '?', ',', '/', '•', '·', '"', '“', '”', '«', '»',
		'，', '。', '；', '：', '！', '？', '、', '（', '）', '【', '】', '「', '」', '『', '』', '《', '》', '〈', '〉', '｜', '／', '＋':
		return true
	}
	return false
}

// symbolLetter returns the letter that an ASCII or currency symbol stands for in disguised words, 0 for none.
func symbolLetter(r rune) rune {
	switch r {
	case '$':
		return 's'
	case '@':
		return 'a'
	case '!', '|', '¡':
		return 'i'
	case '€':
		return 'e'
	case '£':
		return 'l'
	case '+':
		return 't'
	}
	return 0
}
