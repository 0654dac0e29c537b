package scanner

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

// maxLine bounds one line of a canonical report: a listing of at most 1 MiB with at most 100 matches.
const maxLine = 64 << 20

// Encoder writes the canonical report: one JSON object per line, every key present, keys in the order of the structs
// and those of maps sorted, absent lists and maps empty and never null, no HTML escaping. Equal values give equal bytes.
type Encoder struct {
	w   io.Writer
	buf bytes.Buffer
	enc *json.Encoder
}

// NewEncoder returns an Encoder that makes one Write per line.
func NewEncoder(w io.Writer) *Encoder {
	e := &Encoder{w: w}
	e.enc = json.NewEncoder(&e.buf)
	e.enc.SetEscapeHTML(false)
	return e
}

// Header writes the first line.
func (e *Encoder) Header(h Header) error {
	h.Type = typeHeader
	h.Corpora = list(h.Corpora)
	h.Markets = list(h.Markets)
	h.Coverage = dict(h.Coverage)
	h.NotChecked = list(h.NotChecked)
	h.Scoring.Bands = dict(h.Scoring.Bands)
	return e.line(h)
}

// Finding writes the line of one listing. It changes nothing that f refers to.
func (e *Encoder) Finding(f Finding) error {
	f.Type = typeFinding
	f.Gates = dict(f.Gates)
	f.Listing.Markets = list(f.Listing.Markets)
	f.Listing.Images = list(f.Listing.Images)
	f.Matches = append(make([]judge.Match, 0, len(f.Matches)), f.Matches...)
	for i := range f.Matches {
		fillMatch(&f.Matches[i])
	}
	return e.line(f)
}

// Trailer writes the last line.
func (e *Encoder) Trailer(t Trailer) error {
	t.Type = typeTrailer
	t.ByGrade = dict(t.ByGrade)
	t.ByGate = dict(t.ByGate)
	t.NotChecked = list(t.NotChecked)
	t.Noisy = list(slices.Clone(t.Noisy))
	for i := range t.Noisy {
		t.Noisy[i].Uses = dict(t.Noisy[i].Uses)
	}
	t.Gone = list(t.Gone)
	t.Sources = list(slices.Clone(t.Sources))
	for i, p := range t.Sources {
		t.Sources[i] = fillProblem(p)
	}
	return e.line(t)
}

func (e *Encoder) line(v any) error {
	e.buf.Reset()
	if err := e.enc.Encode(v); err != nil {
		return fmt.Errorf("encoding a report line: %w", err)
	}
	_, err := e.w.Write(e.buf.Bytes())
	return err
}

// plainJSON encodes v as a line of a report holds it: without escaping for HTML.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

func fillMatch(m *judge.Match) {
	r := &m.Right
	r.Classes = list(r.Classes)
	r.Markets = list(r.Markets)
	r.Flags = list(r.Flags)
	r.Images = list(r.Images)
	r.Others = list(slices.Clone(r.Others))
	for i := range r.Others {
		r.Others[i].Classes = list(r.Others[i].Classes)
	}
	m.Lanes = list(m.Lanes)
	m.Goods.Classes = list(m.Goods.Classes)
	m.Gates = dict(m.Gates)
	m.Grades = dict(m.Grades)
	m.Pieces = list(slices.Clone(m.Pieces))
	for i := range m.Pieces {
		m.Pieces[i].Note.Args = dict(m.Pieces[i].Note.Args)
	}
	m.Reasons = fillNotes(m.Reasons)
	m.Clears = fillNotes(m.Clears)
	if m.Authorised != nil {
		a := *m.Authorised
		a.Fails = list(a.Fails)
		a.Markets = list(a.Markets)
		m.Authorised = &a
	}
}

func fillNotes(ns []judge.Note) []judge.Note {
	ns = list(slices.Clone(ns))
	for i := range ns {
		ns[i].Args = dict(ns[i].Args)
	}
	return ns
}

func fillProblem(p corpora.Problem) corpora.Problem {
	p.Args = dict(p.Args)
	return p
}

