package main

import (
	"github.com/spf13/cobra"

	"lookalike/benchmarks/textbench"
)

// benchVerb holds the verbs that measure speed.
func (a *app) benchVerb() *command {
	c := a.verb("bench", cobra.ArbitraryArgs, nil)
	c.AddCommand(a.benchTextVerb(), a.benchImageVerb())
	return c
}

// benchTextVerb measures the text lanes against synthetic marks.
func (a *app) benchTextVerb() *command {
	o := textbench.Options{}
	c := a.verb("text", cobra.NoArgs, func(c *command, _ []string) error {
		for _, n := range o.Sizes {
			if n < 1 {
				return usage("negative", "flag", "--marks", "value", n)
			}
		}
		return textbench.Run(c.Context(), a.stdout, o)
	})
	c.Long, c.Example = a.text("help.bench_text_long"), a.text("help.bench_text_example")
	c.Flags().IntSliceVar(&o.Sizes, "marks", []int{10_000, 100_000}, a.flagText("bench_marks"))
	return c
}
