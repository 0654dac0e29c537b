package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"time"
)

var (
	// ErrNotFound says that no Chromium is there.
	ErrNotFound = errors.New("no Chromium is installed (Debian and Ubuntu: apt-get install chromium)")
	// ErrUnsupported says that this system cannot drive a browser.
	ErrUnsupported = errors.New("pages are not rendered on this system")
	// ErrMemory says that the page took more memory than it may.
	ErrMemory = errors.New("the page takes too much memory")
	// ErrTooLong says that the page grew beyond its bound.
	ErrTooLong = errors.New("the rendered page is too long")
	// ErrCrashed says that the page or the browser ended by itself.
	ErrCrashed = errors.New("the browser ended before the page was there")
)

// The forms in which a page is wanted, besides its HTML.
const (
	PNG = "png" // from its top, at most MaxHeight pixels
	PDF = "pdf" // of at most 20 sheets
)

// Request is what a page asks for.
type Request struct {
	URL  string
	Kind string // Document, Stylesheet, Image, Media, Font, Script, XHR, Fetch and others of the DevTools protocol
}

// Answer is what it is given. The body has no content encoding.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Fetch answers a request of a page. With an error the request fails. It is called from several goroutines, and its context
// ends with the rendering.
type Fetch func(ctx context.Context, r *Request) (*Answer, error)

// Options of a rendering. Zero stands for the default named with each.
type Options struct {
	Path        string        // of the program; looked for when empty
	UserAgent   string        // Chromium's own
	Want        string        // PNG, PDF or neither
	Timeout     time.Duration // of everything, 60 s
	Rest        time.Duration // for how long nothing is asked for before a page counts as whole, 500 ms
	MaxRequests int           // 300
	MaxBytes    int64         // of all answers, 64 MiB
	MaxHTML     int           // bytes, 16 MiB
	MaxMemory   int64         // of all processes, not counting what they share, 1 GiB; held on Linux
	MaxScript   int           // MiB of the heap of scripts, 256
	Width       int           // of the window in pixels, 1,280
	MaxHeight   int           // of a picture, 8,000
}

// Page is a page as it stood when it came to rest.
type Page struct {
	URL      string // where it ended, redirects and scripts followed
	HTML     string // of the document as scripts left it
	Picture  []byte // as wanted, nil otherwise
	Requests int    // that were answered
	Refused  int    // that failed: beyond a bound, no GET, no web address, or by the caller
	Stray    int    // connections that tried to get past the caller and were closed, the browser's own wishes among them
	Restless bool   // it never came to rest and was taken as it stood
}

func (o *Options) complete() {
	def(&o.Timeout, 60*time.Second)
	def(&o.Rest, 500*time.Millisecond)
	def(&o.MaxRequests, 300)
	def(&o.MaxBytes, 64<<20)
	def(&o.MaxHTML, 16<<20)
	def(&o.MaxMemory, 1<<30)
	def(&o.MaxScript, 256)
	def(&o.Width, 1280)
	def(&o.MaxHeight, 8000)
}

func def[T ~int | ~int64](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}

// Find returns the path of a Chromium or Chrome.
func Find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	for _, p := range []string{"/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if _, err := os.Stat(p); err == nil {
			return p, nil
		}
	}
	return "", ErrNotFound
}

// Render shows the page at an address. Everything that it asks for, the page itself among it, goes through fetch. The error
// wraps one of those above, or is the cause of ctx.
func Render(ctx context.Context, address string, o Options, fetch Fetch) (*Page, error) {
	o.complete()
	if o.Path == "" {
		path, err := Find()
		if err != nil {
			return nil, err
		}
		o.Path = path
	}
	p, err := render(ctx, address, &o, fetch)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("rendering %s: %w", address, err)
	}
	return p, nil
}
