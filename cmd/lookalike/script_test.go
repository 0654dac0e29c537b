package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"lookalike/corpora/table"
)

// mainSwitch makes the test binary behave as the command, for tests that start and kill it.
const mainSwitch = "LOOKALIKE_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(mainSwitch) != "" {
		os.Unsetenv(mainSwitch)
		os.Exit(run(context.Background(), host(), os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){
		"lookalike": func() { os.Exit(run(context.Background(), host(), os.Args[1:])) },
	})
}

// TestScripts runs the command as a user does: one script per case, named after what it shows.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	catalogue, err := filepath.Abs("../../benchmarks/catalogue")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files:               scripts,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("CATALOGUE", catalogue)
			e.Setenv("LANG", "C.UTF-8")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status":  checkStatus,
			"damage":  damage,
			"shorten": shorten,
			"union":   union,
			"tamper":  tamper,
			"fillin":  fillIn,

			"fingerprints": sameFingerprints,
			"explain":      func(ts *testscript.TestScript, neg bool, args []string) { onFirst(ts, neg, "explain", args) },
			"fixfirst":     func(ts *testscript.TestScript, neg bool, args []string) { onFirst(ts, neg, "fix", args) },
			"decide":       decideFirst,
		},
	})
}

// checkStatus runs lookalike and checks its exit code: status CODE ARG…
func checkStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: status CODE ARG…")
	}
	got := "0"
	if err := ts.Exec("lookalike", args[1:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = strconv.Itoa(exit.ExitCode())
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// damage flips one byte in the middle of a file: damage FILE
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: damage FILE")
	}
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	b[len(b)/2] ^= 0x20
	ts.Check(os.WriteFile(path, b, 0o644))
}

// shorten cuts the last line off a file: shorten FILE
func shorten(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: shorten FILE")
	}
	lines := strings.SplitAfter(strings.TrimSuffix(ts.ReadFile(args[0]), "\n"), "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(lines[:len(lines)-1], "")), 0o644))
}

// union checks that the findings of several reports are together, once sorted, those of one: union WHOLE PART…
func union(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: union WHOLE PART…")
	}
	want := findingLines(ts.ReadFile(args[0]))
	var got []string
	for _, part := range args[1:] {
		got = append(got, findingLines(ts.ReadFile(part))...)
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(want, got) {
		ts.Fatalf("%d findings in %s, %d in its parts, and not the same", len(want), args[0], len(got))
	}
}

func findingLines(report string) (lines []string) {
	for line := range strings.Lines(report) {
		if strings.HasPrefix(line, `{"type":"finding"`) {
			lines = append(lines, line)
		}
	}
	return lines
}

// onFirst runs a verb on the first match of a report: explain REPORT FLAG…
func onFirst(ts *testscript.TestScript, neg bool, verb string, args []string) {
	if len(args) < 1 {
		ts.Fatalf("usage: %s REPORT FLAG…", verb)
	}
	_, rest, ok := strings.Cut(ts.ReadFile(args[0]), `"fingerprint":"`)
	if !ok {
		ts.Fatalf("%s has no match", args[0])
	}
	fingerprint, _, _ := strings.Cut(rest, `"`)
	err := ts.Exec("lookalike", append([]string{verb, fingerprint, "--report", args[0]}, args[1:]...)...)
	if (err != nil) != neg {
		ts.Fatalf("%s: %v", verb, err)
	}
}

// sameFingerprints checks that reports hold the same fingerprints: fingerprints REPORT REPORT…
func sameFingerprints(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fingerprints REPORT REPORT…")
	}
	var first []string
	for i, name := range args {
		var got []string
		for _, part := range strings.Split(ts.ReadFile(name), `"fingerprint":"`)[1:] {
			fingerprint, _, _ := strings.Cut(part, `"`)
			got = append(got, fingerprint)
		}
		slices.Sort(got)
		if i == 0 {
			first = got
		}
		if len(got) == 0 || !slices.Equal(got, first) {
			ts.Fatalf("%s holds %q, %s %q", args[0], first, name, got)
		}
	}
}

// fillIn fills a row of a sheet of decisions from the column of the decision on: fillin FILE.xlsx SHEET ROW VALUE…
func fillIn(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: fillin FILE.xlsx SHEET ROW VALUE…")
	}
	path := ts.MkAbs(args[0])
	p, err := table.OpenFile(path, path, nil)
	ts.Check(err)
	defer p.Close()
	book, err := table.OpenWorkbook(context.Background(), &p.Entries[0])
	ts.Check(err)
	defer book.Close()
	row, err := strconv.Atoi(args[2])
	ts.Check(err)
	const column = 12 // of the decision, counted from 1
	ts.Check(book.Set(args[1], row, column, args[3:]))
	var out bytes.Buffer
	_, err = book.WriteTo(&out)
	ts.Check(err)
	ts.Check(os.WriteFile(path, out.Bytes(), 0o644))
}

// tamper changes one byte of the largest file below a folder: tamper DIR
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tamper DIR")
	}
	largest, size := "", int64(0)
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		st, err := d.Info()
		if err == nil && st.Size() > size {
			largest, size = p, st.Size()
		}
		return err
	}))
	ts.Check(os.Chmod(largest, 0o644))
	damage(ts, false, []string{largest})
}

// decideFirst decides on the first open lead: decide STATE
func decideFirst(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: decide STATE")
	}
	ts.Check(ts.Exec("lookalike", "ledger", "leads", "--state", "open", "--format", "jsonl"))
	_, rest, ok := strings.Cut(ts.ReadFile("stdout"), `"id":"`)
	if !ok {
		ts.Fatalf("there is no open lead")
	}
	id, _, _ := strings.Cut(rest, `"`)
	ts.Check(ts.Exec("lookalike", "ledger", "decide", id[:6], args[0], "--by", "Jo", "--reason", "own goods"))
}
