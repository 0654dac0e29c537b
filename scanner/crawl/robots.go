package crawl

import (
	"net/url"
	"strings"
	"time"

	"github.com/jimsmart/grobotstxt"
)

// Bounds on a robots.txt. RFC 9309 asks for at least 500 KiB to be read.
const (
	maxRobots     = 512 << 10
	maxRules      = 20_000
	maxWildcards  = 32  // of one rule: it is cut off at the next one
	maxWildRules  = 500 // rules with wildcards: of a further one what stands before its first wildcard counts
	robotsAge     = 24 * time.Hour
	maxRobotsHops = 5
)

// robots are the rules of one host for one user agent. The zero value allows everything.
//
// Parsing and matching of patterns are those of Google's parser, ported: the parser that colly brings does not anchor
// patterns with wildcards, weighs them by their escaped length and gives a whole file up for one bad line.
type robots struct {
	Denied   bool // unreachable: nothing may be asked for
	Rules    []rule
	Delay    time.Duration
	Sitemaps []string
	Fetched  time.Time
	why      string // it is denied
}

type rule struct {
	Allow   bool
	Pattern string
}

// parseRobots reads the group for agent, a product token, else the one for everybody.
func parseRobots(body, agent string) robots {
	h := &robotsHandler{agent: strings.ToLower(agent)}
	body = strings.TrimPrefix(body[:min(len(body), maxRobots)], "\xEF\xBB\xBF")
	grobotstxt.Parse(upperEscapes(body), h) // the parser spoils escapes in lower case
	g := h.general
	if h.seen {
		g = h.specific
	}
	return robots{Rules: g.rules, Delay: g.delay, Sitemaps: h.sitemaps}
}

type robotsGroup struct {
	rules []rule
	delay time.Duration
}

// robotsHandler collects the rules of the groups that concern us. Groups for one agent are one group.
type robotsHandler struct {
	agent             string
	specific, general robotsGroup
	mine, all         bool // the current group is for us, for everybody
	rules             bool // a rule was seen since the last agent
	seen              bool // a group is for us
	sitemaps          []string
	wild              int // rules with wildcards
}

func (h *robotsHandler) HandleRobotsStart() {}
func (h *robotsHandler) HandleRobotsEnd()   {}

func (h *robotsHandler) HandleUserAgent(_ int, value string) {
	if h.rules {
		h.mine, h.all, h.rules = false, false, false
	}
	name, _, _ := strings.Cut(strings.TrimSpace(value), "/")
	name, _, _ = strings.Cut(name, " ")
	switch strings.ToLower(name) {
	case "*":
		h.all = true
	case h.agent:
		h.mine, h.seen = true, true
	}
}

func (h *robotsHandler) HandleAllow(_ int, value string)    { h.rule(true, value) }
func (h *robotsHandler) HandleDisallow(_ int, value string) { h.rule(false, value) }

func (h *robotsHandler) HandleSitemap(_ int, value string) {
	if len(h.sitemaps) < 100 && len(value) <= maxAddress {
		h.sitemaps = append(h.sitemaps, strings.Clone(value))
	}
}

func (h *robotsHandler) HandleUnknownAction(_ int, action, value string) {
	if !strings.EqualFold(action, "crawl-delay") && !strings.EqualFold(action, "crawldelay") {
		return
	}
	h.rules = true
	s, ok := seconds(value)
	if !ok {
		return
	}
	d := time.Duration(s * float64(time.Second))
	h.each(func(g *robotsGroup) { g.delay = max(g.delay, d) })
}

// rule adds a rule. An empty pattern matches nothing.
func (h *robotsHandler) rule(allow bool, pattern string) {
	h.rules = true
	if pattern == "" || len(pattern) > 2*maxAddress {
		return
	}
	if n := strings.Count(pattern, "*"); n > 0 {
		for range n - maxWildcards {
			pattern = pattern[:strings.LastIndexByte(pattern, '*')]
		}
		if h.wild++; h.wild > maxWildRules {
			if pattern, _, _ = strings.Cut(pattern, "*"); allow {
				return
			}
		}
	}
	r := rule{allow, strings.Clone(pattern)}
	h.each(func(g *robotsGroup) {
		if len(g.rules) < maxRules {
			g.rules = append(g.rules, r)
		}
	})
}

func (h *robotsHandler) each(f func(*robotsGroup)) {
	if h.mine {
		f(&h.specific)
	}
	if h.all {
		f(&h.general)
	}
}

// allows reports whether an address may be asked for: the longest matching pattern decides, an allowing one before a
// forbidding one of the same length. /robots.txt itself is always allowed.
func (r *robots) allows(u *url.URL) bool {
	if r.Denied {
		return false
	}
	path := u.EscapedPath()
	if path == "/robots.txt" {
		return true
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	path = upperEscapes(path)
	best, allow := -1, true
	for _, x := range r.Rules {
		n := len(x.Pattern)
		if n < best || n == best && (allow || !x.Allow) {
			continue
		}
		if x.matches(path) {
			best, allow = n, x.Allow
		}
	}
	return allow
}

// matches reports whether a pattern matches the start of an escaped path with its query.
func (x rule) matches(path string) bool {
	literal, _, wild := strings.Cut(x.Pattern, "*")
	if !wild && !strings.HasSuffix(literal, "$") {
		return strings.HasPrefix(path, literal)
	}
	return strings.HasPrefix(path, strings.TrimSuffix(literal, "$")) && grobotstxt.Matches(path, x.Pattern)
}

// upperEscapes writes percent escapes in upper case and escapes what is not ASCII, as patterns are.
func upperEscapes(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case c >= 0x80:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
