package main

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// squeeze folds a word as matchers/fold does for plain words: NFKC, lower case, no accents, letters and digits only.
func squeeze(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	s = strings.ReplaceAll(s, "ß", "ss")
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) && (r == 0x3099 || r == 0x309a) {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}
