package main

import (
	"context"

	"lookalike/corpora"
	"lookalike/corpora/registry"
)

// enriching is the enrichment of a build, nil for none, with what is said of it in the end.
type enriching struct {
	a *app
	e *registry.Enrichment
}

// enrichment reads the files that f names. Lines that cannot be read are named at once.
func (a *app) enrichment(ctx context.Context, f *buildFlags) (enriching, error) {
	x := enriching{a: a}
	if len(f.enrich) == 0 {
		return x, nil
	}
	if _, err := corpora.ParseDate(f.enrichDate); err != nil {
		return x, usage("date", "flag", "--enrich-date", "value", f.enrichDate)
	}
	e, err := registry.OpenEnrichment(ctx, f.enrich, registry.EnrichOptions{Date: f.enrichDate})
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return x, cause
		}
		return x, feedFault(err)
	}
	for _, p := range e.Problems() {
		a.note("build.bad_row", map[string]any{
			"origin": p.Origin, "row": p.Row, "field": p.Field, "reason": a.messages.Text(a.lang, "problem."+p.Code, p.Args),
		})
	}
	x.e = e
	return x, nil
}

// source returns the rights of src with what is added to them.
func (x enriching) source(src corpora.Source[corpora.Right]) corpora.Source[corpora.Right] {
	if x.e == nil {
		return src
	}
	return x.e.Source(src)
}

// tell says what was added.
func (x enriching) tell() {
	if x.e == nil {
		return
	}
	rep := x.e.Report()
	x.a.note("build.enriched", map[string]any{
		"lines": rep.Lines, "unused": rep.Unused, "rights": rep.Rights, "aliases": rep.Aliases, "flags": rep.Flags,
	})
	if rep.Ambiguous > 0 {
		x.a.note("build.ambiguous", map[string]any{"count": rep.Ambiguous})
	}
}

// bad reports whether lines were left out.
func (x enriching) bad() bool { return x.e != nil && len(x.e.Problems()) > 0 }
