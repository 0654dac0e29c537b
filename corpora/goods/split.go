package goods

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one word, or one character of a script without spaces. Text is in lower case; start and end are byte offsets.
type token struct {
	text       string
	start, end int
	after      rune // delimiter between the token before and this one, 0 for none
}

// tokens cuts s into words of letters and digits. Hyphens and other punctuation part words; what counts as a delimiter of
// parts is kept in after.
func tokens(s string) []token {
	var toks []token
	var delim rune
	start := -1
	flush := func(end int) {
		if start >= 0 {
			toks = append(toks, token{text: strings.ToLower(s[start:end]), start: start, end: end, after: delim})
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

// part is a run of tokens between delimiters. Of its tokens those before cut come before a word such as "for".
type part struct {
	toks    []token
	cut     int
	segment int // of a category path, from 0
}

// stops are the words after which a phrase says what the goods are for, made of or come with.
var stops = []string{"for", "with", "compatible", "fits", "fit", "of", "from", "in", "to", "featuring", "suitable", "by", "w", "without", "per", "like", "on", "at", "against", "based", "made", "containing", "used", "which", "that"}

// joints are words that part two goods.
var joints = []string{"and", "or", "namely", "including", "plus", "being", "especially", "particularly", "und", "et", "y", "和", "及", "与", "或"}

// split cuts s into parts. With list the words of joints part too, as in lists of goods.
func split(s string, list bool) []part {
	var parts []part
	cur := part{}
	stopped := false
	end := func() {
		if len(cur.toks) > 0 {
			if !stopped {
				cur.cut = len(cur.toks)
			}
			parts = append(parts, cur)
		}
		cur, stopped = part{segment: cur.segment}, false
	}
	for _, tok := range tokens(s) {
		if tok.after != 0 {
			end()
			if tok.after == '>' {
				cur.segment++
			}
		}
		if list && slices.Contains(joints, tok.text) {
			end()
			continue
		}
		if !stopped && len(cur.toks) > 0 && slices.Contains(stops, tok.text) {
			stopped, cur.cut = true, len(cur.toks)
		}
		cur.toks = append(cur.toks, tok)
	}
	end()
	return parts
}
