package crawl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestShop(t *testing.T) {
	s := newShop(300)
	srv := httptest.NewServer(s)
	defer srv.Close()
	got, r := crawled(t, quick(t, srv.URL))
	want := 300 + 1 // and the flaky one
	if len(got) != want {
		t.Errorf("%d listings, want %d", len(got), want)
	}
	titles := map[string]string{}
	for _, l := range got {
		titles[l.ID] = l.Title
		if len(l.Images) != 1 || l.Images[0].Open != nil || l.Seen.IsZero() || l.URL == "" {
			t.Fatalf("%+v", l)
		}
	}
	for i := range 300 {
		want := titleOf(i, 0)
		if kindOf(i) == "gbk" {
			want = "庭院灯 " + want
		}
		if id := fmt.Sprintf("S-%d", i); titles[id] != want {
			t.Errorf("%s (%s): %q, want %q", id, kindOf(i), titles[id], want)
		}
	}
	if !r.Complete || r.Waiting != 0 || r.Resumed || r.Run != 1 {
		t.Errorf("%+v", r)
	}
	if c := r.Counts; c.Gone != 2 || c.Loops != 1 || c.Retries != 5 || c.Failed != 1 || c.Refused != 1 || c.OffHost != 1 || len(r.Problems) != 2 {
		t.Errorf("%+v %v", c, r.Problems)
	}
}

// start serves a shop on this machine.
func start(t testing.TB, h http.Handler) string {
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestNights(t *testing.T) {
	s := newShop(120)
	c := quick(t, start(t, s))
	first, _ := crawled(t, c)
	s.night = 1
	second, r := crawled(t, c)
	if len(second) != len(first) || r.Run != 2 || r.Resumed || !r.Complete {
		t.Fatalf("%d listings, %d the night before, %+v", len(second), len(first), r)
	}
	changed := 0
	for i, l := range second {
		if l.ID != first[i].ID || !l.Seen.After(first[i].Seen) {
			t.Fatalf("%+v, the night before %+v", l, first[i])
		}
		if l.Title != first[i].Title {
			changed++
		}
	}
	// A variant shares the answer of its page.
	if changed != 12 || r.Counts.Unchanged != s.unchange || s.unchange < 108 {
		t.Errorf("%d changed, %d unchanged, the shop said so %d times", changed, r.Counts.Unchanged, s.unchange)
	}
	c.Profiles = []Profile{{Name: "new", Hosts: []string{"127.0.0.1"}}}
	if _, r := crawled(t, c); r.Counts.Unchanged != 0 {
		t.Errorf("%d pages were not read anew after the extraction changed", r.Counts.Unchanged)
	}
}

func TestTraps(t *testing.T) {
	s := newShop(10)
	s.traps = true
	c := quick(t, start(t, s))
	c.Bounds = Bounds{Calendar: 7, Facets: 30, Depth: 40}
	got, r := crawled(t, c)
	if len(got) != 11 || !r.Complete {
		t.Errorf("%d listings, %+v", len(got), r)
	}
	seen := map[string]int{}
	for path := range s.visits {
		section, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		section, _, _ = strings.Cut(section, "?")
		seen[section]++
	}
	for section, most := range map[string]int{"calendar": 7, "facets": 31, "deep": 17, "session": 1, "moved": 4, "loop": 2} {
		if seen[section] > most || seen[section] == 0 {
			t.Errorf("%d addresses of /%s, want at most %d", seen[section], section, most)
		}
	}
	if r.Counts.Calendar == 0 || r.Counts.Facets == 0 || r.Counts.Loops == 0 {
		t.Errorf("%+v", r.Counts)
	}
}

func TestBadAnswers(t *testing.T) {
	for _, tt := range []struct{ path, reason string }{
		{"/long", ReasonTooLong}, {"/bomb", ReasonRatio}, {"/short", ReasonShort}, {"/loop/a", ""}, {"/login", ReasonStatus}, {"/none", ReasonStatus},
		{"/headers", ReasonHeader}, {"/encoding", ReasonEncoding}, {"/cut-gzip", ReasonShort}, {"/image", "content_type"}, {"/noredirect", "redirect"}, {"/same", "redirect_loop"},
		{"/moved/9", ""},
	} {
		t.Run(tt.path[1:], func(t *testing.T) {
			s := newShop(1)
			mux := http.NewServeMux()
			mux.Handle("/", s)
			mux.HandleFunc("/start", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `<html><a href="%s">x</a>`, tt.path) })
			mux.HandleFunc("/headers", func(w http.ResponseWriter, _ *http.Request) {
				for i := range 200 {
					w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1000))
				}
			})
			mux.HandleFunc("/encoding", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "rot13")
				fmt.Fprint(w, "<ugzy>")
			})
			mux.HandleFunc("/cut-gzip", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.Write([]byte{0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48})
			})
			mux.HandleFunc("/image", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "image/png")
				fmt.Fprint(w, "\x89PNG")
			})
			mux.HandleFunc("/noredirect", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
			mux.HandleFunc("/same", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "/same?utm_source=x")
				w.WriteHeader(http.StatusFound)
			})
			at := start(t, mux)
			c := quick(t, at+"/start")
			c.Bounds.Body = 1 << 20
			if tt.path == "/bomb" {
				c.Bounds.Body = 8 << 20
			}
			got, r := crawled(t, c)
			reason := ""
			for _, p := range r.Problems {
				reason = fmt.Sprint(p.Args["reason"])
			}
			if tt.path == "/none" {
				reason = or(reason, ReasonStatus) // a dead link is no problem
			}
			if reason != tt.reason || len(got) != 0 || !r.Complete {
				t.Errorf("%q, want %q, %d listings, %+v", reason, tt.reason, len(got), r)
			}
			if tt.path == "/moved/9" && (r.Counts.Redirects != 1 || r.Counts.Moved != 6) {
				t.Errorf("%+v", r.Counts)
			}
		})
	}
}

