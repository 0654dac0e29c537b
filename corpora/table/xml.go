package table

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"lookalike/corpora"
)

// XMLLayout is how an XML text lays out its records: the element that is one record and the root element.
type XMLLayout struct {
	Item string // name with prefix as written, "item", "entry", "product"
	Root string
	// Entities says that the document declares entities. They are not expanded.
	Entities bool
}

// XML cuts the records out of an XML text: each element named Item, with its content. A record is cut by its tags alone and
// parsed by itself, so that one with a fault spoils no other, and memory is bounded by MaxRecord.
//
// The record's Raw is the element. Cells stay empty. It is not safe for concurrent use.
type XML struct {
	src  window
	lay  XMLLayout
	rec  Record
	line int
	tail []byte // of the text before the unread part, for the closing tag of the root
}

// NewXML reads records of UTF-8 text.
func NewXML(r io.Reader, lay XMLLayout) *XML { return &XML{src: window{r: r}, lay: lay, line: 1} }

// itemNames are elements that feeds put one offer in, best first.
var itemNames = []string{"item", "entry", "product", "offer", "listing", "shopitem", "goods", "record", "row", "article", "produkt", "sku"}

// SniffXML tells the layout of a decoded sample. ok is false when it holds no element that could be a record.
func SniffXML(sample []byte) (lay XMLLayout, ok bool) {
	best := len(itemNames)
	for i := 0; i < len(sample); {
		k := bytes.IndexByte(sample[i:], '<')
		if k < 0 {
			break
		}
		i += k
		if n := passed(sample[i:]); n > 0 {
			i += n
			continue
		}
		if bytes.HasPrefix(sample[i:], []byte("<!DOCTYPE")) {
			end := doctypeEnd(sample[i:])
			lay.Entities = lay.Entities || bytes.Contains(sample[i:i+end], []byte("<!ENTITY"))
			i += end
			continue
		}
		name := tagName(sample[i+1:])
		if name != "" && name[0] != '/' && name[0] != '?' && name[0] != '!' {
			if lay.Root == "" {
				lay.Root = name
			} else if r := slices.Index(itemNames, strings.ToLower(local(name))); r >= 0 && r < best && name != lay.Root {
				best, lay.Item = r, name
			}
		}
		i++
	}
	return lay, lay.Item != ""
}

// unparsed is what tags do not count in.
var unparsed = [...]struct{ open, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}

// mayPass reports whether b, the end of what has been read so far, could go on as something that passed tells the length of.
func mayPass(b []byte) bool {
	for _, p := range unparsed {
		if len(b) < len(p.open) && strings.HasPrefix(p.open, string(b)) {
			return true
		}
	}
	return false
}

// passed returns the length of a comment, a CDATA section or a processing instruction at the start of b, 0 for none, and
// the rest of b when it does not end.
func passed(b []byte) int {
	for _, p := range unparsed {
		if bytes.HasPrefix(b, []byte(p.open)) {
			if k := bytes.Index(b[len(p.open):], []byte(p.end)); k >= 0 {
				return len(p.open) + k + len(p.end)
			}
			return len(b)
		}
	}
	return 0
}

