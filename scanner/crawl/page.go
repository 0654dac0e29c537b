package crawl

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"lookalike/corpora"
	"lookalike/corpora/feed"
)

// Page is what was found at one address.
type Page struct {
	URL     string
	Status  int
	Charset string
	Kind    string // page, sitemap, feed
	Links   int    // addresses on it, of any host
	Cut     bool   // it holds more addresses than the bound
	Found   []Found
	// Rendered says that the page is not read as it was sent but as scripts made it.
	Rendered bool
	// Problem is a block of data on the page that could not be read, nil for none.
	Problem *corpora.Problem
	// Variant is the address that the page names as its own, "" when that is where it stands.
	Variant string
}

// Found is a listing with the source of each of its fields: json-ld, microdata, opengraph, html, state or profile. Keys are
// the names of feed.Fields.
type Found struct {
	Listing corpora.Listing
	Sources map[string]string
}

// document is a parsed page with its addresses.
type document struct {
	doc   *goquery.Document
	at    address
	base  *url.URL
	links []address
}

// readPage reads the products and links of a page, in UTF-8.
func readPage(text []byte, at address, profile *Profile, bounds Bounds) (Page, []address, error) {
	out := Page{URL: at.String(), Kind: "page"}
	parsed, err := feed.ReadPage(text, at.String())
	if err != nil {
		return out, nil, err
	}
	d := &document{doc: goquery.NewDocumentFromNode(parsed.Root), at: at, base: at.url}
	if b, err := parse(at.url, d.doc.Find("base[href]").First().AttrOr("href", "")); err == nil {
		d.base = b.url
	}
	out.Cut = d.findLinks(bounds.Links)
	out.Links, out.Problem = len(d.links), parsed.Problem
	if c, ok := d.canonical(); ok {
		out.Variant = c.String()
		d.links = append(d.links, c)
	}
	products := d.products(parsed)
	products = d.complete(products, profile)
	for _, p := range products {
		if f, ok := d.finish(p, len(products) == 1); ok {
			out.Found = append(out.Found, f)
		}
	}
	return out, d.links, nil
}

// products takes the products that a page is about. A page that names several with addresses of their own lists them: they
// are links.
func (d *document) products(parsed *feed.Page) []Found {
	var out []Found
	for _, p := range parsed.Products {
		if p.Problem != nil {
			continue
		}
		if len(parsed.Products) > 1 && p.Listing.URL != "" {
			if a, err := parse(d.base, p.Listing.URL); err == nil && a.key() != d.at.key() {
				d.links = append(d.links, a)
				continue
			}
		}
		if p.Sources["title"] == "opengraph" && !d.sells(&p.Listing) {
			continue
		}
		out = append(out, Found{Listing: p.Listing, Sources: p.Sources})
	}
	return out
}

// sells reports whether a page that only OpenGraph describes offers something: any page has a title there.
func (d *document) sells(l *corpora.Listing) bool {
	return l.Price != "" || strings.Contains(strings.ToLower(d.doc.Find(`meta[property="og:type"]`).First().AttrOr("content", "")), "product")
}

// finish makes the addresses of a listing whole and gives it an identity: its own id, else the address of a page that
// describes it alone.
func (d *document) finish(f Found, alone bool) (Found, bool) {
	l := &f.Listing
	l.Title, l.Brand = strings.TrimSpace(l.Title), strings.TrimSpace(l.Brand)
	if f.Sources["title"] == "microdata" { // line breaks in elements are spaces
		l.Title, l.Brand = squeeze(l.Title, len(l.Title)), squeeze(l.Brand, len(l.Brand))
	}
	if l.Title == "" && len(l.Images) == 0 && l.Description == "" {
		return f, false
	}
	l.Origin, l.URL = d.at.host, d.at.String()
	if f.Sources["url"] == "" {
		f.Sources["url"] = "html"
	}
	if alone && (l.ID == "" || f.Sources["id"] == "") {
		l.ID, l.WeakID = l.URL, false
	}
	l.WeakID = l.WeakID && f.Sources["id"] == ""
	images := l.Images[:0]
	for _, im := range l.Images {
		if ref := d.absolute(im.Ref); ref != "" {
			images = append(images, corpora.Image{Ref: ref})
		}
	}
	l.Images = images
	l.Platform = or(l.Platform, d.at.host)
	if l.Seller == "" {
		l.SellerID = or(l.SellerID, d.at.host) // ids are the shop's own
	}
	return f, true
}

// absolute resolves the address of a picture.
func (d *document) absolute(ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || strings.HasPrefix(ref, "data:") {
		return ""
	}
	u, err := url.Parse(strings.ReplaceAll(ref, " ", "%20"))
	if err != nil {
		return ""
	}
	u = d.base.ResolveReference(u)
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// canonical is the address of the same host that the page names as its own, when that is another one. The start page is not
// believed: shops name it on every page by mistake.
func (d *document) canonical() (address, bool) {
	ref := d.doc.Find("link[rel=canonical]").First().AttrOr("href", "")
	if ref == "" {
		return address{}, false
	}
	a, err := parse(d.base, ref)
	if err != nil || a.host != d.at.host || a.key() == d.at.key() || a.url.Path == "/" && a.url.RawQuery == "" {
		return address{}, false
	}
	if list, paged := d.at.paging(); paged {
		if other, _ := a.paging(); other == list {
			return address{}, false // the first page of a list
		}
	}
	return a, true
}

var refresh = regexp.MustCompile(`(?i)^\s*\d+\s*[;,]\s*url\s*=\s*['"]?([^'"]+)`)

// findLinks collects up to most addresses of pages and reports whether some are left. What is marked nofollow is not
// followed.
func (d *document) findLinks(most int) (cut bool) {
	robots := strings.ToLower(d.doc.Find(`meta[name="robots"], meta[name="ROBOTS"]`).First().AttrOr("content", ""))
	if strings.Contains(robots, "nofollow") || strings.Contains(robots, "none") {
		return false
	}
	seen := map[key]bool{}
	add := func(ref string) {
		if strings.HasPrefix(ref, "#") {
			return
		}
		a, err := parse(d.base, ref)
		if err != nil || a.asset() {
			return
		}
		switch k := a.key(); {
		case seen[k]:
		case len(d.links) >= most:
			cut = true
		default:
			seen[k] = true
			d.links = append(d.links, a)
		}
	}
	d.doc.Find("a[href], area[href], link[rel=next][href]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		cut = cut || i >= 4*most
		if !cut && !hasWord(s.AttrOr("rel", ""), "nofollow") {
			add(s.AttrOr("href", ""))
		}
		return !cut
	})
	if m := refresh.FindStringSubmatch(d.doc.Find(`meta[http-equiv="refresh"], meta[http-equiv="Refresh"]`).First().AttrOr("content", "")); m != nil {
		add(m[1])
	}
	return cut
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// squeeze joins runs of white space, and clips a text to n bytes.
func squeeze(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
