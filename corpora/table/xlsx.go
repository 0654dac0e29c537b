package table

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"github.com/xuri/excelize/v2"

	"lookalike/corpora"
)

// Limits of a workbook: what its parts may unpack to, and how much of one part is held in memory before it goes to a
// temporary file.
const (
	minUnzip = 64 << 20
	maxUnzip = 8 << 30
	maxPart  = 16 << 20
)

// Workbook is an opened XLSX file.
type Workbook struct {
	f *excelize.File
}

// OpenWorkbook opens an entry whose content is ContentXLSX. Formulas are read as the value that the program that wrote
// them kept; nothing outside the file is looked at.
func OpenWorkbook(ctx context.Context, e *Entry) (wb *Workbook, err error) {
	defer func() {
		if r := recover(); r != nil {
			wb, err = nil, fmt.Errorf("workbook %s is damaged: %v", e.Name, r)
		}
	}()
	at, size, release, err := e.random(ctx)
	if err != nil {
		return nil, err
	}
	defer release() // excelize holds the file in memory and in temporary files of its own
	w := &Workbook{}
	limit := min(max(size*MaxRatio, minUnzip), maxUnzip)
	w.f, err = excelize.OpenReader(io.NewSectionReader(at, 0, size), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: limit, UnzipXMLSizeLimit: maxPart,
	})
	if err != nil {
		w.Close()
		if err.Error() == excelizeLimit(limit) {
			return nil, refused(e.Name, ReasonRatio)
		}
		return nil, fmt.Errorf("workbook %s: %w", e.Name, err)
	}
	return w, nil
}

// excelizeLimit is the text of excelize's error for a file that unpacks beyond its limit; it exports no value for it.
func excelizeLimit(limit int64) string {
	return fmt.Sprintf("unzip size exceeds the %d bytes limit", limit)
}

// Close removes the workbook's temporary files.
func (w *Workbook) Close() error {
	if w.f == nil {
		return nil
	}
	return w.f.Close()
}

// Sheets returns the names of the visible sheets in order.
func (w *Workbook) Sheets() []string {
	var names []string
	for _, s := range w.f.GetSheetList() {
		if ok, err := w.f.GetSheetVisible(s); ok || err != nil {
			names = append(names, s)
		}
	}
	return names
}

// XLSX reads the rows of one sheet. Rows without any value are passed over. It is not safe for concurrent use.
type XLSX struct {
	rows *excelize.Rows
	rec  Record
	row  int
}

// Sheet starts to read a sheet from its first row.
func (w *Workbook) Sheet(name string) (x *XLSX, err error) {
	defer func() {
		if r := recover(); r != nil {
			x, err = nil, fmt.Errorf("sheet %s is damaged: %v", name, r)
		}
	}()
	rows, err := w.f.Rows(name)
	if err != nil {
		return nil, fmt.Errorf("sheet %s: %w", name, err)
	}
	return &XLSX{rows: rows}, nil
}

// Close ends the reading.
func (x *XLSX) Close() error { return x.rows.Close() }

// Next returns the next row that holds a value.
func (x *XLSX) Next() (rec *Record, err error) {
	defer func() {
		if r := recover(); r != nil {
			rec, err = nil, &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"row": x.row, "reason": fmt.Sprint(r)}}
		}
	}()
	for x.rows.Next() {
		x.row++
		cells, err := x.rows.Columns()
		if err != nil {
			return nil, fmt.Errorf("sheet row %d: %w", x.row, err)
		}
		x.rec = Record{Row: x.row, Cells: x.rec.Cells[:0]}
		total := 0
		for _, c := range cells {
			total += len(c)
			x.rec.Cells = append(x.rec.Cells, []byte(plainNumber(c)))
		}
		if total > MaxRecord {
			x.rec.Cells = x.rec.Cells[:0]
			x.rec.Bad = tooLarge(total)
			return &x.rec, nil
		}
		if !blank(x.rec.Cells) {
			return &x.rec, nil
		}
	}
	if err := x.rows.Error(); err != nil {
		return nil, fmt.Errorf("sheet row %d: %w", x.row, err)
	}
	return nil, io.EOF
}

// storedNumber matches what a sheet stores for numbers that people did not type like that: long identifiers in scientific
// notation and decimals with the noise of binary fractions.
var storedNumber = regexp.MustCompile(`^-?\d(\.\d{4,})?E[+-]?\d{1,2}$|^-?\d+\.\d{12,}$`)

// plainNumber undoes such storage.
func plainNumber(s string) string {
	if len(s) < 9 || len(s) > 30 || !storedNumber.MatchString(s) {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
