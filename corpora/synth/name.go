package synth

import "strings"

// Name is the wording of a mark with what its treatments need to know.
type Name struct {
	Text string
	Kind NameKind
	// Pinyin and Traditional are the other ways to write a Chinese name, "" for others.
	Pinyin, Traditional string
}

// NameKind tells how a name was made.
type NameKind uint8

// The kinds of names.
const (
	Invented NameKind = iota // one word of syllables
	Stemmed                  // an invented word and a stem that many marks share
	Ordinary                 // one ordinary word
	Phrase                   // two ordinary words
	Person                   // given name and surname
	Letters                  // three or four letters
	Chinese                  // two to four characters
)

// shares are the percentages of the kinds, in their order.
var shares = []int{48, 14, 7, 10, 6, 5, 10}

func (d *dice) name() Name {
	k := NameKind(d.weighted(shares))
	n := Name{Kind: k}
	switch k {
	case Invented:
		n.Text = capital(d.invented())
	case Stemmed:
		n.Text = capital(d.invented()) + " " + capital(of(d, stems))
	case Ordinary:
		n.Text = capital(of(d, ordinary))
	case Phrase:
		n.Text = capital(of(d, ordinary)) + " " + capital(of(d, ordinary))
	case Person:
		n.Text = capital(of(d, given)) + " " + capital(of(d, surnames))
	case Letters:
		for range 3 + d.n(2) {
			n.Text += string(rune('A' + d.n(26)))
		}
	case Chinese:
		for range 2 + d.weighted([]int{5, 4, 1}) {
			c := of(d, characters)
			n.Text += c.han
			n.Pinyin += c.pinyin
			n.Traditional += c.traditional
		}
	}
	if k != Chinese && d.chance(40) {
		n.Text = strings.ToUpper(n.Text)
	}
	return n
}

// invented returns a word of two or three syllables, at least five letters long, in lower case.
func (d *dice) invented() string {
	var b strings.Builder
	for range 1 + d.weighted([]int{3, 5, 1}) {
		b.WriteString(of(d, onsets))
		b.WriteString(of(d, vowels))
		b.WriteString(of(d, codas))
	}
	if b.Len() < 5 || d.chance(25) {
		b.WriteString(of(d, endings))
	}
	for b.Len() < 5 {
		b.WriteString(of(d, endings))
	}
	return b.String()
}

// capital returns the ASCII word s with a capital first letter.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
