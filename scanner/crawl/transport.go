package crawl

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"lookalike/corpora/fetch"
	"lookalike/corpora/table"
)

// Exchange is one request and its answer. Request and Response are the bytes of HTTP/1.1 messages; the body is as the
// server sent it, before its content encoding is undone but after chunks are joined. Heads are written anew from what the
// HTTP library keeps: field names are in their canonical case and in order.
type Exchange struct {
	URL      string
	Started  time.Time
	Duration time.Duration
	Remote   netip.AddrPort // zero when no connection was made
	TLS      *tls.ConnectionState
	Protocol string // spoken on the wire, "HTTP/2.0"
	Status   int
	Request  []byte
	Response []byte // empty without an answer
	Cut      bool   // the body is longer than what stands here
	Err      string // "" when the answer came whole
}

// Reasons of a request that failed, a closed list.
const (
	ReasonPrivate    = "private_address"
	ReasonTimeout    = "timeout"
	ReasonTLS        = "tls"
	ReasonName       = "name" // of the host cannot be resolved
	ReasonConnection = "connection"
	ReasonHeader     = "header" // too long, or not HTTP
	ReasonTooLong    = "body_too_long"
	ReasonRatio      = "body_ratio" // unpacks to too much
	ReasonShort      = "body_short" // ends early
	ReasonEncoding   = "body_encoding"
	ReasonStatus     = "status"
)

// failure is why an answer is of no use.
type failure struct {
	reason string
	err    error
}

func (f *failure) Error() string { return fmt.Sprintf("%s: %v", f.reason, f.err) }
func (f *failure) Unwrap() error { return f.err }

// bounded ratio of unpacking: what is below freeRatio bytes is not looked at.
const (
	maxRatio  = 100
	freeRatio = 1 << 20
)

// transport makes requests with bounds on what comes back. It never follows a redirect, and hands on a body that was read
// to its end, unpacked and decoded to UTF-8 where it is text.
type transport struct {
	inner   *http.Transport
	capture func(ctx context.Context, x *Exchange) error
	now     func() time.Time
}

// ask is what a worker wants of the transport and gets from it, carried in the context of the request.
type ask struct {
	limit   int64
	binary  bool              // the body is not decoded
	cut     bool              // a body that is too long counts up to the limit
	charset string            // that the text was decoded from; of a binary body the one that its header names
	keep    func(x *Exchange) // called with what was exchanged, nil for nobody
	header  http.Header       // of the answer as it came
}

type askKey struct{}

func newTransport(c *Config, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *transport {
	if dial == nil {
		d := &net.Dialer{Timeout: min(10*time.Second, c.Timeout), Control: control(c.Allow)}
		dial = d.DialContext
	}
	return &transport{
		inner: &http.Transport{
			DialContext: dial, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: c.Timeout, MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConns: 4 * c.Workers, MaxIdleConnsPerHost: c.Workers, IdleConnTimeout: 30 * time.Second, DisableCompression: true,
			ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
		capture: c.Capture, now: c.Now,
	}
}

// control refuses a connection to an address that may not be asked. It sees the address that is dialled, whatever name led
// to it.
func control(allow func(netip.AddrPort) bool) func(network, address string, c syscall.RawConn) error {
	return func(network, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || network != "tcp4" && network != "tcp6" || !allow(ap) {
			return fmt.Errorf("%w: %s", fetch.ErrPrivate, address)
		}
		return nil
	}
}

// RoundTrip makes one request.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	a, _ := req.Context().Value(askKey{}).(*ask)
	if a == nil {
		return nil, errors.New("crawl: request without its bounds")
	}
	if req.URL.Path == "" {
		req.URL.Path = "/"
	}
	req.Header.Set("Accept-Encoding", "gzip, br, zstd")
	x := &Exchange{URL: req.URL.String(), Started: t.now()}
	var remote atomic.Pointer[netip.AddrPort]
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		if ap, err := netip.ParseAddrPort(i.Conn.RemoteAddr().String()); err == nil {
			remote.Store(&ap)
		}
	}})
	resp, raw, err := t.exchange(req.WithContext(ctx), x, a.limit)
	x.Duration = t.now().Sub(x.Started)
	if ap := remote.Load(); ap != nil {
		x.Remote = *ap
	}
	if t.capture != nil || a.keep != nil {
		x.fill(req, resp, raw, err)
	}
	if a.keep != nil {
		a.keep(x)
	}
	if t.capture != nil {
		if err := t.capture(req.Context(), x); err != nil {
			return nil, &captureError{err}
		}
	}
	if f, ok := errors.AsType[*failure](err); ok && f.reason == ReasonTooLong && a.cut {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return t.decoded(resp, raw, a)
}

// captureError says that an exchange could not be kept: the crawl cannot go on.
type captureError struct{ err error }

func (e *captureError) Error() string { return "capture: " + e.err.Error() }
func (e *captureError) Unwrap() error { return e.err }

