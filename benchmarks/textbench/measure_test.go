package textbench

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	var b bytes.Buffer
	if err := Run(t.Context(), &b, Options{Sizes: []int{1000}, Seed: 1, Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "1.000"); n != 2 {
		t.Errorf("the table tells recall 1 %d times, want 2:\n%s", n, &b)
	}
}

func TestRecall(t *testing.T) {
	r, err := Build(t.Context(), t.TempDir(), 1, 3000)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	recall, err := r.Recall(Titles(1, 12, r.Names))
	if err != nil || recall != 1 {
		t.Errorf("recall %v, error %v", recall, err)
	}
}

// BenchmarkText measures per register. The larger ones are left out of short runs.
func BenchmarkText(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		if n > 10_000 && testing.Short() {
			continue
		}
		r, err := Build(b.Context(), b.TempDir(), 1, n)
		if err != nil {
			b.Fatal(err)
		}
		titles := Titles(1, 2000, r.Names)
		for _, policy := range []Policy{Flood, NoFlood, Equal} {
			b.Run(fmt.Sprintf("%d/flood=%s", n, policy), func(b *testing.B) {
				for b.Loop() {
					row := r.Speed(b.Context(), Listings(1, titles, false), policy, time.Second)
					b.ReportMetric(row.PerSecond, "titles/s")
					b.ReportMetric(row.Matches, "matches/title")
				}
			})
		}
		r.Close()
	}
}

var results = flag.String("results", "", "write the table of all sizes to this file")

// TestTable writes the table that is kept under benchmarks/results.
func TestTable(t *testing.T) {
	if *results == "" {
		t.Skip("takes minutes: run with -results FILE")
	}
	f, err := os.Create(*results)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := Run(t.Context(), f, Options{Seed: 1, Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
}