func TestPrivateAddress(t *testing.T) {
	s := newShop(1)
	at := start(t, s)
	c := quick(t, at, "http://localhost:1/", "http://[::1]:2/", "http://169.254.169.254/latest")
	c.Allow, c.Hosts = nil, nil
	got, r := crawled(t, c)
	if len(got) != 0 || len(s.asked) != 0 || len(r.Problems) != 4 {
		t.Errorf("%d listings, %d requests, %v", len(got), len(s.asked), r.Problems)
	}
	for _, p := range r.Problems {
		if p.Args["reason"] != "robots_unreachable: "+ReasonPrivate {
			t.Errorf("%v", p.Args)
		}
	}
}

// TestRedirectToPrivate refuses a redirect from an allowed address to one that is not.
func TestRedirectToPrivate(t *testing.T) {
	inner := newShop(1)
	private := start(t, inner)
	outer := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, private+"/p/0", http.StatusFound) }))
	port := outer[strings.LastIndexByte(outer, ':')+1:]
	c := quick(t, outer)
	c.IgnoreRobots = true
	c.Allow = func(ap netip.AddrPort) bool { return fmt.Sprint(ap.Port()) == port }
	got, r := crawled(t, c)
	if len(got) != 0 || len(inner.asked) != 0 || len(r.Problems) != 1 || r.Problems[0].Args["reason"] != ReasonPrivate {
		t.Errorf("%d listings, %d requests, %v", len(got), len(inner.asked), r.Problems)
	}
}

func TestSeeds(t *testing.T) {
	s := newShop(60)
	mux := http.NewServeMux()
	mux.Handle("/", s)
	mux.HandleFunc("/feed.csv", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "id,title,brand,image\n")
		for i := range 1200 {
			fmt.Fprintf(w, "F-%d,Lantern of the feed %d,Glow,/i/%d.jpg\n", i, i, i)
		}
	})
	mux.HandleFunc("/google", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, `<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>1</g:id><g:title>Lantern</g:title></item><item><g:id>2</g:id><g:title>Lamp</g:title></item></channel></rss>`)
	})
	mux.HandleFunc("/list.txt", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "http://%s/p/1\nhttp://%s/p/2\n", r.Host, r.Host)
	})
	at := start(t, mux)
	for _, tt := range []struct {
		seed     string
		listings int
	}{
		{"/sitemap.xml", 60}, {"/map-1.xml.gz", 60}, {"/feed.csv", 1200}, {"/google", 2}, {"/p/3", 1}, {"/c/0?page=3", 20}, {"/moved/2", 1},
	} {
		c := quick(t, at+tt.seed)
		got, r := crawled(t, c)
		if len(got) != tt.listings || !r.Complete || len(r.Problems) > 0 {
			t.Errorf("%s: %d listings, want %d, %+v", tt.seed, len(got), tt.listings, r)
		}
	}
}

