package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/scanner/evidence"
)

// evidenceShowVerb opens a capture. The log says who looked and why.
func (a *app) evidenceShowVerb() *command {
	var o evidence.Options
	var reason, item string
	c := a.verb("show ID", cobra.ExactArgs(1), func(_ *command, args []string) error {
		if o.Operator == "" || o.Jurisdiction == "" {
			return usage("evidence_store")
		}
		if strings.TrimSpace(reason) == "" {
			return usage("open_reason")
		}
		return a.withStore(o, false, func(s *evidence.Store) error {
			v, err := s.View(args[0], o.Operator, reason)
			if errors.Is(err, evidence.ErrNotFound) {
				return usage("no_capture", "id", args[0])
			}
			if err != nil {
				return newFault(exitInternal, "failed", "reason", err.Error())
			}
			if item != "" {
				return a.copyItem(v, item)
			}
			b, err := indented(v.Manifest)
			if err == nil {
				_, err = a.stdout.Write(b)
			}
			return err
		})
	})
	c.Short = a.text("help.evidence_show")
	c.Long, c.Example = a.text("help.evidence_show_long"), a.text("help.evidence_show_example")
	p := c.Flags()
	p.StringVar(&o.Operator, "operator", "", a.flagText("operator"))
	p.StringVar(&o.Jurisdiction, "jurisdiction", "", a.flagText("store_jurisdiction"))
	p.StringVar(&reason, "reason", "", a.flagText("open_reason"))
	p.StringVar(&item, "item", "", a.flagText("item"))
	return c
}

// copyItem writes an item to standard output. It fails at its end when the item is not as it was sealed.
func (a *app) copyItem(v *evidence.View, item string) error {
	r, err := v.Open(item)
	if err != nil {
		return usage("no_item", "item", item, "id", v.ID)
	}
	defer r.Close()
	if _, err := io.Copy(a.stdout, r); err != nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	return nil
}

// evidenceLogVerb prints the custody record.
func (a *app) evidenceLogVerb() *command {
	var o evidence.Options
	c := a.verb("log [ID]", cobra.MaximumNArgs(1), func(_ *command, args []string) error {
		if o.Operator == "" || o.Jurisdiction == "" {
			return usage("evidence_store")
		}
		return a.withStore(o, false, func(s *evidence.Store) error {
			entries, err := s.Entries()
			if err != nil {
				return newFault(exitInternal, "failed", "reason", err.Error())
			}
			for _, e := range entries {
				if len(args) > 0 && !e.About(args[0]) {
					continue
				}
				x := e.Event
				about := strings.Join(append(x.Captures, x.Capture), " ")
				var more []string
				for _, s := range []string{x.For, x.Reason, x.Approval} {
					if s != "" {
						more = append(more, s)
					}
				}
				if _, err := fmt.Fprintf(a.stdout, "%d  %s  %s  %s  %s  %s\n", e.Seq, x.Time, x.Kind, printable(x.Actor), strings.TrimSpace(about), printable(strings.Join(more, "; "))); err != nil {
					return err
				}
			}
			return nil
		})
	})
	c.Flags().StringVar(&o.Operator, "operator", "", a.flagText("operator"))
	c.Flags().StringVar(&o.Jurisdiction, "jurisdiction", "", a.flagText("store_jurisdiction"))
	return c
}

// evidenceStampVerb asks for a time stamp of captures that have none, or for another one.
func (a *app) evidenceStampVerb() *command {
	f := &sealFlags{}
	c := a.verb("stamp ID…", cobra.MinimumNArgs(1), func(c *command, args []string) error {
		if f.o.Authority == "" {
			f.o.Authority = "stamp" // nothing is captured
		}
		o, err := f.options(c.Context(), a)
		if err != nil {
			return err
		}
		if o.Stamper == nil {
			return usage("no_timestamp")
		}
		return a.withStore(o, false, func(s *evidence.Store) error {
			for _, id := range args {
				st, err := s.Stamp(c.Context(), id)
				if errors.Is(err, evidence.ErrNotFound) {
					return usage("no_capture", "id", id)
				}
				if err != nil {
					return newFault(exitIncomplete, "failed", "reason", err.Error())
				}
				if _, err := fmt.Fprintf(a.stdout, "%s  %s\n", id, a.messages.Text(a.lang, "evidence.stamped", map[string]any{"time": st.Time, "by": st.URL})); err != nil {
					return err
				}
			}
			return nil
		})
	})
	f.register(a, c)
	return c
}
