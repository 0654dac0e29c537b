// Gensynth writes synthetic feeds and registers of any size, for measuring and for trying things out.
//
//	go run ./benchmarks/gensynth -listings 100000 >feed.csv
//	go run ./benchmarks/gensynth -listings 100000 -titles >titles.csv
//	go run ./benchmarks/gensynth -rights 1000000 >rights.csv
//	go run ./benchmarks/gensynth -rights 1000000 -uspto -bytes 500000000 >daily.xml
//
// The same seed and sizes give the same bytes. The listings use the names of a register of the same seed.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"

	"lookalike/corpora"
	"lookalike/corpora/synth"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gensynth:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	fs := flag.NewFlagSet("gensynth", flag.ContinueOnError)
	seed := fs.Uint64("seed", 1, "seed")
	listings := fs.Int("listings", 0, "write a feed of so many listings")
	rights := fs.Int("rights", 0, "write a register of so many rights")
	register := fs.Int("register", 3000, "size of the register whose names the listings use")
	uspto := fs.Bool("uspto", false, "write the register as daily XML of the USPTO and not as CSV")
	size := fs.Int64("bytes", 0, "end the daily XML behind so many bytes")
	jsonl := fs.Bool("jsonl", false, "write the feed as JSON Lines and not as CSV")
	bare := fs.Bool("titles", false, "write titles and categories alone")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if (*listings > 0) == (*rights > 0) {
		return errors.New("give either -listings or -rights")
	}
	w := bufio.NewWriterSize(out, 1<<20)
	if *rights > 0 && *uspto {
		n, err := synth.WriteUSPTO(ctx, w, synth.Rights(*seed, *rights), *size)
		if err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, "gensynth:", n, "cases")
		return w.Flush()
	}
	if *rights > 0 {
		if err := synth.WriteRights(ctx, w, synth.Rights(*seed, *rights)); err != nil {
			return err
		}
		return w.Flush()
	}
	var src corpora.Source[corpora.Listing] = synth.World{Seed: *seed, Rights: *register, Size: *listings}.Listings()
	if *bare {
		src = titles{src}
	}
	write := synth.WriteCSV
	if *jsonl {
		write = synth.WriteJSONL
	}
	if err := write(ctx, w, src); err != nil {
		return err
	}
	return w.Flush()
}

// titles keeps id, title and category of the listings of a source.
type titles struct {
	src corpora.Source[corpora.Listing]
}

// All implements corpora.Source.
func (t titles) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for l, err := range t.src.All(ctx) {
			if !yield(corpora.Listing{ID: l.ID, Title: l.Title, Category: l.Category, Markets: l.Markets}, err) {
				return
			}
		}
	}
}
