package feed

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"lookalike/corpora"
)

const small = "id,title,brand\n1,Red shoe,Nike\n2,Blue shoe,Puma\n"

func TestCharsets(t *testing.T) {
	chinese := "商品编号,商品名称,品牌\n1,夏季透气跑步鞋男款,耐克\n2,儿童玩具积木套装,乐高\n"
	western := "id,title,brand\n1,Größe für Mädchen,Müller\n2,Crème brûlée à la carte,Café\n"
	late := "id,title,brand\n" + strings.Repeat("1,plain words,Nike\n", 40_000) + "2,透气跑步鞋,耐克\n"
	for _, tt := range []struct {
		name, text, charset string
		enc                 encoding.Encoding
	}{
		{"gbk", chinese, "gb18030", simplifiedchinese.GBK},
		{"gbk of few words", "货号,标题\n1,锅\n", "gb18030", simplifiedchinese.GBK},
		{"gb18030 beyond the sample", late, "gb18030", simplifiedchinese.GB18030},
		{"windows-1252", western, "windows-1252", charmap.Windows1252},
		{"shift_jis", "id,title,brand\n1,ランニングシューズ メンズ 軽量,ナイキ\n2,子供用のおもちゃセットです,レゴ\n", "shift_jis", japanese.ShiftJIS},
		{"utf-16le", western, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"utf-16be", western, "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		{"utf-16le without mark", western, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"utf-16le of Chinese without mark", chinese, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"utf-16be of Chinese without mark", chinese, "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"utf-16be of long cells without mark", "编号,标题\n1," + strings.Repeat("透气跑步鞋耐克男款", 300) + "\n", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"utf-16le of Cyrillic without mark", "артикул;название\n1;Кроссовки мужские\n", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"big5 of few words", "編號,標題\n1,鍋\n", "big5", traditionalchinese.Big5},
		{"big5", "編號,標題,品牌\n1,夏季透氣跑步鞋男款,耐克\n2,兒童玩具積木套裝,樂高\n", "big5", traditionalchinese.Big5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			raw, err := tt.enc.NewEncoder().String(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			got, want := readText(t, raw), readText(t, tt.text)
			if got.brief() != want.brief() || want.brief() == "" {
				t.Errorf("got\n%.300swant\n%.300s", got.brief(), want.brief())
			}
			if c := got.feed.units[0].charset(); c != tt.charset {
				t.Errorf("charset %s, want %s", c, tt.charset)
			}
		})
	}
}

// TestNulBytes holds that zero bytes in a text of another encoding do not make it UTF-16.
func TestNulBytes(t *testing.T) {
	gbk, _ := simplifiedchinese.GBK.NewEncoder().String("编号,标题\n1,红色跑步鞋\x00\x00男款,\n2,蓝\x00色跑步鞋\n")
	for _, in := range []string{"id,title\n1,Red\x00\x00 shoe\n2,红\x00鞋\n", gbk} {
		r := readText(t, in)
		if cs := r.feed.units[0].charset(); len(r.listings) != 2 || strings.HasPrefix(cs, "utf-16") {
			t.Errorf("%q: %d listings, %s", in, len(r.listings), cs)
		}
	}
}

func gz(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func zst(s string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(s), nil))
}

