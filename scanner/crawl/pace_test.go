package crawl

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lookalike/corpora"
)

// pipes is a listener without sockets, so that a server can live in a bubble in which time is exact.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.IPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	server, client := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// bubble crawls a shop in a bubble and returns what its server saw.
func bubble(t *testing.T, s *shop, c Config, check func(t *testing.T, got []corpora.Listing, r Report)) {
	t.Helper()
	c.Dir, c.Contact = t.TempDir(), "crawl@shop.example"
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		srv := &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
		go srv.Serve(p)
		defer srv.Close()
		cr, err := newCrawler(c, p.dial)
		if err != nil {
			t.Fatal(err)
		}
		defer cr.Close()
		var got []corpora.Listing
		for l, err := range cr.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, l)
		}
		r, err := cr.Report()
		if err != nil {
			t.Fatal(err)
		}
		check(t, got, r)
	})
}

// gaps returns the times between the requests to a host.
func (s *shop) gaps(host string) []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []time.Duration
	var last time.Time
	for _, v := range s.asked {
		if v.host != host {
			continue
		}
		if !last.IsZero() {
			out = append(out, v.at.Sub(last))
		}
		last = v.at
	}
	return out
}

func TestPace(t *testing.T) {
	for _, tt := range []struct {
		name, robots string
		delay, want  time.Duration
	}{
		{"configured", "User-agent: *\nDisallow: /private\n", 2 * time.Second, 2500 * time.Millisecond},
		{"longer crawl delay", "User-agent: *\nCrawl-delay: 8\n", 2 * time.Second, 10 * time.Second},
		{"shorter crawl delay", "User-agent: *\nCrawl-delay: 0.5\n", 2 * time.Second, 2500 * time.Millisecond},
		{"of another agent", "User-agent: other\nCrawl-delay: 8\n", 2 * time.Second, 2500 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(40)
			s.robots = tt.robots
			c := Config{Seeds: []string{"http://a.example/c/0", "http://b.example/c/0"}, Delay: tt.delay, Random: func() float64 { return 0.5 }}
			bubble(t, s, c, func(t *testing.T, got []corpora.Listing, r Report) {
				if len(got) != 80 || !r.Complete {
					t.Errorf("%d listings, %+v", len(got), r)
				}
				var took [2]time.Duration
				for i, host := range []string{"a.example", "b.example"} {
					gaps := s.gaps(host)
					if len(gaps) < 40 {
						t.Fatalf("%s: %d requests", host, len(gaps))
					}
					for k, g := range gaps {
						took[i] += g
						// Before the answer of robots.txt nobody knows what it asks for.
						if g != tt.want && !(k == 0 && g >= 0) {
							t.Fatalf("%s: request %d came %v after the one before, want %v", host, k+1, g, tt.want)
						}
					}
				}
				// Hosts do not wait for one another.
				if first, last := s.asked[0].at, s.asked[len(s.asked)-1].at; last.Sub(first) > max(took[0], took[1])+tt.want {
					t.Errorf("took %v for hosts of %v", last.Sub(first), took)
				}
			})
		})
	}
}

func TestFailingHosts(t *testing.T) {
	seconds := func(list ...int) string { return fmt.Sprint(list) }
	for _, tt := range []struct {
		name, robots, seed string
		gaps, closed       string
		listings, requests int
		reason             string
	}{
		{name: "retry after", robots: "404", seed: "http://a.example/busy", gaps: seconds(1, 7), listings: 1, requests: 2},
		{name: "backoff", robots: "404", seed: "http://a.example/flaky", gaps: seconds(1, 1, 2), listings: 1, requests: 3},
		{name: "robots unreachable", robots: "503", seed: "http://a.example/p/0", gaps: seconds(1, 2, 4), reason: "robots_unreachable: status"},
		{name: "robots too many", robots: "429", seed: "http://a.example/p/0", gaps: seconds(1, 2, 4), reason: "robots_unreachable: status"},
		{name: "robots hang", robots: "hang", seed: "http://a.example/p/0", gaps: seconds(31, 32, 34), reason: "robots_unreachable: timeout"},
		{name: "robots forbidden to read", robots: "403", seed: "http://a.example/p/0", gaps: seconds(1), listings: 1, requests: 1},
		{name: "crawl delay beyond reason", robots: "User-agent: *\nCrawl-delay: 86400", seed: "http://a.example/p/0", gaps: seconds(), closed: "crawl_delay"},
		{name: "slow drip", robots: "404", seed: "http://a.example/drip", gaps: seconds(1, 31, 32, 34), requests: 4, reason: "timeout"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(1)
			s.robots = tt.robots
			bubble(t, s, Config{Seeds: []string{tt.seed}, Jitter: -1}, func(t *testing.T, got []corpora.Listing, r Report) {
				var gaps []int
				for _, g := range s.gaps("a.example") {
					gaps = append(gaps, int(g/time.Second))
				}
				if fmt.Sprint(gaps) != tt.gaps {
					t.Errorf("requests came after %v seconds, want %v", gaps, tt.gaps)
				}
				if len(got) != tt.listings || r.Counts.Requests != tt.requests || r.Closed["a.example"] != tt.closed || !r.Complete {
					t.Errorf("%d listings, %+v", len(got), r)
				}
				reason := ""
				if len(r.Problems) > 0 {
					reason = fmt.Sprint(r.Problems[0].Args["reason"])
				}
				if reason != tt.reason {
					t.Errorf("problem %q, want %q", reason, tt.reason)
				}
			})
		})
	}
}

func TestRetryAfterBeyondReason(t *testing.T) {
	s := newShop(1)
	bubble(t, s, Config{Seeds: []string{"http://a.example/busy", "http://a.example/p/0"}, MaxWait: 5 * time.Second}, func(t *testing.T, got []corpora.Listing, r Report) {
		if len(got) != 0 || r.Closed["a.example"] != "retry_after" || r.Counts.Requests != 1 {
			t.Errorf("%d listings, %+v", len(got), r)
		}
	})
}

func TestRefusalsCloseHost(t *testing.T) {
	var seeds []string
	for i := range 9 {
		seeds = append(seeds, fmt.Sprintf("http://a.example/login?%d", i))
	}
	bubble(t, newShop(1), Config{Seeds: seeds, Bounds: Bounds{Refusals: 3}}, func(t *testing.T, _ []corpora.Listing, r Report) {
		if r.Closed["a.example"] != "refusals" || r.Counts.Requests != 3 {
			t.Errorf("%+v", r)
		}
	})
}

func TestUserAgent(t *testing.T) {
	c := Config{Contact: "https://shop.example/crawler", Version: "1.2", Dir: "x"}
	if err := c.complete(); err != nil {
		t.Fatal(err)
	}
	if got := c.userAgent(); got != "lookalike/1.2 (+https://shop.example/crawler)" {
		t.Error(got)
	}
	for _, bad := range []Config{{Dir: "x"}, {Dir: "x", Contact: "a\r\nb"}} {
		if err := bad.complete(); err == nil || !strings.HasPrefix(err.Error(), "crawl: ") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestNoFolder(t *testing.T) {
	if _, err := New(Config{Contact: "x", Seeds: []string{"https://shop.example/"}}); err == nil || !strings.Contains(err.Error(), "no folder") {
		t.Error(err)
	}
}
