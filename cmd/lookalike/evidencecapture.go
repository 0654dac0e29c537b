package main

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/browser"
	"lookalike/corpora/fetch"
	"lookalike/scanner"
	"lookalike/scanner/crawl"
	"lookalike/scanner/evidence"
)

// sealFlags say who seals on what grounds, with whose clock and stamp.
type sealFlags struct {
	o            evidence.Options
	stamp        string
	stampRoots   string
	clock        string
	clockOffset  string
	timeServer   string
	allowPrivate bool
}

// register adds the flags of verbs that seal.
func (f *sealFlags) register(a *app, c *command) {
	p := c.Flags()
	p.StringVar(&f.o.Operator, "operator", "", a.flagText("operator"))
	p.StringVar(&f.o.Jurisdiction, "jurisdiction", "", a.flagText("store_jurisdiction"))
	p.StringVar(&f.o.Authority, "authority", "", a.flagText("authority"))
	p.StringVar(&f.stamp, "timestamp", "", a.flagText("timestamp"))
	p.StringVar(&f.stampRoots, "timestamp-roots", "", a.flagText("timestamp_roots"))
	p.StringVar(&f.clock, "clock", "", a.flagText("clock"))
	p.StringVar(&f.clockOffset, "clock-offset", "", a.flagText("clock_offset"))
	p.StringVar(&f.timeServer, "time-server", "", a.flagText("time_server"))
	p.BoolVar(&f.allowPrivate, "allow-private", false, a.flagText("allow_private"))
}

// options checks the flags and returns the options of the store.
func (f *sealFlags) options(ctx context.Context, a *app) (evidence.Options, error) {
	o := f.o
	if o.Operator == "" || o.Jurisdiction == "" || o.Authority == "" {
		return o, usage("seal_who")
	}
	roots, err := readRoots(f.stampRoots)
	if err != nil {
		return o, err
	}
	if f.stamp != "" {
		client := &http.Client{Transport: fetch.Transport(f.allowed()), Timeout: time.Minute}
		o.Stamper = &evidence.Authority{URL: f.stamp, Client: client, Roots: roots}
	}
	if o.Clock.Source = f.clock; f.clockOffset != "" {
		d, err := time.ParseDuration(f.clockOffset)
		if err != nil || f.timeServer != "" {
			return o, usage("clock_offset", "value", f.clockOffset)
		}
		o.Clock.OffsetMS, o.Clock.Measured = new(d.Milliseconds()), a.now().UTC().Format(time.RFC3339)
	}
	if f.timeServer != "" {
		if o.Clock, err = evidence.MeasureClock(ctx, f.timeServer, a.now); err != nil {
			return o, newFault(exitIncomplete, "time_server", "name", f.timeServer, "reason", err.Error())
		}
	}
	return o, nil
}

// allowed says which addresses may be connected to.
func (f *sealFlags) allowed() func(netip.AddrPort) bool {
	if f.allowPrivate {
		return func(netip.AddrPort) bool { return true }
	}
	return func(ap netip.AddrPort) bool { return fetch.Public(ap.Addr()) }
}

// readRoots reads certificates that time stamps must lead to. nil without a file.
func readRoots(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("no_file", "name", path)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, usage("no_certificate", "name", path)
	}
	return pool, nil
}

// captureFlags are the settings of a capture.
type captureFlags struct {
	sealFlags
	scan    scanFlags
	crawl   crawlFlags
	report  string
	level   string
	render  string
	browser string
}

// evidenceCaptureVerb captures pages as they stand now.
func (a *app) evidenceCaptureVerb() *command {
	f := &captureFlags{}
	c := a.verb("capture [URL|FINGERPRINT…]", cobra.ArbitraryArgs, func(c *command, args []string) error {
		return a.evidenceCapture(c.Context(), f, args)
	})
	c.Short = a.text("help.evidence_capture")
	c.Long, c.Example = a.text("help.evidence_capture_long"), a.text("help.evidence_capture_example")
	f.sealFlags.register(a, c)
	f.scan.requireCoverage, f.scan.failOn, f.scan.all = "list", "high", true
	p := c.Flags()
	p.StringVar(&f.report, "report", "", a.flagText("capture_report"))
	p.StringVar(&f.level, "level", "", a.flagText("level"))
	p.StringVar(&f.render, "render", "", a.flagText("capture_render"))
	p.StringVar(&f.browser, "browser", "", a.flagText("browser"))
	p.StringVar(&f.crawl.contact, "contact", "", a.flagText("contact"))
	p.StringVar(&f.crawl.profiles, "profiles", "", a.flagText("profiles"))
	p.DurationVar(&f.crawl.delay, "delay", time.Second, a.flagText("delay"))
	p.StringArrayVar(&f.scan.corpus, "corpus", nil, a.flagText("corpus"))
	p.StringSliceVar(&f.scan.market, "market", nil, a.flagText("market"))
	p.BoolVar(&f.scan.deep, "deep", false, a.flagText("deep"))
	return c
}

