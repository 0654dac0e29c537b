package policy

import (
	"slices"
	"strings"
	"unicode"

	"lookalike/matchers/fold"
)

// glob reports whether s, in any case, is what pattern says: "*" stands for any run of characters, "?" for one. It takes
// time proportional to the product of the lengths at worst.
func glob(pattern, s string) bool {
	p, t := []rune(pattern), []rune(s)
	i, star, mark := 0, -1, 0
	for j := 0; j < len(t); {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || unicode.ToLower(p[i]) == unicode.ToLower(t[j])):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// oneOf reports whether s fits one of the patterns.
func oneOf(patterns []string, s string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return glob(p, s) })
}

// same reports whether two names are the same but for case, accents, spacing and punctuation, and not empty.
func same(a, b string) bool {
	key := fold.Squeeze(a)
	return key != "" && key == fold.Squeeze(b)
}

// named reports whether name is one of the list.
func named(list []string, name string) bool {
	return slices.ContainsFunc(list, func(n string) bool { return same(n, name) })
}