func TestRobotsSitemap(t *testing.T) {
	s := newShop(60)
	at := start(t, s)
	s.robots = "User-agent: *\nDisallow: /c/\nSitemap: " + at + "/sitemap.xml\n"
	c := quick(t, at)
	got, r := crawled(t, c)
	if len(got) != 61 {
		t.Errorf("%d listings, %+v", len(got), r)
	}
	for path := range s.visits {
		if strings.HasPrefix(path, "/c/") {
			t.Errorf("%s was asked for", path)
		}
	}
	if again, _ := crawled(t, c); len(again) != 61 { // robots.txt is known
		t.Errorf("%d listings in the second run", len(again))
	}
	c.Dir, c.NoSitemaps = t.TempDir(), true
	if got, r = crawled(t, c); len(got) > 2 {
		t.Errorf("%d listings without sitemaps, %+v", len(got), r)
	}
}

func TestBudget(t *testing.T) {
	s := newShop(200)
	c := quick(t, start(t, s))
	c.Bounds.Pages = 50
	_, r := crawled(t, c)
	if r.Counts.Requests != 50 || r.Closed["*"] != "budget" || !r.Complete || r.Waiting != 0 {
		t.Errorf("%+v", r)
	}
	c = quick(t, c.Seeds[0])
	c.Bounds.HostPages = 40
	if _, r := crawled(t, c); r.Counts.Requests > 40 || len(r.Closed) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestHold(t *testing.T) {
	c := quick(t, start(t, newShop(100)))
	c.Hold = true
	read := func(stop int, ack int) int {
		cr, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		defer cr.Close()
		n := 0
		for _, err := range cr.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n == stop {
				break
			}
		}
		if err := cr.Acknowledge(ack); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := read(30, 20); n != 30 {
		t.Errorf("%d listings before the break", n)
	}
	if n := read(-1, 50); n != 81 {
		t.Errorf("%d listings after 20 of 101 were acknowledged", n)
	}
	if n := read(10, 10); n != 10 {
		t.Errorf("%d", n)
	}
}

func TestBreakLeavesNoGoroutines(t *testing.T) {
	at := start(t, newShop(300))
	c := quick(t, at)
	before := goleak.IgnoreCurrent()
	for range 5 {
		cr, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for range cr.All(t.Context()) {
			if n++; n == 3 {
				break
			}
		}
		if err := cr.Close(); err != nil {
			t.Fatal(err)
		}
	}
	goleak.VerifyNone(t, before, goleak.IgnoreTopFunction("internal/poll.runtime_pollWait"), goleak.IgnoreTopFunction("net/http.(*conn).serve"), goleak.IgnoreTopFunction("internal/sync.runtime_notifyListWait"))
}

func TestCancel(t *testing.T) {
	c := quick(t, start(t, newShop(300)))
	cr, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	if _, err := New(c); !errors.Is(err, ErrLocked) {
		t.Errorf("a second crawl in the same folder: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for _, err := range cr.All(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 5 {
			cancel()
		}
	}
	r, err := cr.Report()
	if n != 5 || err != nil || r.Complete {
		t.Errorf("%d listings after the cancellation, %+v %v", n, r, err)
	}
}

func TestCapture(t *testing.T) {
	s := newShop(1)
	at := start(t, s)
	c := quick(t, at+"/moved/0")
	var mu sync.Mutex
	got := map[string]*Exchange{}
	c.Capture = func(_ context.Context, x *Exchange) error {
		mu.Lock()
		defer mu.Unlock()
		got[strings.TrimPrefix(x.URL, at)] = x
		return nil
	}
	crawled(t, c)
	for _, path := range []string{"/robots.txt", "/moved/0", "/p/1"} {
		x := got[path]
		if x == nil || !strings.HasPrefix(string(x.Request), "GET "+path+" HTTP/1.1\r\nHost: 127.0.0.1:") || !bytes.Contains(x.Request, []byte("User-Agent: lookalike (+crawl@shop.example)\r\n")) || !x.Remote.IsValid() {
			t.Fatalf("%s: %+v", path, x)
		}
		if _, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(x.Response)), nil); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if got["/moved/0"].Status != http.StatusMovedPermanently {
		t.Errorf("%+v", got["/moved/0"])
	}

	full := errors.New("disk full")
	c.Dir, c.Capture = t.TempDir(), func(_ context.Context, x *Exchange) error {
		if strings.HasSuffix(x.URL, "/p/1") {
			return full
		}
		return nil
	}
	cr, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	n := 0
	for _, err := range cr.All(t.Context()) {
		if n++; !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
	}
	if r, _ := cr.Report(); n != 1 || r.Complete || r.Waiting != 1 {
		t.Errorf("a page that could not be captured counts as read: %+v", r)
	}
}

