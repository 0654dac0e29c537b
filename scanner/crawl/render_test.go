package crawl

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lookalike/corpora/browser"
	"lookalike/scanner/evidence"
)

// scripted is a shop whose pages are empty until a script asks for their content.
type scripted struct {
	mu    sync.Mutex
	asked map[string]int
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked[r.URL.Path]++
	s.mu.Unlock()
	switch {
	case r.URL.Path == "/robots.txt":
		io.WriteString(w, "User-agent: *\nDisallow: /tracker\n")
	case r.URL.Path == "/app.js":
		w.Header().Set("Content-Type", "text/javascript")
		io.WriteString(w, `
const root = document.getElementById("root");
fetch("/tracker").catch(() => {});
fetch("/api" + location.pathname).then(r => r.json()).then(d => {
	if (d.links) root.innerHTML = d.links.map(l => '<a href="' + l + '">x</a>').join(" ");
	if (d.name) {
		const s = document.createElement("script");
		s.type = "application/ld+json";
		s.textContent = JSON.stringify({"@type": "Product", name: d.name, sku: d.sku, image: ["/pic.png"], offers: {price: "5", priceCurrency: "EUR"}});
		document.head.append(s);
		root.innerHTML = "<h1>" + d.name + "</h1><img src=/pic.png>";
	}
});`)
	case r.URL.Path == "/api/":
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"links": ["/p/1", "/p/2"]}`)
	case strings.HasPrefix(r.URL.Path, "/api/p/"):
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"name": "Scripted lantern %s", "sku": "J-%[1]s"}`, r.URL.Path[7:])
	case r.URL.Path == "/pic.png":
		w.Header().Set("Content-Type", "image/png")
		w.Write(dot)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!DOCTYPE html><html><head></head><body><div id="root"></div><script src="/app.js"></script></body></html>`)
	}
}

func chromium(t *testing.T) {
	t.Helper()
	if os.Getenv("LOOKALIKE_REAL") != "1" {
		t.Skip("starts Chromium: set LOOKALIKE_REAL=1")
	}
	if _, err := browser.Find(); err != nil {
		t.Fatal(err)
	}
}

// TestRenderedCrawl crawls a shop that shows nothing without scripts: with a browser its products are found, without one not.
func TestRenderedCrawl(t *testing.T) {
	chromium(t)
	s := &scripted{asked: map[string]int{}}
	at := start(t, s)
	config := func() Config {
		return Config{
			Seeds: []string{at + "/"}, Dir: t.TempDir(), Contact: "https://example.org/bot", Delay: -1, Jitter: -1, NoSitemaps: true,
			Allow: func(netip.AddrPort) bool { return true },
		}
	}
	plain, _ := crawled(t, config())
	if len(plain) != 0 {
		t.Errorf("%d listings without a browser", len(plain))
	}
	c := config()
	c.Render = &Rendering{}
	got, rep := crawled(t, c)
	var titles []string
	for _, l := range got {
		titles = append(titles, l.Title)
	}
	slices.Sort(titles)
	if !slices.Equal(titles, []string{"Scripted lantern 1", "Scripted lantern 2"}) || rep.Counts.Rendered != 3 || !rep.Complete {
		t.Errorf("%q %+v", titles, rep)
	}
	if s.asked["/tracker"] > 0 {
		t.Error("what robots.txt forbids was asked for")
	}
	if s.asked["/pic.png"] > 0 {
		t.Error("pictures were loaded while crawling")
	}
}

// TestRenderedSeal seals how a page looks, with what it asked for.
func TestRenderedSeal(t *testing.T) {
	chromium(t)
	at := start(t, &scripted{asked: map[string]int{}})
	s := sealer(t)
	v, err := NewVisitor(Config{Contact: "https://example.org/bot", Delay: -1, Jitter: -1, Allow: func(netip.AddrPort) bool { return true }, Render: &Rendering{}})
	if err != nil {
		t.Fatal(err)
	}
	s.Visitor, s.Render = v, &browser.Options{Want: browser.PNG, Timeout: 30 * time.Second}
	r, err := s.Seal(t.Context(), SealRequest{URL: at + "/p/7"})
	if err != nil {
		t.Fatal(err)
	}
	view, err := s.Store.View(r.ID, "Desk", "test")
	if err != nil {
		t.Fatal(err)
	}
	if l, err := view.Listing(); err != nil || l == nil || l.Title != "Scripted lantern 7" {
		t.Errorf("%+v %v", l, err)
	}
	rc, err := view.Open("rendering-1.png")
	if err != nil {
		t.Fatalf("%v %q", err, r.Problems)
	}
	b, err := io.ReadAll(rc)
	if err != nil {
		t.Fatal(err)
	}
	rc.Close()
	if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		t.Error(err)
	}
	roles := map[string]string{}
	for _, x := range view.Manifest.Exchanges {
		roles[strings.TrimPrefix(x.URL, at)] = x.Role
	}
	if roles["/p/7"] != evidence.RolePage || roles["/app.js"] != evidence.RoleResource || roles["/api/p/7"] != evidence.RoleResource || roles["/pic.png"] != evidence.RolePicture {
		t.Errorf("%v", roles)
	}
}

// TestRenderedRefusal holds that a shown page reaches no address that the crawl may not connect to.
func TestRenderedRefusal(t *testing.T) {
	chromium(t)
	inside := &scripted{asked: map[string]int{}}
	private := start(t, inside)
	at := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, `<!DOCTYPE html><html><body><script>
fetch("%[1]s/steal").catch(() => {}); new Image().src = "%[1]s/img"; new WebSocket("%[2]s/ws");
</script><iframe src="%[1]s/frame"></iframe><p>shown</p></body></html>`, private, strings.Replace(private, "http", "ws", 1))
	}))
	shop := netip.MustParseAddrPort(strings.TrimPrefix(at, "http://"))
	v, err := NewVisitor(Config{Contact: "x", Delay: -1, Jitter: -1, Render: &Rendering{Always: true}, Allow: func(ap netip.AddrPort) bool { return ap == shop }})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	got, err := v.Visit(context.Background(), at+"/", 0)
	if err != nil || !got.Page.Rendered {
		t.Fatalf("%+v %v", got.Page, err)
	}
	if _, err := v.Picture(t.Context(), got, browser.Options{Want: browser.PNG}); err != nil {
		t.Error(err)
	}
	if len(inside.asked) > 0 {
		t.Errorf("the page reached %v", inside.asked)
	}
}
