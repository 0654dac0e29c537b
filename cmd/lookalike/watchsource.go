package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/fetch"
	"lookalike/matchers"
	"lookalike/scanner"
	"lookalike/scanner/crawl"
	"lookalike/scanner/evidence"
	"lookalike/scanner/monitor"
)

// wiring gives a monitor what it is not made of itself.
type wiring struct {
	a *app
	c *monitor.Config
}

// flags returns the settings of a scan of a watch.
func flagsOf(w *monitor.Watch) *scanFlags {
	f := &scanFlags{
		corpus: w.Corpus, market: w.Markets, source: w.Name, seller: w.Seller, from: w.From, requireCoverage: w.RequireCoverage, failOn: "none",
		deep: w.Deep, fetchImages: w.FetchImages, allowPaths: w.AllowPaths, all: true, keep: true,
		policy: policyFlags{authorisations: w.Authorisations, suppliers: w.Suppliers, ignore: w.Ignore},
	}
	if f.requireCoverage == "" {
		f.requireCoverage = "list"
	}
	for _, field := range slices.Sorted(maps.Keys(w.Map)) {
		f.mapping = append(f.mapping, field+"="+w.Map[field])
	}
	return f
}

// watchEngine is a scanEngine for a monitor.
type watchEngine struct {
	*scanEngine
	f    *scanFlags
	rule string
}

