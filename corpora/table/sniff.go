package table

import (
	"bytes"
	"slices"
)

// Syntax is what a text is written in.
type Syntax string

// The syntaxes of texts.
const (
	SyntaxDelimited Syntax = "csv"
	SyntaxJSON      Syntax = "json"
	SyntaxXML       Syntax = "xml"
	SyntaxHTML      Syntax = "html"
	SyntaxMHTML     Syntax = "mhtml"
)

// SyntaxOf tells the syntax of a decoded sample, the head of a text. What is nothing else is delimited text.
func SyntaxOf(sample []byte) Syntax {
	b := bytes.TrimSpace(sample)
	if len(b) == 0 {
		return SyntaxDelimited
	}
	if startsJSON(b) {
		return SyntaxJSON
	}
	if b[0] == '<' {
		return markup(b)
	}
	if mimeHead(b) {
		return SyntaxMHTML
	}
	if jsonLines(b) {
		return SyntaxJSON
	}
	return SyntaxDelimited
}

// startsJSON reports whether b, without white space around it, starts with an object or an array of objects.
func startsJSON(b []byte) bool {
	if len(b) == 0 || b[0] != '{' && b[0] != '[' {
		return false
	}
	next := byte(0)
	if rest := bytes.TrimSpace(b[1:]); len(rest) > 0 {
		next = rest[0]
	}
	if b[0] == '{' {
		return next == '"' || next == '}' || next == 0
	}
	return next == '{' || next == ']' || next == 0
}

// jsonLines reports whether most of the first lines, but not the very first, are objects: JSON Lines behind a line that is
// none, such as a message of the program that wrote them.
func jsonLines(b []byte) bool {
	_, rest, _ := bytes.Cut(b, []byte{'\n'})
	objects, lines := 0, 0
	for len(rest) > 0 && lines < 20 {
		line, after, whole := bytes.Cut(rest, []byte{'\n'})
		rest = after
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		lines++
		var s brackets
		if line[0] == '{' && (s.scan(line) == len(line) && isObject(line) || !whole && bytes.HasPrefix(line, []byte(`{"`))) {
			objects++
		}
	}
	return objects*2 > lines
}

// isObject reports whether b starts like an object of JSON, not like a text in braces.
func isObject(b []byte) bool {
	b = bytes.TrimSpace(b[1:])
	return len(b) > 0 && (b[0] == '"' || b[0] == '}')
}

func markup(b []byte) Syntax {
	low := bytes.ToLower(b[:min(len(b), 4096)])
	if bytes.HasPrefix(low, []byte("<?xml")) && !bytes.Contains(low, []byte("<html")) {
		return SyntaxXML
	}
	if bytes.Contains(low, []byte("<rss")) || bytes.Contains(low, []byte("<feed")) {
		return SyntaxXML
	}
	if bytes.Contains(low, []byte("<!doctype html")) || bytes.Contains(low, []byte("<html")) {
		return SyntaxHTML
	}
	for _, tag := range []string{"<head>", "<body", "<script", "<meta", "<title", "<div"} {
		if bytes.HasPrefix(low, []byte(tag)) {
			return SyntaxHTML
		}
	}
	return SyntaxXML
}

// mimeHead recognises the header lines of a page saved as MHTML.
func mimeHead(b []byte) bool {
	head, _, _ := bytes.Cut(b[:min(len(b), 8192)], []byte("\n\n"))
	head, _, _ = bytes.Cut(head, []byte("\r\n\r\n"))
	low := bytes.ToLower(head)
	return bytes.Contains(low, []byte("content-type: multipart/related")) && bytes.Contains(low, []byte("mime-version:"))
}

// wrappers are names under which exports put the array of their records.
var wrappers = []string{"products", "items", "listings", "data", "rows", "results", "records", "goods", "list", "entries", "offers", "商品"}

// SniffJSON tells the layout of a decoded sample. known reports whether a key is one of a record that the caller
// understands: an object that has one before any array of objects is a record itself.
func SniffJSON(sample []byte, known func(key []byte) bool) JSONLayout {
	i := bytes.IndexFunc(sample, func(r rune) bool { return r == '{' || r == '[' })
	if i < 0 || !startsJSON(bytes.TrimSpace(sample)) {
		return JSONLayout{Lines: true}
	}
	if sample[i] == '[' {
		return JSONLayout{Start: i + 1, Array: true}
	}
	first, rest, _ := bytes.Cut(sample[i:], []byte{'\n'})
	rest = bytes.TrimSpace(rest)
	var s brackets
	n := s.scan(first)
	whole := n >= 0 && len(bytes.TrimSpace(first[n:])) == 0
	next := bytes.HasPrefix(rest, []byte(`{`)) && len(bytes.TrimSpace(first)) > 1
	if whole && next {
		return JSONLayout{Lines: true}
	}
	w := wrapped{b: sample, known: known}
	w.object(i, 0)
	if w.start > 0 {
		return JSONLayout{Start: w.start, Array: true}
	}
	return JSONLayout{Lines: whole || next || len(rest) == 0}
}

// wrapped looks for the array of records inside an object.
type wrapped struct {
	b      []byte
	known  func([]byte) bool
	record bool // a key of a record was seen
	start  int  // behind the array's bracket
}

// object walks the members of the object at i and returns the index behind it, -1 when the sample ends first.
func (w *wrapped) object(i, depth int) int {
	p := jsonParser{b: w.b, i: i + 1}
	for {
		p.space()
		if p.i >= len(p.b) {
			return -1
		}
		if p.b[p.i] == '}' {
			return p.i + 1
		}
		from := p.i + 1
		if p.b[p.i] != '"' || p.str() != nil {
			return -1
		}
		key := p.b[from : p.i-1]
		if p.space(); p.i >= len(p.b) || p.b[p.i] != ':' {
			return -1
		}
		p.i++
		if p.space(); p.i >= len(p.b) {
			return -1
		}
		if depth == 0 && w.known(key) {
			w.record = true
		}
		switch p.b[p.i] {
		case '[':
			q := jsonParser{b: p.b, i: p.i + 1}
			q.space()
			objects := q.i < len(q.b) && (q.b[q.i] == '{' || q.b[q.i] == ']')
			if objects && (!w.record || slices.Contains(wrappers, string(key))) {
				w.start = p.i + 1
				return -1
			}
		case '{':
			if depth < 2 && !w.record {
				if w.object(p.i, depth+1); w.start > 0 {
					return -1
				}
			}
		}
		if _, err := p.value(depth + 1); err != nil {
			return -1
		}
		if end, err := p.separator('}'); end || err != nil {
			return p.i
		}
	}
}
