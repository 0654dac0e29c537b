package matchers

import (
	"math"
	"unicode"

	"lookalike/corpora/words"
	"lookalike/matchers/fold"
)

// factsOf returns what the words of a sign say of themselves: length, words, scripts and dictionaries.
func (t *signTable) factsOf(text string) Facts {
	t.folded.Fold(text)
	var f Facts
	f.Runes = uint16(min(len(t.folded.Runes), math.MaxUint16))
	for _, r := range t.folded.Runes {
		f.Script |= scriptOf(r)
	}
	sets := ^words.Set(0)
	n := 0
	for word := range wordsOf(&t.folded) {
		n++
		if t.o.Dictionary == nil || sets == 0 {
			sets = 0
			continue
		}
		sets &= t.o.Dictionary(string(word))
	}
	if n == 0 {
		sets = 0
	}
	f.Words, f.Dictionary = uint8(min(n, math.MaxUint8)), sets
	return f
}

// wordsOf yields the words of a folded text. Characters of a script without spaces that stand together are one word.
func wordsOf(t *fold.Text) func(yield func([]rune) bool) {
	return func(yield func([]rune) bool) {
		for i := 0; i < len(t.Tokens); {
			first := t.Tokens[i]
			last := first
			for i++; i < len(t.Tokens) && first.Shape&fold.Ideograph != 0; i++ {
				if s := t.Tokens[i].Shape; s&fold.Ideograph == 0 || s&fold.Glued == 0 {
					break
				}
				last = t.Tokens[i]
			}
			if !yield(t.Runes[first.From:last.To]) {
				return
			}
		}
	}
}

func scriptOf(r rune) ScriptSet {
	switch {
	case r >= 'a' && r <= 'z':
		return Latin
	case unicode.IsDigit(r):
		return Digits
	case unicode.Is(unicode.Latin, r):
		return Latin
	case unicode.Is(unicode.Han, r):
		return Han
	case unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー':
		return Kana
	case unicode.Is(unicode.Hangul, r):
		return Hangul
	case unicode.Is(unicode.Cyrillic, r):
		return Cyrillic
	}
	return OtherScript
}
