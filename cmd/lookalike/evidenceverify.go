package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/scanner"
	"lookalike/scanner/evidence"
)

// evidenceVerifyVerb checks a store or an exported bundle, offline.
func (a *app) evidenceVerifyVerb() *command {
	var roots, head string
	f := &scanFlags{requireCoverage: "list", failOn: "high", all: true}
	c := a.verb("verify [PATH]", cobra.MaximumNArgs(1), func(c *command, args []string) error {
		path := a.evidenceStore()
		if len(args) > 0 {
			path = args[0]
		}
		if _, err := os.Stat(path); err != nil {
			return usage("no_file", "name", path)
		}
		var o evidence.VerifyOptions
		var err error
		if o.Roots, err = readRoots(roots); err != nil {
			return err
		}
		if o.Head, err = readHead(head); err != nil {
			return err
		}
		again := &rescans{a: a, f: f, engines: map[string]*scanEngine{}}
		defer again.close()
		o.Scan = again.scan
		rep, err := evidence.Verify(c.Context(), path, o)
		if err != nil {
			return newFault(exitInternal, "evidence", "name", path, "reason", err.Error())
		}
		return a.printVerification(rep)
	})
	c.Long, c.Example = a.text("help.evidence_verify_long"), a.text("help.evidence_verify_example")
	p := c.Flags()
	p.StringArrayVar(&f.corpus, "corpus", nil, a.flagText("corpus"))
	p.StringVar(&roots, "timestamp-roots", "", a.flagText("timestamp_roots"))
	p.StringVar(&head, "head", "", a.flagText("log_head"))
	return c
}

// readHead reads SEQ:HASH, a position of the log that was written down elsewhere. nil for "".
func readHead(s string) (*evidence.Head, error) {
	if s == "" {
		return nil, nil
	}
	seq, hash, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil || n < 1 || len(hash) != 64 {
		return nil, usage("log_head", "value", s)
	}
	return &evidence.Head{Seq: n, Hash: hash}, nil
}

// rescans scans captured listings again, with the corpora and settings that their findings name.
type rescans struct {
	a       *app
	f       *scanFlags
	engines map[string]*scanEngine
}

func (r *rescans) scan(ctx context.Context, l *corpora.Listing, sealed *scanner.Header) (*scanner.Finding, error) {
	if sealed.Engine != engine {
		return nil, fmt.Errorf("it was scanned by version %s, this is %s", sealed.Engine, engine)
	}
	key := sealed.Config + " " + sealed.AsOf + " " + strings.Join(sealed.Markets, ",")
	f := *r.f
	e := r.engines[key]
	if e == nil {
		var err error
		if e, err = r.a.openLike(ctx, &f, sealed); err != nil {
			if wrong, ok := errors.AsType[*fault](err); ok {
				return nil, errors.New(r.a.messages.Text(r.a.lang, "fault."+wrong.code, wrong.args))
			}
			return nil, err
		}
		r.engines[key] = e
	}
	if !e.serves(sealed) || !e.configured(sealed) {
		return nil, errors.New("the settings of that scan are not known")
	}
	_, found, err := e.once(r.a, &f)(ctx, l)
	return found, err
}

func (r *rescans) close() {
	for _, e := range r.engines {
		e.close()
	}
}

// printVerification writes what a verification found. Anything that is not as it was sealed is exit code 1, and so is a finding
// that does not come out again with the same engine, settings and corpora.
func (a *app) printVerification(rep *evidence.Report) error {
	differ := 0
	for i := range rep.Captures {
		c := &rep.Captures[i]
		if err := a.printCapture(c); err != nil {
			return err
		}
		if c.Rescore != nil && c.Rescore.State == evidence.RescoreDiffers {
			differ++
		}
	}
	for _, is := range rep.Issues {
		if _, err := fmt.Fprintf(a.stdout, "%s  %s  %s\n", a.messages.Word(a.lang, "evidence", "issue_"+is.Kind), printable(is.Where), printable(is.Detail)); err != nil {
			return err
		}
	}
	for _, n := range rep.Notes {
		a.note("evidence.note", map[string]any{"text": n})
	}
	code := "evidence.whole"
	if !rep.OK() {
		code = "evidence.broken"
	}
	_, err := fmt.Fprintln(a.stdout, a.messages.Text(a.lang, code, map[string]any{"captures": len(rep.Captures), "entries": rep.Entries, "issues": len(rep.Issues)}))
	if err == nil {
		_, err = fmt.Fprintln(a.stdout, a.messages.Text(a.lang, "evidence.head", map[string]any{"head": fmt.Sprintf("%d:%s", rep.Head.Seq, rep.Head.Hash)}))
	}
	if err == nil && (!rep.OK() || differ > 0) {
		return status(exitFindings)
	}
	return err
}

// printCapture writes a line for one capture: how its time is vouched for, and whether its finding comes out again.
func (a *app) printCapture(c *evidence.CaptureReport) error {
	msg := func(code string, args ...any) string {
		return a.messages.Text(a.lang, code, newFault(0, code, args...).args)
	}
	if c.Deleted {
		_, err := fmt.Fprintf(a.stdout, "%s  %s\n", c.ID, msg("evidence.deleted"))
		return err
	}
	var parts []string
	for _, s := range c.Stamps {
		switch {
		case s.State != evidence.StateStamped:
			parts = append(parts, msg("evidence.not_stamped", "reason", s.Why))
		case s.Error == "" && s.Info.Trusted:
			parts = append(parts, msg("evidence.stamp_trusted", "time", s.Info.Time.Format(time.RFC3339), "by", s.Info.Signer))
		case s.Error == "":
			parts = append(parts, msg("evidence.stamp_untrusted", "time", s.Info.Time.Format(time.RFC3339), "by", s.Info.Signer))
		}
	}
	if n := len(c.Removed); n > 0 {
		parts = append(parts, msg("evidence.removed", "parts", n))
	}
	if r := c.Rescore; r != nil && c.Manifest != nil && len(c.Manifest.Fingerprints) > 0 {
		switch r.State {
		case evidence.RescoreSame:
			parts = append(parts, msg("evidence.rescore_same", "score", r.Score))
		case evidence.RescoreDiffers:
			parts = append(parts, msg("evidence.rescore_differs", "was", r.Was, "score", r.Score, "why", r.Why))
		default:
			parts = append(parts, msg("evidence.rescore_not", "why", r.Why))
		}
	}
	_, err := fmt.Fprintf(a.stdout, "%s  %s\n", c.ID, printable(strings.Join(parts, "; ")))
	return err
}
