package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestCrawl holds that a shop is read into the index, that a second night finds nothing changed, and that private
// addresses are refused unless they are allowed.
func TestCrawl(t *testing.T) {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, `<html><body><a href="/p/1">one</a> <a href="/p/2">two</a></body></html>`)
		case "/p/1", "/p/2":
			fmt.Fprintf(w, `<html><head><script type="application/ld+json">{"@context":"https://schema.org","@type":"Product",
				"name":"Quobble bowl %s","sku":"Q%s","offers":{"@type":"Offer","price":"9.90","priceCurrency":"EUR"}}</script></head></html>`, r.URL.Path[3:], r.URL.Path[3:])
		default:
			http.NotFound(w, r)
		}
	}))
	defer shop.Close()
	data := t.TempDir()
	crawl := func(args ...string) (int, string, string) {
		env, stdout, stderr := testEnvironment(nil)
		code := run(t.Context(), env, append([]string{"--data", data}, args...))
		return code, stdout.String(), stderr.String()
	}
	polite := []string{"--contact", "https://example.org/bot", "--delay", "0s", "--allow-private"}
	if code, _, stderr := crawl(append([]string{"crawl", shop.URL + "/"}, polite...)...); code != exitClean || !strings.Contains(stderr, "2 added") {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if code, _, stderr := crawl(append([]string{"crawl", shop.URL + "/"}, polite...)...); code != exitClean || !strings.Contains(stderr, "0 added, 0 changed, 2 unchanged") {
		t.Fatalf("the second night: exit code %d: %s", code, stderr)
	}
	if code, stdout, _ := crawl("index", "search", "quobble"); code != exitClean || strings.Count(stdout, "Quobble bowl") != 2 {
		t.Errorf("the index finds %q", stdout)
	}
	if code, stdout, stderr := crawl(append([]string{"crawl", "--dry-run", shop.URL + "/p/1"}, polite...)...); code != exitClean || !strings.Contains(stdout, "json-ld") {
		t.Errorf("dry run: exit code %d: %s%s", code, stdout, stderr)
	}
	if code, _, stderr := crawl("--data", t.TempDir(), "crawl", shop.URL+"/", "--contact", "https://example.org/bot", "--delay", "0s"); code != exitIncomplete {
		t.Errorf("a private address: exit code %d, want %d: %s", code, exitIncomplete, stderr)
	}
	if code, _, _ := crawl("crawl", shop.URL+"/"); code != exitUsage {
		t.Errorf("without a contact: exit code %d, want %d", code, exitUsage)
	}
}
