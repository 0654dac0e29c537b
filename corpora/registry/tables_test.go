package registry

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lookalike/corpora"
)

// write puts a file into dir and returns its path.
func write(t testing.TB, dir, name, content string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// row is a right with the code of its problem.
type row struct {
	corpora.Right
	Code, Field string
}

func read(t testing.TB, o TableOptions, files ...string) []row {
	t.Helper()
	src, err := OpenTable(files, o)
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for r, err := range src.All(t.Context()) {
		x := row{Right: r}
		if p, ok := errors.AsType[*corpora.Problem](err); ok {
			x.Code, x.Field = p.Code, p.Field
		} else if err != nil {
			t.Errorf("row %d: an error that is no problem: %v", r.Row, err)
		}
		out = append(out, x)
	}
	return out
}

var images = cmp.Comparer(func(a, b corpora.Image) bool { return a.Ref == b.Ref && (a.Open == nil) == (b.Open == nil) })

func day(t testing.TB, s string) corpora.Date {
	t.Helper()
	d, err := corpora.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryColumn(t *testing.T) {
	file := write(t, t.TempDir(), "rights.csv", strings.Join(Columns(), ",")+"\n"+
		`us-77,mark,Zorvane Peak,"Zorvane, Inc.",us,77,live,25;9;025,US;de;uk,1999-01-02,2001-02-03,2031-02-03,"boots; tents",`+
		`zh:佐凡;ja-JP:ゾルヴァン;Zor Vane;Re:Zor,logo.png;https://pictures.example/z.png,21-01;02-04,PEAK,stylised,famous;Season 2,https://register.example/77,129.00 USD,made up`+"\n")
	got := read(t, TableOptions{}, file)
	want := []row{{Right: corpora.Right{
		ID: "us-77", Kind: corpora.Mark, Form: corpora.FormStylised, Text: "Zorvane Peak", Owner: "Zorvane, Inc.", Office: "US",
		Number: "77", Status: corpora.Live, Filed: day(t, "1999-01-02"), Registered: day(t, "2001-02-03"), Expires: day(t, "2031-02-03"),
		Markets: []corpora.Market{"DE", "GB", "US"}, Classes: []uint8{9, 25}, Goods: "boots; tents", Locarno: []string{"21-01", "02-04"},
		Disclaimer: "PEAK", Flags: []string{"famous", "season 2"}, Link: "https://register.example/77", ReferencePrice: "129.00 USD",
		Aliases: []corpora.Alias{{Text: "佐凡", Lang: "zh"}, {Text: "ゾルヴァン", Lang: "ja-JP"}, {Text: "Zor Vane"}, {Text: "Re:Zor"}},
		Images:  []corpora.Image{{Ref: "logo.png", Open: func(context.Context) (io.ReadCloser, error) { return nil, nil }}, {Ref: "https://pictures.example/z.png"}},
		Source:  "made up", Origin: "rights.csv", Row: 2,
	}}}
	if d := cmp.Diff(want, got, images); d != "" {
		t.Error(d)
	}
}

func TestDialects(t *testing.T) {
	plain := "kind,text,aliases\nmark,Zorvane,\"zh:佐凡;Zor\"\"vane\"\nwork,\"Mr. Plimp,\nthe bear\",\n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String("kind,text,owner\nmark,佐凡牌户外登山鞋,北京佐凡户外用品有限公司\nmark,奎比,上海奎比玩具有限公司\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"comma":     {plain, []string{"2 mark Zorvane zh:佐凡|:Zor\"vane", "3 work Mr. Plimp,\nthe bear "}},
		"bom":       {"\ufeff" + plain, []string{"2 mark Zorvane zh:佐凡|:Zor\"vane", "3 work Mr. Plimp,\nthe bear "}},
		"tab":       {"Kind\tText\tnote\nMARK\tZorvane\tx\n", []string{"2 mark Zorvane "}},
		"semicolon": {"kind;text;aliases\nmark;Zorvane;\"zh:佐凡;Zor\"\n", []string{"2 mark Zorvane zh:佐凡|:Zor"}},
		"crlf":      {"kind,text\r\n\r\nmark,Zorvane\r\n", []string{"3 mark Zorvane "}},
		"gb18030":   {gbk, []string{"2 mark 佐凡牌户外登山鞋 ", "3 mark 奎比 "}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range read(t, TableOptions{}, write(t, t.TempDir(), "rights.csv", c.content)) {
				var aliases []string
				for _, a := range r.Aliases {
					aliases = append(aliases, a.Lang+":"+a.Text)
				}
				got = append(got, strings.Join([]string{string(rune('0' + r.Row)), r.Kind.String(), r.Text, strings.Join(aliases, "|")}, " "))
				if r.Code != "" {
					t.Errorf("row %d: %s", r.Row, r.Code)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBadRows(t *testing.T) {
	file := write(t, t.TempDir(), "rights.csv", "id,kind,text,status,classes,filed,markets,form,images\n"+
		"1,mark,Zorvane 佐凡牌户外登山鞋与帐篷睡袋,live,25,2020-01-01,US,word,\n"+
		"2,brand,Zorvane,live,25,,,,\n"+
		"3,mark,,live,25,,,,\n"+
		"4,mark,Zorvane,alive,25,,,,\n"+
		"5,mark,Zorvane,live,46,,,,\n"+
		"6,mark,Zorvane,live,x,,,,\n"+
		"7,mark,Zorvane,live,25,02.03.2020,,,\n"+
		"8,mark,Zorvane,live,25,,Mars,,\n"+
		"9,mark,Zorvane,live,25,,,wordy,\n"+
		"10,mark,Zorvane,live,25,,,,,,surplus\n"+
		"11,mark,Zor\xffvane,live,25,,,,\n"+
		"12,mark,\"never closed,live,25,,,,\n"+
		"13,mark,,,,,,,logo.png\n"+
		"14,mark,short\n")
	type short struct {
		Row             int
		ID, Code, Field string
	}
	var got []short
	for _, r := range read(t, TableOptions{}, file) {
		got = append(got, short{r.Row, r.ID, r.Code, r.Field})
		if r.Origin != "rights.csv" {
			t.Errorf("row %d: origin %q", r.Row, r.Origin)
		}
	}
	want := []short{
		{2, "1", "", ""},
		{3, "2", corpora.BadValue, "kind"},
		{4, "3", corpora.EmptyRecord, ""},
		{5, "4", corpora.BadValue, "status"},
		{6, "5", corpora.BadValue, "classes"},
		{7, "6", corpora.BadValue, "classes"},
		{8, "7", corpora.BadValue, "filed"},
		{9, "8", corpora.BadValue, "markets"},
		{10, "9", corpora.BadValue, "form"},
		{11, "10", corpora.BadColumns, ""},
		{12, "11", corpora.BadEncoding, ""},
		{13, "12", corpora.BadQuoting, ""},
		{14, "13", "", ""},
		{15, "14", "", ""},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestHeadings(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		content string
		rename  map[string]string
		reason  string
	}{
		"no kind":        {"id,text\n1,Zorvane\n", nil, "no column named kind"},
		"nothing":        {"id,kind\n1,mark\n", nil, "neither a column text nor a column images"},
		"empty":          {"", nil, "it is empty"},
		"twice":          {"kind,text,Text\nmark,a,b\n", nil, "two columns are named text"},
		"unknown field":  {"kind,text\nmark,a\n", map[string]string{"colour": "kind"}, `no field "colour" to map a column to`},
		"unknown column": {"kind,text\nmark,a\n", map[string]string{"owner": "Holder"}, `no column "Holder" to map to owner`},
	} {
		_, err := OpenTable([]string{write(t, dir, name+".csv", c.content)}, TableOptions{Map: c.rename})
		if h, ok := errors.AsType[*HeadingError](err); !ok || h.Reason != c.reason || h.File != name+".csv" {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := OpenTable([]string{filepath.Join(dir, "absent.csv")}, TableOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: error %v", err)
	}
	src, err := OpenTable([]string{write(t, dir, "other.csv", "Art,Marke,kind,Reference Price\nmark,Zorvane,x,10 USD\n")},
		TableOptions{Map: map[string]string{"kind": "art", "text": "Marke"}, Source: "somewhere"})
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range src.All(t.Context()) {
		if err != nil || r.Text != "Zorvane" || r.ReferencePrice != "10 USD" || r.Source != "somewhere" {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if want := []string(nil); !slices.Equal(src.Ignored(), want) {
		t.Errorf("ignored %v, want %v", src.Ignored(), want)
	}
}

func TestNames(t *testing.T) {
	file := write(t, t.TempDir(), "rights.csv", "id,kind,text,office,number,classes\n"+
		"own,mark,Zorvane,US,1,\n,mark,Zorvane,us,2,\n,mark,Zorvane,,,\n,mark,Zorvane,,,9\n,mark,Zorvane,,,\n")
	got := read(t, TableOptions{}, file)
	if got[0].ID != "own" || got[1].ID != "US-mark-2" {
		t.Errorf("ids %s and %s", got[0].ID, got[1].ID)
	}
	if a, b, c := got[2].ID, got[3].ID, got[4].ID; !strings.HasPrefix(a, "sha256-") || a == b || a != c {
		t.Errorf("hashed ids %s, %s and %s", a, b, c)
	}
}

func TestPictures(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "secret.png", "secret")
	in := filepath.Join(dir, "in")
	write(t, in, "a.png", "picture a")
	write(t, in, "sub/b.png", "picture b")
	if err := os.Symlink(filepath.Join(dir, "secret.png"), filepath.Join(in, "link.png")); err != nil {
		t.Fatal(err)
	}
	data := "data:image/png;base64," + base64.StdEncoding.EncodeToString([]byte("picture c"))
	refs := map[string]string{ // reference → content or code
		"a.png": "picture a", "sub/b.png": "picture b", `sub\b.png`: "picture b", data: "picture c", "data:,plain%20text": "plain text",
		"absent.png": corpora.PictureMissing, "sub": corpora.PictureMissing, "../secret.png": corpora.PictureOutside,
		filepath.Join(dir, "secret.png"): corpora.PictureOutside, "link.png": corpora.PictureOutside,
		"data:image/png;base64,!!!": corpora.PictureDamaged, `C:\secret.png`: corpora.PictureOutside,
	}
	var cells []string
	for ref := range refs {
		cells = append(cells, ref)
	}
	file := write(t, in, "rights.csv", "kind,images\nmark,\""+strings.Join(cells, "; ")+"\"\n")
	got := read(t, TableOptions{}, file)
	if len(got) != 1 || len(got[0].Images) != len(refs) {
		t.Fatalf("%+v", got)
	}
	for _, im := range got[0].Images {
		if s := content(t, im); s != refs[im.Ref] {
			t.Errorf("%s: %s, want %s", im.Ref, s, refs[im.Ref])
		}
	}
	for _, im := range read(t, TableOptions{AllowPaths: true}, file)[0].Images {
		if strings.HasSuffix(im.Ref, "secret.png") && !strings.HasPrefix(im.Ref, "C:") {
			if s := content(t, im); s != "secret" {
				t.Errorf("allowed %s: %s", im.Ref, s)
			}
		}
	}
}

// content returns the bytes of a picture, or the code of its problem.
func content(t testing.TB, im corpora.Image) string {
	t.Helper()
	r, err := im.Open(t.Context())
	if p, ok := errors.AsType[*corpora.Problem](err); ok {
		return p.Code
	}
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func TestArchive(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"set/rights.csv": "kind,text,images\nmark,Zorvane,logos/z.png\n", "set/logos/z.png": "\x89PNG picture", "readme.md": "not a table",
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(text))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	src, err := OpenTable([]string{write(t, t.TempDir(), "all.zip", b.String())}, TableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r, err := range src.All(t.Context()) {
		n++
		if err != nil || r.Origin != "all.zip/set/rights.csv" || len(r.Images) != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		if s := content(t, r.Images[0]); s != "\x89PNG picture" {
			t.Errorf("picture %q", s)
		}
	}
	if n != 1 {
		t.Errorf("%d rights", n)
	}
}

// FuzzTable feeds the reader with tables of any content: every row is a right or a named problem.
func FuzzTable(f *testing.F) {
	f.Add([]byte("kind,text,classes,aliases,images,filed\nmark,Zorvane,25;9,zh:佐凡,a.png;data:image/png;base64,QQ==,2020-01-01\n"))
	f.Add([]byte("text;kind\r\n\"Zor;vane\";work\r\n\"open;mark\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		src, err := OpenTable([]string{write(t, t.TempDir(), "rights.csv", string(b))}, TableOptions{})
		if err != nil {
			return
		}
		last := 0
		for r, err := range src.All(t.Context()) {
			if _, ok := errors.AsType[*corpora.Problem](err); err != nil && !ok {
				t.Fatalf("row %d: %v", r.Row, err)
			}
			if err == nil && (r.ID == "" || r.Text == "" && len(r.Images) == 0) {
				t.Fatalf("row %d is a right with nothing: %+v", r.Row, r)
			}
			if r.Row <= last {
				t.Fatalf("row %d after row %d", r.Row, last)
			}
			last = r.Row
		}
	})
}
