package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"lookalike/corpora"
)

// all reads every record as text: row, cells, code of the fault.
func all(t testing.TB, r Reader) []string {
	t.Helper()
	var out []string
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			return append(out, "error "+err.Error())
		}
		s := fmt.Sprintf("%d %q", rec.Row, rec.Cells)
		if rec.Cells == nil {
			s = fmt.Sprintf("%d %s", rec.Row, rec.Raw)
		}
		if rec.Bad != nil {
			s += " !" + rec.Bad.Code
		}
		if rec.Note != nil {
			s += " ?" + rec.Note.Code
		}
		out = append(out, s)
		if len(out) > 1_000_000 {
			t.Fatal("no end")
		}
	}
}

func readCSV(t testing.TB, r io.Reader, d Dialect, columns int) []string {
	c := NewCSV(r, d)
	c.SetColumns(columns)
	return all(t, c)
}

var comma = Dialect{Comma: ',', Quote: '"', EOL: '\n'}

// TestCSVChunks holds that what a reader sees does not depend on how its text arrives.
func TestCSVChunks(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "%d,\"a, \"\"quoted\"\" text %d\nover lines\",%s\r\n", i, i, strings.Repeat("z", i%200))
		if i%100 == 7 {
			fmt.Fprintf(&b, "%d,\"never closed,x\n", i)
		}
	}
	want := readCSV(t, strings.NewReader(b.String()), comma, 3)
	got := readCSV(t, iotest.OneByteReader(strings.NewReader(b.String())), comma, 3)
	if !slices.Equal(got, want) {
		t.Errorf("%d records byte by byte, %d at once", len(got), len(want))
	}
	bad := 0
	for _, s := range want {
		if strings.Contains(s, "!") {
			bad++
		}
	}
	if bad != 30 || len(want) != 3030 {
		t.Errorf("%d bad of %d records", bad, len(want))
	}
}

func TestSniffCSV(t *testing.T) {
	known := func(b []byte) bool { return slices.Contains([]string{"id", "title", "brand"}, string(b)) }
	for _, tt := range []struct {
		in    string
		comma byte
		eol   byte
		skip  int
	}{
		{"id,title\n1,a;b;c\n2,d;e;f\n", ',', '\n', 0},
		{"id;title\n1;a,b,c\n2;d,e,f\n", ';', '\n', 0},
		{"id\ttitle\n1\ta,b\n", '\t', '\n', 0},
		{"x|y\n1|2,3\n4|5\n", '|', '\n', 0},
		{"title\nred, blue\nblue\n", ',', '\n', 0},
		{"sep=|\nid|title\n", '|', '\n', 1},
		{"id,title\r1,a\r", ',', '\r', 0},
		{"id;\"title;x\"\r\n1;a\r\n", ';', '\n', 0},
	} {
		d := SniffCSV([]byte(tt.in), known)
		if d.Comma != tt.comma || d.EOL != tt.eol || d.Skip != tt.skip {
			t.Errorf("%q: %q %q %d", tt.in, d.Comma, d.EOL, d.Skip)
		}
	}
}

func TestReadError(t *testing.T) {
	fault := errors.New("disk gone")
	r := io.MultiReader(strings.NewReader("1,a\n2,b"), iotest.ErrReader(fault))
	got := readCSV(t, r, comma, 2)
	if want := []string{`1 ["1" "a"]`, `2 ["2" "b"]`, "error disk gone"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// FuzzCSVWritten holds that what encoding/csv writes reads back the same.
func FuzzCSVWritten(f *testing.F) {
	f.Add("a", "b\"c", "d\ne", "x,y")
	f.Add("", " \"", "\r", ";")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		if strings.ContainsRune(a+b+c+d, '\r') || strings.TrimSpace(a+b+c+d) == "" {
			t.Skip() // encoding/csv itself drops carriage returns; blank rows are passed over
		}
		rows := [][]string{{a, b, c, d}, {"1", d, c, "x"}, {"2", "", b, a}}
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		w.WriteAll(rows)
		r := NewCSV(&buf, comma)
		r.SetColumns(4)
		for i, want := range rows {
			rec, err := r.Next()
			if err != nil {
				t.Fatalf("row %d: %v", i, err)
			}
			for k, v := range want {
				if got := string(rec.Cells[k]); got != strings.ToValidUTF8(v, "\uFFFD") && got != string(bytes.ToValidUTF8([]byte(v), []byte("\uFFFD"))) {
					t.Fatalf("row %d cell %d: %q, want %q", i, k, got, v)
				}
			}
		}
	})
}

// FuzzCSV holds that any text ends, that its rows ascend, and that the size of the pieces in which it comes is nothing to
// what is read.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("id,title\n1,\"x\n2,y\n"), 2)
	f.Add([]byte("\"a\"b,\"\n\",\"\"\r\n,\n"), 3)
	f.Fuzz(func(t *testing.T, b []byte, columns int) {
		columns = max(columns%6, 0)
		want := readCSV(t, bytes.NewReader(b), comma, columns)
		if got := readCSV(t, iotest.OneByteReader(bytes.NewReader(b)), comma, columns); !slices.Equal(got, want) {
			t.Fatalf("byte by byte %q, at once %q", got, want)
		}
	})
}

