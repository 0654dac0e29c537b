package text

import (
	"lookalike/matchers/fold"
)

// romanised is the reading of a field in Latin letters, token by token.
type romanised struct {
	has    bool
	runes  []rune
	ends   []uint32 // per token of the plain reading: where it ends in runes
	counts []uint32 // per token: how many tokens up to it are of another script
}

// read replaces the content by the reading of t. Letters without a Latin writing stay.
func (x *romanised) read(t *fold.Text) {
	x.has, x.runes, x.ends, x.counts = false, x.runes[:0], x.ends[:0], x.counts[:0]
	for _, r := range t.Runes {
		if r >= 0x370 {
			x.has = true
			break
		}
	}
	if !x.has {
		return
	}
	n := uint32(0)
	for _, k := range t.Tokens {
		changed := false
		for _, r := range t.Runes[k.From:k.To] {
			s, ok := fold.Roman(r)
			if !ok {
				x.runes = append(x.runes, r)
				continue
			}
			changed = true
			for i := range len(s) {
				x.runes = append(x.runes, rune(s[i]))
			}
		}
		if changed {
			n++
		}
		x.ends = append(x.ends, uint32(len(x.runes)))
		x.counts = append(x.counts, n)
	}
}

// window returns the letters of a run of tokens, and how many of the tokens are of another script.
func (x *romanised) window(first, last int) (runes []rune, changed uint32) {
	from, before := uint32(0), uint32(0)
	if first > 0 {
		from, before = x.ends[first-1], x.counts[first-1]
	}
	return x.runes[from:x.ends[last]], x.counts[last] - before
}

// minRoman and maxRoman are how many letters a reading has at least and at most that is compared with signs.
const (
	minRoman = 4
	maxRoman = 48
)

// romanForms calls yield with the Latin readings of a sign in another script: the customary one, and up to three with the
// second reading of one Chinese character. Signs of one character have none.
func romanForms(t *fold.Text, yield func([]rune)) {
	var usual []rune
	var others []int
	foreign := 0
	for i, r := range t.Runes {
		s, ok := fold.Roman(r)
		if !ok {
			usual = append(usual, r)
			continue
		}
		foreign++
		usual = append(usual, []rune(s)...)
		if _, second := fold.Pinyin(r); second != "" && len(others) < 3 {
			others = append(others, i)
		}
	}
	if foreign < 2 || len(usual) < minRoman || len(usual) > maxRoman {
		return
	}
	yield(usual)
	for _, at := range others {
		var form []rune
		for i, r := range t.Runes {
			s, ok := fold.Roman(r)
			if i == at {
				_, s = fold.Pinyin(r)
			}
			if !ok {
				s = string(r)
			}
			form = append(form, []rune(s)...)
		}
		if len(form) >= minRoman && len(form) <= maxRoman {
			yield(form)
		}
	}
}
