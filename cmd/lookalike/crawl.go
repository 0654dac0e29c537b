package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/corpora/browser"
	"lookalike/index"
	"lookalike/scanner/crawl"
)

// crawlFlags are the settings of a crawl.
type crawlFlags struct {
	contact      string
	profiles     string
	source       string
	hosts        []string
	workers      int
	pages        int
	hostPages    int
	depth        int
	delay        time.Duration
	dryRun       bool
	allowPrivate bool
	from         []string
	render       string
	browser      string
}

// crawlVerb loads listings from web shops into the index.
func (a *app) crawlVerb() *command {
	f := &crawlFlags{}
	c := a.verb("crawl URL…", cobra.ArbitraryArgs, func(c *command, args []string) error {
		if len(f.from) > 0 {
			return a.crawlSaved(c.Context(), f, args)
		}
		if len(args) == 0 {
			return usage("no_seeds")
		}
		if strings.TrimSpace(f.contact) == "" {
			return usage("no_contact")
		}
		cfg, err := f.config(a, args)
		if err != nil {
			return err
		}
		if f.dryRun {
			return a.crawlDry(c.Context(), cfg, args)
		}
		return a.crawl(c.Context(), f, cfg)
	})
	c.Long, c.Example = a.text("help.crawl_long"), a.text("help.crawl_example")
	p := c.Flags()
	p.StringVar(&f.contact, "contact", "", a.flagText("contact"))
	p.StringVar(&f.profiles, "profiles", "", a.flagText("profiles"))
	p.StringVar(&f.source, "source", "", a.flagText("source"))
	p.StringSliceVar(&f.hosts, "host", nil, a.flagText("host"))
	p.IntVar(&f.workers, "workers", 0, a.flagText("crawl_workers"))
	p.IntVar(&f.pages, "pages", 0, a.flagText("pages"))
	p.IntVar(&f.hostPages, "pages-per-host", 0, a.flagText("pages_per_host"))
	p.IntVar(&f.depth, "depth", 0, a.flagText("depth"))
	p.DurationVar(&f.delay, "delay", time.Second, a.flagText("delay"))
	p.StringArrayVar(&f.from, "from", nil, a.flagText("crawl_from"))
	p.StringVar(&f.render, "render", "", a.flagText("render"))
	p.Lookup("render").NoOptDefVal = renderNeeded
	p.StringVar(&f.browser, "browser", "", a.flagText("browser"))
	p.BoolVar(&f.dryRun, "dry-run", false, a.flagText("dry_run"))
	p.BoolVar(&f.allowPrivate, "allow-private", false, a.flagText("allow_private"))
	return c
}

// config returns the configuration of a crawl from seeds.
func (f *crawlFlags) config(a *app, seeds []string) (crawl.Config, error) {
	cfg := crawl.Config{
		Seeds: seeds, Hosts: f.hosts, Dir: filepath.Join(a.global.data, "crawl"), Version: engine, Contact: f.contact,
		Workers: f.workers, Delay: f.delay, Bounds: crawl.Bounds{Pages: f.pages, HostPages: f.hostPages, Depth: f.depth}, Hold: true, Now: a.now,
	}
	if f.workers < 0 || f.pages < 0 || f.hostPages < 0 || f.depth < 0 || f.delay < 0 {
		return cfg, usage("negative", "flag", "--workers, --pages, --pages-per-host, --depth, --delay", "value", "-")
	}
	if f.delay == 0 {
		cfg.Delay, cfg.Jitter = -1, -1
	}
	if f.allowPrivate {
		cfg.Allow = func(netip.AddrPort) bool { return true }
	}
	if f.render != "" {
		if err := choice("--render", f.render, renderNeeded, renderAll); err != nil {
			return cfg, err
		}
		cfg.Render = &crawl.Rendering{Options: browser.Options{Path: f.browser}, Always: f.render == renderAll}
	}
	if f.profiles != "" {
		var file struct {
			Profiles []crawl.Profile `yaml:"profiles"`
		}
		if err := readYAML(f.profiles, &file); err != nil {
			return cfg, err
		}
		cfg.Profiles = file.Profiles
	}
	return cfg, nil
}

// The values of --render.
const (
	renderNeeded = "needed"
	renderAll    = "all"
)

