package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/scanner/policy"
)

// ownVerb holds the verbs that look into the list of own rights.
func (a *app) ownVerb() *command {
	c := a.verb("own", cobra.ArbitraryArgs, nil)
	c.Long, c.Example = a.text("help.own_long"), a.text("help.own_example")
	c.AddCommand(a.ownGapsVerb(), a.ownExpiringVerb())
	return c
}

// ownGapsVerb names the markets in which own marks are sold without an own right.
func (a *app) ownGapsVerb() *command {
	f := &recordFlags{}
	f.requireCoverage = "none"
	var from []string
	c := a.verb("gaps", cobra.NoArgs, func(c *command, _ []string) error {
		if len(from) == 0 {
			return usage("own_feed")
		}
		return a.ownGaps(c.Context(), f, from)
	})
	c.Long, c.Example = a.text("help.own_gaps_long"), a.text("help.own_gaps_example")
	p := c.Flags()
	p.StringVar(&f.policy.own, "own", "", a.flagText("own"))
	p.StringArrayVar(&from, "feed", nil, a.flagText("own_feed"))
	p.StringSliceVar(&f.market, "market", nil, a.flagText("own_market"))
	p.StringArrayVar(&f.mapping, "map", nil, a.flagText("map"))
	p.StringVar(&f.asOf, "as-of", "", a.flagText("as_of"))
	p.StringVar(&f.layout, "format", "table", a.flagText("info_format"))
	return c
}

func (a *app) ownGaps(ctx context.Context, f *recordFlags, from []string) error {
	if err := choice("--format", f.layout, "table", "json"); err != nil {
		return err
	}
	cfg, err := f.judgeConfig(a)
	if err != nil {
		return err
	}
	own, path, err := a.ownList(f)
	if err != nil {
		return err
	}
	table, err := market.Load()
	if err != nil {
		return err
	}
	classes, err := goods.Load()
	if err != nil {
		return err
	}
	finder := own.NewGapFinder(table, cfg.AsOf, cfg.Markets, func(category, title string) int {
		if got := classes.Classify(category, title).Classes; len(got) > 0 {
			return int(got[0].Class)
		}
		return 0
	})
	bad, err := a.eachListing(ctx, &f.scanFlags, from, finder.Add)
	if err != nil {
		return err
	}
	if finder.Listings == 0 && bad == 0 {
		return newFault(exitNoListings, "no_listings")
	}
	gaps := finder.List()
	if f.layout == "json" {
		b, err := indented(map[string]any{"as_of": cfg.AsOf.String(), "listings": finder.Listings, "no_market": finder.Nowhere, "gaps": gaps, "not_sold": listOf(finder.Unsold())})
		if err != nil {
			return err
		}
		if _, err := a.stdout.Write(b); err != nil {
			return err
		}
	} else if err := a.printGaps(path, finder, gaps, classes); err != nil {
		return err
	}
	if err := a.badRows(bad); err != nil {
		return err
	}
	if finder.Nowhere > 0 {
		return status(exitIncomplete)
	}
	if slices.ContainsFunc(gaps, func(g policy.Gap) bool { return g.Kind != policy.GapRecordal }) {
		return status(exitFindings)
	}
	return nil
}

func (a *app) printGaps(path string, finder *policy.GapFinder, gaps []policy.Gap, classes *goods.Table) error {
	var b bytes.Buffer
	tell := func(code string, args map[string]any) {
		fmt.Fprintln(&b, printable(oneLine(a.messages.Text(a.lang, code, args))))
	}
	for _, g := range gaps {
		class := ""
		if g.Class != 0 {
			class = classes.ClassName(uint8(g.Class), a.lang)
		}
		tell("own.gap_"+string(g.Kind), map[string]any{"mark": g.Mark, "market": string(g.Market), "class": g.Class, "goods": class, "n": g.Listings, "example": g.Example})
	}
	if unsold := finder.Unsold(); len(unsold) > 0 {
		tell("own.not_sold", map[string]any{"marks": unsold})
	}
	if finder.Nowhere > 0 {
		tell("own.no_market", map[string]any{"n": finder.Nowhere})
	}
	tell("own.summary_gaps", map[string]any{"name": path, "n": len(gaps), "listings": finder.Listings})
	_, err := a.stdout.Write(b.Bytes())
	return err
}

// ownList reads the list of own rights that f names, or the one with the usual name.
func (a *app) ownList(f *recordFlags) (*policy.Own, string, error) {
	path, err := findList(f.policy.own, ownFiles, usage("no_own", "names", ownFiles))
	if err != nil {
		return nil, "", err
	}
	own, err := readOwn(path)
	return own, path, err
}

// ownExpiringVerb names the own rights and recordals that end soon or have ended.
func (a *app) ownExpiringVerb() *command {
	f := &recordFlags{}
	f.requireCoverage = "none"
	c := a.verb("expiring", cobra.NoArgs, func(c *command, _ []string) error {
		return a.ownExpiring(f)
	})
	c.Long, c.Example = a.text("help.own_expiring_long"), a.text("help.own_expiring_example")
	p := c.Flags()
	p.StringVar(&f.policy.own, "own", "", a.flagText("own"))
	p.IntVar(&f.days, "days", 180, a.flagText("days"))
	p.StringVar(&f.asOf, "as-of", "", a.flagText("as_of"))
	p.StringVar(&f.layout, "format", "table", a.flagText("info_format"))
	return c
}

func (a *app) ownExpiring(f *recordFlags) error {
	if err := choice("--format", f.layout, "table", "json"); err != nil {
		return err
	}
	if f.days < 0 {
		return usage("negative", "flag", "--days", "value", f.days)
	}
	cfg, err := f.judgeConfig(a)
	if err != nil {
		return err
	}
	own, path, err := a.ownList(f)
	if err != nil {
		return err
	}
	list := own.Expiring(cfg.AsOf, f.days)
	var b bytes.Buffer
	if f.layout == "json" {
		text, err := indented(map[string]any{"as_of": cfg.AsOf.String(), "expiring": listOf(list)})
		if err != nil {
			return err
		}
		b.Write(text)
	} else {
		for _, w := range list {
			days := w.Args["days"].(int)
			fmt.Fprintln(&b, printable(oneLine(strings.Join(filled(w.Args["expires"].(string), a.daysLeft(&days), a.messages.Text(a.lang, "own."+w.Code, w.Args)), "  "))))
		}
		fmt.Fprintln(&b, printable(a.messages.Text(a.lang, "own.summary_expiring", map[string]any{"name": path, "n": len(list), "all": len(own.Rights()), "days": f.days, "as_of": cfg.AsOf.String()})))
	}
	if _, err := a.stdout.Write(b.Bytes()); err != nil {
		return err
	}
	if len(list) > 0 {
		return status(exitFindings)
	}
	return nil
}
