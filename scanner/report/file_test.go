package report

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestFileAppearsWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.jsonl")
	if err := os.WriteFile(path, []byte("earlier"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Create(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Discard()
	if err := f.Begin(sampleHeader()); err != nil {
		t.Fatal(err)
	}
	for _, x := range sampleFindings() {
		if err := f.Put(t.Context(), x); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != "earlier" {
			t.Fatal("the named file changed before the report was whole")
		}
	}
	if err := f.End(sampleTrailer()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, render(t, "jsonl", Options{})) {
		t.Error("the file differs from what goes to standard output")
	}
	if names, _ := os.ReadDir(dir); len(names) != 1 {
		t.Errorf("%d files left in the folder, want 1", len(names))
	}
}

func TestDiscardedFileLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f, err := Create(filepath.Join(dir, "x.html"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	f.Discard()
	if names, _ := os.ReadDir(dir); len(names) != 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestFormatOf(t *testing.T) {
	for path, want := range map[string]string{"a.JSONL": "jsonl", "b/c.html": "html", "x.csv": "csv", "r.xlsx": "xlsx"} {
		if got, err := FormatOf(path); err != nil || got != want {
			t.Errorf("FormatOf(%q) = %q, %v, want %q", path, got, err, want)
		}
	}
	for _, path := range []string{"a.doc", "report", "x.table", ".jsonlx"} {
		if _, err := FormatOf(path); !errors.Is(err, ErrFormat) {
			t.Errorf("FormatOf(%q): error %v, want ErrFormat", path, err)
		}
	}
}

// TestFileWithAHoleIsNotNamed holds that a report of which a finding was lost never gets its name.
func TestFileWithAHoleIsNotNamed(t *testing.T) {
	dir := t.TempDir()
	f, err := Create(filepath.Join(dir, "x.jsonl"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Begin(sampleHeader()); err != nil {
		t.Fatal(err)
	}
	broken := sampleFindings()[0]
	broken.Matches[0].Pieces[0].Note.Args["x"] = func() {} // cannot be encoded
	if err := f.Put(t.Context(), broken); err == nil {
		t.Fatal("no error for a finding that cannot be encoded")
	}
	if err := f.End(sampleTrailer()); err == nil {
		t.Error("no error at the end")
	}
	if names, _ := os.ReadDir(dir); len(names) != 0 {
		t.Errorf("left behind: %v", names)
	}
}
