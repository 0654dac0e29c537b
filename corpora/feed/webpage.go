package feed

import (
	"strings"

	"golang.org/x/net/html"

	"lookalike/corpora"
)

// Page is a web page and the products that it describes in data meant for machines.
type Page struct {
	Root     *html.Node
	Products []Product
	Problem  *corpora.Problem // a block of data that could not be read, nil for none
}

// Product is one product of a page. Sources says which data each field came from: json-ld, microdata, rdfa, opengraph or html.
// Keys are the names of Fields.
type Product struct {
	Listing corpora.Listing
	Sources map[string]string
	Problem *corpora.Problem // why it cannot be used, nil when it can
}

// ReadPage parses the text of a page, in UTF-8, that was read at address. Pictures by address are not opened by anything
// here; relative ones stay relative where they do not start at the root of the site.
func ReadPage(text []byte, address string) (*Page, error) {
	pg, err := readPage(text, address)
	if err != nil {
		return nil, err
	}
	out := &Page{Root: pg.doc.Get(0), Problem: pg.bad}
	data := pg.data()
	b := &builder{origin: address, pics: &pictures{}}
	for i, p := range pg.products {
		b.start(p.row)
		x := Product{Sources: map[string]string{}}
		for _, f := range pageFields {
			v := p.text[f]
			if f.isList() {
				v = strings.Join(p.lists[f], "\n")
			}
			if v == "" {
				continue
			}
			if f == fieldImages {
				b.images = append(b.images, p.lists[f]...)
			} else {
				b.set(place{field: f}, v)
			}
			x.Sources[f.name()] = p.source
			if i < len(data) && data[i].text[f] == "" && len(data[i].lists[f]) == 0 {
				x.Sources[f.name()] = "opengraph"
				if f == fieldLanguage {
					x.Sources[f.name()] = "html"
				}
			}
		}
		x.Problem = b.finish()
		x.Listing = b.l
		out.Products = append(out.Products, x)
	}
	return out, nil
}

// data finds the products again as JSON-LD or microdata alone describe them.
func (pg *page) data() []*product {
	alone := &page{doc: pg.doc, address: pg.address, lines: func(string) int { return 1 }}
	alone.jsonLD()
	if len(alone.products) == 0 {
		alone.microdata()
	}
	return alone.products
}

// SplitPrice takes the currency off a price such as "12.99 USD", "EUR 5" or "€1.299,00". The number stays as it is written.
func SplitPrice(s string) (price, currency string) { return splitPrice(s) }
