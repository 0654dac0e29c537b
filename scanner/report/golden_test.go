package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lookalike/scanner"
	"lookalike/scanner/report/lang"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file under testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, d)
	}
}

func TestGoldens(t *testing.T) {
	for _, l := range lang.Languages() {
		for _, format := range []string{"table", "csv", "md", "sarif"} {
			golden(t, fmt.Sprintf("%s.%s.txt", format, l), render(t, format, Options{Lang: l}))
		}
	}
	golden(t, "table.color.txt", render(t, "table", Options{Color: true, Width: 72}))
	golden(t, "table.top.txt", render(t, "table", Options{Top: 2}))
	golden(t, "report.json", render(t, "json", Options{}))
}

// TestHostileText looks for what must never reach a reader in any format that people read.
func TestHostileText(t *testing.T) {
	for _, format := range Formats() {
		if format == "json" || format == "jsonl" || format == "xlsx" {
			continue // JSON escapes for programs; XLSX is compressed and has a test of its own
		}
		for _, l := range lang.Languages() {
			got := string(render(t, format, samplePictures(Options{Lang: l})))
			for _, bad := range []string{"\x1b", "\u202e", "\u202c", "\u200b"} {
				if strings.Contains(got, bad) {
					t.Errorf("%s in %s holds %q", format, l, bad)
				}
			}
			if format == "html" && strings.Contains(got, "<script>alert") {
				t.Errorf("%s in %s holds the script of a listing", format, l)
			}
		}
	}
}

func TestCSVCells(t *testing.T) {
	got := render(t, "csv", Options{BOM: true})
	rest, ok := bytes.CutPrefix(got, []byte("\ufeff"))
	if !ok {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(bytes.NewReader(rest)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := 1
	for _, f := range sampleFindings() {
		want += max(1, len(f.Matches))
	}
	if len(rows) != want {
		t.Errorf("%d rows, want %d: a heading and one per match", len(rows), want)
	}
	for i, row := range rows {
		for j, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("row %d column %d would be run as a formula: %q", i, j, cell)
			}
		}
	}
}

func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"":            "",
		"plain":       "plain",
		"=1+1":        "'=1+1",
		"  =1+1":      "'  =1+1",
		"+cmd":        "'+cmd",
		"-cmd":        "'-cmd",
		"@SUM(A1)":    "'@SUM(A1)",
		"\tx":         "'\tx",
		"\rx":         "'\rx",
		"＝1":          "'＝1",
		"-12.5":       "-12.5",
		"+3":          "+3",
		"a=b":         "a=b",
		"\u3000=1":    "'\u3000=1",
		"100% cotton": "100% cotton",
	} {
		if got := inert(in); got != want {
			t.Errorf("inert(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestConvertGivesTheSameBytes reads the canonical file back and writes each format from it.
func TestConvertGivesTheSameBytes(t *testing.T) {
	src := render(t, "jsonl", Options{})
	for _, format := range []string{"jsonl", "json", "table", "csv", "html", "md", "sarif"} {
		var b bytes.Buffer
		w, err := New(format, &b, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := Convert(t.Context(), bytes.NewReader(src), w); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if d := cmp.Diff(string(render(t, format, Options{})), b.String()); d != "" {
			t.Errorf("%s from the canonical file differs (-scan +convert):\n%s", format, d)
		}
	}
}

func TestConvertOfAnUnfinishedReport(t *testing.T) {
	src := render(t, "jsonl", Options{})
	cutShort := src[:bytes.LastIndex(bytes.TrimSpace(src), []byte("\n"))+1]
	var b bytes.Buffer
	w, err := New("json", &b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := Convert(t.Context(), bytes.NewReader(cutShort), w); err == nil {
		t.Error("no error for a report without its trailer")
	}
	var doc struct{ Trailer scanner.Trailer }
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Trailer.Complete {
		t.Error("a report without its trailer came out as complete")
	}
}
