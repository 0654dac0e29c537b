package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/report"
)

// fixVerb proposes the smallest edits that clear findings.
func (a *app) fixVerb() *command {
	f := &scanFlags{}
	var x fixFlags
	c := a.verb("fix FINGERPRINT|FEED…", cobra.MinimumNArgs(1), func(c *command, args []string) error {
		if err := choice("--format", x.layout, "table", "json"); err != nil {
			return err
		}
		if x.report == "" {
			return a.fixFeed(c.Context(), f, &x, args)
		}
		if len(args) > 1 {
			return usage("fix_one")
		}
		return a.fixOne(c.Context(), f, &x, args[0])
	})
	c.Long, c.Example = a.text("help.fix_long"), a.text("help.fix_example")
	f.registerSettings(a, c)
	f.registerFeed(a, c)
	p := c.Flags()
	p.IntVar(&f.top, "top", 100, a.flagText("fix_top"))
	p.StringVar(&x.report, "report", "", a.flagText("report"))
	p.StringVar(&x.feed, "feed", "", a.flagText("feed"))
	p.StringVar(&x.brand, "brand", "", a.flagText("fix_brand"))
	p.StringVar(&x.layout, "format", "table", a.flagText("info_format"))
	return c
}

// fixFlags are the settings of a fix beside those of a scan.
type fixFlags struct {
	report, feed string
	brand        string
	layout       string
}

// mostSteps bounds the edits that are made one after the other.
const mostSteps = 6

// fixOne proposes edits for one match of a report.
func (a *app) fixOne(ctx context.Context, f *scanFlags, x *fixFlags, fingerprint string) error {
	header, finding, full, err := findMatch(x.report, fingerprint)
	if err != nil {
		return err
	}
	e, l, err := a.again(ctx, f, header, finding.Listing.ID, cmp.Or(x.feed, finding.Listing.Origin))
	if err == errNotAgain {
		return usage("fix_no_listing", "feed", cmp.Or(x.feed, finding.Listing.Origin))
	}
	if err != nil {
		return err
	}
	defer e.close()
	fx, err := a.newFixer(f, e, x.brand)
	if err != nil {
		return err
	}
	p, err := fx.propose(ctx, &l, full)
	if err != nil {
		return err
	}
	if p == nil {
		return usage("fix_changed", "fingerprint", full, "feed", cmp.Or(x.feed, finding.Listing.Origin))
	}
	return a.proposed(x, []*proposal{p}, 1)
}

// fixFeed proposes edits for the findings of feeds that rank first.
func (a *app) fixFeed(ctx context.Context, f *scanFlags, x *fixFlags, paths []string) error {
	if len(paths) == 1 && isFingerprint(paths[0]) {
		return usage("no_report", "command", "lookalike fix")
	}
	src, err := a.source(ctx, f, paths, nil)
	if err != nil {
		return err
	}
	defer src.close()
	e, err := a.open(ctx, f)
	if err != nil {
		return err
	}
	defer e.close()
	worst := report.NewWorst(max(f.top, 1))
	sc, err := e.scanner(f)
	if err != nil {
		return err
	}
	stats, err := sc.Scan(ctx, src, atLeastMedium{worst})
	if err != nil || stats.Trailer.Listings == 0 {
		return a.outcome(ctx, f, stats, err)
	}
	fx, err := a.newFixer(f, e, x.brand)
	if err != nil {
		return err
	}
	findings, of := worst.Sorted()
	var list []*proposal
	for i := range findings {
		p, err := fx.propose(ctx, findings[i].Source, "")
		if err != nil {
			return err
		}
		if p != nil {
			list = append(list, p)
		}
	}
	err = a.proposed(x, list, of)
	if stats.Trailer.Incomplete > 0 || len(stats.Trailer.Sources) > 0 {
		a.sayIncomplete(stats)
		return status(exitIncomplete)
	}
	return err
}

// atLeastMedium takes the findings that somebody has to do something about.
type atLeastMedium struct{ w *report.Worst }

// Put offers f.
func (s atLeastMedium) Put(_ context.Context, f scanner.Finding) error {
	if f.Grade != nil && f.Grade.Rank() >= judge.Medium.Rank() {
		s.w.Offer(f)
	}
	return nil
}

// isFingerprint reports whether s looks like the fingerprint of a match.
func isFingerprint(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}