// crawlSaved keeps what saved pages offer. Nothing is fetched.
func (a *app) crawlSaved(ctx context.Context, f *crawlFlags, args []string) error {
	if len(args) > 0 || f.dryRun {
		return usage("from_alone")
	}
	for _, name := range f.from {
		if _, err := os.Stat(name); err != nil {
			return usage("no_file", "name", name)
		}
	}
	f.render = ""
	cfg, err := f.config(a, nil)
	if err != nil {
		return err
	}
	saved, err := crawl.NewSaved(f.from, cfg)
	if err != nil {
		return usage("crawl", "reason", err.Error())
	}
	x, err := a.openIndex(true)
	if err != nil {
		return err
	}
	defer x.Close()
	keeper := x.Keeper(index.KeepOptions{Source: f.source, Now: a.now})
	good, bad := 0, 0
	for l, err := range saved.All(ctx) {
		if err != nil {
			bad++
			reason := err.Error()
			if p, ok := errors.AsType[*corpora.Problem](err); ok {
				reason = fmt.Sprint(p.Args["reason"])
			}
			a.say("fault.page", map[string]any{"url": l.Origin, "reason": reason})
			continue
		}
		good++
		if err := keeper.Put(ctx, &l); err != nil {
			return newFault(exitInternal, "failed", "reason", err.Error())
		}
	}
	if err := keeper.Close(); err != nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	n := keeper.Kept()
	a.note("scan.kept", map[string]any{"added": n.Added, "changed": n.Changed, "unchanged": n.Unchanged})
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case bad > 0:
		return status(exitIncomplete)
	case good == 0:
		return newFault(exitNoListings, "no_listings")
	}
	return nil
}

// crawl reads the shops and keeps what they offer. A crawl that was cut off goes on where it stopped.
func (a *app) crawl(ctx context.Context, f *crawlFlags, cfg crawl.Config) error {
	x, err := a.openIndex(true)
	if err != nil {
		return err
	}
	defer x.Close()
	c, err := crawl.New(cfg)
	if err != nil {
		return usage("crawl", "reason", err.Error())
	}
	defer c.Close()
	keeper := x.Keeper(index.KeepOptions{Source: f.source, Now: a.now})
	if err := take(ctx, c, keeper); err != nil && ctx.Err() == nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	rep, err := c.Report()
	if err != nil {
		return newFault(exitInternal, "failed", "reason", err.Error())
	}
	n := keeper.Kept()
	a.note("crawl.done", map[string]any{"pages": rep.Counts.Read, "listings": rep.Counts.Listings, "waiting": rep.Waiting})
	a.note("scan.kept", map[string]any{"added": n.Added, "changed": n.Changed, "unchanged": n.Unchanged})
	a.noteCounts(rep.Counts)
	return a.crawled(ctx, rep)
}

// noteCounts says what became of the addresses that gave no listing, and which bounds kept links out.
func (a *app) noteCounts(c crawl.Counts) {
	a.note("crawl.counts", map[string]any{
		"requests": c.Requests, "unchanged": c.Unchanged, "moved": c.Moved, "variants": c.Variants, "gone": c.Gone, "refused": c.Refused, "failed": c.Failed, "retries": c.Retries, "rendered": c.Rendered,
	})
	if c.Depth+c.Redirects+c.Facets+c.Calendar+c.Paging+c.Path+c.Frontier+c.Loops > 0 {
		a.note("crawl.bounded", map[string]any{
			"depth": c.Depth, "redirects": c.Redirects + c.Loops, "facets": c.Facets, "calendar": c.Calendar, "paging": c.Paging, "path": c.Path, "frontier": c.Frontier,
		})
	}
}

// reason is why a page or a host was not read, in words.
func (a *app) reason(v any) string {
	word, rest := crawl.SplitReason(fmt.Sprint(v))
	if !slices.Contains(crawl.Reasons(), word) {
		return fmt.Sprint(v)
	}
	text := a.messages.Word(a.lang, "crawl", "reason_"+word)
	if rest != "" {
		text += ": " + a.reason(rest)
	}
	return text
}

// acknowledgeEvery is after how many listings the frontier is told that they are safe.
const acknowledgeEvery = 500

