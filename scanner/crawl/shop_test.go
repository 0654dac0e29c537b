package crawl

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lookalike/corpora"
)

// shop is a web shop: categories of twenty products a page, a sitemap, and pages of every kind that a crawler meets.
type shop struct {
	products int
	robots   string
	traps    bool // endless pages are linked from the start page

	mu       sync.Mutex
	night    int
	visits   map[string]int // by address
	asked    []visit
	unchange int // answers of 304
}

type visit struct {
	host, path string
	at         time.Time
}

func newShop(products int) *shop { return &shop{products: products, visits: map[string]int{}} }

// kindOf says how the page of a product describes it.
func kindOf(i int) string {
	return [...]string{"json-ld", "microdata", "opengraph", "state", "gbk", "variant"}[i%6]
}

func titleOf(i, night int) string {
	if night > 0 && i%10 == 0 {
		return fmt.Sprintf("Garden lantern %d of night %d", i, night)
	}
	return fmt.Sprintf("Garden lantern %d", i)
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	path := r.URL.RequestURI()
	s.visits[path]++
	n, night := s.visits[path], s.night
	s.asked = append(s.asked, visit{r.Host, path, time.Now()})
	s.mu.Unlock()
	section, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch section {
	case "":
		s.home(w)
	case "robots.txt":
		s.robotsTxt(w, r)
	case "c":
		s.category(w, r, rest)
	case "p":
		s.product(w, r, rest, night)
	case "sitemap.xml":
		fmt.Fprintf(w, `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://%s/map-1.xml.gz</loc></sitemap></sitemapindex>`, r.Host)
	case "map-1.xml.gz":
		z := gzip.NewWriter(w)
		fmt.Fprint(z, `<urlset>`)
		for i := range s.products {
			fmt.Fprintf(z, `<url><loc>http://%s/p/%d</loc></url>`, r.Host, i)
		}
		fmt.Fprint(z, `</urlset>`)
		z.Close()
	case "moved":
		k, _ := strconv.Atoi(rest)
		if k == 0 {
			http.Redirect(w, r, "/p/1", http.StatusMovedPermanently)
		} else {
			http.Redirect(w, r, fmt.Sprintf("/moved/%d", k-1), http.StatusFound)
		}
	case "loop":
		other := map[string]string{"a": "b", "b": "a"}[rest]
		http.Redirect(w, r, "/loop/"+other, http.StatusFound)
	case "calendar":
		day, _ := time.Parse(time.DateOnly, r.URL.Query().Get("date"))
		fmt.Fprintf(w, `<html><a href="/calendar?date=%s">next</a></html>`, day.AddDate(0, 0, 1).Format(time.DateOnly))
	case "facets":
		fmt.Fprint(w, `<html>`)
		for i := range 20 {
			fmt.Fprintf(w, `<a href="/facets?a=%d&b=%d">x</a>`, n+i, len(path)+i)
		}
		fmt.Fprint(w, `</html>`)
	case "deep":
		fmt.Fprintf(w, `<html><a href="/deep/%sx/">x</a></html>`, rest)
	case "session":
		fmt.Fprintf(w, `<html><a href="/session;jsessionid=%d?sid=%d&utm_source=x">again</a></html>`, n, n)
	case "flaky":
		if n < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		productPage(w, "flaky", "Flaky lantern", "json-ld")
	case "busy":
		if n == 1 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		productPage(w, "busy", "Busy lantern", "json-ld")
	case "short":
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "<html>half a page")
	case "long":
		fmt.Fprint(w, "<html>", strings.Repeat("<p>long ", 2<<20))
	case "bomb":
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		z.Write(bytes.Repeat([]byte("a"), 6<<20))
		z.Close()
	case "drip":
		for range 100 {
			fmt.Fprint(w, "<p>")
			w.(http.Flusher).Flush()
			select {
			case <-time.After(time.Second):
			case <-r.Context().Done():
				return
			}
		}
	case "login":
		w.WriteHeader(http.StatusUnauthorized)
	default:
		http.NotFound(w, r)
	}
}

func (s *shop) robotsTxt(w http.ResponseWriter, r *http.Request) {
	switch {
	case s.robots == "":
		w.WriteHeader(http.StatusNotFound)
	case s.robots == "hang":
		<-r.Context().Done()
	case len(s.robots) == 3:
		code, _ := strconv.Atoi(s.robots)
		w.WriteHeader(code)
	default:
		fmt.Fprint(w, s.robots)
	}
}

