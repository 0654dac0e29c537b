//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const watchOfFeed = `
watches:
  - {name: shop, feeds: [shop.csv], corpus: [rights.lkc], markets: [US]}
`

// limitSwitch bounds the size of files that the test binary may write when it behaves as the command.
const limitSwitch = "FILE_LIMIT_OF_TEST"

// started runs the command as a process of its own and returns its exit code and standard error.
func started(t *testing.T, prepare func(c *exec.Cmd), args ...string) (int, string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, args...)
	c.Env = append(os.Environ(), mainSwitch+"=1")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if prepare != nil {
		prepare(c)
	}
	err = c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), stderr.String()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, stderr.String()
}

// TestMonitorFull holds that a disk on which files cannot grow gives a clear error, that nothing is acknowledged which is not
// stored, and that the run ends once there is room.
func TestMonitorFull(t *testing.T) {
	dir := watchFolder(t, watchOfFeed)
	var rows strings.Builder
	rows.WriteString("id,title,description,category,seller\n")
	for i := range 4000 {
		name := "Plain"
		if i%2 == 0 {
			name = "Quobble"
		}
		rows.WriteString(strconv.Itoa(i) + "," + name + " bowl of stoneware," + strings.Repeat("round and deep ", 30) + ",Kitchen > Bowls,Alpha\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "shop.csv"), []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"--data", filepath.Join(dir, "data"), "monitor", "run", "--watches", filepath.Join(dir, "monitor.yaml")}
	code, stderr := started(t, func(c *exec.Cmd) { c.Env = append(c.Env, limitSwitch+"=1500000") }, args...)
	if code != exitInternal || !strings.Contains(stderr, "did not end") {
		t.Fatalf("with files of 1.5 MB: %d %s", code, stderr)
	}
	if code, stdout, stderr := lookalike(t, "--data", filepath.Join(dir, "data"), "monitor", "status", "--watches", filepath.Join(dir, "monitor.yaml")); code != exitClean || !strings.Contains(stdout, "no finished run") || !strings.Contains(stdout, "not finished") {
		t.Errorf("status: %d %s%s", code, stdout, stderr)
	}
	code, stdout, stderr := lookalike(t, args...)
	if code != exitFindings || !strings.Contains(stdout, "4000 there, 4000 new") || !strings.Contains(stdout, "2000 new matches") {
		t.Errorf("with room: %d\n%s%s", code, stdout, stderr)
	}
}

// TestMonitorReadOnly holds that a data folder that cannot be written to is named.
func TestMonitorReadOnly(t *testing.T) {
	dir := watchFolder(t, watchOfFeed)
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o555); err != nil {
		t.Fatal(err)
	}
	prepare := func(c *exec.Cmd) {}
	if os.Getuid() == 0 { // whom no mode keeps out
		for p := dir; p != filepath.Dir(p) && p != os.TempDir(); p = filepath.Dir(p) {
			if err := os.Chmod(p, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		self := filepath.Join(dir, "command")
		b, err := os.ReadFile(os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(self, b, 0o755); err != nil {
			t.Fatal(err)
		}
		prepare = func(c *exec.Cmd) {
			c.Path, c.Dir = self, dir
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
	}
	code, stderr := started(t, prepare, "--data", data, "monitor", "run", "--watches", filepath.Join(dir, "monitor.yaml"))
	if code != exitInternal || !strings.Contains(stderr, "cannot be used") || !strings.Contains(stderr, "permission denied") {
		t.Errorf("a folder that cannot be written to: %d %s", code, stderr)
	}
}

// limitFiles bounds the files that this process may write.
func limitFiles(s string) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		panic(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		panic(err)
	}
}

func init() {
	if s := os.Getenv(limitSwitch); s != "" {
		limitFiles(s)
	}
}
