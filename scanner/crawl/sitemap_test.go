package crawl

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lookalike/corpora"
)

func TestSitemap(t *testing.T) {
	for _, tt := range []struct {
		name, in, pages, sitemaps string
		bad                       bool
	}{
		{name: "pages", in: `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> https://a.example/1 </loc><lastmod>2026-01-01</lastmod></url><url><loc>https://a.example/2?a=1&amp;b=2</loc></url></urlset>`,
			pages: "https://a.example/1 https://a.example/2?a=1&b=2"},
		{name: "index", in: `<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>`, sitemaps: "https://a.example/s.xml"},
		{name: "pictures are no pages", in: `<urlset xmlns:image="i"><url><loc>https://a.example/1</loc><image:image><image:loc>https://a.example/1.jpg</image:loc></image:image></url></urlset>`, pages: "https://a.example/1"},
		{name: "prefix", in: `<s:urlset xmlns:s="x"><s:url><s:loc>https://a.example/1</s:loc></s:url></s:urlset>`, pages: "https://a.example/1"},
		{name: "character data", in: `<urlset><url><loc><![CDATA[https://a.example/1]]></loc></url></urlset>`, pages: "https://a.example/1"},
		{name: "byte order mark", in: "\xEF\xBB\xBF<urlset><url><loc>https://a.example/1</loc></url></urlset>", pages: "https://a.example/1"},
		{name: "list", in: "https://a.example/1\r\n\nhttps://a.example/2\n", pages: "https://a.example/1 https://a.example/2"},
		{name: "cut", in: `<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.e`, pages: "https://a.example/1", bad: true},
		{name: "entities", in: `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><urlset><url><loc>https://a.example/&b;</loc></url></urlset>`, pages: "https://a.example/&b;"},
		{name: "feed", in: `<rss><channel/></rss>`, bad: true},
		{name: "html", in: `<!DOCTYPE html><html></html>`, bad: true},
		{name: "text", in: "nothing here\n", bad: true},
		{name: "deep", in: "<urlset>" + strings.Repeat("<a>", 10_000), bad: true},
		{name: "empty", in: "<urlset/>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, in := range []string{tt.in, string(pack(t, "gzip", []byte(tt.in)))} {
				pages, sitemaps, err := readSitemap([]byte(in), 1<<20)
				if strings.Join(pages, " ") != tt.pages || strings.Join(sitemaps, " ") != tt.sitemaps || err != nil != tt.bad {
					t.Errorf("%q %q %v", pages, sitemaps, err)
				}
			}
		})
	}
	if _, _, err := readSitemap(pack(t, "gzip", make([]byte, 8<<20)), 64<<20); err == nil {
		t.Error("a bomb was unpacked")
	}
	many := "<urlset>" + strings.Repeat("<url><loc>https://a.example/</loc></url>", maxLocations+10) + "</urlset>"
	if pages, _, err := readSitemap([]byte(many), 64<<20); len(pages) != maxLocations || !errors.Is(err, errLocations) {
		t.Errorf("%d pages %v", len(pages), err)
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add(`<urlset><url><loc>https://a.example/1</loc></url></urlset>`)
	f.Add("https://a.example/\n")
	f.Fuzz(func(t *testing.T, in string) {
		pages, sitemaps, _ := readSitemap([]byte(in), 1<<20)
		for _, s := range append(pages, sitemaps...) {
			if len(s) > maxAddress {
				t.Errorf("an address of %d bytes", len(s))
			}
		}
	})
}

func TestFeedFaults(t *testing.T) {
	at, err := parse(nil, "https://a.example/feed.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, in, kind     string
		listings, problems int
		bad                bool
	}{
		{"good", "id,title,image\n1,Lamp,pics/a.jpg\n", "text/csv", 1, 0, false},
		{"no feed", "\x00\x01\x02", "application/octet-stream", 0, 0, true},
		{"a bad row", "id,title\n1,\"Lamp\n2,Light\n3,Torch\n", "text/csv", 1, 1, false},
		{"json", `[{"id":1,"title":"Lamp"}]`, "application/json", 1, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := 0
			problems, err := readFeed(t.Context(), []byte(tt.in), at, tt.kind, func(l corpora.Listing) bool {
				if n++; n == 1 && len(l.Images) == 1 && (l.Images[0].Ref != "https://a.example/pics/a.jpg" || l.Images[0].Open != nil) {
					t.Errorf("%+v", l.Images)
				}
				return true
			})
			if (n >= tt.listings) != true || (len(problems) >= tt.problems) != true || err != nil != tt.bad {
				t.Error(fmt.Sprint(n, problems, err))
			}
		})
	}
}
