package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
)

// brandShop offers one shoe under a mark of the starter. Its price may change.
func brandShop(t *testing.T) (at string, price *atomic.Value) {
	t.Helper()
	var picture bytes.Buffer
	im := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 {
		im.Set(i, i, color.White)
	}
	if err := png.Encode(&picture, im); err != nil {
		t.Fatal(err)
	}
	price = &atomic.Value{}
	price.Store("29.90")
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/p/1":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, `<html><head><script type="application/ld+json">{"@type":"Product","name":"Nkie running shoes for men","sku":"R-1","category":"Running shoes",
				"image":["/1.png"],"offers":{"price":%q,"priceCurrency":"USD","seller":{"name":"Fast Feet"}}}</script></head><body>write to seller@example.org</body></html>`, price.Load())
		case "/1.png":
			w.Header().Set("Content-Type", "image/png")
			w.Write(picture.Bytes())
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(shop.Close)
	return shop.URL, price
}

// TestEvidenceCapture goes the way of a finding: crawl, scan, capture, verify, open, hand over.
func TestEvidenceCapture(t *testing.T) {
	at, price := brandShop(t)
	data := t.TempDir()
	out := func(name string) string { return filepath.Join(data, name) }
	do := func(want int, args ...string) (string, string) {
		t.Helper()
		env, stdout, stderr := testEnvironment(nil)
		if code := run(t.Context(), env, append([]string{"--data", out("data")}, args...)); code != want {
			t.Fatalf("%v: exit code %d, want %d\n%s%s", args, code, want, stdout, stderr)
		}
		return stdout.String(), stderr.String()
	}
	net := []string{"--contact", "https://example.org/bot", "--delay", "0s", "--allow-private"}
	who := []string{"--operator", "Desk", "--jurisdiction", "DE"}
	do(exitClean, append([]string{"crawl", at + "/p/1"}, net...)...)
	do(exitFindings, "scan", "--stored", "--market", "US", "--output", out("found.jsonl"), "--quiet")
	do(exitUsage, append([]string{"evidence", "capture", at + "/p/1"}, net...)...)
	do(exitUsage, append(append([]string{"evidence", "capture", "no-such-fingerprint", "--report", out("found.jsonl"), "--authority", "own mark"}, who...), net...)...)

	capture := append(append([]string{"evidence", "capture", "--report", out("found.jsonl"), "--authority", "own mark", "--clock", "ntp:example", "--clock-offset", "12ms"}, who...), net...)
	stdout, _ := do(exitClean, capture...)
	id := regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{8}`).FindString(stdout)
	if id == "" || !strings.Contains(stdout, "not timestamped") {
		t.Fatalf("sealed: %s", stdout)
	}
	if stdout, _ = do(exitClean, "evidence", "verify"); !strings.Contains(stdout, "scanned again: the same finding") {
		t.Errorf("verify: %s", stdout)
	}
	head := regexp.MustCompile(`\d+:[0-9a-f]{64}`).FindString(stdout)
	do(exitClean, "evidence", "verify", "--head", head)
	do(exitFindings, "evidence", "verify", "--head", "2:"+strings.Repeat("0", 64))

	if stdout, _ = do(exitClean, append([]string{"evidence", "show", id, "--reason", "notice"}, who...)...); !strings.Contains(stdout, `"offset_ms": 12`) || !strings.Contains(stdout, "/1.png") {
		t.Errorf("show: %s", stdout)
	}
	if stdout, _ = do(exitClean, append([]string{"evidence", "show", id, "--reason", "notice", "--item", "capture.warc"}, who...)...); !strings.HasPrefix(stdout, "WARC/1.1") {
		t.Errorf("the item: %.40s", stdout)
	}
	do(exitUsage, append([]string{"evidence", "show", id}, who...)...)
	do(exitUsage, append([]string{"evidence", "show", "20260101T000000Z-00000000", "--reason", "x"}, who...)...)

	export := append([]string{"evidence", "export", id, "--purpose", "notice", "--recipient", "Platform", "--recipient-kind", "platform", "--recipient-country", "US"}, who...)
	if stdout, _ = do(exitClean, append(export, "--dry-run")...); !strings.Contains(stdout, "email") || !strings.Contains(stdout, "trader") {
		t.Errorf("personal data: %s", stdout)
	}
	do(exitClean, append(export, "--remove", "email", "--out", out("bundle.zip"))...)
	if stdout, _ = do(exitClean, "evidence", "verify", out("bundle.zip")); !strings.Contains(stdout, "left out") {
		t.Errorf("the bundle: %s", stdout)
	}
	do(exitUsage, append(export, "--remove-part", "nonsense", "--out", out("other.zip"))...)
	if stdout, _ = do(exitClean, append([]string{"evidence", "log", id}, who...)...); strings.Count(stdout, "  open  ") < 2 || !strings.Contains(stdout, "  export  ") || !strings.Contains(stdout, "  capture  ") {
		t.Errorf("the log: %s", stdout)
	}

	// The page changes, then it is gone: both are sealed, and said.
	price.Store("9.90")
	do(exitClean, append(append([]string{"evidence", "capture", at + "/p/1", "--authority", "own mark"}, who...), net...)...)
	_, stderr := do(exitIncomplete, append(append([]string{"evidence", "capture", at + "/gone", "--authority", "own mark"}, who...), net...)...)
	if !strings.Contains(stderr, "404") {
		t.Errorf("a page that is gone: %s", stderr)
	}
	if stdout, _ = do(exitClean, append([]string{"evidence", "list"}, who...)...); strings.Count(stdout, "\n") != 3 {
		t.Errorf("list: %s", stdout)
	}
	do(exitClean, "evidence", "verify")
	name := filepath.Join(out("data"), "evidence", "captures", id, "record.jsonl")
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if stdout, _ = do(exitFindings, "evidence", "verify"); !strings.Contains(stdout, "record.jsonl") {
		t.Errorf("a changed record: %s", stdout)
	}
}
