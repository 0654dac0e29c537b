package judgebench

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"lookalike/benchmarks/textbench"
	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

func TestRun(t *testing.T) {
	var b bytes.Buffer
	if err := Run(t.Context(), &b, Options{Marks: 1000, Listings: 100, Rounds: 1, Seed: 1, Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	for _, set := range []string{"18 words", "70 words", "catalogue"} {
		if !strings.Contains(b.String(), set) {
			t.Errorf("no line of %s:\n%s", set, &b)
		}
	}
}

// BenchmarkVerdict judges titles and listings against 100,000 marks without the text core's time, for profiles.
func BenchmarkVerdict(b *testing.B) {
	o := Options{Marks: 100_000, Seed: 1}
	x, err := newBench(b.Context(), b.TempDir()+"/marks.lkc", o)
	if err != nil {
		b.Fatal(err)
	}
	defer x.corpus.Close()
	titles := textbench.Titles(o.Seed, 2000, textbench.Marks(o.Seed, o.Marks))
	for name, ls := range map[string][]corpora.Listing{
		"titles": textbench.Listings(o.Seed, titles, false), "long": textbench.Listings(o.Seed, titles, true),
	} {
		b.Run(name, func(b *testing.B) {
			cases := prepared(b, x, ls)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := x.judge.Verdict(&cases[i%len(cases)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// prepared returns the cases of listings.
func prepared(b *testing.B, x *bench, ls []corpora.Listing) []judge.Case {
	p := newPass(x.corpus, x.judge)
	out := make([]judge.Case, len(ls))
	for i := range ls {
		p.match(b.Context(), &ls[i])
		out[i] = judge.Case{Listing: &ls[i], Hits: [][]matchers.Hit{slices.Clone(p.found)}}
	}
	return out
}