// list returns s, empty instead of nil.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// dict returns m, empty instead of nil.
func dict[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return m
}

// Decoder reads a canonical report line by line. It holds one line at a time and refuses what it does not know: another
// schema, an unknown type or key, lines out of order. A report without its trailer ends with ErrCutShort.
type Decoder struct {
	r     *bufio.Reader
	line  int
	state decoderState
	open  bool // the last line read has no end
	buf   []byte
}

type decoderState uint8

const (
	wantHeader decoderState = iota
	wantFinding
	wantEnd
)

// ErrCutShort says that a report ends before its trailer: whoever wrote it did not finish.
var ErrCutShort = errors.New("the report ends without its trailer")

// LineError names the line of a report that could not be read, from 1.
type LineError struct {
	Line int
	Err  error
}

// Error says which line and why.
func (e *LineError) Error() string { return fmt.Sprintf("report line %d: %v", e.Line, e.Err) }

// Unwrap returns the reason.
func (e *LineError) Unwrap() error { return e.Err }

// SchemaError says that a report was written with another schema.
type SchemaError struct{ Have int }

// Error names both schemas.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("schema %d, want %d: scan again with this version", e.Have, Schema)
}

// NewDecoder returns a Decoder of r.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{r: bufio.NewReaderSize(r, 64<<10)} }

// Next returns the next line: the header, then findings, then the trailer, then io.EOF. Any other error is a *LineError
// and final.
func (d *Decoder) Next() (Line, error) {
	l, err := d.next()
	if err != nil && err != io.EOF {
		err = &LineError{d.line, err}
	}
	return l, err
}

// All yields the lines of the report. An error ends it.
func (d *Decoder) All() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for {
			l, err := d.Next()
			if err == io.EOF || !yield(l, err) || err != nil {
				return
			}
		}
	}
}

func (d *Decoder) next() (Line, error) {
	b, err := d.read()
	if err == io.EOF && d.state != wantEnd {
		return Line{}, ErrCutShort
	}
	if err != nil {
		return Line{}, err
	}
	if d.state == wantEnd {
		return Line{}, errors.New("a line after the trailer")
	}
	var head struct {
		Type   string `json:"type"`
		Schema int    `json:"schema"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		if d.open && d.state == wantFinding {
			return Line{}, ErrCutShort // the last line breaks off
		}
		return Line{}, err
	}
	switch {
	case head.Type == typeHeader && d.state == wantHeader:
		if head.Schema != Schema {
			return Line{}, &SchemaError{head.Schema}
		}
		d.state = wantFinding
		l := Line{Header: new(Header)}
		return l, strict(b, l.Header)
	case head.Type == typeFinding && d.state == wantFinding:
		l := Line{Finding: new(Finding)}
		return l, strict(b, l.Finding)
	case head.Type == typeTrailer && d.state == wantFinding:
		d.state = wantEnd
		l := Line{Trailer: new(Trailer)}
		return l, strict(b, l.Trailer)
	case d.state == wantHeader:
		return Line{}, fmt.Errorf("a line of type %q where the header should be: not a canonical report", head.Type)
	}
	return Line{}, fmt.Errorf("a line of type %q where a finding or the trailer should be", head.Type)
}

// read returns the next line that is not blank, valid until the next call.
func (d *Decoder) read() ([]byte, error) {
	for {
		d.buf = d.buf[:0]
		d.line++
		for {
			part, err := d.r.ReadSlice('\n')
			d.buf = append(d.buf, part...)
			if len(d.buf) > maxLine {
				return nil, fmt.Errorf("longer than %d bytes", maxLine)
			}
			if err == nil || err == io.EOF && len(d.buf) > 0 {
				d.open = err == io.EOF
				break
			}
			if err != bufio.ErrBufferFull {
				return nil, err
			}
		}
		if b := bytes.TrimSpace(d.buf); len(b) > 0 {
			return b, nil
		}
	}
}

// strict decodes b whole into v and refuses keys that v does not have.
func strict(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	return dec.Decode(v)
}