// take keeps the listings of a crawl. The frontier gives up a listing only when the index has it on disk.
func take(ctx context.Context, c *crawl.Crawler, keeper *index.Keeper) error {
	n := 0
	for l, err := range c.All(ctx) {
		if err != nil {
			return err
		}
		if err := keeper.Put(ctx, &l); err != nil {
			return err
		}
		if n++; n%acknowledgeEvery == 0 {
			if err := errors.Join(keeper.Flush(), c.Acknowledge(n)); err != nil {
				return err
			}
		}
	}
	return errors.Join(keeper.Close(), c.Acknowledge(n))
}

// crawled returns the exit code of a crawl, after naming what it could not read.
func (a *app) crawled(ctx context.Context, rep crawl.Report) error {
	for _, host := range slices.Sorted(maps.Keys(rep.Closed)) {
		a.say("fault.host_closed", map[string]any{"host": host, "reason": a.reason(rep.Closed[host])})
	}
	for i, p := range rep.Problems {
		if i == maxDialects {
			a.note("crawl.more_problems", map[string]any{"count": len(rep.Problems) - i})
			break
		}
		reason := a.reason(p.Args["reason"])
		if status, ok := p.Args["status"]; ok && p.Args["reason"] == crawl.ReasonStatus {
			reason += fmt.Sprintf(" %v", status)
		}
		a.say("fault.page", map[string]any{"url": p.Args["url"], "reason": reason})
	}
	switch {
	case ctx.Err() != nil:
		a.say("fault.crawl_interrupted", nil)
		return status(exitInterrupted)
	case !rep.Complete || len(rep.Closed) > 0 || len(rep.Problems) > 0:
		return status(exitIncomplete)
	case rep.Counts.Listings == 0:
		return newFault(exitNoListings, "no_listings")
	}
	return nil
}

// crawlDry shows what would be taken from each page, and from which part of it.
func (a *app) crawlDry(ctx context.Context, cfg crawl.Config, addresses []string) error {
	v, err := crawl.NewVisitor(cfg)
	if err != nil {
		return usage("crawl", "reason", err.Error())
	}
	defer v.Close()
	for _, address := range addresses {
		visit, err := v.Visit(ctx, address, 0)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return newFault(exitIncomplete, "page", "url", address, "reason", err.Error())
		}
		if err := a.printPage(&visit.Page); err != nil {
			return err
		}
	}
	return nil
}

// printPage writes what was found on a page: each field with the data that it came from.
func (a *app) printPage(page *crawl.Page) error {
	var b strings.Builder
	fmt.Fprintln(&b, a.messages.Text(a.lang, "crawl.page", map[string]any{"url": printable(page.URL), "status": page.Status, "charset": page.Charset, "links": page.Links, "listings": len(page.Found)}))
	if page.Rendered {
		fmt.Fprintln(&b, a.messages.Text(a.lang, "crawl.rendered", nil))
	}
	if page.Variant != "" {
		fmt.Fprintln(&b, a.messages.Text(a.lang, "crawl.variant", map[string]any{"url": printable(page.Variant)}))
	}
	if page.Problem != nil {
		fmt.Fprintln(&b, a.messages.Text(a.lang, "crawl.problem", map[string]any{"reason": printable(page.Problem.Error())}))
	}
	for _, found := range page.Found {
		l := found.Listing
		show := func(field, value string) {
			if value != "" {
				fmt.Fprintf(&b, "  %s  %s  %s\n", padRight(field, 12), padRight(found.Sources[field], 10), printable(oneLine(value)))
			}
		}
		for _, x := range [...]struct{ field, value string }{
			{"id", l.ID}, {"title", l.Title}, {"brand", l.Brand}, {"category", l.Category}, {"price", l.Price}, {"currency", l.Currency}, {"seller", l.Seller},
			{"seller_id", l.SellerID}, {"platform", l.Platform}, {"gtin", l.GTIN}, {"mpn", l.MPN}, {"ship_from", l.ShipFrom}, {"language", l.Language}, {"url", l.URL}, {"description", l.Description},
		} {
			show(x.field, x.value)
		}
		for _, s := range l.Bullets {
			show("bullets", s)
		}
		for _, im := range l.Images {
			show("images", im.Ref)
		}
	}
	_, err := io.WriteString(a.stdout, b.String())
	return err
}