func (s *shop) home(w http.ResponseWriter) {
	fmt.Fprint(w, `<html><title>Shop</title><meta property="og:title" content="Shop">`)
	for c := range (s.products + 99) / 100 {
		fmt.Fprintf(w, `<a href="/c/%d">Category</a>`, c)
	}
	for _, x := range []string{"/private/1", "/gone", "/moved/3", "/loop/a", "/flaky", "/short", "/login", "/logo.png", "mailto:a@b.example", "https://elsewhere.example/"} {
		fmt.Fprintf(w, `<a href="%s">x</a>`, x)
	}
	if s.traps {
		fmt.Fprint(w, `<a href="/calendar?date=2026-01-01">x</a><a href="/facets">x</a><a href="/deep/">x</a><a href="/session">x</a>`)
	}
	fmt.Fprint(w, `</html>`)
}

func (s *shop) category(w http.ResponseWriter, r *http.Request, name string) {
	c, _ := strconv.Atoi(name)
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	page = max(page, 1)
	fmt.Fprint(w, `<html>`)
	for i := c*100 + (page-1)*20; i < min(c*100+page*20, s.products); i++ {
		fmt.Fprintf(w, `<a href="/p/%d#top">Lantern</a>`, i)
	}
	if page < 5 {
		fmt.Fprintf(w, `<a rel="next" href="/c/%d?page=%d">next</a>`, c, page+1)
	}
	fmt.Fprint(w, `</html>`)
}

func (s *shop) product(w http.ResponseWriter, r *http.Request, name string, night int) {
	i, err := strconv.Atoi(name)
	if err != nil || i >= s.products {
		http.NotFound(w, r)
		return
	}
	etag := fmt.Sprintf(`"%d-%s"`, i, titleOf(i, night))
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		s.mu.Lock()
		s.unchange++
		s.mu.Unlock()
		w.WriteHeader(http.StatusNotModified)
		return
	}
	productPage(w, name, titleOf(i, night), kindOf(i))
}

func productPage(w http.ResponseWriter, id, title, kind string) {
	switch kind {
	case "microdata":
		fmt.Fprintf(w, `<!DOCTYPE html><html><div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">%s</h1><meta itemprop="sku" content="S-%s"><img itemprop="image" src="/i/%s.jpg"></div></html>`, title, id, id)
	case "opengraph":
		fmt.Fprintf(w, `<!DOCTYPE html><html><meta property="og:type" content="product"><meta property="og:title" content="%s"><meta property="product:retailer_item_id" content="S-%s"><meta property="og:image" content="/i/%s.jpg"></html>`, title, id, id)
	case "state":
		fmt.Fprintf(w, `<!DOCTYPE html><html><div data-product='{"product":{"sku":"S-%s","title":"%s","price":"12.50","images":["/i/%s.jpg"]}}'></div></html>`, id, title, id)
	case "gbk":
		text, _ := simplifiedchinese.GBK.NewEncoder().String(fmt.Sprintf(`<html><meta charset="gbk"><script type="application/ld+json">{"@type":"Product","name":"庭院灯 %s","sku":"S-%s","image":"/i/%s.jpg"}</script></html>`, title, id, id))
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, text)
	case "variant":
		fmt.Fprintf(w, `<!DOCTYPE html><html><link rel="canonical" href="/p/%s"><a href="/p/%s?colour=red">red</a><script type="application/ld+json">{"@type":"Product","name":"%s","sku":"S-%s","image":"/i/%s.jpg"}</script></html>`, id, id, title, id, id)
	default:
		fmt.Fprintf(w, `<!DOCTYPE html><html><script type="application/ld+json">{"@type":"Product","name":"%s","sku":"S-%s","image":"/i/%s.jpg","offers":{"price":"12.50","priceCurrency":"EUR"}}</script></html>`, title, id, id)
	}
}

// quick is a configuration without politeness, for a shop on this machine.
func quick(t testing.TB, seeds ...string) Config {
	dir := ""
	if t != nil {
		dir = t.TempDir()
	}
	return Config{
		Seeds: seeds, Dir: dir, Workers: 8, Contact: "crawl@shop.example", Delay: -1, Jitter: -1, Backoff: time.Millisecond,
		Allow: func(netip.AddrPort) bool { return true },
	}
}

// crawled runs a crawl to its end.
func crawled(t testing.TB, c Config) ([]corpora.Listing, Report) {
	t.Helper()
	cr, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	var out []corpora.Listing
	for l, err := range cr.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	r, err := cr.Report()
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(out, func(a, b corpora.Listing) int { return strings.Compare(a.ID, b.ID) })
	return out, r
}
