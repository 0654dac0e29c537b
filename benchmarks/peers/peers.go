package peers

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	ahocorasick "github.com/petar-dambovaliev/aho-corasick"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/vellum"
	"github.com/blevesearch/vellum/levenshtein"

	"lookalike/matchers/core"
	"lookalike/matchers/fold"
)

// finder counts what it finds in one title.
type finder interface {
	find(title string) (int, error)
}

// windows calls yield with the squeezed text of every window of up to 24 runes. They are what every peer of approximate
// matching is asked for.
func windows(t *fold.Text, title string, yield func(string) error) error {
	t.Fold(title)
	for i, first := range t.Tokens {
		for _, last := range t.Tokens[i:] {
			n := last.To - first.From
			if n > 24 {
				break
			}
			if n < 3 {
				continue
			}
			if err := yield(string(t.Runes[first.From:last.To])); err != nil {
				return err
			}
		}
	}
	return nil
}

// edits is the distance that is asked for a window of n runes: the wider one of the marks that may lie near it.
func edits(n int) int {
	if n < 6 {
		return 1
	}
	return 2
}

// automaton searches an FST of all names with a Levenshtein automaton per window.
type automaton struct {
	t    fold.Text
	fst  *vellum.FST
	dfas [3]*levenshtein.LevenshteinAutomatonBuilder
}

func newAutomaton(names []string) (*automaton, error) {
	var keys []string
	for _, s := range names {
		keys = append(keys, fold.Squeeze(s))
	}
	slices.Sort(keys)
	var b strings.Builder
	w, err := vellum.New(&b, nil)
	if err != nil {
		return nil, err
	}
	for i, k := range slices.Compact(keys) {
		if err := w.Insert([]byte(k), uint64(i)); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	a := &automaton{}
	if a.fst, err = vellum.Load([]byte(b.String())); err != nil {
		return nil, err
	}
	for k := 1; k <= 2; k++ {
		if a.dfas[k], err = levenshtein.NewLevenshteinAutomatonBuilder(uint8(k), true); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *automaton) find(title string) (int, error) {
	n := 0
	err := windows(&a.t, title, func(w string) error {
		k := edits(utf8.RuneCountInString(w))
		dfa, err := a.dfas[k].BuildDfa(w, uint8(k))
		if err != nil {
			return err
		}
		it, err := a.fst.Search(dfa, nil, nil)
		for err == nil {
			n++
			err = it.Next()
		}
		if err != vellum.ErrIteratorDone {
			return err
		}
		return nil
	})
	return n, err
}

// fuzzy asks a bleve index of all names one fuzzy query per window.
type fuzzy struct {
	t     fold.Text
	index bleve.Index
}

func newFuzzy(names []string) (*fuzzy, error) {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = keyword.Name
	index, err := bleve.NewMemOnly(m)
	if err != nil {
		return nil, err
	}
	b := index.NewBatch()
	for i, s := range names {
		if err := b.Index(fmt.Sprint(i), map[string]string{"name": fold.Squeeze(s)}); err != nil {
			return nil, err
		}
	}
	return &fuzzy{index: index}, index.Batch(b)
}

func (f *fuzzy) find(title string) (int, error) {
	n := 0
	err := windows(&f.t, title, func(w string) error {
		q := bleve.NewFuzzyQuery(w)
		q.SetField("name")
		q.SetFuzziness(edits(utf8.RuneCountInString(w)))
		res, err := f.index.Search(bleve.NewSearchRequest(q))
		if err == nil {
			n += int(res.Total)
		}
		return err
	})
	return n, err
}

// brute compares every window with every name by Myers' bit-parallel algorithm (JACM 46, 1999) in the form of Hyyrö (2003)
// for whole strings of up to 64 runes.
type brute struct {
	t     fold.Text
	names [][]rune
}

func newBrute(names []string) *brute {
	b := &brute{}
	for _, s := range names {
		b.names = append(b.names, []rune(fold.Squeeze(s)))
	}
	return b
}

func (b *brute) find(title string) (int, error) {
	n := 0
	var eq [256]uint64
	err := windows(&b.t, title, func(w string) error {
		rs := []rune(w)
		clear(eq[:])
		for i, r := range rs {
			eq[byte(r)] |= 1 << i
		}
		for _, s := range b.names {
			k := core.ModeOf(s).Edits()
			if d := len(s) - len(rs); d > k || -d > k {
				continue
			}
			if myers(&eq, len(rs), s) <= k {
				n++
			}
		}
		return nil
	})
	return n, err
}

func myers(eq *[256]uint64, m int, text []rune) int {
	pv, mv, score := ^uint64(0), uint64(0), m
	for _, r := range text {
		e := eq[byte(r)]
		xv := e | mv
		xh := (((e & pv) + pv) ^ pv) | e
		ph, mh := mv|^(xh|pv), pv&xh
		if ph>>(m-1)&1 != 0 {
			score++
		}
		if mh>>(m-1)&1 != 0 {
			score--
		}
		ph = ph<<1 | 1
		mh <<= 1
		pv, mv = mh|^(xv|ph), ph&xv
	}
	return score
}

// corasick finds names as they are, in lower case.
type corasick struct{ a ahocorasick.AhoCorasick }

func newCorasick(names []string) *corasick {
	b := ahocorasick.NewAhoCorasickBuilder(ahocorasick.Opts{AsciiCaseInsensitive: true, MatchOnlyWholeWords: true, MatchKind: ahocorasick.StandardMatch, DFA: true})
	return &corasick{b.Build(names)}
}

func (c *corasick) find(title string) (int, error) {
	n := 0
	for it := c.a.IterOverlapping(title); it.Next() != nil; {
		n++
	}
	return n, nil
}