func TestTry(t *testing.T) {
	s := newShop(10)
	s.robots = "User-agent: lookalike\nDisallow: /c\n"
	at := start(t, s)
	cr, err := New(quick(t))
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	p, err := cr.Try(t.Context(), at+"/moved/0")
	if err != nil || len(p.Found) != 1 || p.Found[0].Listing.ID != "S-1" || p.Found[0].Sources["title"] != "microdata" {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := cr.Try(t.Context(), at+"/c/0"); !errors.Is(err, ErrRobots) {
		t.Errorf("%v", err)
	}
	if p, err := cr.Try(t.Context(), at+"/none"); err == nil || p.Status != http.StatusNotFound {
		t.Errorf("%+v %v", p, err)
	}
}

// TestVariants lists a page once, under the address that it names, unless that address gives nothing.
func TestVariants(t *testing.T) {
	mux := http.NewServeMux()
	product := `<html><link rel="canonical" href="%s"><script type="application/ld+json">{"@type":"Product","name":"%s","image":"/1.jpg"}</script>`
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/list":
			fmt.Fprint(w, `<html><a href="/a?colour=red">x</a><a href="/a?colour=blue">x</a><a href="/b?colour=red">x</a><a href="/b?colour=blue">x</a>`)
		case "/a":
			fmt.Fprintf(w, product, "/a", "Lamp")
		case "/b":
			if r.URL.RawQuery == "" {
				http.NotFound(w, r)
				return
			}
			fmt.Fprintf(w, product, "/b", "Light")
		default:
			http.NotFound(w, r)
		}
	})
	at := start(t, mux)
	got, r := crawled(t, quick(t, at+"/list"))
	var urls []string
	for _, l := range got {
		urls = append(urls, strings.TrimPrefix(l.URL, at))
	}
	if fmt.Sprint(urls) != "[/a /b?colour=blue /b?colour=red]" || r.Counts.Variants != 4 {
		t.Errorf("%v %+v", urls, r.Counts)
	}
}

// BenchmarkCrawl crawls a shop on this machine without politeness.
func BenchmarkCrawl(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			at := start(b, newShop(n))
			pages := 0
			for b.Loop() {
				got, r := crawled(b, quick(b, at))
				if len(got) != n+1 {
					b.Fatalf("%d listings", len(got))
				}
				pages += r.Counts.Requests
			}
			b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.Sys)/(1<<20), "MB")
		})
	}
}

func TestTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(newShop(1))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	plain := start(t, newShop(1))
	c := quick(t, srv.URL, strings.Replace(plain, "http:", "https:", 1))
	c.IgnoreRobots = true
	_, r := crawled(t, c)
	if len(r.Problems) != 2 || r.Counts.Retries != 0 {
		t.Fatalf("%+v", r)
	}
	for _, p := range r.Problems {
		if p.Args["reason"] != ReasonTLS {
			t.Errorf("%v", p.Args)
		}
	}
}

func TestFolderFaults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := quick(t)
	c.Dir = filepath.Join(file, "crawl")
	if _, err := New(c); err == nil {
		t.Error("a folder below a file")
	}
	c.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(c.Dir, "crawl.db"), bytes.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(c); err == nil {
		t.Error("a frontier that is damaged")
	}
}

// TestLargePages holds what a crawl of pages at the limit takes: they are parsed one at a time.
func TestLargePages(t *testing.T) {
	body := "<html>" + strings.Repeat("<p>long ", 50_000)
	at := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			for i := range 12 {
				fmt.Fprintf(w, `<a href="/%d">x</a>`, i)
			}
			return
		}
		io.WriteString(w, body)
	}))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, r := crawled(t, quick(t, at))
	runtime.ReadMemStats(&after)
	if grown := (int64(after.Sys) - int64(before.Sys)) >> 20; grown > 300 || r.Counts.Read != 13 {
		t.Errorf("%d MB, %+v", grown, r.Counts)
	}
}

// TestSeedThatMoved follows a seed to another host, whose links then belong to the crawl; a page that leads away is not
// followed.
func TestSeedThatMoved(t *testing.T) {
	s := newShop(40)
	inner := start(t, s)
	third := start(t, newShop(5))
	outer := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		http.Redirect(w, r, inner+r.URL.Path, http.StatusMovedPermanently)
	}))
	got, r := crawled(t, quick(t, outer))
	if len(got) != 41 || !r.Complete {
		t.Errorf("%d listings, %+v", len(got), r)
	}
	away := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, `<html><a href="/away">x</a>`)
		case "/away":
			http.Redirect(w, r, third, http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	if got, r := crawled(t, quick(t, away)); len(got) != 0 || r.Counts.OffHost != 1 {
		t.Errorf("%d listings, %+v", len(got), r)
	}
}
