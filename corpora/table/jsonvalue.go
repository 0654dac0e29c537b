package table

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// JSONKind is the type of a JSON value.
type JSONKind uint8

// The types of JSON values.
const (
	JSONNull JSONKind = iota
	JSONBool
	JSONNumber
	JSONString
	JSONArray
	JSONObject
)

// JSONValue is one value inside a record, as it is written. It was checked when the record was.
type JSONValue struct {
	Kind JSONKind
	Raw  []byte
}

// maxJSONDepth bounds nesting.
const maxJSONDepth = 128

// JSONError says where a record stops being JSON.
type JSONError struct {
	Offset int // bytes from the start of the record
	Reason string
}

func (e *JSONError) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Reason) }

var errStop = errors.New("stop")

// ParseJSON checks that b is one JSON value and returns it.
func ParseJSON(b []byte) (JSONValue, error) {
	p := jsonParser{b: b}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return JSONValue{}, err
	}
	if p.space(); p.i < len(b) {
		return JSONValue{}, p.fail("more text after the value")
	}
	return v, nil
}

// Members calls f with each member of an object in order, until f returns false. The key is unescaped and valid during
// the call. It returns an error when the object is not JSON; f has then seen the members before the fault.
func Members(object []byte, f func(key []byte, v JSONValue) bool) error {
	p := jsonParser{b: object}
	p.space()
	var scratch [64]byte
	err := p.object(0, func(key []byte, v JSONValue) error {
		if !f(appendString(scratch[:0], key), v) {
			return errStop
		}
		return nil
	})
	switch {
	case errors.Is(err, errStop):
		return nil
	case err != nil:
		return err
	}
	if p.space(); p.i < len(object) {
		return p.fail("more text after the object")
	}
	return nil
}

// Elements calls f with each element of an array in order, until f returns false.
func (v JSONValue) Elements(f func(JSONValue) bool) {
	if v.Kind != JSONArray {
		return
	}
	p := jsonParser{b: v.Raw}
	_ = p.array(0, func(e JSONValue) error {
		if !f(e) {
			return errStop
		}
		return nil
	})
}

// Members calls f with each member of an object in order, until f returns false.
func (v JSONValue) Members(f func(key []byte, v JSONValue) bool) {
	if v.Kind == JSONObject {
		_ = Members(v.Raw, f)
	}
}

// String returns the text of a string, the digits of a number as written, "true" or "false"; "" for anything else.
func (v JSONValue) String() string {
	switch v.Kind {
	case JSONString:
		inner := v.Raw[1 : len(v.Raw)-1]
		for _, c := range inner {
			if c == '\\' || c >= utf8.RuneSelf {
				return string(appendString(make([]byte, 0, len(inner)), inner))
			}
		}
		return string(inner)
	case JSONNumber, JSONBool:
		return string(v.Raw)
	}
	return ""
}

// appendString appends the text of a checked string without its quotes. Bytes that are not UTF-8 and lone surrogates
// become U+FFFD.
func appendString(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\\':
			var n int
			dst, n = appendEscape(dst, s[i:])
			i += n
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRune(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return dst
}

func appendEscape(dst, s []byte) ([]byte, int) {
	switch s[1] {
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'u':
		r := hex4(s[2:])
		if utf16.IsSurrogate(r) {
			if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
				if full := utf16.DecodeRune(r, hex4(s[8:])); full != utf8.RuneError {
					return utf8.AppendRune(dst, full), 12
				}
			}
			r = utf8.RuneError
		}
		return utf8.AppendRune(dst, r), 6
	}
	return append(dst, s[1]), 2
}

