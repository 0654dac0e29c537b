package feed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lookalike/corpora"
)

// result is what one feed gave.
type result struct {
	feed     *Feed
	listings []corpora.Listing
	errs     []error
}

// size returns n, or a part of it where the whole would take long: what the tests of large inputs prove holds above the
// limits that they are about, and those are smaller than the parts.
func size(n, part int) int {
	if raced || testing.Short() {
		return part
	}
	return n
}

func (r result) code(i int) string {
	if p, ok := errors.AsType[*corpora.Problem](r.errs[i]); ok {
		return p.Code
	}
	return ""
}

// write puts files into a new folder.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t testing.TB, o Options, paths ...string) result {
	t.Helper()
	f, err := Open(t.Context(), paths, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	r := result{feed: f}
	for l, err := range f.All(context.Background()) {
		r.listings = append(r.listings, l)
		r.errs = append(r.errs, err)
	}
	return r
}

// readText reads one feed from standard input.
func readText(t testing.TB, text string) result {
	t.Helper()
	return read(t, Options{Stdin: strings.NewReader(text)}, "-")
}

// brief is what most tests compare: row, id, title and brand, or the code of the fault.
func (r result) brief() string {
	var b strings.Builder
	for i, l := range r.listings {
		fmt.Fprintf(&b, "%d %s|%s|%s", l.Row, l.ID, l.Title, l.Brand)
		if r.errs[i] != nil {
			fmt.Fprintf(&b, " !%s", r.code(i))
		}
		for _, p := range l.Problems {
			fmt.Fprintf(&b, " ?%s", p.Code)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestRows(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"comma", "id,title,brand\n1,Red shoe,Nike\n", "2 1|Red shoe|Nike\n"},
		{"semicolon", "id;title;brand\n1;Red shoe, size 4;Nike\n", "2 1|Red shoe, size 4|Nike\n"},
		{"tab", "id\ttitle\tbrand\n1\t\"Air\" shoe\tNike\n2\tBlue\tPuma\n", "2 1|\"Air\" shoe|Nike\n3 2|Blue|Puma\n"},
		{"pipe", "sku|name|brand\nA|Red|X\n", "2 A|Red|X\n"},
		{"crlf", "id,title,brand\r\n1,Red,Nike\r\n\r\n2,Blue,Puma\r\n", "2 1|Red|Nike\n4 2|Blue|Puma\n"},
		{"cr", "id,title,brand\r1,Red,Nike\r2,Blue,Puma", "2 1|Red|Nike\n3 2|Blue|Puma\n"},
		{"quoted lines", "id,title,brand\n1,\"Red\nshoe \"\"x\"\"\",Nike\n2,Blue,Puma\n", "2 1|Red\nshoe \"x\"|Nike\n4 2|Blue|Puma\n"},
		{"sep line", "sep=;\nid;title;brand\n1;a, b;c\n", "3 1|a, b|c\n"},
		{"chinese names", "商品编号,商品名称,品牌\n1,跑鞋,耐克\n", "2 1|跑鞋|耐克\n"},
		{"title above", "My export 2026,,\n,,\nid,title,brand\n1,Red,Nike\n", "4 1|Red|Nike\n"},
		{"two headings", "Seller SKU,Item Name,Brand Name\nitem_sku,item_name,brand_name\n1,Red,Nike\n", "3 1|Red|Nike\n"},
		{"words that are names of columns", "id,title,category\nA,Model,Photo\n7,Link,Type\n", "2 A|Model|\n3 7|Link|\n"},
		{"long row", "id,title,brand\n1,Red, large,Nike\n2,Blue,Puma\n", "2 1|Red| large !bad_columns\n3 2|Blue|Puma\n"},
		{"short row", "id,title,brand\n1,Red\n2,Blue,Puma\n", "2 1|Red| ?bad_columns\n3 2|Blue|Puma\n"},
		{"short of nothing that matters", "id,title,stock\n1,Red\n", "2 1|Red|\n"},
		{"trailing delimiters", "id,title,brand\n1,Red,Nike,,\n", "2 1|Red|Nike\n"},
		{"blank rows", "id,title,brand\n,,\n\n1,Red,Nike\n,,\n", "4 1|Red|Nike\n"},
		{"empty record", "id,title,brand,price\n1,,,9\n2,Blue,Puma,8\n", "2 1|| !empty_record\n3 2|Blue|Puma\n"},
		{"unclosed quote", "id,title,brand\n1,Red,Nike\n2,\"Blue,Puma\n3,Green,Fila\n4,\"Grey\",Asics\n",
			"2 1|Red|Nike\n3 2|\"Blue|Puma !bad_quoting\n4 3|Green|Fila\n5 4|Grey|Asics\n"},
		{"unclosed quote before quotes", "id,title,brand\n2,\"Blue,Puma\n\"3\",\"Green\",\"Fila\"\n", "2 2|\"Blue|Puma !bad_quoting\n3 3|Green|Fila\n"},
		{"unclosed quote swallowing", "id,title,brand\n2,\"Blue,Puma\n3,Green,\"Fila\"\n4,Grey,Asics\n", "2 2|\"Blue|Puma !bad_quoting\n3 3|Green|Fila\n4 4|Grey|Asics\n"},
		{"unclosed last", "id,title,brand\n1,Red,Nike\n2,\"Blue,Puma\n", "2 1|Red|Nike\n3 2|\"Blue|Puma !bad_quoting\n"},
		{"inch signs", "id,title,brand\n1,12\" pan,Nike\n2,\"12\" pan\",Puma\n", "2 1|12\" pan|Nike\n3 2|12\" pan|Puma\n"},
		{"lone quotes", "id,title,brand\n1,\"Air\" shoe,\"Nike, Inc\"\n", "2 1|\"Air\" shoe|Nike, Inc\n"},
		{"bom", "\uFEFFid,title,brand\n1,Red,Nike\n", "2 1|Red|Nike\n"},
		{"invalid utf-8", "id,title,brand\n1,R\xffed é,Nike\n2,Größe,Puma ü é è\n3,Größe,Pumä ü é è ö ß\n", "2 1|R\uFFFDed é|Nike ?bad_encoding\n3 2|Größe|Puma ü é è\n4 3|Größe|Pumä ü é è ö ß\n"},
		{"json array", `[{"id":1,"title":"Red","brand":"Nike"},
{"id":2,"title":"Blue","brand":{"name":"Puma"}}]`, "1 1|Red|Nike\n2 2|Blue|Puma\n"},
		{"json lines", "{\"id\":1,\"title\":\"Red\"}\n\n{\"id\":2,\"title\":\"Blue\",\"brand\":null}\n", "1 1|Red|\n3 2|Blue|\n"},
		{"json wrapped", "{\"total\":2,\"products\":[{\"id\":1,\"title\":\"Red\"},\n{\"id\":2,\"title\":\"Blue\"}],\"skip\":0}", "1 1|Red|\n2 2|Blue|\n"},
		{"json nested wrapper", `{"code":0,"data":{"list":[{"id":"1","title":"Red"}]}}`, "1 1|Red|\n"},
		{"json named feed", `{"version":"1","title":"My shop","items":[{"id":"1","title":"Red"}]}`, "1 1|Red|\n"},
		{"one json listing", `{"id":"1","title":"Red","variants":[{"id":"1a"}]}`, "1 1|Red|\n"},
		{"pretty json listings", "{\n \"id\":1,\n \"title\":\"Red\"\n}\n{\n \"id\":2,\n \"title\":\"Blue\"\n}\n", "1 1|Red|\n5 2|Blue|\n"},
		{"bad json line", "{\"id\":1,\"title\":\"Red\"}\n{\"id\":2,\"title\":Blue}\n{\"id\":3,\"title\":\"Grey\"}\n", "1 1|Red|\n2 2|| !bad_json\n3 3|Grey|\n"},
		{"truncated json lines", "{\"id\":1,\"title\":\"Red\"}\n{\"id\":2,\"title\":\"Bl", "1 1|Red|\n2 2|| !source_truncated\n"},
		{"truncated json array", "[{\"id\":1,\"title\":\"Red\"},\n{\"id\":2,\"title\":\"Bl", "1 1|Red|\n2 2|| !source_truncated\n"},
		{"bad json element", "[\n  {\"id\":1,\"title\":\"Red\",},\n  {\"id\":2,\"title\":\"Blue\"}\n]", "2 1|Red| !bad_json\n3 2|Blue|\n"},
		{"unclosed json element", "[\n  {\"id\":1,\"title\":\"Red\n  },\n  {\"id\":2,\"title\":\"Blue\"}\n]", "2 1|| !bad_json\n4 2|Blue|\n"},
		{"json of something else", "{\"id\":1,\"title\":\"Red\"}\n[1,2]\n7\n", "1 1|Red|\n2 || !bad_json\n3 || !bad_json\n"},
		{"escapes", `{"id":"a\/b","title":"R\u00e9d \ud83d\ude00","brand":"\ud800x"}` + "\n", "1 a/b|Réd 😀|\uFFFDx\n"},
		{"empty", "", ""},
		{"heading only", "id,title,brand\n", ""},
		{"empty array", "[]", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := readText(t, tt.in).brief(); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// TestJSONStart reads JSON whose start is damaged, too large or cut.
func TestJSONStart(t *testing.T) {
	const good = "{\"id\":\"z\",\"title\":\"Red\"}\n"
	large := "{\"id\":\"b\",\"title\":\"" + strings.Repeat("x", 2<<20)
	for _, tt := range []struct {
		name, in, want string
		problems       int
	}{
		{"large first record", large + "\"}\n" + good, "1 || !record_too_large\n2 z|Red|\n", 0},
		{"large only record", large, "1 || !record_too_large\n", 0},
		{"text first", "hello\n" + good, "1 || !bad_json\n2 z|Red|\n", 0},
		{"bracket first", "[info] 2 rows\n" + good + good, "1 || !bad_json\n2 z|Red|\n3 z|Red|\n", 0},
		{"key without quotes first", "{id:1}\n" + good, "1 || !bad_json\n2 z|Red|\n", 0},
		{"large record behind text", "hello\n" + large + "\"}\n" + good, "1 || !bad_json\n2 || !record_too_large\n3 z|Red|\n", 0},
		{"cut array", "[" + good + ",{\"id\":\"b\",\"title\":\"x", "1 z|Red|\n2 b|| !source_truncated\n", 1},
		{"csv of objects", "title,extra\nRed,\"{\"\"a\"\":1}\"\n", "2 sha256|Red|\n", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := readText(t, tt.in)
			for i := range r.listings {
				if r.listings[i].WeakID {
					r.listings[i].ID = "sha256"
				}
			}
			if got := r.brief(); got != tt.want || len(r.feed.Problems()) != tt.problems {
				t.Errorf("got\n%.300swant\n%s%v", got, tt.want, r.feed.Problems())
			}
		})
	}
}
