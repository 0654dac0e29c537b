package evaljudge

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"time"

	"lookalike/benchmarks/judgebench"
	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/words"
	"lookalike/matchers/judge"
)

// Options say what Run measures. With none of Listings, Brands and Pairs it is the labelled cases.
type Options struct {
	Listings      string // JSON Lines of listings with their brands
	Brands        string // JSON Lines of names
	Pairs         string // CSV of decided pairs of marks
	Labels        string // file of what a person says of marks that are not the brand's
	Market        string // asked; "" for US
	Classes       bool   // give the rights the classes of their categories
	Disguises     bool   // write the names of Brands in every disguise into titles
	NoDescription bool   // leave descriptions out
	Strangers     bool   // show only marks of which no word is the brand's
	Filler        int    // synthetic marks to add to the corpus
	Show          string // matches to print: others-high, others-medium, own-missed, critical, sample, pairs
	Matches       string // file to write every match to, as JSON Lines
}

// Run measures and writes the figures to out. It reports whether they are those of this version, which is asked of the
// labelled cases alone.
func Run(ctx context.Context, o Options, out io.Writer) (same bool, err error) {
	o.Market = cmp.Or(o.Market, "US")
	switch {
	case o.Pairs != "":
		return true, measurePairs(o, out)
	case o.Disguises:
		return true, measureDisguises(o, out)
	case o.Listings != "" || o.Brands != "":
		return true, measure(o, out)
	}
	os, err := runCases(ctx)
	if err != nil {
		return false, err
	}
	var text bytes.Buffer
	printCases(&text, os)
	if _, err := out.Write(text.Bytes()); err != nil {
		return false, err
	}
	return text.String() == frozen, nil
}

// frozen are the results of the labelled cases at this version.
//
//go:embed cases/results.txt
var frozen string

// asOf is the day of every measurement.
var asOf = corpora.DateOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))

// load reads the embedded tables.
func load() (tb judge.Tables, err error) {
	if tb.Goods, err = goods.Load(); err != nil {
		return tb, err
	}
	if tb.Markets, err = market.Load(); err != nil {
		return tb, err
	}
	tb.Words, err = words.Load()
	return tb, err
}

// What the cost of the judge is measured on: the first listings, in some shares.
const (
	costListings = 3500
	costRounds   = 7
)

// measure runs matchers and judge over every listing.
func measure(o Options, out io.Writer) error {
	ls, err := readLines[labelled](o.Listings)
	if err != nil {
		return err
	}
	tb, err := load()
	if err != nil {
		return err
	}
	rights, err := makeRights(o, ls, tb.Goods)
	if err != nil {
		return err
	}
	b, err := newBench(o, rights, tb)
	if err != nil {
		return err
	}
	defer b.corpus.Close()
	var said labels
	if o.Labels != "" {
		if said, err = readLabels(o.Labels); err != nil {
			return err
		}
	}
	var matches *os.File
	if o.Matches != "" {
		if matches, err = os.Create(o.Matches); err != nil {
			return err
		}
		defer matches.Close()
	}
	s := &stats{o: o, out: out, rights: len(rights), by: map[string]*count{}, labels: said, dict: tb.Words}
	listings := make([]corpora.Listing, len(ls))
	for i := range ls {
		listings[i] = ls[i].listing(o)
		v, err := b.verdict(context.Background(), &listings[i])
		if err != nil {
			return err
		}
		s.add(&ls[i], &v)
		if matches != nil {
			if err := dump(matches, &ls[i], &v); err != nil {
				return err
			}
		}
	}
	s.print()
	cost, err := judgebench.Measure(context.Background(), b.corpus, b.judge, listings[:min(len(listings), costListings)], costRounds)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "CPU time per listing: text %v, judge %v (%.0f %% of text)\n", cost.Text, cost.Judge, cost.Share())
	if matches != nil {
		return matches.Close()
	}
	return nil
}
