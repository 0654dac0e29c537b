package feed

import (
	"context"
	"errors"
	"io"
	"slices"

	"golang.org/x/text/encoding"

	"lookalike/corpora/table"
)

// replacing encodes with a substitute for what the encoding cannot write.
func replacing(enc encoding.Encoding) *encoding.Encoder {
	return encoding.ReplaceUnsupported(enc.NewEncoder())
}

// sheetRows copies the rows of a sheet. A workbook that is annotated as a whole, and small enough, is changed in place and
// keeps its styles and other sheets; a split or a large one is written anew with the values of the one sheet.
type sheetRows struct {
	a       *Annotator
	pkg     io.Closer
	book    *table.Workbook
	rows    *table.XLSX
	rec     *table.Record
	width   int // columns before the added ones
	inPlace bool
	head    [][]string // rows up to the heading, with the columns added
	begun   bool
	outs    map[*part]*table.SheetWriter
}

func newSheetRows(a *Annotator) (*sheetRows, error) {
	pkg, e, err := a.unit.reopen()
	if err != nil {
		return nil, err
	}
	book, err := table.OpenWorkbook(context.Background(), e)
	if err != nil {
		pkg.Close()
		return nil, err
	}
	s := &sheetRows{a: a, pkg: pkg, book: book, inPlace: a.rest == "" && e.InPlace(), outs: map[*part]*table.SheetWriter{}}
	if err := s.measure(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.inPlace {
		for i, old := range slices.Backward(a.old) {
			if !old {
				continue
			}
			if err := book.RemoveColumn(a.unit.sheet, i+1); err != nil {
				return nil, errors.Join(err, s.close())
			}
		}
		return s, nil
	}
	if s.rows, err = book.Sheet(a.unit.sheet); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// measure finds the widest row: columns without a heading may hold something too.
func (s *sheetRows) measure() error {
	rows, err := s.book.Sheet(s.a.unit.sheet)
	if err != nil {
		return err
	}
	defer rows.Close()
	s.width = s.a.unit.want
	for {
		rec, err := rows.Next()
		if err != nil {
			break // the scan names the fault
		}
		s.width = max(s.width, len(rec.Cells))
	}
	for _, old := range s.a.old {
		if old {
			s.width--
		}
	}
	return nil
}

func (s *sheetRows) close() error {
	var err error
	if s.rows != nil {
		err = s.rows.Close()
	}
	return errors.Join(err, s.book.Close(), s.pkg.Close())
}

func (s *sheetRows) copyTo(row int, to string, values []string) error {
	if !s.begun {
		s.begun = true
		if s.inPlace {
			if _, err := s.a.part(""); err != nil {
				return err
			}
			if err := s.set(s.a.unit.dialect.Heading, s.a.columns); err != nil {
				return err
			}
		}
	}
	if s.inPlace {
		if row == 0 {
			return nil
		}
		return s.set(row, values)
	}
	for {
		if s.rec == nil {
			rec, err := s.rows.Next()
			if errors.Is(err, io.EOF) || err != nil && row == 0 {
				return nil
			}
			if err != nil {
				return err
			}
			s.rec = rec
		}
		if s.rec.Row <= s.a.unit.data {
			var v []string
			if s.rec.Row == s.a.unit.dialect.Heading {
				v = s.a.columns
			}
			s.head = append(s.head, s.cells(v))
			s.rec = nil
			continue
		}
		if row > 0 && s.rec.Row > row {
			return nil
		}
		found := s.rec.Row == row
		name, v := s.a.between(), []string(nil)
		if found {
			name, v = to, values
		}
		if err := s.write(name, v); err != nil {
			return err
		}
		s.rec = nil
		if found {
			return nil
		}
	}
}

func (s *sheetRows) set(row int, values []string) error {
	safe := make([]string, len(values))
	for i, v := range values {
		safe[i] = Neutral(v)
	}
	return s.book.Set(s.a.unit.sheet, row, s.width+1, safe)
}

// cells returns the cells of the record with values behind them.
func (s *sheetRows) cells(values []string) []string {
	out := make([]string, 0, s.width+len(values))
	for i, c := range s.rec.Cells {
		if i >= len(s.a.old) || !s.a.old[i] {
			out = append(out, string(c))
		}
	}
	for len(out) < s.width && values != nil {
		out = append(out, "")
	}
	for _, v := range values {
		out = append(out, Neutral(v))
	}
	return out
}

func (s *sheetRows) write(name string, values []string) error {
	p, err := s.a.part(name)
	if err != nil {
		return err
	}
	w, err := s.writer(p)
	if err != nil {
		return err
	}
	return w.Row(s.cells(values))
}

// writer returns the workbook of a part, begun with the heading.
func (s *sheetRows) writer(p *part) (*table.SheetWriter, error) {
	if w := s.outs[p]; w != nil {
		return w, nil
	}
	w, err := table.NewSheetWriter(s.a.unit.sheet)
	if err != nil {
		return nil, err
	}
	s.outs[p] = w
	for _, r := range s.head {
		if err := w.Row(r); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (s *sheetRows) finish(p *part) error {
	if s.inPlace {
		_, err := s.book.WriteTo(p.w)
		return err
	}
	w, err := s.writer(p)
	if err != nil {
		return err
	}
	return w.Finish(p.w)
}
