package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"lookalike/corpora"
)

// Parquet reads the records of a Parquet file, whose rows are numbered from 1. The values of a repeated column are joined by
// line ends. It is not safe for concurrent use.
type Parquet struct {
	file    *parquet.File
	close   func() error
	names   []string
	scales  []int // digits behind the point of decimal columns
	groups  []parquet.RowGroup
	rows    parquet.Rows
	buf     []parquet.Row
	have    int // rows in buf
	next    int
	row     int
	rec     Record
	scratch []byte
	ends    []int
}

const (
	parquetBatch = 64
	maxColumns   = 16_384
)

// OpenParquet opens an entry whose content is ContentParquet. A file that does not end as one is SourceTruncated.
func OpenParquet(ctx context.Context, e *Entry) (p *Parquet, err error) {
	at, size, release, err := e.random(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("parquet %s is damaged: %v", e.Name, r)
		}
		if err != nil {
			release()
		}
	}()
	var tail [4]byte
	if _, err := at.ReadAt(tail[:], size-4); err != nil || string(tail[:]) != "PAR1" {
		return nil, &corpora.Problem{Code: corpora.SourceTruncated, Args: map[string]any{"row": 0}}
	}
	f, err := parquet.OpenFile(at, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("parquet %s: %w", e.Name, err)
	}
	if err := checkParquet(f, e.Name, size); err != nil {
		return nil, err
	}
	p = &Parquet{file: f, close: release, groups: f.RowGroups(), buf: make([]parquet.Row, parquetBatch)}
	for _, path := range f.Schema().Columns() {
		scale := 0
		if leaf, ok := f.Schema().Lookup(path...); ok {
			if t := leaf.Node.Type().LogicalType(); t != nil {
				if d, ok := t.Value.(*format.DecimalType); ok {
					scale = int(d.Scale)
				}
			}
		}
		p.names = append(p.names, columnName(path))
		p.scales = append(p.scales, min(max(scale, 0), 38))
	}
	return p, nil
}

// checkParquet refuses what the footer itself says would not fit.
func checkParquet(f *parquet.File, name string, size int64) error {
	if len(f.Schema().Columns()) > maxColumns {
		return refused(name, ReasonUnsupported)
	}
	for _, g := range f.Metadata().RowGroups {
		for _, c := range g.Columns {
			if c.MetaData.TotalCompressedSize > size || c.MetaData.TotalCompressedSize < 0 {
				return errors.New("a column is larger than the file")
			}
			if n := c.MetaData.TotalUncompressedSize; n > ratioGrace && n/MaxRatio > c.MetaData.TotalCompressedSize {
				return refused(name, ReasonRatio)
			}
		}
	}
	return nil
}

// columnName is the name of a leaf: of a list that of the list, of a member of a group both names with a dot.
func columnName(path []string) string {
	for i, s := range path {
		if i > 0 && slices.Contains([]string{"list", "element", "array", "bag", "array_element", "item", "key_value"}, s) {
			return strings.Join(path[:i], ".")
		}
	}
	return strings.Join(path, ".")
}

// Columns returns the names of the columns, which a record's cells follow.
func (p *Parquet) Columns() []string { return p.names }

// Close ends the reading.
func (p *Parquet) Close() error {
	var err error
	if p.rows != nil {
		err = p.rows.Close()
		p.rows = nil
	}
	if p.close != nil {
		err = errors.Join(err, p.close())
		p.close = nil
	}
	return err
}

// Next returns the next record.
func (p *Parquet) Next() (rec *Record, err error) {
	defer func() {
		if r := recover(); r != nil {
			rec, err = nil, fmt.Errorf("parquet record %d: the file is damaged: %v", p.row+1, r)
		}
	}()
	for p.next >= p.have {
		if p.rows == nil {
			if len(p.groups) == 0 {
				return nil, io.EOF
			}
			p.rows, p.groups = p.groups[0].Rows(), p.groups[1:]
		}
		n, err := p.rows.ReadRows(p.buf)
		p.have, p.next = n, 0
		if err != nil || n == 0 {
			cerr := p.rows.Close()
			p.rows = nil
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, fmt.Errorf("parquet record %d: %w", p.row+1, err)
			}
			if cerr != nil {
				return nil, cerr
			}
		}
	}
	p.next++
	p.row++
	return p.record(p.buf[p.next-1]), nil
}

// record renders the values of a row.
func (p *Parquet) record(row parquet.Row) *Record {
	p.rec = Record{Row: p.row, Cells: p.rec.Cells[:0]}
	p.scratch, p.ends = p.scratch[:0], p.ends[:0]
	i := 0
	for col := range p.names {
		from := len(p.scratch)
		for ; i < len(row) && row[i].Column() == col; i++ {
			if row[i].IsNull() {
				continue
			}
			if len(p.scratch) > from {
				p.scratch = append(p.scratch, '\n')
			}
			p.scratch = appendValue(p.scratch, row[i], p.scales[col])
			if len(p.scratch) > MaxRecord {
				p.rec.Bad = tooLarge(len(p.scratch))
				return &p.rec
			}
		}
		p.ends = append(p.ends, len(p.scratch))
	}
	from := 0
	for _, end := range p.ends {
		cell := p.scratch[from:end:end]
		if !utf8.Valid(cell) {
			cell = bytes.ToValidUTF8(cell, []byte("\uFFFD"))
			p.rec.Note = &corpora.Problem{Code: corpora.BadEncoding, Args: map[string]any{"charset": "utf-8", "offset": invalidAt(p.scratch[from:end])}}
		}
		p.rec.Cells = append(p.rec.Cells, cell)
		from = end
	}
	return &p.rec
}

// appendValue appends a value as text.
func appendValue(dst []byte, v parquet.Value, scale int) []byte {
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.AppendBool(dst, v.Boolean())
	case parquet.Int32:
		return appendDecimal(dst, strconv.FormatInt(int64(v.Int32()), 10), scale)
	case parquet.Int64:
		return appendDecimal(dst, strconv.FormatInt(v.Int64(), 10), scale)
	case parquet.Float:
		return strconv.AppendFloat(dst, float64(v.Float()), 'f', -1, 32)
	case parquet.Double:
		return strconv.AppendFloat(dst, v.Double(), 'f', -1, 64)
	case parquet.Int96:
		return append(dst, v.Int96().String()...)
	}
	b := v.ByteArray()
	if scale > 0 && len(b) <= 16 {
		return appendDecimal(dst, signed(b).String(), scale)
	}
	return append(dst, b...)
}

// signed reads a big-endian number in two's complement.
func signed(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// appendDecimal puts the point into the digits of a decimal.
func appendDecimal(dst []byte, digits string, scale int) []byte {
	if scale == 0 {
		return append(dst, digits...)
	}
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		dst, digits = append(dst, '-'), rest
	}
	if pad := scale + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	k := len(digits) - scale
	return append(append(append(dst, digits[:k]...), '.'), digits[k:]...)
}
