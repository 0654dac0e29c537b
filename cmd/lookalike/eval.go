package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/benchmarks/eval"
	"lookalike/benchmarks/results"
)

// evalVerb holds the verbs that measure quality.
func (a *app) evalVerb() *command {
	c := a.verb("eval", cobra.ArbitraryArgs, nil)
	c.AddCommand(a.evalTextVerb(), a.evalImageVerb())
	return c
}

// evalTextVerb measures the text lanes and the judge on synthetic data.
func (a *app) evalTextVerb() *command {
	var seed uint64
	var rights, listings int
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
	return c
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
