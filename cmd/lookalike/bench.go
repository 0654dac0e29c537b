package main

import (
	"os"

	"github.com/spf13/cobra"

	"lookalike/benchmarks/textbench"
)

// benchVerb holds the verbs that measure speed.
func (a *app) benchVerb() *command {
	c := a.verb("bench", cobra.ArbitraryArgs, nil)
	c.AddCommand(a.benchTextVerb(), a.benchJudgeVerb(), a.benchImageVerb())
	return c
}

// benchTextVerb measures the text lanes against synthetic marks.
func (a *app) benchTextVerb() *command {
	o := textbench.Options{}
	program := false
	c := a.verb("text", cobra.NoArgs, func(c *command, _ []string) error {
		for _, n := range o.Sizes {
			if n < 1 {
				return usage("negative", "flag", "--marks", "value", n)
			}
		}
		if err := textbench.Run(c.Context(), a.stdout, o); err != nil || !program {
			return err
		}
		exe, err := os.Executable()
		if err != nil {
			return err
		}
		return textbench.Program{Exe: exe, Sizes: o.Sizes}.Run(c.Context(), a.stdout)
	})
	c.Long, c.Example = a.text("help.bench_text_long"), a.text("help.bench_text_example")
	c.Flags().BoolVar(&program, "program", false, a.flagText("bench_program"))
	c.Flags().IntSliceVar(&o.Sizes, "marks", []int{10_000, 100_000}, a.flagText("bench_marks"))
	return c
}
