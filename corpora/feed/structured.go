package feed

import (
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// productTypes are the types of schema.org that describe goods on offer.
var productTypes = []string{"Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts", "Book", "Vehicle", "Car"}

const (
	maxGraph    = 12     // nesting that is searched for products
	maxProducts = 1_000  // of one page
	maxNodes    = 10_000 // objects with an @id that are remembered, and properties of microdata that are looked at
	maxText     = maxDescription + 1
)

// graph is the JSON-LD of a page: its objects by their @id, which others refer to.
type graph struct {
	pg       *page
	nodes    map[string]table.JSONValue
	variants map[string]bool // @ids that a group names as its variants
	row      int
}

// jsonLD reads every block of JSON-LD. A block that is not JSON is repaired when that is safe.
func (pg *page) jsonLD() {
	g := &graph{pg: pg, nodes: map[string]table.JSONValue{}, variants: map[string]bool{}}
	type block struct {
		v   table.JSONValue
		row int
	}
	var blocks []block
	pg.doc.Find("script[type]").Each(func(_ int, s *goquery.Selection) {
		kind, _, _ := strings.Cut(strings.ToLower(s.AttrOr("type", "")), ";")
		if strings.TrimSpace(kind) != "application/ld+json" {
			return
		}
		text := s.Text()
		if strings.TrimSpace(text) == "" {
			return
		}
		fixed, ok := table.RepairJSON([]byte(text))
		if !ok {
			if _, err := table.ParseJSON([]byte(text)); err != nil && pg.bad == nil {
				pg.bad = &corpora.Problem{Code: corpora.BadJSON, Args: map[string]any{"offset": 0, "reason": err.Error()}}
			}
			return
		}
		v, err := table.ParseJSON(fixed)
		if err != nil {
			return
		}
		g.index(v, 0)
		blocks = append(blocks, block{v, pg.lines(strings.TrimSpace(text))})
	})
	for _, b := range blocks {
		g.row = b.row
		g.walk(b.v, 0)
	}
}

// index remembers objects by their @id.
func (g *graph) index(v table.JSONValue, depth int) {
	if depth > maxGraph {
		return
	}
	v.Elements(func(e table.JSONValue) bool { g.index(e, depth+1); return true })
	members := 0
	id := ""
	v.Members(func(key []byte, m table.JSONValue) bool {
		members++
		switch string(key) {
		case "@id":
			id = m.String()
		case "hasVariant":
			each(m, func(e table.JSONValue) bool {
				if ref := inner(e, "@id"); ref != "" && len(g.variants) < maxNodes {
					g.variants[ref] = true
				}
				return true
			})
		}
		g.index(m, depth+1)
		return true
	})
	if id != "" && members > 1 && len(g.nodes) < maxNodes {
		if _, ok := g.nodes[id]; !ok {
			g.nodes[id] = v
		}
	}
}

// walk finds products. It does not look into what a product relates to: similar goods are not what the page offers.
func (g *graph) walk(v table.JSONValue, depth int) {
	if depth > maxGraph || len(g.pg.products) >= maxProducts {
		return
	}
	v.Elements(func(e table.JSONValue) bool { g.walk(e, depth+1); return true })
	if v.Kind != table.JSONObject {
		return
	}
	if g.isProduct(v) {
		if g.variants[inner(v, "@id")] {
			return // told with its group
		}
		p := &product{row: g.row, source: "json-ld"}
		g.product(p, v, 0)
		if !p.empty() {
			g.pg.products = append(g.pg.products, p)
		}
		return
	}
	v.Members(func(key []byte, m table.JSONValue) bool {
		switch string(key) {
		case "@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "itemOffered", "hasPart":
			g.walk(m, depth+1)
		}
		return true
	})
}

func (g *graph) isProduct(v table.JSONValue) bool {
	found := false
	check := func(t table.JSONValue) bool {
		name := t.String()
		name = name[strings.LastIndexAny(name, "/:#")+1:]
		found = found || slices.Contains(productTypes, name)
		return !found
	}
	v.Members(func(key []byte, m table.JSONValue) bool {
		if k := string(key); k == "@type" || k == "type" {
			if m.Kind == table.JSONArray {
				m.Elements(check)
			} else {
				check(m)
			}
		}
		return !found
	})
	return found
}

// schemaFields are properties of schema.org with one value.
var schemaFields = map[string]field{
	"name": fieldTitle, "description": fieldDescription, "sku": fieldID, "productID": fieldID, "productGroupID": fieldID, "mpn": fieldMPN, "model": fieldMPN,
	"gtin": fieldGTIN, "gtin8": fieldGTIN, "gtin12": fieldGTIN, "gtin13": fieldGTIN, "gtin14": fieldGTIN, "isbn": fieldGTIN, "ean": fieldGTIN,
	"category": fieldCategory, "url": fieldURL, "brand": fieldBrand, "inLanguage": fieldLanguage,
	"price": fieldPrice, "lowPrice": fieldPrice, "priceCurrency": fieldCurrency, "seller": fieldSeller,
}

// product takes the properties of a product.
func (g *graph) product(p *product, v table.JSONValue, depth int) {
	v.Members(func(k []byte, m table.JSONValue) bool {
		switch key := lowerFirst(k); key {
		case "image", "images", "photo":
			g.images(p, m, 0)
		case "offers":
			g.offers(p, m, 0)
		case "hasVariant":
			if depth == 0 {
				g.addVariants(p, m)
			}
		case "keywords":
			for s := range strings.SplitSeq(g.text(m), ",") {
				p.add(fieldBullets, clip(s, 1000))
			}
		case "category":
			p.set(fieldCategory, unescaped(g.path(m)))
		default:
			if f := schemaFields[key]; f == fieldDescription {
				p.set(f, g.text(m))
			} else if f != fieldNone && f != fieldPrice && f != fieldCurrency {
				p.set(f, unescaped(g.text(m)))
			}
		}
		return true
	})
	v.Members(func(k []byte, m table.JSONValue) bool {
		if string(k) == "manufacturer" {
			p.set(fieldBrand, g.text(m))
		}
		return true
	})
}

// lowerFirst is a key with its first letter in lower case: some shop systems write Offers.
func lowerFirst(k []byte) string {
	if len(k) > 0 && k[0] >= 'A' && k[0] <= 'Z' {
		return string(k[0]|0x20) + string(k[1:])
	}
	return string(k)
}

// unescaped undoes the escapes of HTML, which templates write into names by mistake.
func unescaped(s string) string {
	if strings.Contains(s, "&") && strings.Contains(s, ";") {
		return html.UnescapeString(s)
	}
	return s
}

// addVariants adds what the variants of a group say beside it: pictures, names of their own, an offer.
func (g *graph) addVariants(p *product, v table.JSONValue) {
	each(v, func(e table.JSONValue) bool {
		q := &product{}
		g.product(q, g.deref(e), 1)
		for _, ref := range q.lists[fieldImages] {
			p.add(fieldImages, ref)
		}
		if t := q.text[fieldTitle]; t != "" && t != p.text[fieldTitle] {
			p.add(fieldBullets, clip(t, maxTitle))
		}
		for _, f := range []field{fieldBrand, fieldDescription, fieldPrice, fieldCurrency, fieldGTIN, fieldMPN, fieldSeller} {
			p.set(f, q.text[f])
		}
		return len(p.lists[fieldImages]) <= maxImages
	})
}

// each calls f with the elements of an array, or with a value that is none.
func each(v table.JSONValue, f func(table.JSONValue) bool) {
	if v.Kind == table.JSONArray {
		v.Elements(f)
	} else {
		f(v)
	}
}

func (g *graph) images(p *product, v table.JSONValue, depth int) {
	if depth > 3 {
		return
	}
	each(v, func(e table.JSONValue) bool {
		e = g.deref(e)
		if e.Kind != table.JSONObject {
			p.add(fieldImages, unescaped(e.String()))
		} else if ref := inner(e, "contentUrl", "contentURL", "url", "@id", "thumbnailUrl"); ref != "" {
			p.add(fieldImages, unescaped(ref))
		} else {
			e.Members(func(k []byte, m table.JSONValue) bool {
				if key := string(k); m.Kind >= table.JSONArray && (key == "url" || key == "contentUrl") {
					g.images(p, m, depth+1)
				}
				return true
			})
		}
		return len(p.lists[fieldImages]) <= maxImages
	})
}

// offers takes price, currency and seller of the first offer that names them.
func (g *graph) offers(p *product, v table.JSONValue, depth int) {
	if depth > 3 {
		return
	}
	each(v, func(e table.JSONValue) bool {
		e = g.deref(e)
		e.Members(func(k []byte, m table.JSONValue) bool {
			switch key := lowerFirst(k); key {
			case "offers", "priceSpecification":
				g.offers(p, m, depth+1)
			case "price", "lowPrice", "priceCurrency", "seller", "url", "sku", "gtin13", "mpn":
				p.set(schemaFields[key], g.text(m))
			}
			return true
		})
		return p.text[fieldPrice] == ""
	})
}

// path is the text of a category, which may be a list from the general to the special.
func (g *graph) path(v table.JSONValue) string {
	var parts []string
	each(v, func(e table.JSONValue) bool {
		if s := g.text(e); s != "" {
			parts = append(parts, s)
		}
		return len(parts) < 20
	})
	return strings.Join(parts, " > ")
}

// deref follows a reference to another object of the page.
func (g *graph) deref(v table.JSONValue) table.JSONValue {
	if v.Kind != table.JSONObject {
		return v
	}
	members, id := 0, ""
	v.Members(func(k []byte, m table.JSONValue) bool {
		members++
		if string(k) == "@id" {
			id = m.String()
		}
		return members < 3
	})
	if id != "" && members == 1 {
		if to, ok := g.nodes[id]; ok {
			return to
		}
	}
	return v
}

// text is the text of a value: of an object its name, of a list its first one.
func (g *graph) text(v table.JSONValue) string {
	out := ""
	each(v, func(e table.JSONValue) bool {
		e = g.deref(e)
		if e.Kind == table.JSONObject {
			out = inner(e, "name", "@value", "legalName", "url")
		} else {
			out = e.String()
		}
		return out == ""
	})
	return out
}

// marks are the attributes that mark up items: those of microdata, and those of RDFa.
type marks struct{ scope, kind, prop, source string }

var markups = [...]marks{{"itemscope", "itemtype", "itemprop", "microdata"}, {"typeof", "typeof", "property", "rdfa"}}

const maxRefs = 20 // elements that an item refers to by itemref

// microdata reads the products that are marked up with microdata, else with RDFa.
func (pg *page) microdata() {
	for _, m := range markups {
		pg.items(m)
		if len(pg.products) > 0 {
			return
		}
	}
}

func (pg *page) items(m marks) {
	pg.doc.Find("[" + m.scope + "][" + m.kind + "]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		kind := localName(s.AttrOr(m.kind, ""))
		if prop, nested := s.Attr(m.prop); !slices.Contains(productTypes, kind) || nested && (prop == "isRelatedTo" || prop == "isSimilarTo") {
			return true
		}
		p := &product{row: 1, source: m.source}
		left := maxNodes
		pg.property(p, s.Get(0), "", m, &left)
		for i, id := range strings.Fields(s.AttrOr("itemref", "")) {
			if i < maxRefs && m.scope == "itemscope" {
				pg.referred(p, s, id, m, &left)
			}
		}
		if !p.empty() {
			pg.products = append(pg.products, p)
		}
		return len(pg.products) < maxProducts
	})
}

