package report

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// clean makes a text of a listing or a right safe to show anywhere: line breaks and tabs become spaces, control
// characters their visible symbols, characters that reorder or hide text their code points, broken UTF-8 the replacement
// character. Joiners and variation selectors stay, since emoji and several scripts need them. A clean text comes back as
// it is.
func clean(s string) string {
	i := dirty(s)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for _, r := range s[i:] {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case r < 0x20:
			b.WriteRune(0x2400 + r)
		case r == 0x7f:
			b.WriteRune(0x2421)
		case hidden(r):
			b.WriteString("‹U+" + strings.ToUpper(strconv.FormatInt(int64(r), 16)) + "›")
		default:
			b.WriteRune(r) // utf8.RuneError for a broken byte
		}
	}
	return b.String()
}

// dirty returns the offset of the first rune that clean changes, -1 without one.
func dirty(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f {
			i++
			continue
		}
		if c < 0x20 || c == 0x7f {
			return i
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if hidden(r) || r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// hidden reports whether r reorders or hides text, or is a control character of the upper range.
func hidden(r rune) bool {
	switch {
	case r >= 0x80 && r < 0xa0, // C1 controls
		r == 0x00ad, r == 0x061c, r == 0x180e, // soft hyphen, Arabic letter mark, Mongolian vowel separator
		r == 0x200b, r == 0x200e, r == 0x200f, // zero-width space, direction marks
		r >= 0x2028 && r <= 0x202e, // separators, embeddings, overrides
		r >= 0x2060 && r <= 0x206f, // word joiner, isolates, deprecated format characters
		r == 0xfeff, r >= 0xfff9 && r <= 0xfffb,
		r >= 0xe0000 && r <= 0xe007f: // tags
		return true
	}
	return false
}

// cut shortens s to at most n runes, with an ellipsis where it was cut.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
		n--
	}
	return s
}

// webAddress returns s when it is an http(s) address that a person may follow, else "".
func webAddress(s string) string {
	if (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && dirty(s) < 0 && !strings.ContainsAny(s, " \"'<>`") {
		return s
	}
	return ""
}
