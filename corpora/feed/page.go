package feed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// maxPage bounds a saved page. It is parsed as a whole.
const maxPage = 16 << 20

// pageFields are the columns of the table that a page is read as: a row for each product.
var pageFields = []field{
	fieldID, fieldTitle, fieldBrand, fieldDescription, fieldBullets, fieldCategory, fieldPrice, fieldCurrency, fieldSeller, fieldURL, fieldImages,
	fieldGTIN, fieldMPN, fieldLanguage,
}

// product is what a page says of one product.
type product struct {
	text   [numFields]string
	lists  [numFields][]string
	row    int
	source string // json-ld, microdata, rdfa, opengraph
}

// set fills a field that nothing filled before.
func (p *product) set(f field, v string) {
	if v = strings.TrimSpace(v); v != "" && p.text[f] == "" {
		p.text[f] = v
	}
}

// add appends to a list field what it does not hold.
func (p *product) add(f field, v string) {
	v = strings.TrimSpace(v)
	if v == "" || len(p.lists[f]) > maxImages {
		return
	}
	if slices.Contains(p.lists[f], v) {
		return
	}
	p.lists[f] = append(p.lists[f], v)
}

// empty reports whether the product says nothing that can be matched.
func (p *product) empty() bool {
	return p.text[fieldTitle] == "" && p.text[fieldBrand] == "" && p.text[fieldDescription] == "" && len(p.lists[fieldImages]) == 0
}

// page is a parsed page.
type page struct {
	doc      *goquery.Document
	address  *url.URL // where it was saved from, nil when it does not say
	products []*product
	bad      *corpora.Problem // a block of data that could not be read
	lines    func(part string) int
	ids      map[string]*html.Node // elements by their id, nil before somebody asks
	parts    map[string]bool       // names of the pictures that an MHTML file holds
}

// readPage parses a page and finds its products: those of JSON-LD, else of microdata, else the one that OpenGraph names.
// What the others know beside is added to a single product.
func readPage(text []byte, address string) (pg *page, err error) {
	defer func() {
		if r := recover(); r != nil {
			pg, err = nil, fmt.Errorf("page: %v", r)
		}
	}()
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	pg = &page{doc: goquery.NewDocumentFromNode(root)}
	looked := 0 // bytes: a page of very many blocks does not take their number times its length
	pg.lines = func(part string) int {
		if looked > 8*maxPage {
			return 1
		}
		k := bytes.Index(text, []byte(part[:min(len(part), 200)]))
		looked += max(k, 0)
		if k < 0 {
			looked += len(text)
			return 1
		}
		return 1 + bytes.Count(text[:k], []byte{'\n'})
	}
	pg.address = pg.location(address)
	pg.jsonLD()
	if len(pg.products) == 0 {
		pg.microdata()
	}
	pg.openGraph()
	for _, p := range pg.products {
		for i, ref := range p.lists[fieldImages] {
			p.lists[fieldImages][i] = pg.resolve(ref)
		}
		if u := p.text[fieldURL]; u != "" && pg.address != nil {
			if r, err := pg.address.Parse(u); err == nil {
				p.text[fieldURL] = r.String()
			}
		}
	}
	return pg, nil
}

// location is the page's own address: the one given, that of its base, its canonical link or OpenGraph.
func (pg *page) location(address string) *url.URL {
	candidates := []string{address}
	for _, x := range [...]struct{ selector, attr string }{{"base[href]", "href"}, {"link[rel=canonical]", "href"}, {`meta[property="og:url"]`, "content"}} {
		candidates = append(candidates, pg.doc.Find(x.selector).First().AttrOr(x.attr, ""))
	}
	for _, c := range candidates {
		if u, err := url.Parse(strings.TrimSpace(c)); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
			return u
		}
	}
	return nil
}

// resolve makes a reference that starts at the root of the site an address. Other relative ones stay: a browser saves
// pictures beside the page and writes their paths into it.
func (pg *page) resolve(ref string) string {
	if pg.address != nil && strings.HasPrefix(ref, "/") {
		if u, err := pg.address.Parse(ref); err == nil {
			return u.String()
		}
	}
	return ref
}

