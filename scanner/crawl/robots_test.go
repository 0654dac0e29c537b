package crawl

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	for _, tt := range []struct {
		name, body, path string
		want             bool
	}{
		{"empty", "", "/a", true},
		{"no group for us", "User-agent: other\nDisallow: /\n", "/a", true},
		{"everybody", "User-agent: *\nDisallow: /a\n", "/abc", false},
		{"our group alone counts", "User-agent: *\nDisallow: /\nUser-agent: LookAlike\nDisallow: /x\n", "/a", true},
		{"our name with a version", "User-agent: lookalike/1.0\nDisallow: /\n", "/a", false},
		{"a name that starts like ours", "User-agent: look\nDisallow: /\n", "/a", true},
		{"two agents of one group", "User-agent: other\nUser-agent: lookalike\nDisallow: /a\n", "/a", false},
		{"groups for one agent are one", "User-agent: lookalike\nDisallow: /a\n\nUser-agent: other\nDisallow: /\n\nUser-agent: lookalike\nDisallow: /b\n", "/b", false},
		{"longest match", "User-agent: *\nDisallow: /shop\nAllow: /shop/public\n", "/shop/public/1", true},
		{"longest match the other way", "User-agent: *\nAllow: /shop\nDisallow: /shop/private\n", "/shop/private/1", false},
		{"allow wins a tie", "User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
		{"wildcard is anchored", "User-agent: *\nDisallow: /a*b\n", "/x/a/b", true},
		{"wildcard", "User-agent: *\nDisallow: /*?sort=\n", "/c/1?sort=price", false},
		{"end", "User-agent: *\nDisallow: /*.pdf$\n", "/a.pdf", false},
		{"not at the end", "User-agent: *\nDisallow: /*.pdf$\n", "/a.pdf?x=1", true},
		{"end of a plain pattern", "User-agent: *\nDisallow: /$\n", "/a", true},
		{"the start page", "User-agent: *\nDisallow: /$\n", "/", false},
		{"empty rule", "User-agent: *\nDisallow:\n", "/a", true},
		{"escapes in any case", "User-agent: *\nDisallow: /caf%c3%a9\n", "/caf%C3%A9", false},
		{"unescaped pattern", "User-agent: *\nDisallow: /café\n", "/caf%C3%A9", false},
		{"case of paths counts", "User-agent: *\nDisallow: /A\n", "/a", true},
		{"rule before any agent", "Disallow: /\nUser-agent: *\nAllow: /\n", "/a", true},
		{"bad crawl delay", "User-agent: *\nCrawl-delay: soon\nDisallow: /a\n", "/a", false},
		{"comments and spaces", "  user-agent : * # all\n\tdisallow :\t/a # this\n", "/a", false},
		{"byte order mark", "\xEF\xBB\xBFUser-agent: *\nDisallow: /a\n", "/a", false},
		{"carriage returns", "User-agent: *\rDisallow: /a\r", "/a", false},
		{"the file itself", "User-agent: *\nDisallow: /\n", "/robots.txt", true},
		{"unknown lines end no group", "User-agent: *\nDisallow: /a\nHost: x\nDisallow: /b\n", "/b", false},
		{"not a robots.txt", "<!DOCTYPE html><html><body>Disallow: /</body></html>", "/a", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, err := url.Parse("https://shop.example" + tt.path)
			if err != nil {
				t.Fatal(err)
			}
			r := parseRobots(tt.body, "lookalike")
			if got := r.allows(u); got != tt.want {
				t.Errorf("allowed %v, want %v by %+v", got, tt.want, r.Rules)
			}
		})
	}
	r := parseRobots("Sitemap: https://a.example/1.xml\nUser-agent: *\nCrawl-delay: 2.5\nSitemap: https://a.example/2.xml\n", "lookalike")
	if r.Delay != 2500*time.Millisecond || strings.Join(r.Sitemaps, " ") != "https://a.example/1.xml https://a.example/2.xml" {
		t.Errorf("%+v", r)
	}
}

// TestHostileRobots reads files that are made to be slow or large.
func TestHostileRobots(t *testing.T) {
	for name, body := range map[string]string{
		"wildcards":  "User-agent: *\nDisallow: /" + strings.Repeat("a*", 100_000),
		"rules":      "User-agent: *\n" + strings.Repeat("Disallow: /*a*a*a*a*b\n", 50_000),
		"long rules": "User-agent: *\n" + strings.Repeat("Disallow: /*"+strings.Repeat("a", 5000)+"\n", 200),
		"agents":     strings.Repeat("User-agent: lookalike\n", 50_000) + "Disallow: /",
		"one line":   strings.Repeat("x", 2<<20),
	} {
		t.Run(name, func(t *testing.T) {
			r := parseRobots(body, "lookalike")
			r.allows(&url.URL{Path: "/" + strings.Repeat("a", 1900)})
			size := 0
			for _, x := range r.Rules {
				size += len(x.Pattern)
			}
			if size > maxRobots || len(r.Rules) > maxRules {
				t.Errorf("%d rules of %d bytes", len(r.Rules), size)
			}
		})
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a$\nAllow: /b\nCrawl-delay: 1", "/a?b=%c3")
	f.Add("User-agent: lookalike\nDisallow: /$\n", "/")
	f.Fuzz(func(t *testing.T, body, path string) {
		u, err := url.Parse("https://a.example/" + path)
		if err != nil {
			return
		}
		r := parseRobots(body, "lookalike")
		r.allows(u)
		if r.Delay < 0 {
			t.Errorf("%v", r.Delay)
		}
	})
}
