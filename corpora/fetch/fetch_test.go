package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lookalike/corpora"
)

func TestPublic(t *testing.T) {
	for _, s := range []string{"8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"} {
		if !Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public", s)
		}
	}
	for _, s := range []string{"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255",
		"198.18.0.1", "192.0.2.1", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
		"2001:db8::1", "2001::1", "::127.0.0.1"} {
		if Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is not public", s)
		}
	}
}

// server answers on the loopback and makes a client that may connect to it alone.
func server(t *testing.T, h http.HandlerFunc, o Options) (string, *Client) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	o.Allow = func(ap netip.AddrPort) bool { return ap.String() == u.Host }
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return s.URL, c
}

func reason(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return fmt.Sprint(err)
}

func TestLoopbackRefused(t *testing.T) {
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer s.Close()
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	u, _ := url.Parse(s.URL)
	for _, a := range []string{s.URL, "http://localhost:" + u.Port(), "http://[::ffff:127.0.0.1]:" + u.Port(), "http://127.1:" + u.Port(), "http://169.254.169.254/latest", "http://[::1]:" + u.Port()} {
		_, err := c.Get(t.Context(), a)
		if r := reason(err); r != "address" && !(a == "http://127.1:"+u.Port() && r == "connection") {
			t.Errorf("%s: %v", a, err)
		}
	}
	if asked.Load() > 0 {
		t.Error("the server was asked")
	}
}

func TestGet(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "inside") }))
	defer other.Close()
	hang := make(chan struct{})
	defer close(hang)
	base, c := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			io.WriteString(w, "picture")
		case "/hop":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/inside":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/big":
			w.Header().Set("Content-Length", "5000")
			io.WriteString(w, strings.Repeat("x", 5000))
		case "/endless":
			for range 2000 {
				if _, err := io.WriteString(w, strings.Repeat("x", 100)); err != nil {
					return
				}
			}
		case "/slow":
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		default:
			http.NotFound(w, r)
		}
	}, Options{MaxBytes: 1000, Timeout: 500 * time.Millisecond})
	for _, tt := range []struct{ path, want string }{
		{"/ok", ""}, {"/hop", ""}, {"/inside", "address"}, {"/file", "scheme"}, {"/loop", "redirects"}, {"/big", "size"}, {"/endless", "size"}, {"/slow", "timeout"}, {"/none", "status"},
	} {
		b, err := c.Get(t.Context(), base+tt.path)
		if tt.want != "" {
			if reason(err) != tt.want {
				t.Errorf("%s: %v, want %s", tt.path, err, tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.path, err)
			continue
		}
		r, err := b.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		r.Close()
		if string(text) != "picture" || b.Size != 7 {
			t.Errorf("%s: %q", tt.path, text)
		}
	}
	for _, a := range []string{"ftp://example.org/x", "http://user:pass@example.org/", "http://", "::", "javascript:alert(1)"} {
		if _, err := c.Get(t.Context(), a); reason(err) != "scheme" {
			t.Errorf("%s: %v", a, err)
		}
	}
}

func TestKept(t *testing.T) {
	var asked, unchanged atomic.Int32
	dir := t.TempDir()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	h := func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			unchanged.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, "picture")
	}
	base, c := server(t, h, Options{Dir: dir, Now: func() time.Time { return now }})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := c.Get(context.Background(), base+"/a"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	now = now.Add(48 * time.Hour)
	if _, err := c.Get(t.Context(), base+"/a"); err != nil || asked.Load() != 2 || unchanged.Load() != 1 {
		t.Errorf("%v, asked %d times, unchanged %d", err, asked.Load(), unchanged.Load())
	}
	if _, err := c.Get(t.Context(), base+"/a"); err != nil || asked.Load() != 2 {
		t.Errorf("%v, asked %d times", err, asked.Load())
	}
}

type listings []corpora.Listing

func (s listings) All(context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for _, l := range s {
			if !yield(l, nil) {
				return
			}
		}
	}
}

func TestImages(t *testing.T) {
	base, c := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a.png" {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, "picture")
	}, Options{})
	src := listings{{ID: "1", Images: []corpora.Image{{Ref: base + "/a.png"}, {Ref: base + "/b.png"}, {Ref: "local.png"}, {Ref: "http://127.0.0.1:1/x"}}}}
	for l := range (Images{Source: src, Client: c}).All(t.Context()) {
		r, err := l.Images[0].Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r)
		r.Close()
		if string(b) != "picture" || l.Images[0].ByAddress() {
			t.Errorf("%q", b)
		}
		for _, i := range []int{1, 3} {
			_, err := l.Images[i].Open(t.Context())
			p, ok := errors.AsType[*corpora.Problem](err)
			if !ok || p.Code != corpora.PictureFetch || p.Args["reason"] == nil || p.Args["ref"] != l.Images[i].Ref {
				t.Errorf("%d: %v", i, err)
			}
		}
		if l.Images[2].Open != nil {
			t.Error("a local path was touched")
		}
	}
}
