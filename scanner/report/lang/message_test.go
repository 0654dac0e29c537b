package lang

import "testing"

func TestFaultsInFiles(t *testing.T) {
	for name, data := range map[string]string{
		"a text before a section":         "a = b",
		"a code that stands twice":        "[s]\na = b\na = c",
		"no equals sign":                  "[s]\na b",
		"an open brace":                   "[s]\na = {b",
		"a closing brace alone":           "[s]\na = b}",
		"an open bracket":                 "[s]\na = x [b",
		"an argument in capitals":         "[s]\na = {B}",
		"an empty argument":               "[s]\na = {}",
		"one word where two are expected": "[s]\na = {n:one}",
	} {
		if err := parseFile(map[string]message{}, data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzCompile holds that no text makes the compiler or the renderer fail.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{"", "a {b} c", "{n:one/many}", "x[ {y@use}]", "{a%}", "[[", "}{", "[{]}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		msg, err := compile(s)
		if err != nil {
			return
		}
		m := &Messages{texts: map[string]map[string]message{English: {"s.a": msg}}}
		m.Text(English, "s.a", nil)
		m.Text(English, "s.a", map[string]any{"a": []any{1, nil}, "b": nil, "n": 1, "y": "z"})
	})
}
