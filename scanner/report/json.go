package report

import (
	"bytes"
	"context"
	"io"

	"lookalike/scanner"
)

// jsonlWriter writes the canonical report: one line each.
type jsonlWriter struct{ enc *scanner.Encoder }

func newJSONL(w io.Writer) Writer { return &jsonlWriter{enc: scanner.NewEncoder(w)} }

func (j *jsonlWriter) Begin(h scanner.Header) error { return j.enc.Header(h) }

func (j *jsonlWriter) Put(_ context.Context, f scanner.Finding) error { return j.enc.Finding(f) }

func (j *jsonlWriter) End(t scanner.Trailer) error { return j.enc.Trailer(t) }

// jsonWriter writes one document: {"header":…,"findings":[…],"trailer":…} with the canonical lines as its values.
type jsonWriter struct {
	w   io.Writer
	buf bytes.Buffer
	enc *scanner.Encoder // into buf
	sep string           // before the next finding
}

func newJSON(w io.Writer) Writer {
	j := &jsonWriter{w: w, sep: "\n"}
	j.enc = scanner.NewEncoder(&j.buf)
	return j
}

func (j *jsonWriter) Begin(h scanner.Header) error {
	return j.value(`{"header":`, j.enc.Header(h), ",\n\"findings\":[")
}

func (j *jsonWriter) Put(_ context.Context, f scanner.Finding) error {
	err := j.value(j.sep, j.enc.Finding(f), "")
	j.sep = ",\n"
	return err
}

func (j *jsonWriter) End(t scanner.Trailer) error {
	return j.value("],\n\"trailer\":", j.enc.Trailer(t), "}\n")
}

// value writes the line that was encoded into the buffer, without its line break.
func (j *jsonWriter) value(before string, err error, after string) error {
	if err != nil {
		return err
	}
	defer j.buf.Reset()
	for _, part := range [][]byte{[]byte(before), bytes.TrimSuffix(j.buf.Bytes(), []byte("\n")), []byte(after)} {
		if _, err := j.w.Write(part); err != nil {
			return err
		}
	}
	return nil
}