// doctypeEnd returns the length of a document type declaration with its internal subset.
func doctypeEnd(b []byte) int {
	depth := 0
	for i, c := range b {
		switch c {
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// tagName returns the name that a tag starts with.
func tagName(b []byte) string {
	n := bytes.IndexAny(b[:min(len(b), 200)], " \t\r\n/>")
	if n == 0 && len(b) > 0 && b[0] == '/' {
		return "/"
	}
	if n < 0 {
		return ""
	}
	return string(b[:n])
}

func local(name string) string { return name[strings.IndexByte(name, ':')+1:] }

// Next returns the next record.
func (x *XML) Next() (*Record, error) {
	for {
		b := x.src.bytes()
		at, keep := x.find(b)
		if at < 0 {
			x.skip(len(b) - keep)
			if x.src.eof {
				return nil, x.end()
			}
			x.src.fill()
			continue
		}
		x.skip(at)
		b = b[at:]
		n, state := x.itemEnd(b)
		switch {
		case state == splitDone && n > MaxRecord:
			return x.record(n, tooLarge(n)), nil
		case state == splitDone:
			return x.record(n, nil), nil
		case len(b) > MaxRecord:
			return x.longItem(), nil
		case x.src.eof:
			x.lay.Root = "" // said once
			return x.record(len(b), &corpora.Problem{Code: corpora.SourceTruncated, Args: map[string]any{"row": x.line}}), nil
		}
		x.src.fill()
	}
}

// skip passes over text between records.
func (x *XML) skip(n int) {
	b := x.src.bytes()[:n]
	x.line += bytes.Count(b, []byte{'\n'})
	x.tail = append(x.tail, b[max(0, len(b)-256):]...)
	x.tail = x.tail[max(0, len(x.tail)-256):]
	x.src.take(n)
}

// end reports a text that does not close its root as truncated.
func (x *XML) end() error {
	if x.src.err != nil {
		return x.src.err
	}
	rest := append(x.tail, x.src.bytes()...)
	if x.lay.Root != "" && !bytes.Contains(rest, []byte("</"+x.lay.Root)) {
		x.lay.Root = ""
		return &corpora.Problem{Code: corpora.SourceTruncated, Args: map[string]any{"row": x.line}}
	}
	return io.EOF
}

// find returns where the next record's tag starts, -1 when it is not in b. keep is how many bytes at the end of b could
// be the start of something.
func (x *XML) find(b []byte) (at, keep int) {
	for i := 0; ; {
		k := bytes.IndexByte(b[i:], '<')
		if k < 0 {
			return -1, 0
		}
		i += k
		if n := passed(b[i:]); n > 0 {
			if n == len(b)-i && !x.src.eof && n < MaxRecord {
				return -1, n // it may go on
			}
			i += n
			continue
		}
		if len(b)-i < len(x.lay.Item)+2 || !x.src.eof && mayPass(b[i:]) {
			return -1, len(b) - i
		}
		if x.opens(b[i:]) {
			return i, 0
		}
		i++
	}
}

// opens reports whether a tag at the start of b opens a record.
func (x *XML) opens(b []byte) bool {
	n := len(x.lay.Item)
	return len(b) > n+1 && string(b[1:n+1]) == x.lay.Item && strings.IndexByte(" \t\r\n/>", b[n+1]) >= 0
}

// itemEnd returns the length of the record at the start of b. Records of the same name may nest.
func (x *XML) itemEnd(b []byte) (int, splitState) {
	depth := 0
	closing := "</" + x.lay.Item
	for i := 0; ; {
		k := bytes.IndexByte(b[i:], '<')
		if k < 0 {
			return 0, splitMore
		}
		i += k
		switch {
		case bytes.HasPrefix(b[i:], []byte("<!")):
			n := passed(b[i:])
			if n == 0 {
				n = 1
			}
			if n == len(b)-i {
				return 0, splitMore
			}
			i += n
			continue
		case bytes.HasPrefix(b[i:], []byte(closing)), x.opens(b[i:]):
			end := bytes.IndexByte(b[i:], '>')
			if end < 0 {
				return 0, splitMore
			}
			switch {
			case b[i+1] == '/':
				depth--
			case b[i+end-1] != '/':
				depth++
			}
			i += end + 1
			if depth <= 0 {
				return i, splitDone
			}
			continue
		}
		i++
	}
}

// record makes a record of the next n bytes.
func (x *XML) record(n int, bad *corpora.Problem) *Record {
	raw := x.src.bytes()[:n]
	x.rec = Record{Row: x.line, Raw: raw, Bad: bad}
	x.line += bytes.Count(raw, []byte{'\n'})
	x.tail = x.tail[:0]
	x.src.take(n)
	return &x.rec
}

// longItem passes over a record beyond MaxRecord, up to the next closing tag of its name.
func (x *XML) longItem() *Record {
	row, total := x.line, 0
	closing := []byte("</" + x.lay.Item)
	for {
		b := x.src.bytes()
		n := len(b)
		k := bytes.Index(b, closing)
		if k >= 0 {
			n = k + len(closing)
		} else if !x.src.eof {
			n = max(0, len(b)-len(closing))
		}
		total += n
		x.skip(n)
		if k >= 0 || x.src.eof {
			break
		}
		x.src.fill()
	}
	x.rec = Record{Row: row, Bad: tooLarge(total)}
	return &x.rec
}

// Node is one element of a record.
type Node struct {
	Name     string // without prefix
	Attrs    []xml.Attr
	Children []*Node
	text     []byte
}

// Text returns the element's own character data, without the white space around it.
func (n *Node) Text() string { return string(bytes.TrimSpace(n.text)) }

// Attr returns the value of an attribute by its local name, "" for none.
func (n *Node) Attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// maxXMLDepth bounds nesting.
const maxXMLDepth = 64

// ParseXML parses one element. Entities other than XML's and HTML's stay as they are written. On an error the node holds
// what stands before the fault.
func ParseXML(b []byte) (*Node, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	root := &Node{}
	stack := []*Node{root}
	first := func() *Node {
		if len(root.Children) > 0 {
			return root.Children[0]
		}
		return root
	}
	fail := func(reason string) (*Node, error) {
		return first(), &corpora.Problem{Code: corpora.BadXML, Args: map[string]any{"offset": int(d.InputOffset()), "reason": reason}}
	}
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if len(stack) > 1 {
				return fail("the element is not closed")
			}
			return first(), nil
		}
		if err != nil {
			if e, ok := errors.AsType[*xml.SyntaxError](err); ok {
				return fail(e.Msg)
			}
			return fail(err.Error())
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) > maxXMLDepth {
				return fail("nested too deeply")
			}
			n := &Node{Name: t.Name.Local, Attrs: slices.Clone(t.Attr)}
			top.Children = append(top.Children, n)
			stack = append(stack, n)
		case xml.EndElement:
			if len(stack) == 1 || top.Name != t.Name.Local {
				return fail(fmt.Sprintf("</%.40s> closes nothing", t.Name.Local))
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text = append(top.text, t...)
		}
	}
}
