package index

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lookalike/corpora"
)

// TestMain turns the test program into the writer that TestKilled kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv("INDEX_TEST_WRITER"); dir != "" {
		if err := writeUntilKilled(dir, os.Getenv("INDEX_TEST_STEP")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const crashIDs = 300

// crashListing is what step s writes: listings come again with other words, and the words say which step it was.
func crashListing(s int) corpora.Listing {
	return corpora.Listing{
		ID: strconv.Itoa(s % crashIDs), Title: fmt.Sprintf("boots step%d", s),
		Prepared: []corpora.Blob{{Kind: "text", Version: 1, Data: fmt.Appendf(nil, "features of %d", s)}},
	}
}

// writeUntilKilled writes step after step and prints each that is acknowledged.
func writeUntilKilled(dir, first string) error {
	x, err := Open(dir, Options{Create: true})
	if err != nil {
		return err
	}
	s, err := strconv.Atoi(first)
	if err != nil {
		return err
	}
	for {
		k := x.Keeper(KeepOptions{}) // one per batch: within one, an id that comes again is another listing
		for range 1 + s%37 {
			l := crashListing(s)
			if err := k.Put(context.Background(), &l); err != nil {
				return err
			}
			s++
		}
		if err := k.Flush(); err != nil {
			return err
		}
		fmt.Println(s - 1)
	}
}

// TestKilled kills a writing process at random moments. What it acknowledged is there, nothing is there twice, and every
// search finds what the truth holds.
func TestKilled(t *testing.T) {
	rounds := 50
	if testing.Short() {
		rounds = 5
	}
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	acknowledged := -1
	for range rounds {
		acknowledged = killAfter(t, dir, acknowledged, random.IntN(12))
		x := openNew(t, dir)
		checkCrashed(t, x, acknowledged)
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d kills, %d steps acknowledged", rounds, acknowledged+1)
}

// killAfter lets a process write on behind step last, kills it when it has acknowledged n batches, and returns the last
// step that it acknowledged.
func killAfter(t *testing.T, dir string, last, n int) int {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), "INDEX_TEST_WRITER="+dir, "INDEX_TEST_STEP="+strconv.Itoa(last+1))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for i := 0; lines.Scan(); i++ {
		s, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatalf("the writer says %q", lines.Text())
		}
		last = s
		if i == n {
			_ = c.Process.Kill()
		}
	}
	if err := c.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	return last
}

func checkCrashed(t *testing.T, x *Index, acknowledged int) {
	t.Helper()
	seen := map[string]int{}
	for _, l := range read(t, x.All()) {
		_, word, _ := strings.Cut(l.Title, "step")
		s, err := strconv.Atoi(word)
		if err != nil {
			t.Fatalf("a listing that nobody wrote: %q", l.Title)
		}
		if _, twice := seen[l.ID]; twice {
			t.Errorf("listing %s is there twice", l.ID)
		}
		seen[l.ID] = s
		if len(l.Prepared) != 1 || string(l.Prepared[0].Data) != fmt.Sprintf("features of %d", s) {
			t.Errorf("listing %s of step %d has features %v", l.ID, s, l.Prepared)
		}
		f, err := x.Search(t.Context(), Query{Words: fmt.Sprintf("step%d", s)}, 2)
		if err != nil || ids(f.Listings) != l.ID {
			t.Errorf("a search for step %d finds %q, want %s, %v", s, ids(f.Listings), l.ID, err)
		}
	}
	for s := max(0, acknowledged-crashIDs+1); s <= acknowledged; s++ {
		id := strconv.Itoa(s % crashIDs)
		if at, ok := seen[id]; !ok || at < s {
			t.Errorf("step %d was acknowledged, listing %s is at step %d", s, id, at)
		}
	}
	f, err := x.Search(t.Context(), Query{Words: "boots"}, 1)
	if err != nil || f.Total != len(seen) {
		t.Errorf("a search finds %d of %d listings, %v", f.Total, len(seen), err)
	}
}

func TestCloseEndsGoroutines(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	x, err := Open(t.TempDir(), Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, x, KeepOptions{Now: time.Now}, corpora.Listing{ID: "1", Title: "boots"})
	must(t, x.Rebuild(nil))
	must(t, x.Close())
	goleak.VerifyNone(t, ignore)
}
