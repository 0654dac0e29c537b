package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/scanner/crawl"
	"lookalike/scanner/evidence"
	"lookalike/scanner/report"
)

// evidenceVerb holds the verbs of sealed captures.
func (a *app) evidenceVerb() *command {
	c := a.verb("evidence", cobra.ArbitraryArgs, nil)
	c.AddCommand(a.evidenceCaptureVerb(), a.evidenceImportVerb(), a.evidenceListVerb(), a.evidenceShowVerb(), a.evidenceLogVerb(), a.evidenceStampVerb(), a.evidenceVerifyVerb(), a.evidenceExportVerb())
	return c
}

// evidenceStore is the folder of sealed captures.
func (a *app) evidenceStore() string { return filepath.Join(a.global.data, "evidence") }

// withStore opens the store for writing, or makes it where create says so.
func (a *app) withStore(o evidence.Options, create bool, do func(s *evidence.Store) error) error {
	o.Engine, o.Now = engine, a.now
	dir := a.evidenceStore()
	s, err := evidence.Open(dir, o)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return usage("no_evidence", "name", dir)
		}
		s, err = evidence.Create(dir, o)
	}
	if err != nil {
		return newFault(exitInternal, "evidence", "name", dir, "reason", err.Error())
	}
	for _, e := range s.Recovered() {
		a.note("evidence.recovered", map[string]any{"what": e})
	}
	return errors.Join(do(s), s.Close())
}

// evidenceImportVerb seals a page that a person saved.
func (a *app) evidenceImportVerb() *command {
	var f sealFlags
	scan := &scanFlags{requireCoverage: "list", failOn: "high", all: true}
	var savedBy, savedAt, address string
	c := a.verb("import FILE", cobra.ExactArgs(1), func(c *command, args []string) error {
		at, err := time.Parse(time.RFC3339, savedAt)
		if err != nil {
			day, dayErr := corpora.ParseDate(savedAt)
			if dayErr != nil || day == 0 {
				return usage("saved_at", "value", savedAt)
			}
			at = day.Time()
		}
		o, err := f.options(c.Context(), a)
		if err != nil {
			return err
		}
		file, err := openNamed(args[0])
		if err != nil {
			return err
		}
		defer file.Close()
		st, err := file.Stat()
		if err != nil {
			return err
		}
		q := evidence.ImportRequest{Name: filepath.Base(args[0]), File: file, Size: st.Size(), SavedBy: orElse(savedBy, o.Operator), SavedAt: at, URL: address}
		if err := a.scanSaved(c.Context(), scan, args[0], &q); err != nil {
			return err
		}
		return a.withStore(o, true, func(s *evidence.Store) error {
			receipt, err := s.Import(c.Context(), q)
			if err != nil {
				return newFault(exitIncomplete, "feed", "name", args[0], "reason", err.Error())
			}
			for _, p := range receipt.Problems {
				a.note("evidence.problem", map[string]any{"reason": p})
			}
			return a.printSealed(receipt)
		})
	})
	c.Long, c.Example = a.text("help.evidence_import_long"), a.text("help.evidence_import_example")
	f.register(a, c)
	p := c.Flags()
	p.StringVar(&savedBy, "saved-by", "", a.flagText("saved_by"))
	p.StringVar(&savedAt, "saved-at", "", a.flagText("saved_at"))
	p.StringVar(&address, "url", "", a.flagText("saved_url"))
	p.StringArrayVar(&scan.corpus, "corpus", nil, a.flagText("corpus"))
	p.StringSliceVar(&scan.market, "market", nil, a.flagText("market"))
	return c
}

