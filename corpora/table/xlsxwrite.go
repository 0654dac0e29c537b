package table

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// maxInPlace is the size of an XLSX file up to which it is changed as a whole, with all its sheets in memory.
const maxInPlace = 32 << 20

// Set writes values as text into a row of a sheet, from the 1-based column on.
func (w *Workbook) Set(sheet string, row, column int, values []string) error {
	for i, v := range values {
		cell, err := excelize.CoordinatesToCellName(column+i, row)
		if err != nil {
			return err
		}
		if err := w.f.SetCellStr(sheet, cell, v); err != nil {
			return err
		}
	}
	return nil
}

// RemoveColumn takes a 1-based column out of a sheet: those behind it move to the left.
func (w *Workbook) RemoveColumn(sheet string, column int) error {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return err
	}
	return w.f.RemoveCol(sheet, name)
}

// WriteTo writes the workbook with what Set changed.
func (w *Workbook) WriteTo(out io.Writer) (int64, error) { return w.f.WriteTo(out) }

// InPlace reports whether an entry is small enough to be changed as a whole.
func (e *Entry) InPlace() bool { return e.Size >= 0 && e.Size <= maxInPlace }

// SheetWriter writes a workbook of one sheet row by row, in bounded memory.
type SheetWriter struct {
	f   *excelize.File
	s   *excelize.StreamWriter
	row int
}

// NewSheetWriter starts a workbook whose sheet has the given name.
func NewSheetWriter(sheet string) (*SheetWriter, error) {
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		f.Close()
		return nil, err
	}
	s, err := f.NewStreamWriter(sheet)
	if err != nil {
		f.Close()
		return nil, err
	}
	return &SheetWriter{f: f, s: s}, nil
}

// Row writes the next row. All cells are text.
func (w *SheetWriter) Row(cells []string) error {
	w.row++
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = c
	}
	return w.s.SetRow(fmt.Sprintf("A%d", w.row), values)
}

// Finish writes the workbook to out and releases its temporary files.
func (w *SheetWriter) Finish(out io.Writer) error {
	defer w.f.Close()
	if err := w.s.Flush(); err != nil {
		return err
	}
	_, err := w.f.WriteTo(out)
	return err
}
