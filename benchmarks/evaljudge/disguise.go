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

// disguiseTitles hold %s where the name stands.
var disguiseTitles = []string{"%s running shoes for men, size 42", "Running shoes for men %s, size 42", "Wireless speaker %s with carrying strap"}

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
			for n, pattern := range disguiseTitles {
				l := corpora.Listing{ID: "d", Title: fmt.Sprintf(pattern, d)}
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