// wanted is one page to capture: an address, or a finding of a report.
type wanted struct {
	url     string
	finding *scanner.Finding
}

func (a *app) evidenceCapture(ctx context.Context, f *captureFlags, args []string) error {
	if f.render != "" {
		if err := choice("--render", f.render, browser.PNG, browser.PDF); err != nil {
			return err
		}
	}
	if strings.TrimSpace(f.crawl.contact) == "" {
		return usage("no_contact")
	}
	o, err := f.options(ctx, a)
	if err != nil {
		return err
	}
	header, pages, err := f.wanted(args)
	if err != nil {
		return err
	}
	e, err := a.openLike(ctx, &f.scan, header)
	if err != nil {
		return err
	}
	defer e.close()
	v, err := f.visitor(a)
	if err != nil {
		return err
	}
	defer v.Close()
	return a.withStore(o, true, func(s *evidence.Store) error {
		sealer := &crawl.Sealer{Visitor: v, Store: s, Scan: e.once(a, &f.scan)}
		if f.render != "" {
			sealer.Render = &browser.Options{Path: f.browser, Want: f.render}
		}
		incomplete := false
		for _, w := range pages {
			r, err := sealer.Seal(ctx, crawl.SealRequest{URL: w.url, Finding: w.finding, Scan: headerOf(header, w.finding)})
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil {
				a.say("fault.capture", map[string]any{"url": w.url, "reason": err.Error()})
				incomplete = true
				continue
			}
			for _, p := range r.Problems {
				a.note("evidence.problem", map[string]any{"reason": p})
			}
			incomplete = incomplete || len(r.Problems) > 0
			if err := a.printSealed(r); err != nil {
				return err
			}
		}
		if incomplete {
			return status(exitIncomplete)
		}
		return nil
	})
}

// headerOf returns the header of the report for what stands in it.
func headerOf(h *scanner.Header, f *scanner.Finding) *scanner.Header {
	if f == nil {
		return nil
	}
	return h
}

// visitor returns what reads the pages.
func (f *captureFlags) visitor(a *app) (*crawl.Visitor, error) {
	f.crawl.allowPrivate = f.allowPrivate
	cfg, err := f.crawl.config(a, nil)
	if err != nil {
		return nil, err
	}
	if f.render != "" {
		cfg.Render = &crawl.Rendering{Options: browser.Options{Path: f.browser}}
	}
	v, err := crawl.NewVisitor(cfg)
	if err != nil {
		return nil, usage("crawl", "reason", err.Error())
	}
	return v, nil
}

// wanted returns the pages that the arguments name: addresses, fingerprints of matches in the report, and without arguments
// all findings of the report at the level.
func (f *captureFlags) wanted(args []string) (*scanner.Header, []wanted, error) {
	var out []wanted
	open := map[string]bool{}
	for _, arg := range args {
		if strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://") {
			out = append(out, wanted{url: arg})
		} else {
			open[arg] = true
		}
	}
	if f.report == "" {
		if len(open) > 0 || len(args) == 0 {
			return nil, nil, usage("no_report_to_capture")
		}
		return nil, out, nil
	}
	level, err := scanner.ParseFailOn(orElse(f.level, "high"))
	if err != nil {
		return nil, nil, usage("fail_on", "value", f.level)
	}
	file, err := openNamed(f.report)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	var header *scanner.Header
	for line, err := range scanner.NewDecoder(file).All() {
		if err != nil && !errors.Is(err, scanner.ErrCutShort) {
			return nil, nil, usage("report", "name", f.report, "reason", err.Error())
		}
		if line.Header != nil {
			header = line.Header
		}
		x := line.Finding
		if x == nil {
			continue
		}
		take := len(args) == 0 && level.Reached(x)
		for i := range x.Matches {
			if fp := x.Matches[i].Fingerprint; open[fp] {
				take = true
				delete(open, fp)
			}
		}
		if take {
			out = append(out, wanted{url: x.Listing.URL, finding: x})
		}
	}
	for fp := range open {
		return nil, nil, usage("no_match", "fingerprint", fp, "name", f.report)
	}
	if len(out) == 0 {
		return nil, nil, newFault(exitNoListings, "nothing_to_capture", "name", f.report)
	}
	return header, out, nil
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// once returns what scans one listing, all readings told.
func (e *scanEngine) once(a *app, f *scanFlags) func(ctx context.Context, l *corpora.Listing) (*scanner.Header, *scanner.Finding, error) {
	return func(ctx context.Context, l *corpora.Listing) (*scanner.Header, *scanner.Finding, error) {
		sc, err := e.scanner(f)
		if err != nil {
			return nil, nil, err
		}
		found := &searchLog{}
		if _, err := sc.Scan(ctx, one{*l}, found); err != nil {
			return nil, nil, err
		}
		if found.finding == nil {
			return nil, nil, errors.New("the scan said nothing of it")
		}
		h := sc.Header(e.run(a.now().UTC()))
		return &h, found.finding, nil
	}
}
