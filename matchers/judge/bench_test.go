package judge_test

import (
	"fmt"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/synth"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// BenchmarkVerdict judges synthetic listings against registers of several sizes; the text matcher's time for the same
// listings is reported beside it.
func BenchmarkVerdict(b *testing.B) {
	tb := loadTables(b)
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var rights []corpora.Right
			for r, err := range synth.Rights(1, n).All(b.Context()) {
				if err != nil {
					b.Fatal(err)
				}
				rights = append(rights, r)
			}
			c := openCorpus(b, tb, "register", rights)
			j, err := judge.New(judge.Config{Markets: []corpora.Market{"US", "EU"}}, []*matchers.Corpus{c}, tb.Tables)
			if err != nil {
				b.Fatal(err)
			}
			var cases []judge.Case
			for l, err := range synth.Listings(2, 200).All(b.Context()) {
				if err != nil {
					b.Fatal(err)
				}
				var hits []matchers.Hit
				for _, m := range c.Matchers() {
					f := m.Kind().New()
					f.Prepare(b.Context(), &l)
					hits = m.Match(f, hits)
				}
				cases = append(cases, judge.Case{Listing: &l, Hits: [][]matchers.Hit{hits}})
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, err := j.Verdict(&cases[i%len(cases)]); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