// zipped makes an archive of name and body pairs.
func zipped(t testing.TB, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		m, err := w.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(m, members[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func sheet(t testing.TB, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCompressed(t *testing.T) {
	want := readText(t, small).brief()
	book := sheet(t, []any{"id", "title", "brand"}, []any{1, "Red shoe", "Nike"}, []any{2, "Blue shoe", "Puma"})
	dir := write(t, map[string]string{
		"a.csv.gz": gz(small), "b.csv.zst": zst(small), "c.zip": zipped(t, "in/feed.csv", small, "__MACOSX/in/._feed.csv", "x", "readme.md", "hi"),
		"d.xlsx": book, "e": gz(small), "f.zip": zipped(t, "book.xlsx", book),
	})
	for _, name := range []string{"a.csv.gz", "b.csv.zst", "c.zip", "d.xlsx", "e", "f.zip"} {
		p := filepath.Join(dir, name)
		got := read(t, Options{}, p)
		if got.brief() != want || len(got.feed.Problems()) > 0 {
			t.Errorf("%s: got\n%s%v", name, got.brief(), got.feed.Problems())
		}
		body, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := readText(t, string(body)); got.brief() != want || len(got.feed.Problems()) > 0 {
			t.Errorf("%s from standard input: got\n%s%v", name, got.brief(), got.feed.Problems())
		}
	}
	if got := read(t, Options{}, filepath.Join(dir, "c.zip")).listings[0].Origin; !strings.HasSuffix(got, "c.zip/in/feed.csv") {
		t.Errorf("origin %q", got)
	}
}

func TestRefused(t *testing.T) {
	bomb := small + strings.Repeat("\x00", size(20<<20, 2<<20))
	many := make([]string, 0, 20_002)
	for range 10_001 {
		many = append(many, "f.csv", "")
	}
	for _, tt := range []struct{ name, body, reason string }{
		{"ratio.zip", zipped(t, "ok.csv", small, "bomb.csv", bomb), "archive_ratio"},
		{"ratio.csv.gz", gz(small + strings.Repeat("3,aaaa,b\n", size(5<<20, 1<<18))), "archive_ratio"},
		{"ratio.csv.zst", zst(small + strings.Repeat("3,aaaa,b\n", size(5<<20, 1<<18))), "archive_ratio"},
		{"nested.zip", zipped(t, "ok.csv", small, "inner.zip", zipped(t, "x.csv", small)), "nested_archive"},
		{"nested.csv.gz", gz(gz(small)), "nested_archive"},
		{"members.zip", zipped(t, many...), "archive_members"},
		{"legacy.zip", zipped(t, "old.csv", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "ok.csv", small), "unsupported"},
	} {
		dir := write(t, map[string]string{tt.name: tt.body})
		got := read(t, Options{}, filepath.Join(dir, tt.name))
		var reasons []string
		for _, p := range got.feed.Problems() {
			if p.Code != corpora.MemberRefused || p.Args["name"] == nil {
				t.Errorf("%s: %v", tt.name, p)
			}
			reasons = append(reasons, p.Args["reason"].(string))
		}
		if !slices.Equal(reasons, []string{tt.reason}) {
			t.Errorf("%s: reasons %q", tt.name, reasons)
		}
		if strings.Contains(tt.name, ".zip") && tt.name != "members.zip" && len(got.listings) != 2 {
			t.Errorf("%s: %d listings beside the refused member", tt.name, len(got.listings))
		}
	}
}

func TestTruncated(t *testing.T) {
	var long strings.Builder
	long.WriteString("id,title,brand\n")
	for i := range 50_000 {
		long.WriteString(strings.Repeat(string(rune('a'+i%26)), i%7) + ",title " + strings.Repeat(string(rune('a'+i*7%26)), i%11) + ",x\n")
	}
	whole := gz(long.String())
	got := readText(t, whole[:len(whole)/2])
	if len(got.listings) < 1000 || len(got.feed.Problems()) != 1 || got.feed.Problems()[0].Code != corpora.SourceTruncated {
		t.Errorf("%d listings, %v", len(got.listings), got.feed.Problems())
	}
	book := sheet(t, []any{"id", "title"}, []any{1, "Red"})
	got = readText(t, book[:len(book)/2])
	if len(got.listings) != 0 || len(got.feed.Problems()) != 1 {
		t.Errorf("cut workbook: %d listings, %v", len(got.listings), got.feed.Problems())
	}
}

func TestWorkbook(t *testing.T) {
	f := excelize.NewFile()
	f.SetSheetRow("Sheet1", "A1", &[]any{"Produktliste"})
	f.SetSheetRow("Sheet1", "B3", &[]any{"SKU", "Product Name", "EAN", "Price"})
	f.SetSheetRow("Sheet1", "B4", &[]any{"A-1", "Red", 4006381333931, 12.1})
	f.SetSheetRow("Sheet1", "B7", &[]any{"A-2", "Blue", "0012", 0.1 + 0.2})
	f.SetCellFormula("Sheet1", "C8", `"Gr"&"een"`)
	f.SetCellValue("Sheet1", "B8", "A-3")
	f.NewSheet("Notes")
	f.SetCellValue("Notes", "A1", "nothing here")
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got := readText(t, b.String())
	if want := "4 A-1|Red|\n7 A-2|Blue|\n8 A-3|| !empty_record\n"; got.brief() != want {
		t.Errorf("got\n%swant\n%s", got.brief(), want)
	}
	if l := got.listings[0]; l.GTIN != "4006381333931" || l.Price != "12.1" || l.Origin != "-" {
		t.Errorf("%q %q %q", l.GTIN, l.Price, l.Origin)
	}
	if l := got.listings[1]; l.GTIN != "0012" || l.Price != "0.30000000000000004" && l.Price != "0.3" {
		t.Errorf("%q %q", l.GTIN, l.Price)
	}
}

// TestWorkbookFormulas reads what the program that wrote the workbook kept of a formula, and nothing from outside.
func TestWorkbookFormulas(t *testing.T) {
	in := sheet(t, []any{"id", "title", "brand"}, []any{"1", "Red", "x"}, []any{"2", "x", "y"})
	z, err := zip.NewReader(strings.NewReader(in), int64(len(in)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r)
		if m.Name == "xl/worksheets/sheet1.xml" {
			for ref, cell := range map[string]string{
				"C2": `<c r="C2" t="str"><f>"Ni"&amp;"ke"</f><v>Nike</v></c>`,
				"B3": `<c r="B3" t="str"><f>[1]Sheet1!$A$1</f><v>From outside</v></c>`,
				"C3": `<c r="C3" t="e"><f>WEBSERVICE("http://127.0.0.1/")</f><v>#VALUE!</v></c>`,
			} {
				from := bytes.Index(body, []byte(`<c r="`+ref+`"`))
				to := from + bytes.Index(body[from:], []byte("</c>")) + len("</c>")
				body = slices.Concat(body[:from], []byte(cell), body[to:])
			}
		}
		o, err := w.Create(m.Name)
		if err != nil {
			t.Fatal(err)
		}
		o.Write(body)
	}
	for name, body := range map[string]string{
		"xl/externalLinks/externalLink1.xml":            `<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/></externalLink>`,
		"xl/externalLinks/_rels/externalLink1.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="file:///etc/passwd" TargetMode="External"/></Relationships>`,
	} {
		o, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(o, body)
	}
	w.Close()
	if got, want := readText(t, out.String()).brief(), "2 1|Red|Nike\n3 2|From outside|#VALUE!\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestEncrypted(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	m, err := w.CreateRaw(&zip.FileHeader{Name: "feed.csv", Flags: 1, CompressedSize64: 5, UncompressedSize64: 5})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(m, "xxxxx")
	w.Close()
	p := readText(t, b.String()).feed.Problems()
	if len(p) != 1 || p[0].Args["reason"] != "encrypted" {
		t.Errorf("%v", p)
	}
}

func TestFolder(t *testing.T) {
	dir := write(t, map[string]string{
		"b.csv": small, "a/z.jsonl": `{"id":"z","title":"Z"}`, "a/pic.jpg": "\xff\xd8\xff", "readme.txt": "hello there", ".hidden.csv": small,
		"report.jsonl": `{"type":"header","schema":1,"engine":"1"}` + "\n" + `{"type":"finding","listing":{"id":"1"}}`, "report.json": `{"header":{"type":"header","schema":1},"title":"x"}`,
		"report.csv": "id,title,listing_grade,listing_score\n1,Red,high,60\n", "decisions.csv": "title,listings,decision,fingerprint\nx,1,,f\n",
		"stock.csv": "warehouse,count\n1,2\n", "package.json": `{"scripts":{"x":"y"}}`,
	})
	outside := write(t, map[string]string{"x.csv": small})
	if err := os.Symlink(filepath.Join(outside, "x.csv"), filepath.Join(dir, "link.csv")); err != nil {
		t.Skip(err)
	}
	got := read(t, Options{}, dir)
	var origins []string
	for _, l := range got.listings {
		origins = append(origins, l.Origin)
	}
	if want := []string{"a/z.jsonl", "b.csv", "b.csv"}; !slices.Equal(origins, want) {
		t.Errorf("origins %q, want %q", origins, want)
	}
	var refused []string
	for _, p := range got.feed.Problems() {
		refused = append(refused, p.Args["name"].(string))
	}
	slices.Sort(refused)
	if want := []string{"link.csv", "stock.csv"}; !slices.Equal(refused, want) {
		t.Errorf("refused %q, want %q", refused, want)
	}
}

func TestUsage(t *testing.T) {
	dir := write(t, map[string]string{"stock.csv": "warehouse,count\n1,2\n", "odd.csv": "Alpha,Beta\nx,Red\n", "pic.csv": "\xff\xd8\xff\xe0"})
	for _, tt := range []struct {
		paths []string
		m     map[string]string
		code  string
	}{
		{[]string{filepath.Join(dir, "none.csv")}, nil, NotFound},
		{[]string{filepath.Join(dir, "stock.csv")}, nil, NoColumns},
		{[]string{filepath.Join(dir, "pic.csv")}, nil, NoColumns},
		{[]string{filepath.Join(dir, "odd.csv")}, map[string]string{"titel": "Beta"}, UnknownField},
		{[]string{filepath.Join(dir, "odd.csv")}, map[string]string{"title": "Beta", "brand": "Gamma"}, UnknownColumn},
		{[]string{"-", "-"}, nil, StdinTwice},
		{[]string{filepath.Join(dir, "odd.csv")}, map[string]string{"title": "Beta"}, ""},
	} {
		f, err := Open(t.Context(), tt.paths, Options{Map: tt.m})
		if tt.code == "" {
			if err != nil {
				t.Errorf("%v: %v", tt.paths, err)
			} else {
				f.Close()
			}
			continue
		}
		if u, ok := errors.AsType[*UsageError](err); !ok || u.Code != tt.code {
			t.Errorf("%v %v: got %v, want %s", tt.paths, tt.m, err, tt.code)
		}
	}
	got := read(t, Options{Map: map[string]string{"title": "beta ", "id": "Alpha"}}, filepath.Join(dir, "odd.csv"))
	if got.brief() != "2 x|Red|\n" {
		t.Errorf("mapped: %s", got.brief())
	}
}

func TestCancelled(t *testing.T) {
	f, err := Open(t.Context(), []string{"-"}, Options{Stdin: strings.NewReader("title\n" + strings.Repeat("x\n", 10_000))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range f.All(ctx) {
		if n++; n == 10 {
			cancel()
		}
	}
	if n > 200 {
		t.Errorf("%d listings after cancellation", n)
	}
}
