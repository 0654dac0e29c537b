package main

import (
	"github.com/spf13/cobra"

	"lookalike/benchmarks/imagebench"
)

// benchImageVerb measures the picture lanes against pictures that the program draws.
func (a *app) benchImageVerb() *command {
	o := imagebench.Options{}
	c := a.verb("image", cobra.NoArgs, func(c *command, _ []string) error {
		for name, n := range map[string]int{"--hashes": o.Hashes, "--corpus": o.Corpus, "--references": o.References, "--listings": o.Listings} {
			if n < 0 {
				return usage("negative", "flag", name, "value", n)
			}
		}
		return imagebench.Run(c.Context(), a.stdout, o)
	})
	c.Long, c.Example = a.text("help.bench_image_long"), a.text("help.bench_image_example")
	p := c.Flags()
	p.IntVar(&o.Hashes, "hashes", 1_000_000, a.flagText("bench_hashes"))
	p.IntVar(&o.Corpus, "corpus", 1000, a.flagText("bench_corpus"))
	p.IntVar(&o.References, "references", 1000, a.flagText("bench_references"))
	p.IntVar(&o.Listings, "listings", 1000, a.flagText("bench_listings"))
	return c
}
