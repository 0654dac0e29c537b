package crawl

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"lookalike/corpora"
	"lookalike/corpora/feed"
)

// known reports whether a profile may name a field.
func known(name string) bool {
	return name != "sold" && name != "markets" && name != "image_text" && slices.Contains(feed.Fields(), name)
}

// complete fills what the products of a page lack: from state, then from the places that a profile names. Only a page with
// one product can be completed: where there are several, nobody knows whose a place is.
func (d *document) complete(found []Found, p *Profile) []Found {
	if len(found) > 1 {
		return found
	}
	f := Found{Sources: map[string]string{}}
	if len(found) == 1 {
		f = found[0]
	}
	d.readState(&f, p)
	if p.product == nil || d.has(p.product) {
		d.readPlaces(&f, p)
	}
	if len(found) == 0 && !d.isProduct(&f, p) {
		return nil
	}
	for _, name := range feed.Fields() {
		f.set(name, p.Constants[name], "profile")
	}
	return []Found{f}
}

func (d *document) has(m interface{ Match(*html.Node) bool }) bool {
	return d.doc.FindMatcher(matcher{m}).Length() > 0
}

// isProduct reports whether what was found makes a page a product's.
func (d *document) isProduct(f *Found, p *Profile) bool {
	if f.Listing.Title == "" {
		return false
	}
	if p.product != nil {
		return d.has(p.product)
	}
	return f.Listing.Price != "" || len(f.Listing.Images) > 0
}

// set gives a field a value unless it has one.
func (f *Found) set(name, value, source string) {
	value = strings.TrimSpace(value)
	if value == "" || f.Sources[name] != "" {
		return
	}
	l := &f.Listing
	if name == "images" || name == "bullets" {
		f.add(name, []string{value}, source)
		return
	}
	to := target(l, name)
	if to == nil {
		return
	}
	*to = value
	f.Sources[name] = source
	if name == "price" {
		price, currency := feed.SplitPrice(value)
		l.Price = price
		if currency != "" && f.Sources["currency"] == "" {
			l.Currency = currency
			f.Sources["currency"] = source
		}
	}
}

// add gives a list its values unless it has some.
func (f *Found) add(name string, values []string, source string) {
	if f.Sources[name] != "" {
		return
	}
	l := &f.Listing
	for _, v := range values {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		f.Sources[name] = source
		if name == "bullets" {
			l.Bullets = append(l.Bullets, v)
		} else {
			l.Images = append(l.Images, corpora.Image{Ref: v})
		}
	}
}

func target(l *corpora.Listing, name string) *string {
	switch name {
	case "id":
		return &l.ID
	case "title":
		return &l.Title
	case "brand":
		return &l.Brand
	case "description":
		return &l.Description
	case "category":
		return &l.Category
	case "price":
		return &l.Price
	case "currency":
		return &l.Currency
	case "seller":
		return &l.Seller
	case "seller_id":
		return &l.SellerID
	case "platform":
		return &l.Platform
	case "supplier":
		return &l.Supplier
	case "gtin":
		return &l.GTIN
	case "mpn":
		return &l.MPN
	case "ship_from":
		return &l.ShipFrom
	case "parent_id":
		return &l.ParentID
	case "language":
		return &l.Language
	}
	return nil
}