func hex4(s []byte) rune {
	n, err := strconv.ParseUint(string(s[:4]), 16, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}

// jsonParser checks and cuts JSON in one pass.
type jsonParser struct {
	b []byte
	i int
}

func (p *jsonParser) fail(reason string) error { return &JSONError{Offset: p.i, Reason: reason} }

func (p *jsonParser) space() {
	for p.i < len(p.b) {
		switch p.b[p.i] {
		case ' ', '\t', '\r', '\n':
			p.i++
		default:
			return
		}
	}
}

func (p *jsonParser) value(depth int) (JSONValue, error) {
	if depth > maxJSONDepth {
		return JSONValue{}, p.fail("nested too deeply")
	}
	if p.i >= len(p.b) {
		return JSONValue{}, p.fail("unexpected end")
	}
	start := p.i
	var kind JSONKind
	var err error
	switch c := p.b[p.i]; {
	case c == '"':
		kind, err = JSONString, p.str()
	case c == '{':
		kind, err = JSONObject, p.object(depth, nil)
	case c == '[':
		kind, err = JSONArray, p.array(depth, nil)
	case c == 't':
		kind, err = JSONBool, p.word("true")
	case c == 'f':
		kind, err = JSONBool, p.word("false")
	case c == 'n':
		kind, err = JSONNull, p.word("null")
	case c == '-' || c >= '0' && c <= '9':
		kind, err = JSONNumber, p.number()
	default:
		err = p.fail("unexpected character")
	}
	if err != nil {
		return JSONValue{}, err
	}
	return JSONValue{Kind: kind, Raw: p.b[start:p.i]}, nil
}

func (p *jsonParser) word(w string) error {
	if len(p.b)-p.i < len(w) || string(p.b[p.i:p.i+len(w)]) != w {
		return p.fail("unexpected character")
	}
	p.i += len(w)
	return nil
}

// str passes over a string. Bytes that are not UTF-8 are let through.
func (p *jsonParser) str() error {
	p.i++
	for p.i < len(p.b) {
		switch c := p.b[p.i]; {
		case c == '"':
			p.i++
			return nil
		case c == '\\':
			if err := p.escape(); err != nil {
				return err
			}
		case c < 0x20:
			return p.fail("control character in a string")
		default:
			p.i++
		}
	}
	return p.fail("unexpected end in a string")
}

func (p *jsonParser) escape() error {
	if p.i+1 >= len(p.b) {
		return p.fail("unexpected end in a string")
	}
	switch p.b[p.i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		p.i += 2
		return nil
	case 'u':
		if p.i+6 > len(p.b) {
			return p.fail("unexpected end in a string")
		}
		for _, c := range p.b[p.i+2 : p.i+6] {
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return p.fail("bad escape")
			}
		}
		p.i += 6
		return nil
	}
	return p.fail("bad escape")
}

func (p *jsonParser) digits() bool {
	from := p.i
	for p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '9' {
		p.i++
	}
	return p.i > from
}

func (p *jsonParser) number() error {
	if p.b[p.i] == '-' {
		p.i++
	}
	if p.i < len(p.b) && p.b[p.i] == '0' {
		p.i++
	} else if !p.digits() {
		return p.fail("bad number")
	}
	if p.i < len(p.b) && p.b[p.i] == '.' {
		p.i++
		if !p.digits() {
			return p.fail("bad number")
		}
	}
	if p.i < len(p.b) && (p.b[p.i] == 'e' || p.b[p.i] == 'E') {
		p.i++
		if p.i < len(p.b) && (p.b[p.i] == '+' || p.b[p.i] == '-') {
			p.i++
		}
		if !p.digits() {
			return p.fail("bad number")
		}
	}
	return nil
}

// object passes over an object. f sees the key as written, without its quotes.
func (p *jsonParser) object(depth int, f func(key []byte, v JSONValue) error) error {
	if p.i >= len(p.b) || p.b[p.i] != '{' {
		return p.fail("not an object")
	}
	p.i++
	for first := true; ; first = false {
		p.space()
		if p.i >= len(p.b) {
			return p.fail("unexpected end")
		}
		if p.b[p.i] == '}' && first {
			p.i++
			return nil
		}
		if p.b[p.i] != '"' {
			return p.fail("want a key")
		}
		from := p.i + 1
		if err := p.str(); err != nil {
			return err
		}
		key := p.b[from : p.i-1]
		if p.space(); p.i >= len(p.b) || p.b[p.i] != ':' {
			return p.fail("want a colon")
		}
		p.i++
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		if f != nil {
			if err := f(key, v); err != nil {
				return err
			}
		}
		if end, err := p.separator('}'); end || err != nil {
			return err
		}
	}
}

func (p *jsonParser) array(depth int, f func(v JSONValue) error) error {
	p.i++
	if p.space(); p.i < len(p.b) && p.b[p.i] == ']' {
		p.i++
		return nil
	}
	for {
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		if f != nil {
			if err := f(v); err != nil {
				return err
			}
		}
		if end, err := p.separator(']'); end || err != nil {
			return err
		}
	}
}

// separator reads the comma before the next item or the bracket that ends them.
func (p *jsonParser) separator(closing byte) (end bool, err error) {
	p.space()
	if p.i >= len(p.b) {
		return false, p.fail("unexpected end")
	}
	switch p.b[p.i] {
	case ',':
		p.i++
		return false, nil
	case closing:
		p.i++
		return true, nil
	}
	return false, p.fail("want a comma")
}
