package crawl

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"lookalike/corpora/browser"
)

// Rendering says how and when pages are shown in a browser.
//
// What a page asks for while it is shown goes through the crawl's own transport: the address check, the bounds of a body and
// Capture hold for it, and robots.txt is obeyed on every host. It is not paced, since a page loads as a whole; pictures, fonts
// and media are left out. One page is shown at a time.
type Rendering struct {
	Options browser.Options // Want is not used
	// Always shows every page. Otherwise those are shown that describe no product as they were sent, hold scripts and have fewer
	// than fewLinks links or an empty root element of a script framework.
	Always bool
}

// fewLinks is less than what a category page of a shop holds as it is sent.
const fewLinks = 5

// roots are how pages begin whose content a script makes: the root elements of common frameworks, empty.
var roots = [][]byte{
	[]byte(`<div id="root"></div>`), []byte(`<div id="app"></div>`), []byte(`<div id="__next"></div>`), []byte(`<div id="__nuxt"></div>`),
	[]byte(`<app-root></app-root>`), []byte(`<div id=root></div>`), []byte(`<div id=app></div>`),
}

// renders reports whether a page is to be shown in a browser.
func (c *Crawler) renders(p *Page, links []address, body []byte) bool {
	switch r := c.config.Render; {
	case r == nil:
		return false
	case r.Always:
		return true
	case len(p.Found) > 0 || !bytes.Contains(body, []byte("<script")):
		return false
	case len(links) < fewLinks:
		return true
	}
	for _, root := range roots {
		if bytes.Contains(body, root) {
			return true
		}
	}
	return false
}

// rendered shows a page that was sent and reads it as it then stands.
func (c *Crawler) rendered(ctx context.Context, at address, sent []byte, v *Visitor) (Page, []address, error) {
	select {
	case c.showing <- struct{}{}:
		defer func() { <-c.showing }()
	case <-ctx.Done():
		return Page{}, nil, context.Cause(ctx)
	}
	o := c.config.Render.Options
	o.Want = ""
	if o.UserAgent == "" {
		o.UserAgent = c.config.userAgent()
	}
	lost := &fatal{}
	shown, err := browser.Render(ctx, at.String(), o, func(ctx context.Context, q *browser.Request) (*browser.Answer, error) {
		switch q.Kind {
		case "Image":
			return &browser.Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"image/gif"}}, Body: dot}, nil
		case "Media", "Font":
			return nil, errLeftOut
		case "Document":
			if q.URL == at.String() {
				return &browser.Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: sent}, nil
			}
		}
		a, err := v.resource(ctx, q.URL, nil)
		lost.take(err)
		return a, err
	})
	if err := lost.err(); err != nil {
		return Page{}, nil, err
	}
	if err != nil {
		return Page{}, nil, err
	}
	p, links, err := readPage([]byte(shown.HTML), at, c.profile(at.host), c.config.Bounds)
	p.Rendered = true
	return p, links, err
}

// dot is a picture of one transparent pixel: a page whose pictures fail may put others in their place.
var dot, _ = base64.StdEncoding.DecodeString("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

var errLeftOut = errors.New("left out")

// fatal keeps an error that ends a crawl.
type fatal struct {
	mu  sync.Mutex
	why error
}

func (f *fatal) take(err error) {
	if isCapture(err) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.why = err
	}
}

func (f *fatal) err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.why
}

func isCapture(err error) bool {
	_, ok := errors.AsType[*captureError](err)
	return ok
}

// resource asks for what a page needs. Redirects are answers. It is safe for concurrent use.
func (v *Visitor) resource(ctx context.Context, ref string, keep func(*Exchange)) (*browser.Answer, error) {
	at, err := parse(nil, ref)
	if err != nil {
		return nil, fmt.Errorf("crawl: %q: %w", ref, err)
	}
	if err := v.permitted(ctx, at); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, v.c.config.Timeout)
	defer cancel()
	a := &ask{limit: v.c.config.Bounds.Body, binary: true, keep: keep}
	req, err := http.NewRequestWithContext(context.WithValue(ctx, askKey{}, a), http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", v.c.config.userAgent())
	req.Header.Set("Accept", "*/*")
	resp, err := v.c.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return &browser.Answer{Status: resp.StatusCode, Header: a.header, Body: body}, err
}

// Picture shows a page that was visited and returns how it looks, as browser.PNG or browser.PDF. What was asked for during the
// visit is not asked for again; what else the page asks for joins the exchanges of the visit.
func (v *Visitor) Picture(ctx context.Context, visit *Visit, o browser.Options) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if o.UserAgent == "" {
		o.UserAgent = v.c.config.userAgent()
	}
	var mu sync.Mutex
	var more []*Exchange
	shown, err := browser.Render(ctx, visit.Page.URL, o, func(ctx context.Context, q *browser.Request) (*browser.Answer, error) {
		if a := visit.answers[q.URL]; a != nil {
			return a, nil
		}
		return v.resource(ctx, q.URL, func(x *Exchange) {
			mu.Lock()
			defer mu.Unlock()
			more = append(more, x)
		})
	})
	if visit.resources == 0 {
		visit.resources = len(visit.Exchanges)
	}
	visit.Exchanges = append(visit.Exchanges, more...)
	if err != nil {
		return nil, err
	}
	return shown.Picture, nil
}

// utf8Header is the head of an answer whose text was decoded to UTF-8.
func utf8Header(a *ask) http.Header {
	h := a.header.Clone()
	if kind, _, ok := strings.Cut(h.Get("Content-Type"), ";"); !a.binary && a.charset != "" && (ok || kind != "") {
		h.Set("Content-Type", kind+"; charset=utf-8")
	}
	return h
}
