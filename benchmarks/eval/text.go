package eval

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"unicode"

	"lookalike/corpora"
	"lookalike/corpora/synth"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// Options say what Text measures and with what.
type Options struct {
	World synth.World // the register and the listings
	Names int         // names per treatment; 0: 200
	Ratio int         // unrelated listings on which the slow ratio floor is taken; 0: 500

	// Real names are disguised in titles, and Pairs of marks compared. Without them those sections are left out.
	Real  []Name
	Pairs []Pair

	Kinds []matchers.Kind // text among them
	// Dictionary is what the corpus is built with, nil for none.
	Dictionary func(word string) words.Set
	// Judge makes the judge over the corpora.
	Judge func([]*matchers.Corpus) (scanner.Judge, error)
	// Machine is written into the results as it is.
	Machine string
}

// Machine describes this machine as far as the runtime knows it.
func Machine() string {
	return fmt.Sprintf("%s %s/%s, %d processors", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

// Text measures the text lanes and the judge.
func Text(ctx context.Context, o Options) (Results, error) {
	if o.Names == 0 {
		o.Names = 200
	}
	if o.Ratio == 0 {
		o.Ratio = 500
	}
	r := run{Options: o}
	if err := r.build(ctx); err != nil {
		return Results{}, fmt.Errorf("eval: building the register: %w", err)
	}
	defer r.corpus.Close()
	j, err := o.Judge([]*matchers.Corpus{r.corpus})
	if err != nil {
		return Results{}, fmt.Errorf("eval: %w", err)
	}
	if r.scanner, err = scanner.New(scanner.Config{Corpora: []*matchers.Corpus{r.corpus}, Judge: j, All: true}); err != nil {
		return Results{}, err
	}
	res := Results{
		Name:    "text",
		Machine: o.Machine,
		Data: fmt.Sprintf("synth seed %d: %d rights, up to %d names per treatment, %d listings, ratio floor on %d",
			o.World.Seed, o.World.Rights, o.Names, o.World.Size, o.Ratio),
	}
	for _, measure := range []func(context.Context) (Section, error){r.treatments, r.unrelated, r.scenarios} {
		s, err := measure(ctx)
		if err != nil {
			return Results{}, err
		}
		res.Sections = append(res.Sections, s)
	}
	if len(o.Real) == 0 {
		return res, nil
	}
	lanes, err := Lanes(ctx, o, Files{Names: o.Real, Titles: OwnTitles(o), Pairs: o.Pairs})
	if err != nil {
		return Results{}, err
	}
	res.Data += "; " + lanes.Data
	res.Sections = append(res.Sections, lanes.Sections...)
	return res, nil
}

// OwnTitles returns the titles of the world that name no right.
func OwnTitles(o Options) []string {
	var titles []string
	for i := range o.World.Size {
		if it := o.World.Item(i); it.Truth.Scenario == synth.Unrelated {
			titles = append(titles, it.Listing.Title)
		}
	}
	return titles
}

// Files are what a person gives to measure with. Each may be missing.
type Files struct {
	Names    []Name
	Titles   []string // into which names are written
	Listings []Titled // whose titles are matched as they are
	Pairs    []Pair
	Pictures int // pairs of pictures that were left out
}

// realNames is how many names each disguise is measured on.
const realNames = 1000

// Lanes measures the matchers alone, without judge: names in disguise, names between scripts, titles as they are, and
// decided pairs, as far as f has what each needs.
func Lanes(ctx context.Context, o Options, f Files) (Results, error) {
	o.Names = realNames
	res := Results{Name: "text", Machine: o.Machine}
	var data []string
	add := func(s Section, err error) error {
		if err == nil && len(s.Rows) > 0 {
			res.Sections = append(res.Sections, s)
		}
		return err
	}
	if len(f.Names) > 0 {
		var latin, chinese []string
		for _, t := range f.Titles {
			if strings.ContainsFunc(t, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				chinese = append(chinese, t)
			} else {
				latin = append(latin, t)
			}
		}
		data = append(data, fmt.Sprintf("%d names in %d titles, %d of them Chinese", len(f.Names), len(f.Titles), len(chinese)))
		if len(latin) > 0 {
			if err := add(Disguises(ctx, o, f.Names, latin)); err != nil {
				return res, err
			}
		}
		if len(chinese) > 0 {
			if err := add(Chinese(ctx, o, f.Names, chinese)); err != nil {
				return res, err
			}
		}
		if len(f.Listings) > 0 {
			if err := add(Titles(ctx, o, f.Names, f.Listings)); err != nil {
				return res, err
			}
		}
	}
	if len(f.Pairs) > 0 {
		data = append(data, fmt.Sprintf("%d decided pairs of words", len(f.Pairs)))
		if f.Pictures > 0 {
			data[len(data)-1] += fmt.Sprintf(" (%d of pictures left out)", f.Pictures)
		}
		if err := add(Pairs(ctx, o, f.Pairs)); err != nil {
			return res, err
		}
	}
	res.Data = strings.Join(data, "; ")
	return res, nil
}

// run is one evaluation.
type run struct {
	Options
	corpus  *matchers.Corpus
	scanner *scanner.Scanner
	names   map[string]bool // of all rights, lower case
	texts   []string        // lower-case name of each right
}

// build makes the corpus of the world's rights.
func (r *run) build(ctx context.Context) error {
	c, err := corpusOf(ctx, r.Kinds, r.World.RightsSource(), r.World.Rights, r.Dictionary)
	if err != nil {
		return err
	}
	r.corpus = c
	r.names = map[string]bool{}
	for i := range r.World.Rights {
		name := strings.ToLower(r.World.Name(i).Text)
		r.texts = append(r.texts, name)
		r.names[name] = true
	}
	return nil
}

// items is a source of listings whose truth is known.
type items []synth.Item

func (is items) All(context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for i := range is {
			if !yield(is[i].Listing, nil) {
				return
			}
		}
	}
}

// sinkFunc takes the finding of each item in order.
type sinkFunc func(f *scanner.Finding) error

func (s sinkFunc) Put(_ context.Context, f scanner.Finding) error { return s(&f) }

// scan judges the items and calls see for each with its finding.
func (r *run) scan(ctx context.Context, is items, see func(it *synth.Item, f *scanner.Finding)) error {
	n := 0
	_, err := r.scanner.Scan(ctx, is, sinkFunc(func(f *scanner.Finding) error {
		if f.Error != nil {
			return fmt.Errorf("eval: listing %s: %w", f.Listing.ID, &f.Error.Problem)
		}
		see(&is[n], f)
		n++
		return nil
	}))
	if err == nil && n != len(is) {
		err = errors.New("eval: the scan lost a listing")
	}
	return err
}

// about reports whether m is about the right that the item was made with: same wording, overlapping span.
func about(m *judge.Match, t *synth.Truth) bool {
	return strings.EqualFold(m.Right.Text, t.Name.Text) && m.Field == t.Field &&
		m.Start != nil && m.End != nil && *m.Start < t.End && t.Start < *m.End
}

// best returns the strictest match about the item's right, nil without any.
func best(f *scanner.Finding, t *synth.Truth) *judge.Match {
	var top *judge.Match
	for i := range f.Matches {
		m := &f.Matches[i]
		if m.SilencedBy == nil && about(m, t) && (top == nil || m.Grade.Rank() > top.Grade.Rank()) {
			top = m
		}
	}
	return top
}
