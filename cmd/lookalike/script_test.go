package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
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
			"status": checkStatus,
			"damage": damage,
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
