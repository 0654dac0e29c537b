package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options of a Client. The zero value has the defaults named with each.
type Options struct {
	UserAgent    string                    // "lookalike"
	Timeout      time.Duration             // of one address with its redirects and body, 30 s
	MaxBytes     int64                     // of one body, 20 MB
	MaxRedirects int                       // 5
	Concurrent   int                       // requests under way, 16; 4 to one host
	Dir          string                    // where bodies are kept between runs; "" for a temporary folder that Close removes
	MaxAge       time.Duration             // for how long a kept body is taken without asking, 24 h
	Allow        func(netip.AddrPort) bool // addresses that may be connected to, Public with any port
	Now          func() time.Time          // time.Now
}

// Client reads addresses. It is safe for concurrent use.
type Client struct {
	o     Options
	http  *http.Client
	store *store
	slots chan struct{}

	mu     sync.Mutex
	calls  map[string]*call
	failed map[string]error // of this run, bounded
	temp   string
}

// maxFailed bounds how many failed addresses are remembered.
const maxFailed = 10_000

// call is one request that several may wait for.
type call struct {
	done chan struct{}
	body Body
	err  error
}

// Body is what an address gave.
type Body struct {
	SHA256 string
	Size   int64
	Type   string // Content-Type as sent
	path   string
}

// Open opens the body's bytes.
func (b Body) Open() (io.ReadCloser, error) { return os.Open(b.path) }

// Error says why an address could not be read.
type Error struct {
	URL    string
	Reason string // a short word: address, scheme, redirects, status, size, timeout, connection
	Status int    // of HTTP, 0 without an answer
	Size   int64  // for size
	Err    error  // may be nil
}

func (e *Error) Error() string {
	s := fmt.Sprintf("fetch %s: %s", e.URL, e.Reason)
	if e.Status > 0 {
		s += fmt.Sprintf(" %d", e.Status)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

var (
	errRedirects = errors.New("too many redirects")
	errScheme    = errors.New("neither http nor https")
)

// New makes a client.
func New(o Options) (*Client, error) {
	if o.UserAgent == "" {
		o.UserAgent = "lookalike"
	}
	o.Timeout = positive(o.Timeout, 30*time.Second)
	o.MaxBytes = positive(o.MaxBytes, 20<<20)
	o.MaxRedirects = positive(o.MaxRedirects, 5)
	o.Concurrent = positive(o.Concurrent, 16)
	o.MaxAge = positive(o.MaxAge, 24*time.Hour)
	if o.Allow == nil {
		o.Allow = func(ap netip.AddrPort) bool { return Public(ap.Addr()) }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Client{o: o, slots: make(chan struct{}, o.Concurrent), calls: map[string]*call{}, failed: map[string]error{}}
	if o.Dir == "" {
		dir, err := os.MkdirTemp("", "lookalike-fetch-*")
		if err != nil {
			return nil, err
		}
		c.temp, o.Dir = dir, dir
	}
	var err error
	if c.store, err = openStore(o.Dir); err != nil {
		return nil, err
	}
	c.http = &http.Client{
		Transport: Transport(o.Allow),
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > o.MaxRedirects {
				return errRedirects
			}
			return checkURL(r.URL)
		},
	}
	return c, nil
}

// Transport makes the requests of a client: without a proxy, with bounds on the head of an answer, and connecting to addresses
// alone that allow lets pass.
func Transport(allow func(netip.AddrPort) bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: control(allow)}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 20 * time.Second,
		MaxResponseHeaderBytes: 64 << 10, MaxConnsPerHost: 4, MaxIdleConns: 64, IdleConnTimeout: 30 * time.Second,
		DisableCompression: true, ForceAttemptHTTP2: true,
	}
}

func positive[T int | int64 | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// Close ends idle connections and removes a temporary store. Bodies cannot be opened after it.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	if c.temp != "" {
		return os.RemoveAll(c.temp)
	}
	return nil
}

func checkURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errScheme
	}
	if u.User != nil {
		return errors.New("the address holds a password")
	}
	return nil
}

