package crawl

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer answers each question for an IPv4 address with the next one of a list, the last one from then on.
func nameServer(t *testing.T, addresses ...[4]byte) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		buf := make([]byte, 512)
		for n := 0; ; {
			size, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:size]) != nil || len(m.Questions) == 0 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0}, Body: &dnsmessage.AResource{A: addresses[min(n, len(addresses)-1)]}}}
				n++
			}
			if b, err := m.Pack(); err == nil {
				_, _ = c.WriteTo(b, from)
			}
		}
	}()
	return c.LocalAddr().String()
}

// TestRebinding crawls a name that leads to an allowed address when robots.txt is asked for and to another one from then on:
// the address that is dialled is what counts, whatever the name said before.
func TestRebinding(t *testing.T) {
	names := nameServer(t, [4]byte{127, 0, 0, 1}, [4]byte{127, 0, 0, 2})
	outside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := outside.Addr().(*net.TCPAddr).Port
	inside, err := net.Listen("tcp", fmt.Sprintf("127.0.0.2:%d", port))
	if err != nil {
		t.Skipf("this system has one loopback address: %v", err)
	}
	var asked, reached atomic.Int32
	serve := func(l net.Listener, n *atomic.Int32) {
		srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n.Add(1)
			w.Header().Set("Connection", "close") // the next request dials anew
			fmt.Fprint(w, "User-agent: *\nAllow: /\n")
		})}
		go srv.Serve(l)
		t.Cleanup(func() { srv.Close() })
	}
	serve(outside, &asked)
	serve(inside, &reached)
	c := Config{
		Seeds: []string{fmt.Sprintf("http://turned.example:%d/", port)}, Dir: t.TempDir(), Contact: "x", Delay: -1, Jitter: -1, Tries: 1,
		Allow: func(ap netip.AddrPort) bool { return ap.Addr() == netip.MustParseAddr("127.0.0.1") },
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: control(c.Allow), Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", names)
	}}}
	cr, err := newCrawler(c, dialer.DialContext)
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	for l, err := range cr.All(t.Context()) {
		t.Errorf("%+v %v", l, err)
	}
	r, err := cr.Report()
	if err != nil {
		t.Fatal(err)
	}
	if asked.Load() != 1 || reached.Load() != 0 || len(r.Problems) != 1 || r.Problems[0].Args["reason"] != ReasonPrivate {
		t.Errorf("asked %d, reached %d, %v", asked.Load(), reached.Load(), r.Problems)
	}
}

// TestHugePage holds that a page of 200 MB, in chunks and without an end in sight, is cut at the bound, named, and costs neither
// memory nor the rest of its bytes; the other pages are read.
func TestHugePage(t *testing.T) {
	var sent atomic.Int64
	block := bytes.Repeat([]byte("<p>lantern "), 6000)
	at := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, `<a href="/huge">x</a><a href="/p/1">x</a>`)
		case "/huge":
			w.Header().Set("Content-Type", "text/html")
			for sent.Load() < 200<<20 {
				n, err := w.Write(block)
				if sent.Add(int64(n)); err != nil {
					return
				}
			}
		case "/p/1":
			productPage(w, "1", "Lantern", "json-ld")
		default:
			http.NotFound(w, r)
		}
	}))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got, r := crawled(t, quick(t, at))
	runtime.ReadMemStats(&after)
	if len(got) != 1 || len(r.Problems) != 1 || r.Problems[0].Args["reason"] != ReasonTooLong {
		t.Errorf("%d listings, %v", len(got), r.Problems)
	}
	if grown := (int64(after.Sys) - int64(before.Sys)) >> 20; grown > 150 || sent.Load() > 64<<20 {
		t.Errorf("%d MB, %d MB sent", grown, sent.Load()>>20)
	}
}

// TestManyLinks holds that links beyond the bound of one page are named each night, and that repeated links do not count.
func TestManyLinks(t *testing.T) {
	links := 4
	at := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"same"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if r.URL.Path != "/" {
			productPage(w, r.URL.Path[1:], "Lantern", "json-ld")
			return
		}
		w.Header().Set("Content-Type", "text/html")
		for i := range 2 * links {
			fmt.Fprintf(w, `<a href="/%d">x</a>`, i%links)
		}
	}))
	c := quick(t, at)
	c.Bounds.Links = 3
	for night := range 2 {
		got, r := crawled(t, c)
		if len(got) != 3 || len(r.Problems) != 1 || r.Problems[0].Args["reason"] != "links_cut" {
			t.Errorf("night %d: %d listings, %v", night, len(got), r.Problems)
		}
	}
	links = 3
	if got, r := crawled(t, c); len(got) != 3 || len(r.Problems) != 0 {
		t.Errorf("no more links than followed: %d listings, %v", len(got), r.Problems)
	}
}

// TestScriptsInFields holds that markup in the fields of a product stays text, and that line ends and controls in addresses and
// names reach neither requests nor the listing's address.
func TestScriptsInFields(t *testing.T) {
	const evil = `<script>alert(1)<\/script>\" onload=\"x\u0000\u001b[31m\r\nX-Header: 1`
	at := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Header") != "" {
			t.Error("a header of the page's making")
		}
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		fields := []string{"name", "sku", "description", "category", "brand", "url", "image", "gtin13", "mpn", "model"}
		var b strings.Builder
		for _, f := range fields {
			fmt.Fprintf(&b, `,"%s":"%s"`, f, evil)
		}
		fmt.Fprintf(w, `<html><script type="application/ld+json">{"@type":"Product"%s,"offers":{"price":"%s","priceCurrency":"%s","seller":{"name":"%s"}}}</script><a href="/x&#13;&#10;X-Header: 1">x</a></html>`, b.String(), evil, evil, evil)
	}))
	got, r := crawled(t, quick(t, at+"/"))
	if len(got) != 1 || !strings.Contains(got[0].Title, "<script>alert(1)</script>") || got[0].URL != at+"/" || !r.Complete {
		t.Errorf("%+v %+v", got, r)
	}
	for _, l := range got {
		for _, im := range l.Images {
			if strings.ContainsAny(im.Ref, "\r\n\x00\x1b<\"") {
				t.Errorf("%q is the address of a picture", im.Ref)
			}
		}
	}
}

// TestSlowHead holds that a head that comes a byte at a time ends with the time of a request.
func TestSlowHead(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
					return
				}
				fmt.Fprint(c, "HTTP/1.1 200 OK\r\n")
				for i := 0; ; i++ {
					if _, err := fmt.Fprintf(c, "X-%d: 1\r\n", i); err != nil {
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
			}()
		}
	}()
	c := quick(t, "http://"+l.Addr().String()+"/")
	c.Timeout, c.Tries, c.IgnoreRobots = 300*time.Millisecond, 1, true
	_, r := crawled(t, c)
	if len(r.Problems) != 1 || r.Problems[0].Args["reason"] != ReasonTimeout {
		t.Errorf("%v", r.Problems)
	}
}
