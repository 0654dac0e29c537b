package feed

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"lookalike/corpora"
)

type offer struct {
	ID     int64    `parquet:"id"`
	Title  string   `parquet:"title"`
	Brand  *string  `parquet:"brand,optional"`
	Price  int64    `parquet:"price,decimal(2:10)"`
	Images []string `parquet:"images,list"`
	Stock  float64  `parquet:"stock"`
}

func parquetFile(t testing.TB, n int) string {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[offer](&b, parquet.MaxRowsPerRowGroup(100))
	brand := "Lumo"
	for i := range n {
		o := offer{ID: int64(i + 1), Title: fmt.Sprintf("Lamp %d ü", i), Price: int64(1295 + i), Stock: 1.5}
		if i%2 == 0 {
			o.Brand = &brand
			o.Images = []string{"a.jpg", fmt.Sprintf("b%d.jpg", i)}
		}
		if _, err := w.Write([]offer{o}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestParquet(t *testing.T) {
	text := parquetFile(t, 250)
	dir := write(t, map[string]string{"offers.parquet": text, "offers.zip": zipped(t, "in/offers.parquet", text)})
	for name, r := range map[string]result{
		"file": read(t, Options{}, filepath.Join(dir, "offers.parquet")), "archive": read(t, Options{}, filepath.Join(dir, "offers.zip")), "standard input": readText(t, text),
	} {
		if len(r.listings) != 250 || len(r.feed.Problems()) > 0 {
			t.Fatalf("%s: %d listings, %v", name, len(r.listings), r.feed.Problems())
		}
		lines := strings.Split(r.full(), "\n")
		if lines[0] != "1 id=1 title=Lamp 0 ü brand=Lumo price=12.95 +a.jpg +b0.jpg" || lines[201] != "202 id=202 title=Lamp 201 ü price=14.96" {
			t.Errorf("%s: %q\n%q", name, lines[0], lines[201])
		}
	}
}

func TestParquetDamaged(t *testing.T) {
	text := parquetFile(t, 250)
	r := readText(t, text[:len(text)/2])
	if p := r.feed.Problems(); len(r.listings) > 0 || len(p) != 1 || p[0].Code != corpora.SourceTruncated {
		t.Errorf("cut: %d listings, %v", len(r.listings), p)
	}
	if r := readText(t, parquetFile(t, 0)); len(r.listings) > 0 || len(r.feed.Problems()) > 0 {
		t.Errorf("empty: %d listings, %v", len(r.listings), r.feed.Problems())
	}
	silent := 0
	for i := 4; i < len(text)-4; i += size(37, 211) {
		b := []byte(text)
		b[i] ^= 0x55
		f, err := Open(t.Context(), []string{"-"}, Options{Stdin: bytes.NewReader(b)})
		if err != nil {
			continue
		}
		n := 0
		for range f.All(t.Context()) {
			n++
		}
		if n < 250 && len(f.Problems()) == 0 {
			silent++
		}
		f.Close()
	}
	if silent > 0 {
		t.Errorf("%d damaged files lost records without a problem", silent)
	}
}
