package scanner_test

import (
	"context"
	"io"
	"path/filepath"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/synth"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
	"lookalike/scanner"
)

// lines is a sink that encodes and throws away.
type lines struct{ e *scanner.Encoder }

func (l lines) Put(_ context.Context, f scanner.Finding) error { return l.e.Finding(f) }

// BenchmarkScan scans 20,000 synthetic listings of title, category and description against 3,000 marks, up to the bytes
// of the report, with one worker.
func BenchmarkScan(b *testing.B) {
	world := synth.World{Seed: 1, Rights: 3000, Size: 20_000}
	c, j := engine(b, world)
	for b.Loop() {
		s, err := scanner.New(scanner.Config{Corpora: []*matchers.Corpus{c}, Judge: j, Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Scan(b.Context(), world.Listings(), lines{scanner.NewEncoder(io.Discard)}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*world.Size)/b.Elapsed().Seconds(), "listings/s")
}

// engine builds a corpus of the world's rights and the judge over it.
func engine(b *testing.B, world synth.World) (*matchers.Corpus, *judge.Judge) {
	b.Helper()
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	var tables judge.Tables
	var err error
	tables.Goods, err = goods.Load()
	check(err)
	tables.Markets, err = market.Load()
	check(err)
	tables.Words, err = words.Load()
	check(err)
	kinds := []matchers.Kind{text.New()}
	path := filepath.Join(b.TempDir(), "synth.lkc")
	w, err := snapshot.Create(path)
	check(err)
	defer w.Abort()
	_, err = matchers.Build(b.Context(), world.RightsSource(), kinds, w, matchers.BuildOptions{Name: "synth", Dictionary: tables.Words.Dictionaries})
	check(err)
	_, err = w.Commit()
	check(err)
	f, err := snapshot.Open(path)
	check(err)
	c, err := matchers.Open(f, kinds)
	check(err)
	b.Cleanup(func() { c.Close() })
	asOf, err := corpora.ParseDate("2026-01-02")
	check(err)
	j, err := judge.New(judge.Config{AsOf: asOf}, []*matchers.Corpus{c}, tables)
	check(err)
	return c, j
}
