package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// job is one request that a worker makes.
type job struct {
	turn
	robots string // address of the robots.txt that is asked for instead of a page, "" for none
	scheme string // of the robots.txt
	hops   int    // redirects of the robots.txt
}

// outcome is what became of a job.
type outcome struct {
	job
	asked      bool   // a request was made
	state      string // of the page
	reason     string
	status     int
	retry      bool
	retryAfter time.Duration
	ended      time.Time
	links      []link
	listings   []stored
	etag       string
	modified   string
	keep       bool // links and listings serve the next run
	variant    string
	maker      string
	scope      string
	rules      *robots
	moved      string // where robots.txt leads
	part       bool   // listings of a page that goes on
	rendered   bool
	fatal      error
}

// worker makes requests one after the other.
type worker struct {
	c         *Crawler
	collector *colly.Collector
	resp      *colly.Response
	out       chan<- outcome
}

func (c *Crawler) newWorker(out chan<- outcome) *worker {
	w := &worker{c: c, out: out}
	k := colly.NewCollector(colly.UserAgent(c.config.userAgent()), colly.AllowURLRevisit(), colly.MaxBodySize(0), colly.ParseHTTPErrorResponse())
	k.IgnoreRobotsTxt = true // read and obeyed by this package
	k.DisableCookies()
	k.SetRequestTimeout(0) // the context bounds a request
	k.WithTransport(c.transport)
	k.SetRedirectHandler(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })
	k.OnResponse(func(r *colly.Response) { w.resp = r })
	w.collector = k
	return w
}

// get makes one request.
func (w *worker) get(ctx context.Context, address string, a *ask, header http.Header) (*colly.Response, error) {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, askKey{}, a), w.c.config.Timeout)
	defer cancel()
	w.collector.Context, w.resp = ctx, nil
	header.Set("User-Agent", w.c.config.userAgent())
	header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5")
	err := w.collector.Request(http.MethodGet, address, nil, nil, header)
	if err == nil && w.resp == nil {
		err = errors.New("no answer")
	}
	return w.resp, err
}

// do runs a job. A fault inside the program spoils the page alone.
func (w *worker) do(ctx context.Context, j job) (o outcome) {
	o = outcome{job: j, asked: true, maker: w.c.maker}
	defer func() {
		if r := recover(); r != nil {
			o = outcome{job: j, asked: true, state: stateFailed, reason: fmt.Sprintf("fault: %v", r)}
		}
		o.ended = time.Now()
	}()
	if j.robots != "" {
		w.robots(ctx, &o)
	} else {
		w.page(ctx, &o)
	}
	return o
}

// page asks for a page and reads what comes.
func (w *worker) page(ctx context.Context, o *outcome) {
	at, err := parse(nil, o.page.URL)
	if err != nil {
		o.state, o.reason = stateFailed, "address"
		return
	}
	header := http.Header{}
	before, have := kept{}, false
	if o.page.ETag != "" || o.page.Modified != "" {
		if before, have = w.c.frontier.keptOf(o.key); have && before.Maker == w.c.maker {
			if o.page.ETag != "" {
				header.Set("If-None-Match", o.page.ETag)
			}
			if o.page.Modified != "" {
				header.Set("If-Modified-Since", o.page.Modified)
			}
		}
	}
	b := w.c.config.Bounds
	a := &ask{limit: b.Body, binary: o.page.Kind != kindPage}
	if a.binary {
		a.limit = b.Feed
		w.c.heavy <- struct{}{}
		defer func() { <-w.c.heavy }()
	}
	resp, err := w.get(ctx, o.page.URL, a, header)
	if err != nil {
		o.fail(err)
		return
	}
	o.status = resp.StatusCode
	switch {
	case o.status == http.StatusOK:
		o.state = stateDone
		o.etag, o.modified = clipHeader(resp.Headers.Get("ETag")), clipHeader(resp.Headers.Get("Last-Modified"))
		w.read(ctx, o, at, resp, a)
	case o.status == http.StatusNotModified && len(header["If-None-Match"])+len(header["If-Modified-Since"]) > 0:
		o.state, o.etag, o.modified, o.keep = stateSame, o.page.ETag, o.page.Modified, true
		o.links, o.listings, o.variant = before.Links, before.Listings, before.Variant
		for i := range o.listings {
			o.listings[i].Seen = w.c.config.Now()
		}
	case o.status == http.StatusNoContent || o.status == http.StatusResetContent:
		o.state = stateDone
	case redirects(o.status):
		w.moved(o, at, resp.Headers.Get("Location"))
	default:
		o.refuse(o.status, resp.Headers, w.c.config.Now())
	}
}

