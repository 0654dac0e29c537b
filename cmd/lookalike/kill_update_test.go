package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lookalike/corpora/snapshot"
	"lookalike/corpora/synth"
)

// TestKillUpdate holds that an update that is killed at any moment leaves the new corpus absent, or as it was before, and
// that running it again gives the bytes of an update that nothing disturbed and leaves nothing else in the folder.
func TestKillUpdate(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	base, daily, out := filepath.Join(dir, "base.lkc"), filepath.Join(dir, "daily.csv"), filepath.Join(dir, "new", "new.lkc")
	command := func(args ...string) *exec.Cmd {
		cmd := exec.Command(self, args...)
		cmd.Env = append(os.Environ(), mainSwitch+"=1")
		return cmd
	}
	update := func() *exec.Cmd { return command("corpus", "update", base, daily, "--out", out) }
	must := func(cmd *exec.Cmd) {
		t.Helper()
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
	}
	writeRights(t, daily, 2, 300)
	writeRights(t, filepath.Join(dir, "base.csv"), 1, 4000)
	must(command("corpus", "build", "--rights", filepath.Join(dir, "base.csv"), "--out", base, "--date", "2026-01-01"))
	if err := os.Mkdir(filepath.Dir(out), 0o777); err != nil {
		t.Fatal(err)
	}
	must(update())
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	f, err := snapshot.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	id := f.Identity()
	_ = f.Close()

	before := []byte("what stood there before")
	killed, remains := 0, 0
	for i, earlier := range [][]byte{nil, before, nil, before, nil, before, nil, before} {
		_ = os.Remove(out)
		if earlier != nil {
			if err := os.WriteFile(out, earlier, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if killAt(t, update(), filepath.Dir(out), int64(i*len(want)/8)) {
			killed++
		}
		if got, err := os.ReadFile(out); !(earlier == nil && os.IsNotExist(err)) && !bytes.Equal(got, earlier) && !bytes.Equal(got, want) {
			t.Fatalf("kill %d leaves %d bytes: %v", i, len(got), err)
		}
		for _, name := range names(t, filepath.Dir(out)) {
			if strings.HasSuffix(name, ".tmp") {
				remains++
			}
		}
		if i%2 == 0 { // two kills follow one another before the run that goes through
			continue
		}
		must(update())
		if got := names(t, filepath.Dir(out)); len(got) != 1 || got[0] != "new.lkc" {
			t.Fatalf("the run after kill %d leaves %v", i, got)
		}
		if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("the run after kill %d gives other bytes: %v", i, err)
		}
		if f, err = snapshot.Open(out); err != nil {
			t.Fatal(err)
		}
		if f.Identity() != id {
			t.Errorf("identity %s, want %s", f.Identity(), id)
		}
		_ = f.Close()
	}
	if killed == 0 || remains == 0 {
		t.Errorf("%d runs were killed and left %d temporary files: the test saw nothing", killed, remains)
	}
	t.Logf("%d of 8 runs were killed, of %d bytes; temporary files seen: %d", killed, len(want), remains)
}

// killAt starts a command and kills it when a temporary file of at least size bytes stands in dir. It returns false when the
// command was done before that.
func killAt(t *testing.T, cmd *exec.Cmd, dir string, size int64) bool {
	t.Helper()
	old := names(t, dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v ended by itself: %v", cmd.Args, err)
			}
			return false
		case <-look.C:
		}
		for _, name := range names(t, dir) {
			st, err := os.Stat(filepath.Join(dir, name))
			if err != nil || !strings.HasSuffix(name, ".tmp") || slices.Contains(old, name) || st.Size() < size {
				continue
			}
			_ = cmd.Process.Kill() // it may be done in this moment
			return <-ended != nil
		}
	}
}

// writeRights writes a synthetic register as CSV.
func writeRights(t *testing.T, path string, seed uint64, n int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := synth.WriteRights(t.Context(), f, synth.Rights(seed, n)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// names lists a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
