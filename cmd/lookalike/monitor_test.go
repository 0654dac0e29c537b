package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// nightMarket is a loopback shop that changes from night to night.
type nightMarket struct {
	*httptest.Server
	night atomic.Int32

	mu   sync.Mutex
	left int32
	stop context.CancelFunc // called when left pages were asked for
}

// interrupt has stop called after n further pages; -1: never.
func (m *nightMarket) interrupt(n int32, stop context.CancelFunc) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left, m.stop = n, stop
}

func (m *nightMarket) asked() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left--; m.left == 0 {
		m.stop()
	}
}

func newNightMarket(t *testing.T) *nightMarket {
	t.Helper()
	m := &nightMarket{}
	product := func(w http.ResponseWriter, i int, name, price string) {
		fmt.Fprintf(w, `<html><head><script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":%q,"sku":"S-%d","category":"Kitchen > Bowls",
			"offers":{"@type":"Offer","price":%q,"priceCurrency":"EUR"}}</script></head></html>`, name, i, price)
	}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.asked()
		night := m.night.Load()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/":
			for i := range 40 {
				if i != 7 || night < 1 { // the seventh is taken out of the list in the second night
					fmt.Fprintf(w, `<a href="/p/%d">%d</a> `, i, i)
				}
			}
		case "/robots.txt":
			http.NotFound(w, r)
		default:
			var i int
			if _, err := fmt.Sscanf(r.URL.Path, "/p/%d", &i); err != nil || i == 7 && night >= 1 {
				http.NotFound(w, r)
				return
			}
			switch {
			case i == 3 && night >= 2: // its page fails in the third night
				w.WriteHeader(http.StatusInternalServerError)
			case i == 5:
				product(w, i, "Quobble bowl of stoneware, number 5", "9.90")
			case i == 7:
				product(w, i, "Another Quobble bowl of stoneware, the seventh", "9.90")
			default:
				product(w, i, fmt.Sprintf("Plain bowl of stoneware for the kitchen, number %d", i), fmt.Sprint(5+int32(i)%3+night*int32(i)/39))
			}
		}
	}))
	t.Cleanup(m.Close)
	return m
}

const watchOfShop = `
contact: https://example.org/bot
watches:
  - name: shop
    seeds: ["%s/"]
    corpus: [rights.lkc]
    markets: [US]
    delay: 0s
    allow_private: true
    seal: medium
    schedule: "0 2 * * *"
    alerts: [{to: log, level: medium}]
channels: {log: {file: alerts.jsonl}}
evidence: {operator: Desk, jurisdiction: DE, authority: own trademark}
`

// watchFolder makes a folder with a corpus and a watch of the shop.
func watchFolder(t *testing.T, yaml string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"monitor.yaml": yaml,
		"rights.csv":   "id,kind,text,owner,office,number,status,classes,markets\ntm-1,mark,QUOBBLE,Quobble Ltd,US,111,live,21,US\n",
		"shop.csv":     "id,title,category,seller\n1,Quobble bowl of stoneware,Kitchen > Bowls,Alpha\n2,Plain bowl of stoneware,Kitchen > Bowls,Alpha\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, stderr := lookalike(t, "corpus", "build", "--rights", filepath.Join(dir, "rights.csv"), "--out", filepath.Join(dir, "rights.lkc")); code != exitClean {
		t.Fatal(stderr)
	}
	return dir
}

func lookalike(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	env, out, errs := testEnvironment(nil)
	code = run(t.Context(), env, args)
	return code, out.String(), errs.String()
}

