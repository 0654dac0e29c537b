package crawl

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"lookalike/corpora/feed"
	"lookalike/corpora/table"
)

// Bounds on what is looked at of one page.
const (
	maxBlob    = 4 << 20 // bytes of a block of state
	maxBlobs   = 50
	maxObjects = 50_000 // of one block
	maxNesting = 14
	maxPlaces  = 200 // elements of one list
)

// matcher makes a goquery.Matcher of one that only tells nodes.
type matcher struct {
	m interface{ Match(*html.Node) bool }
}

func (m matcher) Match(n *html.Node) bool { return m.m.Match(n) }

func (m matcher) MatchAll(n *html.Node) []*html.Node {
	var out []*html.Node
	for x := range n.Descendants() {
		if x.Type == html.ElementNode && m.m.Match(x) {
			out = append(out, x)
		}
	}
	return out
}

func (m matcher) Filter(nodes []*html.Node) []*html.Node {
	var out []*html.Node
	for _, n := range nodes {
		if m.m.Match(n) {
			out = append(out, n)
		}
	}
	return out
}

// readPlaces fills fields from the places that a profile names.
func (d *document) readPlaces(f *Found, p *Profile) {
	for _, name := range feed.Fields() {
		for _, c := range p.fields[name] {
			if f.Sources[name] != "" || c.css == nil {
				break
			}
			list := name == "images" || name == "bullets"
			var values []string
			d.doc.FindMatcher(matcher{c.css}).EachWithBreak(func(i int, s *goquery.Selection) bool {
				v := c.value(s, name)
				if v != "" {
					values = append(values, v)
				}
				return i < maxPlaces && (list || v == "")
			})
			if list {
				f.add(name, unique(values), "profile")
			} else if len(values) > 0 {
				f.set(name, values[0], "profile")
			}
		}
	}
}

