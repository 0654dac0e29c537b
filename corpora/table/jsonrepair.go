package table

import (
	"bytes"
	"html"
)

// RepairJSON mends what people get wrong when they write JSON into pages by template: comments and CDATA marks around it,
// control characters and quotes inside strings, escapes that JSON does not know, commas too many or missing, text that was
// escaped for HTML. It changes punctuation alone, never a word, and it does not close what was cut off. ok is false when the
// result is no JSON.
func RepairJSON(b []byte) (fixed []byte, ok bool) {
	if _, err := ParseJSON(b); err == nil {
		return b, true
	}
	if !bytes.ContainsRune(b, '"') && bytes.Contains(b, []byte("&quot;")) {
		b = []byte(html.UnescapeString(string(b)))
	}
	b = bytes.TrimPrefix(bytes.TrimSpace(b), []byte("\uFEFF"))
	r := repair{b: b, out: make([]byte, 0, len(b)+16)}
	for r.i < len(b) {
		r.step()
	}
	if _, err := ParseJSON(r.out); err != nil {
		return nil, false
	}
	return r.out, true
}

// repair copies a text token by token.
type repair struct {
	b    []byte
	i    int
	out  []byte
	prev byte // class of the last token: 'v' a value or a closing bracket, else the punctuation itself, 0 at the start
}

func (r *repair) step() {
	c := r.b[r.i]
	switch {
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		r.out = append(r.out, c)
		r.i++
	case r.skip():
	case c == '"':
		r.between()
		r.text()
		r.prev = 'v'
	case c == '{' || c == '[':
		r.between()
		r.put(c, c)
	case c == '}' || c == ']':
		r.dropComma()
		r.put(c, 'v')
	case c == ',':
		if r.prev == 'v' { // a comma after a comma or a bracket is one too many
			r.put(c, c)
		} else {
			r.i++
		}
	case c == ':':
		r.put(c, c)
	case c == ';' && len(bytes.TrimSpace(r.b[r.i+1:])) == 0:
		r.i++
	default:
		r.between()
		for r.i < len(r.b) && bytes.IndexByte([]byte(" \t\r\n,:{}[]\"/;"), r.b[r.i]) < 0 {
			r.out = append(r.out, r.b[r.i])
			r.i++
		}
		if r.i < len(r.b) && (r.b[r.i] == '/' || r.b[r.i] == ';') {
			r.out = append(r.out, r.b[r.i])
			r.i++
		}
		r.prev = 'v'
	}
}

func (r *repair) put(c, class byte) {
	r.out = append(r.out, c)
	r.prev = class
	r.i++
}

// between puts the comma that is missing between two values.
func (r *repair) between() {
	if r.prev == 'v' {
		r.out = append(r.out, ',')
	}
}

// dropComma takes the comma before a closing bracket away.
func (r *repair) dropComma() {
	if r.prev != ',' {
		return
	}
	if k := bytes.LastIndexByte(r.out, ','); k >= 0 {
		r.out = append(r.out[:k], r.out[k+1:]...)
	}
}

// skip passes over a comment or a mark around the text.
func (r *repair) skip() bool {
	rest := r.b[r.i:]
	for _, m := range [...]struct{ open, end string }{{"/*", "*/"}, {"//", "\n"}} {
		if bytes.HasPrefix(rest, []byte(m.open)) {
			k := bytes.Index(rest, []byte(m.end))
			if k < 0 {
				k = len(rest) - len(m.end)
			}
			r.i += min(k+len(m.end), len(rest))
			return true
		}
	}
	for _, m := range []string{"<!--", "-->", "<![CDATA[", "]]>"} {
		if bytes.HasPrefix(rest, []byte(m)) {
			r.i += len(m)
			return true
		}
	}
	return false
}

// text copies a string.
func (r *repair) text() {
	r.out = append(r.out, '"')
	for r.i++; r.i < len(r.b); r.i++ {
		c := r.b[r.i]
		switch {
		case c == '\\':
			r.escape()
		case c == '"' && r.closes():
			r.out = append(r.out, '"')
			r.i++
			return
		case c == '"':
			r.out = append(r.out, '\\', '"')
		case c == '\n':
			r.out = append(r.out, '\\', 'n')
		case c == '\t':
			r.out = append(r.out, '\\', 't')
		case c == '\r':
			r.out = append(r.out, '\\', 'r')
		case c < 0x20:
			r.out = append(r.out, ' ')
		default:
			r.out = append(r.out, c)
		}
	}
}

// escape copies an escape that JSON knows, and the character alone of one that it does not.
func (r *repair) escape() {
	if r.i+1 >= len(r.b) {
		return
	}
	p := jsonParser{b: r.b, i: r.i}
	if p.escape() == nil {
		r.out = append(r.out, r.b[r.i:p.i]...)
		r.i = p.i - 1
	}
}

// closes reports whether the quote ends its string: punctuation follows it, or the next line begins with a quote or a
// bracket, where a comma was forgotten.
func (r *repair) closes() bool {
	line := false
	for _, c := range r.b[r.i+1:] {
		switch c {
		case '\n':
			line = true
		case ' ', '\t', '\r':
		case ',', ':', '}', ']':
			return true
		case '"', '{', '[', '/':
			return line
		default:
			return false
		}
	}
	return true
}
