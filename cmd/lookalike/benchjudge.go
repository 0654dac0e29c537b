package main

import (
	"github.com/spf13/cobra"

	"lookalike/benchmarks/judgebench"
)

// benchJudgeVerb measures the judge beside the text core.
func (a *app) benchJudgeVerb() *command {
	o := judgebench.Options{}
	c := a.verb("judge", cobra.NoArgs, func(c *command, _ []string) error {
		for name, n := range map[string]int{"--marks": o.Marks, "--listings": o.Listings} {
			if n < 1 {
				return usage("negative", "flag", name, "value", n)
			}
		}
		return judgebench.Run(c.Context(), a.stdout, o)
	})
	c.Long, c.Example = a.text("help.bench_judge_long"), a.text("help.bench_judge_example")
	p := c.Flags()
	p.IntVar(&o.Marks, "marks", 100_000, a.flagText("bench_judge_marks"))
	p.IntVar(&o.Listings, "listings", 14_000, a.flagText("bench_judge_listings"))
	return c
}
