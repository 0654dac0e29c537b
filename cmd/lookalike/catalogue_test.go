package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

const catalogue = "../../benchmarks/catalogue/"

// scanJSONL scans a feed against the starter and returns the report, and its lines by listing.
func scanJSONL(t *testing.T, wantCode int, args ...string) ([]byte, map[string]scanner.Finding) {
	t.Helper()
	env, stdout, stderr := testEnvironment(nil)
	args = append([]string{"scan", "--format", "jsonl", "--all", "--as-of", "2026-11-23"}, args...)
	if code := run(t.Context(), env, args); code != wantCode {
		t.Fatalf("exit code %d, want %d: %s", code, wantCode, stderr)
	}
	found := map[string]scanner.Finding{}
	for line, err := range scanner.NewDecoder(bytes.NewReader(stdout.Bytes())).All() {
		if err != nil {
			t.Fatal(err)
		}
		if line.Finding != nil {
			found[line.Finding.Listing.ID] = *line.Finding
		}
	}
	return stdout.Bytes(), found
}

// TestCatalogue holds the verdict that each row of the sample catalogue is there to show.
func TestCatalogue(t *testing.T) {
	_, found := scanJSONL(t, exitFindings, catalogue+"catalogue.csv")
	f, err := os.Open(catalogue + "expected.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 90 {
		t.Fatalf("%d rows of expected verdicts: %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		id, shows, mark, lane, use, grade := row[0], row[1], row[2], row[3], row[4], row[5]
		got, ok := found[id]
		if !ok {
			t.Errorf("%s: not in the report", id)
			continue
		}
		if mark == "" {
			for _, m := range got.Matches {
				if m.Grade.Rank() > judge.Low.Rank() && m.SilencedBy == nil {
					t.Errorf("%s (%s): %s %s found as %s at %s (%d)", id, shows, m.Right.Text, m.Lane, m.Use, m.Grade, m.Score)
				}
			}
			continue
		}
		var near []string
		good := false
		for _, m := range got.Matches {
			if !strings.EqualFold(m.Right.Text, mark) || m.SilencedBy != nil {
				continue
			}
			near = append(near, m.Lane+" "+string(m.Use)+" "+string(m.Grade))
			good = good || (lane == "" || m.Lane == lane) && (use == "" || string(m.Use) == use) && (grade == "" || string(m.Grade) == grade)
		}
		if !good {
			t.Errorf("%s (%s): %s is %q, want %s %s %s", id, shows, mark, near, lane, use, grade)
		}
	}
}

// TestWorkers holds that the report is the same, byte for byte, for any number of workers.
func TestWorkers(t *testing.T) {
	want, _ := scanJSONL(t, exitFindings, catalogue+"catalogue.csv", "--workers", "1")
	for _, n := range []string{"2", "16"} {
		if got, _ := scanJSONL(t, exitFindings, catalogue+"catalogue.csv", "--workers", n); !bytes.Equal(got, want) {
			t.Errorf("%s workers give another report than one", n)
		}
	}
}

// TestBroken holds that each broken row of the sample is named with its problem, that the rest is scanned, and that the
// scan counts as incomplete.
func TestBroken(t *testing.T) {
	_, found := scanJSONL(t, exitIncomplete, catalogue+"broken.csv", "--market", "US")
	for id, code := range map[string]string{
		"BR-02": "picture_missing", "BR-03": "picture_damaged", "BR-04": "picture_unsupported", "BR-05": "picture_damaged",
		"BR-06": "picture_too_small", "BR-07": "picture_too_large", "BR-08": "picture_outside", "BR-09": "picture_outside",
		"BR-11": "bad_value", "BR-12": "picture_missing", "BR-15": "bad_columns", "BR-16": "bad_columns",
		"BR-01": "", "BR-10": "", "BR-13": "", "BR-14": "", "BR-19": "",
	} {
		f, ok := found[id]
		switch {
		case !ok:
			t.Errorf("%s is not in the report", id)
		case code == "" && f.Error != nil:
			t.Errorf("%s has the problem %s", id, f.Error.Code)
		case code != "" && f.Error == nil:
			t.Errorf("%s has no problem, want %s", id, code)
		case code != "" && f.Error.Code != code:
			t.Errorf("%s has the problem %s, want %s", id, f.Error.Code, code)
		}
	}
	if f := found["BR-12"]; len(f.Matches) == 0 || f.Checked.Pictures != 1 {
		t.Errorf("a failed picture keeps the text from being matched: %d matches, %d pictures", len(f.Matches), f.Checked.Pictures)
	}
}