// Get reads an address, or takes what the store holds of it. Several callers of one address share one request. The error
// is an *Error unless ctx ended.
func (c *Client) Get(ctx context.Context, address string) (Body, error) {
	c.mu.Lock()
	if err := c.failed[address]; err != nil {
		c.mu.Unlock()
		return Body{}, err
	}
	running := c.calls[address]
	if running == nil {
		running = &call{done: make(chan struct{})}
		c.calls[address] = running
		c.mu.Unlock()
		running.body, running.err = c.get(ctx, address)
		c.mu.Lock()
		delete(c.calls, address)
		if e, ok := errors.AsType[*Error](running.err); ok && len(c.failed) < maxFailed {
			c.failed[address] = e
		}
		c.mu.Unlock()
		close(running.done)
		return running.body, running.err
	}
	c.mu.Unlock()
	select {
	case <-running.done:
		if running.err != nil && ctx.Err() == nil && !isError(running.err) {
			return c.Get(ctx, address) // the caller that asked was cancelled
		}
		return running.body, running.err
	case <-ctx.Done():
		return Body{}, context.Cause(ctx)
	}
}

func isError(err error) bool {
	_, ok := errors.AsType[*Error](err)
	return ok
}

func (c *Client) get(ctx context.Context, address string) (Body, error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return Body{}, context.Cause(ctx)
	}
	kept, ok := c.store.find(address)
	if ok && c.o.Now().Sub(kept.Fetched) < c.o.MaxAge {
		return kept.body(c.store), nil
	}
	inner, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	b, err := c.request(inner, address, kept, ok)
	switch {
	case err == nil:
		return b, nil
	case ctx.Err() != nil:
		return Body{}, context.Cause(ctx)
	}
	return Body{}, err
}

// request asks the address, and only for what changed when it is kept.
func (c *Client) request(ctx context.Context, address string, kept entry, have bool) (Body, error) {
	fail := func(reason string, err error) (Body, error) {
		return Body{}, &Error{URL: address, Reason: reason, Err: err}
	}
	u, err := url.Parse(address)
	if err == nil {
		err = checkURL(u)
	}
	if err != nil {
		return fail("scheme", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fail("scheme", err)
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	req.Header.Set("Accept", "image/*,*/*;q=0.5")
	if have && kept.ETag != "" {
		req.Header.Set("If-None-Match", kept.ETag)
	} else if have && kept.Modified != "" {
		req.Header.Set("If-Modified-Since", kept.Modified)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fail(reasonOf(err), plain(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && have {
		kept.Fetched = c.o.Now()
		if err := c.store.note(address, kept); err != nil {
			return fail("store", err)
		}
		return kept.body(c.store), nil
	}
	if resp.StatusCode != http.StatusOK {
		return Body{}, &Error{URL: address, Reason: "status", Status: resp.StatusCode}
	}
	if resp.ContentLength > c.o.MaxBytes {
		return Body{}, &Error{URL: address, Reason: "size", Size: resp.ContentLength}
	}
	e, err := c.store.keep(io.LimitReader(resp.Body, c.o.MaxBytes+1))
	if err != nil {
		return fail(reasonOf(err), plain(err))
	}
	if e.Size > c.o.MaxBytes {
		os.Remove(c.store.object(e.SHA256))
		return Body{}, &Error{URL: address, Reason: "size", Size: e.Size}
	}
	e.Type, e.ETag, e.Modified, e.Fetched = resp.Header.Get("Content-Type"), resp.Header.Get("ETag"), resp.Header.Get("Last-Modified"), c.o.Now()
	if err := c.store.note(address, e); err != nil {
		return fail("store", err)
	}
	return e.body(c.store), nil
}

func reasonOf(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, ErrPrivate):
		return "address"
	case errors.Is(err, errRedirects):
		return "redirects"
	case errors.Is(err, errScheme):
		return "scheme"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	}
	return "connection"
}

// plain takes the address off an error that repeats it.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// store keeps bodies by the hash of their content, and beside them what an address gave.
type store struct{ dir string }

// entry is what is known of an address.
type entry struct {
	SHA256   string
	Size     int64
	Type     string
	ETag     string
	Modified string
	Fetched  time.Time
}

func (e entry) body(s *store) Body {
	return Body{SHA256: e.SHA256, Size: e.Size, Type: e.Type, path: s.object(e.SHA256)}
}

func openStore(dir string) (*store, error) {
	for _, sub := range []string{"sha256", "address"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, err
		}
	}
	return &store{dir}, nil
}

func (s *store) object(hash string) string { return filepath.Join(s.dir, "sha256", hash) }

func (s *store) address(address string) string {
	h := sha256.Sum256([]byte(address))
	return filepath.Join(s.dir, "address", hex.EncodeToString(h[:]))
}
