package text

import (
	"unicode/utf8"
	"unsafe"

	"lookalike/corpora/words"
	"lookalike/matchers/fold"
)

// lexical are the dictionaries whose words are not taken for misspellings. Names and places are no such words.
const lexical = words.English | words.German | words.French | words.Spanish | words.Italian | words.Common

// ordinaryCache remembers which words are ordinary. A slot holds the hash of the word that it was last used for, with the
// answer in the lowest bit, so that it is bounded and needs no upkeep.
type ordinaryCache struct {
	slots [1 << 13]uint64
	key   []byte
}

// ordinary appends for each token of t whether it is an ordinary word, a number or a single letter. Ideographs never are.
// The first word of a title stands where a brand stands: it is ordinary only when it is frequent in titles.
func (c *ordinaryCache) ordinary(dict *words.Tables, t *fold.Text, title bool, dst []bool) []bool {
	if dict == nil {
		return dst
	}
	for i, k := range t.Tokens {
		in := lexical
		if i == 0 && title {
			in = words.Common
		}
		switch {
		case k.Shape&fold.Ideograph != 0:
			dst = append(dst, false)
		case k.Shape&fold.AllDigits != 0 || k.To-k.From == 1:
			dst = append(dst, true)
		default:
			dst = append(dst, c.word(dict, t.Runes[k.From:k.To], in))
		}
	}
	return dst
}

// word reports whether one of the dictionaries in holds a word.
func (c *ordinaryCache) word(dict *words.Tables, runes []rune, in words.Set) bool {
	h := uint64(in) << 32 // above every rune, so that no word is another of another dictionary
	for _, r := range runes {
		h = (h ^ uint64(uint32(r))) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	slot := &c.slots[h>>51]
	if *slot|1 == h|1 {
		return *slot&1 != 0
	}
	c.key = c.key[:0]
	for _, r := range runes {
		c.key = utf8.AppendRune(c.key, r)
	}
	yes := dict.Dictionaries(unsafe.String(unsafe.SliceData(c.key), len(c.key)))&in != 0
	if *slot = h | 1; !yes {
		*slot = h &^ 1
	}
	return yes
}
