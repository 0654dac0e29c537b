package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestParquetWriter writes more rows than a group holds and reads them again.
func TestParquetWriter(t *testing.T) {
	const n = rowsPerGroup + 77
	make := func() []byte {
		var b bytes.Buffer
		w, err := NewParquetWriter(&b, []string{"id", "zh_text", "classes"})
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if err := w.Write([]string{fmt.Sprint(i), "耐克", ""}); err != nil {
				t.Fatal(err)
			}
		}
		if w.Write([]string{"short"}) == nil {
			t.Error("a record with too few cells is taken")
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	data := make()
	if !bytes.Equal(data, make()) {
		t.Error("the same records give other bytes")
	}
	file := filepath.Join(t.TempDir(), "t.parquet")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	p, err := OpenFile(file, "t.parquet", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	rows, err := OpenParquet(context.Background(), &p.Entries[0])
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if got := fmt.Sprint(rows.Columns()); got != "[id zh_text classes]" {
		t.Errorf("columns %s", got)
	}
	for i := range n + 1 {
		rec, err := rows.Next()
		if i == n {
			if !errors.Is(err, io.EOF) {
				t.Errorf("behind the last record: %v", err)
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if string(rec.Cells[0]) != fmt.Sprint(i) || string(rec.Cells[1]) != "耐克" || len(rec.Cells[2]) != 0 {
			t.Fatalf("record %d: %q", i, rec.Cells)
		}
	}
	for _, bad := range []string{"", "1st", "a,b"} {
		if _, err := NewParquetWriter(&bytes.Buffer{}, []string{bad}); err == nil {
			t.Errorf("%q is taken for a column", bad)
		}
	}
}
