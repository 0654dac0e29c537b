package crawl

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestMain lets the test program be the crawl that TestKill kills.
func TestMain(m *testing.M) {
	if seed := os.Getenv("CRAWL_CHILD"); seed != "" {
		if err := child(seed, os.Getenv("CRAWL_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child crawls a shop and writes the id of every listing to a file.
func child(seed, dir string) error {
	out, err := os.OpenFile(filepath.Join(dir, "ids"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer out.Close()
	c := quick(nil, seed)
	c.Dir = dir
	cr, err := New(c)
	if err != nil {
		return err
	}
	defer cr.Close()
	for l, err := range cr.All(context.Background()) {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, l.ID); err != nil {
			return err
		}
	}
	return nil
}

// fuse calls blow once when a number of requests has come.
type fuse struct {
	http.Handler
	mu   sync.Mutex
	left int
	blow func()
}

func (f *fuse) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	if f.left--; f.left == 0 {
		f.blow()
	}
	f.mu.Unlock()
	f.Handler.ServeHTTP(w, r)
}

func (f *fuse) set(n int, blow func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.blow = n, blow
}

func TestKill(t *testing.T) {
	const products, kills = 900, 20
	s := newShop(products)
	f := &fuse{Handler: s}
	srv := httptest.NewServer(f)
	defer srv.Close()
	f.set(-1, nil)
	want, _ := crawled(t, quick(t, srv.URL))
	s.mu.Lock()
	once := maps.Clone(s.visits)
	clear(s.visits)
	s.mu.Unlock()

	dir := t.TempDir()
	random := rand.New(rand.NewPCG(8, 1))
	died := 0
	for round := 0; ; round++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CRAWL_CHILD="+srv.URL, "CRAWL_DIR="+dir)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		after := -1
		if round < kills {
			after = 1 + random.IntN(products/kills)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		f.set(after, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		if round < kills && err != nil {
			if stderr.Len() > 0 {
				t.Fatalf("round %d: %s", round, stderr.String())
			}
			died++
			continue
		}
		if err != nil {
			t.Fatalf("round %d: %v %s", round, err, stderr.String())
		}
		break
	}
	if died < 15 {
		t.Fatalf("killed %d times", died)
	}

	got := map[string]int{}
	file, err := os.Open(filepath.Join(dir, "ids"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		got[lines.Text()]++
	}
	if len(got) != len(want) {
		t.Errorf("%d listings, undisturbed %d", len(got), len(want))
	}
	for _, l := range want {
		if got[l.ID] == 0 {
			t.Errorf("%s is lost", l.ID)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// What was on its way when a crawl died is asked for again, and nothing else.
	repeated := 0
	for path, n := range s.visits {
		if strings.HasPrefix(path, "/p/") {
			repeated += n - 1
		}
		if once[path] == 0 {
			t.Errorf("%s was asked for, but not by the undisturbed crawl", path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(once)) {
		if s.visits[path] == 0 {
			t.Errorf("%s was never asked for", path)
		}
	}
	if most := died * 3 * quick(t).Workers; repeated > most {
		t.Errorf("%d pages were asked for again after %d kills, want at most %d", repeated, died, most)
	}
	t.Logf("killed %d times, %d of %d pages asked for again, %d listings handed out again", died, repeated, len(once), sum(got)-len(got))
}

func sum(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}
