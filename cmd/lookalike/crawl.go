package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

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
	delay        time.Duration
	dryRun       bool
	allowPrivate bool
}

// crawlVerb loads listings from web shops into the index.
func (a *app) crawlVerb() *command {
	f := &crawlFlags{}
	c := a.verb("crawl URL…", cobra.MinimumNArgs(1), func(c *command, args []string) error {
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
	p.DurationVar(&f.delay, "delay", time.Second, a.flagText("delay"))
	p.BoolVar(&f.dryRun, "dry-run", false, a.flagText("dry_run"))
	p.BoolVar(&f.allowPrivate, "allow-private", false, a.flagText("allow_private"))
	return c
}

// config returns the configuration of a crawl from seeds.
func (f *crawlFlags) config(a *app, seeds []string) (crawl.Config, error) {
	cfg := crawl.Config{
		Seeds: seeds, Hosts: f.hosts, Dir: filepath.Join(a.global.data, "crawl"), Version: engine, Contact: f.contact,
		Workers: f.workers, Delay: f.delay, Bounds: crawl.Bounds{Pages: f.pages}, Hold: true, Now: a.now,
	}
	if f.workers < 0 || f.pages < 0 || f.delay < 0 {
		return cfg, usage("negative", "flag", "--workers, --pages, --delay", "value", "-")
	}
	if f.delay == 0 {
		cfg.Delay, cfg.Jitter = -1, -1
	}
	if f.allowPrivate {
		cfg.Allow = func(netip.AddrPort) bool { return true }
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
	return a.crawled(ctx, rep)
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
		a.say("fault.host_closed", map[string]any{"host": host, "reason": rep.Closed[host]})
	}
	for i, p := range rep.Problems {
		if i == maxDialects {
			a.note("crawl.more_problems", map[string]any{"count": len(rep.Problems) - i})
			break
		}
		a.say("fault.page", map[string]any{"url": p.Args["url"], "reason": p.Args["reason"]})
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
	c, err := crawl.New(cfg)
	if err != nil {
		return usage("crawl", "reason", err.Error())
	}
	defer c.Close()
	for _, address := range addresses {
		page, err := c.Try(ctx, address)
		if err != nil {
			return newFault(exitIncomplete, "page", "url", address, "reason", err.Error())
		}
		fmt.Fprintln(a.stdout, a.messages.Text(a.lang, "crawl.page", map[string]any{"url": printable(page.URL), "status": page.Status, "charset": page.Charset, "links": page.Links, "listings": len(page.Found)}))
		for _, found := range page.Found {
			l := found.Listing
			values := map[string]string{
				"title": l.Title, "brand": l.Brand, "category": l.Category, "price": l.Price, "currency": l.Currency, "seller": l.Seller,
				"gtin": l.GTIN, "mpn": l.MPN, "id": l.ID, "url": l.URL, "description": l.Description, "images": fmt.Sprint(len(l.Images)),
			}
			for _, field := range slices.Sorted(maps.Keys(values)) {
				if v := values[field]; v != "" {
					fmt.Fprintf(a.stdout, "  %s  %s  %s\n", padRight(field, 12), padRight(found.Sources[field], 10), printable(oneLine(v)))
				}
			}
		}
	}
	return nil
}
