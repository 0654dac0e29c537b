package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/market"
)

// marketVerb prints what is known of markets, line by line with source and day of review.
func (a *app) marketVerb() *command {
	c := a.verb("market [MARKET…]", cobra.ArbitraryArgs, func(_ *command, args []string) error {
		t, err := market.Load()
		if err != nil {
			return err
		}
		today := corpora.DateOf(a.now())
		if len(args) == 0 {
			return a.listMarkets(t, today)
		}
		for _, code := range args {
			m, err := corpora.ParseMarket(code)
			p, ok := t.Profile(m)
			if err != nil || !ok {
				return usage("no_market", "market", code)
			}
			if err := a.printMarket(t, p, today); err != nil {
				return err
			}
		}
		return nil
	})
	c.Long, c.Example = a.text("help.market_long"), a.text("help.market_example")
	return c
}

// listMarkets prints a line for each market.
func (a *app) listMarkets(t *market.Table, today corpora.Date) error {
	var b strings.Builder
	for _, m := range t.All() {
		p, _ := t.Profile(m)
		fmt.Fprintf(&b, "%s  %s  %s%s\n", padRight(string(m), 4), padRight(p.Office, 4), p.Name(a.lang), a.staleness(p, today))
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

// staleness says that a profile should be reviewed, "" when it need not.
func (a *app) staleness(p *market.Profile, today corpora.Date) string {
	if !p.Stale(today) {
		return ""
	}
	return "  " + a.messages.Text(a.lang, "market.stale", map[string]any{"market": p.Name(a.lang), "date": p.Reviewed().String()})
}

// printMarket prints one profile.
func (a *app) printMarket(t *market.Table, p *market.Profile, today corpora.Date) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s%s\n", p.Market, p.Name(a.lang), a.staleness(p, today))
	row := func(label, text, source string) {
		fmt.Fprintf(&b, "  %s  %s\n", padRight(label, 12), text)
		if source != "" {
			fmt.Fprintf(&b, "  %s  (%s)\n", padRight("", 12), source)
		}
	}
	row(a.text("market.offices"), strings.Join(t.CountsIn(p.Market), " "), "")
	row(a.text("market.grace"), a.messages.Text(a.lang, "market.months", map[string]any{"count": t.GraceMonths(p.Office)}), "")
	for _, field := range market.TextFields() {
		if l, ok := p.Line(field); ok {
			row(a.text("market."+field), l.Text(a.lang), l.Source+"; "+l.Reviewed.String())
		}
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

// warnMarkets says which of the asked markets have a profile that should be reviewed.
func (a *app) warnMarkets(e *scanEngine) {
	t, err := market.Load()
	if err != nil {
		return // the judge loaded the same table
	}
	for _, m := range e.config.Markets {
		if p, ok := t.Profile(m); ok && p.Stale(e.config.AsOf) {
			a.note("market.stale", map[string]any{"market": p.Name(a.lang), "date": p.Reviewed().String()})
		}
	}
}
