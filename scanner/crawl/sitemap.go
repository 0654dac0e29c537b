package crawl

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/feed"
	"lookalike/corpora/table"
)

// maxLocations bounds the addresses of one sitemap, as sitemaps.org does.
const maxLocations = 50_000

var (
	errNoSitemap = errors.New("not a sitemap")
	errLocations = fmt.Errorf("more than %d addresses", maxLocations)
)

// gunzip unpacks a body that is a gzip file.
func gunzip(body []byte, limit int64) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte{0x1F, 0x8B}) {
		return body, nil
	}
	return unpack(body, "gzip", limit)
}

// isSitemap reports whether a body looks like a sitemap in XML.
func isSitemap(body []byte) bool {
	head := body[:min(len(body), 4096)]
	return bytes.Contains(head, []byte("<urlset")) || bytes.Contains(head, []byte("<sitemapindex")) || bytes.Contains(head, []byte(":urlset"))
}

// readSitemap returns the addresses of a sitemap: of pages, and of further sitemaps. What stands before a fault counts.
func readSitemap(body []byte, limit int64) (pages, sitemaps []string, err error) {
	body, err = gunzip(body, limit)
	if err != nil {
		return nil, nil, err
	}
	body = bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		pages, err = readLines(body)
		return pages, nil, err
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) { return table.NewText(in, charset), nil }
	d.Entity = nil
	var path []string
	var loc []byte
	root := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if !root {
				return nil, nil, errNoSitemap
			}
			return pages, sitemaps, fmt.Errorf("sitemap: %w", err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			if path = append(path, x.Name.Local); len(path) > 16 {
				return pages, sitemaps, errNoSitemap
			}
			root = root || x.Name.Local == "urlset" || x.Name.Local == "sitemapindex"
			if !root {
				return nil, nil, errNoSitemap
			}
			loc = loc[:0]
		case xml.EndElement:
			n := len(path)
			if n >= 2 && path[n-1] == "loc" {
				s := strings.TrimSpace(string(loc))
				switch {
				case s == "" || len(s) > maxAddress:
				case len(pages)+len(sitemaps) >= maxLocations:
					return pages, sitemaps, errLocations
				case path[n-2] == "url":
					pages = append(pages, s)
				case path[n-2] == "sitemap":
					sitemaps = append(sitemaps, s)
				}
			}
			path = path[:max(n-1, 0)]
		case xml.CharData:
			if n := len(path); n > 0 && path[n-1] == "loc" && len(loc) <= maxAddress {
				loc = append(loc, x...)
			}
		}
	}
	if !root {
		return nil, nil, errNoSitemap
	}
	return pages, sitemaps, nil
}

// readLines reads a sitemap that is a plain list of addresses.
func readLines(body []byte) ([]string, error) {
	var out []string
	s := bufio.NewScanner(bytes.NewReader(body))
	for s.Scan() {
		if len(out) >= maxLocations {
			return out, errLocations
		}
		line := strings.TrimSpace(s.Text())
		if strings.HasPrefix(line, "http://") || strings.HasPrefix(line, "https://") {
			out = append(out, line)
		} else if line != "" && len(out) == 0 {
			return nil, errNoSitemap
		}
	}
	return out, s.Err()
}

// readFeed streams the listings of a product feed that was read at an address.
func readFeed(ctx context.Context, body []byte, at address, contentType string, yield func(corpora.Listing) bool) (problems []corpora.Problem, err error) {
	dir, err := os.MkdirTemp("", "lookalike-crawl-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, feedName(at, contentType))
	if err := os.WriteFile(name, body, 0o600); err != nil {
		return nil, err
	}
	f, err := feed.Open(ctx, []string{name}, feed.Options{})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for l, err := range f.All(ctx) {
		if err != nil {
			if len(problems) < 20 {
				problems = append(problems, corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"url": at.String(), "row": l.Row, "reason": err.Error()}})
			}
			continue
		}
		l.Origin = at.String()
		for i := range l.Images {
			l.Images[i].Open = nil
			if a, err := parse(at.url, l.Images[i].Ref); err == nil {
				l.Images[i].Ref = a.String()
			}
		}
		if !yield(l) {
			break
		}
	}
	return append(problems, f.Problems()...), ctx.Err()
}

// feedName is a file name whose ending fits what came. The reader looks at the content all the same.
func feedName(at address, contentType string) string {
	base := strings.ToLower(at.url.Path[strings.LastIndexByte(at.url.Path, '/')+1:])
	for _, ext := range []string{".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xlsx", ".xml", ".rss", ".atom", ".gz", ".zst", ".zip", ".parquet", ".txt"} {
		if strings.HasSuffix(base, ext) {
			return "feed" + ext
		}
	}
	for _, x := range [...]struct{ part, ext string }{{"spreadsheet", ".xlsx"}, {"json", ".json"}, {"xml", ".xml"}, {"tab-separated", ".tsv"}, {"zip", ".zip"}} {
		if strings.Contains(contentType, x.part) {
			return "feed" + x.ext
		}
	}
	return "feed.csv"
}
