package registry

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// maxXMLRecord is the largest record of an office file in bytes.
const maxXMLRecord = 32 << 20

// xmlRecords cuts the records out of an XML stream: the elements of one of the given local names, whatever their prefix
// and wherever they stand. What lies between records is passed over, so that a fault there or in one record costs nothing
// else. A document type and its entities are passed over too: nothing is ever expanded.
type xmlRecords struct {
	r      io.Reader
	names  []string
	buf    []byte
	pos    int   // of the unread bytes in buf
	offset int64 // of buf in the stream
	line   int   // of the unread bytes
	err    error
	head   []byte // the first bytes of the stream, for what stands before the records

	charset string // of the file, for what is said of a fault
	stray   int64  // where between records the text is not valid first, -1 for nowhere
	strayAt int    // line of that
}

// headBytes is how much of a stream is kept for what stands before its records.
const headBytes = 64 << 10

// xmlRecord is one record as it stands in the stream.
type xmlRecord struct {
	name    string // local, "" for what is wrong between records
	raw     []byte // valid until the next one
	line    int
	offset  int64
	problem *corpora.Problem
}

func newXMLRecords(r io.Reader, names ...string) *xmlRecords {
	return &xmlRecords{r: r, names: names, line: 1, charset: "utf-8", stray: -1}
}

// newOfficeRecords cuts the records out of a file. Offsets are those of the file when it is UTF-8; in other encodings they
// count its text in UTF-8.
func newOfficeRecords(r io.Reader, names ...string) *xmlRecords {
	text := table.NewXMLText(r)
	x := newXMLRecords(text, names...)
	x.charset = text.Charset()
	if text.BOM() && text.Encoding() == nil {
		x.offset = int64(len("\uFEFF"))
	}
	return x
}

// next returns the next record, and io.EOF behind the last. A record that is cut off, too large or followed by the next
// one before it ends has a problem. So has one whose text is not valid in the file's encoding, and such text between
// records is a problem of its own: a tag may be hidden in it.
func (x *xmlRecords) next() (xmlRecord, error) {
	from, name, err := x.start()
	if x.stray >= 0 {
		rec := xmlRecord{line: x.strayAt, offset: x.stray, problem: badEncoding(x.charset, x.stray)}
		x.stray = -1
		return rec, nil
	}
	if err != nil {
		return xmlRecord{}, err
	}
	x.drop(from)
	rec := xmlRecord{name: name[indexAfterColon(name):], line: x.line, offset: x.offset}
	end, problem := x.end(name)
	rec.raw = x.buf[:end]
	if problem != nil {
		problem.Args["offset"] = rec.offset
		rec.problem, rec.raw = problem, rec.raw[:min(end, maxXMLRecord)]
	}
	x.take(end)
	return rec, nil
}

// start finds the start tag of the next record and returns its place in buf and its whole name.
func (x *xmlRecords) start() (int, string, error) {
	for at := x.pos; ; {
		i := bytes.IndexByte(x.buf[at:], '<')
		if i < 0 {
			x.pass(len(x.buf))
			if err := x.more(); err != nil {
				x.pass(len(x.buf))
				return 0, "", err
			}
			at = x.pos
			continue
		}
		at += i
		x.pass(at)
		at = x.pos
		end, ok := x.tagName(at)
		if !ok {
			if err := x.more(); err != nil {
				x.pass(len(x.buf))
				return 0, "", err
			}
			at = x.pos
			continue
		}
		if skip := x.beyond(at); skip > 0 {
			at = x.pos + skip // beyond moves the unread bytes to the front
			x.pass(at)
			at = x.pos
			continue
		}
		if end == len(x.buf) || x.buf[end] == '<' {
			at = end
			continue
		}
		if name := string(x.buf[at+1 : end]); x.wanted(name) {
			return at, name, nil
		}
		at = end
	}
}

// tagName returns where the name of the tag at i ends, and false when the buffer ends first.
func (x *xmlRecords) tagName(i int) (int, bool) {
	for k := i + 1; k < len(x.buf); k++ {
		switch x.buf[k] {
		case ' ', '\t', '\r', '\n', '>', '/', '<':
			if k > i+1 || x.buf[k] != '/' {
				return k, true
			}
		}
		if k-i > 256 {
			return k, true
		}
	}
	return len(x.buf), x.err != nil
}

