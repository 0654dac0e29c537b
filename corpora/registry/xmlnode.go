package registry

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The limits of one record.
const (
	maxNodes = 1 << 20
	maxDepth = 256
)

// node is one element of a record. Names are local: prefixes differ between the files of one format.
type node struct {
	name        string
	attrs       string // as written
	from, to    int    // of the content in the record
	first, next int32  // child and sibling, 0 for none
}

// tree is a parsed record. Its memory is reused. Its root is node 0.
type tree struct {
	raw   string
	nodes []node
}

// parse reads one record. What it takes is what encoding/xml takes of elements, attributes and text, but for entities that
// a document type would have to declare: they are errors.
func (t *tree) parse(raw []byte) error {
	t.raw, t.nodes = string(raw), t.nodes[:0]
	var open []int32
	last := make([]int32, 0, 32) // last child seen per open element
	for i := 0; ; {
		k := strings.IndexByte(t.raw[i:], '<')
		if k < 0 {
			break
		}
		if _, err := unescape(t.raw[i : i+k]); err != nil {
			return t.fault(i, err.Error())
		}
		i += k
		switch rest := t.raw[i:]; {
		case strings.HasPrefix(rest, "<!--"):
			n := strings.Index(rest[4:], "-->")
			if n < 0 {
				return t.fault(i, "a comment is not closed")
			}
			i += n + 7
		case strings.HasPrefix(rest, "<![CDATA["):
			n := strings.Index(rest, "]]>")
			if n < 0 {
				return t.fault(i, "a CDATA section is not closed")
			}
			i += n + 3
		case strings.HasPrefix(rest, "<!"):
			return t.fault(i, "a declaration stands inside the record")
		case strings.HasPrefix(rest, "<?"):
			n := strings.Index(rest, "?>")
			if n < 0 {
				return t.fault(i, "a processing instruction is not closed")
			}
			i += n + 2
		case strings.HasPrefix(rest, "</"):
			n := strings.IndexByte(rest, '>')
			if n < 0 || len(open) == 0 {
				return t.fault(i, "an end tag does not fit")
			}
			name := strings.TrimRight(rest[2:n], " \t\r\n")
			el := &t.nodes[open[len(open)-1]]
			if name[indexAfterColon(name):] != el.name {
				return t.fault(i, fmt.Sprintf("%s is closed by %.40s", el.name, name))
			}
			el.to = i
			open, last = open[:len(open)-1], last[:len(last)-1]
			i += n + 1
			if len(open) == 0 {
				return nil
			}
		default:
			n, empty, err := t.open(i)
			if err != nil {
				return err
			}
			at := int32(len(t.nodes) - 1)
			if len(open) > 0 {
				if prev := last[len(last)-1]; prev > 0 {
					t.nodes[prev].next = at
				} else {
					t.nodes[open[len(open)-1]].first = at
				}
				last[len(last)-1] = at
			}
			i += n
			t.nodes[at].from, t.nodes[at].to = i, i
			if !empty {
				if open, last = append(open, at), append(last, 0); len(open) > maxDepth {
					return t.fault(i, "elements are nested too deeply")
				}
			} else if len(open) == 0 {
				return nil
			}
			if len(t.nodes) > maxNodes {
				return t.fault(i, "the record has too many elements")
			}
		}
	}
	return t.fault(len(t.raw), "the record is not closed")
}

// open adds the element whose start tag stands at i, and returns the tag's length and whether it closes itself.
func (t *tree) open(i int) (n int, empty bool, err error) {
	rest := t.raw[i:]
	quote := byte(0)
	end := -1
	for k := 1; k < len(rest); k++ {
		c := rest[k]
		if quote != 0 {
			if c == quote {
				quote = 0
			}
			continue
		}
		if c == '"' || c == '\'' {
			quote = c
		} else if c == '>' {
			end = k
			break
		} else if c == '<' {
			break
		}
	}
	if end < 0 {
		return 0, false, t.fault(i, "a start tag is not closed")
	}
	tag := rest[1:end]
	tag, empty = strings.CutSuffix(tag, "/")
	name, attrs, _ := strings.Cut(tag, " ")
	if k := strings.IndexAny(name, "\t\r\n"); k >= 0 {
		name, attrs = tag[:k], tag[k:]
	}
	name = name[indexAfterColon(name):]
	if name == "" {
		return 0, false, t.fault(i, "a start tag has no name")
	}
	t.nodes = append(t.nodes, node{name: name, attrs: attrs})
	return end + 1, empty, nil
}

