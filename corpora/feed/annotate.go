package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/transform"

	"lookalike/corpora/table"
)

// CannotAnnotate is the code of a UsageError: the feed is not one table that can be written again. Err says why.
const CannotAnnotate = "cannot_annotate"

// Annotator writes the one file of a feed again, same dialect, columns and order, with more columns behind. Parts of it may
// go to different writers, each with the heading: that is how a feed is split.
//
// It reads the file a second time, in step with the listings that Put names, so that memory does not grow with the feed.
// CSV, TSV, JSON Lines and JSON arrays keep every byte of their records; of a workbook annotated as a whole everything else
// stays as it is. It is not safe for concurrent use.
type Annotator struct {
	unit    *unit
	columns []string
	open    func(part string) (io.WriteCloser, error)
	parts   map[string]*part
	order   []*part
	rest    string // part of the rows that nobody named
	lines   rows
	last    string // part of the row named last
	done    bool
}

// rows copies records of one syntax.
type rows interface {
	// copyTo copies records up to the one of row, which gets values; 0 is the end of the file.
	copyTo(row int, to string, values []string) error
	// finish completes a part.
	finish(p *part) error
	close() error
}

// part is one output.
type part struct {
	name  string
	w     io.WriteCloser
	out   io.Writer // encodes
	count int       // records written
}

// Annotate prepares to write the feed's one file again. open makes the writer of a part when its first row comes; rest is
// the part of rows that Put does not name. Values of Put stand in the order of columns.
func (f *Feed) Annotate(columns []string, rest string, open func(part string) (io.WriteCloser, error)) (*Annotator, error) {
	if len(f.units) != 1 {
		return nil, &UsageError{Code: CannotAnnotate, Path: strings.Join(f.origins(), ", "), Err: fmt.Errorf("%d tables found, one can be written again", len(f.units))}
	}
	u := f.units[0]
	a := &Annotator{unit: u, columns: columns, open: open, rest: rest, parts: map[string]*part{}}
	var err error
	switch {
	case u.src.stdin != nil:
		err = errors.New("standard input was not spooled")
	case u.dialect.Format == "csv" || u.dialect.Format == "tsv":
		a.lines, err = newCSVRows(a)
	case u.dialect.Format == "jsonl", u.dialect.Format == "json" && u.layout.Array:
		a.lines, err = newJSONRows(a)
	case u.dialect.Format == "xlsx":
		a.lines, err = newSheetRows(a)
	default:
		err = fmt.Errorf("%s cannot be written again", u.dialect.Format)
	}
	if err != nil {
		return nil, &UsageError{Code: CannotAnnotate, Path: u.dialect.Origin, Err: err}
	}
	return a, nil
}

func (f *Feed) origins() []string {
	var names []string
	for _, u := range f.units {
		names = append(names, u.dialect.Origin)
	}
	return names[:min(len(names), 10)]
}

// reopen opens the unit's file once more.
func (u *unit) reopen() (*table.Package, *table.Entry, error) {
	pkg, err := table.OpenFile(u.src.path, u.src.name, recognisable)
	if err != nil {
		return nil, nil, err
	}
	if u.entry >= len(pkg.Entries) {
		pkg.Close()
		return nil, nil, io.ErrUnexpectedEOF
	}
	return pkg, &pkg.Entries[u.entry], nil
}

// Put says what stands behind the record of row, and to which part it goes. Rows come in the order of the file.
func (a *Annotator) Put(row int, to string, values []string) error {
	if err := a.lines.copyTo(row, to, values); err != nil {
		return fmt.Errorf("annotate %s: %w", a.unit.dialect.Origin, err)
	}
	a.last = to
	return nil
}

// Close copies the rows that are left and closes every part.
func (a *Annotator) Close() error {
	if a.done {
		return nil
	}
	a.done = true
	err := a.lines.copyTo(0, "", nil)
	if err == nil && len(a.parts) == 0 {
		_, err = a.part(a.rest) // a heading alone
	}
	for _, p := range a.order {
		err = errors.Join(err, a.lines.finish(p))
		if p.w != nil {
			err = errors.Join(err, p.w.Close())
		}
	}
	if err = errors.Join(err, a.lines.close()); err != nil {
		return fmt.Errorf("annotate %s: %w", a.unit.dialect.Origin, err)
	}
	return nil
}

// between is the part of a record that Put did not name: a further row of the listing before it, or the rest.
func (a *Annotator) between() string {
	if a.unit.folds() && a.last != "" {
		return a.last
	}
	return a.rest
}

// part returns a part, made when it is new.
func (a *Annotator) part(name string) (*part, error) {
	if p := a.parts[name]; p != nil {
		return p, nil
	}
	w, err := a.open(name)
	if err != nil {
		return nil, err
	}
	p := &part{name: name, w: w, out: w}
	a.parts[name] = p
	a.order = append(a.order, p)
	return p, nil
}