// beyond returns how many bytes the comment or CDATA section at i takes as far as it is in the buffer, 0 for neither. An
// open one takes what is there.
func (x *xmlRecords) beyond(i int) int {
	rest := x.buf[i:]
	for _, c := range [...]struct{ open, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}} {
		if !bytes.HasPrefix(rest, []byte(c.open)) {
			continue
		}
		for {
			rest = x.buf[i:]
			if k := bytes.Index(rest[len(c.open):], []byte(c.end)); k >= 0 {
				return len(c.open) + k + len(c.end)
			}
			before := x.offset
			full := len(rest) > maxXMLRecord || x.more() != nil
			i -= int(x.offset - before)
			if full {
				return len(x.buf) - i
			}
		}
	}
	return 0
}

func (x *xmlRecords) wanted(name string) bool {
	local := name[indexAfterColon(name):]
	return slices.Contains(x.names, local)
}

// indexAfterColon returns where the local part of a name begins.
func indexAfterColon(name string) int {
	if i := strings.IndexByte(name, ':'); i > 0 && i < len(name)-1 {
		return i + 1
	}
	return 0
}

// end returns where the record at the front of buf ends: behind its end tag; before the start tag of the next record or
// at the end of the stream, which are problems. A record without comment and CDATA section is searched as plain bytes.
func (x *xmlRecords) end(name string) (int, *corpora.Problem) {
	opening, closing := "<"+name, "</"+name
	if end, ok := x.emptyTag(len(opening)); ok {
		return end, nil
	}
	for at := len(opening); ; {
		k := indexTag(x.buf[at:], closing)
		if k >= 0 {
			k += at
		} else {
			k = len(x.buf)
		}
		inner := x.buf[len(opening):k]
		if bytes.Contains(inner[at-len(opening):], []byte("<!")) {
			return x.slowEnd(opening, closing)
		}
		if second := indexTag(inner[max(0, at-2*len(opening)):], opening); second >= 0 {
			return max(0, at-2*len(opening)) + second + len(opening), notClosed()
		}
		if k < len(x.buf) {
			if gt := bytes.IndexByte(x.buf[k:], '>'); gt >= 0 {
				return x.closed(k + gt + 1)
			}
		}
		if len(x.buf) > maxXMLRecord {
			return x.skipTo(closing), tooLarge()
		}
		at = min(k, max(len(opening), len(x.buf)-len(closing)-1))
		if err := x.more(); err != nil {
			return len(x.buf), truncated(err)
		}
	}
}

// indexTag finds a tag by its start, such as "</case-file", with its whole name.
func indexTag(b []byte, tag string) int {
	for from := 0; ; {
		k := bytes.Index(b[from:], []byte(tag))
		if k < 0 {
			return -1
		}
		k += from
		if after := k + len(tag); after < len(b) && bytes.IndexByte([]byte(" \t\r\n/>"), b[after]) >= 0 {
			return k
		}
		from = k + len(tag)
	}
}

// slowEnd is end for a record with comments, CDATA sections or declarations: it goes from tag to tag.
func (x *xmlRecords) slowEnd(opening, closing string) (int, *corpora.Problem) {
	for at := len(opening); ; {
		i := bytes.IndexByte(x.buf[at:], '<')
		end, ok := 0, false
		if i >= 0 {
			at += i
			end, ok = x.tagName(at)
		} else {
			at = len(x.buf)
		}
		if !ok {
			if at > maxXMLRecord {
				return x.skipTo(closing), tooLarge()
			}
			if err := x.more(); err != nil {
				return len(x.buf), truncated(err)
			}
			continue
		}
		if skip := x.beyond(at); skip > 0 {
			at += skip
			continue
		}
		switch tag := string(x.buf[at:end]); {
		case end == len(x.buf) || x.buf[end] == '<':
		case tag == closing:
			if k := bytes.IndexByte(x.buf[end:], '>'); k >= 0 {
				return x.closed(end + k + 1)
			}
			if err := x.more(); err != nil {
				return len(x.buf), truncated(err)
			}
			continue
		case tag == opening:
			return at, notClosed()
		}
		at = end
	}
}

