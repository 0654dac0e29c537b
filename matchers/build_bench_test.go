package matchers_test

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
)

// many is n synthetic rights of a register: two classes, some fifty bytes of goods, an owner for every third.
type many int

func (n many) All(context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for i := range int(n) {
			r := corpora.Right{
				ID: fmt.Sprintf("us-%d", i), Text: fmt.Sprintf("Zorvane %x", i*7919), Owner: fmt.Sprintf("Holder %d, Inc.", i/3),
				Office: "US", Number: fmt.Sprint(i), Status: corpora.Live, Filed: 18000, Registered: 18500, Expires: 22000,
				Classes: []uint8{uint8(1 + i%45)}, Goods: "goods of a made-up kind, namely boots, tents and ropes",
				Source: "made up for a benchmark", Aliases: []corpora.Alias{{Text: fmt.Sprintf("佐凡%d", i%1000), Lang: "zh"}},
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// BenchmarkBuild builds the tables alone, without the sections of any kind.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{15_000, 150_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w, err := snapshot.Create(filepath.Join(b.TempDir(), "x.lkc"))
				if err != nil {
					b.Fatal(err)
				}
				o := matchers.BuildOptions{Dictionary: func(string) words.Set { return 0 }}
				if _, err := matchers.Build(b.Context(), many(n), nil, w, o); err != nil {
					b.Fatal(err)
				}
				if _, err := w.Commit(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rights/s")
		})
	}
}
