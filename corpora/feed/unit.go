package feed

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// unit is one table of listings: a file, a member of an archive, a sheet of a workbook.
type unit struct {
	src     *source
	entry   int
	dialect Dialect
	csv     table.Dialect
	layout  table.JSONLayout
	xml     table.XMLLayout
	sheet   string
	profile *profile
	names   []string // of a table's columns
	columns []place  // of a table, by their index
	want    int      // columns of the heading
	data    int      // rows up to here are heading
	keys    map[string]place
	dict    *dictionary
	charset func() string     // of the text being read
	decoded string            // the encoding that the headings decided for, "" when the text alone did
	row     int               // last row read
	parts   map[string]bool   // names of the pictures in an MHTML file
	notes   []corpora.Problem // of the whole file, found by its head
	size    int64             // bytes of a plain text, -1 when it is not known how many will be read
	read    *atomic.Int64     // of the feed
	report  bool              // it is what an earlier scan wrote
}

// units1 tells what one entry holds.
func (f *Feed) units1(ctx context.Context, s *source, e *table.Entry) ([]*unit, error) {
	switch e.Content {
	case table.ContentXLSX:
		return f.workbook(ctx, e)
	case table.ContentParquet:
		u, err := f.parquet(ctx, e)
		if err != nil {
			return nil, err
		}
		return []*unit{u}, nil
	case table.ContentText:
		u, err := f.text(e)
		if err != nil {
			return nil, err
		}
		return []*unit{u}, nil
	}
	return nil, &UsageError{Code: NoColumns, Path: e.Name}
}

// text tells syntax, encoding and columns of a text by its head.
func (f *Feed) text(e *table.Entry) (*unit, error) {
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text := table.NewText(r, "")
	sample, err := io.ReadAll(io.LimitReader(text, table.SampleSize))
	if err != nil && len(sample) == 0 {
		return nil, err
	}
	u := &unit{dict: f.dict, dialect: Dialect{Origin: e.Name, Compression: e.Compression, Charset: text.Charset()}}
	if len(bytes.TrimSpace(sample)) == 0 {
		u.dialect.Empty = true
		u.dialect.Format = "csv"
		return u, nil
	}
	switch table.SyntaxOf(sample) {
	case table.SyntaxJSON:
		err := u.sniffJSON(sample)
		u.report = isReport(sample)
		if usage, ok := errors.AsType[*UsageError](err); ok {
			usage.report = u.report
		}
		return u, err
	case table.SyntaxXML:
		return u, u.sniffXML(sample)
	case table.SyntaxHTML, table.SyntaxMHTML:
		u.dialect.Format = string(table.SyntaxOf(sample))
		return f.page(u, e)
	}
	err = u.sniffCSV(sample)
	if usage, ok := errors.AsType[*UsageError](err); ok && usage.Code == NoColumns && text.Encoding() != nil && !text.BOM() {
		if other := f.byHeadings(e, u.dialect); other != nil {
			return other, nil
		}
	}
	return u, err
}

// byHeadings reads a table of too few words to tell its encoding: it is the one in which a heading is known. It returns nil
// when none is.
func (f *Feed) byHeadings(e *table.Entry, d Dialect) *unit {
	for _, name := range []string{"gb18030", "big5", "shift_jis", "euc-kr", "euc-jp", "windows-1251"} {
		r, err := e.Open()
		if err != nil {
			return nil
		}
		text := table.NewText(r, name)
		sample, err := io.ReadAll(io.LimitReader(text, table.SampleSize))
		r.Close()
		if err != nil || text.Charset() != name {
			continue
		}
		d.Charset = name
		u := &unit{dict: f.dict, decoded: name, dialect: d}
		if u.sniffCSV(sample) == nil {
			return u
		}
	}
	return nil
}

func (u *unit) sniffCSV(sample []byte) error {
	u.csv = table.SniffCSV(sample, u.dict.known)
	u.dialect.Delimiter = string(rune(u.csv.Comma))
	u.dialect.Format = "csv"
	if u.csv.Comma == '\t' {
		u.dialect.Format = "tsv"
	}
	return u.findHeading(table.NewCSV(bytes.NewReader(sample), u.csv))
}

// isReport reports whether a text starts like the report of a scan.
func isReport(sample []byte) bool {
	b := bytes.TrimPrefix(bytes.TrimSpace(sample), []byte(`{"header":`))
	return bytes.HasPrefix(b, []byte(`{"type":"header","schema":`))
}

// isReportTable reports whether columns are those of the report of a scan as a table.
func isReportTable(names []string) bool {
	has := func(name string) bool { return slices.Contains(names, name) }
	return has("listing_grade") && has("listing_score") || has("decision") && has("fingerprint") && has("listings")
}

