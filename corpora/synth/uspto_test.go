package synth

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"testing"
)

// TestWriteUSPTO writes cases and reads them as XML: as many as asked for, or as fit.
func TestWriteUSPTO(t *testing.T) {
	write := func(n int, size int64) (int, []byte) {
		var b bytes.Buffer
		got, err := WriteUSPTO(context.Background(), &b, Rights(7, n), size)
		if err != nil {
			t.Fatal(err)
		}
		return got, b.Bytes()
	}
	n, data := write(40, 0)
	if n != 40 {
		t.Errorf("%d cases", n)
	}
	if _, again := write(40, 0); !bytes.Equal(data, again) {
		t.Error("the same rights give other bytes")
	}
	cases := 0
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "case-file" {
			cases++
		}
	}
	if cases != n {
		t.Errorf("%d cases in the file, %d written", cases, n)
	}
	if n, part := write(1000, 50_000); len(part) < 50_000 || len(part) > 70_000 || n < 4 {
		t.Errorf("%d bytes in %d cases, asked for 50,000", len(part), n)
	}
}
