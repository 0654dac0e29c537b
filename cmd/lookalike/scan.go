package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"golang.org/x/text/language"

	"lookalike/corpora"
	"lookalike/index"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/report"
)

// scanFlags are the settings of a scan.
type scanFlags struct {
	policy          policyFlags
	background      string
	corpus          []string
	market          []string
	mapping         []string
	output          []string
	format          string
	asOf            string
	source          string
	seller          string
	from            string
	requireCoverage string
	failOn          string
	maxIncomplete   float64
	workers         int
	top             int
	all             bool
	allowPaths      bool
	fetchImages     bool
	deep            bool
	keep            bool
	stored          bool
	since           string
	partition       string
	annotate        string
	split           string
	maxCorpusAge    int // days
}

// scanVerb scans listings from feed files, folders or standard input.
func (a *app) scanVerb() *command {
	f := &scanFlags{}
	c := a.verb("scan [FEED…|-]", cobra.ArbitraryArgs, func(c *command, args []string) error {
		if len(args) == 0 && !f.stored {
			return usage("no_feed", "command", c.CommandPath())
		}
		if err := f.conflicts(args); err != nil {
			return err
		}
		return a.scan(c.Context(), f, args)
	})
	c.Long, c.Example = a.text("help.scan_long"), a.text("help.scan_example")
	f.register(a, c)
	f.registerFeed(a, c)
	p := c.Flags()
	p.Float64Var(&f.maxIncomplete, "max-incomplete", 0, a.flagText("max_incomplete"))
	p.BoolVar(&f.fetchImages, "fetch-images", false, a.flagText("fetch_images"))
	p.BoolVar(&f.keep, "keep", false, a.flagText("keep"))
	p.BoolVar(&f.stored, "stored", false, a.flagText("stored"))
	p.StringVar(&f.since, "since", "", a.flagText("since"))
	p.StringVar(&f.partition, "partition", "", a.flagText("partition"))
	p.StringVar(&f.annotate, "annotate", "", a.flagText("annotate"))
	p.StringVar(&f.split, "split", "", a.flagText("split"))
	p.IntVar(&f.workers, "workers", 0, a.flagText("workers"))
	return c
}

// register adds the flags that scan and check share.
func (f *scanFlags) register(a *app, c *command) {
	f.registerSettings(a, c)
	p := c.Flags()
	p.StringVar(&f.format, "format", "", a.flagText("format"))
	p.StringArrayVar(&f.output, "output", nil, a.flagText("output"))
	p.StringVar(&f.failOn, "fail-on", "high", a.flagText("fail_on"))
	p.IntVar(&f.top, "top", 0, a.flagText("top"))
	p.BoolVar(&f.all, "all", false, a.flagText("all"))
}

// registerFeed adds the flags that say how a feed is read and named.
func (f *scanFlags) registerFeed(a *app, c *command) {
	p := c.Flags()
	p.StringArrayVar(&f.mapping, "map", nil, a.flagText("map"))
	p.StringVar(&f.source, "source", "", a.flagText("source"))
	p.BoolVar(&f.allowPaths, "allow-paths", false, a.flagText("allow_paths"))
}

// registerSettings adds the flags that change a verdict.
func (f *scanFlags) registerSettings(a *app, c *command) {
	f.failOn = "high"
	p := c.Flags()
	p.StringArrayVar(&f.corpus, "corpus", nil, a.flagText("corpus"))
	p.StringSliceVar(&f.market, "market", nil, a.flagText("market"))
	p.StringVar(&f.asOf, "as-of", "", a.flagText("as_of"))
	p.StringVar(&f.seller, "seller", "", a.flagText("seller"))
	p.StringVar(&f.from, "from", "", a.flagText("from"))
	p.StringVar(&f.requireCoverage, "require-coverage", "list", a.flagText("require_coverage"))
	p.BoolVar(&f.deep, "deep", false, a.flagText("deep"))
	p.IntVar(&f.maxCorpusAge, "max-corpus-age", 0, a.flagText("max_corpus_age"))
	p.StringVar(&f.background, "background", "", a.flagText("background"))
	f.policy.register(a, c)
}

// conflicts refuses flags that contradict each other.
func (f *scanFlags) conflicts(paths []string) error {
	switch {
	case f.workers < 0:
		return usage("negative", "flag", "--workers", "value", f.workers)
	case f.stored && len(paths) > 0:
		return usage("stored_feed")
	case f.stored && (f.annotate != "" || f.split != ""):
		return usage("stored_annotate")
	case f.partition != "" && (f.annotate != "" || f.split != ""):
		return usage("partition_annotate")
	}
	return f.overwrites(paths)
}

// overwrites refuses an output that is one of the files that the scan reads. An earlier report may give its place to the
// new one.
func (f *scanFlags) overwrites(paths []string) error {
	in := slices.Concat(paths, f.corpus, f.policy.files(), []string{f.background})
	for _, out := range append(slices.Clone(f.output), f.annotate) {
		there, err := os.Stat(out)
		if err != nil || !there.Mode().IsRegular() {
			continue
		}
		for _, path := range in {
			if st, err := os.Stat(path); err == nil && os.SameFile(st, there) {
				return usage("overwrites", "name", out)
			}
		}
	}
	return nil
}