// findHeading finds the row that names the columns among the first ones: the one with the most fields. Further rows of
// names under it that name the same columns belong to the heading, and the last of them that knows as many fields counts.
func (u *unit) findHeading(r table.Reader) error {
	type row struct {
		cells  []string
		line   int
		fields int
		means  []field // of each cell
	}
	var rows []row
	best := -1
	for len(rows) <= table.HeadingRows {
		rec, err := r.Next()
		if err != nil {
			break
		}
		x := row{line: rec.Row}
		seen := [numFields]bool{}
		for _, c := range rec.Cells {
			name := clip(strings.TrimSpace(string(c)), 200)
			x.cells = append(x.cells, name)
			p, _ := u.dict.find(name)
			x.means = append(x.means, p.field)
			if p.field != fieldNone && !seen[p.field] {
				seen[p.field] = true
				x.fields++
			}
		}
		rows = append(rows, x)
		if len(rows) <= table.HeadingRows && x.fields > 0 && (best < 0 || x.fields > rows[best].fields) {
			best = len(rows) - 1
		}
	}
	if len(rows) == 0 {
		u.dialect.Empty = true
		return nil
	}
	if best < 0 {
		return &UsageError{Code: NoColumns, Path: u.dialect.Origin, Columns: rows[0].cells[:min(len(rows[0].cells), 40)]}
	}
	last := best
	for i := best + 1; i < len(rows) && sameHeading(rows[best].means, rows[i].means); i++ {
		last = i
		if rows[i].fields >= rows[best].fields {
			best = i
		}
	}
	u.data = rows[last].line
	u.dialect.Heading = rows[best].line
	u.dialect.Empty = last == len(rows)-1 && len(rows) <= table.HeadingRows
	return u.setColumns(rows[best].cells)
}

// sameHeading reports whether a row names most of the columns that another one names the same way, in their places.
func sameHeading(a, b []field) bool {
	same, all := 0, 0
	for i, f := range a {
		if f == fieldNone {
			continue
		}
		all++
		if i < len(b) && b[i] == f {
			same++
		}
	}
	return same >= 2 && same*2 >= all
}

// setColumns gives the columns their meaning.
func (u *unit) setColumns(names []string) error {
	u.want, u.names = len(names), names
	u.profile = recognise(names, u.dict)
	u.dialect.Profile = u.profile.name
	u.report = isReportTable(names)
	matched := false
	for _, name := range names {
		p, ok := u.profile.find(u.dict, name)
		u.columns = append(u.columns, p)
		if ok {
			matched = matched || p.field.matched()
			u.dialect.Columns = append(u.dialect.Columns, Column{Name: name, Field: p.field.name()})
		} else if name != "" {
			u.dialect.Ignored = append(u.dialect.Ignored, name)
		}
	}
	if !matched {
		return &UsageError{Code: NoColumns, Path: u.dialect.Origin, Columns: names[:min(len(names), 40)]}
	}
	return nil
}

// sniffJSON tells layout and keys by the first records.
func (u *unit) sniffJSON(sample []byte) error {
	u.layout = table.SniffJSON(sample, u.dict.known)
	u.dialect.Format = "json"
	if u.layout.Lines {
		u.dialect.Format = "jsonl"
	}
	u.keys = map[string]place{}
	r := table.NewJSON(bytes.NewReader(sample), u.layout)
	seen := map[string]bool{}
	matched, records, whole := false, 0, 0
	for records < 100 {
		rec, err := r.Next()
		if err != nil {
			break
		}
		records++
		if rec.Bad == nil {
			whole++
		}
		// A member before a fault, or before the end of the sample, counts too.
		_ = table.Members(rec.Raw, func(key []byte, _ table.JSONValue) bool {
			name := clip(string(key), 200)
			if seen[name] || len(seen) > 1000 {
				return true
			}
			seen[name] = true
			if p, ok := u.dict.find(name); ok {
				matched = matched || p.field.matched()
				u.dialect.Columns = append(u.dialect.Columns, Column{Name: name, Field: p.field.name()})
			} else {
				u.dialect.Ignored = append(u.dialect.Ignored, name)
			}
			return true
		})
	}
	if records == 0 {
		u.dialect.Empty = true
		return nil
	}
	if !matched && whole > 0 {
		return &UsageError{Code: NoColumns, Path: u.dialect.Origin, Columns: u.dialect.Ignored[:min(len(u.dialect.Ignored), 40)]}
	}
	return nil
}

// parquet tells the columns of a Parquet file by its schema.
func (f *Feed) parquet(ctx context.Context, e *table.Entry) (*unit, error) {
	p, err := table.OpenParquet(ctx, e)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	u := &unit{dict: f.dict, dialect: Dialect{Origin: e.Name, Format: "parquet", Compression: e.Compression}}
	return u, u.setColumns(p.Columns())
}

// workbook tells which visible sheets of a workbook hold listings.
func (f *Feed) workbook(ctx context.Context, e *table.Entry) ([]*unit, error) {
	wb, err := table.OpenWorkbook(ctx, e)
	if err != nil {
		return nil, err
	}
	defer wb.Close()
	var units []*unit
	var usage error
	empty := true
	for _, name := range wb.Sheets() {
		u := &unit{dict: f.dict, sheet: name, dialect: Dialect{Origin: e.Name, Format: "xlsx", Compression: e.Compression}}
		x, err := wb.Sheet(name)
		if err != nil {
			return nil, err
		}
		err = u.findHeading(x)
		x.Close()
		if err != nil {
			usage = errors.Join(usage, err)
			continue
		}
		empty = empty && u.dialect.Empty
		units = append(units, u)
	}
	if len(units) == 0 || (empty && usage != nil) {
		if usage == nil {
			return []*unit{{dialect: Dialect{Origin: e.Name, Format: "xlsx", Empty: true}}}, nil
		}
		first, _ := errors.AsType[*UsageError](usage)
		return nil, first
	}
	var full []*unit
	for _, u := range units {
		if !u.dialect.Empty {
			full = append(full, u)
		}
	}
	if len(full) == 0 {
		return units[:1], nil
	}
	if len(full) > 1 {
		for _, u := range full {
			u.dialect.Origin += "/" + u.sheet
		}
	}
	return full, nil
}

