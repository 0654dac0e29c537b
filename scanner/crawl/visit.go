package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/browser"
)

// Visitor reads single pages: what would be taken from them, and what went over the wire. It has no frontier; robots.txt, the
// pace per host and every bound are those of a crawl. It makes one request at a time and is safe for concurrent use.
type Visitor struct {
	c *Crawler
	w *worker

	mu    sync.Mutex           // of a visit
	next  map[string]time.Time // before which a host is not asked
	known sync.Mutex           // of the rules and of w while a page is rendered
	rules map[string]*robots   // by scheme and host
}

// NewVisitor makes a Visitor. Seeds, hosts and the folder of the configuration are not used.
func NewVisitor(c Config) (*Visitor, error) {
	cr, err := newReader(c, nil)
	if err != nil {
		return nil, err
	}
	return newVisitor(cr), nil
}

func newVisitor(c *Crawler) *Visitor {
	return &Visitor{c: c, w: c.newWorker(nil), rules: map[string]*robots{}, next: map[string]time.Time{}}
}

// Close ends idle connections.
func (v *Visitor) Close() error {
	v.c.transport.inner.CloseIdleConnections()
	return nil
}

// Visit is a page with what was asked for it, in order: redirects, the page, its pictures.
type Visit struct {
	Page      Page
	Exchanges []*Exchange
	Pictures  []Picture
	Problems  []corpora.Problem // pictures that could not be had: read_failed with url, reason and status

	answers   map[string]*browser.Answer // by address
	resources int                        // position of the first exchange of a rendering, 0 for none
}

// Picture is a picture of a listing of the page.
type Picture struct {
	Ref      string // as the listing names it
	Exchange int    // position of the answer that holds it
	Body     []byte // without content encoding
}

// ErrRobots says that robots.txt forbids an address.
var ErrRobots = errors.New("robots.txt forbids it")

// StatusError says that the server answered something else than a page.
type StatusError struct {
	URL    string
	Status int
}

func (e *StatusError) Error() string { return fmt.Sprintf("crawl: %s: status %d", e.URL, e.Status) }

// Visit reads the page at an address and at most pictures pictures of the listings on it. With an error that concerns the page
// it returns what went over the wire until then. A picture that cannot be had is a problem of the visit.
func (v *Visitor) Visit(ctx context.Context, address string, pictures int) (*Visit, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := &Visit{answers: map[string]*browser.Answer{}}
	err := v.page(ctx, address, out)
	if err != nil {
		return out, err
	}
	seen := map[string]bool{}
	for _, f := range out.Page.Found {
		for _, im := range f.Listing.Images {
			if seen[im.Ref] || len(seen) >= pictures {
				continue
			}
			seen[im.Ref] = true
			if err := v.picture(ctx, im.Ref, out); err != nil {
				if ctx.Err() != nil {
					return out, context.Cause(ctx)
				}
				out.Problems = append(out.Problems, problemOf(im.Ref, err))
			}
		}
	}
	return out, nil
}

func problemOf(url string, err error) corpora.Problem {
	args := map[string]any{"url": url, "reason": err.Error()}
	if f, ok := errors.AsType[*failure](err); ok {
		args["reason"] = f.reason
	}
	if s, ok := errors.AsType[*StatusError](err); ok {
		args["reason"], args["status"] = ReasonStatus, s.Status
	}
	return corpora.Problem{Code: corpora.ReadFailed, Args: args}
}

// page reads the page.
func (v *Visitor) page(ctx context.Context, address string, out *Visit) error {
	resp, at, err := v.follow(ctx, address, &ask{limit: v.c.config.Bounds.Body}, out)
	out.Page.URL = address
	if resp != nil {
		out.Page.URL, out.Page.Status = at.String(), resp.status
	}
	if err != nil {
		return err
	}
	p, links, err := readPage(resp.body, at, v.c.profile(at.host), v.c.config.Bounds)
	if err == nil && v.c.renders(&p, links, resp.body) {
		p, _, err = v.c.rendered(ctx, at, resp.body, v)
	}
	p.Status, p.Charset = resp.status, resp.charset
	for i := range p.Found {
		p.Found[i].Listing.Seen = v.c.config.Now()
	}
	out.Page = p
	return err
}

