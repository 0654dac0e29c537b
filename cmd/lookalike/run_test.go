package main

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"lookalike/scanner"
	"lookalike/scanner/crawl"
	"lookalike/scanner/policy"
	"lookalike/scanner/report/lang"
)

// testEnvironment returns an environment without terminal, variables or interrupts, whose clock stands still.
func testEnvironment(stdin io.Reader) (env *environment, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return &environment{
		stdin: stdin, stdout: stdout, stderr: stderr,
		environ:    []string{"LANG=C"},
		now:        func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		columns:    func(io.Writer) int { return 0 },
		interrupts: func() (<-chan os.Signal, func()) { return nil, func() {} },
	}, stdout, stderr
}

// endless yields a CSV feed that never ends, and sends a signal after some rows.
type endless struct {
	rows   int
	signal func()
	rest   []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.rows == 0 {
			e.rest = []byte("id,title,brand,category\n")
		} else {
			e.rest = []byte(strconv.Itoa(e.rows) + ",Stoneware bowl,Pebblewright,Home\n")
		}
		if e.rows++; e.rows == 20000 {
			e.signal()
		}
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// TestInterrupt holds that a signal ends an endless scan with exit code 130 and a report of what was finished.
func TestInterrupt(t *testing.T) {
	c := make(chan os.Signal, 1)
	feed := &endless{signal: func() { c <- os.Interrupt }}
	env, _, stderr := testEnvironment(feed)
	env.interrupts = func() (<-chan os.Signal, func()) { return c, func() {} }
	out := filepath.Join(t.TempDir(), "report.jsonl")
	if code := run(t.Context(), env, []string{"scan", "-", "--market", "US", "--all", "--output", out}); code != exitInterrupted {
		t.Fatalf("exit code %d, want %d; %s", code, exitInterrupted, stderr)
	}
	trailer := readTrailer(t, out)
	if trailer.Complete {
		t.Error("the report of an interrupted scan says that it is complete")
	}
	if trailer.Listings == 0 {
		t.Error("nothing of what was finished is in the report")
	}
}

// broken is a stream that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// TestInternal holds that a report that cannot be written is exit code 70 and names the reason.
func TestInternal(t *testing.T) {
	env, _, stderr := testEnvironment(strings.NewReader("id,title\n1,Stoneware bowl\n"))
	env.stdout = broken{}
	if code := run(t.Context(), env, []string{"scan", "-", "--market", "US"}); code != exitInternal {
		t.Fatalf("exit code %d, want %d", code, exitInternal)
	}
	if !strings.Contains(stderr.String(), "no space left") {
		t.Errorf("standard error does not name the reason: %s", stderr)
	}
}

// readTrailer reads the trailer of a canonical report and checks every line on the way.
func readTrailer(t *testing.T, path string) scanner.Trailer {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var trailer *scanner.Trailer
	for line, err := range scanner.NewDecoder(f).All() {
		if err != nil {
			t.Fatal(err)
		}
		if line.Trailer != nil {
			trailer = line.Trailer
		}
	}
	if trailer == nil {
		t.Fatal("the report has no trailer")
	}
	return *trailer
}

// TestTexts holds that every message that this package names has a text in each language, and that every verb and flag
// has its help.
func TestTexts(t *testing.T) {
	m, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	codes := messageCodes(t)
	env, _, _ := testEnvironment(nil)
	a, err := newApp(env, nil)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(c *command)
	walk = func(c *command) {
		if c.Name() != "help" && c.Name() != "completion" && c.Parent().Name() != "completion" {
			if c.Short == "" || strings.Contains(c.Short, "help.") {
				t.Errorf("verb %s has no help", c.CommandPath())
			}
			c.Flags().VisitAll(func(f *pflag.Flag) {
				if strings.HasPrefix(f.Usage, "option.") || f.Usage == "" {
					t.Errorf("flag --%s of %s has no help", f.Name, c.CommandPath())
				}
			})
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	for _, c := range a.root.Commands() {
		walk(c)
	}
	for _, code := range policy.Codes() {
		codes = append(codes, "warning."+code)
	}
	for _, l := range lang.Languages() {
		for _, code := range codes {
			if !m.Has(l, code) {
				t.Errorf("%s has no text in %s", code, l)
			}
		}
		for _, code := range m.Codes(l) {
			section, _, _ := strings.Cut(code, ".")
			if slices.Contains([]string{"fault", "scan", "check", "build", "corpus", "eval", "index", "crawl", "evidence", "goods", "change", "rescan", "warning", "help", "option", "help_heading"}, section) && !slices.Contains(codes, code) {
				t.Errorf("nothing uses %s (%s)", code, l)
			}
		}
	}
}

// messageCodes returns the codes of messages that the source of this package names.
func messageCodes(t *testing.T) []string {
	t.Helper()
	// The first string argument of each function is a code, with this section before it.
	sections := map[string]string{"usage": "fault.", "newFault": "fault.", "say": "", "Text": "", "note": "", "text": "", "flagText": "option.", "msg": "", "line": "check.", "row": "corpus.", "counts": "corpus."}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := []string{"build.bad_row", "build.partial_row", "goods.by_kind", "goods.by_terms", "goods.by_department", "goods.by_number", "change.new", "change.changed", "change.gone",
		"evidence.whole", "evidence.broken", "evidence.issue_changed", "evidence.issue_missing", "evidence.issue_extra", "evidence.issue_reordered", "evidence.issue_stamp", "evidence.issue_unreadable"}
	for _, r := range crawl.Reasons() {
		codes = append(codes, "crawl.reason_"+r)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if name := called(call); name == "verb" {
				if use := firstString(call); use != "" {
					verb, _, _ := strings.Cut(use, " ")
					codes = append(codes, "help."+verb)
				}
			} else if section, ok := sections[name]; ok {
				if code := firstString(call); code != "" && !strings.HasSuffix(code, ".") {
					codes = append(codes, section+code)
				}
			}
			return true
		})
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// firstString returns the first argument that is a string literal, "" without one.
func firstString(call *ast.CallExpr) string {
	for _, arg := range call.Args {
		if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, _ := strconv.Unquote(lit.Value)
			return s
		}
	}
	return ""
}

// TestInterruptIdle holds that a signal ends a scan whose standard input gives nothing.
func TestInterruptIdle(t *testing.T) {
	idle, feed := io.Pipe()
	defer feed.Close()
	c := make(chan os.Signal, 1)
	env, _, stderr := testEnvironment(&firstRead{idle, func() { c <- os.Interrupt }})
	env.interrupts = func() (<-chan os.Signal, func()) { return c, func() {} }
	if code := run(t.Context(), env, []string{"scan", "-", "--market", "US"}); code != exitInterrupted {
		t.Fatalf("exit code %d, want %d; %s", code, exitInterrupted, stderr)
	}
}

// firstRead calls back when it is read.
type firstRead struct {
	io.Reader
	called func()
}

func (f *firstRead) Read(p []byte) (int, error) {
	f.called()
	return f.Reader.Read(p)
}
