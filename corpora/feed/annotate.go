package feed

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
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
// stays as it is. Columns of an earlier annotation are left out. Cells behind the last column of the heading are joined to
// the last one, so that nothing but a verdict stands in the columns of verdicts. It is not safe for concurrent use.
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
	old     []bool // of a table: the columns that an earlier annotation added
	coding  coding
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
	count int       // records written, and the heading
	begun bool
}

// prefix is how the columns start that annotations add. Annotating again replaces them.
const prefix = "lookalike_"

func isAdded(name string) bool {
	name = strings.TrimSpace(name)
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}

// coding is how a text is written in bytes.
type coding struct {
	enc encoding.Encoding // nil for UTF-8
	bom string
}

// codingOf reads a text as far as its first byte beyond ASCII, which decides.
func (u *unit) codingOf(e *table.Entry) (coding, error) {
	r, err := e.Open()
	if err != nil {
		return coding{}, err
	}
	defer r.Close()
	text := table.NewText(r, u.decoded)
	buf := make([]byte, 64<<10)
	for !text.Known() {
		if _, err := text.Read(buf); err != nil {
			break // what cannot be read shows when it is copied
		}
	}
	c := coding{enc: text.Encoding()}
	if text.BOM() {
		c.bom = map[string]string{"utf-16le": "\xFF\xFE", "utf-16be": "\xFE\xFF"}[text.Charset()]
		if c.enc == nil {
			c.bom = "\uFEFF"
		}
	}
	return c, nil
}

// begin makes the part write in the coding.
func (c coding) begin(p *part) error {
	if p.begun {
		return nil
	}
	p.begun = true
	if _, err := io.WriteString(p.w, c.bom); err != nil {
		return err
	}
	if c.enc != nil {
		p.out = transform.NewWriter(p.w, replacing(c.enc))
	}
	return nil
}

// end writes what the encoder still holds.
func (p *part) end() error {
	if t, ok := p.out.(*transform.Writer); ok {
		return t.Close()
	}
	return nil
}

// Annotate prepares to write the feed's one file again. open makes the writer of a part when its first row comes; rest is
// the part of rows that Put does not name. Values of Put stand in the order of columns.
func (f *Feed) Annotate(columns []string, rest string, open func(part string) (io.WriteCloser, error)) (*Annotator, error) {
	if len(f.units) != 1 {
		return nil, &UsageError{Code: CannotAnnotate, Path: strings.Join(f.origins(), ", "), Err: fmt.Errorf("%d tables found, one can be written again", len(f.units))}
	}
	u := f.units[0]
	a := &Annotator{unit: u, columns: columns, open: open, rest: rest, parts: map[string]*part{}}
	for _, name := range u.names {
		a.old = append(a.old, isAdded(name))
	}
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

// SplitParts returns the parts that an annotator has written so far, in the order of their first rows.
func (a *Annotator) SplitParts() []string {
	var names []string
	for _, p := range a.order {
		names = append(names, p.name)
	}
	return slices.Clip(names)
}