func TestJSONLines(t *testing.T) {
	in := "{\"a\":1}\r\n\n{bad\n{\"a\":\"" + strings.Repeat("x", MaxRecord) + "\"}\n{\"a\":3}"
	got := all(t, NewJSON(strings.NewReader(in), JSONLayout{Lines: true}))
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "x", "")
	}
	want := []string{`1 {"a":1}`, `3 {bad !` + corpora.BadJSON, `4 {"a":""} !` + corpora.RecordTooLarge, `5 {"a":3}`}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestSniffJSON(t *testing.T) {
	known := func(b []byte) bool { return string(b) == "title" || string(b) == "id" }
	for _, tt := range []struct {
		in   string
		want JSONLayout
	}{
		{`{"id":1}` + "\n" + `{"id":2}`, JSONLayout{Lines: true}},
		{`{"id":1}`, JSONLayout{Lines: true}},
		{` [ {"id":1}]`, JSONLayout{Start: 2, Array: true}},
		{`{"n":{"x":[1]},"things":[{"id":1}]}`, JSONLayout{Start: 25, Array: true}},
		{`{"id":1,"parts":[{"id":2}]}`, JSONLayout{Lines: true}},
		{"{\n\"id\":1}\n{\n\"id\":2}", JSONLayout{}},
		{`{"id":1,"title":"cut off`, JSONLayout{Lines: true}},
	} {
		if got := SniffJSON([]byte(tt.in), known); got != tt.want {
			t.Errorf("%q: %+v, want %+v", tt.in, got, tt.want)
		}
	}
}

// FuzzJSONValue holds the parser to encoding/json: what is valid, and what strings and numbers say.
func FuzzJSONValue(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,"x\u00e9\ud83d\ude00"],"b":{"c":null,"d":true}}`, `"\ud800"`, `[]`, `{}`, `-0`, `01`, `{"a":1,}`, "\"\xff\"", `"a` + "\n" + `"`, strings.Repeat("[", 200)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := ParseJSON(b)
		deep := err != nil && strings.Contains(err.Error(), "deeply")
		if valid := json.Valid(b); valid != (err == nil) && !deep {
			t.Fatalf("%q: %v, encoding/json says %v", b, err, valid)
		}
		if err != nil {
			return
		}
		var want any
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			return
		}
		if got := tree(v); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q: %v, want %v", b, got, want)
		}
	})
}

// tree builds what encoding/json would.
func tree(v JSONValue) any {
	switch v.Kind {
	case JSONArray:
		out := []any{}
		v.Elements(func(e JSONValue) bool { out = append(out, tree(e)); return true })
		return out
	case JSONObject:
		out := map[string]any{}
		v.Members(func(key []byte, m JSONValue) bool { out[string(key)] = tree(m); return true })
		return out
	case JSONNull:
		return nil
	case JSONBool:
		return v.String() == "true"
	}
	return v.String()
}

// FuzzJSON holds that any text ends in any layout and that pieces do not matter.
func FuzzJSON(f *testing.F) {
	f.Add([]byte("[{\"a\":1},\n{\"b\":\n{}]"), byte(1))
	f.Add([]byte("{\"a\":1}\n{\"b\""), byte(0))
	f.Fuzz(func(t *testing.T, b []byte, layout byte) {
		lay := []JSONLayout{{Lines: true}, {Start: 1, Array: true}, {}}[layout%3]
		want := all(t, NewJSON(bytes.NewReader(b), lay))
		if got := all(t, NewJSON(iotest.OneByteReader(bytes.NewReader(b)), lay)); !slices.Equal(got, want) {
			t.Fatalf("byte by byte %q, at once %q", got, want)
		}
	})
}

// FuzzXML holds that any text ends, that pieces do not matter, and that a record parses or says why not.
func FuzzXML(f *testing.F) {
	f.Add([]byte("<rss><item><a>1</a></item><item/><item x='1'><![CDATA[</item>]]></item></rss>"))
	f.Add([]byte("<r><!-- <item> --><item><item></item></item><item>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		lay := XMLLayout{Item: "item", Root: "r"}
		want := all(t, NewXML(bytes.NewReader(b), lay))
		if got := all(t, NewXML(iotest.OneByteReader(bytes.NewReader(b)), lay)); !slices.Equal(got, want) {
			t.Fatalf("byte by byte %q, at once %q", got, want)
		}
		SniffXML(b)
		if n, err := ParseXML(b); n == nil {
			t.Fatalf("no node: %v", err)
		}
	})
}

// FuzzText holds that decoding ends, gives UTF-8 unless the text is taken for it, and does not depend on pieces.
func FuzzText(f *testing.F) {
	f.Add([]byte("\xc9\xcc\xc6\xb7\xb1\xe0\xba\xc5,id\n"))
	f.Add([]byte("Gr\xf6\xdfe"))
	f.Add([]byte("\xff\xfea\x00b\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		x := NewText(bytes.NewReader(b), "")
		want, err := io.ReadAll(x)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(NewText(iotest.OneByteReader(bytes.NewReader(b)), ""))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("byte by byte %q (%v), at once %q", got, err, want)
		}
		if x.Charset() != "utf-8" && !bytes.Equal(bytes.ToValidUTF8(want, nil), want) {
			t.Fatalf("%s gave %q", x.Charset(), want)
		}
	})
}
