package feed

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// csvRows copies delimited text.
type csvRows struct {
	a       *Annotator
	pkg     io.Closer
	r       io.Closer
	csv     *table.CSV
	rec     *table.Record // read and not yet copied
	heading []byte        // as decoded, with the columns added
	body    bool          // the heading was read
	current *part         // takes what stands between records
	err     error
}

func newCSVRows(a *Annotator) (*csvRows, error) {
	pkg, e, err := a.unit.reopen()
	if err != nil {
		return nil, err
	}
	if a.coding, err = a.unit.codingOf(e); err != nil {
		pkg.Close()
		return nil, err
	}
	r, err := e.Open()
	if err != nil {
		pkg.Close()
		return nil, err
	}
	c := &csvRows{a: a, pkg: pkg, r: r}
	c.csv = table.NewCSV(table.NewText(r, a.unit.decoded), a.unit.csv)
	c.csv.Copy(c.passed)
	return c, nil
}

func (c *csvRows) close() error { return errors.Join(c.r.Close(), c.pkg.Close()) }

// passed takes text between records, such as blank lines and oversized rows. Of the head it is kept, later it goes where
// the record before it went.
func (c *csvRows) passed(b []byte) {
	switch {
	case c.err != nil:
	case !c.body:
		c.heading = append(c.heading, b...)
	case c.current == nil && (c.a.rest == "" || len(bytes.TrimSpace(b)) > 0):
		if c.current, c.err = c.a.part(c.a.rest); c.err == nil {
			c.err = c.begin(c.current)
		}
		fallthrough
	case c.current != nil:
		if c.err == nil {
			_, c.err = c.current.out.Write(b)
		}
	}
}

func (c *csvRows) copyTo(row int, to string, values []string) error {
	if err := c.head(); err != nil {
		return err
	}
	for {
		if c.rec == nil {
			rec, err := c.csv.Next()
			if c.err != nil {
				return c.err
			}
			if errors.Is(err, io.EOF) || err != nil && row == 0 {
				return nil // what could be read was copied; the scan names the fault
			}
			if err != nil {
				return err
			}
			c.rec = rec
		}
		if row > 0 && c.rec.Row > row {
			return nil
		}
		name, v := c.a.between(), []string(nil)
		if c.rec.Row == row {
			name, v = to, values
		}
		if err := c.write(name, v); err != nil {
			return err
		}
		found := c.rec.Row == row
		c.rec = nil
		if found {
			return nil
		}
	}
}

// head reads the heading and what stands above it.
func (c *csvRows) head() error {
	for !c.body {
		rec, err := c.csv.Next()
		if err != nil {
			c.body = true
			return nil
		}
		var v []string
		if rec.Row == c.a.unit.dialect.Heading {
			v = c.a.columns
		}
		c.heading = c.line(c.heading, rec, v)
		if rec.Row >= c.a.unit.data {
			c.csv.SetColumns(c.a.unit.want)
			c.body = true
		}
	}
	return nil
}

func (c *csvRows) write(name string, values []string) error {
	p, err := c.a.part(name)
	if err != nil {
		return err
	}
	if err := c.begin(p); err != nil {
		return err
	}
	p.count++
	c.current = p
	if bad := c.rec.Bad; bad != nil && bad.Code != corpora.BadColumns {
		_, err := p.out.Write(c.rec.Raw) // nothing can stand behind a quote that is not closed
		return err
	}
	_, err = p.out.Write(c.line(nil, c.rec, values))
	return err
}

// begin writes the heading to a part that has none yet.
func (c *csvRows) begin(p *part) error {
	if p.count > 0 {
		return nil
	}
	if err := c.a.coding.begin(p); err != nil {
		return err
	}
	_, err := p.out.Write(c.heading)
	p.count = 1
	return err
}

func (c *csvRows) finish(p *part) error {
	return errors.Join(c.begin(p), p.end())
}

// line appends a record with values behind its cells.
func (c *csvRows) line(dst []byte, rec *table.Record, values []string) []byte {
	d := c.a.unit.csv
	end := rec.Raw[len(bytes.TrimRight(rec.Raw, "\r\n")):]
	if len(end) == 0 {
		end = []byte{d.EOL}
		if d.CRLF {
			end = []byte("\r\n")
		}
	}
	want, written := c.a.unit.want, 0
	last := want - 1 // takes what stands behind the last column
	for last > 0 && c.a.old[last] {
		last--
	}
	for i := range want {
		if c.a.old[i] {
			continue
		}
		if written++; written > 1 {
			dst = append(dst, d.Comma)
		}
		switch {
		case i >= c.csv.Width():
		case i == last && len(rec.Cells) > want:
			more := append([][]byte{rec.Cells[i]}, rec.Cells[want:]...)
			dst = appendQuoted(dst, string(bytes.Join(more, []byte{d.Comma})))
		default:
			from, to := c.csv.Span(i)
			dst = append(dst, rec.Raw[from:to]...)
		}
	}
	for i := range c.a.columns {
		dst = append(dst, d.Comma)
		if i < len(values) {
			dst = appendCell(dst, values[i], d)
		}
	}
	return append(dst, end...)
}

// appendCell appends a value, quoted where it must be. A value that a spreadsheet would take for a formula gets an
// apostrophe before it.
func appendCell(dst []byte, v string, d table.Dialect) []byte {
	v = Neutral(v)
	if !strings.ContainsAny(v, "\"\r\n"+string(rune(d.Comma))) && strings.TrimSpace(v) == v {
		return append(dst, v...)
	}
	return appendQuoted(dst, v)
}

func appendQuoted(dst []byte, v string) []byte {
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(v, `"`, `""`)...)
	return append(dst, '"')
}

// Neutral puts an apostrophe before a value that a spreadsheet would take for a formula.
func Neutral(v string) string {
	if v != "" && strings.IndexByte("=+-@\t\r", v[0]) >= 0 {
		return "'" + v
	}
	return v
}
