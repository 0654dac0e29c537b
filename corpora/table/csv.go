package table

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"lookalike/corpora"
)

// CSV reads delimited text. It never fails on a bad row: a value that is never closed, a record beyond MaxRecord or a
// wrong number of columns is one bad record, and reading goes on with the next line that looks like one. Blank lines, and
// lines of delimiters alone, are passed over.
//
// Memory stays within a few times MaxRecord whatever the text holds. It is not safe for concurrent use.
type CSV struct {
	src  window
	s    splitter
	rec  Record
	line int // physical line at the start of the unread text
	tmp  []byte
	copy func([]byte)
}

// NewCSV reads records of UTF-8 text in the given dialect. The text starts at its first byte: Skip lines are passed over.
func NewCSV(r io.Reader, d Dialect) *CSV {
	c := &CSV{src: window{r: r}, s: splitter{d: d}, line: 1}
	return c
}

// SetColumns tells how many columns the heading has. Until then records of any number of columns are taken.
func (c *CSV) SetColumns(n int) { c.s.want = n }

// Copy makes the reader hand on every byte that is no part of a record's Raw: blank lines, passed over and oversized text.
// Together with the records' Raw in their order it is the whole text.
func (c *CSV) Copy(f func(text []byte)) { c.copy = f }

func (c *CSV) passed(b []byte) {
	if c.copy != nil {
		c.copy(b)
	}
}

// Next returns the next record.
func (c *CSV) Next() (*Record, error) {
	for c.line <= c.s.d.Skip {
		if err := c.skipLine(); err != nil {
			return nil, err
		}
	}
	for {
		if len(c.src.bytes()) == 0 && !c.src.eof {
			c.src.fill()
		}
		b := c.src.bytes()
		if len(b) == 0 {
			if c.src.err != nil {
				return nil, c.src.err
			}
			return nil, io.EOF
		}
		rec, more := c.cut(b)
		if more {
			if len(b) > MaxRecord {
				return c.tooLarge(b), nil
			}
			c.src.fill()
			continue
		}
		if rec != nil {
			return rec, nil
		}
	}
}

// Width returns how many cells stand in the Raw of the last record, blank ones behind the last column too. It and Span have
// no meaning for a record that is bad for another reason than its number of columns.
func (c *CSV) Width() int { return len(c.s.cells) }

// Span returns where cell i of the last record stands in its Raw, quotes included.
func (c *CSV) Span(i int) (start, end int) {
	end = len(bytes.TrimRight(c.rec.Raw, "\r\n"))
	if i+1 < len(c.s.cells) {
		end = c.behindDelimiter(i+1) - 1
	}
	return c.behindDelimiter(i), end
}

// behindDelimiter returns the index behind the delimiter that stands before cell i.
func (c *CSV) behindDelimiter(i int) int {
	if i == 0 {
		return 0
	}
	raw, p := c.rec.Raw, c.s.cells[i].start
	if raw[p-1] == c.s.d.Comma {
		return p
	}
	for p--; p > 0 && raw[p-1] != c.s.d.Comma; { // the opening quote, and spaces before it
		p--
	}
	return p
}

// maxLone is how far a record with stray quotes is read a second time.
const maxLone = 16 << 10

// cut makes the record at the start of b. It returns nil for a blank one.
func (c *CSV) cut(b []byte) (rec *Record, more bool) {
	eof := c.src.eof
	c.s.lone = c.s.want == 0
	n, at, state := c.s.split(b, eof)
	if state == splitMore {
		return nil, true
	}
	wrong := state == splitOpen || (c.s.want > 0 && len(c.s.cells) != c.s.want)
	if wrong && c.s.loneIn && !c.s.lone {
		c.s.lone = true
		head := b[:min(len(b), maxLone)]
		n2, _, st := c.s.split(head, eof && len(head) == len(b))
		switch {
		case st == splitMore && !eof && len(b) < maxLone:
			return nil, true
		case st == splitDone && len(c.s.cells) == c.s.want:
			n, state = n2, splitDone
		default:
			c.s.lone = false
			n, at, state = c.s.split(b, eof)
		}
	}
	if state == splitOpen {
		return c.bad(b[:at], &corpora.Problem{Code: corpora.BadQuoting}), false
	}
	if len(c.s.cells) != c.s.want && bytes.IndexByte(b[:n-1], c.s.d.EOL) >= 0 {
		if at, ok := c.s.merged(b[:n]); ok {
			return c.bad(b[:at], &corpora.Problem{Code: corpora.BadQuoting}), false
		}
	}
	if n > MaxRecord {
		return c.bad(b[:n], &corpora.Problem{Code: corpora.RecordTooLarge, Args: map[string]any{"bytes": n, "limit": MaxRecord}}), false
	}
	return c.good(b[:n]), false
}

// good fills the record from the cells of raw, nil when all of them are blank.
func (c *CSV) good(raw []byte) *Record {
	r := c.start(raw)
	valid := utf8.Valid(raw)
	c.tmp = c.tmp[:0]
	for _, x := range c.s.cells {
		v := raw[x.start:x.end]
		if x.doubled {
			v = c.undouble(v)
		}
		if !valid && !utf8.Valid(v) {
			v = bytes.ToValidUTF8(v, []byte("\uFFFD"))
		}
		r.Cells = append(r.Cells, v)
	}
	if blank(r.Cells) {
		c.passed(raw)
		return nil
	}
	if !valid {
		r.Note = &corpora.Problem{Code: corpora.BadEncoding, Args: map[string]any{"charset": "utf-8", "offset": invalidAt(raw)}}
	}
	for c.s.want > 0 && len(r.Cells) > c.s.want && blank(r.Cells[len(r.Cells)-1:]) {
		r.Cells = r.Cells[:len(r.Cells)-1]
	}
	if c.s.want > 0 && len(r.Cells) != c.s.want {
		p := &corpora.Problem{Code: corpora.BadColumns, Args: map[string]any{"have": len(r.Cells), "want": c.s.want}}
		if len(r.Cells) > c.s.want {
			r.Bad = p
		} else {
			r.Note = p
		}
	}
	return r
}