// exchange sends the request and reads the body. A body that is cut is an error beside the response.
func (t *transport) exchange(req *http.Request, x *Exchange, limit int64) (*http.Response, []byte, error) {
	resp, err := t.inner.RoundTrip(req)
	if err != nil {
		return nil, nil, &failure{reasonOf(err), err}
	}
	defer resp.Body.Close()
	x.Status, x.TLS, x.Protocol = resp.StatusCode, resp.TLS, resp.Proto
	var buf bytes.Buffer
	if n := resp.ContentLength; n > 0 && n <= limit {
		buf.Grow(int(min(n, 1<<20)) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, limit+1))
	switch {
	case n > limit:
		x.Cut = true
		return resp, buf.Bytes()[:limit], &failure{ReasonTooLong, fmt.Errorf("more than %d bytes", limit)}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return resp, buf.Bytes(), &failure{ReasonShort, err}
	case err != nil:
		return resp, buf.Bytes(), &failure{reasonOf(err), err}
	}
	return resp, buf.Bytes(), nil
}

func reasonOf(err error) string {
	var timeout interface{ Timeout() bool }
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var cert *tls.CertificateVerificationError
	var alert tls.AlertError
	switch {
	case errors.Is(err, fetch.ErrPrivate):
		return ReasonPrivate
	case errors.As(err, &cert), errors.As(err, &record), errors.As(err, &alert):
		return ReasonTLS
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return ReasonTimeout
	case errors.As(err, &dns):
		return ReasonName
	}
	// net/http exports no values for these.
	switch s := err.Error(); {
	case strings.Contains(s, "tls: "), strings.Contains(s, "HTTP response to HTTPS client"):
		return ReasonTLS
	case strings.Contains(s, "server response headers exceeded"), strings.Contains(s, "malformed HTTP"), strings.Contains(s, "malformed MIME header"):
		return ReasonHeader
	}
	return ReasonConnection
}

// fill writes down what was exchanged.
func (x *Exchange) fill(req *http.Request, resp *http.Response, body []byte, err error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", req.Method, req.URL.RequestURI(), req.URL.Host)
	_ = req.Header.Write(&b)
	b.WriteString("\r\n")
	x.Request = b.Bytes()
	if err != nil {
		x.Err = err.Error()
	}
	if resp == nil {
		return
	}
	var r bytes.Buffer
	fmt.Fprintf(&r, "HTTP/1.1 %s\r\n", resp.Status)
	_ = resp.Header.Write(&r)
	r.WriteString("\r\n")
	r.Write(body)
	x.Response = r.Bytes()
}

// decoded makes the response that the crawler reads: unpacked and in UTF-8.
func (t *transport) decoded(resp *http.Response, raw []byte, a *ask) (*http.Response, error) {
	body, err := unpack(raw, resp.Header.Get("Content-Encoding"), a.limit)
	if err != nil {
		return nil, err
	}
	kind, args, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind == "" {
		kind, _, _ = strings.Cut(http.DetectContentType(body[:min(len(body), 512)]), ";")
	}
	a.charset, a.header = args["charset"], resp.Header
	if !a.binary && textual(kind) {
		text := table.NewText(bytes.NewReader(body), args["charset"])
		if decoded, err := io.ReadAll(text); err == nil {
			body = decoded
		}
		a.charset = text.Charset()
	}
	h := resp.Header.Clone()
	h.Del("Content-Encoding")
	h.Del("Content-Length")
	// Without a charset and with Uncompressed set, colly takes the body as it is.
	h.Set("Content-Type", kind)
	out := *resp
	out.Header, out.Body, out.ContentLength, out.Uncompressed = h, io.NopCloser(bytes.NewReader(body)), int64(len(body)), true
	return &out, nil
}

func textual(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "javascript")
}

// unpack undoes content encodings, within a limit of bytes and of their ratio to what was sent.
func unpack(raw []byte, encodings string, limit int64) ([]byte, error) {
	names := strings.Split(encodings, ",")
	if len(names) > 2 {
		return nil, &failure{ReasonEncoding, fmt.Errorf("%d encodings over one another", len(names))}
	}
	for i := len(names) - 1; i >= 0; i-- {
		name := strings.ToLower(strings.TrimSpace(names[i]))
		if name == "" || name == "identity" || len(raw) == 0 {
			continue
		}
		r, err := unpacker(name, raw)
		if err != nil {
			return nil, &failure{ReasonEncoding, err}
		}
		most := min(limit, max(freeRatio, maxRatio*int64(len(raw))))
		out, err := io.ReadAll(io.LimitReader(r, most+1))
		r.Close()
		switch {
		case int64(len(out)) > most && most < limit:
			return nil, &failure{ReasonRatio, fmt.Errorf("%d bytes unpack to more than %d", len(raw), most)}
		case int64(len(out)) > most:
			return nil, &failure{ReasonTooLong, fmt.Errorf("more than %d bytes", limit)}
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, &failure{ReasonShort, err}
		case err != nil:
			return nil, &failure{ReasonEncoding, err}
		}
		raw = out
	}
	return raw, nil
}

func unpacker(name string, raw []byte) (io.ReadCloser, error) {
	in := bytes.NewReader(raw)
	switch name {
	case "gzip", "x-gzip":
		return gzip.NewReader(in)
	case "br":
		return io.NopCloser(brotli.NewReader(in)), nil
	case "zstd":
		d, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	case "deflate":
		if z, err := zlib.NewReader(in); err == nil {
			return z, nil
		}
		return flate.NewReader(bytes.NewReader(raw)), nil // some servers leave the frame out
	}
	return nil, fmt.Errorf("unknown encoding %.40q", name)
}
