package synth

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Treatment is a way to write a name that a reader still takes for it.
type Treatment string

// The treatments.
const (
	Plain       Treatment = "plain"
	Cased       Treatment = "case"         // other capitals
	FullWidth   Treatment = "full_width"   // ＮＩＫＥ
	Accented    Treatment = "accent"       // Nîke
	Substituted Treatment = "typo"         // one other letter
	Missing     Treatment = "missing"      // one letter left out
	Extra       Treatment = "extra"        // one letter too many
	Transposed  Treatment = "transposed"   // two neighbours swapped
	Doubled     Treatment = "doubled"      // one letter doubled
	Homoglyph   Treatment = "homoglyph"    // every letter that has one replaced by its Cyrillic or Greek look-alike
	MixedScript Treatment = "mixed_script" // one letter replaced by a look-alike
	Leet        Treatment = "leet"         // digits and symbols for letters
	Spaced      Treatment = "spaced"       // N I K E
	Dotted      Treatment = "dotted"       // N.I.K.E
	ZeroWidth   Treatment = "zero_width"   // a character inside that does not show
	Emoji       Treatment = "emoji"        // a pictograph between two letters
	Joined      Treatment = "joined"       // two words written as one
	Split       Treatment = "split"        // one word written as two
	Plural      Treatment = "plural"
	Reordered   Treatment = "reordered" // two words in the other order
	Pinyin      Treatment = "pinyin"    // the reading of a Chinese name
	Traditional Treatment = "traditional"
)

// Treatments returns all of them, Plain first.
func Treatments() []Treatment {
	return []Treatment{
		Plain, Cased, FullWidth, Accented, Substituted, Missing, Extra, Transposed, Doubled, Homoglyph, MixedScript, Leet,
		Spaced, Dotted, ZeroWidth, Emoji, Joined, Split, Plural, Reordered, Pinyin, Traditional,
	}
}

var (
	lookalikes = map[rune]rune{
		'a': 'а', 'c': 'с', 'e': 'е', 'i': 'і', 'o': 'о', 'p': 'р', 's': 'ѕ', 'x': 'х', 'y': 'у', 'j': 'ј', 'A': 'А', 'B': 'В',
		'C': 'С', 'E': 'Е', 'H': 'Н', 'I': 'І', 'K': 'К', 'M': 'М', 'O': 'О', 'P': 'Р', 'S': 'Ѕ', 'T': 'Т', 'X': 'Х', 'Y': 'Υ',
		'Z': 'Ζ', 'N': 'Ν', 'J': 'Ј',
	}
	digits  = map[rune]rune{'o': '0', 'i': '1', 'l': '1', 'e': '3', 'a': '4', 's': '5', 't': '7', 'b': '8'}
	accents = map[rune]rune{
		'a': 'á', 'e': 'è', 'i': 'î', 'o': 'ö', 'u': 'ü', 'n': 'ñ', 'c': 'ç', 's': 'š', 'y': 'ý', 'z': 'ž', 'A': 'Å', 'E': 'É',
		'I': 'Í', 'O': 'Ô', 'U': 'Ù', 'N': 'Ñ', 'C': 'Č', 'S': 'Ś', 'Y': 'Ÿ', 'Z': 'Ż',
	}
)

// Apply writes n by the treatment, the same way for the same seed. It returns false where the treatment does not apply to
// the name or leaves it as it was: a name of one word has no other order, an edit needs at least four letters to leave
// the name recognisable.
func (t Treatment) Apply(seed uint64, n Name) (string, bool) {
	d := roll(seed, 0x7ea7, len(n.Text))
	out := t.apply(d, n)
	return out, out != "" && (out != n.Text || t == Plain)
}

