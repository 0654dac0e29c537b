package crawl

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lookalike/corpora"
)

const savedPage = `<!DOCTYPE html><html><head><meta charset="gbk"><script type="application/ld+json">{"@type":"Product","sku":"L-9","name":"石灯笼","image":["https://shop.example/1.gif","https://shop.example/2.gif"],"offers":{"price":"88","priceCurrency":"CNY"}}</script></head></html>`

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSaved reads one page from each format in which people save pages, in GBK, with the picture that the file holds.
func TestSaved(t *testing.T) {
	page, err := simplifiedchinese.GBK.NewEncoder().String(savedPage)
	if err != nil {
		t.Fatal(err)
	}
	entry := func(url, media, body string) map[string]any {
		return map[string]any{
			"startedDateTime": "2026-11-20T10:00:00Z", "time": 1,
			"request":  map[string]any{"method": "GET", "url": url, "httpVersion": "HTTP/1.1", "headers": []any{}},
			"response": map[string]any{"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": []any{map[string]any{"name": "Content-Type", "value": media}}, "content": map[string]any{"mimeType": media, "encoding": "base64", "text": base64.StdEncoding.EncodeToString([]byte(body))}},
		}
	}
	har, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "entries": []any{
		entry("https://shop.example/p/9", "text/html", page), entry("https://shop.example/1.gif", "image/gif", string(dot)), entry("https://shop.example/p/9?again=1", "text/css", "p{}"),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	record := func(kind, url, media, block string) string {
		return fmt.Sprintf("WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:%s>\r\nWARC-Date: 2026-11-20T10:00:00Z\r\nWARC-Target-URI: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, "0a1b2c3d-0000-4000-8000-"+fmt.Sprintf("%012d", len(url)), url, media, len(block), block)
	}
	warc := record("response", "https://shop.example/p/9", "application/http; msgtype=response", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+page) +
		record("response", "https://shop.example/1.gif", "application/http; msgtype=response", "HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\n\r\n"+string(dot))
	mhtml := "Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://shop.example/p/9\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(page)) +
		"\r\n--x\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://shop.example/1.gif\r\n\r\n" + base64.StdEncoding.EncodeToString(dot) + "\r\n--x--\r\n"
	html := strings.Replace(page, "<html>", "<!-- saved from url=(0024)https://shop.example/p/9 --><html>", 1)
	for _, tt := range []struct {
		name, text string
		picture    bool
	}{{"a.har", string(har), true}, {"a.warc", warc, true}, {"a.mhtml", mhtml, true}, {"a.html", html, false}} {
		s, err := NewSaved([]string{writeFile(t, tt.name, tt.text)}, Config{})
		if err != nil {
			t.Fatal(err)
		}
		var got []corpora.Listing
		for l, err := range s.All(t.Context()) {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			got = append(got, l)
		}
		if len(got) != 1 || got[0].ID != "L-9" || got[0].Title != "石灯笼" || got[0].URL != "https://shop.example/p/9" || got[0].Origin != tt.name || got[0].Seen.IsZero() || len(got[0].Images) != 2 {
			t.Errorf("%s: %+v", tt.name, got)
			continue
		}
		if (got[0].Images[0].Open != nil) != tt.picture || got[0].Images[1].Open != nil {
			t.Errorf("%s: pictures %+v", tt.name, got[0].Images)
		}
		if tt.picture {
			r, err := got[0].Images[0].Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if b, _ := io.ReadAll(r); string(b) != string(dot) {
				t.Errorf("%s: %q", tt.name, b)
			}
		}
	}
}

// TestSavedBad holds that a file that cannot be read, one without a product and one cut off are named, and the rest is read.
func TestSavedBad(t *testing.T) {
	good := writeFile(t, "good.html", savedPage)
	s, err := NewSaved([]string{writeFile(t, "none.html", "<html><title>About</title></html>"), writeFile(t, "bad.har", `{"log":`), "/nowhere/x.warc", good}, Config{})
	if err != nil {
		t.Fatal(err)
	}
	bad, listings := 0, 0
	for l, err := range s.All(t.Context()) {
		if p, ok := errors.AsType[*corpora.Problem](err); ok && p.Code == corpora.ReadFailed && l.Origin != "" {
			bad++
		} else if err == nil {
			listings++
			if l.ID == "" || l.Title == "" {
				t.Errorf("%+v", l)
			}
		}
	}
	if bad != 3 || listings != 1 {
		t.Errorf("%d bad records, %d listings", bad, listings)
	}
	for range s.All(t.Context()) {
		break // a consumer may stop
	}
}
