package report

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"lookalike/scanner/report/lang"
)

// TestDecisionsComeBack writes a workbook in each language, fills in a decision as a person does, and reads it back.
func TestDecisionsComeBack(t *testing.T) {
	m, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lang.Languages() {
		f, err := excelize.OpenReader(bytes.NewReader(render(t, "xlsx", Options{Lang: l})))
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for _, name := range f.GetSheetList() {
			if !DecisionsSheet(m, name) {
				continue
			}
			rows, err := f.GetRows(name)
			if err != nil || len(rows) < 2 {
				t.Fatal(err, rows)
			}
			d, err := NewDecisionReader(m, rows[0])
			if err != nil {
				t.Fatal(err)
			}
			for i, cells := range rows[1:] {
				cells = append(cells, make([]string, len(rows[0])-len(cells))...)
				cells[d.columns["decision"]], cells[d.columns["until"]] = m.Text(l, "sheet.choice_ignore", nil), "46388"
				got := d.Row(i+2, cells)
				if got.Decision != "ignore" || got.Until != "2027-01-01" || got.Mark == "" || got.Right == "" || !m.Has(l, "use."+got.Use) {
					t.Errorf("%s: %+v", l, got)
				}
				read++
			}
		}
		if read == 0 {
			t.Errorf("%s: no decision was read", l)
		}
	}
}

func TestSheetDay(t *testing.T) {
	for s, want := range map[string]string{
		"46388": "2027-01-01", "46388.5": "2027-01-01", "2027-01-01": "2027-01-01", "2027/1/2": "2027-01-02", "2027年1月2日": "2027-01-02",
		"": "", "soon": "soon", "7": "7", "1.2.2027": "1.2.2027", "2027-x-1": "2027-x-1",
	} {
		if got := sheetDay(s); got != want {
			t.Errorf("%q gives %q, want %q", s, got, want)
		}
	}
}
