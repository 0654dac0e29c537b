//go:build unix

package evidence

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain turns the test program into the writers that tests kill, starve and lock out.
func TestMain(m *testing.M) {
	dir := os.Getenv("EVIDENCE_TEST_DIR")
	switch os.Getenv("EVIDENCE_TEST_CHILD") {
	case "":
		goleak.VerifyTestMain(m)
	case "capture":
		exit(captureUntilKilled(dir))
	case "full":
		exit(captureUntilFull(dir))
	case "readonly":
		exit(captureReadOnly(dir))
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func childOptions() Options {
	return Options{Operator: "child", Authority: "test", Jurisdiction: "CN", Engine: "test"}
}

// captureUntilKilled captures and prints each receipt.
func captureUntilKilled(dir string) error {
	s, err := Open(dir, childOptions())
	if err != nil {
		return err
	}
	fmt.Println("open")
	for {
		r, err := s.Capture(context.Background(), sample())
		if err != nil {
			return err
		}
		fmt.Println(r.ID, r.Manifest, r.Head.Seq, r.Head.Hash)
	}
}

func child(ctx context.Context, kind, dir string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0])
	c.Env = append(os.Environ(), "EVIDENCE_TEST_CHILD="+kind, "EVIDENCE_TEST_DIR="+dir)
	return c
}

