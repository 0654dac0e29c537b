package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/feed"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/report"
)

// scanFlags are the settings of a scan.
type scanFlags struct {
	policy          policyFlags
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
}

// scanVerb scans listings from feed files, folders or standard input.
func (a *app) scanVerb() *command {
	f := &scanFlags{}
	c := a.verb("scan [FEED…|-]", cobra.ArbitraryArgs, func(c *command, args []string) error {
		if len(args) == 0 {
			return usage("no_feed", "command", c.CommandPath())
		}
		return a.scan(c.Context(), f, args)
	})
	c.Long, c.Example = a.text("help.scan_long"), a.text("help.scan_example")
	f.register(a, c)
	p := c.Flags()
	p.StringArrayVar(&f.mapping, "map", nil, a.flagText("map"))
	p.StringVar(&f.source, "source", "", a.flagText("source"))
	p.BoolVar(&f.allowPaths, "allow-paths", false, a.flagText("allow_paths"))
	p.Float64Var(&f.maxIncomplete, "max-incomplete", 0, a.flagText("max_incomplete"))
	p.IntVar(&f.workers, "workers", 0, a.flagText("workers"))
	return c
}

// register adds the flags that scan and check share.
func (f *scanFlags) register(a *app, c *command) {
	p := c.Flags()
	p.StringArrayVar(&f.corpus, "corpus", nil, a.flagText("corpus"))
	p.StringSliceVar(&f.market, "market", nil, a.flagText("market"))
	p.StringVar(&f.format, "format", "", a.flagText("format"))
	p.StringArrayVar(&f.output, "output", nil, a.flagText("output"))
	p.StringVar(&f.asOf, "as-of", "", a.flagText("as_of"))
	p.StringVar(&f.seller, "seller", "", a.flagText("seller"))
	p.StringVar(&f.from, "from", "", a.flagText("from"))
	p.StringVar(&f.requireCoverage, "require-coverage", "list", a.flagText("require_coverage"))
	p.StringVar(&f.failOn, "fail-on", "high", a.flagText("fail_on"))
	p.IntVar(&f.top, "top", 0, a.flagText("top"))
	p.BoolVar(&f.all, "all", false, a.flagText("all"))
	f.policy.register(a, c)
}

// scan runs one scan of the feeds at paths. All that can be wrong with the call is found before anything is scanned.
func (a *app) scan(ctx context.Context, f *scanFlags, paths []string) error {
	mapping, err := columnMap(f.mapping)
	if err != nil {
		return err
	}
	if err := f.checkOutputs(); err != nil {
		return err
	}
	src, err := feed.Open(ctx, paths, feed.Options{Map: mapping, AllowPaths: f.allowPaths, Stdin: interruptible(ctx, a.stdin), OnDialect: a.noteDialect})
	if err != nil {
		return feedFault(err)
	}
	defer src.Close()
	e, err := a.open(ctx, f)
	if err != nil {
		return err
	}
	defer e.close()
	stats, err := a.pass(ctx, f, e, src, a.newProgress(paths))
	if e.policy != nil && e.policy.Ignore != nil && stats.Whole {
		a.warn(e.policy.Ignore.Unused())
	}
	return a.outcome(ctx, f, stats, err)
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
		return scanner.Stats{}, err
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
		a.say("fault.incomplete", map[string]any{"count": st.Trailer.Incomplete, "listings": st.Trailer.Listings})
		return status(exitIncomplete)
	case scanner.OutcomeFindings:
		return status(exitFindings)
	}
	return nil
}

// outputs are the writers of one scan. The first error of a writer ends the scan.
type outputs struct {
	report.Writer
	files []*report.File
}

// discard removes what is not finished.
func (o *outputs) discard() {
	for _, f := range o.files {
		f.Discard()
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
		m, err := corpora.ParseMarket(s)
		if err != nil {
			return cfg, usage("market", "value", s)
		}
		if !slices.Contains(cfg.Markets, m) {
			cfg.Markets = append(cfg.Markets, m)
		}
	}
	if err := choice("--require-coverage", f.requireCoverage, "none", "list", "register"); err != nil {
		return cfg, err
	}
	if f.from != "" && f.from != "listing" {
		m, err := corpora.ParseMarket(f.from)
		if err != nil {
			return cfg, usage("market", "value", f.from)
		}
		cfg.From = string(m)
	}
	cfg.Gates, err = a.gateRules()
	return cfg, err
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
		if t != judge.Clear && t != judge.Review && t != judge.Block {
			return nil, usage("choice", "flag", "gates: "+grade, "value", a.gates[grade], "want", []string{"clear", "review", "block"})
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