func unique(list []string) []string {
	seen := map[string]bool{}
	out := list[:0]
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// value is what a place holds.
func (c *choice) value(s *goquery.Selection, name string) string {
	var v string
	switch {
	case c.attr != "":
		if v = s.AttrOr(c.attr, ""); strings.HasSuffix(c.attr, "srcset") {
			v = largest(v)
		}
	case name == "images":
		v = picture(s)
	default:
		v = squeeze(s.Text(), 100_000)
		if v == "" {
			v = s.AttrOr("content", s.AttrOr("value", ""))
		}
	}
	if c.drop != nil {
		v = c.drop.ReplaceAllString(v, "")
	}
	return strings.TrimSpace(v)
}

// picture is the largest picture that an element names.
func picture(s *goquery.Selection) string {
	for _, attr := range []string{"data-zoom-image", "data-large_image", "data-full", "data-old-hires"} {
		if v := s.AttrOr(attr, ""); v != "" {
			return v
		}
	}
	for _, attr := range []string{"srcset", "data-srcset"} {
		if v := largest(s.AttrOr(attr, "")); v != "" {
			return v
		}
	}
	for _, attr := range []string{"data-src", "data-original", "src", "href", "content"} {
		if v := s.AttrOr(attr, ""); v != "" && !strings.HasPrefix(v, "data:") {
			return v
		}
	}
	return ""
}

var candidate = regexp.MustCompile(`(\S*[^,\s])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)`)

// largest is the address of a srcset with the greatest width or density.
func largest(srcset string) string {
	best, most := "", -1.0
	for _, m := range candidate.FindAllStringSubmatch(srcset[:min(len(srcset), 20_000)], 100) {
		size := 1.0
		if m[2] != "" {
			size, _ = strconv.ParseFloat(m[2], 64)
		}
		if size > most {
			best, most = m[1], size
		}
	}
	return best
}

// carriers are elements in which shop systems put state for their scripts, tried where no profile names others.
var carriers = []struct{ css, attr string }{
	{"script[data-product-json], script[id^=ProductJson], script#__NEXT_DATA__, script[type='application/json'][data-product], script[data-sveltekit-fetched], script#product-data, script[type='text/x-magento-init']", ""},
	{"[data-product-json]", "data-product-json"},
	{"[data-product]", "data-product"},
	{"[data-product-info]", "data-product-info"},
	{"[data-state]", "data-state"},
	{"[data-props]", "data-props"},
	{"[data-page]", "data-page"},
}

// assignment is where a script is handed its state, up to the first bracket or the quote of a string that holds it.
var assignment = regexp.MustCompile(`(?:(?:__INITIAL_STATE__|__PRELOADED_STATE__|__APOLLO_STATE__|__INIT_DATA__|__NUXT__|__remixContext|__staticRouterHydrationData|__REACT_QUERY_STATE__|__STATE__|__DATA__|runParams|productData|pageData)["'\]]{0,2}\s*=\s*|dataLayer\.push\(\s*)(?:JSON\.parse\(\s*["']|[{\[])`)

// maxAssignments bounds how many are looked at in one script.
const maxAssignments = 10

// readState fills fields from blocks of JSON: at the places that the profile names, else wherever shop systems put them.
func (d *document) readState(f *Found, p *Profile) {
	for i := range p.states {
		s := &p.states[i]
		if s.css == nil {
			continue
		}
		d.doc.FindMatcher(matcher{s.css}).EachWithBreak(func(i int, e *goquery.Selection) bool {
			if v, ok := blob(content(e, s.attr)); ok {
				s.fill(f, v)
			}
			return i < maxBlobs
		})
	}
	if len(p.states) > 0 || f.Sources["title"] != "" && f.Sources["price"] != "" && f.Sources["images"] != "" && f.Sources["brand"] != "" {
		return
	}
	heading := squeeze(d.doc.Find("title").First().Text(), 300)
	left := maxBlobs
	try := func(text string) {
		if left--; left < 0 {
			return
		}
		if v, ok := blob(text); ok {
			takeState(f, v, heading)
		}
	}
	if v, ok := hydrate(d.doc.Find("script#__NUXT_DATA__").First().Text()); ok {
		takeState(f, v, heading)
	}
	for _, c := range carriers {
		d.doc.Find(c.css).Each(func(_ int, e *goquery.Selection) { try(content(e, c.attr)) })
	}
	d.doc.Find("script:not([src])").Each(func(_ int, e *goquery.Selection) {
		if left <= 0 {
			return
		}
		text := e.Text()
		for _, m := range assignment.FindAllStringIndex(text, maxAssignments) {
			state := text[m[1]-1:]
			if state[0] == '"' || state[0] == '\'' {
				inner, _, ok := unquote(state)
				if !ok {
					continue
				}
				state = inner
			}
			try(state)
		}
	})
}

func content(e *goquery.Selection, attr string) string {
	if attr != "" {
		return e.AttrOr(attr, "")
	}
	return e.Text()
}

// blob reads the first JSON value of a text, from its first bracket on, or the literal of a script that stands there.
func blob(text string) (table.JSONValue, bool) {
	k := strings.IndexAny(text, "{[")
	if k < 0 || len(text)-k > maxBlob {
		return table.JSONValue{}, false
	}
	var raw json.RawMessage
	if json.NewDecoder(strings.NewReader(text[k:])).Decode(&raw) != nil {
		plain, ok := literal(text[k:])
		if !ok {
			return table.JSONValue{}, false
		}
		raw = plain
	}
	v, err := table.ParseJSON(raw)
	return v, err == nil
}

// fill takes the values at the paths of a rule.
func (s *stateRule) fill(f *Found, v table.JSONValue) {
	for _, name := range feed.Fields() {
		path, ok := s.fields[name]
		if !ok {
			continue
		}
		var values []string
		walk(v, path, func(x table.JSONValue) {
			if t := scalar(x); t != "" && len(values) < maxPlaces {
				values = append(values, t)
			}
		})
		if name == "images" || name == "bullets" {
			f.add(name, unique(values), "state")
		} else if len(values) > 0 {
			f.set(name, values[0], "state")
		}
	}
}

// walk calls f with the values at a path.
func walk(v table.JSONValue, path []string, f func(table.JSONValue)) {
	if len(path) == 0 {
		f(v)
		return
	}
	n := 0
	want, err := strconv.Atoi(path[0])
	v.Elements(func(e table.JSONValue) bool {
		if path[0] == "*" || err == nil && n == want {
			walk(e, path[1:], f)
		}
		n++
		return n < maxPlaces && (path[0] == "*" || n <= want)
	})
	v.Members(func(key []byte, e table.JSONValue) bool {
		if string(key) == path[0] || path[0] == "*" {
			walk(e, path[1:], f)
		}
		return true
	})
}

// scalar is the text of a value, of an object its name or address.
func scalar(v table.JSONValue) string {
	switch v.Kind {
	case table.JSONObject:
		out := ""
		for _, want := range []string{"name", "src", "url", "originalSrc", "value", "amount", "title"} {
			v.Members(func(key []byte, e table.JSONValue) bool {
				if string(key) == want && e.Kind != table.JSONObject && e.Kind != table.JSONArray {
					out = e.String()
				}
				return out == ""
			})
			if out != "" {
				break
			}
		}
		return out
	case table.JSONArray, table.JSONNull, table.JSONBool:
		return ""
	}
	return v.String()
}
