package crawl

import (
	"encoding/json"
	"testing"
)

func TestLiteral(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{a: 1, 'b': "x\"y", c: 'it\'s', d: undefined, e: !0, f: [1, .5, +2,], /* c */ g: void 0, // end
			$h_1: ` + "`t`" + `,}; more`, `{"a":1,"b":"x\"y","c":"it's","d":null,"e":true,"f":[1,0.5,2],"g":null,"$h_1":"t"}`},
		{`["\x41\u00e9\uD83D\uDE00\n"]`, `["Aé😀\n"]`},
		{`{"a":{"b":[]}} trailing }`, `{"a":{"b":[]}}`},
		{`{a: f(1)}`, ""}, {`{a: new Date(1)}`, ""}, {`{a: b}`, ""}, {"{a: `x${y}`}", ""}, {`{a`, ""}, {`{a: "x`, ""}, {`[1 2]`, ""}, {"x", ""}, {"", ""}, {"{", ""},
	} {
		got, ok := literal(tt.in)
		if ok != (tt.want != "") || ok && string(got) != tt.want {
			t.Errorf("%s: %s %v, want %s", tt.in, got, ok, tt.want)
		}
	}
}

// FuzzLiteral holds that what comes out is JSON, and that JSON keeps its meaning.
func FuzzLiteral(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x\u00e9\\"],"b":{"c":null}}`, `{a:'b',}`, `[!0,,1]`, "{'\\u12':1}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, ok := literal(in)
		if !ok {
			return
		}
		if !json.Valid(out) {
			t.Fatalf("%q became %q", in, out)
		}
		var a, b any
		if json.Unmarshal([]byte(in), &a) == nil && json.Unmarshal(out, &b) == nil {
			x, _ := json.Marshal(a)
			y, _ := json.Marshal(b)
			if string(x) != string(y) {
				t.Errorf("%s became %s", x, y)
			}
		}
	})
}

func FuzzHydrate(f *testing.F) {
	f.Add(`[["Reactive",1],{"a":2,"b":1},"x"]`)
	f.Add(`[[0,0,0,0]]`)
	f.Fuzz(func(t *testing.T, in string) { hydrate(in) })
}