// scanSaved reads the listing of a saved page and scans it, so that both are sealed with the file. A file that does not
// describe exactly one listing is sealed without them.
func (a *app) scanSaved(ctx context.Context, f *scanFlags, path string, q *evidence.ImportRequest) error {
	saved, err := crawl.NewSaved([]string{path}, crawl.Config{Now: a.now})
	if err != nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	var listings []corpora.Listing
	for l, err := range saved.All(ctx) {
		if err == nil && len(listings) < 2 {
			listings = append(listings, l)
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if len(listings) != 1 {
		a.note("evidence.no_listing", nil)
		return nil
	}
	e, err := a.open(ctx, f)
	if err != nil {
		return err
	}
	defer e.close()
	l := listings[0]
	if q.Scan, q.Finding, err = e.once(a, f)(ctx, &l); err != nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	q.Record = &l
	return nil
}

// printSealed says under which name a capture stands, and how far its time is vouched for.
func (a *app) printSealed(r evidence.Receipt) error {
	stamp := a.messages.Text(a.lang, "evidence.not_stamped", map[string]any{"reason": r.Stamp.Reason})
	if r.Stamp.State == evidence.StateStamped {
		stamp = a.messages.Text(a.lang, "evidence.stamped", map[string]any{"time": r.Stamp.Time, "by": r.Stamp.URL})
	}
	_, err := fmt.Fprintln(a.stdout, printable(a.messages.Text(a.lang, "evidence.sealed", map[string]any{"id": r.ID, "manifest": r.Manifest, "stamp": stamp})))
	return err
}

// evidenceListVerb lists what is sealed.
func (a *app) evidenceListVerb() *command {
	var o evidence.Options
	c := a.verb("list", cobra.NoArgs, func(*command, []string) error {
		if o.Operator == "" || o.Jurisdiction == "" {
			return usage("evidence_store")
		}
		return a.withStore(o, false, func(s *evidence.Store) error {
			for _, e := range s.List() {
				if _, err := fmt.Fprintf(a.stdout, "%s  %s  %s  %s\n", e.ID, e.Made, e.Class, printable(e.Operator)); err != nil {
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

// evidenceExportVerb hands captures over.
func (a *app) evidenceExportVerb() *command {
	var o evidence.Options
	var q evidence.ExportRequest
	var out string
	var dry bool
	var parts []string
	c := a.verb("export ID…", cobra.MinimumNArgs(1), func(c *command, args []string) error {
		if o.Operator == "" || o.Jurisdiction == "" {
			return usage("evidence_store")
		}
		if out == "" && !dry || q.Purpose == "" || q.Recipient == "" || q.Jurisdiction == "" {
			return usage("export_what")
		}
		if err := choice("--recipient-kind", q.RecipientKind, evidence.Recipients()...); err != nil {
			return err
		}
		q.Captures, q.Actor = args, o.Operator
		for _, p := range parts {
			r, err := removal(p)
			if err != nil {
				return err
			}
			q.Remove = append(q.Remove, r)
		}
		return a.withStore(o, false, func(s *evidence.Store) error { return a.evidenceExport(c.Context(), s, q, out, dry) })
	})
	c.Long, c.Example = a.text("help.evidence_export_long"), a.text("help.evidence_export_example")
	p := c.Flags()
	p.StringVar(&o.Operator, "operator", "", a.flagText("operator"))
	p.StringVar(&o.Jurisdiction, "jurisdiction", "", a.flagText("store_jurisdiction"))
	p.StringVar(&q.Purpose, "purpose", "", a.flagText("purpose"))
	p.StringVar(&q.Recipient, "recipient", "", a.flagText("recipient"))
	p.StringVar(&q.RecipientKind, "recipient-kind", evidence.RecipientCounsel, a.flagText("recipient_kind"))
	p.StringVar(&q.Jurisdiction, "recipient-country", "", a.flagText("recipient_country"))
	p.StringVar(&q.Approval, "approval", "", a.flagText("approval"))
	p.StringSliceVar(&q.RemoveKinds, "remove", nil, a.flagText("remove"))
	p.StringArrayVar(&parts, "remove-part", nil, a.flagText("remove_part"))
	p.BoolVar(&dry, "dry-run", false, a.flagText("export_dry_run"))
	p.StringVar(&out, "out", "", a.flagText("bundle_out"))
	return c
}

// removal reads CAPTURE/ITEM#PART=REASON; without #PART the whole item is meant.
func removal(s string) (evidence.Removal, error) {
	where, reason, ok := strings.Cut(s, "=")
	capture, item, found := strings.Cut(where, "/")
	r := evidence.Removal{Capture: capture, Item: item, Part: -1, Reason: reason}
	if name, number, has := strings.Cut(item, "#"); has {
		n, err := strconv.Atoi(number)
		r.Item, r.Part = name, n
		ok = ok && err == nil && n >= 0
	}
	if !ok || !found || strings.TrimSpace(reason) == "" || r.Item == "" {
		return r, usage("remove_part", "value", s)
	}
	return r, nil
}

func (a *app) evidenceExport(ctx context.Context, s *evidence.Store, q evidence.ExportRequest, out string, dry bool) error {
	personal, err := s.Inspect(ctx, q.Captures, q.Actor, q.Purpose)
	if err != nil {
		return usage("feed", "name", fmt.Sprint(q.Captures), "reason", err.Error())
	}
	var kinds []string
	for _, p := range personal {
		if !slices.Contains(kinds, p.Kind) {
			kinds = append(kinds, p.Kind)
		}
	}
	for _, p := range personal {
		if _, err := fmt.Fprintf(a.stdout, "%s  %s#%d  %s  %d  %s\n", p.Capture, p.Item, p.Part, p.Kind, p.Count, printable(p.Sample)); err != nil {
			return err
		}
	}
	if len(kinds) > 0 {
		a.note("evidence.personal", map[string]any{"kinds": kinds})
	}
	if dry {
		return nil
	}
	file, err := report.NewPending(out)
	if err != nil {
		return usage("output", "name", out, "reason", err.Error())
	}
	defer file.Discard()
	if _, err := s.Export(ctx, q, file); err != nil {
		if errors.Is(err, evidence.ErrApproval) {
			return usage("approval")
		}
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	if err := file.Commit(); err != nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	a.note("evidence.exported", map[string]any{"name": out})
	return nil
}