// referred takes the properties of an element elsewhere on the page. One that holds the item itself would be a circle.
func (pg *page) referred(p *product, item *goquery.Selection, id string, m marks, left *int) {
	if pg.ids == nil {
		pg.ids = map[string]*html.Node{}
		for n := range pg.doc.Get(0).Descendants() {
			if v := attr(n, "id"); v != "" && pg.ids[v] == nil && len(pg.ids) < maxNodes {
				pg.ids[v] = n
			}
		}
	}
	to := pg.ids[id]
	if to == nil {
		return
	}
	for n := item.Get(0); n != nil; n = n.Parent {
		if n == to {
			return
		}
	}
	pg.element(p, to, "", m, left)
}

// localName is the last part of a name that may be an address or have a prefix.
func localName(s string) string { return s[strings.LastIndexAny(s, "/:#")+1:] }

// property takes the properties below a node. within is the property that the innermost item around it stands for.
func (pg *page) property(p *product, n *html.Node, within string, m marks, left *int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			pg.element(p, c, within, m, left)
		}
	}
}

// element takes the properties of one element and of those below it.
func (pg *page) element(p *product, c *html.Node, within string, m marks, left *int) {
	if *left <= 0 {
		return
	}
	*left--
	prop, scope := attr(c, m.prop), hasAttr(c, m.scope)
	inside := within
	switch {
	case scope && prop == "":
		return // an item of its own
	case scope:
		inside = localName(prop)
		if inside == "isRelatedTo" || inside == "isSimilarTo" || inside == "review" || inside == "aggregateRating" {
			return
		}
	case prop != "":
		for name := range strings.FieldsSeq(prop) {
			pg.value(p, within, localName(name), c)
		}
	}
	pg.property(p, c, inside, m, left)
}

