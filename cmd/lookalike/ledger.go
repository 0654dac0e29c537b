package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/index"
	"lookalike/scanner/evidence"
	"lookalike/scanner/ledger"
	"lookalike/scanner/monitor"
)

// ledgerVerb holds the verbs of what happened over time.
func (a *app) ledgerVerb() *command {
	c := a.verb("ledger", cobra.ArbitraryArgs, nil)
	c.AddCommand(a.ledgerLeadsVerb(), a.ledgerDecideVerb(), a.ledgerHistoryVerb(), a.ledgerEventsVerb(), a.ledgerGroupsVerb(),
		a.ledgerHoldVerb(a.verb("hold LISTING", cobra.ExactArgs(1), nil), (*ledger.Ledger).Hold),
		a.ledgerHoldVerb(a.verb("unhold LISTING", cobra.ExactArgs(1), nil), (*ledger.Ledger).Unhold), a.ledgerGCVerb())
	return c
}

// withLedger opens the ledger, which must be there.
func (a *app) withLedger(do func(l *ledger.Ledger) error) error {
	l, err := a.openLedger(false)
	if err != nil {
		return err
	}
	return errors.Join(do(l), l.Close())
}

// ledgerLeadsVerb lists leads.
func (a *app) ledgerLeadsVerb() *command {
	var q ledger.LeadQuery
	var states []string
	var since, format string
	c := a.verb("leads [ID]", cobra.MaximumNArgs(1), func(c *command, args []string) error {
		if err := choice("--format", format, "table", "jsonl"); err != nil {
			return err
		}
		for _, s := range states {
			if err := choice("--state", s, stateNames()...); err != nil {
				return err
			}
			q.States = append(q.States, ledger.State(s))
		}
		day, err := corpora.ParseDate(since)
		if err != nil {
			return usage("date", "flag", "--since", "value", since)
		}
		if day != 0 {
			q.Since = day.Time()
		}
		if len(args) > 0 {
			q.ID = args[0]
		}
		return a.withLedger(func(l *ledger.Ledger) error {
			list, err := l.Leads(c.Context(), q)
			for i := range list {
				if err != nil {
					break
				}
				if format == "jsonl" {
					err = json.NewEncoder(a.stdout).Encode(&list[i])
				} else {
					err = a.printLead(&list[i])
				}
			}
			if err == nil {
				a.note("ledger.leads", map[string]any{"count": len(list)})
			}
			return err
		})
	})
	c.Long, c.Example = a.text("help.ledger_leads_long"), a.text("help.ledger_leads_example")
	p := c.Flags()
	p.StringVar(&q.Watch, "watch", "", a.flagText("watch"))
	p.StringSliceVar(&states, "state", nil, a.flagText("lead_state"))
	p.StringVar(&since, "since", "", a.flagText("status_since"))
	p.IntVar(&q.Limit, "limit", 0, a.flagText("limit"))
	p.StringVar(&format, "format", "table", a.flagText("search_format"))
	return c
}

func stateNames() []string {
	var out []string
	for _, s := range ledger.States() {
		out = append(out, string(s))
	}
	return out
}

// printLead prints a lead in two lines.
func (a *app) printLead(d *ledger.Lead) error {
	there := "there"
	if !d.Present {
		there = "gone"
	}
	_, err := fmt.Fprintf(a.stdout, "%s  %s  %s\n    %s\n", d.ID,
		padRight(a.messages.Text(a.lang, "lead_state."+string(d.State), nil), 10),
		printable(oneLine(a.messages.Text(a.lang, "ledger.lead", map[string]any{"grade": string(d.Grade), "mark": d.Match.Mark, "owner": d.Match.Owner, "reason": d.Reason, "actor": decider(d)}))),
		printable(oneLine(a.messages.Text(a.lang, "ledger.lead_listing", map[string]any{
			"id": d.Listing.ID, "title": d.Listing.Title, "seller": d.Listing.Seller, "url": d.Listing.URL, "first": day(d.First), "last": day(d.Last), "there": there,
		}))))
	return err
}

