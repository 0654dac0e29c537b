package goods

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is one word, or one character of a script without spaces. Text is in lower case; start and end are byte offsets.
type token struct {
	text       string
	start, end int
	after      rune // delimiter between the token before and this one, 0 for none
}

// tokens cuts s into words of letters and digits. Hyphens and other punctuation part words; what counts as a delimiter of
// parts is kept in after.
func tokens(s string) []token { return new(cutter).tokens(s) }

// tokens is the function tokens, for ASCII in the memory of c.
func (c *cutter) tokens(s string) []token {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return runeTokens(s)
		}
	}
	return byteTokens(c.toks[:0], s)
}

// byteTokens is tokens for ASCII: the words are parts of one text in lower case.
func byteTokens(toks []token, s string) []token {
	if toks == nil {
		toks = make([]token, 0, len(s)/usualToken+1)
	}
	lower := strings.ToLower(s)
	var delim rune
	for i := 0; i < len(s); {
		if !alphanumeric[s[i]] {
			if d := delimiter(s, i, rune(s[i])); d != 0 {
				delim = d
			}
			i++
			continue
		}
		start := i
		for i < len(s) && alphanumeric[s[i]] {
			i++
		}
		toks = append(toks, token{text: lower[start:i], start: start, end: i, after: delim})
		delim = 0
	}
	return toks
}

// usualToken is the number of bytes of a word and the space behind it that memory is taken for at once.
const usualToken = 6

// alphanumeric are the ASCII letters and digits.
var alphanumeric = func() (set [utf8.RuneSelf]bool) {
	for c := range set {
		set[c] = '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
	}
	return set
}()

// runeTokens is tokens for any text.
func runeTokens(s string) []token {
	var toks []token
	var delim rune
	start := -1
	flush := func(end int) {
		if start >= 0 {
			toks = append(toks, token{text: plain(s[start:end]), start: start, end: end, after: delim})
			start, delim = -1, 0
		}
	}
	for i, r := range s {
		switch {
		case ideograph(r):
			flush(i)
			n := i + utf8.RuneLen(r)
			toks = append(toks, token{text: s[i:n], start: i, end: n, after: delim})
			delim = 0
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mn, r):
			if start < 0 {
				start = i
			}
		default:
			flush(i)
			if d := delimiter(s, i, r); d != 0 {
				delim = d
			}
		}
	}
	flush(len(s))
	return toks
}

// plain returns a word in lower case without accents.
func plain(w string) string {
	w = strings.ToLower(w)
	if strings.IndexFunc(w, func(r rune) bool { return r >= 0x80 }) < 0 {
		return w
	}
	w = strings.ReplaceAll(w, "ß", "ss")
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(w))
}

func ideograph(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// delimiter returns what r at byte i of s separates: '>' for segments of a path, ',' for parts, 0 for nothing.
func delimiter(s string, i int, r rune) rune {
	switch r {
	case '>', '/', '|', '»', '›', '→', '\\', '｜', '＞':
		return '>'
	case ',', ';', '(', ')', '[', ']', '&', ':', '\n', '、', '，', '；', '（', '）', '【', '】', '。', '：', '•', '+', '–', '—', '{', '}', '!', '！':
		return ','
	case '.':
		if i+1 == len(s) || s[i+1] == ' ' {
			return ','
		}
	case '-':
		if i > 0 && s[i-1] == ' ' && i+1 < len(s) && s[i+1] == ' ' {
			return ','
		}
	}
	return 0
}

// part is a run of tokens between delimiters.
type part struct {
	toks    []token
	segment int // of a category path, from 0
}

// text returns the tokens from and to of p as they stand in s, the text that p was cut from.
func (p part) text(s string, from, to int) string { return s[p.toks[from].start:p.toks[to-1].end] }

// stops are the words after which a phrase says what the goods are for. What follows is other goods.
var stops = setOf("for compatible fits suitable per fur fuer pour para")

// links are the words after which a phrase says what the goods are made of or come with: once goods are named, what
// follows is less than them.
var links = setOf("with of from featuring by w without containing which that mit aus von ohne avec en de du des d sans con sin da di del della com sem")

// joints are words that part two goods.
var joints = setOf("and or namely including plus being especially particularly und et y 和 及 与 或")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// split cuts s into parts. With list the words of joints part too, as in lists of goods.
func split(s string, list bool) []part {
	return new(cutter).split(s, list)
}

// cutter is memory for cutting a text. What it returns is good until it cuts the next.
type cutter struct {
	toks  []token
	parts []part
}

// split is the function split in the memory of c.
func (c *cutter) split(s string, list bool) []part {
	parts := c.parts[:0]
	toks := c.tokens(s)
	from, segment := 0, 0 // of the part at hand
	end := func(to int) {
		if to > from {
			parts = append(parts, part{toks[from:to:to], segment})
		}
		from = to
	}
	for i := range toks {
		tok := &toks[i]
		if tok.after != 0 {
			end(i)
			if tok.after == '>' {
				segment++
			}
		}
		if list && joints[tok.text] {
			end(i)
			from = i + 1
		}
	}
	end(len(toks))
	c.toks, c.parts = toks, parts
	return parts
}
