package registry

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lookalike/corpora"
)

func TestJSON(t *testing.T) {
	lines := `{"id":"1","kind":"mark","text":" Zorvane ","classes":[9,25],"aliases":["zh:佐凡","Zor;Vane"],"markets":"US;DE","goods":null}` + "\n" +
		`{"id":"2","kind":"mark","text":` + "\n" +
		`{"id":"3","kind":"song","text":"x"}` + "\n" +
		`{"id":"4","kind":"work","Text":"Mr. Plimp","images":["a.png","data:image/png;base64,QUJD"],"other":{"a":[1]}}` + "\n"
	got := read(t, TableOptions{}, write(t, t.TempDir(), "rights.jsonl", lines))
	if len(got) != 4 {
		t.Fatalf("%d records", len(got))
	}
	if r := got[0]; r.Code != "" || r.Text != "Zorvane" || fmt.Sprint(r.Classes, r.Markets) != "[9 25] [DE US]" || len(r.Aliases) != 3 || r.Row != 1 {
		t.Errorf("%+v", r)
	}
	if got[1].Code != corpora.BadJSON || got[2].Code != corpora.BadValue || got[2].Field != "kind" {
		t.Errorf("%s and %s in %s", got[1].Code, got[2].Code, got[2].Field)
	}
	if r := got[3]; r.Code != "" || len(r.Images) != 2 || content(t, r.Images[1]) != "ABC" {
		t.Errorf("%+v", r)
	}
	array := `[{"Marke":"Zorvane","kind":"mark"},` + "\n" + `{"Marke":"Quillby","kind":"mark"}]`
	mapped := read(t, TableOptions{Map: map[string]string{"text": "Marke"}}, write(t, t.TempDir(), "rights.json", array))
	if len(mapped) != 2 || mapped[0].Text != "Zorvane" || mapped[1].Text != "Quillby" {
		t.Errorf("%+v", mapped)
	}
}

// workbook makes an XLSX file of sheets, each a list of rows of cells. A cell that is a number is stored as one.
func workbook(t *testing.T, sheets ...[][]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name, content string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + content))
	}
	const types, main, rel = "http://schemas.openxmlformats.org/package/2006/content-types", "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
		"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	var overrides, list, rels strings.Builder
	for i, rows := range sheets {
		n := i + 1
		fmt.Fprintf(&overrides, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, n)
		fmt.Fprintf(&list, `<sheet name="s%d" sheetId="%d" r:id="r%d"/>`, n, n, n)
		fmt.Fprintf(&rels, `<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, rel, n)
		var data strings.Builder
		for k, cells := range rows {
			fmt.Fprintf(&data, `<row r="%d">`, k+1)
			for c, v := range cells {
				ref := fmt.Sprintf("%c%d", 'A'+c, k+1)
				if number, ok := strings.CutPrefix(v, "#"); ok {
					fmt.Fprintf(&data, `<c r="%s"><v>%s</v></c>`, ref, number)
				} else {
					fmt.Fprintf(&data, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, ref, v)
				}
			}
			data.WriteString(`</row>`)
		}
		add(fmt.Sprintf("xl/worksheets/sheet%d.xml", n), fmt.Sprintf(`<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>`, main, data.String()))
	}
	add("[Content_Types].xml", fmt.Sprintf(`<Types xmlns="%s"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>%s</Types>`, types, overrides.String()))
	add("_rels/.rels", fmt.Sprintf(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>`, rel))
	add("xl/workbook.xml", fmt.Sprintf(`<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets></workbook>`, main, rel, list.String()))
	add("xl/_rels/workbook.xml.rels", fmt.Sprintf(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`, rels.String()))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWorkbook(t *testing.T) {
	book := workbook(t,
		[][]string{{"notes"}, {"nothing of interest"}},
		[][]string{{"Kind", "Text", "Number", "Filed", "Expires"}, {"mark", "Zorvane", "#97123456", "#43831", "2030-01-01"}, {"mark", "", "", "", ""}},
	)
	got := read(t, TableOptions{}, write(t, t.TempDir(), "rights.xlsx", book))
	if len(got) != 2 {
		t.Fatalf("%d rows", len(got))
	}
	if r := got[0]; r.Code != "" || r.Number != "97123456" || r.Filed != day(t, "2020-01-01") || r.Expires != day(t, "2030-01-01") || r.Row != 2 {
		t.Errorf("%+v", r)
	}
	if got[1].Code != corpora.EmptyRecord || got[1].Row != 3 {
		t.Errorf("%+v", got[1])
	}
	_, err := OpenTable([]string{write(t, t.TempDir(), "notes.xlsx", workbook(t, [][]string{{"notes"}}))}, TableOptions{})
	if _, ok := errors.AsType[*HeadingError](err); !ok {
		t.Errorf("error %v", err)
	}
	_, err = OpenTable([]string{write(t, t.TempDir(), "x.xml", "<?xml version=\"1.0\"?><a/>")}, TableOptions{})
	if _, ok := errors.AsType[*HeadingError](err); !ok {
		t.Errorf("error %v", err)
	}
}
