package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"time"
)

// Recorder is an http.RoundTripper that keeps what went through it, in the order in which answers ended. Its Next must not
// decode compression (http.Transport with DisableCompression). It is safe for concurrent use.
type Recorder struct {
	Next     http.RoundTripper
	Now      func() time.Time // time.Now
	MaxBody  int64            // of one answer, 20 MB; what is longer is cut, given to the caller cut, and marked
	MaxTotal int64            // of all bodies, 256 MB; behind it requests fail with ErrTooMuch

	mu    sync.Mutex
	kept  []Exchange
	total int64
}

// ErrTooMuch says that a bound on the size of what is kept was reached.
var ErrTooMuch = errors.New("more than may be kept in one capture")

// RoundTrip sends the request and reads the answer whole.
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	now := r.Now
	if now == nil {
		now = time.Now
	}
	maxBody, maxTotal := r.MaxBody, r.MaxTotal
	if maxBody <= 0 {
		maxBody = 20 << 20
	}
	if maxTotal <= 0 {
		maxTotal = 256 << 20
	}
	r.mu.Lock()
	full := r.total >= maxTotal
	r.mu.Unlock()
	if full {
		return nil, ErrTooMuch
	}
	x := Exchange{URL: req.URL.String(), Role: RolePage, Started: now()}
	var addressed sync.Mutex // the trace may run on another goroutine
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
		addressed.Lock()
		defer addressed.Unlock()
		if c.Conn != nil {
			x.Address = c.Conn.RemoteAddr().String()
		}
	}}
	resp, err := r.Next.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	err = errors.Join(err, resp.Body.Close())
	if int64(len(body)) > maxBody {
		body, x.Cut, err = body[:maxBody], true, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w", x.URL, err)
	}
	if isRedirect(resp.StatusCode) {
		x.Role = RoleRedirect
	}
	x.Request, x.Response = requestBytes(req), responseBytes(resp, body)
	x.Protocol, x.TLS = resp.Proto, TLSOf(resp.TLS)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	addressed.Lock()
	defer addressed.Unlock()
	r.kept = append(r.kept, x)
	r.total += int64(len(body))
	return resp, nil
}

// Take returns what was kept and forgets it.
func (r *Recorder) Take() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.kept
	r.kept, r.total = nil, 0
	return kept
}

// requestBytes writes the head of a request. The bodies of requests are not kept: the product sends none.
func requestBytes(req *http.Request) []byte {
	var b bytes.Buffer
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", req.Method, req.URL.RequestURI(), host)
	writeHeader(&b, req.Header)
	return b.Bytes()
}

// ResponseBytes writes an answer with its body as an HTTP/1.1 message. Transfer encodings are those that net/http has already
// taken off.
func ResponseBytes(resp *http.Response, body []byte) []byte { return responseBytes(resp, body) }

// RequestBytes writes the head of a request as an HTTP/1.1 message.
func RequestBytes(req *http.Request) []byte { return requestBytes(req) }

func responseBytes(resp *http.Response, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", resp.StatusCode, http.StatusText(resp.StatusCode))
	writeHeader(&b, resp.Header)
	b.Write(body)
	return b.Bytes()
}

// writeHeader writes fields in the order of their names, and the blank line.
func writeHeader(b *bytes.Buffer, h http.Header) {
	names := make([]string, 0, len(h))
	for n := range h {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		for _, v := range h[n] {
			b.WriteString(plainField(n) + ": " + plainField(v) + "\r\n")
		}
	}
	b.WriteString("\r\n")
}

// plainField takes line ends out of what becomes one line.
func plainField(s string) string {
	clean := []byte(s)
	for i, c := range clean {
		if c == '\r' || c == '\n' || c == 0 {
			clean[i] = ' '
		}
	}
	return string(clean)
}