// TestMonitorShop crawls a shop for three nights: what is new and gone is told, the page with a match is sealed with what came
// over the wire, and a page that fails makes the night incomplete and its listing not gone.
func TestMonitorShop(t *testing.T) {
	shop := newNightMarket(t)
	dir := watchFolder(t, fmt.Sprintf(watchOfShop, shop.URL))
	night := func() (int, string, string) {
		t.Helper()
		code, stdout, stderr := lookalike(t, "--data", filepath.Join(dir, "data"), "monitor", "run", "--watches", filepath.Join(dir, "monitor.yaml"))
		shop.night.Add(1)
		return code, stdout, stderr
	}
	if code, stdout, stderr := night(); code != exitFindings || !strings.Contains(stdout, "40 there, 40 new") || !strings.Contains(stdout, "2 new matches") || !strings.Contains(stderr, "2 findings sealed") {
		t.Fatalf("first night: %d\n%s%s", code, stdout, stderr)
	}
	code, stdout, stderr := night()
	if code != exitClean && code != exitIncomplete || !strings.Contains(stdout, "39 there, 0 new, 1 changed, 1 gone") || !strings.Contains(stdout, "1 gone, 0 back") {
		t.Errorf("second night: %d\n%s%s", code, stdout, stderr)
	}
	code, stdout, stderr = night()
	if code != exitIncomplete || !strings.Contains(stdout, "NOT COMPLETE") || !strings.Contains(stdout, "/p/3: ") || !strings.Contains(stdout, "0 gone") || !strings.Contains(stdout, "1 not read") {
		t.Errorf("third night: %d\n%s%s", code, stdout, stderr)
	}
	code, stdout, stderr = lookalike(t, "--data", filepath.Join(dir, "data"), "evidence", "verify")
	if code != exitClean || !strings.Contains(stdout, "2 captures") {
		t.Errorf("evidence: %d %s%s", code, stdout, stderr)
	}
}

// TestMonitorShopCut interrupts a crawl in its middle: the next run goes on with it, and every listing is new once.
func TestMonitorShopCut(t *testing.T) {
	shop := newNightMarket(t)
	dir := watchFolder(t, fmt.Sprintf(watchOfShop, shop.URL))
	args := []string{"--data", filepath.Join(dir, "data"), "monitor", "run", "--watches", filepath.Join(dir, "monitor.yaml")}
	for _, after := range []int32{1, 15, 30} {
		ctx, cancel := context.WithCancel(t.Context())
		shop.interrupt(after, cancel)
		env, _, errs := testEnvironment(nil)
		if code := run(ctx, env, args); code != exitInterrupted {
			t.Fatalf("interrupted after %d pages: %d %s", after, code, errs.String())
		}
		cancel()
	}
	shop.interrupt(-1, nil)
	code, stdout, stderr := lookalike(t, args...)
	if code != exitFindings || !strings.Contains(stdout, "40 there, 40 new") || !strings.Contains(stdout, "2 new matches") || !strings.Contains(stderr, "run 1 was cut off") {
		t.Errorf("%d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, stderr := lookalike(t, args...); code != exitClean || !strings.Contains(stdout, "a quiet night") {
		t.Errorf("%d\n%s%s", code, stdout, stderr)
	}
}

// TestMonitorServe holds that serve answers while it waits and ends when it is told to.
func TestMonitorServe(t *testing.T) {
	shop := newNightMarket(t)
	dir := watchFolder(t, fmt.Sprintf(watchOfShop, shop.URL))
	ctx, cancel := context.WithCancel(t.Context())
	env, _, _ := testEnvironment(nil)
	address := make(chan string, 1)
	env.stderr = lineWriter(func(line string) {
		if _, at, ok := strings.Cut(line, "http://"); ok {
			address <- strings.TrimSpace(at)
		}
	})
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, env, []string{"--data", filepath.Join(dir, "data"), "monitor", "serve", "--listen", "127.0.0.1:0", "--watches", filepath.Join(dir, "monitor.yaml")})
	}()
	at := <-address
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		resp, err := http.Get("http://" + at + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if path != "/healthz" && resp.StatusCode != http.StatusOK { // the schedule may not have been looked at yet
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	cancel()
	if code := <-ended; code != exitClean {
		t.Errorf("exit code %d", code)
	}
}

// lineWriter hands each write on.
type lineWriter func(line string)

func (w lineWriter) Write(b []byte) (int, error) {
	w(string(b))
	return len(b), nil
}