// TestKilled kills a capturing process at random moments. The chain then holds, and every acknowledged capture is whole.
func TestKilled(t *testing.T) {
	rounds := 50
	if testing.Short() {
		rounds = 5
	}
	s, dir := newStore(t, childOptions())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	acknowledged := map[string]string{}
	recovered, torn := 0, 0
	var head *Head
	for range rounds {
		if h := killDuring(t, dir, random, acknowledged); h != nil {
			head = h
		}
		s, err := Open(dir, childOptions())
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range s.Recovered() {
			recovered++
			if ev.Kind == EventTorn {
				torn++
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		r := mustVerify(t, dir, VerifyOptions{Head: head})
		wantWhole(t, r)
		have := map[string]bool{}
		for _, c := range r.Captures {
			have[c.ID] = c.Manifest != nil && c.Issues == 0
		}
		for id := range acknowledged {
			if !have[id] {
				t.Errorf("%s was acknowledged and is not whole", id)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if len(acknowledged) == 0 || recovered == 0 {
		t.Errorf("%d acknowledged, %d put in order: the kills hit nothing", len(acknowledged), recovered)
	}
	t.Logf("%d kills, %d captures acknowledged, %d events of recovery, %d of them torn lines", rounds, len(acknowledged), recovered, torn)
}

// killDuring lets a process capture, kills it some time into a capture, and notes what it acknowledged.
func killDuring(t *testing.T, dir string, random *rand.Rand, acknowledged map[string]string) (head *Head) {
	t.Helper()
	c := child(t.Context(), "capture", dir)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	after, armed := random.IntN(4), false
	for i := 0; lines.Scan(); i++ {
		if f := strings.Fields(lines.Text()); len(f) == 4 {
			acknowledged[f[0]] = f[1]
			seq, err := strconv.ParseInt(f[2], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			head = &Head{seq, f[3]}
		}
		if i >= after && !armed {
			armed = true
			time.AfterFunc(time.Duration(random.IntN(12_000))*time.Microsecond, func() { _ = c.Process.Kill() })
		}
	}
	if err := c.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	return head
}

func TestTornLine(t *testing.T) {
	s, dir := newStore(t, options())
	r := mustCapture(t, s, sample())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, logFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"body":{"kind":"cap`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if r := mustVerify(t, dir, VerifyOptions{}); !r.OK() || len(r.Notes) != 1 {
		t.Errorf("a torn line gives %+v and notes %q", r.Issues, r.Notes)
	}
	s, err = Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	if ev := s.Recovered(); len(ev) != 1 || ev[0].Kind != EventTorn {
		t.Errorf("recovered %+v", ev)
	}
	mustCapture(t, s, sample())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{Head: &r.Head}))
}

func TestDamagedLogTakesNoMore(t *testing.T) {
	s, dir := newStore(t, options())
	mustCapture(t, s, sample())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, logFile)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[200] ^= 1
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, options()); !errors.Is(err, ErrDamaged) {
		t.Errorf("opened with %v", err)
	}
}

func TestLocked(t *testing.T) {
	s, dir := newStore(t, options())
	if _, err := Open(dir, options()); !errors.Is(err, ErrLocked) {
		t.Errorf("opened twice: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// captureUntilFull captures under a limit on the size of files, which fails writes in their middle as a full disk does. No
// capture that failed may be there afterwards.
func captureUntilFull(dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := Open(dir, childOptions())
	if err != nil {
		return err
	}
	whole := 0
	for limit := uint64(12_000); limit > 0; limit -= min(limit, 397) {
		// The log grows with each capture, so that in the end its own line does not fit.
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: 1 << 40}); err != nil {
			return err
		}
		c := sample()
		_, err := s.Capture(context.Background(), c)
		switch {
		case err == nil:
			whole++
		case !errors.Is(err, syscall.EFBIG):
			return fmt.Errorf("another error: %w", err)
		}
	}
	fmt.Println(whole, len(s.List()))
	return nil
}

func TestFullDisk(t *testing.T) {
	s, dir := newStore(t, childOptions())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c := child(t.Context(), "full", dir)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var whole, listed int
	if _, err := fmt.Sscan(string(out), &whole, &listed); err != nil || whole != listed || whole == 0 || whole > 30 {
		t.Errorf("%q: captures acknowledged and listed differ, or nothing failed: %v", out, err)
	}
	r := mustVerify(t, dir, VerifyOptions{})
	wantWhole(t, r)
	if len(r.Captures) != whole || len(r.Notes) > 0 {
		t.Errorf("%d captures are there, %d were acknowledged; notes %q", len(r.Captures), whole, r.Notes)
	}
	t.Logf("%d captures before the limit, none half", whole)
}

// captureReadOnly becomes nobody, when it is root, and captures where it may not write.
func captureReadOnly(dir string) error {
	if os.Getuid() == 0 {
		if err := syscall.Setgid(65534); err != nil {
			return err
		}
		if err := syscall.Setuid(65534); err != nil {
			return err
		}
	}
	if _, err := Open(dir, childOptions()); !errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("opened a folder that may not be written to: %w", err)
	}
	if _, err := Create(filepath.Join(dir, "new"), childOptions()); !errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("made a store where nothing may be written: %w", err)
	}
	r, err := Verify(context.Background(), dir, VerifyOptions{})
	if err != nil {
		return err
	}
	if !r.OK() || len(r.Captures) != 1 {
		return fmt.Errorf("not whole: %v", r.Issues)
	}
	return nil
}

// TestReadOnly opens a store in a folder that may only be read: writing is a clear error, verifying works.
func TestReadOnly(t *testing.T) {
	base, err := os.MkdirTemp("", "evidence-*")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(base, "store")
	t.Cleanup(func() {
		walk(t, dir, 0o700)
		if err := os.RemoveAll(base); err != nil {
			t.Error(err)
		}
	})
	s, err := Create(dir, childOptions())
	if err != nil {
		t.Fatal(err)
	}
	mustCapture(t, s, sample())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	walk(t, dir, 0o555)
	if err := os.Chmod(base, 0o555); err != nil {
		t.Fatal(err)
	}
	out, err := child(t.Context(), "readonly", dir).CombinedOutput()
	if cerr := os.Chmod(base, 0o700); cerr != nil {
		t.Fatal(cerr)
	}
	if err != nil {
		t.Errorf("%s: %v", out, err)
	}
}

func walk(t *testing.T, dir string, mode fs.FileMode) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(p, mode)
		}
		return os.Chmod(p, mode&0o666|0o444)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRecovered takes the last entry off a log: the capture is whole and gets another one.
func TestRecovered(t *testing.T) {
	s, dir := newStore(t, options())
	first := mustCapture(t, s, sample())
	second := mustCapture(t, s, sample())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, logFile)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b[:strings.LastIndexByte(string(b[:len(b)-1]), '\n')+1], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, stagingDir, "20260304T050610Z-00000000"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, stampDir, "20260304T050610Z-00000000.0000000000000000.tsr"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(dir, options()); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ev := s.Recovered()
	if len(ev) != 2 || ev[0].Kind != EventAbandoned || ev[1].Kind != EventRecovered || ev[1].Capture != second.ID || ev[1].Manifest != second.Manifest {
		t.Errorf("recovered %+v", ev)
	}
	r := mustVerify(t, dir, VerifyOptions{Head: &first.Head})
	wantWhole(t, r)
	if len(r.Captures) != 2 || r.Captures[1].Stamps[0].State != StateNotStamped {
		t.Errorf("%+v", r.Captures)
	}
}
