package main

import (
	"os"

	"github.com/spf13/cobra"

	"lookalike/benchmarks/evaljudge"
)

// evalJudgeVerb measures the judge on labelled cases, or on a person's own listings and names.
func (a *app) evalJudgeVerb() *command {
	var o evaljudge.Options
	c := a.verb("judge", cobra.NoArgs, func(c *command, _ []string) error {
		for _, name := range []string{o.Listings, o.Brands, o.Pairs, o.Labels} {
			if name == "" {
				continue
			}
			if _, err := os.Stat(name); err != nil {
				return feedFault(err)
			}
		}
		if o.Disguises && o.Brands == "" || o.Filler < 0 {
			return usage("eval_judge")
		}
		same, err := evaljudge.Run(c.Context(), o, a.stdout)
		if err != nil {
			return err
		}
		if !same {
			a.note("eval.differs", nil)
			return status(exitFindings)
		}
		if o.Listings == "" && o.Brands == "" && o.Pairs == "" {
			a.note("eval.same", nil)
		}
		return nil
	})
	c.Long, c.Example = a.text("help.eval_judge_long"), a.text("help.eval_judge_example")
	p := c.Flags()
	p.StringVar(&o.Listings, "listings", "", a.flagText("eval_labelled"))
	p.StringVar(&o.Brands, "brands", "", a.flagText("eval_brands"))
	p.StringVar(&o.Pairs, "pairs", "", a.flagText("eval_pairs"))
	p.StringVar(&o.Labels, "labels", "", a.flagText("eval_labels"))
	p.StringVar(&o.Market, "market", "US", a.flagText("eval_market"))
	p.BoolVar(&o.Classes, "classes", false, a.flagText("eval_classes"))
	p.BoolVar(&o.Disguises, "disguises", false, a.flagText("eval_disguises"))
	p.BoolVar(&o.NoDescription, "titles-only", false, a.flagText("eval_titles_only"))
	p.BoolVar(&o.Strangers, "strangers", false, a.flagText("eval_strangers"))
	p.IntVar(&o.Filler, "rights", 0, a.flagText("eval_filler"))
	p.StringVar(&o.Show, "show", "", a.flagText("eval_show"))
	p.StringVar(&o.Matches, "matches", "", a.flagText("eval_matches"))
	return c
}
