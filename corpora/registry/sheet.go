package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// grid is the rows of one table behind its heading. JSON has no heading: its records are Raw.
type grid struct {
	rows   table.Reader
	json   bool
	serial bool // days may be serial numbers
	close  func() error
}

// layout is what a reader of tables knows of the columns it looks for.
type layout struct {
	known   func(cell []byte) bool     // for the sniffer of dialects: what a column may be called
	heading func(cells [][]byte) error // takes the heading, or says in a *HeadingError why it is none
}

// openGrid opens the table in e.
func openGrid(ctx context.Context, e *table.Entry, l layout) (*grid, error) {
	switch e.Content {
	case table.ContentXLSX:
		return openWorkbook(ctx, e, l)
	case table.ContentText:
		return openText(e, l)
	case table.ContentParquet:
		return openParquet(ctx, e, l)
	}
	return nil, &HeadingError{File: e.Name, Reason: fmt.Sprintf("a table in the format %s is not read", e.Content)}
}

// openText opens delimited text or JSON.
func openText(e *table.Entry, l layout) (*grid, error) {
	sample, err := head(e)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Name, err)
	}
	in, err := e.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Name, err)
	}
	g := &grid{close: in.Close}
	text := table.NewText(in, "")
	switch table.SyntaxOf(sample) {
	case table.SyntaxJSON:
		g.json = true
		g.rows = table.NewJSON(text, table.SniffJSON(sample, l.known))
		return g, nil
	case table.SyntaxDelimited:
		rows := table.NewCSV(text, table.SniffCSV(sample, l.known))
		g.rows = rows
		width, err := g.readHeading(e.Name, l)
		if err != nil {
			return nil, errors.Join(err, in.Close())
		}
		rows.SetColumns(width)
		return g, nil
	}
	err = &HeadingError{File: e.Name, Reason: "it is no table"}
	return nil, errors.Join(err, in.Close())
}

// openWorkbook opens the first sheet whose heading fits.
func openWorkbook(ctx context.Context, e *table.Entry, l layout) (*grid, error) {
	wb, err := table.OpenWorkbook(ctx, e)
	if err != nil {
		return nil, err
	}
	first := error(&HeadingError{File: e.Name, Reason: "it has no sheet"})
	for i, name := range wb.Sheets() {
		rows, err := wb.Sheet(name)
		if err != nil {
			return nil, errors.Join(err, wb.Close())
		}
		g := &grid{rows: rows, serial: true, close: func() error { return errors.Join(rows.Close(), wb.Close()) }}
		if _, err = g.readHeading(e.Name, l); err == nil {
			return g, nil
		}
		if i == 0 {
			first = err
		}
		_ = rows.Close()
	}
	return nil, errors.Join(first, wb.Close())
}

// openParquet opens a Parquet file, whose columns have names.
func openParquet(ctx context.Context, e *table.Entry, l layout) (*grid, error) {
	rows, err := table.OpenParquet(ctx, e)
	if err != nil {
		return nil, err
	}
	var cells [][]byte
	for _, name := range rows.Columns() {
		cells = append(cells, []byte(name))
	}
	if err := l.heading(cells); err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return &grid{rows: rows, close: rows.Close}, nil
}

// readHeading reads the heading and returns its width.
func (g *grid) readHeading(file string, l layout) (int, error) {
	rec, err := g.rows.Next()
	if errors.Is(err, io.EOF) {
		return 0, &HeadingError{File: file, Reason: "it is empty"}
	}
	if err != nil {
		return 0, err
	}
	return len(rec.Cells), l.heading(rec.Cells)
}

// sheet is one table of rights behind its heading.
type sheet struct {
	*grid
	heading heading
	rename  map[string]string
	last    int // row of the last record
}

// openSheet opens the table in e and reads its heading.
func openSheet(ctx context.Context, e *table.Entry, rename map[string]string) (*sheet, error) {
	s := &sheet{rename: rename}
	var err error
	s.grid, err = openGrid(ctx, e, layout{known: known(rename), heading: func(cells [][]byte) (err error) {
		s.heading, err = readHeading(e.Name, cells, rename)
		return err
	}})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// record gives access to the fields of one row.
func (s *sheet) record(rec *table.Record) record {
	d := record{serial: s.serial, problem: rec.Bad}
	if !s.json {
		d.get = func(f field) string { return s.heading.get(rec, f) }
		return d
	}
	values := map[field]string{}
	if rec.Bad == nil {
		if err := table.Members(rec.Raw, func(key []byte, v table.JSONValue) bool {
			if f, ok := s.jsonField(string(key)); ok {
				values[f] = jsonText(v)
			}
			return true
		}); err != nil {
			d.problem = &corpora.Problem{Code: corpora.BadJSON, Args: map[string]any{"reason": err.Error()}}
		}
	}
	d.get = func(f field) string { return strings.TrimSpace(values[f]) }
	return d
}

// jsonField returns the field that a key holds, by the map of the caller or by its name.
func (s *sheet) jsonField(key string) (field, bool) {
	for name, column := range s.rename {
		if column == key {
			return fieldOf(name)
		}
	}
	return fieldOf(key)
}

// jsonText returns a text, number or truth as it is and the elements of an array as a list.
func jsonText(v table.JSONValue) string {
	if v.Kind != table.JSONArray {
		return v.String()
	}
	var out []byte
	v.Elements(func(e table.JSONValue) bool {
		if len(out) > 0 {
			out = append(out, ';')
		}
		out = append(out, e.String()...)
		return true
	})
	return string(out)
}

// head returns the decoded start of e.
func head(e *table.Entry) ([]byte, error) {
	in, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	sample, err := io.ReadAll(io.LimitReader(table.NewText(in, ""), table.SampleSize))
	if p, bad := errors.AsType[*corpora.Problem](err); bad {
		return nil, p
	}
	return sample, nil
}