// scan runs one scan of the feeds at paths, or of stored listings. All that can be wrong with the call is found before
// anything is scanned.
func (a *app) scan(ctx context.Context, f *scanFlags, paths []string) error {
	if err := f.checkOutputs(); err != nil {
		return err
	}
	var x *index.Index
	if f.keep || f.stored {
		var err error
		if x, err = a.openIndex(f.keep); err != nil {
			return err
		}
		defer x.Close()
	}
	src, err := a.source(ctx, f, paths, x)
	if err != nil {
		return err
	}
	defer src.close()
	e, err := a.open(ctx, f)
	if err != nil {
		return err
	}
	defer e.close()
	a.warnMarkets(e)
	if f.annotate != "" {
		e.annotators = append(e.annotators, a.newAnnotator(src.feed, f.annotate))
	}
	if f.split != "" {
		e.annotators = append(e.annotators, a.newSplitter(src.feed, f.split))
	}
	if e.policy != nil && e.policy.Suppliers != nil {
		for _, w := range e.annotators {
			w.supplier = e.policy.Suppliers.Status
		}
	}
	finish := func() error { return nil }
	if f.keep {
		finish = a.keeping(f, e, x)
	}
	stats, err := a.pass(ctx, f, e, src, a.newProgress(src))
	err = errors.Join(err, finish())
	if e.policy != nil {
		a.warnAfter(e.policy, stats.Whole && f.partition == "")
	}
	err = a.outcome(ctx, f, stats, err)
	if none, ok := errors.AsType[*fault](err); ok && none.exit == exitNoListings && src.whole != nil && src.whole.n > 0 {
		return nil // the part is empty, the whole is not
	}
	return err
}

// pass scans src into every output and returns what the scan counted.
func (a *app) pass(ctx context.Context, f *scanFlags, e *scanEngine, src corpora.Source[corpora.Listing], p *progress) (scanner.Stats, error) {
	out, err := a.writers(ctx, f, e)
	if err != nil {
		return scanner.Stats{}, err
	}
	defer out.discard()
	e.onBatch = p.add
	sc, err := e.scanner(f)
	if err != nil {
		return scanner.Stats{}, err
	}
	started := a.now().UTC()
	if err := out.Begin(sc.Header(e.run(started))); err != nil {
		return scanner.Stats{}, annotateFault(err)
	}
	stats, err := sc.Scan(ctx, src, out)
	p.finish()
	stats.Trailer.Seconds = seconds(a.now().Sub(started))
	if endErr := out.End(stats.Trailer); err == nil {
		err = endErr
	}
	return stats, err
}

// seconds rounds to milliseconds, which is more than a report needs.
func seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }

// outcome tells a person how the scan ended and returns the exit code as an error.
func (a *app) outcome(ctx context.Context, f *scanFlags, st scanner.Stats, err error) error {
	if wrong, ok := errors.AsType[*fault](err); ok {
		return wrong
	}
	outcome := scanner.OutcomeOf(st, err, f.maxIncomplete)
	if ctx.Err() != nil && outcome != scanner.OutcomeCorpus {
		outcome = scanner.OutcomeInterrupted // whatever else it looked like, it did not run to its end
	}
	switch outcome {
	case scanner.OutcomeCorpus:
		return newFault(exitCorpus, "corpus_damaged", "name", strings.Join(f.corpus, ", "), "reason", err.Error())
	case scanner.OutcomeNoListings:
		return newFault(exitNoListings, "no_listings")
	case scanner.OutcomeInterrupted:
		a.say("fault.interrupted", nil)
		return status(exitInterrupted)
	case scanner.OutcomeInternal:
		return newFault(exitInternal, "failed", "reason", err.Error())
	case scanner.OutcomeIncomplete:
		a.sayIncomplete(st)
		return status(exitIncomplete)
	}
	if st.PicturesOnly > 0 {
		a.note("scan.tolerated", map[string]any{"count": st.PicturesOnly, "listings": st.Trailer.Listings})
	}
	if outcome == scanner.OutcomeFindings {
		return status(exitFindings)
	}
	return nil
}

// sayIncomplete says what of a scan is missing.
func (a *app) sayIncomplete(st scanner.Stats) {
	for _, p := range st.Trailer.Sources {
		a.say("fault.source", map[string]any{"name": p.Args["origin"], "reason": a.messages.Text(a.lang, "problem."+p.Code, p.Args)})
	}
	if len(st.Unchecked) > 0 {
		a.say("fault.uncovered", map[string]any{"markets": st.Unchecked})
	}
	a.say("fault.incomplete", map[string]any{"count": st.Trailer.Incomplete, "listings": st.Trailer.Listings})
}

// outputs are the writers of one scan. The first error of a writer ends the scan.
type outputs struct {
	report.Writer
	files      []*report.File
	annotators []*annotator
}