func (t *tree) fault(at int, reason string) error {
	return fmt.Errorf("byte %d: %s", at, reason)
}

// child returns the first child of n with the given name, -1 for none. n may be -1.
func (t *tree) child(n int32, name string) int32 {
	if n < 0 {
		return -1
	}
	for c := t.nodes[n].first; c > 0; c = t.nodes[c].next {
		if t.nodes[c].name == name {
			return c
		}
	}
	return -1
}

// children calls f with every child of n with the given name, "" for all.
func (t *tree) children(n int32, name string, f func(int32)) {
	if n < 0 {
		return
	}
	for c := t.nodes[n].first; c > 0; c = t.nodes[c].next {
		if name == "" || t.nodes[c].name == name {
			f(c)
		}
	}
}

// at follows a path of names from n, -1 for none.
func (t *tree) at(n int32, path ...string) int32 {
	for _, name := range path {
		n = t.child(n, name)
	}
	return n
}

// all calls f with every element below n that has the given name, in document order.
func (t *tree) all(n int32, name string, f func(int32)) {
	t.children(n, "", func(c int32) {
		if t.nodes[c].name == name {
			f(c)
		}
		t.all(c, name, f)
	})
}

// find returns the first element below n with the given name, -1 for none.
func (t *tree) find(n int32, name string) int32 {
	found := int32(-1)
	if n < 0 {
		return found
	}
	for c := t.nodes[n].first; c > 0 && found < 0; c = t.nodes[c].next {
		if t.nodes[c].name == name {
			return c
		}
		found = t.find(c, name)
	}
	return found
}

// text returns the text of n and of what lies in it, with white space joined; "" for -1.
func (t *tree) text(n int32) string {
	if n < 0 {
		return ""
	}
	el := &t.nodes[n]
	s := t.raw[el.from:el.to]
	if strings.IndexByte(s, '<') >= 0 {
		s = stripTags(s)
	} else if strings.IndexByte(s, '&') >= 0 {
		s, _ = unescape(s)
	}
	return oneLine(s)
}

// oneLine joins runs of white space.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\t\r\n") && !strings.Contains(s, "  ") {
		return strings.Trim(s, " ")
	}
	return strings.Join(strings.Fields(s), " ")
}

// stripTags removes tags and comments, takes CDATA as it is and unescapes the rest.
func stripTags(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			i = len(s)
		}
		text, _ := unescape(s[:i])
		b.WriteString(text)
		s = s[i:]
		if body, ok := strings.CutPrefix(s, "<![CDATA["); ok {
			text, rest, _ := strings.Cut(body, "]]>")
			b.WriteString(text)
			s = rest
			continue
		}
		end := ">"
		if strings.HasPrefix(s, "<!--") {
			end = "-->"
		}
		_, s, _ = strings.Cut(s, end)
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

var errEntity = errors.New("an entity that XML does not know")

// unescape replaces the five entities of XML and character references. Others stay as they are and are an error.
func unescape(s string) (string, error) {
	if strings.IndexByte(s, '&') < 0 {
		return s, nil
	}
	var err error
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.WriteString(s)
			return b.String(), err
		}
		b.WriteString(s[:i])
		s = s[i:]
		end := strings.IndexByte(s[:min(len(s), 16)], ';')
		r, ok := rune(0), false
		if end > 0 {
			r, ok = entity(s[1:end])
		}
		if !ok {
			err = errEntity
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteRune(r)
		s = s[end+1:]
	}
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	number, ok := strings.CutPrefix(name, "#")
	if !ok {
		return 0, false
	}
	base := 10
	if hex, ok := strings.CutPrefix(number, "x"); ok {
		number, base = hex, 16
	}
	n, err := strconv.ParseUint(number, base, 32)
	if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

// attr returns the value of an attribute by its local name, "" for none.
func (t *tree) attr(n int32, name string) string {
	if n < 0 {
		return ""
	}
	rest := t.nodes[n].attrs
	for {
		eq := strings.IndexByte(rest, '=')
		if eq < 0 {
			return ""
		}
		key := strings.TrimSpace(rest[:eq])
		rest = strings.TrimLeft(rest[eq+1:], " \t\r\n")
		if rest == "" {
			return ""
		}
		value, after, ok := strings.Cut(rest[1:], rest[:1])
		if !ok {
			return ""
		}
		if key[indexAfterColon(key):] == name {
			value, _ = unescape(value)
			return value
		}
		rest = after
	}
}
