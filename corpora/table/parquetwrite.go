package table

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// ParquetWriter writes a table of text columns as Parquet: dictionary-encoded strings under Zstandard, in row groups of
// rowsPerGroup. The same records give the same bytes. It is not safe for concurrent use.
type ParquetWriter struct {
	w    *parquet.GenericWriter[any]
	rows []parquet.Row
	n    int
}

// rowsPerGroup bounds what waits in memory: some 20 MB of records of an office.
const rowsPerGroup = 20_000

// NewParquetWriter writes to w. Names of columns are distinct and begin with a letter.
func NewParquetWriter(w io.Writer, columns []string) (*ParquetWriter, error) {
	var fields []reflect.StructField
	for _, name := range columns {
		if name == "" || !unicode.IsLetter(rune(name[0])) || strings.ContainsAny(name, "\"`,") {
			return nil, fmt.Errorf("parquet: %q is no name of a column", name)
		}
		fields = append(fields, reflect.StructField{
			Name: strings.ToUpper(name[:1]) + name[1:], Type: reflect.TypeFor[string](),
			Tag: reflect.StructTag(fmt.Sprintf(`parquet:"%s,dict"`, name)),
		})
	}
	schema := parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
	p := &ParquetWriter{
		w: parquet.NewGenericWriter[any](w, schema, parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault}),
			parquet.CreatedBy("lookalike", "", ""), parquet.MaxRowsPerRowGroup(rowsPerGroup)),
		rows: make([]parquet.Row, parquetBatch),
	}
	for i := range p.rows {
		p.rows[i] = make(parquet.Row, len(columns))
	}
	return p, nil
}

// Write takes one record, a cell per column. It copies the cells.
func (p *ParquetWriter) Write(cells []string) error {
	row := p.rows[p.n]
	if len(cells) != len(row) {
		return fmt.Errorf("parquet: %d cells for %d columns", len(cells), len(row))
	}
	for i, cell := range cells {
		row[i] = parquet.ByteArrayValue([]byte(cell)).Level(0, 0, i)
	}
	if p.n++; p.n < len(p.rows) {
		return nil
	}
	return p.flush()
}

func (p *ParquetWriter) flush() error {
	if _, err := p.w.WriteRows(p.rows[:p.n]); err != nil {
		return fmt.Errorf("parquet: %w", err)
	}
	p.n = 0
	return nil
}

// Close writes what waits and the end of the file. It does not close the writer below.
func (p *ParquetWriter) Close() error {
	if err := p.flush(); err != nil {
		return err
	}
	if err := p.w.Close(); err != nil {
		return fmt.Errorf("parquet: %w", err)
	}
	return nil
}
