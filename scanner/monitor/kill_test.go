package monitor

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lookalike/corpora"
)

// victimSwitch names the folder in which the test program runs nights until it is killed.
const victimSwitch = "LOOKALIKE_MONITOR_VICTIM"

// victimSize is the variable with the number of listings of each night.
const victimSize = "LOOKALIKE_MONITOR_LISTINGS"

// victimNights are the nights of the shop that is killed: the listings and marks of each.
func victimNights(size int) (offers [][]corpora.Listing, rights [][]corpora.Right) {
	for n := range 4 {
		var list []corpora.Listing
		for i := range size {
			if (i+n)%9 == 0 {
				continue
			}
			words := []string{"plain", "Quobble", "Zvantix"}[i%3]
			if i%7 == n {
				words = "Morblax"
			}
			list = append(list, bowl(i, words, fmt.Sprint("seller", i%5)))
		}
		offers = append(offers, list)
		rights = append(rights, marks([]string{"QUOBBLE", "ZVANTIX", "MORBLAX"}[:1+n%3]...))
	}
	return offers, rights
}

// liveNights runs the nights that the ledger in dir does not have yet.
func liveNights(dir string, size int) error {
	offers, rights := victimNights(size)
	clock := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	s, err := newStreet(dir, func() time.Time { return clock }, oneWatch(), rights[0])
	if err != nil {
		return err
	}
	defer s.close()
	for n := range offers {
		clock = time.Date(2026, 3, 1+n, 3, 0, 0, 0, time.UTC)
		if last, err := s.ledger.Last(context.Background(), "shop"); err != nil {
			return err
		} else if last != nil && last.ID > int64(n) {
			continue
		}
		if err := buildCorpus(s.corpus(), rights[n]); err != nil {
			return err
		}
		s.offers = offers[n]
		if _, err := s.m.Run(context.Background(), &s.config.Watches[0], time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

func victim(dir string) int {
	size, err := strconv.Atoi(os.Getenv(victimSize))
	if err == nil {
		err = liveNights(dir, size)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestKill kills the program at random moments, many times, and holds that the ledger ends as it does undisturbed: nothing
// lost, nothing twice.
func TestKill(t *testing.T) {
	size, most := 700, 25
	if testing.Short() {
		size, most = 100, 5
	}
	calm := t.TempDir()
	if err := liveNights(calm, size); err != nil {
		t.Fatal(err)
	}
	want := history(t, calm)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
	kills := 0
	for tries := 0; ; tries++ {
		if tries > 200 {
			t.Fatal("the nights do not end")
		}
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), victimSwitch+"="+dir, victimSize+"="+strconv.Itoa(size))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		wait := time.Duration(20+rng.IntN(200+20*kills)) * time.Millisecond
		if kills >= most {
			wait = 5 * time.Minute
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("after %d kills: %v: %s", kills, err, stderr.String())
			}
			t.Logf("%d kills", kills)
			if got := history(t, dir); !slices.Equal(got, want) {
				t.Errorf("%d events after %d kills, want %d", len(got), kills, len(want))
			}
			return
		case <-time.After(wait):
			_ = cmd.Process.Kill()
			<-ended
			kills++
		}
	}
}

// history returns the events of the ledger in dir.
func history(t *testing.T, dir string) []string {
	t.Helper()
	s := &street{dir: dir, now: time.Now, config: oneWatch()}
	if err := s.config.Check(); err != nil {
		t.Fatal(err)
	}
	if err := s.open(); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.ledger.Check(t.Context()); err != nil {
		t.Error(err)
	}
	out, _ := s.told(t, 0)
	if len(out) == 0 {
		t.Fatal("no events")
	}
	return out
}