func (s *wiring) openEngine(ctx context.Context, w *monitor.Watch, day corpora.Date) (monitor.Engine, error) {
	f := flagsOf(w)
	f.asOf = day.String()
	e, err := s.a.open(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &watchEngine{scanEngine: e, f: f}
	if out.rule, err = out.identityWithoutDay(); err != nil {
		e.close()
		return nil, err
	}
	return out, nil
}

// identityWithoutDay hashes all that can change a verdict but the corpora and the day.
func (e *watchEngine) identityWithoutDay() (string, error) {
	cfg := e.config
	cfg.AsOf = 0
	base, err := e.identity(cfg)
	if err != nil {
		return "", err
	}
	files := map[string]string{}
	for name, path := range map[string]string{"authorisations": e.f.policy.authorisations, "suppliers": e.f.policy.suppliers, "ignore": e.f.policy.ignore} {
		if path == "" {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return "", usage("policy", "name", path, "reason", err.Error())
		}
		sum := sha256.Sum256(b)
		files[name] = hex.EncodeToString(sum[:])
	}
	return scanner.ConfigID(map[string]any{"config": base, "policy": files, "images": e.f.fetchImages})
}

// Kinds, Corpora, Names, Rule, Header, Scanner and Close make a monitor.Engine of it.
func (e *watchEngine) Kinds() []matchers.Kind      { return e.kinds.all() }
func (e *watchEngine) Corpora() []*matchers.Corpus { return e.corpora }
func (e *watchEngine) Names() []string             { return e.names }
func (e *watchEngine) Rule() string                { return e.rule }
func (e *watchEngine) Close()                      { e.close() }

func (e *watchEngine) Header(started time.Time) scanner.Header {
	sc, err := e.scanner(e.f)
	if err != nil {
		return scanner.Header{}
	}
	return sc.Header(e.run(started))
}

func (e *watchEngine) Scanner(keep func(context.Context, *corpora.Listing) error) (*scanner.Scanner, error) {
	e.keep = keep
	return e.scanner(e.f)
}

// openSource opens the feeds or the shop of a watch.
func (s *wiring) openSource(ctx context.Context, w *monitor.Watch) (*monitor.Reading, error) {
	var r *monitor.Reading
	var err error
	if len(w.Seeds) > 0 {
		r, err = s.shop(w)
	} else {
		r, err = s.feeds(ctx, w)
	}
	if err != nil || !w.FetchImages {
		return r, err
	}
	o := fetch.Options{UserAgent: "lookalike/" + engine, Now: s.a.now, Dir: filepath.Join(s.a.global.data, "pictures")}
	if w.AllowPrivate {
		o.Allow = func(netip.AddrPort) bool { return true }
	}
	client, err := fetch.New(o)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.Source = fetch.Images{Source: r.Source, Client: client}
	closing := r.Close
	r.Close = func() error { return errors.Join(client.Close(), closing()) }
	return r, nil
}

// feeds opens the feeds of a watch.
func (s *wiring) feeds(ctx context.Context, w *monitor.Watch) (*monitor.Reading, error) {
	src := &source{}
	if err := s.a.openFeed(ctx, flagsOf(w), w.Feeds, src); err != nil {
		if f, ok := errors.AsType[*fault](err); ok {
			return nil, &monitor.SourceError{Err: errors.New(s.a.messages.Text(s.a.lang, "fault."+f.code, f.args))}
		}
		return nil, err
	}
	return &monitor.Reading{
		Source: src,
		End: func() (monitor.End, error) {
			end := monitor.End{Whole: true, Complete: true}
			for _, p := range src.Problems() {
				end.Whole, end.Complete, end.Reason = false, false, "feed"
				end.Problems = append(end.Problems, fmt.Sprintf("%v: %s", p.Args["origin"], s.a.messages.Text(s.a.lang, "problem."+p.Code, p.Args)))
			}
			return end, nil
		},
		Close: func() error { src.close(); return nil },
	}, nil
}

// crawlConfig returns the configuration of the crawl of a watch.
func (s *wiring) crawlConfig(w *monitor.Watch) (crawl.Config, error) {
	f := &crawlFlags{contact: s.c.Contact, profiles: w.Profiles, hosts: w.Hosts, workers: w.Workers, pages: w.Pages, delay: time.Second, allowPrivate: w.AllowPrivate}
	if w.Delay != "" {
		d, err := time.ParseDuration(w.Delay)
		if err != nil || d < 0 {
			return crawl.Config{}, usage("setting", "name", "watches: "+w.Name+": delay", "reason", w.Delay)
		}
		f.delay = d
	}
	cfg, err := f.config(s.a, w.Seeds)
	cfg.Dir = filepath.Join(s.a.monitorDir(), "crawl", w.Name)
	return cfg, err
}

// shop opens the crawl of a watch.
func (s *wiring) shop(w *monitor.Watch) (*monitor.Reading, error) {
	cfg, err := s.crawlConfig(w)
	if err != nil {
		return nil, err
	}
	c, err := crawl.New(cfg)
	if err != nil {
		return nil, usage("crawl", "reason", err.Error())
	}
	return &monitor.Reading{
		Source: c, Resumes: true, Acknowledge: c.Acknowledge, Close: c.Close,
		End: func() (monitor.End, error) {
			rep, err := c.Report()
			if err != nil {
				return monitor.End{}, err
			}
			return s.crawlEnd(&rep), nil
		},
	}, nil
}

// fullReport is how many problems a crawl names: beyond it, what was not read is not known.
const fullReport = 1000

// crawlEnd says what a crawl left out. A listing whose page failed is not gone.
func (s *wiring) crawlEnd(rep *crawl.Report) monitor.End {
	end := monitor.End{Complete: rep.Complete && len(rep.Closed) == 0 && len(rep.Problems) == 0}
	end.Whole = rep.Complete && len(rep.Closed) == 0 && len(rep.Problems) < fullReport
	for _, host := range slices.Sorted(maps.Keys(rep.Closed)) {
		end.Reason = "hosts"
		end.Problems = append(end.Problems, host+": "+rep.Closed[host])
	}
	for _, p := range rep.Problems {
		if end.Reason == "" {
			end.Reason = "pages"
		}
		url := fmt.Sprint(p.Args["url"])
		end.Unread = append(end.Unread, url)
		end.Problems = append(end.Problems, fmt.Sprintf("%s: %v", url, p.Args["reason"]))
	}
	if !rep.Complete && end.Reason == "" {
		end.Reason = "budget"
	}
	return end
}

// sealer seals findings in the evidence store: the page of a shop as it stands now, and the record and finding as they were
// scanned; of a feed the latter alone.
type sealer struct {
	*wiring
	store   *evidence.Store
	visitor *crawl.Visitor
	of      string // the watch that the visitor is for
}

// Seal implements monitor.Sealer.
func (s *sealer) Seal(ctx context.Context, w *monitor.Watch, l *corpora.Listing, f *scanner.Finding, h *scanner.Header) (string, error) {
	if err := s.open(); err != nil {
		return "", err
	}
	var r evidence.Receipt
	var err error
	if len(w.Seeds) > 0 {
		if err := s.visit(w); err != nil {
			return "", err
		}
		r, err = (&crawl.Sealer{Visitor: s.visitor, Store: s.store}).Seal(ctx, crawl.SealRequest{Finding: f, Scan: h, Record: l})
	} else {
		r, err = s.store.Capture(ctx, evidence.Capture{URL: l.URL, Record: l, Finding: f, Scan: h, Problems: []string{"the listing was read from a feed: no page was captured"}})
	}
	return r.ID, err
}

func (s *sealer) open() error {
	if s.store != nil {
		return nil
	}
	e := s.c.Evidence
	o := evidence.Options{Operator: e.Operator, Jurisdiction: e.Jurisdiction, Authority: e.Authority, Engine: engine, Now: s.a.now}
	if e.Stamp != "" {
		o.Stamper = &evidence.Authority{URL: e.Stamp}
	}
	var err error
	if s.store, err = evidence.Open(s.a.evidenceStore(), o); errors.Is(err, fs.ErrNotExist) {
		s.store, err = evidence.Create(s.a.evidenceStore(), o)
	}
	return err
}

// visit makes a visitor with the settings of a watch.
func (s *sealer) visit(w *monitor.Watch) error {
	if s.visitor != nil && s.of == w.Name {
		return nil
	}
	cfg, err := s.crawlConfig(w)
	if err != nil {
		return err
	}
	if s.visitor != nil {
		if err := s.visitor.Close(); err != nil {
			return err
		}
	}
	s.of = w.Name
	s.visitor, err = crawl.NewVisitor(cfg)
	return err
}

// Close implements monitor.Sealer.
func (s *sealer) Close() error {
	var err error
	if s.store != nil {
		err = s.store.Close()
	}
	if s.visitor != nil {
		err = errors.Join(err, s.visitor.Close())
	}
	s.store, s.visitor = nil, nil
	return err
}