// csvRows copies delimited text.
type csvRows struct {
	a       *Annotator
	pkg     io.Closer
	r       io.Closer
	text    *table.Text
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
	r, err := e.Open()
	if err != nil {
		pkg.Close()
		return nil, err
	}
	c := &csvRows{a: a, pkg: pkg, r: r, text: table.NewText(r, "")}
	c.csv = table.NewCSV(c.text, a.unit.csv)
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
	if c.rec.Bad != nil && (c.rec.Raw == nil || len(c.rec.Cells) < c.a.unit.want || bytes.Count(c.rec.Raw, []byte{'"'})%2 == 1) {
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
	if c.text.BOM() && c.text.Encoding() == nil {
		if _, err := io.WriteString(p.w, "\uFEFF"); err != nil {
			return err
		}
	}
	if enc := c.text.Encoding(); enc != nil {
		if c.text.BOM() {
			bom := []byte{0xFF, 0xFE}
			if c.text.Charset() == "utf-16be" {
				bom = []byte{0xFE, 0xFF}
			}
			if _, err := p.w.Write(bom); err != nil {
				return err
			}
		}
		p.out = transform.NewWriter(p.w, replacing(enc))
	}
	_, err := p.out.Write(c.heading)
	p.count = 1
	return err
}

func (c *csvRows) finish(p *part) error {
	err := c.begin(p)
	if t, ok := p.out.(*transform.Writer); ok {
		err = errors.Join(err, t.Close())
	}
	return err
}

// line appends a record with values behind its cells.
func (c *csvRows) line(dst []byte, rec *table.Record, values []string) []byte {
	d := c.a.unit.csv
	raw := bytes.TrimRight(rec.Raw, "\r\n")
	end := rec.Raw[len(raw):]
	if len(end) == 0 {
		end = []byte{d.EOL}
		if d.CRLF {
			end = []byte("\r\n")
		}
	}
	dst = append(dst, raw...)
	for range max(0, c.a.unit.want-len(rec.Cells)) {
		dst = append(dst, d.Comma)
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

// jsonRows copies JSON Lines and arrays.
type jsonRows struct {
	a     *Annotator
	pkg   io.Closer
	r     io.Closer
	json  *table.JSON
	rec   *table.Record
	names [][]byte
}

func newJSONRows(a *Annotator) (*jsonRows, error) {
	pkg, e, err := a.unit.reopen()
	if err != nil {
		return nil, err
	}
	r, err := e.Open()
	if err != nil {
		pkg.Close()
		return nil, err
	}
	j := &jsonRows{a: a, pkg: pkg, r: r, json: table.NewJSON(table.NewText(r, ""), a.unit.layout)}
	for _, c := range a.columns {
		name, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		j.names = append(j.names, name)
	}
	return j, nil
}

func (j *jsonRows) close() error { return errors.Join(j.r.Close(), j.pkg.Close()) }

func (j *jsonRows) copyTo(row int, to string, values []string) error {
	for {
		if j.rec == nil {
			rec, err := j.json.Next()
			if errors.Is(err, io.EOF) || err != nil && row == 0 {
				return nil
			}
			if err != nil {
				return err
			}
			j.rec = rec
		}
		if row > 0 && j.rec.Row > row {
			return nil
		}
		// Several elements may stand on one line: then each Put takes the next one.
		found := j.rec.Row == row
		name, v := j.a.between(), []string(nil)
		if found {
			name, v = to, values
		}
		if err := j.write(name, v); err != nil {
			return err
		}
		j.rec = nil
		if found {
			return nil
		}
	}
}

func (j *jsonRows) write(name string, values []string) error {
	p, err := j.a.part(name)
	if err != nil {
		return err
	}
	var b []byte
	if j.a.unit.layout.Array {
		b = append(b, ",\n"...)
		if p.count == 0 {
			b = append(b[:0], "[\n"...)
		}
	}
	p.count++
	raw := j.rec.Raw
	if j.rec.Bad != nil && j.a.unit.layout.Array {
		// A record that is no JSON cannot stand in an array: its text is kept as a value.
		text, err := json.Marshal(string(raw))
		if err != nil {
			return err
		}
		raw = text
	}
	if j.rec.Bad == nil && len(raw) > 1 && raw[0] == '{' {
		b = append(b, raw[:len(raw)-1]...)
		comma := len(bytes.TrimSpace(raw[1:len(raw)-1])) > 0
		for i, n := range j.names {
			if comma {
				b = append(b, ',')
			}
			comma = true
			v := ""
			if i < len(values) {
				v = values[i]
			}
			text, err := json.Marshal(v)
			if err != nil {
				return err
			}
			b = append(append(append(b, n...), ':'), text...)
		}
		b = append(b, '}')
	} else {
		b = append(b, raw...)
	}
	if !j.a.unit.layout.Array {
		b = append(b, '\n')
	}
	_, err = p.out.Write(b)
	return err
}

func (j *jsonRows) finish(p *part) error {
	if !j.a.unit.layout.Array {
		return nil
	}
	end := "\n]\n"
	if p.count == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(p.out, end)
	return err
}

// SplitParts returns the parts that an annotator has written so far, in the order of their first rows.
func (a *Annotator) SplitParts() []string {
	var names []string
	for _, p := range a.order {
		names = append(names, p.name)
	}
	return slices.Clip(names)
}