func clipHeader(s string) string {
	if len(s) > 1000 {
		return ""
	}
	return s
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// moved makes the target of a redirect an address of its own. One that differs only in its spelling is asked for in place.
func (w *worker) moved(o *outcome, at address, location string) {
	o.state = stateMoved
	to, err := parse(at.url, location)
	if err != nil {
		o.state, o.reason = stateFailed, "redirect"
		return
	}
	l := link{URL: to.String(), Kind: o.page.Kind, Depth: o.page.Depth, Hops: o.page.Hops + 1, Seed: o.page.Seed, Again: to.key() == at.key()}
	if l.Again && l.URL == o.page.URL {
		o.state, o.reason = stateFailed, "redirect_loop"
		return
	}
	if o.page.Seed && to.host != at.host {
		o.scope = to.host
	}
	o.links = []link{l}
}

// fail says why a request gave nothing.
func (o *outcome) fail(err error) {
	if c, ok := errors.AsType[*captureError](err); ok {
		o.fatal = c
		return
	}
	o.state, o.reason = stateFailed, ReasonConnection
	if f, ok := errors.AsType[*failure](err); ok {
		o.reason = f.reason
	} else {
		o.reason = reasonOf(err)
	}
	switch o.reason {
	case ReasonTimeout, ReasonConnection, ReasonName, ReasonShort:
		o.retry = true
	}
}

// refuse says what an answer other than a page means.
func (o *outcome) refuse(status int, h *http.Header, now time.Time) {
	o.state, o.reason = stateFailed, ReasonStatus
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired, http.StatusUnavailableForLegalReasons:
		o.state = stateRefused
	case http.StatusNotFound, http.StatusGone:
		o.state = stateGone
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		o.retry = true
	default:
		o.retry = status >= 500 && status != http.StatusNotImplemented && status != http.StatusHTTPVersionNotSupported
	}
	if o.retry {
		o.retryAfter = retryAfter(h.Get("Retry-After"), now)
	}
}

// retryAfter reads seconds or a date.
func retryAfter(s string, now time.Time) time.Duration {
	if n, ok := seconds(s); ok {
		return time.Duration(n * float64(time.Second))
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// read reads what an address holds: a page, a sitemap or a feed.
func (w *worker) read(ctx context.Context, o *outcome, at address, resp *colly.Response, a *ask) {
	body, limit := resp.Body, w.c.config.Bounds
	contentType := strings.ToLower(resp.Headers.Get("Content-Type"))
	isHTML := strings.Contains(contentType, "html") || contentType == "" || contentType == "text/plain" && looksHTML(body)
	switch {
	case isHTML && o.page.Kind != kindSitemap:
		if a.binary {
			if int64(len(body)) > limit.Body {
				o.state, o.reason = stateFailed, ReasonTooLong
				return
			}
			text := table.NewText(bytes.NewReader(body), a.charset)
			if decoded, err := io.ReadAll(text); err == nil {
				body, a.charset = decoded, text.Charset()
			}
		}
		w.html(ctx, o, at, body, a.charset)
	case o.page.Kind == kindSitemap || o.page.Kind == kindAny && w.sniffSitemap(body):
		w.sitemap(o, at, body)
	case o.page.Kind == kindFeed || o.page.Kind == kindAny:
		w.feed(ctx, o, at, body, contentType)
	default:
		o.reason = "content_type" // no page, and nobody said that it was anything else
	}
}

func looksHTML(body []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 512)]))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}

func (w *worker) sniffSitemap(body []byte) bool {
	plain, err := gunzip(body, w.c.config.Bounds.Feed)
	return err == nil && isSitemap(plain)
}

// largePage is the size from which pages are parsed one at a time: a tree takes many times the memory of its text.
const largePage = 256 << 10

// html reads a page.
func (w *worker) html(ctx context.Context, o *outcome, at address, body []byte, charset string) {
	p, links, err := w.parsed(body, at)
	if err != nil {
		o.state, o.reason = stateFailed, "html: "+err.Error()
		return
	}
	if w.c.renders(&p, links, body) {
		q, more, err := w.c.rendered(ctx, at, body, w.c.shows)
		switch {
		case isCapture(err):
			o.fatal = err
			return
		case err != nil:
			o.reason = "render: " + err.Error() // what was sent counts
		default:
			p, links, o.rendered = q, more, true
		}
	}
	if p.Cut && o.reason == "" {
		o.reason = "links_cut"
	}
	p.Status, p.Charset = o.status, charset
	if o.variant = p.Variant; o.variant != "" {
		o.state = stateVariant
	}
	for _, f := range p.Found {
		f.Listing.Seen = w.c.config.Now()
		o.listings = append(o.listings, storedOf(f.Listing))
	}
	o.links = w.follow(o, at, links)
	o.keep = (o.etag != "" || o.modified != "") && !p.Cut
	if w.c.config.OnPage != nil {
		w.c.config.OnPage(p)
	}
}