// open starts to read the unit behind its heading.
func (u *unit) open(ctx context.Context, e *table.Entry) (*reader, error) {
	if u.sheet != "" {
		wb, err := table.OpenWorkbook(ctx, e)
		if err != nil {
			return nil, err
		}
		x, err := wb.Sheet(u.sheet)
		if err != nil {
			wb.Close()
			return nil, err
		}
		return &reader{Reader: x, closers: []io.Closer{x, wb}}, nil
	}
	if e.Content == table.ContentParquet {
		p, err := table.OpenParquet(ctx, e)
		if err != nil {
			return nil, err
		}
		return &reader{Reader: p, closers: []io.Closer{p}}, nil
	}
	if u.isPage() {
		return u.openRows(e)
	}
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	text := table.NewText(&metered{r, u.read}, u.decoded)
	out := &reader{closers: []io.Closer{r}, text: text}
	u.charset = text.Charset
	switch {
	case u.xml.Item != "":
		out.Reader = table.NewXML(text, u.xml)
		return out, nil
	case u.keys != nil:
		out.Reader = table.NewJSON(text, u.layout)
		return out, nil
	}
	c := table.NewCSV(text, u.csv)
	out.Reader = &behind{c: c, u: u}
	return out, nil
}

// behind passes over the heading of a delimited text and then tells the reader how many columns there are.
type behind struct {
	c    *table.CSV
	u    *unit
	done bool
}

func (b *behind) Next() (*table.Record, error) {
	for !b.done {
		rec, err := b.c.Next()
		if err != nil {
			return nil, err
		}
		if rec.Row >= b.u.data {
			b.c.SetColumns(b.u.want)
			b.done = true
		}
	}
	return b.c.Next()
}

// pictures returns what opens the pictures of the unit.
func (u *unit) pictures(pkg *table.Package, anyPath bool) *pictures {
	p := &pictures{dir: u.src.dir, anyPath: anyPath, parts: u.parts}
	if u.parts != nil {
		p.file = pkg.Entries[u.entry].Open
	}
	if pkg.IsArchive() {
		p.archive = pkg
		inner := strings.TrimPrefix(pkg.Entries[u.entry].Name, u.src.name+"/")
		p.inner = path.Dir(inner)
	}
	return p
}

// isPage reports whether the unit is a saved page.
func (u *unit) isPage() bool { return u.dialect.Format == "html" || u.dialect.Format == "mhtml" }

// folds reports whether several rows may make one listing.
func (u *unit) folds() bool { return u.profile != nil && u.profile.fold != nil }

// fill fills b from a record, but for what finish does. skip says that the record is no listing.
func (u *unit) fill(b *builder, rec *table.Record) (bad *corpora.Problem, skip bool) {
	if u.sheet != "" && rec.Row <= u.data {
		return nil, true
	}
	b.start(rec.Row)
	switch {
	case u.xml.Item != "":
		return u.fromXML(b, rec), false
	case u.keys != nil:
		return u.fromJSON(b, rec), false
	}
	return u.fromCells(b, rec), false
}

// fromCells fills b from the row of a table.
func (u *unit) fromCells(b *builder, rec *table.Record) *corpora.Problem {
	for i, c := range rec.Cells {
		if i >= len(u.columns) {
			break
		}
		p := u.columns[i]
		switch {
		case p.field == fieldNone || len(c) == 0:
		case p.field == fieldSold:
			b.l.Sold = parseSold(string(c))
		case p.field == fieldImages:
			b.addPictures(u.profile, string(c))
		default:
			b.set(p, string(c))
		}
	}
	if rec.Bad != nil {
		b.spoilt()
		return rec.Bad
	}
	if rec.Note != nil && !u.harmless(rec) {
		b.l.Problems = append(b.l.Problems, *rec.Note)
	}
	if u.charset != nil {
		if cs := u.charset(); cs != "utf-8" {
			if k := bytes.Index(rec.Raw, []byte("\uFFFD")); k >= 0 {
				b.problem(corpora.BadEncoding, "", map[string]any{"charset": cs, "offset": k})
			}
		}
	}
	return nil
}

// harmless reports whether a row is short of columns that mean nothing here.
func (u *unit) harmless(rec *table.Record) bool {
	if rec.Note.Code != corpora.BadColumns {
		return false
	}
	for _, p := range u.columns[min(len(rec.Cells), len(u.columns)):] {
		if p.field != fieldNone {
			return false
		}
	}
	return true
}