func (t Treatment) apply(d *dice, n Name) string {
	rs := []rune(n.Text)
	latin := !slices.ContainsFunc(rs, func(r rune) bool { return r >= utf8.RuneSelf })
	words := strings.Fields(n.Text)
	switch t {
	case Plain:
		return n.Text
	case Pinyin:
		return n.Pinyin
	case Traditional:
		return n.Traditional
	case ZeroWidth:
		return insert(rs, d, func() string { return of(d, []string{"\u200b", "\u200d", "\u2060", "\u00ad"}) })
	case Emoji:
		return insert(rs, d, func() string { return of(d, []string{"✨", "🔥", "⭐"}) })
	case Spaced, Dotted:
		if len(words) != 1 || len(rs) < 3 {
			return ""
		}
		return strings.Join(strings.Split(n.Text, ""), map[Treatment]string{Spaced: " ", Dotted: "."}[t])
	}
	if !latin {
		return "" // what is left concerns letters
	}
	switch t {
	case Cased:
		return recase(d, n.Text)
	case FullWidth:
		return strings.Map(func(r rune) rune {
			if r > ' ' {
				return r + 0xfee0
			}
			return r
		}, n.Text)
	case Accented:
		return replace(rs, d, accents, 1)
	case Homoglyph:
		return replace(rs, d, lookalikes, len(rs))
	case MixedScript:
		return replace(rs, d, lookalikes, 1)
	case Leet:
		return replace(rs, d, digits, 2)
	case Joined:
		if len(words) == 2 {
			return strings.Join(words, "")
		}
	case Reordered:
		if len(words) == 2 {
			return words[1] + " " + words[0]
		}
	case Split:
		if len(words) == 1 && len(rs) >= 6 {
			at := 3 + d.n(len(rs)-5)
			return string(rs[:at]) + " " + string(rs[at:])
		}
	case Plural:
		if last := unicode.ToLower(rs[len(rs)-1]); last != 's' && last != 'x' && last != 'z' && len(rs) >= 4 {
			if n.Text == strings.ToUpper(n.Text) {
				return n.Text + "S"
			}
			return n.Text + "s"
		}
	default:
		return t.edit(d, rs)
	}
	return ""
}

// edit applies the treatments that change one letter of a name of at least four letters. The first letter stays, but
// for a swap with the second.
func (t Treatment) edit(d *dice, rs []rune) string {
	var inside []int // positions whose letter follows another
	for i := 1; i < len(rs); i++ {
		if rs[i] != ' ' && rs[i-1] != ' ' {
			inside = append(inside, i)
		}
	}
	if len(inside) < 3 {
		return ""
	}
	at := of(d, inside)
	other := func() rune {
		letter := rune('a' + d.n(26))
		for unicode.ToLower(rs[at]) == letter || unicode.ToLower(rs[at-1]) == letter {
			letter = 'a' + (letter-'a'+1)%26
		}
		if unicode.IsUpper(rs[at]) {
			return unicode.ToUpper(letter)
		}
		return letter
	}
	switch t {
	case Substituted:
		rs[at] = other()
	case Missing:
		if rs[at] == rs[at-1] {
			return "" // one of a pair is hardly missed
		}
		rs = slices.Delete(rs, at, at+1)
	case Extra:
		rs = slices.Insert(rs, at, other())
	case Doubled:
		rs = slices.Insert(rs, at, rs[at])
	case Transposed:
		if rs[at] == rs[at-1] {
			return ""
		}
		rs[at], rs[at-1] = rs[at-1], rs[at]
	default:
		return ""
	}
	return string(rs)
}

// insert puts a string between two letters of rs.
func insert(rs []rune, d *dice, s func() string) string {
	if len(rs) < 3 {
		return ""
	}
	at := 1 + d.n(len(rs)-1)
	return string(rs[:at]) + s() + string(rs[at:])
}

// replace replaces up to most letters that table knows, chosen by d. It leaves "" when there is none.
func replace(rs []rune, d *dice, table map[rune]rune, most int) string {
	var can []int
	for i, r := range rs {
		if _, ok := table[r]; ok {
			can = append(can, i)
		} else if low := unicode.ToLower(r); table[low] != 0 && table[low] < utf8.RuneSelf {
			can = append(can, i) // a digit stands for a capital too
		}
	}
	if len(can) == 0 {
		return ""
	}
	for range min(most, len(can)) {
		k := d.n(len(can))
		i := can[k]
		can = slices.Delete(can, k, k+1)
		if to, ok := table[rs[i]]; ok {
			rs[i] = to
		} else {
			rs[i] = table[unicode.ToLower(rs[i])]
		}
	}
	return string(rs)
}

// recase writes s in other capitals.
func recase(d *dice, s string) string {
	ways := []string{strings.ToLower(s), strings.ToUpper(s)}
	if out := of(d, ways); out != s {
		return out
	}
	if ways[0] != s {
		return ways[0]
	}
	return ways[1]
}
