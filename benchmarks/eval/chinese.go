package eval

import (
	"context"
	"math/rand/v2"
	"strings"
	"unicode"

	"lookalike/corpora"
	"lookalike/matchers/fold"
)

// Chinese measures names between scripts: names with a Chinese form, written in each way into titles.
//
// In a first register each right has its words and its Chinese name as a recorded alias, in a second one the Chinese name
// alone, in a third one its pinyin alone, as a maker outside China may have registered it. Columns are those of Disguises.
func Chinese(ctx context.Context, o Options, names []Name, titles []string) (Section, error) {
	s := Section{Name: "chinese", Columns: []string{"first", "inside", "policy_off", "brand"}}
	var both []Name
	seen := map[string]bool{}
	for _, n := range names {
		k := simplified(n.Chinese)
		if han(n.Chinese) && len([]rune(k)) >= 2 && !seen[k] {
			seen[k] = true
			both = append(both, n)
		}
	}
	if len(both) == 0 {
		return s, nil
	}
	recorded := make(rightsSource, len(both))
	alone, latin := make([]string, len(both)), make([]string, len(both))
	for i, n := range both {
		recorded[i] = rightOf(i, n.Text)
		recorded[i].Aliases = []corpora.Alias{{Text: n.Chinese, Lang: "zh"}}
		alone[i] = n.Chinese
		latin[i] = pinyin(n.Chinese, "")
	}
	var regs [3]*register
	var err error
	if regs[0], err = registerOf(ctx, o.Kinds, recorded, o.Dictionary); err != nil {
		return s, err
	}
	defer regs[0].close()
	for i, list := range [][]string{alone, latin} {
		if regs[i+1], err = newRegister(ctx, o.Kinds, list, o.Dictionary); err != nil {
			return s, err
		}
		defer regs[i+1].close()
	}
	other := homophones()
	for _, w := range []struct {
		name  string
		reg   *register
		write func(d *rand.Rand, n Name) string
	}{
		{"recorded_chinese", regs[0], func(_ *rand.Rand, n Name) string { return n.Chinese }},
		{"recorded_latin", regs[0], func(_ *rand.Rand, n Name) string { return n.Text }},
		{"recorded_pinyin", regs[0], func(_ *rand.Rand, n Name) string { return pinyin(n.Chinese, "") }},
		{"simplified", regs[1], func(_ *rand.Rand, n Name) string { return changed(n.Chinese, simplified(n.Chinese)) }},
		{"traditional", regs[1], func(_ *rand.Rand, n Name) string { return changed(n.Chinese, traditional(n.Chinese)) }},
		{"spaced", regs[1], func(_ *rand.Rand, n Name) string { return strings.Join(strings.Split(n.Chinese, ""), " ") }},
		{"pinyin", regs[1], func(_ *rand.Rand, n Name) string { return pinyin(n.Chinese, "") }},
		{"pinyin_spaced", regs[1], func(_ *rand.Rand, n Name) string { return pinyin(n.Chinese, " ") }},
		{"pinyin_capitals", regs[1], func(_ *rand.Rand, n Name) string { return strings.ToUpper(pinyin(n.Chinese, "")) }},
		{"homophones", regs[1], func(d *rand.Rand, n Name) string { return sameSound(d, n.Chinese, other) }},
		{"other_character", regs[1], otherCharacter},
		{"characters_of_pinyin", regs[2], func(_ *rand.Rand, n Name) string { return n.Chinese }},
	} {
		d := rand.New(rand.NewPCG(o.World.Seed, uint64(len(w.name))))
		n, counts := 0, [4]int{}
		for i, name := range both {
			shown := w.write(d, name)
			if shown == "" || n == o.Names {
				continue
			}
			n++
			found, err := w.reg.places(ctx, o, d, titles[d.IntN(len(titles))], shown, uint32(i))
			if err != nil {
				return s, err
			}
			for k, ok := range found {
				counts[k] += one(ok)
			}
		}
		if n > 0 {
			s.Rows = append(s.Rows, shares(w.name, n, counts[:]...))
		}
	}
	return s, nil
}

// pinyin returns the customary reading of Chinese characters, syllables joined by sep, "" when one has none.
func pinyin(s, sep string) string {
	var out []string
	for _, r := range s {
		p, _ := fold.Pinyin(r)
		if p == "" {
			return ""
		}
		out = append(out, p)
	}
	return strings.Join(out, sep)
}

func simplified(s string) string { return strings.Map(fold.Simplified, s) }

// traditional writes characters in a traditional form, the first that Unicode has.
func traditional(s string) string {
	return strings.Map(func(r rune) rune {
		if t := traditionals[r]; t != 0 {
			return t
		}
		return r
	}, s)
}

var traditionals = func() map[rune]rune {
	m := map[rune]rune{}
	for r := rune(0x9fff); r >= 0x4e00; r-- {
		if to := fold.Simplified(r); to != r {
			m[to] = r
		}
	}
	return m
}()

// changed returns to where it differs from s.
func changed(s, to string) string {
	if s == to {
		return ""
	}
	return to
}

// commonFrom and commonTo bound the characters that stand in for others: the middle of the block, where most are in use.
const commonFrom, commonTo = 0x4e00, 0x8fff

// homophones lists characters by their customary reading.
func homophones() map[string][]rune {
	m := map[string][]rune{}
	for r := rune(commonFrom); r <= commonTo; r++ {
		if p, _ := fold.Pinyin(r); p != "" && fold.Simplified(r) == r && unicode.Is(unicode.Han, r) {
			m[p] = append(m[p], r)
		}
	}
	return m
}

// sameSound replaces one character of a name of three or more by another of the same reading.
func sameSound(d *rand.Rand, s string, other map[string][]rune) string {
	runes := []rune(s)
	if len(runes) < 3 {
		return ""
	}
	at := d.IntN(len(runes))
	p, _ := fold.Pinyin(runes[at])
	if len(other[p]) < 2 {
		return ""
	}
	for {
		if r := other[p][d.IntN(len(other[p]))]; r != runes[at] {
			runes[at] = r
			return string(runes)
		}
	}
}

// otherCharacter replaces a character, not the first, of a name of three or more.
func otherCharacter(d *rand.Rand, n Name) string {
	runes := []rune(n.Chinese)
	if len(runes) < 3 {
		return ""
	}
	at := 1 + d.IntN(len(runes)-1)
	for {
		if r := rune(commonFrom + d.IntN(commonTo-commonFrom)); fold.Class(r) != fold.Class(runes[at]) && r == fold.Simplified(r) {
			runes[at] = r
			return string(runes)
		}
	}
}
