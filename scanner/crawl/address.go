package crawl

import (
	"crypto/sha256"
	"errors"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Bounds on the shape of addresses.
const (
	maxAddress  = 2_000 // bytes
	maxSegments = 16    // of a path
	maxRepeats  = 3     // of one segment in a path
	maxParams   = 6     // of a query
)

// address is a page's address in the form in which it is asked for.
type address struct {
	url  *url.URL
	host string // host and port, in lower case, without the scheme's own port
}

// key identifies a page: two spellings of one address have the same.
type key [16]byte

var (
	errScheme  = errors.New("neither http nor https")
	errAddress = errors.New("not an address")
)

// hostName is what resolvers take, underscores included.
var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)

// tracking are parameters that name a visitor or a campaign and never a page.
var tracking = []string{
	"phpsessid", "jsessionid", "sid", "sessionid", "session_id", "session", "sessid", "oscsid", "zenid", "cfid", "cftoken", "aspsessionid", "s_id",
	"gclid", "fbclid", "msclkid", "dclid", "yclid", "gbraid", "wbraid", "mc_cid", "mc_eid", "_ga", "_gl", "igshid", "ref_", "spm", "scm", "pvid", "algo_pvid",
	"algo_expid", "_hsenc", "_hsmi", "srsltid", "ttclid", "twclid", "vero_id", "trk", "trackid",
}

// spaces are what browsers leave out of an address, and what they escape.
var spaces = strings.NewReplacer("\n", "", "\r", "", "\t", "", " ", "%20")

// parse reads an address, resolving it against base when there is one.
func parse(base *url.URL, ref string) (address, error) {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > maxAddress {
		return address{}, errAddress
	}
	if strings.ContainsAny(ref, "\n\r\t ") {
		ref = spaces.Replace(ref)
	}
	u, err := url.Parse(ref)
	if err != nil {
		return address{}, errAddress
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	return canonical(u)
}

// canonical brings an address to one form: lower-case scheme and host, no default port, no fragment, no dot segments, no
// session or campaign parameters. The order of parameters stays, since a server may depend on it.
func canonical(in *url.URL) (address, error) {
	u := *in
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return address{}, errScheme
	}
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if net.ParseIP(name) == nil {
		if !hostName.MatchString(name) {
			ascii, err := idna.Lookup.ToASCII(name)
			if err != nil {
				return address{}, errAddress
			}
			name = ascii
		}
		if !hostName.MatchString(name) {
			return address{}, errAddress
		}
	}
	port := u.Port()
	if port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		port = ""
	}
	switch {
	case port != "":
		u.Host = net.JoinHostPort(name, port)
	case strings.Contains(name, ":"):
		u.Host = "[" + name + "]"
	default:
		u.Host = name
	}
	u.User, u.Fragment, u.RawFragment, u.Opaque, u.ForceQuery = nil, "", "", "", false
	a := address{url: &u, host: u.Host}
	a.cleanPath()
	a.cleanQuery()
	if len(u.String()) > maxAddress {
		return address{}, errAddress
	}
	return a, nil
}

var sessionPath = regexp.MustCompile(`(?i);(?:jsessionid|sid|phpsessid)=[^/;?]*|/\((?:[SAF]\([0-9a-z]+\))+\)`)

func (a *address) cleanPath() {
	p := a.url.EscapedPath()
	if strings.ContainsAny(p, ";(") {
		p = sessionPath.ReplaceAllString(p, "")
	}
	if p == "" {
		p = "/"
	}
	if clean := path.Clean(p); clean != p {
		if strings.HasSuffix(p, "/") && clean != "/" {
			clean += "/"
		}
		p = clean
	}
	if plain, err := url.PathUnescape(p); err == nil {
		a.url.Path, a.url.RawPath = plain, p
	}
}

func (a *address) cleanQuery() {
	if a.url.RawQuery == "" {
		return
	}
	kept := ""
	for part := range strings.SplitSeq(a.url.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if part == "" {
			continue
		}
		if isTracking(name) {
			continue
		}
		if kept != "" {
			kept += "&"
		}
		kept += part
	}
	a.url.RawQuery = kept
}

func isTracking(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "aspsessionid") || slices.Contains(tracking, name)
}

// String is the address as it is asked for.
func (a address) String() string { return a.url.String() }

