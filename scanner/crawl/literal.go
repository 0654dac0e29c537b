package crawl

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// literal turns an object or array literal of JavaScript at the start of a text into JSON: bare and single-quoted names,
// strings in any quotes, comments, commas too many, undefined. What has to be computed ends it: ok is false then. Text behind
// the literal is left.
func literal(text string) (out []byte, ok bool) {
	l := &literals{s: text}
	l.space()
	if l.i >= len(text) || text[l.i] != '{' && text[l.i] != '[' || !l.value(0) {
		return nil, false
	}
	return l.out, true
}

// literals is a text on its way to JSON.
type literals struct {
	s   string
	i   int
	out []byte
}

// space passes over white space and comments.
func (l *literals) space() {
	for l.i < len(l.s) {
		rest := l.s[l.i:]
		switch {
		case strings.ContainsRune(" \t\r\n\u00A0", rune(rest[0])):
			l.i++
		case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "/*"):
			end := "\n"
			if rest[1] == '*' {
				end = "*/"
			}
			k := strings.Index(rest[2:], end)
			if k < 0 {
				l.i = len(l.s)
				return
			}
			l.i += 2 + k + len(end)
		default:
			return
		}
	}
}

// next reports whether c comes next, and takes it.
func (l *literals) next(c byte) bool {
	l.space()
	if l.i < len(l.s) && l.s[l.i] == c {
		l.i++
		return true
	}
	return false
}

func (l *literals) value(depth int) bool {
	l.space()
	if l.i >= len(l.s) || depth > 4*maxNesting {
		return false
	}
	switch c := l.s[l.i]; {
	case c == '{':
		return l.list('{', '}', depth)
	case c == '[':
		return l.list('[', ']', depth)
	case c == '"' || c == '\'' || c == '`':
		return l.text()
	}
	return l.word()
}

// list copies an object or array.
func (l *literals) list(open, end byte, depth int) bool {
	l.i++
	l.out = append(l.out, open)
	for n := 0; ; n++ {
		for l.next(',') { // holes and commas too many
		}
		if l.next(end) {
			l.out = append(l.out, end)
			return true
		}
		if n > 0 {
			l.out = append(l.out, ',')
		}
		if open == '{' && !l.name() || !l.value(depth+1) {
			return false
		}
		l.space()
		if l.i >= len(l.s) || l.s[l.i] != ',' && l.s[l.i] != end {
			return false
		}
	}
}

// name copies the name of a member and its colon.
func (l *literals) name() bool {
	l.space()
	if l.i >= len(l.s) {
		return false
	}
	if c := l.s[l.i]; c == '"' || c == '\'' {
		if !l.text() {
			return false
		}
	} else {
		w := l.bare()
		if w == "" {
			return false
		}
		l.quote(w)
	}
	l.out = append(l.out, ':')
	return l.next(':')
}

// bare takes a run of letters, digits and signs of numbers.
func (l *literals) bare() string {
	from := l.i
	for l.i < len(l.s) {
		c := l.s[l.i]
		if c < utf8.RuneSelf && !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '$' || c == '.' || c == '-' || c == '+') {
			break
		}
		l.i++
	}
	return l.s[from:l.i]
}

// word copies a number or a word that stands for a value. !0 and !1 are what minifiers make of true and false.
func (l *literals) word() bool {
	for _, x := range [...]struct{ from, to string }{{"!0", "true"}, {"!1", "false"}, {"void 0", "null"}} {
		if strings.HasPrefix(l.s[l.i:], x.from) {
			l.i += len(x.from)
			l.out = append(l.out, x.to...)
			return true
		}
	}
	switch w := l.bare(); w {
	case "true", "false", "null":
		l.out = append(l.out, w...)
	case "undefined", "NaN":
		l.out = append(l.out, "null"...)
	default:
		w = strings.TrimPrefix(w, "+")
		if strings.HasPrefix(w, ".") {
			w = "0" + w
		}
		var n json.Number
		if json.Unmarshal([]byte(w), &n) != nil {
			return false
		}
		l.out = append(l.out, w...)
	}
	return true
}

// text copies a string. A template with a place to fill is none.
func (l *literals) text() bool {
	s, n, ok := unquote(l.s[l.i:])
	l.i += n
	l.quote(s)
	return ok
}

func (l *literals) quote(s string) {
	b, err := json.Marshal(s)
	if err == nil {
		l.out = append(l.out, b...)
	}
}

// unquote reads the string literal at the start of a text, and how long it is.
func unquote(s string) (value string, n int, ok bool) {
	var b strings.Builder
	q := s[0]
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == q:
			return b.String(), i + 1, true
		case c == '\n' && q != '`', q == '`' && strings.HasPrefix(s[i:], "${"):
			return "", i, false
		case c != '\\':
			b.WriteByte(c)
		case i+1 < len(s):
			i++
			i += escape(&b, s[i:]) - 1
		}
	}
	return "", len(s), false
}

// escape writes what the escape at the start of s stands for, and returns how long it is.
func escape(b *strings.Builder, s string) int {
	switch c := s[0]; c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'v':
		b.WriteByte('\v')
	case '0':
		b.WriteByte(0)
	case '\n':
	case 'x':
		if len(s) >= 3 && isHex(s[1]) && isHex(s[2]) {
			b.WriteRune(rune(unhex(s[1])<<4 | unhex(s[2])))
			return 3
		}
	case 'u':
		// A pair of surrogates is one character, which JSON's own decoder knows.
		n := 0
		for len(s) >= n+5 && s[n] == 'u' && isHex(s[n+1]) && isHex(s[n+2]) && isHex(s[n+3]) && isHex(s[n+4]) {
			n += 5
			if n == 10 || len(s) < n+2 || s[n] != '\\' || s[n+1] != 'u' || unhex(s[1])<<4|unhex(s[2])&^3 != 0xd8 {
				break
			}
			n++
		}
		var out string
		if n > 0 && json.Unmarshal([]byte(`"\`+s[:n]+`"`), &out) == nil {
			b.WriteString(out)
			return n
		}
	default:
		b.WriteByte(c)
	}
	return 1
}

func unhex(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	return int(c|0x20-'a') + 10
}
