package table

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestRepairJSON(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{"a":1}`, `{"a":1}`},
		{`{"a":1,}`, `{"a":1}`},
		{`{"a":[1,2,],"b":2,,}`, `{"a":[1,2],"b":2}`},
		{"{\"a\":\"x\ny\tz\"}", `{"a":"x\ny\tz"}`},
		{`{"a":"12" pan","b":1}`, `{"a":"12\" pan","b":1}`},
		{`{"a":"it\'s \x"}`, `{"a":"it's x"}`},
		{"{\"a\":\"x\"\n\"b\":\"y\"}", "{\"a\":\"x\"\n,\"b\":\"y\"}"},
		{"[{\"a\":1} {\"a\":2}]", `[{"a":1} ,{"a":2}]`},
		{"<!-- {\"a\":1} -->", `{"a":1}`},
		{"//<![CDATA[\n{\"a\":\"https://x.example/ /*y*/\"}\n//]]>", `{"a":"https://x.example/ /*y*/"}`},
		{"/* head */{\"a\":1}; ", `{"a":1}`},
		{`{&quot;a&quot;:&quot;x&quot;}`, `{"a":"x"}`},
		{`{"a":1`, ""},
		{`{"a":"cut`, ""},
		{`{a:1}`, ""},
		{``, ""},
	} {
		got, ok := RepairJSON([]byte(tt.in))
		if ok != (tt.want != "") {
			t.Errorf("%q: %v", tt.in, ok)
			continue
		}
		if ok && compact(t, got) != compact(t, []byte(tt.want)) {
			t.Errorf("%q: %s, want %s", tt.in, got, tt.want)
		}
	}
}

func compact(t *testing.T, b []byte) string {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	out, _ := json.Marshal(v)
	return string(out)
}

// FuzzRepairJSON holds that what is JSON stays what it is, and that a result is JSON.
func FuzzRepairJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,"x\u0041"],"b":{"c":null}}`))
	f.Add([]byte("{\"a\":\"b\"c\",,\n}//"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, ok := RepairJSON(b)
		if ok && !json.Valid(got) {
			t.Fatalf("%q gave %q", b, got)
		}
		if _, err := ParseJSON(b); err == nil && (!ok || !bytes.Equal(got, b)) {
			t.Fatalf("%q became %q", b, got)
		}
	})
}