// bad makes a bad record of raw. Its cells are those of its first physical line that stand before the fault.
func (c *CSV) bad(raw []byte, p *corpora.Problem) *Record {
	first := raw
	if k := bytes.IndexByte(raw, c.s.d.EOL); k >= 0 {
		first = raw[:k]
	}
	first = bytes.TrimSuffix(first[:min(len(first), MaxRecord)], []byte{'\r'})
	plain := splitter{d: c.s.d}
	plain.d.Quote = 0
	plain.split(first, true)
	r := c.start(raw)
	for _, x := range plain.cells {
		r.Cells = append(r.Cells, bytes.ToValidUTF8(first[x.start:x.end], []byte("\uFFFD")))
	}
	r.Bad = p
	return r
}

// start begins a record that takes raw off the text.
func (c *CSV) start(raw []byte) *Record {
	c.rec = Record{Row: c.line, Raw: raw, Cells: c.rec.Cells[:0]}
	c.line += bytes.Count(raw, []byte{c.s.d.EOL})
	c.src.take(len(raw))
	return &c.rec
}

func (c *CSV) undouble(v []byte) []byte {
	from := len(c.tmp)
	q := c.s.d.Quote
	for i := 0; i < len(v); i++ {
		c.tmp = append(c.tmp, v[i])
		if v[i] == q && i+1 < len(v) && v[i+1] == q {
			i++
		}
	}
	return c.tmp[from:len(c.tmp):len(c.tmp)]
}

// tooLarge makes one bad record of a text that goes on beyond MaxRecord. When a later line of it reads as a record then a
// quote was never closed; else the text is passed over up to the next line that does.
func (c *CSV) tooLarge(b []byte) *Record {
	nl := bytes.IndexByte(b, c.s.d.EOL)
	if nl >= 0 {
		last := bytes.LastIndexByte(b, c.s.d.EOL) // the line behind it may go on beyond b
		if at := c.s.resumeIn(b[:last+1], nl+1); at >= 0 {
			return c.bad(b[:at], &corpora.Problem{Code: corpora.BadQuoting})
		}
	}
	r := c.bad(b, nil)
	c.passed(b)
	r.Raw = nil
	total := len(b)
	for ends := nl >= 0 && b[len(b)-1] == c.s.d.EOL; ; {
		if len(c.src.bytes()) == 0 {
			c.src.fill()
		}
		w := c.src.bytes()
		if len(w) == 0 {
			break
		}
		k := bytes.IndexByte(w, c.s.d.EOL)
		line := w
		if k >= 0 {
			line = w[:k+1]
		}
		if ends && nl >= 0 && (k >= 0 || c.src.eof) && c.s.resumeIn(line, 0) == 0 {
			break
		}
		if ends && k < 0 && !c.src.eof && len(w) <= MaxRecord {
			c.src.fill()
			continue
		}
		n := len(w)
		if ends = k >= 0; ends {
			n = k + 1
			c.line++
		}
		total += n
		c.passed(w[:n])
		c.src.take(n)
		if ends && nl < 0 {
			break
		}
	}
	r.Bad = &corpora.Problem{Code: corpora.RecordTooLarge, Args: map[string]any{"bytes": total, "limit": MaxRecord}}
	return r
}

func (c *CSV) skipLine() error {
	for {
		b := c.src.bytes()
		if k := bytes.IndexByte(b, c.s.d.EOL); k >= 0 {
			c.passed(b[:k+1])
			c.src.take(k + 1)
			c.line++
			return nil
		}
		c.passed(b)
		c.src.take(len(b))
		if c.src.eof {
			if c.src.err != nil {
				return c.src.err
			}
			return io.EOF
		}
		c.src.fill()
	}
}

// invalidAt returns the offset of the first byte that is not UTF-8.
func invalidAt(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// window is the part of a stream that was read and not yet used. It grows by doubling up to what a record may take.
type window struct {
	r        io.Reader
	buf      []byte
	pos, end int
	eof      bool
	err      error // why the stream ended, nil for its regular end
}

const windowSize = 64 << 10

func (w *window) bytes() []byte { return w.buf[w.pos:w.end] }

func (w *window) take(n int) { w.pos += n }

// fill reads more behind the unread bytes, at least as many as there are, or up to the end of the stream. It moves them.
func (w *window) fill() {
	if w.eof {
		return
	}
	n := w.end - w.pos
	if need := max(windowSize, 2*n); len(w.buf) < need {
		buf := make([]byte, need)
		copy(buf, w.buf[w.pos:w.end])
		w.buf = buf
	} else {
		copy(w.buf, w.buf[w.pos:w.end])
	}
	w.pos, w.end = 0, n
	for idle := 0; w.end < max(2*n, 1); {
		k, err := w.r.Read(w.buf[w.end:])
		w.end += k
		if err != nil {
			w.eof = true
			if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				w.err = err
			}
			return
		}
		if k == 0 {
			if idle++; idle > 100 {
				w.eof, w.err = true, io.ErrNoProgress
				return
			}
		}
	}
}
