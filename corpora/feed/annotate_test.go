package feed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"lookalike/corpora"
)

type buffer struct{ bytes.Buffer }

func (b *buffer) Close() error { return nil }

// annotate scans text and annotates every listing with its id, or splits it by part when that is not nil.
func annotate(t *testing.T, text string, part func(corpora.Listing) string) map[string]string {
	t.Helper()
	f, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(text), Spool: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	outs := map[string]*buffer{}
	rest := ""
	if part != nil {
		rest = "rest"
	}
	a, err := f.Annotate([]string{"lookalike_gate", "lookalike_hit"}, rest, func(name string) (io.WriteCloser, error) {
		outs[name] = &buffer{}
		return outs[name], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for l := range f.All(t.Context()) {
		to := ""
		if part != nil {
			to = part(l)
		}
		if to == "-" {
			continue
		}
		if err := a.Put(l.Row, to, []string{"block", "=" + l.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, b := range outs {
		got[name] = b.String()
	}
	return got
}

func TestAnnotate(t *testing.T) {
	chinese, _ := simplifiedchinese.GBK.NewEncoder().String("商品编号,商品名称\n甲,红鞋\n")
	chineseOut, _ := simplifiedchinese.GBK.NewEncoder().String("商品编号,商品名称,lookalike_gate,lookalike_hit\n甲,红鞋,block,'=甲\n")
	lateChinese, _ := simplifiedchinese.GBK.NewEncoder().String("id,title\n1,Red\n2,红鞋\n")
	lateOut, _ := simplifiedchinese.GBK.NewEncoder().String("id,title,lookalike_gate,lookalike_hit\n1,Red,block,'=1\n2,红鞋,block,'=2\n")
	jsonChinese, _ := simplifiedchinese.GBK.NewEncoder().String("{\"id\":1,\"title\":\"红鞋\"}\n")
	jsonOut, _ := simplifiedchinese.GBK.NewEncoder().String("{\"id\":1,\"title\":\"红鞋\",\"lookalike_gate\":\"block\",\"lookalike_hit\":\"=1\"}\n")
	few, _ := traditionalchinese.Big5.NewEncoder().String("編號,標題\n1,鍋\n")
	fewOut, _ := traditionalchinese.Big5.NewEncoder().String("編號,標題,lookalike_gate,lookalike_hit\n1,鍋,block,'=1\n")
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	wide, _ := utf16.NewEncoder().String("id\ttitle\r\n1\tRed\r\n")
	wideOut, _ := utf16.NewEncoder().String("id\ttitle\tlookalike_gate\tlookalike_hit\r\n1\tRed\tblock\t'=1\r\n")
	for _, tt := range []struct{ name, in, want string }{
		{"csv", "id,title\n1,\"Red, \"\"x\"\"\"\n\n2,Blue\n", "id,title,lookalike_gate,lookalike_hit\n1,\"Red, \"\"x\"\"\",block,'=1\n\n2,Blue,block,'=2\n"},
		{"semicolon, mark, crlf, no last line end", "\uFEFFid;title\r\n1;Red", "\uFEFFid;title;lookalike_gate;lookalike_hit\r\n1;Red;block;'=1\r\n"},
		{"lines above the heading", "sep=,\nMy export,\nid,title\n1,Red\n", "sep=,\nMy export,,,\nid,title,lookalike_gate,lookalike_hit\n1,Red,block,'=1\n"},
		{"short row", "id,title,brand\n1,Red\n", "id,title,brand,lookalike_gate,lookalike_hit\n1,Red,,block,'=1\n"},
		{"unclosed quote", "id,title\n1,\"Red\n2,Blue\n", "id,title,lookalike_gate,lookalike_hit\n1,\"Red\n2,Blue,block,'=2\n"},
		{"large row", "id,title\n1," + strings.Repeat("x", 2<<20) + "\n2,Blue\n", "id,title,lookalike_gate,lookalike_hit\n1," + strings.Repeat("x", 2<<20) + "\n2,Blue,block,'=2\n"},
		{"gbk", chinese, chineseOut},
		{"gbk that starts in ascii", lateChinese, lateOut},
		{"big5 of few words", few, fewOut},
		{"gbk json", jsonChinese, jsonOut},
		{"utf-16", wide, wideOut},
		{"annotated before", "id,lookalike_gate,title,Lookalike_Old\n1,clear,\"Red, x\",a\n2,clear\n", "id,title,lookalike_gate,lookalike_hit\n1,\"Red, x\",block,'=1\n2,,block,'=2\n"},
		{"annotated before, json lines", "{\"id\": 1, \"lookalike_gate\":\"clear\", \"title\":\"Red\"}\n", "{\"id\":1,\"title\":\"Red\",\"lookalike_gate\":\"block\",\"lookalike_hit\":\"=1\"}\n"},
		{"too many cells", "id,title\n1,Red,clear,\"a \"\"b\"\"\"\n2,Blue,,\n", "id,title,lookalike_gate,lookalike_hit\n1,\"Red,clear,a \"\"b\"\"\",block,'=1\n2,Blue,block,'=2\n"},
		{"spaces before quotes", "id, title,brand\n1,  \"Red, x\" ,Nike\n", "id, title,brand,lookalike_gate,lookalike_hit\n1,  \"Red, x\" ,Nike,block,'=1\n"},
		{"json lines", "{\"id\": 1, \"title\":\"Red\"}\n{bad\n{}\n", "{\"id\": 1, \"title\":\"Red\",\"lookalike_gate\":\"block\",\"lookalike_hit\":\"=1\"}\n{bad\n{\"lookalike_gate\":\"block\",\"lookalike_hit\":\"=sha256-e6327\"}\n"},
		{"json array", "[{\"id\":1,\"title\":\"Red\"},{\"id\":2,\"title\":\"Blue\"}]",
			"[\n{\"id\":1,\"title\":\"Red\",\"lookalike_gate\":\"block\",\"lookalike_hit\":\"=1\"},\n{\"id\":2,\"title\":\"Blue\",\"lookalike_gate\":\"block\",\"lookalike_hit\":\"=2\"}\n]\n"},
		{"heading only", "id,title\n", "id,title,lookalike_gate,lookalike_hit\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := annotate(t, tt.in, nil)[""]
			if k := strings.Index(got, "=sha256-"); k >= 0 {
				got = got[:k+len("=sha256-")] + "e6327" + got[strings.IndexByte(got[k:], '"')+k:]
			}
			if got != tt.want {
				t.Errorf("got\n%.300q\nwant\n%.300q", got, tt.want)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	part := func(l corpora.Listing) string {
		switch l.Brand {
		case "Nike":
			return "block"
		case "":
			return "-" // nobody names it
		}
		return "clear"
	}
	got := annotate(t, "id,title,brand\n1,Red,Nike\n2,Blue,Own\n3,Grey,\n4,Pink,Nike\n", part)
	want := map[string]string{
		"block": "id,title,brand,lookalike_gate,lookalike_hit\n1,Red,Nike,block,'=1\n4,Pink,Nike,block,'=4\n",
		"clear": "id,title,brand,lookalike_gate,lookalike_hit\n2,Blue,Own,block,'=2\n",
		"rest":  "id,title,brand,lookalike_gate,lookalike_hit\n3,Grey,,,\n",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	got = annotate(t, "Handle,Title,Vendor,Variant Price\na,A,Nike,1\na,,,2\nb,B,Own,3\nb,,,4\n", part)
	if got["block"] != "Handle,Title,Vendor,Variant Price,lookalike_gate,lookalike_hit\na,A,Nike,1,block,'=a\na,,,2,,\n" || len(got) != 2 {
		t.Errorf("%q", got)
	}
}

func TestAnnotateWorkbook(t *testing.T) {
	in := sheet(t, []any{"id", "lookalike_gate", "title", "brand"}, []any{"1", "clear", "Red", "Nike"}, []any{"2", "", "Blue", "Own", "note"})
	for _, split := range []bool{false, true} {
		var part func(corpora.Listing) string
		name := ""
		if split {
			name = "all"
			part = func(corpora.Listing) string { return "all" }
		}
		f, err := excelize.OpenReader(strings.NewReader(annotate(t, in, part)[name]))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("Sheet1")
		want := "[[id title brand  lookalike_gate lookalike_hit] [1 Red Nike  block '=1] [2 Blue Own note block '=2]]"
		if err != nil || fmt.Sprint(rows) != want {
			t.Errorf("split %v: %v %v, want %s", split, rows, err, want)
		}
	}
}

func TestCannotAnnotate(t *testing.T) {
	dir := write(t, map[string]string{"a.csv": small, "b.csv": small, "c.xml": "<r><item><title>x</title></item></r>"})
	for _, paths := range [][]string{{dir}, {filepath.Join(dir, "c.xml")}} {
		f, err := Open(t.Context(), paths, Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Annotate(nil, "", nil)
		if u, ok := errors.AsType[*UsageError](err); !ok || u.Code != CannotAnnotate {
			t.Errorf("%v: %v", paths, err)
		}
		f.Close()
	}
}

func TestPartition(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,title\n")
	for i := range 1000 {
		fmt.Fprintf(&text, "%d,Shoe %d\n", i, i)
	}
	text.WriteString("1,2,3,4\n")
	want := strings.Split(readText(t, text.String()).brief(), "\n")
	var got []string
	for i := range 4 {
		f, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader(text.String())})
		if err != nil {
			t.Fatal(err)
		}
		r := result{}
		for l, err := range (Partition{Source: f, I: i + 1, N: 4}).All(t.Context()) {
			r.listings, r.errs = append(r.listings, l), append(r.errs, err)
		}
		f.Close()
		if n := len(r.listings); n < 200 || n > 300 {
			t.Errorf("part %d holds %d of 1001", i+1, n)
		}
		got = append(got, strings.Split(strings.TrimSuffix(r.brief(), "\n"), "\n")...)
	}
	got = append(got, "")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Error("the parts are not the whole")
	}
	for _, s := range []string{"", "1", "0/2", "3/2", "a/b"} {
		if _, _, err := ParsePartition(s); err == nil {
			t.Errorf("%q was read", s)
		}
	}
}
