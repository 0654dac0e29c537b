package fold

// Class returns the letter that stands for all characters that Similar may hold alike, so that equal texts in that sense
// have equal classes: i, l and 1 are one class, o and 0, b, g, 6, 8 and 9, and traditional characters share the class of
// their simplified form.
func Class(r rune) rune {
	if r < 0x80 {
		return rune(asciiSimilar[r])
	}
	return Simplified(r)
}

var asciiSimilar = func() (t [128]byte) {
	for c := range t {
		t[c] = byte(c)
	}
	for _, same := range [...]string{"il1", "o0", "e3", "a4", "s5", "t7", "bg689", "z2"} {
		for i := range len(same) {
			t[same[i]] = same[0]
		}
	}
	return t
}()

// Relation says how a character of a listing may stand for one of a sign.
type Relation uint8

// The relations.
const (
	Differs  Relation = iota
	Equal             // the same after folding
	Leet              // a digit for a letter, or o and i for the digits that they look like
	Mistaken          // capital I for l or the reverse: alike in many typefaces
	Variant           // a traditional character for its simplified form or the reverse
)

// Similar says how text may stand for sign, both folded. A digit stands for the letters that it is used for; 1 for i and
// l, 6 for b and g.
func Similar(text, sign rune) Relation {
	if text == sign {
		return Equal
	}
	if text >= 0x80 || sign >= 0x80 {
		if text >= 0x80 && sign >= 0x80 && Simplified(text) == Simplified(sign) {
			return Variant
		}
		return Differs
	}
	var letters string
	switch text {
	case '0', 'o':
		letters = "o0"
	case '1':
		letters = "il"
	case 'i', 'l':
		if sign == '1' {
			return Leet
		}
		if sign == 'i' || sign == 'l' {
			return Mistaken
		}
	case '2':
		letters = "z"
	case '3':
		letters = "e"
	case '4':
		letters = "a"
	case '5':
		letters = "s"
	case '6':
		letters = "bg"
	case '7':
		letters = "t"
	case '8':
		letters = "b"
	case '9':
		letters = "g"
	}
	for i := range len(letters) {
		if rune(letters[i]) == sign {
			return Leet
		}
	}
	return Differs
}
