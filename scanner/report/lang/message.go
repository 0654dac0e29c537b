package lang

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// message is a compiled text.
type message []part

// part is literal text, an argument with how to write it, or an optional piece of text.
type part struct {
	text     string
	arg      string
	section  string // the argument is a code of this section
	one      string // words by number
	many     string
	percent  bool
	optional message
}

// compile reads a text with its optional pieces, which do not nest.
func compile(text string) (message, error) {
	var m message
	for text != "" {
		before, rest, found := strings.Cut(text, "[")
		fixed, err := arguments(before)
		if err != nil {
			return nil, err
		}
		m = append(m, fixed...)
		if !found {
			break
		}
		inner, after, closed := strings.Cut(rest, "]")
		if !closed {
			return nil, fmt.Errorf("an opening bracket without a closing one")
		}
		opt, err := arguments(inner)
		if err != nil {
			return nil, err
		}
		m, text = append(m, part{optional: opt}), after
	}
	return m, nil
}

// arguments reads a text with its arguments.
func arguments(text string) (message, error) {
	var m message
	for text != "" {
		lit, rest, found := strings.Cut(text, "{")
		if strings.Contains(lit, "}") {
			return nil, fmt.Errorf("a closing brace without an opening one")
		}
		if lit != "" {
			m = append(m, part{text: lit})
		}
		if !found {
			break
		}
		arg, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("an opening brace without a closing one")
		}
		p, err := placeholder(arg)
		if err != nil {
			return nil, err
		}
		m, text = append(m, p), after
	}
	return m, nil
}

func placeholder(s string) (part, error) {
	p := part{arg: s}
	if name, words, ok := strings.Cut(s, ":"); ok {
		p.arg = name
		if p.one, p.many, ok = strings.Cut(words, "/"); !ok {
			return p, fmt.Errorf("{%s}: want {name:one/many}", s)
		}
	} else if name, section, ok := strings.Cut(s, "@"); ok {
		p.arg, p.section = name, section
	} else if name, ok := strings.CutSuffix(s, "%"); ok {
		p.arg, p.percent = name, true
	}
	for _, r := range p.arg {
		if (r < 'a' || r > 'z') && r != '_' {
			return p, fmt.Errorf("{%s}: an argument is named in small letters", s)
		}
	}
	if p.arg == "" {
		return p, fmt.Errorf("{%s}: no argument named", s)
	}
	return p, nil
}

// names returns the arguments that the message writes. One that only picks a word by number is left out, since not every
// language has words to pick from.
func (m message) names() []string {
	var names []string
	for _, p := range m {
		if p.arg != "" && p.many == "" {
			names = append(names, p.arg)
		}
		names = append(names, p.optional.names()...)
	}
	return names
}

func (m *Messages) part(b *strings.Builder, l string, p part, args map[string]any) {
	if p.optional != nil {
		for _, name := range p.optional.names() {
			if value(l, args[name]) == "" {
				return
			}
		}
		for _, q := range p.optional {
			m.part(b, l, q, args)
		}
		return
	}
	if p.arg == "" {
		b.WriteString(p.text)
		return
	}
	v, ok := args[p.arg]
	switch {
	case !ok:
		b.WriteString("?")
	case p.many != "":
		if n, isNum := number(v); isNum && n == 1 {
			b.WriteString(p.one)
		} else {
			b.WriteString(p.many)
		}
	case p.percent:
		if n, isNum := number(v); isNum {
			b.WriteString(strconv.FormatFloat(math.Round(n*1000)/10, 'f', -1, 64) + " %")
		} else {
			b.WriteString(value(l, v))
		}
	case p.section != "":
		b.WriteString(m.words(l, p.section, v))
	default:
		b.WriteString(value(l, v))
	}
}

// words writes a code, or a list of codes, in words. A text may hold several codes joined by "+".
func (m *Messages) words(l, section string, v any) string {
	list, ok := texts(v)
	if !ok {
		list = strings.Split(value(l, v), "+")
	}
	for i, s := range list {
		if w := strings.ReplaceAll(s, " ", "_"); m.Has(l, section+"."+w) {
			list[i] = m.Word(l, section, w)
		}
	}
	return strings.Join(list, comma(l))
}

func comma(l string) string {
	if l == Chinese {
		return "、"
	}
	return ", "
}

// value writes an argument as it comes from a program or from decoded JSON.
func value(l string, v any) string {
	if v == nil {
		return ""
	}
	if s, ok := v.(string); ok {
		return s
	}
	if n, ok := number(v); ok {
		return Number(n)
	}
	if list, ok := texts(v); ok {
		return strings.Join(list, comma(l))
	}
	return fmt.Sprint(v)
}

// Number writes n with at most two decimals, and with commas from 10,000 on.
func Number(n float64) string {
	s := strconv.FormatFloat(math.Round(n*100)/100, 'f', -1, 64)
	if math.Abs(n) < 10000 || n != math.Trunc(n) {
		return s
	}
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

func number(v any) (float64, bool) {
	if n, ok := v.(json.Number); ok {
		f, err := n.Float64()
		return f, err == nil
	}
	rv := reflect.ValueOf(v)
	switch {
	case !rv.IsValid():
		return 0, false
	case rv.CanInt():
		return float64(rv.Int()), true
	case rv.CanUint():
		return float64(rv.Uint()), true
	case rv.CanFloat():
		return rv.Float(), true
	}
	return 0, false
}

// texts returns the elements of a list as text, and whether v is one.
func texts(v any) ([]string, bool) {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || rv.Kind() != reflect.Slice {
		return nil, false
	}
	out := make([]string, rv.Len())
	for i := range out {
		out[i] = value(English, rv.Index(i).Interface())
	}
	return out, true
}
