package evaljudge

import (
	"context"
	"fmt"
	"io"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/synth"
	"lookalike/matchers"
	"lookalike/matchers/fold"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
)

// nameHere stands in a title where the name is written.
const nameHere = "\x00"

var disguiseTitles = [3]string{nameHere + " running shoes for men, size 42", "Running shoes for men " + nameHere + ", size 42", "Wireless speaker " + nameHere + " with carrying strap"}

// patternsOf returns the titles of listings, without the brand that they open with, as patterns: with a name at the
// beginning, after half of the words, and at the end. A title is the same whenever it is asked for.
func patternsOf(path string) (func(i int) [3]string, error) {
	ls, err := readLines[labelled](path)
	if err != nil {
		return nil, err
	}
	var titles [][]string
	for _, l := range ls {
		if words := strings.Fields(strings.TrimPrefix(l.Title, l.Brand)); l.Lang != "zh" && len(words) >= 4 {
			titles = append(titles, words)
		}
	}
	if len(titles) == 0 {
		return nil, fmt.Errorf("%s: no titles of four words", path)
	}
	return func(i int) [3]string {
		words := titles[i*7919%len(titles)]
		text := func(ws []string) string { return strings.Join(ws, " ") }
		half := len(words) / 2
		return [3]string{nameHere + " " + text(words), text(words[:half]) + " " + nameHere + " " + text(words[half:]), text(words) + " " + nameHere}
	}, nil
}

// fewestLetters is the length from which a disguised name must be found.
const fewestLetters = 5

// bench is a corpus and a judge over it, with the scratch of one matcher.
type bench struct {
	corpus *matchers.Corpus
	judge  *judge.Judge
	f      matchers.Features
	hits   []matchers.Hit
}

func newBench(o Options, rights []corpora.Right, tb judge.Tables) (*bench, error) {
	c, err := buildCorpus(rights, tb.Words)
	if err != nil {
		return nil, err
	}
	j, err := judge.New(judge.Config{AsOf: asOf, Markets: []corpora.Market{corpora.Market(o.Market)}}, []*matchers.Corpus{c}, tb)
	return &bench{corpus: c, judge: j, f: text.New().New()}, err
}

// match fills the hits of a listing.
func (b *bench) match(ctx context.Context, l *corpora.Listing) {
	b.f.Prepare(ctx, l)
	b.hits = b.hits[:0]
	for _, m := range b.corpus.Matchers() {
		b.hits = m.Match(b.f, b.hits)
	}
}

func (b *bench) verdict(ctx context.Context, l *corpora.Listing) (judge.Verdict, error) {
	b.match(ctx, l)
	return b.judge.Verdict(&judge.Case{Listing: l, Hits: [][]matchers.Hit{b.hits}})
}

// graded returns the strictest grade of a right among the matches.
func graded(v *judge.Verdict, id string) judge.Grade {
	var g judge.Grade
	for i := range v.Matches {
		if v.Matches[i].Right.ID == id {
			g = stricter(g, v.Matches[i].Grade)
		}
	}
	return g
}

// measureDisguises writes every treatment of single-word names, of at least fewestLetters and in no dictionary, into
// titles, and counts those at medium or above.
func measureDisguises(o Options, out io.Writer) error {
	tb, err := load()
	if err != nil {
		return err
	}
	patterns := func(int) [3]string { return disguiseTitles }
	if o.Listings != "" {
		if patterns, err = patternsOf(o.Listings); err != nil {
			return err
		}
	}
	rights, err := makeRights(o, nil, tb.Goods)
	if err != nil {
		return err
	}
	b, err := newBench(o, rights, tb)
	if err != nil {
		return err
	}
	defer b.corpus.Close()
	fmt.Fprintf(out, "corpus of %d rights; names written into titles, share at medium or above by title\n", len(rights))
	for _, t := range synth.Treatments() {
		var got [3]tally
		for i := 0; i < len(rights) && got[0].all < 300; i += 7 {
			r := &rights[i]
			k := fold.Key(r.Text)
			if strings.Contains(k, " ") || len(k) != len([]rune(k)) || len(k) < fewestLetters || tb.Words.Dictionaries(k) != 0 {
				continue
			}
			d, ok := t.Apply(uint64(i), synth.Name{Text: r.Text})
			if !ok {
				continue
			}
			for n, pattern := range patterns(i) {
				l := corpora.Listing{ID: "d", Title: strings.Replace(pattern, nameHere, d, 1)}
				v, err := b.verdict(context.Background(), &l)
				if err != nil {
					return err
				}
				got[n].all++
				got[n].right += one(graded(&v, r.ID).Rank() >= judge.Medium.Rank())
			}
		}
		if got[0].all > 0 {
			fmt.Fprintf(out, "  %-14s %v |%v |%v\n", t, got[0], got[1], got[2])
		}
	}
	return nil
}
