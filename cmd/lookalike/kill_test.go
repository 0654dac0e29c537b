package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// TestKill holds that a process that is killed in the middle of a scan leaves its output absent, or as it was before.
func TestKill(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, before := range []string{"", "an earlier report\n"} {
		dir := t.TempDir()
		out := filepath.Join(dir, "report.jsonl")
		if before != "" {
			if err := os.WriteFile(out, []byte(before), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		killMidScan(t, self, out)
		got, err := os.ReadFile(out)
		if before == "" && !os.IsNotExist(err) {
			t.Errorf("the output exists after the kill (%d bytes): %v", len(got), err)
		}
		if before != "" && string(got) != before {
			t.Errorf("the earlier output has changed: %q", got)
		}
	}
}

// killMidScan runs a scan whose feed is still open, waits until lines of its report come out, and kills it.
func killMidScan(t *testing.T, self, out string) {
	t.Helper()
	cmd := exec.Command(self, "scan", "-", "--market", "US", "--all", "--format", "jsonl", "--output", out)
	cmd.Env = append(os.Environ(), mainSwitch+"=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { // ends when the process dies and the pipe breaks
		_, _ = io.WriteString(stdin, "id,title,brand\n")
		for i := 1; ; i++ {
			if _, err := io.WriteString(stdin, strconv.Itoa(i)+",Stoneware bowl,Pebblewright\n"); err != nil {
				return
			}
		}
	}()
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	for n := 0; n < 1000 && lines.Scan(); n++ {
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
}
