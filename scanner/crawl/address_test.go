package crawl

import (
	"net/url"
	"testing"
)

func TestCanonical(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"HTTP://Shop.Example:80", "http://shop.example/"},
		{"https://shop.example:443/a/../b/./c", "https://shop.example/b/c"},
		{"https://shop.example:8443/a/", "https://shop.example:8443/a/"},
		{"https://shop.example./a#top", "https://shop.example/a"},
		{"https://user:secret@shop.example/a", "https://shop.example/a"},
		{"https://shop.example/a?utm_source=x&b=2&gclid=1&a=1&", "https://shop.example/a?b=2&a=1"},
		{"https://shop.example/a;jsessionid=AB12?PHPSESSID=3", "https://shop.example/a"},
		{"https://shop.example/caf%c3%a9/灯?q=灯", "https://shop.example/caf%C3%A9/%E7%81%AF?q=灯"},
		{"https://bücher.example/", "https://xn--bcher-kva.example/"},
		{" https://shop.example/a b ", "https://shop.example/a%20b"},
		{"http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"},
		{"https://shop.example/a%2Fb", "https://shop.example/a%2Fb"},
		{"javascript:alert(1)", ""}, {"ftp://shop.example/", ""}, {"https:///a", ""}, {"", ""}, {"mailto:a@b.example", ""}, {"https://shop.example/%zz", ""},
	} {
		got := ""
		if a, err := parse(nil, tt.in); err == nil {
			got = a.String()
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestKey(t *testing.T) {
	same := [][2]string{
		{"https://a.example/?b=1&a=2", "https://a.example/?a=2&b=1"}, {"http://a.example/x", "https://a.example/x"}, {"https://a.example/x#1", "https://a.example/x?sid=4"},
		{"https://a.example/x?a=1&a=1", "https://a.example/x?a=1"},
	}
	other := [][2]string{
		{"https://a.example/x", "https://a.example/x/"}, {"https://a.example/x?a=1", "https://a.example/x?a=2"}, {"https://a.example/", "https://b.example/"}, {"https://a.example/X", "https://a.example/x"},
	}
	keyOf := func(s string) key {
		a, err := parse(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		return a.key()
	}
	for _, p := range same {
		if keyOf(p[0]) != keyOf(p[1]) {
			t.Errorf("%s and %s are two pages", p[0], p[1])
		}
	}
	for _, p := range other {
		if keyOf(p[0]) == keyOf(p[1]) {
			t.Errorf("%s and %s are one page", p[0], p[1])
		}
	}
}

func TestGroups(t *testing.T) {
	for _, tt := range []struct{ in, reason string }{
		{"https://a.example/p/123", ""}, {"https://a.example/product.php?id=3", ""}, {"https://a.example/p/2026-lantern", ""},
		{"https://a.example/c?page=3", "paging"}, {"https://a.example/c/page/3", "paging"}, {"https://a.example/c?page=next", ""},
		{"https://a.example/events/2026/03/14", "calendar"}, {"https://a.example/c?month=2026-03", "calendar"}, {"https://a.example/c?from=x&date=20260314", "calendar"},
		{"https://a.example/c?colour=red&size=4", "facets"}, {"https://a.example/c?colour=red&size=4&page=2", "paging"},
		{"https://a.example/?1=1&2=2&3=3&4=4&5=5&6=6&7=7", "facets"},
		{"https://a.example/a/b/a/b/a/b/a", "path_repeats"}, {"https://a.example/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "path_depth"},
	} {
		a, err := parse(nil, tt.in)
		if err != nil {
			t.Fatal(err)
		}
		reason := a.shape()
		if reason == "" {
			_, reason, _ = a.group(Bounds{})
		}
		if reason != tt.reason {
			t.Errorf("%s: %q, want %q", tt.in, reason, tt.reason)
		}
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"https://shop.example/a;sid=1?b=2&utm_x=3#d", "//x/../y", "?a", "http://[::1]/", "https://ü.example/%c3"} {
		f.Add(s)
	}
	base, _ := url.Parse("https://shop.example/c/d?e=f")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := parse(base, s)
		if err != nil {
			return
		}
		b, err := parse(nil, a.String())
		if err != nil || b.key() != a.key() || b.String() != a.String() {
			t.Errorf("%q: %q is not canonical: %q %v", s, a, b, err)
		}
		a.shape()
		a.group(Bounds{})
		a.asset()
	})
}
