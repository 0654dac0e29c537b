package registry

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"lookalike/corpora"
)

// office reads a file and returns its rights with the codes of their problems.
func office(t testing.TB, o OfficeOptions, files ...string) []row {
	t.Helper()
	src, err := OpenOffice(files, o)
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for r, err := range src.All(t.Context()) {
		x := row{Right: r}
		if p, ok := errors.AsType[*corpora.Problem](err); ok {
			x.Code, x.Field = p.Code, p.Field
			if p.Args["offset"] == nil {
				t.Errorf("line %d: the problem %s has no offset", r.Row, p.Code)
			}
		} else if err != nil {
			t.Errorf("line %d: an error that is no problem: %v", r.Row, err)
		}
		out = append(out, x)
	}
	return out
}

func compareRights(t *testing.T, want []row, got []row) {
	t.Helper()
	if d := cmp.Diff(want, got, images); d != "" {
		t.Error(d)
	}
}

func TestUSPTODaily(t *testing.T) {
	const link, source, file = "https://tsdr.uspto.gov/#caseNumber=", "US trademark daily XML 2026-02-18", "uspto-daily.xml"
	const tail = "&caseType=SERIAL_NO&searchType=statusSearch"
	got := office(t, OfficeOptions{}, "testdata/"+file)
	compareRights(t, []row{
		{Right: corpora.Right{
			ID: "US-mark-97000001", Kind: corpora.Mark, Form: corpora.FormFigurative, Text: "ZORVANE & SöHNE", Owner: "Zorvane Holdings LLC",
			Office: "US", Number: "97000001", StatusCode: "700", Vienna: []string{"26.01.03"}, USClasses: []string{"022"}, Status: corpora.Live, Filed: day(t, "2021-03-05"), Registered: day(t, "2022-06-07"),
			Expires: day(t, "2032-06-07"), Classes: []uint8{18, 25}, Goods: "Boots for walking; Rucksacks and bags", Disclaimer: "SÖHNE",
			Aliases: []corpora.Alias{
				{Text: "The English translation of SÖHNE is sons", Source: corpora.AliasTranslation},
				{Text: "ZORVANE AND SONS", Source: corpora.AliasPseudoMark},
			},
			Images: []corpora.Image{{Ref: "https://tsdr.uspto.gov/img/97000001/large"}},
			Link:   link + "97000001" + tail, Source: source, Origin: file, Row: 11,
		}},
		{Right: corpora.Right{
			ID: "US-mark-71000002", Kind: corpora.Mark, Form: corpora.FormWord, Text: "QUILLBY", Office: "US", Number: "71000002", StatusCode: "800", Status: corpora.Live,
			Filed: day(t, "1918-07-11"), Registered: day(t, "1919-01-14"), Expires: day(t, "2019-01-14"),
			Link: link + "71000002" + tail, Source: source, Origin: file, Row: 43,
		}},
		{Right: corpora.Right{
			ID: "US-mark-97000003", Kind: corpora.Mark, Form: corpora.FormWord, Text: "BAD DATE", Office: "US", Number: "97000003", StatusCode: "630", Status: corpora.Pending,
			Link: link + "97000003" + tail, Source: source, Origin: file, Row: 52,
		}, Code: corpora.BadValue, Field: "filed"},
		{Right: corpora.Right{Origin: file, Row: 59}, Code: corpora.BadXML},
		{Right: corpora.Right{Origin: file, Row: 63}, Code: corpora.BadXML},
		{Right: corpora.Right{
			ID: "US-mark-97000006", Kind: corpora.Mark, Form: corpora.FormSound, Text: "BRIMLOW", Office: "US", Number: "97000006", StatusCode: "999", Status: corpora.Dead,
			Filed: day(t, "2025-01-02"), Link: link + "97000006" + tail, Source: source, Origin: file, Row: 66,
		}},
		{Right: corpora.Right{
			ID: "US-mark-97000007", Kind: corpora.Mark, Form: corpora.FormFigurative, Office: "US", Number: "97000007", StatusCode: "630", Status: corpora.Pending,
			Images: []corpora.Image{{Ref: "https://tsdr.uspto.gov/img/97000007/large"}},
			Link:   link + "97000007" + tail, Source: source, Origin: file, Row: 73,
		}},
		{Right: corpora.Right{Origin: file, Row: 77}, Code: corpora.SourceTruncated},
	}, got)
}

func TestST66(t *testing.T) {
	compareRights(t, []row{
		{Right: corpora.Right{
			ID: "EM-mark-018000001", Kind: corpora.Mark, Form: corpora.FormFigurative, Text: "ZORVANE PEAK", Office: "EM", Number: "018000001", StatusCode: "Registered", Vienna: []string{"24.07.01", "24.07.23"},
			Status: corpora.Live, Filed: day(t, "2020-04-08"), Registered: day(t, "2020-07-28"), Expires: day(t, "2030-04-08"),
			Classes: []uint8{9, 25}, Goods: "Boots.; Boussoles", Aliases: []corpora.Alias{{Text: "佐凡", Lang: "zh", Source: "transliteration in the register"}},
			Images: []corpora.Image{{Ref: "file://018/000/one.JPG"}}, Link: "https://euipo.europa.eu/eSearch/#details/trademarks/018000001",
			Source: "EM ST.66 2026-07-28", Origin: "em-marks.xml", Row: 5,
		}},
		{Right: corpora.Right{
			ID: "EM-mark-018000002", Kind: corpora.Mark, Office: "EM", Number: "018000002", Gone: true, Owner: "Quillby OÜ",
			Link: "https://euipo.europa.eu/eSearch/#details/trademarks/018000002", Source: "EM ST.66 2026-07-28", Origin: "em-marks.xml", Row: 22,
		}},
	}, office(t, OfficeOptions{}, "testdata/em-marks.xml"))
}

