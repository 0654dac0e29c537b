package registry

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"lookalike/corpora"
)

// collect reads every right and fails on an error.
func collect(t *testing.T, src corpora.Source[corpora.Right]) []corpora.Right {
	t.Helper()
	var out []corpora.Right
	for r, err := range src.All(t.Context()) {
		if err != nil {
			t.Fatalf("row %d: %v", r.Row, err)
		}
		out = append(out, r)
	}
	return out
}

func TestOpenTellsFormats(t *testing.T) {
	dir := t.TempDir()
	csv := write(t, dir, "rights.csv", "kind,text,note\nmark,Zorvane,x\n")
	names := write(t, dir, "brands.txt", "# our list\nZorvane\n\n  Quillby  \n佐凡\n")
	src, err := Open([]string{"testdata/st96.xml", csv}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := collect(t, src)
	if len(got) != 2 || got[0].Origin != "st96.xml" || got[1].Origin != "rights.csv" || len(src.Ignored()) != 1 {
		t.Errorf("%+v", got)
	}
	list, err := Open([]string{names}, Options{Format: "names", Source: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	got = collect(t, list)
	if len(got) != 3 || got[1].Text != "Quillby" || got[1].Row != 4 || got[2].Text != "佐凡" || got[0].Status != corpora.Unverified || got[0].ID == got[1].ID {
		t.Errorf("%+v", got)
	}
	for name, o := range map[string]Options{"absent.csv": {}, "absent.xml": {Format: "st66"}, "absent.txt": {Format: "names"}} {
		if _, err := Open([]string{filepath.Join(dir, name)}, o); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open([]string{csv}, Options{Format: "no such"}); !isFormatError(err) {
		t.Errorf("no such format: %v", err)
	}
	if _, err := Open([]string{names}, Options{}); err == nil {
		t.Error("a list of names is taken for a table")
	}
}

func TestParquet(t *testing.T) {
	type line struct {
		Kind    string   `parquet:"kind"`
		Text    string   `parquet:"text"`
		Number  int64    `parquet:"number"`
		Aliases []string `parquet:"aliases,list"`
	}
	file := filepath.Join(t.TempDir(), "rights.parquet")
	if err := parquet.WriteFile(file, []line{{"mark", "Zorvane", 97, []string{"zh:佐凡", "Zor"}}, {"work", "Mr. Plimp", 0, nil}}); err != nil {
		t.Fatal(err)
	}
	src, err := Open([]string{file}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := collect(t, src)
	if len(got) != 2 || got[0].Text != "Zorvane" || got[0].Number != "97" || len(got[0].Aliases) != 2 || got[1].Kind != corpora.Work {
		t.Errorf("%+v", got)
	}
}

// TestTableWriterRoundTrip writes rights of every reader as a table and reads them again.
func TestTableWriterRoundTrip(t *testing.T) {
	everything := write(t, t.TempDir(), "all.csv", "id,kind,text,owner,office,number,status,classes,markets,filed,registered,expires,goods,aliases,images,locarno,disclaimer,form,flags,link,reference_price,source\n"+
		`us-77,mark,"Zor, ""vane"" Peak","Zorvane, Inc.",US,77,live,9;25,US;DE,1969-01-02,2001-02-03,2031-02-03,"boots; tents",zh:佐凡;Re:Zor,"a.png;https://pictures.example/z.png;data:image/png;base64,QQ==",21-01;02-04,PEAK,stylised,famous;x,https://register.example/77,129.00 USD,made up`+"\n")
	src, err := Open([]string{everything, "testdata/st96.xml", "testdata/uspto-daily.xml", "testdata/em-designs.xml"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var want []corpora.Right
	for r, err := range src.All(t.Context()) {
		if err == nil {
			want = append(want, r)
		}
	}
	want = append(want, corpora.Right{
		ID: "1", Kind: corpora.Mark, Text: "Zorvane", Flags: []string{"own", "famous"}, FlagSources: []string{"portfolio, 2026-11-01", ""},
		Aliases: []corpora.Alias{
			{Text: "佐凡", Lang: "zh", Source: "brand list, 2026-11-01"}, {Text: "Zor Vane"}, {Text: "golden vane", Lang: "en", Source: corpora.AliasTranslation},
			{Text: "ZOR VAIN", Source: corpora.AliasPseudoMark},
		},
	})
	csvWriter, parquetWriter := NewTableWriter, NewParquetTableWriter
	for name, open := range map[string]func(io.Writer) (*TableWriter, error){"again.csv": csvWriter, "again.parquet": parquetWriter} {
		roundTrip(t, name, open, want)
	}
}

// roundTrip writes rights as a table and compares what is read of it.
func roundTrip(t *testing.T, name string, open func(io.Writer) (*TableWriter, error), want []corpora.Right) {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if err := w.Put(&want[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	again, err := OpenTable([]string{file}, TableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := collect(t, again)
	for i := range got {
		got[i].Origin, got[i].Row = want[i].Origin, want[i].Row
	}
	opens := cmp.Comparer(func(a, b corpora.Image) bool { return a.Ref == b.Ref })
	if d := cmp.Diff(want, got, opens); d != "" {
		t.Errorf("%s: %s", name, d)
	}
	if w.Put(&corpora.Right{ID: "x", Gone: true}) == nil {
		t.Error("a tombstone is written")
	}
}
