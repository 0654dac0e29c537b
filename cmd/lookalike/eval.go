package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/benchmarks/eval"
	"lookalike/benchmarks/results"
	"lookalike/corpora/feed"
)

// evalVerb holds the verbs that measure quality.
func (a *app) evalVerb() *command {
	c := a.verb("eval", cobra.ArbitraryArgs, nil)
	c.AddCommand(a.evalTextVerb(), a.evalImageVerb(), a.evalJudgeVerb())
	return c
}

// evalTextVerb measures the text lanes and the judge on synthetic data.
func (a *app) evalTextVerb() *command {
	var seed uint64
	var rights, listings int
	var files evalFiles
	c := a.verb("text", cobra.NoArgs, func(c *command, _ []string) error {
		o, err := eval.Standard()
		if err != nil {
			return err
		}
		standard := o.World
		if seed != 0 {
			o.World.Seed = seed
		}
		if rights != 0 {
			o.World.Rights = rights
		}
		if listings != 0 {
			o.World.Size = listings
		}
		if o.World.Rights < 1 || o.World.Size < 1 {
			return usage("eval_sizes")
		}
		if files != (evalFiles{}) {
			return a.evalFiles(c.Context(), o, files)
		}
		res, err := eval.Text(c.Context(), o)
		if err != nil {
			return err
		}
		if _, err := res.WriteTo(a.stdout); err != nil || o.World != standard {
			return err
		}
		return a.compare(results.Text, res)
	})
	c.Long, c.Example = a.text("help.eval_text_long"), a.text("help.eval_text_example")
	p := c.Flags()
	p.Uint64Var(&seed, "seed", 0, a.flagText("seed"))
	p.IntVar(&rights, "rights", 0, a.flagText("eval_rights"))
	p.IntVar(&listings, "listings", 0, a.flagText("eval_listings"))
	p.StringVar(&files.names, "names", "", a.flagText("eval_names"))
	p.StringVar(&files.titles, "titles", "", a.flagText("eval_titles"))
	p.StringVar(&files.pairs, "pairs", "", a.flagText("eval_pairs"))
	return c
}

// evalFiles are a person's own data to measure the text lanes with.
type evalFiles struct{ names, titles, pairs string }

// evalFiles measures the text lanes on a person's own names, titles and pairs: names without titles are written into titles
// of our own, titles without names take the names of the starter corpus.
func (a *app) evalFiles(ctx context.Context, o eval.Options, f evalFiles) error {
	var data eval.Files
	read := func(name string, parse func(io.Reader) error) error {
		if name == "" {
			return nil
		}
		file, err := os.Open(name)
		if err != nil {
			return feedFault(err)
		}
		defer file.Close()
		if err := parse(file); err != nil {
			return usage("feed", "name", name, "reason", err.Error())
		}
		return nil
	}
	err := read(f.names, func(r io.Reader) (err error) {
		data.Names, err = eval.ReadNames(r)
		return err
	})
	if err != nil {
		return err
	}
	err = read(f.pairs, func(r io.Reader) (err error) {
		data.Pairs, data.Pictures, err = eval.ReadPairs(r)
		return err
	})
	if err != nil {
		return err
	}
	if f.titles != "" {
		if err := a.evalTitles(ctx, f.titles, &data); err != nil {
			return err
		}
	}
	switch {
	case f.names != "" && f.titles == "":
		data.Titles = eval.OwnTitles(o)
	case f.titles != "" && f.names == "":
		data.Names = o.Real
	}
	res, err := eval.Lanes(ctx, o, data)
	if err != nil {
		return err
	}
	_, err = res.WriteTo(a.stdout)
	return err
}

// evalTitles reads the titles of a feed with the brands that it declares. A listing that cannot be read is named and left out.
func (a *app) evalTitles(ctx context.Context, path string, data *eval.Files) error {
	src, err := feed.Open(ctx, []string{path}, feed.Options{OnDialect: a.noteDialect})
	if err != nil {
		return feedFault(err)
	}
	defer src.Close()
	for l, err := range src.All(ctx) {
		if err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			a.note("eval.bad_title", map[string]any{"name": l.Origin, "row": l.Row, "reason": err.Error()})
			continue
		}
		if l.Title != "" {
			data.Titles = append(data.Titles, l.Title)
			data.Listings = append(data.Listings, eval.Titled{Title: l.Title, Brand: l.Brand})
		}
	}
	for _, p := range src.Problems() {
		a.note("eval.bad_title", map[string]any{"name": path, "row": 0, "reason": p.Error()})
	}
	if len(data.Titles) == 0 {
		return usage("feed", "name", path, "reason", "no title")
	}
	return nil
}

// compare prints every figure that differs from the frozen results, and ends with exit code 1 when one does.
func (a *app) compare(frozen string, fresh eval.Results) error {
	old, err := eval.Parse(strings.NewReader(frozen))
	if err != nil {
		return err
	}
	changes := eval.Diff(old, fresh)
	for _, c := range changes {
		if _, err := fmt.Fprintln(a.stdout, c); err != nil {
			return err
		}
	}
	if len(changes) > 0 {
		return status(exitFindings)
	}
	a.note("eval.same", nil)
	return nil
}
