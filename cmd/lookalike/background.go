package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/scanner/policy"
	"lookalike/scanner/report"
)

// backgroundVerb counts the words of a feed for later scans.
func (a *app) backgroundVerb() *command {
	f := &scanFlags{}
	var out string
	c := a.verb("background FEED…", cobra.MinimumNArgs(1), func(c *command, args []string) error {
		return a.makeBackground(c.Context(), f, args, out)
	})
	c.Long, c.Example = a.text("help.background_long"), a.text("help.background_example")
	p := c.Flags()
	p.StringVar(&out, "out", "background.txt", a.flagText("background_out"))
	p.StringArrayVar(&f.mapping, "map", nil, a.flagText("map"))
	p.BoolVar(&f.allowPaths, "allow-paths", false, a.flagText("allow_paths"))
	return c
}

// makeBackground counts the words of the feeds at paths into the file at out. Rows that cannot be read are counted, and the
// file is written all the same: it says of how many listings.
func (a *app) makeBackground(ctx context.Context, f *scanFlags, paths []string, out string) error {
	f.output = []string{out}
	if err := f.overwrites(paths); err != nil {
		return err
	}
	counter := policy.NewBackgroundCounter()
	bad, err := a.eachListing(ctx, f, paths, counter.Add)
	if err != nil {
		return err
	}
	if counter.Listings() == 0 {
		return newFault(exitNoListings, "no_listings")
	}
	file, err := report.NewPending(out)
	if err != nil {
		return usage("output", "name", out, "reason", err.Error())
	}
	runs, err := counter.Write(file)
	if err == nil {
		err = file.Commit()
	}
	if err != nil {
		file.Discard()
		return usage("output", "name", out, "reason", err.Error())
	}
	made, err := readBackground(out)
	if err != nil {
		return err
	}
	a.note("background.done", map[string]any{"name": out, "listings": counter.Listings(), "runs": runs, "id": made.ID()})
	return a.badRows(bad)
}

// readBackground reads the file that the background verb made.
func readBackground(path string) (*policy.Background, error) {
	file, err := openNamed(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b, err := policy.ReadBackground(file)
	if err != nil {
		return nil, usage("policy", "name", path, "reason", err.Error())
	}
	return b, nil
}

// eachListing hands every listing of the feeds at paths to do, and returns the number of records that could not be read.
func (a *app) eachListing(ctx context.Context, f *scanFlags, paths []string, do func(*corpora.Listing)) (bad int, err error) {
	s := &source{}
	if err := a.openFeed(ctx, f, paths, s); err != nil {
		return 0, err
	}
	defer s.close()
	for l, err := range s.All(ctx) {
		switch {
		case ctx.Err() != nil:
			return bad, context.Cause(ctx)
		case err != nil:
			bad++
			if p, ok := errors.AsType[*corpora.Problem](err); ok && bad <= mostBadRows {
				a.note("build.bad_row", map[string]any{"origin": l.Origin, "row": l.Row, "id": l.ID, "field": p.Field, "reason": a.messages.Text(a.lang, "problem."+p.Code, p.Args)})
			}
		default:
			do(&l)
		}
	}
	for _, p := range s.feed.Problems() {
		bad++
		a.say("fault.source", map[string]any{"name": p.Args["origin"], "reason": a.messages.Text(a.lang, "problem."+p.Code, p.Args)})
	}
	return bad, nil
}

// mostBadRows bounds the bad rows that are named one by one.
const mostBadRows = 10

// badRows returns the exit code for records that could not be read.
func (a *app) badRows(bad int) error {
	if bad == 0 {
		return nil
	}
	a.say("fault.bad_rows", map[string]any{"count": bad})
	return status(exitIncomplete)
}
