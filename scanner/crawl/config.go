package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/fetch"
)

// Config says what is crawled and how. The zero value of a field has the default named with it.
type Config struct {
	Seeds    []string  // addresses of pages, sitemaps and product feeds; what comes tells which
	Hosts    []string  // further hosts on which links are followed, besides those of the seeds
	Dir      string    // folder of the frontier
	Profiles []Profile // of single sites

	Product string // product token of the user agent, "lookalike": robots.txt is read for it
	Version string // of the program, may be empty
	Contact string // address or e-mail by which the operator can be reached; required

	Workers      int           // requests under way, twice the CPUs and at least 8
	PerHost      int           // of them to one host, 1 where there is a pace, else Workers
	Delay        time.Duration // from the end of a request to a host to the start of the next one, 1 s; negative for none
	Jitter       float64       // share of the pace by which it is lengthened at random, 0.5; negative for none
	Random       func() float64
	IgnoreRobots bool // for a shop's own operator
	NoSitemaps   bool // the sitemaps that robots.txt names are not read; else they are where a start page is a seed

	Timeout time.Duration // of one request with its body, 30 s
	MaxWait time.Duration // longest Crawl-delay, Retry-After and backoff that is waited for, 5 min
	Backoff time.Duration // after the first failure, doubled with each further one, 1 s
	Tries   int           // of one page, 4
	Bounds  Bounds

	// Allow says which addresses may be connected to; nil: public ones with any port.
	Allow func(netip.AddrPort) bool
	// Capture is called with every exchange on the wire, from several goroutines. An error ends the crawl before the page
	// counts as read. May be nil.
	Capture func(ctx context.Context, x *Exchange) error
	// OnPage is called for every page that was read, from several goroutines. May be nil.
	OnPage func(Page)
	// Render shows pages in a local Chromium; nil: pages are read as they are sent.
	Render *Rendering
	// Hold keeps listings stored until Acknowledge says that the consumer has them for good. Without it a listing counts
	// as taken when the next ones are asked for.
	Hold bool
	Now  func() time.Time // time.Now
}

// Bounds of a crawl. Zero stands for the default named with each.
type Bounds struct {
	Pages     int   // requests of a run, 100,000
	HostPages int   // of them to one host, 20,000
	Waiting   int   // addresses in the queue, 1,000,000
	Depth     int   // links from a seed; the next page of a list is not deeper, 10
	Redirects int   // in a row, 5
	Body      int64 // bytes of a page, as sent and unpacked, 8 MiB; a longer one is cut and counts as failed
	Feed      int64 // bytes of a sitemap or feed, 64 MiB
	Picture   int64 // bytes of a picture that a Visitor reads, 20 MiB
	Links     int   // of one page, 5,000
	Facets    int   // addresses of one path with several parameters, 200
	Calendar  int   // addresses with a day or month on one host, 50
	Paging    int   // pages of one list, 2,000
	Sitemaps  int   // depth of sitemaps that name sitemaps, 3
	Refusals  int   // answers of 401, 403 and 451 in a row after which a host is left alone, 20
}

func (c *Config) complete() error {
	if strings.TrimSpace(c.Contact) == "" {
		return errors.New("crawl: a contact is needed, by which shops can reach whoever crawls them")
	}
	if strings.ContainsAny(c.Contact+c.Product+c.Version, "\r\n") {
		return errors.New("crawl: line end in the user agent")
	}
	c.Product = or(c.Product, "lookalike")
	c.Workers = or(c.Workers, max(8, 2*runtime.NumCPU()))
	c.Delay = or(c.Delay, time.Second)
	c.Jitter = or(c.Jitter, 0.5)
	if c.Delay < 0 {
		c.Delay = 0
	}
	if c.Jitter < 0 {
		c.Jitter = 0
	}
	c.Timeout = or(c.Timeout, 30*time.Second)
	c.MaxWait = or(c.MaxWait, 5*time.Minute)
	c.Backoff = or(c.Backoff, time.Second)
	c.Tries = or(c.Tries, 4)
	b := &c.Bounds
	b.Pages, b.HostPages, b.Waiting = or(b.Pages, 100_000), or(b.HostPages, 20_000), or(b.Waiting, 1_000_000)
	b.Depth, b.Redirects, b.Links = or(b.Depth, 10), or(b.Redirects, 5), or(b.Links, 5_000)
	b.Body, b.Feed, b.Picture = or(b.Body, 8<<20), or(b.Feed, 64<<20), or(b.Picture, 20<<20)
	b.Facets, b.Calendar, b.Paging, b.Sitemaps, b.Refusals = or(b.Facets, 200), or(b.Calendar, 50), or(b.Paging, 2_000), or(b.Sitemaps, 3), or(b.Refusals, 20)
	if c.Allow == nil {
		c.Allow = func(ap netip.AddrPort) bool { return fetch.Public(ap.Addr()) }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = randomShare
	}
	return nil
}

// or returns v, or otherwise when v is zero.
func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// userAgent names the program and whom to ask about it.
func (c *Config) userAgent() string {
	name := c.Product
	if c.Version != "" {
		name += "/" + c.Version
	}
	return fmt.Sprintf("%s (+%s)", name, c.Contact)
}

// Counts are what became of a run's addresses.
type Counts struct {
	Requests  int // on the wire, robots.txt apart
	Read      int // pages, sitemaps and feeds
	Unchanged int // of them, those that answered that they did not change
	Listings  int // found, those of unchanged pages too
	Gone      int // 404 and 410
	Moved     int // redirects
	Loops     int // of them, those that led to an address already known
	Variants  int // pages that name another address as theirs
	Refused   int // by robots.txt, by the server or by a bound
	Failed    int // asked for in vain
	Retries   int
	Rendered  int // pages that were shown in a browser

	// Links that were not followed.
	OffHost, Depth, Redirects, Facets, Calendar, Paging, Path, Frontier int
}

// bounded counts an address that a bound kept out.
func (c *Counts) bounded(reason string) {
	switch reason {
	case "depth":
		c.Depth++
	case "redirects":
		c.Redirects++
	case "facets":
		c.Facets++
	case "calendar":
		c.Calendar++
	case "paging":
		c.Paging++
	case "frontier":
		c.Frontier++
	default:
		c.Path++
	}
}

// Report says how a run stands. It is complete when Complete is true: nothing waits any more.
type Report struct {
	Run      int
	Resumed  bool // it was begun by an earlier call
	Complete bool
	Started  time.Time
	Waiting  int
	Counts   Counts
	// Closed names hosts of which nothing more was asked for in this run, with the reason: robots_unreachable, crawl_delay,
	// retry_after, refusals, budget.
	Closed map[string]string
	// Problems are pages that could not be read, at most 1,000: the code read_failed with the arguments url, reason and
	// status.
	Problems []corpora.Problem
}