// closed returns the end of a record, which is a problem when it lies too far.
func (x *xmlRecords) closed(end int) (int, *corpora.Problem) {
	if end > maxXMLRecord {
		return end, tooLarge()
	}
	return end, nil
}

func notClosed() *corpora.Problem {
	return &corpora.Problem{Code: corpora.BadXML, Args: map[string]any{"reason": "the record is not closed"}}
}

func tooLarge() *corpora.Problem {
	return &corpora.Problem{Code: corpora.RecordTooLarge, Args: map[string]any{"bytes": maxXMLRecord, "limit": maxXMLRecord}}
}

// emptyTag reports whether the start tag, whose name ends at i, closes itself.
func (x *xmlRecords) emptyTag(i int) (int, bool) {
	for {
		if k := bytes.IndexByte(x.buf[i:], '>'); k >= 0 {
			return i + k + 1, x.buf[i+k-1] == '/'
		}
		if len(x.buf) > maxXMLRecord || x.more() != nil {
			return 0, false
		}
	}
}

// skipTo passes over what is too large, up to and with the closing tag, and returns how much of the buffer is left of it.
func (x *xmlRecords) skipTo(closing string) int {
	for {
		if k := bytes.Index(x.buf, []byte(closing)); k >= 0 {
			return k + len(closing)
		}
		x.take(max(0, len(x.buf)-len(closing)))
		x.drop(x.pos)
		if x.more() != nil {
			return len(x.buf)
		}
	}
}

func truncated(err error) *corpora.Problem {
	p := &corpora.Problem{Code: corpora.SourceTruncated, Args: map[string]any{}}
	if !errors.Is(err, io.EOF) {
		p.Args["reason"] = err.Error()
	}
	return p
}

// take passes over the bytes up to i.
func (x *xmlRecords) take(i int) {
	x.line += bytes.Count(x.buf[x.pos:i], []byte{'\n'})
	x.pos = i
}

// pass is take for what lies between records. At the end of the buffer it leaves a character of which the rest may come.
func (x *xmlRecords) pass(i int) {
	if i == len(x.buf) && x.err == nil {
		for k := max(x.pos, i-utf8.UTFMax+1); k < i; k++ {
			if utf8.RuneStart(x.buf[k]) && !utf8.FullRune(x.buf[k:i]) {
				i = k
			}
		}
	}
	if x.stray < 0 {
		if k := faultIn(x.buf[x.pos:i], x.charset); k >= 0 {
			x.stray = x.offset + int64(x.pos+k)
			x.strayAt = x.line + bytes.Count(x.buf[x.pos:x.pos+k], []byte{'\n'})
		}
	}
	x.take(i)
}

// faultIn returns where b, which was decoded from charset, is not valid text first, -1 for nowhere. What a decoder cannot
// read it gives as U+FFFD; UTF-8 may hold that character by right.
func faultIn(b []byte, charset string) int {
	if charset != "utf-8" {
		return bytes.Index(b, []byte("\uFFFD"))
	}
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func badEncoding(charset string, offset int64) *corpora.Problem {
	return &corpora.Problem{Code: corpora.BadEncoding, Args: map[string]any{"charset": charset, "offset": offset}}
}

// drop moves the unread bytes to the front. i must be the position.
func (x *xmlRecords) drop(i int) {
	n := copy(x.buf, x.buf[i:])
	x.buf = x.buf[:n]
	x.offset += int64(i)
	x.pos = 0
}

// more reads on behind the unread bytes, which it moves to the front. It returns an error when nothing more comes.
func (x *xmlRecords) more() error {
	if x.err != nil {
		return x.err
	}
	x.drop(x.pos)
	if len(x.buf) == cap(x.buf) {
		grown := make([]byte, len(x.buf), max(256<<10, 2*cap(x.buf)))
		copy(grown, x.buf)
		x.buf = grown
	}
	for range 100 {
		n, err := x.r.Read(x.buf[len(x.buf):cap(x.buf)])
		if k := min(n, headBytes-len(x.head)); k > 0 {
			x.head = append(x.head, x.buf[len(x.buf):len(x.buf)+k]...)
		}
		x.buf = x.buf[:len(x.buf)+n]
		if err != nil {
			x.err = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	x.err = io.ErrNoProgress
	return x.err
}
