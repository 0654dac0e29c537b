package fold

import (
	_ "embed"
)

//go:embed pinyin.bin
var pinyinData string

// Pinyin returns the toneless readings of a Chinese character, the customary one first, "" for one that does not exist.
// The vowel ü is written v.
func Pinyin(r rune) (first, second string) {
	i := 4 * (int(r) - 0x4e00)
	if i < 0 || i+4 > len(pinyinData) {
		return "", ""
	}
	at := func(i int) string {
		n := int(pinyinData[i]) | int(pinyinData[i+1])<<8
		if n >= len(syllables) {
			return ""
		}
		return syllables[n]
	}
	return at(i), at(i + 2)
}

// Roman returns how a folded letter of another script is written in Latin letters: pinyin for Chinese characters, Hepburn
// for kana, the Revised Romanization for Hangul, and customary single letters for Cyrillic and Greek. It reports false for
// letters that it has no writing for, Latin ones among them; a sign that is not sounded, such as ь, is "" and true.
func Roman(r rune) (string, bool) {
	switch {
	case r < 0x370:
		return "", false
	case r >= 0x3b1 && r <= 0x3c9:
		return greek[r-0x3b1], true
	case r >= 0x430 && r <= 0x45f:
		return cyrillic[r-0x430], true
	case r >= 0x3041 && r <= 0x3096:
		return hepburn[r-0x3041], true
	case r >= 0x30a1 && r <= 0x30f6:
		return hepburn[r-0x30a1], true
	case r == 'ー':
		return "", true
	case r >= 0xac00 && r <= 0xd7a3:
		return hangul(r), true
	case r >= 0x4e00 && r <= 0x9fff:
		s, _ := Pinyin(r)
		return s, s != ""
	}
	return "", false
}

var greek = [...]string{
	"a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s", "t", "y", "f", "ch", "ps", "o",
}

var cyrillic = [...]string{
	"a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
	"e", "e", "dj", "g", "e", "dz", "i", "yi", "j", "lj", "nj", "c", "k", "i", "u", "dz",
}

// hepburn holds the kana from small a on. A small y-kana stands for its own syllable, so that kya is written kiya.
var hepburn = [...]string{
	"a", "a", "i", "i", "u", "u", "e", "e", "o", "o", "ka", "ga", "ki", "gi", "ku", "gu", "ke", "ge", "ko", "go",
	"sa", "za", "shi", "ji", "su", "zu", "se", "ze", "so", "zo", "ta", "da", "chi", "ji", "", "tsu", "zu", "te", "de", "to", "do",
	"na", "ni", "nu", "ne", "no", "ha", "ba", "pa", "hi", "bi", "pi", "fu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po",
	"ma", "mi", "mu", "me", "mo", "ya", "ya", "yu", "yu", "yo", "yo", "ra", "ri", "ru", "re", "ro", "wa", "wa", "i", "e", "o", "n", "vu", "ka", "ke",
}

var (
	initials = [...]string{"g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"}
	vowels   = [...]string{"a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"}
	finals   = [...]string{"", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"}
)

// hangul writes a syllable by its letters, which Unicode numbers in order.
func hangul(r rune) string {
	n := int(r - 0xac00)
	return initials[n/588] + vowels[n%588/28] + finals[n%28]
}
