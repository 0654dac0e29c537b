package table

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"lookalike/corpora"
)

// JSONLayout is how a JSON text lays out its records.
type JSONLayout struct {
	Lines bool // one object a line
	Start int  // bytes of decoded text before the first record: up to and with the bracket of the array that holds them
	Array bool // records stand in an array, which must be closed
}

// JSON reads the objects of JSON Lines, of an array, or of texts that follow one another. A record that is no JSON is bad,
// and reading goes on with the next line, or with the next line that is indented like the record and opens one.
//
// The record's Raw is the object. Cells stay empty. It is not safe for concurrent use.
type JSON struct {
	src  window
	lay  JSONLayout
	rec  Record
	line int
	done bool
	cut  bool   // the last record was cut off by the end of the text
	in   []byte // white space before the record on its line
	own  bool   // the record is the first thing on its line
}

// NewJSON reads records of UTF-8 text.
func NewJSON(r io.Reader, lay JSONLayout) *JSON {
	return &JSON{src: window{r: r}, lay: lay, line: 1}
}

// Next returns the next record.
func (j *JSON) Next() (*Record, error) {
	for j.lay.Start > 0 {
		if len(j.src.bytes()) == 0 {
			if j.src.eof {
				return nil, j.end()
			}
			j.src.fill()
			continue
		}
		n := min(j.lay.Start, len(j.src.bytes()))
		j.advance(n)
		j.lay.Start -= n
	}
	if j.done {
		return nil, io.EOF
	}
	if j.lay.Lines {
		return j.nextLine()
	}
	return j.nextValue()
}

func (j *JSON) end() error {
	j.done = true
	if j.src.err != nil {
		return j.src.err
	}
	return io.EOF
}

// advance takes n bytes and counts their lines.
func (j *JSON) advance(n int) {
	j.line += bytes.Count(j.src.bytes()[:n], []byte{'\n'})
	j.src.take(n)
}

// record makes a record of the next n bytes, without the white space around them.
func (j *JSON) record(n int, bad *corpora.Problem) *Record {
	raw := j.src.bytes()[:n]
	j.rec = Record{Row: j.line, Raw: bytes.TrimSpace(raw), Bad: bad}
	if bad == nil {
		if _, err := ParseJSON(j.rec.Raw); err != nil {
			j.rec.Bad = badJSON(err)
		} else if !utf8.Valid(j.rec.Raw) {
			j.rec.Note = &corpora.Problem{Code: corpora.BadEncoding, Args: map[string]any{"charset": "utf-8", "offset": invalidAt(j.rec.Raw)}}
		}
	}
	j.advance(n)
	return &j.rec
}

func badJSON(err error) *corpora.Problem {
	p := &corpora.Problem{Code: corpora.BadJSON, Args: map[string]any{"offset": 0, "reason": err.Error()}}
	if e, ok := errors.AsType[*JSONError](err); ok {
		p.Args = map[string]any{"offset": e.Offset, "reason": e.Reason}
	}
	return p
}

func (j *JSON) nextLine() (*Record, error) {
	for {
		b := j.src.bytes()
		k := bytes.IndexByte(b, '\n')
		if k < 0 && !j.src.eof {
			if len(b) > MaxRecord {
				return j.longLine(), nil
			}
			j.src.fill()
			continue
		}
		if k < 0 && len(b) == 0 {
			return nil, j.end()
		}
		n := len(b)
		if k >= 0 {
			n = k + 1
		}
		line := bytes.TrimSpace(b[:n])
		switch {
		case len(line) == 0:
			j.advance(n)
			continue
		case n > MaxRecord:
			return j.record(n, tooLarge(n)), nil
		case k < 0 && (j.src.err != nil || !closed(line)):
			r := j.record(n, &corpora.Problem{Code: corpora.SourceTruncated, Args: map[string]any{"row": j.line}})
			return r, nil
		}
		return j.record(n, nil), nil
	}
}

// closed reports whether a last line without a line end could be whole.
func closed(line []byte) bool { return line[len(line)-1] == '}' || line[0] != '{' }

func tooLarge(n int) *corpora.Problem {
	return &corpora.Problem{Code: corpora.RecordTooLarge, Args: map[string]any{"bytes": n, "limit": MaxRecord}}
}

