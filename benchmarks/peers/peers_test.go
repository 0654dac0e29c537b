package peers

import (
	"testing"
	"time"

	"lookalike/benchmarks/textbench"
)

const marks = 10_000

// peer is one way to find names, measured on as many titles as it manages in reasonable time.
type peer struct {
	name   string
	titles int
	make   func(names []string) (finder, error)
}

var all = []peer{
	{"aho-corasick", 20_000, func(n []string) (finder, error) { return newCorasick(n), nil }},
	{"brute-myers", 200, func(n []string) (finder, error) { return newBrute(n), nil }},
	{"vellum-levenshtein", 20, func(n []string) (finder, error) { return newAutomaton(n) }},
	{"bleve-fuzzy", 5, func(n []string) (finder, error) { return newFuzzy(n) }},
}

// BenchmarkPeers prints titles per second of CPU time and the ratio of ours to it: with the flood policy off, which finds
// what the peers of approximate matching find and more, and for exact matching with equal windows only.
func BenchmarkPeers(b *testing.B) {
	r, err := textbench.Build(b.Context(), b.TempDir(), 1, marks)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	titles := textbench.Titles(1, 20_000, r.Names)
	ours := map[textbench.Policy]float64{}
	for _, policy := range []textbench.Policy{textbench.Flood, textbench.NoFlood, textbench.Equal} {
		b.Run("ours-"+string(policy), func(b *testing.B) {
			for b.Loop() {
				row := r.Speed(b.Context(), textbench.Listings(1, titles, false), policy, time.Second)
				ours[policy] = row.PerSecond
				b.ReportMetric(row.PerSecond, "titles/s")
				b.ReportMetric(row.Matches, "matches/title")
			}
		})
	}
	for _, p := range all {
		b.Run(p.name, func(b *testing.B) {
			f, err := p.make(r.Names)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				start, found := textbench.CPUTime(), 0
				for _, s := range titles[:p.titles] {
					n, err := f.find(s)
					if err != nil {
						b.Fatal(err)
					}
					found += n
				}
				rate := float64(p.titles) / (textbench.CPUTime() - start).Seconds()
				b.ReportMetric(rate, "titles/s")
				b.ReportMetric(float64(found)/float64(p.titles), "matches/title")
				against := textbench.NoFlood
				if p.name == "aho-corasick" {
					against = textbench.Equal
				}
				b.ReportMetric(ours[against]/rate, "ours/theirs")
			}
		})
	}
}