// parsed reads what was sent. Large pages are parsed one at a time.
func (w *worker) parsed(body []byte, at address) (Page, []address, error) {
	if len(body) > largePage {
		w.c.parsing.Lock()
		defer w.c.parsing.Unlock()
	}
	return readPage(body, at, w.c.profile(at.host), w.c.config.Bounds)
}

// follow makes links of the addresses on a page. The next page of a list is as deep as the one before.
func (w *worker) follow(o *outcome, at address, found []address) []link {
	list, _ := at.paging()
	profile := w.c.profile(at.host)
	out := make([]link, 0, len(found))
	for _, a := range found {
		if !profile.follows(a) {
			continue
		}
		l := link{URL: a.String(), Depth: o.page.Depth + 1}
		if other, paged := a.paging(); paged && other == list {
			l.Depth = o.page.Depth
		}
		out = append(out, l)
	}
	return out
}

// sitemap reads a sitemap. Its pages count as linked from it.
func (w *worker) sitemap(o *outcome, at address, body []byte) {
	pages, sitemaps, err := readSitemap(body, w.c.config.Bounds.Feed)
	if err != nil && len(pages)+len(sitemaps) == 0 {
		o.state, o.reason = stateFailed, "sitemap"
		return
	}
	if err != nil {
		o.reason = "sitemap_cut"
	}
	for _, s := range pages {
		if a, err := parse(at.url, s); err == nil && w.c.profile(a.host).follows(a) {
			o.links = append(o.links, link{URL: a.String(), Depth: o.page.Depth + 1})
		}
	}
	for _, s := range sitemaps {
		if a, err := parse(at.url, s); err == nil && o.page.Depth < w.c.config.Bounds.Sitemaps {
			o.links = append(o.links, link{URL: a.String(), Depth: o.page.Depth + 1, Kind: kindSitemap})
		}
	}
	o.keep = o.etag != "" || o.modified != ""
	w.note(Page{URL: at.String(), Status: o.status, Kind: "sitemap", Links: len(pages) + len(sitemaps)})
}

func (w *worker) note(p Page) {
	if w.c.config.OnPage != nil {
		w.c.config.OnPage(p)
	}
}

// feedPart is how many listings of a feed are handed on at a time.
const feedPart = 500

// feed reads a product feed. A crawl that is killed inside it hands its listings on again.
func (w *worker) feed(ctx context.Context, o *outcome, at address, body []byte, contentType string) {
	n := 0
	problems, err := readFeed(ctx, body, at, contentType, func(l corpora.Listing) bool {
		l.Seen = w.c.config.Now()
		if o.listings = append(o.listings, storedOf(l)); len(o.listings) < feedPart {
			n++
			return true
		}
		n++
		select {
		case w.out <- outcome{job: o.job, part: true, listings: o.listings}:
			o.listings = nil
			return true
		case <-ctx.Done():
			return false
		}
	})
	switch {
	case err != nil:
		o.state, o.reason = stateFailed, "feed: "+err.Error()
	case len(problems) > 0:
		o.reason = "feed: " + problems[0].Error()
	}
	o.keep = (o.etag != "" || o.modified != "") && n == len(o.listings)
	w.note(Page{URL: at.String(), Status: o.status, Kind: "feed"})
}

// robots asks for a robots.txt and judges the answer by RFC 9309: a missing file allows everything, a server that cannot
// say forbids everything. 429 is taken for a server that cannot say.
func (w *worker) robots(ctx context.Context, o *outcome) {
	a := &ask{limit: maxRobots, binary: true, cut: true}
	resp, err := w.get(ctx, o.job.robots, a, http.Header{})
	if err != nil {
		o.fail(err)
		return
	}
	o.status = resp.StatusCode
	switch {
	case o.status >= 200 && o.status < 300:
		r := parseRobots(string(resp.Body), w.c.config.Product)
		o.rules = &r
	case redirects(o.status):
		from, _ := url.Parse(o.job.robots)
		to, err := parse(from, resp.Headers.Get("Location"))
		switch {
		case err != nil || o.hops >= maxRobotsHops:
			o.rules = &robots{} // more than five redirects: as if there were none
		default:
			o.moved = to.String()
		}
	case o.status >= 400 && o.status < 500 && o.status != http.StatusTooManyRequests:
		o.rules = &robots{}
	default:
		o.state, o.reason, o.retry = stateFailed, ReasonStatus, true
		o.retryAfter = retryAfter(resp.Headers.Get("Retry-After"), w.c.config.Now())
	}
	if o.rules != nil {
		o.rules.Fetched = w.c.config.Now()
	}
}