// discard removes what is not finished.
func (o *outputs) discard() {
	for _, f := range o.files {
		f.Discard()
	}
	for _, w := range o.annotators {
		w.discard()
	}
}

// writers opens standard output and every --output.
func (a *app) writers(ctx context.Context, f *scanFlags, e *scanEngine) (*outputs, error) {
	o := &outputs{}
	opts := report.Options{
		Lang: a.lang, Messages: a.messages, Top: f.top, Context: ctx,
		Thumbnail: e.thumbnail, RightPicture: e.rightPicture,
	}
	var ws []report.Writer
	if format := f.stdoutFormat(a.global.quiet); format != "" {
		width := a.columns(a.stdout)
		opts := opts
		opts.Color, opts.Width = width > 0 && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb", width
		w, err := report.New(format, a.stdout, opts)
		if err != nil {
			return nil, err
		}
		ws = append(ws, w)
	}
	for _, path := range f.output {
		file, err := report.Create(path, opts)
		if err != nil {
			o.discard()
			return nil, usage("output", "name", path, "reason", err.Error())
		}
		o.files = append(o.files, file)
		ws = append(ws, file)
	}
	if e.also != nil {
		ws = append(ws, e.also)
	}
	o.Writer = report.Tee(ws...)
	if len(e.annotators) > 0 {
		if !f.all {
			o.Writer = listed{o.Writer}
		}
		o.annotators = e.annotators
		ws = []report.Writer{o.Writer}
		for _, w := range e.annotators {
			ws = append(ws, w)
		}
		o.Writer = report.Tee(ws...)
	}
	return o, nil
}

// stdoutFormat returns the format of standard output: the asked one, else the table, and nothing for --quiet beside an
// --output.
func (f *scanFlags) stdoutFormat(quiet bool) string {
	if f.format != "" {
		return f.format
	}
	if quiet && len(f.output) > 0 {
		return ""
	}
	return "table"
}

// checkOutputs refuses unknown formats and extensions.
func (f *scanFlags) checkOutputs() error {
	if f.format != "" {
		if err := choice("--format", f.format, report.Formats()...); err != nil {
			return err
		}
	}
	for _, path := range f.output {
		if _, err := report.FormatOf(path); err != nil {
			return usage("extension", "name", path, "want", report.Formats()[1:])
		}
	}
	return nil
}

// judgeConfig reads the settings that change verdicts.
func (f *scanFlags) judgeConfig(a *app) (judge.Config, error) {
	cfg := judge.Config{RequireCoverage: f.requireCoverage, Source: f.source, Seller: f.seller, From: f.from, All: f.all}
	var err error
	if cfg.AsOf, err = corpora.ParseDate(f.asOf); err != nil {
		return cfg, usage("date", "flag", "--as-of", "value", f.asOf)
	}
	if cfg.AsOf == 0 {
		cfg.AsOf = corpora.DateOf(a.now().UTC())
	}
	for _, s := range f.market {
		m, err := target(s)
		if err != nil {
			return cfg, err
		}
		if !slices.Contains(cfg.Markets, m) {
			cfg.Markets = append(cfg.Markets, m)
		}
	}
	if err := choice("--require-coverage", f.requireCoverage, "none", "list", "register"); err != nil {
		return cfg, err
	}
	if f.from != "" && f.from != "listing" {
		m, err := target(f.from)
		if err != nil {
			return cfg, err
		}
		cfg.From = string(m)
	}
	cfg.Gates, err = a.gateRules()
	return cfg, err
}

// target reads a market that exists: a country, the EU, or the export from a country.
func target(s string) (corpora.Market, error) {
	m, err := corpora.ParseMarket(s)
	if err != nil {
		return "", usage("market", "value", s)
	}
	place, _ := m.Origin()
	if region, err := language.ParseRegion(string(place)); place != corpora.EU && (err != nil || !region.IsCountry()) {
		return "", usage("market", "value", s)
	}
	return m, nil
}

// gateRules reads the gates of the settings file.
func (a *app) gateRules() (map[judge.Grade]judge.Gate, error) {
	if len(a.gates) == 0 {
		return nil, nil
	}
	out := map[judge.Grade]judge.Gate{}
	for _, grade := range slices.Sorted(maps.Keys(a.gates)) {
		g, t := judge.Grade(grade), judge.Gate(a.gates[grade])
		if g.Rank() == 0 {
			return nil, usage("choice", "flag", "gates", "value", grade, "want", []string{"critical", "high", "medium", "low"})
		}
		want := []string{"review", "block"}
		if g.Rank() < judge.High.Rank() {
			want = append(want, "clear")
		}
		if !slices.Contains(want, string(t)) {
			return nil, usage("choice", "flag", "gates: "+grade, "value", a.gates[grade], "want", want)
		}
		out[g] = t
	}
	return out, nil
}

// columnMap reads field=Column pairs.
func columnMap(pairs []string) (map[string]string, error) {
	m := map[string]string{}
	for _, p := range pairs {
		field, column, ok := strings.Cut(p, "=")
		if !ok || field == "" || column == "" {
			return nil, usage("map", "value", p)
		}
		m[field] = column
	}
	return m, nil
}
