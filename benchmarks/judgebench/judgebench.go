// Package judgebench measures what judging costs beside text matching: the same listings, the same corpus and the policy
// against floods on, with and without a verdict per listing, in turn and in CPU time. What the judge leaves to the garbage
// collector and takes from the caches of the matcher counts as its own.
package judgebench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"lookalike/benchmarks/textbench"
	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/synth"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
)

// Options says what to measure.
type Options struct {
	Marks    int
	Listings int // 0: 14,000
	Rounds   int // 0: 7
	Seed     uint64
	Dir      string // for the corpus while it is measured; "": the system's
}

// Cost is what a listing takes, in CPU time, and what it gives.
type Cost struct {
	Text, Judge time.Duration // per listing
	Hits, Lines float64       // per listing
}

// Share returns the judge's time in percent of that of the text core.
func (c Cost) Share() float64 { return 100 * float64(c.Judge) / float64(max(c.Text, 1)) }

// bench is one corpus with a judge over it.
type bench struct {
	corpus *matchers.Corpus
	judge  *judge.Judge
}

// Run measures and prints a table.
func Run(ctx context.Context, w io.Writer, o Options) error {
	if o.Listings == 0 {
		o.Listings = 14_000
	}
	fmt.Fprintf(w, "machine  %s %s/%s, %d processors; times are CPU time, the median of rounds in turn with and without the judge\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	dir, err := os.MkdirTemp(o.Dir, "judgebench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := newBench(ctx, filepath.Join(dir, "marks.lkc"), o)
	if err != nil {
		return err
	}
	defer b.corpus.Close()
	fmt.Fprintf(w, "\n%d marks, %d listings\n", o.Marks, o.Listings)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "listings\ttext µs\tjudge µs\tjudge in % of text\thits\tmatches listed\t")
	titles := textbench.Titles(o.Seed, o.Listings, textbench.Marks(o.Seed, o.Marks))
	for _, set := range []struct {
		name     string
		listings func() ([]corpora.Listing, error)
	}{
		{"18 words", func() ([]corpora.Listing, error) { return textbench.Listings(o.Seed, titles, false), nil }},
		{"70 words", func() ([]corpora.Listing, error) { return textbench.Listings(o.Seed, titles, true), nil }},
		{"catalogue", func() ([]corpora.Listing, error) {
			return collect(synth.World{Seed: o.Seed, Rights: o.Marks, Size: o.Listings}.Listings().All(ctx))
		}},
	} {
		ls, err := set.listings()
		if err != nil {
			return err
		}
		c, err := Measure(ctx, b.corpus, b.judge, ls, o.Rounds)
		if err != nil {
			return err
		}
		fmt.Fprintf(t, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t\n", set.name, micro(c.Text), micro(c.Judge), c.Share(), c.Hits, c.Lines)
	}
	return t.Flush()
}

func micro(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

func collect[T any](seq iter.Seq2[T, error]) (out []T, err error) {
	for v, err := range seq {
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// Measure takes listings through the text core, and through the text core and the judge, in turn; 0 rounds are 7. Each round has
// its own share of the listings, so that the judge remembers of a right only what it would in a scan.
func Measure(ctx context.Context, c *matchers.Corpus, j *judge.Judge, ls []corpora.Listing, rounds int) (Cost, error) {
	if rounds == 0 {
		rounds = 7
	}
	var cost Cost
	p := newPass(c, j)
	var texts, judges []time.Duration
	hits, lines := 0, 0
	each := max(len(ls)/rounds, 1)
	for share := range slices.Chunk(ls[:min(len(ls), rounds*each)], each) {
		text, err := p.timed(ctx, share, false)
		if err != nil {
			return cost, err
		}
		both, err := p.timed(ctx, share, true)
		if err != nil {
			return cost, err
		}
		hits, lines = hits+p.hits, lines+p.lines
		texts, judges = append(texts, text/time.Duration(each)), append(judges, (both-text)/time.Duration(each))
	}
	if len(texts) == 0 {
		return cost, nil
	}
	n := float64(len(texts) * each)
	cost.Hits, cost.Lines = float64(hits)/n, float64(lines)/n
	cost.Text, cost.Judge = median(texts), median(judges)
	return cost, nil
}

func median(ds []time.Duration) time.Duration {
	slices.Sort(ds)
	return ds[len(ds)/2]
}

// pass is the scratch of one worker.
type pass struct {
	judge       *judge.Judge
	features    []matchers.Features
	matchers    []matchers.Matcher
	found       []matchers.Hit
	hits, lines int
}

func newPass(c *matchers.Corpus, j *judge.Judge) *pass {
	p := &pass{judge: j, matchers: c.Matchers()}
	for _, m := range p.matchers {
		p.features = append(p.features, m.Kind().New())
	}
	return p
}

// timed returns the CPU time of a run, with the memory of the run before collected outside of it.
func (p *pass) timed(ctx context.Context, ls []corpora.Listing, verdicts bool) (time.Duration, error) {
	runtime.GC()
	from := textbench.CPUTime()
	err := p.run(ctx, ls, verdicts)
	return textbench.CPUTime() - from, err
}

func (p *pass) run(ctx context.Context, ls []corpora.Listing, verdicts bool) error {
	p.hits, p.lines = 0, 0
	for i := range ls {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.match(ctx, &ls[i])
		p.hits += len(p.found)
		if !verdicts {
			continue
		}
		v, err := p.judge.Verdict(&judge.Case{Listing: &ls[i], Hits: [][]matchers.Hit{p.found}})
		if err != nil {
			return err
		}
		p.lines += len(v.Matches)
	}
	return nil
}

// match finds the hits of a listing.
func (p *pass) match(ctx context.Context, l *corpora.Listing) {
	p.found = p.found[:0]
	for k, m := range p.matchers {
		p.features[k].Prepare(ctx, l)
		p.found = m.Match(p.features[k], p.found)
	}
}

// newBench builds a corpus of the names that the text benchmark has, each held as in a register.
func newBench(ctx context.Context, path string, o Options) (*bench, error) {
	var t judge.Tables
	var err [4]error
	t.Goods, err[0] = goods.Load()
	t.Markets, err[1] = market.Load()
	t.Words, err[2] = words.Load()
	asOf, e := corpora.ParseDate("2026-01-02")
	err[3] = e
	if err := errors.Join(err[:]...); err != nil {
		return nil, err
	}
	f, err2 := build(ctx, path, o, t.Words)
	if err2 != nil {
		return nil, err2
	}
	c, err2 := matchers.Open(f, []matchers.Kind{text.New()})
	if err2 != nil {
		return nil, err2
	}
	j, err2 := judge.New(judge.Config{AsOf: asOf}, []*matchers.Corpus{c}, t)
	return &bench{c, j}, err2
}

func build(ctx context.Context, path string, o Options, w *words.Tables) (*snapshot.File, error) {
	s, err := snapshot.Create(path)
	if err != nil {
		return nil, err
	}
	defer s.Abort()
	opts := matchers.BuildOptions{Name: "marks", Dictionary: w.Dictionaries}
	if _, err := matchers.Build(ctx, register(o), []matchers.Kind{text.New()}, s, opts); err != nil {
		return nil, err
	}
	if _, err := s.Commit(); err != nil {
		return nil, err
	}
	return snapshot.Open(path)
}

// register is the source of the rights: names of textbench, and of the synthetic world what a register records beside them.
type register Options

// All yields the rights.
func (r register) All(context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		world := synth.World{Seed: r.Seed, Rights: r.Marks}
		for i, name := range textbench.Marks(r.Seed, r.Marks) {
			right := world.Right(i)
			right.Text, right.Aliases = name, nil
			if !yield(right, nil) {
				return
			}
		}
	}
}
