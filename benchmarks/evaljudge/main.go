package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options are the flags.
type options struct {
	listings, brands string
	cases            bool
	disguises        bool
	pairs            string
	classes          bool
	noDescription    bool
	show             string
	strangers        bool
	filler           int
	market           string
	matches          string
}

func run(args []string, out, errOut io.Writer) int {
	var o options
	fs := flag.NewFlagSet("evaljudge", flag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.StringVar(&o.listings, "listings", "", "JSON Lines of listings with their brands")
	fs.StringVar(&o.brands, "brands", "", "JSON Lines of names")
	fs.BoolVar(&o.disguises, "disguises", false, "write the names of -brands in every disguise into titles instead")
	fs.StringVar(&o.pairs, "pairs", "", "CSV of decided pairs of marks to judge instead")
	fs.BoolVar(&o.cases, "cases", false, "judge the labelled cases that this package holds, and nothing else")
	fs.BoolVar(&o.classes, "classes", false, "give the rights the classes of their categories")
	fs.BoolVar(&o.noDescription, "titles", false, "leave descriptions out")
	fs.StringVar(&o.show, "show", "", "print matches of a kind: others-high, others-medium, own-missed, critical")
	fs.BoolVar(&o.strangers, "strangers", false, "print only marks of which no word is the brand's")
	fs.IntVar(&o.filler, "filler", 0, "synthetic marks to add to the corpus")
	fs.StringVar(&o.matches, "matches", "", "file to write every match to, as JSON Lines")
	fs.StringVar(&o.market, "market", "US", "market asked")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	do := measure
	switch {
	case o.disguises:
		do = measureDisguises
	case o.pairs != "":
		do = measurePairs
	case o.cases:
		do = func(_ options, out io.Writer) error {
			os, err := runCases(context.Background())
			if err == nil {
				printCases(out, os)
			}
			return err
		}
	}
	if err := do(o, out); err != nil {
		fmt.Fprintln(errOut, "evaljudge:", err)
		return 1
	}
	return 0
}

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

// measure runs matchers and judge over every listing.
func measure(o options, out io.Writer) error {
	ls, err := readLines[labelled](o.listings)
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
	var matches *os.File
	if o.matches != "" {
		if matches, err = os.Create(o.matches); err != nil {
			return err
		}
		defer matches.Close()
	}
	s := &stats{o: o, out: out, rights: len(rights), by: map[string]*count{}}
	for i := range ls {
		l := ls[i].listing(o)
		start := time.Now()
		b.match(context.Background(), &l)
		matched := time.Now()
		v, err := b.judge.Verdict(&judge.Case{Listing: &l, Hits: [][]matchers.Hit{b.hits}})
		if err != nil {
			return err
		}
		s.text += matched.Sub(start)
		s.judge += time.Since(matched)
		s.add(&ls[i], &v)
		if matches != nil {
			if err := dump(matches, &ls[i], &v); err != nil {
				return err
			}
		}
	}
	s.print()
	if matches != nil {
		return matches.Close()
	}
	return nil
}