// openGraph adds what the meta elements say, as a product of its own when the page has none and calls itself one.
func (pg *page) openGraph() {
	meta := map[string]string{}
	var images []string
	pg.doc.Find("meta[property], meta[name]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		key := strings.ToLower(s.AttrOr("property", s.AttrOr("name", "")))
		value := s.AttrOr("content", "")
		if key == "og:image" || key == "og:image:secure_url" || key == "og:image:url" {
			images = append(images, value)
		} else if meta[key] == "" {
			meta[key] = value
		}
		return i < 2000
	})
	var p *product
	switch {
	case len(pg.products) == 1:
		p = pg.products[0]
	case len(pg.products) > 1:
		return
	default:
		kind := strings.ToLower(meta["og:type"])
		priced := meta["product:price:amount"] != "" || meta["og:price:amount"] != ""
		if !strings.Contains(kind, "product") && !priced && (kind != "" || meta["og:title"] == "") {
			return
		}
		p = &product{row: 1, source: "opengraph"}
		pg.products = append(pg.products, p)
		p.set(fieldTitle, meta["og:title"])
		p.set(fieldTitle, pg.doc.Find("title").First().Text())
		p.set(fieldDescription, meta["og:description"])
		p.set(fieldDescription, meta["description"])
	}
	for _, x := range [...]struct {
		f    field
		keys []string
	}{
		{fieldBrand, []string{"product:brand", "og:brand"}}, {fieldPrice, []string{"product:price:amount", "og:price:amount"}},
		{fieldCurrency, []string{"product:price:currency", "og:price:currency"}}, {fieldID, []string{"product:retailer_item_id"}},
		{fieldCategory, []string{"product:category"}}, {fieldURL, []string{"og:url"}}, {fieldGTIN, []string{"product:gtin", "product:ean", "product:upc"}}, {fieldMPN, []string{"product:mfr_part_no"}},
	} {
		for _, k := range x.keys {
			p.set(x.f, meta[k])
		}
	}
	if len(p.lists[fieldImages]) == 0 {
		for _, ref := range images {
			p.add(fieldImages, ref)
		}
	}
	p.set(fieldURL, pg.doc.Find("link[rel=canonical]").First().AttrOr("href", ""))
	p.set(fieldLanguage, pg.doc.Find("html").First().AttrOr("lang", ""))
}

// pageReader hands out the products of a page as rows.
type pageReader struct {
	pg   *page
	next int
	rec  table.Record
}

// Next returns the next product. A block that could not be read is a note of the first one, or a bad record by itself.
func (r *pageReader) Next() (*table.Record, error) {
	i := r.next
	r.next++
	if i >= len(r.pg.products) {
		if i == 0 && r.pg.bad != nil {
			r.rec = table.Record{Row: 1, Bad: r.pg.bad}
			return &r.rec, nil
		}
		return nil, io.EOF
	}
	p := r.pg.products[i]
	r.rec = table.Record{Row: p.row, Cells: r.rec.Cells[:0]}
	if i == 0 {
		r.rec.Note = r.pg.bad
	}
	for _, f := range pageFields {
		v := p.text[f]
		if f.isList() {
			v = strings.Join(p.lists[f], "\n")
		}
		if f == fieldImages {
			v = strings.ReplaceAll(v, ";", "%3B") // which would part two pictures
		}
		r.rec.Cells = append(r.rec.Cells, []byte(v))
	}
	return &r.rec, nil
}

// page tells whether a saved page holds products.
func (f *Feed) page(u *unit, e *table.Entry) (*unit, error) {
	pg, err := u.openPage(e)
	if err != nil {
		return nil, err
	}
	if len(pg.products) == 0 && pg.bad == nil {
		return nil, &UsageError{Code: NoColumns, Path: e.Name, Err: errors.New("the page describes no product")}
	}
	for _, fld := range pageFields {
		u.columns = append(u.columns, place{field: fld, rank: 1})
	}
	u.profile = &plain
	if len(pg.products) > 0 {
		u.dialect.Profile = pg.products[0].source
	}
	return u, nil
}

// openPage reads the page of an entry.
func (u *unit) openPage(e *table.Entry) (*page, error) {
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if u.dialect.Format == "mhtml" {
		return readMHTML(r)
	}
	text, err := readBounded(table.NewText(r, ""))
	if err != nil {
		return nil, err
	}
	return readPage(text, "")
}

// readBounded reads a page to its limit.
func readBounded(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxPage+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxPage {
		return nil, &corpora.Problem{Code: corpora.RecordTooLarge, Args: map[string]any{"bytes": len(text), "limit": maxPage}}
	}
	return text, nil
}

// openRows starts to read the products of a page.
func (u *unit) openRows(e *table.Entry) (*reader, error) {
	pg, err := u.openPage(e)
	if err != nil {
		return nil, err
	}
	u.parts = pg.parts
	return &reader{Reader: &pageReader{pg: pg}}, nil
}