// longLine passes over a line beyond MaxRecord.
func (j *JSON) longLine() *Record {
	r := Record{Row: j.line}
	total := 0
	for {
		b := j.src.bytes()
		k := bytes.IndexByte(b, '\n')
		n := len(b)
		if k >= 0 {
			n = k + 1
		}
		total += n
		j.advance(n)
		if k >= 0 || j.src.eof && len(j.src.bytes()) == 0 {
			break
		}
		j.src.fill()
	}
	r.Bad = tooLarge(total)
	j.rec = r
	return &j.rec
}

// nextValue finds the object that starts next, outside of lines.
func (j *JSON) nextValue() (*Record, error) {
	for {
		b := j.src.bytes()
		i := 0
		for i < len(b) && j.between(b[i]) {
			i++
		}
		j.advance(i)
		b = b[i:]
		if len(b) == 0 {
			if !j.src.eof {
				j.src.fill()
				continue
			}
			if err := j.end(); j.lay.Array && !j.cut && errors.Is(err, io.EOF) {
				return nil, &corpora.Problem{Code: corpora.SourceTruncated, Args: map[string]any{"row": j.line}}
			} else {
				return nil, err
			}
		}
		if b[0] == ']' && j.lay.Array {
			j.done = true
			return nil, io.EOF
		}
		n, state := j.valueEnd(b)
		switch {
		case state == splitMore && len(b) > MaxRecord:
			return j.broken(b, true), nil
		case state == splitMore && !j.src.eof:
			j.src.fill()
			continue
		case state == splitMore:
			return j.broken(b, false), nil
		case n > MaxRecord:
			return j.record(n, tooLarge(n)), nil
		}
		return j.record(n, nil), nil
	}
}

// valueEnd returns where the value at the start of b ends by its brackets alone.
func (j *JSON) valueEnd(b []byte) (int, splitState) {
	if b[0] != '{' && b[0] != '[' {
		for i, c := range b {
			if i > 0 && (c == ',' || c == ']' || c == '}' || c == '\n' || c == '{') {
				return i, splitDone
			}
		}
		if j.src.eof {
			return len(b), splitDone
		}
		return 0, splitMore
	}
	var s brackets
	if n := s.scan(b); n >= 0 {
		return n, splitDone
	}
	return 0, splitMore
}

// brackets follows the nesting of a JSON text.
type brackets struct {
	depth  int
	quoted bool
	escape bool
}

// scan returns the index behind the bracket that closes the value, -1 when b ends first.
func (s *brackets) scan(b []byte) int {
	for i := range b {
		c := b[i]
		if s.quoted {
			switch {
			case s.escape:
				s.escape = false
			case c == '\\':
				s.escape = true
			case c == '"':
				s.quoted = false
			}
			continue
		}
		switch c {
		case '"':
			s.quoted = true
		case '{', '[':
			s.depth++
		case '}', ']':
			if s.depth--; s.depth <= 0 {
				return i + 1
			}
		}
	}
	return -1
}

// broken makes one bad record of a value that does not end. A later line that is indented like it and opens an object is
// where reading goes on; without one, a value that is too large is passed over by its brackets, and else the text was cut.
func (j *JSON) broken(b []byte, large bool) *Record {
	if at := sibling(b, j.in); at > 0 && j.own {
		return j.record(at, &corpora.Problem{Code: corpora.BadJSON, Args: map[string]any{"offset": at, "reason": "the object is not closed"}})
	}
	if !large {
		j.cut = true
		return j.record(len(b), &corpora.Problem{Code: corpora.SourceTruncated, Args: map[string]any{"row": j.line}})
	}
	r := Record{Row: j.line}
	var s brackets
	total := 0
	for {
		b := j.src.bytes()
		n := s.scan(b)
		if n < 0 {
			n = len(b)
		}
		total += n
		j.advance(n)
		if s.depth <= 0 || j.src.eof && len(j.src.bytes()) == 0 {
			break
		}
		j.src.fill()
	}
	r.Bad = tooLarge(total)
	j.rec = r
	return &j.rec
}

// between reports whether c stands between records, and keeps the indentation of the one that follows.
func (j *JSON) between(c byte) bool {
	switch c {
	case '\n':
		j.in, j.own = j.in[:0], true
	case ' ', '\t':
		j.in = append(j.in[:min(len(j.in), 64)], c)
	case ',':
		j.own = false
	case '\r':
	default:
		return false
	}
	return true
}

// sibling returns the start of the first line after b's first that is indented by in and opens an object.
func sibling(b, in []byte) int {
	mark := append(append([]byte{'\n'}, in...), '{')
	if k := bytes.Index(b, mark); k >= 0 {
		return k + 1
	}
	return -1
}