// value puts the value of a property in its place. Inside brand only the name counts, inside offers price and seller.
func (pg *page) value(p *product, within, name string, n *html.Node) {
	switch within {
	case "", "hasVariant":
		if name == "image" {
			p.add(fieldImages, nodeValue(n))
			return
		}
	case "brand", "manufacturer", "seller", "category":
		if name != "name" {
			return
		}
		name = within
	case "offers", "priceSpecification":
		switch name {
		case "price", "lowPrice", "priceCurrency", "seller", "url", "sku":
		default:
			return
		}
	case "image":
		if name == "contentUrl" || name == "url" {
			p.add(fieldImages, nodeValue(n))
		}
		return
	default:
		return
	}
	if name == "manufacturer" {
		name = "brand"
	}
	if f := schemaFields[name]; f != fieldNone && p.text[f] == "" {
		p.set(f, nodeValue(n))
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// nodeValue is the value of a property by the rules of the HTML standard.
func nodeValue(n *html.Node) string {
	if v := attr(n, "content"); v != "" {
		return v
	}
	switch n.Data {
	case "meta":
		return ""
	case "img":
		if v := attr(n, "data-src"); v != "" {
			return v
		}
		return attr(n, "src")
	case "audio", "embed", "iframe", "source", "track", "video":
		return attr(n, "src")
	case "a", "area", "link":
		return attr(n, "href")
	case "object":
		return attr(n, "data")
	case "data", "meter":
		return attr(n, "value")
	case "time":
		if v := attr(n, "datetime"); v != "" {
			return v
		}
	}
	var b strings.Builder
	nodeText(&b, n)
	return b.String()
}

// nodeText writes the text below a node, up to what is matched of a description.
func nodeText(b *strings.Builder, n *html.Node) {
	for c := n.FirstChild; c != nil && b.Len() < maxText; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(clip(c.Data, maxText))
		case c.Data != "script" && c.Data != "style":
			nodeText(b, c)
		}
	}
}
