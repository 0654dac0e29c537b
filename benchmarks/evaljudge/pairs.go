package evaljudge

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// pair is two marks and what was decided about them.
type pair struct{ a, b, basis, outcome, goods string }

// confusing reports whether a pair was held confusing by sight, sound or its dominant part.
func (p pair) confusing() bool {
	b := p.basis
	return p.outcome == "LOC" && (strings.Contains(b, "sight") || strings.Contains(b, "sound") || strings.Contains(b, "dominant"))
}

func readPairs(path string) ([]pair, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(rows) < 2 {
		return nil, errors.New("no pairs in " + path)
	}
	col := map[string]int{}
	for i, h := range rows[0] {
		col[h] = i
	}
	var out []pair
	for _, r := range rows[1:] {
		p := pair{r[col["mark_a"]], r[col["mark_b"]], r[col["basis"]], r[col["outcome"]], r[col["goods"]]}
		if !strings.HasPrefix(p.a, "[") {
			out = append(out, p)
		}
	}
	return out, nil
}

// settings are the places where the second mark of a pair may stand.
var settings = []struct {
	name    string
	listing func(mark, goods string) corpora.Listing
}{
	{"title and goods", func(m, g string) corpora.Listing {
		return corpora.Listing{ID: "p", Title: m + " " + g, Category: g}
	}},
	{"title alone", func(m, g string) corpora.Listing { return corpora.Listing{ID: "p", Title: m, Category: g} }},
	{"brand field", func(m, g string) corpora.Listing {
		return corpora.Listing{ID: "p", Title: g, Brand: m, Category: g}
	}},
}

// measurePairs judges one mark of decided pairs in listings of their goods, against a corpus of the other, both ways.
func measurePairs(o Options, out io.Writer) error {
	ps, err := readPairs(o.Pairs)
	if err != nil {
		return err
	}
	for _, back := range []bool{false, true} {
		if err := pairsOneWay(o, out, ps, back); err != nil {
			return err
		}
	}
	return nil
}

func pairsOneWay(o Options, out io.Writer, ps []pair, back bool) error {
	tb, err := load()
	if err != nil {
		return err
	}
	var rights []corpora.Right
	way := "second mark listed, first one held"
	for i := range ps {
		if back {
			ps[i].a, ps[i].b = ps[i].b, ps[i].a
			way = "first mark listed, second one held"
		}
		rights = append(rights, corpora.Right{ID: fmt.Sprint(i), Text: ps[i].a, Owner: fmt.Sprint("owner ", i), Goods: ps[i].goods, Status: corpora.Live, Source: "decision"})
	}
	b, err := newBench(o, rights, tb)
	if err != nil {
		return err
	}
	defer b.corpus.Close()
	for _, set := range settings {
		by := map[string]tally{}
		for i, p := range ps {
			l := set.listing(p.b, p.goods)
			v, err := b.verdict(context.Background(), &l)
			if err != nil {
				return err
			}
			g := graded(&v, fmt.Sprint(i))
			keys := []string{p.outcome + " " + p.basis}
			if p.confusing() {
				keys = append(keys, "LOC by sight, sound or dominant part")
			}
			if p.outcome == "NO_LOC" {
				keys = append(keys, "NO_LOC together")
			}
			for _, k := range keys {
				t := by[k]
				t.all++
				t.right += one(g.Rank() >= judge.Medium.Rank())
				by[k] = t
			}
			if o.Show == "pairs" && p.confusing() && g.Rank() < judge.Medium.Rank() {
				b.showPair(out, set.name, p, g)
			}
		}
		fmt.Fprintf(out, "decided pairs at medium or above, %s, %s\n", way, set.name)
		printTallies(out, by)
	}
	return nil
}

// showPair prints a missed pair with what the matchers found of it.
func (b *bench) showPair(out io.Writer, where string, p pair, g judge.Grade) {
	fmt.Fprintf(out, "%s, %s: %q for %q, %s: %q", where, p.basis, p.b, p.a, p.goods, g)
	for _, h := range b.hits {
		if h.Part != matchers.Category && b.corpus.SignText(h.Sign) == p.a {
			fmt.Fprintf(out, "; %s %d-%d distance %d cover %d", h.Lane, h.Start, h.End, h.Dist, h.Cover)
		}
	}
	fmt.Fprintln(out)
}