// picture reads one picture.
func (v *Visitor) picture(ctx context.Context, ref string, out *Visit) error {
	resp, _, err := v.follow(ctx, ref, &ask{limit: v.c.config.Bounds.Picture, binary: true}, out)
	if err == nil {
		out.Pictures = append(out.Pictures, Picture{Ref: ref, Exchange: len(out.Exchanges) - 1, Body: resp.body})
	}
	return err
}

// answer is what stands at an address, behind its redirects.
type answer struct {
	status  int
	body    []byte
	charset string
	kind    string // media type
}

// follow asks for an address and where it leads to. It fails for an answer that is not 200, which it returns too.
func (v *Visitor) follow(ctx context.Context, ref string, a *ask, out *Visit) (*answer, address, error) {
	a.keep = func(x *Exchange) { out.Exchanges = append(out.Exchanges, x) }
	at, err := parse(nil, ref)
	if err != nil {
		return nil, at, fmt.Errorf("crawl: %q: %w", ref, err)
	}
	for range v.c.config.Bounds.Redirects + 1 {
		if err := v.permitted(ctx, at); err != nil {
			return nil, at, err
		}
		if err := v.wait(ctx, at); err != nil {
			return nil, at, err
		}
		resp, err := v.w.get(ctx, at.String(), a, http.Header{})
		v.paced(at)
		if err != nil {
			return nil, at, fmt.Errorf("crawl: %s: %w", at, err)
		}
		out.answers[at.String()] = &browser.Answer{Status: resp.StatusCode, Header: utf8Header(a), Body: resp.Body}
		got := &answer{status: resp.StatusCode, body: resp.Body, charset: a.charset, kind: resp.Headers.Get("Content-Type")}
		switch {
		case redirects(resp.StatusCode):
			if at, err = parse(at.url, resp.Headers.Get("Location")); err != nil {
				return got, at, fmt.Errorf("crawl: redirect: %w", err)
			}
			continue
		case resp.StatusCode != http.StatusOK:
			return got, at, &StatusError{at.String(), resp.StatusCode}
		}
		return got, at, nil
	}
	return nil, at, errors.New("crawl: too many redirects")
}

// wait keeps the pace of a host.
func (v *Visitor) wait(ctx context.Context, at address) error {
	d := time.Until(v.next[at.host])
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// paced sets when a host may be asked again.
func (v *Visitor) paced(at address) {
	d := v.c.config.Delay
	if r := v.rules[at.url.Scheme+"://"+at.host]; r != nil {
		d = max(d, r.Delay)
	}
	v.next[at.host] = time.Now().Add(time.Duration(float64(d) * (1 + v.c.config.Jitter*v.c.config.Random())))
}

// permitted asks for the robots.txt of an address, once a day, and obeys it.
func (v *Visitor) permitted(ctx context.Context, at address) error {
	if v.c.config.IgnoreRobots {
		return nil
	}
	v.known.Lock()
	defer v.known.Unlock()
	site := at.url.Scheme + "://" + at.host
	r := v.rules[site]
	if r == nil || v.c.config.Now().Sub(r.Fetched) > robotsAge {
		var err error
		if r, err = v.robots(ctx, at, site); err != nil {
			return err
		}
		v.rules[site] = r
	}
	switch {
	case r.Delay > v.c.config.MaxWait:
		return fmt.Errorf("crawl: robots.txt of %s asks for %v between two requests", at.host, r.Delay)
	case !r.allows(at.url):
		return fmt.Errorf("crawl: %s: %w", at, ErrRobots)
	}
	return nil
}

func (v *Visitor) robots(ctx context.Context, at address, site string) (*robots, error) {
	j := job{robots: site + "/robots.txt", scheme: at.url.Scheme}
	for range maxRobotsHops + 1 {
		o := v.w.do(ctx, j)
		switch {
		case o.fatal != nil:
			return nil, o.fatal
		case o.moved != "":
			j.robots = o.moved
			j.hops++
			continue
		case o.rules == nil:
			return nil, fmt.Errorf("crawl: robots.txt of %s: %s", at.host, o.reason)
		}
		v.paced(at)
		return o.rules, nil
	}
	return &robots{Fetched: v.c.config.Now()}, nil
}

// Try reads one page without touching the frontier: what would be extracted from it. robots.txt is obeyed, a redirect is
// followed within the bounds.
func (c *Crawler) Try(ctx context.Context, address string) (Page, error) {
	out, err := newVisitor(c).Visit(ctx, address, 0)
	return out.Page, err
}
