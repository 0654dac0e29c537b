package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"lookalike/corpora/table"
)

// jsonRows copies JSON Lines and arrays.
type jsonRows struct {
	a     *Annotator
	pkg   io.Closer
	r     io.Closer
	json  *table.JSON
	rec   *table.Record
	names [][]byte
}

func newJSONRows(a *Annotator) (*jsonRows, error) {
	pkg, e, err := a.unit.reopen()
	if err != nil {
		return nil, err
	}
	if a.coding, err = a.unit.codingOf(e); err != nil {
		pkg.Close()
		return nil, err
	}
	r, err := e.Open()
	if err != nil {
		pkg.Close()
		return nil, err
	}
	j := &jsonRows{a: a, pkg: pkg, r: r, json: table.NewJSON(table.NewText(r, a.unit.decoded), a.unit.layout)}
	for _, c := range a.columns {
		name, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		j.names = append(j.names, name)
	}
	return j, nil
}

func (j *jsonRows) close() error { return errors.Join(j.r.Close(), j.pkg.Close()) }

func (j *jsonRows) copyTo(row int, to string, values []string) error {
	for {
		if j.rec == nil {
			rec, err := j.json.Next()
			if errors.Is(err, io.EOF) || err != nil && row == 0 {
				return nil
			}
			if err != nil {
				return err
			}
			j.rec = rec
		}
		if row > 0 && j.rec.Row > row {
			return nil
		}
		// Several elements may stand on one line: then each Put takes the next one.
		found := j.rec.Row == row
		name, v := j.a.between(), []string(nil)
		if found {
			name, v = to, values
		}
		if err := j.write(name, v); err != nil {
			return err
		}
		j.rec = nil
		if found {
			return nil
		}
	}
}

func (j *jsonRows) write(name string, values []string) error {
	p, err := j.a.part(name)
	if err != nil {
		return err
	}
	if err := j.a.coding.begin(p); err != nil {
		return err
	}
	var b []byte
	if j.a.unit.layout.Array {
		b = append(b, ",\n"...)
		if p.count == 0 {
			b = append(b[:0], "[\n"...)
		}
	}
	p.count++
	raw := j.rec.Raw
	if j.rec.Bad != nil && j.a.unit.layout.Array {
		// A record that is no JSON cannot stand in an array: its text is kept as a value.
		text, err := json.Marshal(string(raw))
		if err != nil {
			return err
		}
		raw = text
	}
	if j.rec.Bad == nil && len(raw) > 1 && raw[0] == '{' {
		raw = withoutAdded(raw)
		b = append(b, raw[:len(raw)-1]...)
		comma := len(bytes.TrimSpace(raw[1:len(raw)-1])) > 0
		for i, n := range j.names {
			if comma {
				b = append(b, ',')
			}
			comma = true
			v := ""
			if i < len(values) {
				v = values[i]
			}
			text, err := json.Marshal(v)
			if err != nil {
				return err
			}
			b = append(append(append(b, n...), ':'), text...)
		}
		b = append(b, '}')
	} else {
		b = append(b, raw...)
	}
	if !j.a.unit.layout.Array {
		b = append(b, '\n')
	}
	_, err = p.out.Write(b)
	return err
}

// withoutAdded returns an object without the members that an earlier annotation added.
func withoutAdded(raw []byte) []byte {
	if !bytes.Contains(raw, []byte(prefix)) {
		return raw
	}
	out, found := []byte{'{'}, false
	err := table.Members(raw, func(key []byte, v table.JSONValue) bool {
		if isAdded(string(key)) {
			found = true
			return true
		}
		name, err := json.Marshal(string(key))
		if err != nil {
			return true
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, name...), ':'), v.Raw...)
		return true
	})
	if !found || err != nil {
		return raw
	}
	return append(out, '}')
}

func (j *jsonRows) finish(p *part) error {
	if err := j.a.coding.begin(p); err != nil {
		return err
	}
	if !j.a.unit.layout.Array {
		return p.end()
	}
	end := "\n]\n"
	if p.count == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(p.out, end)
	return errors.Join(err, p.end())
}
