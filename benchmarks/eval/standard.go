package eval

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/starter"
	"lookalike/corpora/synth"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
	"lookalike/scanner"
)

// day is the day of every evaluation, so that no figure depends on when it is taken.
const day = "2026-01-02"

// Standard returns the options of the frozen results: 2,000 rights, 5,000 listings, the names of the starter corpus, the
// decided pairs of pairs.csv, the text kind and the judge with the embedded tables and default settings.
func Standard() (Options, error) {
	var t judge.Tables
	var err [4]error
	t.Goods, err[0] = goods.Load()
	t.Markets, err[1] = market.Load()
	t.Words, err[2] = words.Load()
	asOf, e := corpora.ParseDate(day)
	err[3] = e
	names, e := starterNames()
	pairs, _, p := ReadPairs(strings.NewReader(ownPairs))
	if err := errors.Join(append(err[:], e, p)...); err != nil {
		return Options{}, fmt.Errorf("eval: %w", err)
	}
	return Options{
		Real:       names,
		Pairs:      pairs,
		World:      synth.World{Seed: 1, Rights: 2000, Size: 5000},
		Kinds:      []matchers.Kind{text.New()},
		Dictionary: t.Words.Dictionaries,
		Judge: func(cs []*matchers.Corpus) (scanner.Judge, error) {
			return judge.New(judge.Config{AsOf: asOf}, cs, t)
		},
		Machine: Machine(),
	}, nil
}

// starterNames returns the names of the embedded corpus.
func starterNames() ([]Name, error) {
	f, err := starter.Open()
	if err != nil {
		return nil, err
	}
	c, err := matchers.Open(f, []matchers.Kind{text.New()})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	var rights []corpora.Right
	for r, err := range c.Rights().All(context.Background()) {
		if err != nil {
			return nil, err
		}
		if r.Kind == corpora.Mark {
			rights = append(rights, r)
		}
	}
	return NamesOf(rights), nil
}