// key is over the address with its parameters in order, without the scheme: shops answer alike under both.
func (a address) key() key {
	u := *a.url
	if u.RawQuery != "" {
		parts := strings.Split(u.RawQuery, "&")
		slices.Sort(parts)
		u.RawQuery = strings.Join(slices.Compact(parts), "&")
	}
	h := sha256.Sum256([]byte(a.host + u.RequestURI()))
	return key(h[:16])
}

// param is one parameter of a query.
type param struct{ name, value string }

func params(rawQuery string) []param {
	var out []param
	for part := range strings.SplitSeq(rawQuery, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		out = append(out, param{strings.ToLower(name), value})
	}
	return out
}

var pagingNames = []string{"page", "p", "pg", "pageno", "page_no", "paged", "pagenum", "currentpage", "offset", "start", "from", "skip", "seite", "halaman"}

var pagingPath = regexp.MustCompile(`(?i)/(?:page|seite|pagina)[/-]?\d{1,6}/?$`)

// paging splits an address into what it lists and the page of it: the address without its page, and whether it has one.
func (a address) paging() (list string, ok bool) {
	u := *a.url
	if m := pagingPath.FindStringIndex(u.Path); m != nil {
		u.Path, u.RawPath, ok = u.Path[:m[0]], "", true
	}
	var rest []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		if slices.Contains(pagingNames, strings.ToLower(name)) && digits(value) {
			ok = true
			continue
		}
		rest = append(rest, part)
	}
	slices.Sort(rest)
	return a.host + strings.TrimSuffix(u.Path, "/") + "?" + strings.Join(rest, "&"), ok
}

func digits(s string) bool {
	if s == "" || len(s) > 9 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// dated matches a day or a month inside an address, as calendars write it.
var dated = regexp.MustCompile(`(?:^|[/=_-])((?:19|20|21)\d\d)[/_-]?(0?[1-9]|1[0-2])(?:[/_-]?(?:0[1-9]|[12]\d|3[01]|[1-9]))?(?:$|[/&?_.-])`)

var dateNames = []string{"date", "day", "month", "year", "week", "cal", "calendar", "ical", "tribe-bar-date", "eventdate"}

// calendar reports whether an address names a day or month.
func (a address) calendar() bool {
	for _, p := range params(a.url.RawQuery) {
		if slices.Contains(dateNames, p.name) && strings.ContainsAny(p.value, "0123456789") {
			return true
		}
	}
	return dated.MatchString(a.url.Path) || dated.MatchString(a.url.RawQuery)
}

// shape names a bound that an address breaks by itself, "" for none.
func (a address) shape() string {
	segments := strings.Split(strings.Trim(a.url.Path, "/"), "/")
	if len(segments) > maxSegments {
		return "path_depth"
	}
	count := map[string]int{}
	for _, s := range segments {
		if count[s]++; s != "" && count[s] > maxRepeats {
			return "path_repeats"
		}
	}
	if len(params(a.url.RawQuery)) > maxParams {
		return "facets"
	}
	return ""
}

// assets are endings of what is no page.
var assets = []string{
	".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".css", ".js", ".mjs", ".json", ".map", ".woff", ".woff2", ".ttf", ".otf", ".eot",
	".mp4", ".webm", ".mp3", ".ogg", ".wav", ".mov", ".avi", ".pdf", ".zip", ".gz", ".rar", ".7z", ".exe", ".dmg", ".apk", ".doc", ".docx", ".xls", ".xlsx", ".ppt",
	".pptx", ".csv", ".tsv", ".ics", ".rss", ".atom", ".xml", ".txt",
}

// asset reports whether a link leads to something that is no page.
func (a address) asset() bool {
	return slices.Contains(assets, strings.ToLower(path.Ext(a.url.Path)))
}

// group is what a trap bound counts addresses under, and the bound; "" for none.
func (a address) group(o Bounds) (name, reason string, limit int) {
	switch list, paged := a.paging(); {
	case a.calendar():
		return "calendar " + a.host, "calendar", o.Calendar
	case paged:
		return "paging " + list, "paging", o.Paging
	}
	n := len(params(a.url.RawQuery))
	if n < 2 {
		return "", "", 0
	}
	return "facets " + a.host + a.url.Path, "facets", o.Facets
}

// seconds reads a number of seconds, "" and garbage being none.
func seconds(s string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return f, err == nil && f >= 0 && f < 1e9
}