// decider is who decided on a lead, "" before anybody did.
func decider(d *ledger.Lead) string {
	if d.Decided.IsZero() {
		return ""
	}
	return d.Actor
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// ledgerDecideVerb writes down what a person decided.
func (a *app) ledgerDecideVerb() *command {
	var d ledger.Decision
	c := a.verb("decide LEAD STATE", cobra.ExactArgs(2), func(c *command, args []string) error {
		if err := choice("STATE", args[1], stateNames()...); err != nil {
			return err
		}
		d.Lead, d.To = args[0], ledger.State(args[1])
		if strings.TrimSpace(d.By) == "" {
			return usage("decide_who")
		}
		if strings.TrimSpace(d.Reason) == "" && (d.To == ledger.StateDismissed || d.To == ledger.StateClosed) {
			return usage("decide_why", "state", args[1])
		}
		return a.withLedger(func(l *ledger.Ledger) error {
			lead, err := l.Decide(c.Context(), d)
			switch {
			case errors.Is(err, ledger.ErrNotFound):
				return usage("no_lead", "name", args[0])
			case errors.Is(err, ledger.ErrAmbiguous):
				return usage("many_leads", "name", args[0])
			case err != nil:
				return err
			}
			return a.printLead(&lead)
		})
	})
	c.Long, c.Example = a.text("help.ledger_decide_long"), a.text("help.ledger_decide_example")
	c.Flags().StringVar(&d.By, "by", "", a.flagText("by"))
	c.Flags().StringVar(&d.Reason, "reason", "", a.flagText("reason"))
	return c
}

// ledgerHistoryVerb tells what happened to a listing, a right or a lead.
func (a *app) ledgerHistoryVerb() *command {
	var right bool
	c := a.verb("history LISTING|RIGHT|LEAD", cobra.ExactArgs(1), func(c *command, args []string) error {
		return a.withLedger(func(l *ledger.Ledger) error { return a.history(c.Context(), l, args[0], right) })
	})
	c.Long, c.Example = a.text("help.ledger_history_long"), a.text("help.ledger_history_example")
	c.Flags().BoolVar(&right, "right", false, a.flagText("by_right"))
	return c
}

func (a *app) history(ctx context.Context, l *ledger.Ledger, name string, right bool) error {
	shown := 0
	show := func(q ledger.EventQuery) error {
		for e, err := range l.Events(ctx, q) {
			if err != nil {
				return err
			}
			shown++
			if err := a.printEvent(ctx, l, &e, q.Right != ""); err != nil {
				return err
			}
		}
		return nil
	}
	if !right {
		list, err := l.Find(ctx, name)
		if err != nil {
			return err
		}
		for i := range list {
			s := &list[i]
			there := "there"
			if s.Gone {
				there = "gone"
			}
			if _, err := fmt.Fprintln(a.stdout, printable(oneLine(a.messages.Text(a.lang, "ledger.listing", map[string]any{
				"watch": s.Watch, "key": s.Key.String(), "id": s.ID, "title": s.Title, "seller": s.Seller, "url": s.URL, "first": day(s.First), "last": day(s.Last), "there": there,
			})))); err != nil {
				return err
			}
			if err := show(ledger.EventQuery{Watch: s.Watch, Listing: s.Key}); err != nil {
				return err
			}
		}
		leads, err := l.Leads(ctx, ledger.LeadQuery{ID: name, Limit: 2})
		if err != nil {
			return err
		}
		if len(list) == 0 && len(leads) == 1 {
			if err := a.printLead(&leads[0]); err != nil {
				return err
			}
			if err := show(ledger.EventQuery{Lead: leads[0].ID}); err != nil {
				return err
			}
		}
	}
	if shown == 0 {
		if err := show(ledger.EventQuery{Right: name}); err != nil {
			return err
		}
	}
	if shown == 0 {
		return usage("no_history", "name", name)
	}
	return nil
}

// printEvent prints one event, with the listing that it is about when named says so; of a change every field with what it was
// and is.
func (a *app) printEvent(ctx context.Context, l *ledger.Ledger, e *ledger.Event, named bool) error {
	var d struct {
		Grade  string `json:"grade"`
		Mark   string `json:"mark"`
		From   string `json:"from"` // a grade, a state or a content
		To     string `json:"to"`
		Reason string `json:"reason"`
		By     string `json:"by"`
		Name   string `json:"name"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString(a.messages.Text(a.lang, "event."+strings.ReplaceAll(string(e.Type), ".", "_"), map[string]any{
		"grade": d.Grade, "from": d.From, "to": d.To, "mark": d.Mark, "reason": d.Reason, "by": d.By, "name": d.Name, "right": e.Right,
	}))
	if named && e.Listing != (ledger.Key{}) {
		list, err := l.Find(ctx, e.Listing.String())
		if err != nil {
			return err
		}
		for i := range list {
			text.WriteString("  " + list[i].ID + " " + brief(list[i].Title))
		}
	}
	if _, err := fmt.Fprintf(a.stdout, "  %s  %s  %s\n", stamp(e.Time), padRight(printable(e.Actor), 10), printable(oneLine(text.String()))); err != nil {
		return err
	}
	if e.Type != ledger.ListingChanged {
		return nil
	}
	var x ledger.ListingData
	if err := json.Unmarshal(e.Data, &x); err != nil {
		return err
	}
	was, ok1, err := l.Content(ctx, x.From)
	if err != nil {
		return err
	}
	is, ok2, err := l.Content(ctx, x.Content)
	if err != nil {
		return err
	}
	if !ok1 || !ok2 {
		_, err := fmt.Fprintf(a.stdout, "      %s\n", strings.Join(x.Fields, ", "))
		return err
	}
	for _, c := range ledger.Changes(&was, &is) {
		if _, err := fmt.Fprintf(a.stdout, "      %s  %s → %s\n", padRight(c.Field, 12), printable(brief(c.Old)), printable(brief(c.New))); err != nil {
			return err
		}
	}
	return nil
}

// brief is a text in one line of at most 120 letters.
func brief(s string) string {
	r := []rune(oneLine(s))
	if len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return string(r)
}

// ledgerEventsVerb writes the stream as JSON Lines.
func (a *app) ledgerEventsVerb() *command {
	var since, watch string
	c := a.verb("events", cobra.NoArgs, func(c *command, _ []string) error {
		from, err := corpora.ParseDate(since)
		if err != nil {
			return usage("date", "flag", "--since", "value", since)
		}
		q := ledger.EventQuery{Watch: watch}
		if from != 0 {
			q.Since = from.Time()
		}
		return a.withLedger(func(l *ledger.Ledger) error {
			enc := json.NewEncoder(a.stdout)
			for e, err := range l.Events(c.Context(), q) {
				if err != nil {
					return err
				}
				if err := enc.Encode(&e); err != nil {
					return err
				}
			}
			return nil
		})
	})
	c.Long = a.text("help.ledger_events_long")
	c.Flags().StringVar(&since, "since", "", a.flagText("status_since"))
	c.Flags().StringVar(&watch, "watch", "", a.flagText("watch"))
	return c
}

// ledgerGroupsVerb lists listings of several sellers that say or show the same.
func (a *app) ledgerGroupsVerb() *command {
	var watch string
	var limit int
	c := a.verb("groups", cobra.NoArgs, func(c *command, _ []string) error {
		if watch == "" {
			return usage("which_watch")
		}
		return a.withLedger(func(l *ledger.Ledger) error {
			groups, err := l.Groups(c.Context(), watch, limit)
			if err != nil {
				return err
			}
			for _, g := range groups {
				if _, err := fmt.Fprintln(a.stdout, a.messages.Text(a.lang, "ledger.group", map[string]any{"count": len(g.Listings), "by": g.By})); err != nil {
					return err
				}
				for _, s := range g.Listings {
					if _, err := fmt.Fprintf(a.stdout, "    %s  %s  %s  %s\n", printable(s.Seller), printable(s.ID), printable(brief(s.Title)), printable(s.URL)); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
	c.Long = a.text("help.ledger_groups_long")
	c.Flags().StringVar(&watch, "watch", "", a.flagText("watch"))
	c.Flags().IntVar(&limit, "limit", 20, a.flagText("limit"))
	return c
}

// ledgerHoldVerb lays a legal hold on a listing, or lifts it.
func (a *app) ledgerHoldVerb(c *command, do func(l *ledger.Ledger, ctx context.Context, s ledger.Sighting, name, actor, reason string) error) *command {
	var name, by, reason string
	c.RunE = func(c *command, args []string) error {
		if name == "" || by == "" || reason == "" {
			return usage("hold_who")
		}
		return a.withLedger(func(l *ledger.Ledger) error {
			list, err := l.Find(c.Context(), args[0])
			if err != nil {
				return err
			}
			if len(list) == 0 {
				return usage("no_history", "name", args[0])
			}
			for _, s := range list {
				err := do(l, c.Context(), s, name, by, reason)
				if errors.Is(err, ledger.ErrNotFound) {
					return usage("no_hold", "name", name)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	c.Long = a.text("help.ledger_hold_long")
	p := c.Flags()
	p.StringVar(&name, "name", "", a.flagText("hold_name"))
	p.StringVar(&by, "by", "", a.flagText("by"))
	p.StringVar(&reason, "reason", "", a.flagText("reason"))
	return c
}

// ledgerGCVerb deletes what its time of retention is over for.
func (a *app) ledgerGCVerb() *command {
	var by, reason, file string
	var dry bool
	c := a.verb("gc", cobra.NoArgs, func(c *command, _ []string) error {
		if !dry && (by == "" || reason == "") {
			return usage("gc_who")
		}
		if dry {
			by, reason = "dry run", "dry run"
		}
		cfg := &monitor.Config{}
		if _, err := os.Stat(file); err == nil || c.Flags().Changed("watches") {
			if cfg, err = a.watches(file); err != nil {
				return err
			}
		}
		return a.gc(c.Context(), cfg.Retention, by, reason, dry)
	})
	c.Long, c.Example = a.text("help.ledger_gc_long"), a.text("help.ledger_gc_example")
	p := c.Flags()
	p.BoolVar(&dry, "dry-run", false, a.flagText("gc_dry_run"))
	p.StringVar(&by, "by", "", a.flagText("by"))
	p.StringVar(&reason, "reason", "", a.flagText("reason"))
	p.StringVar(&file, "watches", "monitor.yaml", a.flagText("watches"))
	return c
}

// gc goes through the ledger and the evidence store, where they are.
func (a *app) gc(ctx context.Context, r monitor.Retention, by, reason string, dry bool) error {
	days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	code, total, stores := "ledger.deleted", 0, 0
	if dry {
		code = "ledger.would_delete"
	}
	show := func(class, watch, what, last string, count int) error {
		total += count
		_, err := fmt.Fprintln(a.stdout, printable(oneLine(a.messages.Text(a.lang, code, map[string]any{"class": class, "watch": watch, "what": what, "last": last, "count": count}))))
		return err
	}
	l, err := a.openLedger(false)
	if f, ok := errors.AsType[*fault](err); ok && f.code == "no_ledger" {
		err = nil
	}
	if err != nil {
		return err
	}
	if l != nil {
		stores++
		keep := ledger.Retention{Listing: days(r.Listing), Message: days(r.Message)}
		list, err := l.GC(ctx, keep, by, reason, true)
		if err == nil && !dry {
			if err = a.unindex(list); err == nil {
				list, err = l.GC(ctx, keep, by, reason, false)
			}
		}
		for i := range list {
			d := &list[i]
			if err == nil {
				err = show(d.Class, d.Watch, brief(d.Title), day(d.Last), d.Count)
			}
		}
		if err = errors.Join(err, l.Close()); err != nil {
			return err
		}
	}
	if _, err := os.Stat(a.evidenceStore()); !errors.Is(err, fs.ErrNotExist) {
		stores++
		o := evidence.Options{Operator: by, Retention: evidence.Retention{Page: days(r.Page), Listing: days(r.Listing)}}
		if err := a.withStore(o, false, func(s *evidence.Store) error {
			gone, err := s.GC(by, reason, dry)
			for _, g := range gone {
				if err == nil {
					err = show(g.Class, "", g.ID, day(g.Expires), 1)
				}
			}
			return err
		}); err != nil {
			return err
		}
	}
	if stores == 0 {
		return usage("no_ledger", "name", a.global.data)
	}
	a.note("ledger.gc", map[string]any{"count": total})
	return nil
}

// unindex takes listings that the ledger is about to delete out of the index. It comes before the ledger: after a kill in
// between the next call finds them again.
func (a *app) unindex(list []ledger.Deletion) error {
	var keys []index.Key
	for _, d := range list {
		if d.Class == ledger.ClassListing {
			keys = append(keys, index.Key(d.Key))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	x, err := a.openIndex(true)
	if err != nil {
		return err
	}
	_, err = x.Remove(keys)
	return errors.Join(err, x.Close())
}
