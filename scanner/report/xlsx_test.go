package report

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"lookalike/scanner/report/lang"
)

func openWorkbook(t *testing.T, l string) *excelize.File {
	t.Helper()
	raw := render(t, "xlsx", Options{Lang: l})
	if *shots != "" {
		_ = os.WriteFile(*shots+"/"+l+".xlsx", raw, 0o644)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestWorkbook reads the workbook back: its sheets, that no cell is or becomes a formula, and the golden texts.
func TestWorkbook(t *testing.T) {
	for l, sheets := range map[string][]string{
		lang.English: {"findings", "gates", "decisions", "about"},
		lang.Chinese: {"命中", "各市场处理", "决定", "说明"},
	} {
		f := openWorkbook(t, l)
		if d := cmp.Diff(sheets, f.GetSheetList()); d != "" {
			t.Errorf("sheets (-want +got):\n%s", d)
		}
		var dump strings.Builder
		for _, name := range sheets {
			rows, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			dump.WriteString("== " + name + "\n")
			for i, row := range rows {
				for j, cell := range row {
					at, _ := excelize.CoordinatesToCellName(j+1, i+1)
					if formula, _ := f.GetCellFormula(name, at); formula != "" {
						t.Errorf("%s %s holds the formula %s", name, at, formula)
					}
					if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
						t.Errorf("%s %s would become a formula when edited: %q", name, at, cell)
					}
				}
				dump.WriteString(strings.Join(row, " | ") + "\n")
			}
		}
		golden(t, "xlsx."+l+".txt", []byte(dump.String()))
	}
}

func TestWorkbookDecisions(t *testing.T) {
	f := openWorkbook(t, lang.English)
	rows, err := f.GetRows("decisions")
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]string{}
	for _, row := range rows[1:] {
		key := row[0] + "/" + row[2]
		if _, ok := counts[key]; ok {
			t.Errorf("%s stands twice", key)
		}
		counts[key] = row[5]
	}
	want := map[string]string{
		"VELTORA/used as brand": "4", "VELTORA/resale claim": "2", "ORBIX/compatibility": "1", "MESH/descriptive": "1", "Kitefox/in a picture": "1",
	}
	if d := cmp.Diff(want, counts); d != "" {
		t.Errorf("listings per decision (-want +got):\n%s", d)
	}
	dv, err := f.GetDataValidations("decisions")
	if err != nil || len(dv) != 1 {
		t.Errorf("%d choices for the column of decisions, want 1 (%v)", len(dv), err)
	}
}

// TestWorkbookGoesOnInAnotherSheet fills a sheet beyond what Excel holds.
func TestWorkbookGoesOnInAnotherSheet(t *testing.T) {
	s := &sheet{f: excelize.NewFile(), name: "x", heading: []any{"a"}}
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
	s.row = excelize.TotalRows
	if err := s.add([]any{"b"}); err != nil {
		t.Fatal(err)
	}
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	rows, err := s.f.GetRows("x 2")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]string{{"a"}, {"b"}}, rows); d != "" {
		t.Errorf("second sheet (-want +got):\n%s", d)
	}
}
