package eval

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// ratioFloor is the similarity from which the ratio floor takes a window for a name. At 0.85 a name of seven letters may
// have one other letter.
const ratioFloor = 0.85

// maxWindow is the longest window of words that floors look at.
const maxWindow = 4

// windows calls yield for every run of one to maxWindow words of the lower-case text, joined by single spaces, until it
// returns false.
func windows(text string, yield func(string) bool) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for from := range words {
		for to := from + 1; to <= min(len(words), from+maxWindow); to++ {
			if !yield(strings.Join(words[from:to], " ")) {
				return
			}
		}
	}
}

// exactly reports whether some window of text is one of the names, given in lower case.
func exactly(text string, names map[string]bool) bool {
	found := false
	windows(text, func(w string) bool {
		found = names[w]
		return !found
	})
	return found
}

// lengths groups lower-case names by their length in characters.
type lengths map[int][]string

func byLength(names map[string]bool) lengths {
	groups := lengths{}
	for name := range names {
		n := utf8.RuneCountInString(name)
		groups[n] = append(groups[n], name)
	}
	return groups
}

// alike reports whether some window of text has a Levenshtein ratio of at least ratioFloor to one of the names. The ratio
// is 1 - distance/length of the longer.
func (groups lengths) alike(text string) bool {
	found := false
	windows(text, func(w string) bool {
		n := utf8.RuneCountInString(w)
		// A difference in length alone may not exceed what the ratio allows.
		for l := int(float64(n) * ratioFloor); float64(n) >= ratioFloor*float64(l) && !found; l++ {
			for _, name := range groups[l] {
				d := levenshtein.ComputeDistance(w, name)
				if 1-float64(d)/float64(max(n, l)) >= ratioFloor {
					found = true
					break
				}
			}
		}
		return !found
	})
	return found
}