func TestST96(t *testing.T) {
	compareRights(t, []row{{Right: corpora.Right{
		ID: "US-mark-87000001", Kind: corpora.Mark, Form: corpora.FormWord, Text: "ZORVANE", Owner: "Zorvane Holdings LLC", Office: "US",
		Number: "87000001", StatusCode: "702", USClasses: []string{"039"}, Status: corpora.Live, Filed: day(t, "2018-04-17"), Registered: day(t, "2019-01-29"), Expires: day(t, "2029-01-29"),
		Classes: []uint8{25}, Goods: "Boots", Disclaimer: `"PEAK"`,
		Link:   "https://tsdr.uspto.gov/#caseNumber=87000001&caseType=SERIAL_NO&searchType=statusSearch",
		Source: "US ST.96", Origin: "st96.xml", Row: 4,
	}}}, office(t, OfficeOptions{}, "testdata/st96.xml"))
}

func TestDesigns(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "views/one.png", "a view")
	write(t, dir, "../outside.png", "not ours")
	got := office(t, OfficeOptions{Pictures: dir}, "testdata/em-designs.xml", "testdata/us-grant.xml")
	open := got[0].Images[0].Open
	compareRights(t, []row{
		{Right: corpora.Right{
			ID: "EM-design-001000001-0001", Kind: corpora.Design, Text: "Bags", Goods: "Bags", Office: "EM", Number: "001000001-0001", StatusCode: "Registered and fully published",
			Status: corpora.Live, Filed: day(t, "2008-12-24"), Registered: day(t, "2008-12-25"), Expires: day(t, "2033-12-24"), Locarno: []string{"03-01"},
			Images: []corpora.Image{{Ref: "file://views/one.png", Open: open}, {Ref: "file://views/absent.png"}, {Ref: "file://../../outside.png"}},
			Link:   "https://euipo.europa.eu/eSearch/#details/designs/001000001-0001", Source: "EM design XML", Origin: "em-designs.xml", Row: 3,
		}},
		{Right: corpora.Right{
			ID: "US-design-D0900001", Kind: corpora.Design, Text: "Camping kettle", Goods: "Camping kettle", Owner: "Quillby GmbH", Office: "US",
			Number: "D0900001", Status: corpora.Live, Filed: day(t, "2019-02-20"), Registered: day(t, "2021-01-05"), Expires: day(t, "2036-01-05"),
			Locarno: []string{"28-03"}, Images: []corpora.Image{{Ref: "USD0900001-D00001.TIF"}},
			Link: "https://patents.google.com/patent/USD900001S1/en", Source: "US patent grant XML 2020-12-21", Origin: "us-grant.xml", Row: 3,
		}},
	}, got)
	if s := content(t, got[0].Images[0]); s != "a view" {
		t.Errorf("picture %q", s)
	}
}

func TestOfficeErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenOffice([]string{filepath.Join(dir, "absent.xml")}, OfficeOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
	other := write(t, dir, "other.xml", "<a><b/></a>")
	if _, err := OpenOffice([]string{other}, OfficeOptions{}); !isFormatError(err) {
		t.Errorf("other: %v", err)
	}
	if _, err := OpenOffice([]string{"testdata/st96.xml"}, OfficeOptions{Format: "us-design"}); !isFormatError(err) {
		t.Errorf("another format: %v", err)
	}
	if IsOffice(other) || !IsOffice("testdata/us-grant.xml") {
		t.Error("IsOffice is wrong")
	}
}

func isFormatError(err error) bool {
	_, ok := errors.AsType[*FormatError](err)
	return ok
}

// TestStatusTable holds that every row of the table can be read and none is there twice.
func TestStatusTable(t *testing.T) {
	s, err := loadStatuses()
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(statusCSV, []byte("\n")) - 1; len(s.codes)+len(s.words) != n {
		t.Errorf("%d codes and words of %d rows", len(s.codes)+len(s.words), n)
	}
	for code, want := range map[string]corpora.Status{
		"US 700": corpora.Live, "US 602": corpora.Dead, "EM Application opposed": corpora.Pending, "XX Registration cancelled": corpora.Dead,
		"XX Registered": corpora.Live, "XX Application filed": corpora.Pending, "XX gibberish": corpora.StatusUnknown, "US 123": corpora.StatusUnknown,
	} {
		if got := s.of(code[:2], code[3:]); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}

// FuzzOffice feeds the readers with files of any content: every record is a right with a number or a named problem.
func FuzzOffice(f *testing.F) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("<T>" + markXML("1", "CAF\xE9") + "<Trade\xFFMark>" + markXML("2", "中国") + "</T>\xE4\xB8"))
	f.Fuzz(func(t *testing.T, b []byte) {
		src, err := OpenOffice([]string{write(t, t.TempDir(), "x.xml", string(b))}, OfficeOptions{})
		if err != nil {
			return
		}
		for r, err := range src.All(t.Context()) {
			if _, ok := errors.AsType[*corpora.Problem](err); err != nil && !ok {
				t.Fatalf("line %d: %v", r.Row, err)
			}
			if err == nil && (r.ID == "" || r.Number == "") {
				t.Fatalf("line %d is a right without a number: %+v", r.Row, r)
			}
			if err == nil && !utf8.ValidString(r.Text+r.Owner+r.Goods+r.Number) {
				t.Fatalf("line %d is a right with bytes that are no text: %+v", r.Row, r)
			}
		}
	})
}
