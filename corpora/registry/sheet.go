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

// sheet is one table after its heading.
type sheet struct {
	rows    table.Reader
	heading heading
	json    bool
	serial  bool // days may be serial numbers
	rename  map[string]string
	last    int // row of the last record
	close   func() error
}

// openSheet opens the table in e and reads its heading.
func openSheet(ctx context.Context, e *table.Entry, rename map[string]string) (*sheet, error) {
	switch e.Content {
	case table.ContentXLSX:
		return openWorkbook(ctx, e, rename)
	case table.ContentText:
		return openText(e, rename)
	case table.ContentParquet:
		return openParquet(ctx, e, rename)
	}
	return nil, &HeadingError{File: e.Name, Reason: fmt.Sprintf("a table in the format %s is not read", e.Content)}
}

// openText opens delimited text or JSON.
func openText(e *table.Entry, rename map[string]string) (*sheet, error) {
	sample, err := head(e)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Name, err)
	}
	in, err := e.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Name, err)
	}
	s := &sheet{rename: rename, close: in.Close}
	text := table.NewText(in, "")
	switch table.SyntaxOf(sample) {
	case table.SyntaxJSON:
		s.json = true
		s.rows = table.NewJSON(text, table.SniffJSON(sample, known(rename)))
		return s, nil
	case table.SyntaxDelimited:
		rows := table.NewCSV(text, table.SniffCSV(sample, known(rename)))
		s.rows = rows
		if err := s.readHeading(e.Name); err != nil {
			return nil, errors.Join(err, in.Close())
		}
		rows.SetColumns(s.heading.width)
		return s, nil
	}
	err = &HeadingError{File: e.Name, Reason: "it is no table"}
	return nil, errors.Join(err, in.Close())
}

// openWorkbook opens the first sheet that has a heading of rights.
func openWorkbook(ctx context.Context, e *table.Entry, rename map[string]string) (*sheet, error) {
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
		s := &sheet{rows: rows, serial: true, rename: rename, close: func() error { return errors.Join(rows.Close(), wb.Close()) }}
		if err = s.readHeading(e.Name); err == nil {
			return s, nil
		}
		if i == 0 {
			first = err
		}
		_ = rows.Close()
	}
	return nil, errors.Join(first, wb.Close())
}

// openParquet opens a Parquet file, whose columns have names.
func openParquet(ctx context.Context, e *table.Entry, rename map[string]string) (*sheet, error) {
	rows, err := table.OpenParquet(ctx, e)
	if err != nil {
		return nil, err
	}
	var cells [][]byte
	for _, name := range rows.Columns() {
		cells = append(cells, []byte(name))
	}
	s := &sheet{rows: rows, rename: rename, close: rows.Close}
	if s.heading, err = readHeading(e.Name, cells, rename); err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return s, nil
}

func (s *sheet) readHeading(file string) error {
	rec, err := s.rows.Next()
	if errors.Is(err, io.EOF) {
		return &HeadingError{File: file, Reason: "it is empty"}
	}
	if err != nil {
		return err
	}
	s.heading, err = readHeading(file, rec.Cells, s.rename)
	return err
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
