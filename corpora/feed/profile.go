package feed

import (
	"slices"
	"strings"
)

// profile is an export whose columns mean something of their own, recognised by the names in its heading.
type profile struct {
	name  string
	needs []string         // normalised names that all stand in the heading
	one   []string         // and one of these, if there are any
	names map[string]place // what differs from the general names
	fold  func(cur, next *builder) bool
	comma bool // pictures are separated by commas
	slash bool // picture paths start with a slash and are relative all the same
}

// profiles are tried in order.
var profiles = []profile{
	{
		// Shopify writes one product over consecutive rows of one handle: a row for each variant and each picture.
		name: "shopify", needs: []string{"handle", "title"}, one: []string{"variantprice", "variantsku", "imagesrc", "option1name"},
		names: map[string]place{
			"handle": {fieldID, 1}, "variantsku": {}, "sku": {}, "vendor": {fieldBrand, 1}, "productcategory": {fieldCategory, 1}, "type": {fieldCategory, 2},
			"googleshoppinggoogleproductcategory": {fieldCategory, 3}, "googleshoppingmpn": {fieldMPN, 1}, "googleshoppingbrand": {fieldBrand, 2},
		},
		fold: sameHandle,
	},
	{
		// The later heading of the same export.
		name: "shopify", needs: []string{"urlhandle", "title"},
		names: map[string]place{
			"urlhandle": {fieldID, 1}, "sku": {}, "vendor": {fieldBrand, 1}, "productcategory": {fieldCategory, 1}, "type": {fieldCategory, 2},
			"productimageurl": {field: fieldImages}, "variantimageurl": {field: fieldImages},
		},
		fold: sameHandle,
	},
	{
		name: "woocommerce", needs: []string{"sku", "name", "regularprice"}, one: []string{"isfeatured", "visibilityincatalog", "shortdescription"},
		names: map[string]place{"type": {}, "parent": {fieldParentID, 1}, "gtinupceanorisbn": {fieldGTIN, 1}, "brands": {fieldBrand, 1}},
		comma: true,
	},
	{
		// Magento continues a product on rows without a SKU.
		name: "magento", needs: []string{"sku", "name"}, one: []string{"attributesetcode", "attributeset", "configurablevariations"},
		names: map[string]place{"producttype": {}, "type": {}, "storeviewcode": {}, "manufacturer": {fieldBrand, 1}, "additionalattributes": {field: fieldBullets}, "mediaimage": {field: fieldImages}, "image": {field: fieldImages}},
		fold:  func(cur, next *builder) bool { return next.l.ID == "" && next.l.Title == "" },
		comma: true, slash: true,
	},
	{name: "amazon", needs: []string{"itemsku", "itemname"}},
	{name: "amazon", needs: []string{"contributionsku", "itemname"}},
	{name: "amazon", needs: []string{"itemname", "sellersku", "listingid"}},
	{name: "amazon", needs: []string{"商品名", "出品者sku"}, names: map[string]place{"出品者sku": {fieldID, 1}, "商品id": {}}},
	{name: "google", needs: []string{"id", "title", "imagelink"}},
}

// sameHandle reports whether a row goes on with the product of the row before it.
func sameHandle(cur, next *builder) bool {
	return next.l.ID != "" && next.l.ID == cur.l.ID && (next.l.Title == "" || next.l.Title == cur.l.Title)
}

// erp is what Chinese ERP systems export: a row for each SKU, of which only the first of a parent is filled.
var erp = profile{name: "erp", fold: func(cur, next *builder) bool {
	n := &next.l
	if n.Title != "" || n.Brand != "" || n.Description != "" {
		return false
	}
	return n.ParentID == "" || n.ParentID == cur.l.ParentID || n.ParentID == cur.l.ID
}}

// plain is a table of no special kind.
var plain profile

// recognise finds the profile of a heading.
func recognise(names []string, d *dictionary) *profile {
	keys := make([]string, len(names))
	parent, chinese := false, false
	for i, n := range names {
		keys[i] = normalise(n)
		if p, ok := d.find(n); ok && p.field == fieldParentID {
			parent = true
		}
		chinese = chinese || strings.ContainsFunc(keys[i], func(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF })
	}
	has := func(k string) bool { return slices.Contains(keys, k) }
	for i := range profiles {
		p := &profiles[i]
		if !slices.ContainsFunc(p.needs, func(k string) bool { return !has(k) }) && (len(p.one) == 0 || slices.ContainsFunc(p.one, has)) {
			return p
		}
	}
	if parent && chinese {
		return &erp
	}
	return &plain
}

// find resolves a column name under the profile. What the user named by --map comes first.
func (p *profile) find(d *dictionary, name string) (place, bool) {
	if _, ok := d.maps[strings.TrimSpace(name)]; !ok {
		if x, ok := p.names[normalise(name)]; ok && !d.taken[x.field] {
			return x, x.field != fieldNone
		}
	}
	return d.find(name)
}

// pictures cuts a cell with pictures the way the profile writes them.
func (p *profile) pictures(dst []string, v string) []string {
	if !p.comma && !p.slash {
		return splitImages(dst, v)
	}
	from := len(dst)
	dst = splitImages(dst, v)
	if p.comma {
		var out []string
		for _, s := range dst[from:] {
			if hasScheme(s, "data") {
				out = append(out, s)
				continue
			}
			for part := range strings.SplitSeq(s, ",") {
				if part = strings.TrimSpace(part); part != "" {
					out = append(out, part)
				}
			}
		}
		dst = append(dst[:from], out...)
	}
	if p.slash {
		for i, s := range dst[from:] {
			dst[from+i] = strings.TrimLeft(s, "/")
		}
	}
	return dst
}

// addPictures puts the pictures of a further column in. One that an earlier column names is not taken again.
func (b *builder) addPictures(p *profile, v string) {
	from := len(b.images)
	b.images = p.pictures(b.images, v)
	if from == 0 || from > maxImages {
		return
	}
	known, out := b.images[:from], b.images[:from]
	for _, ref := range b.images[from:] {
		if !slices.Contains(known, ref) {
			out = append(out, ref)
		}
	}
	b.images = out
}

// merge adds what a further row of the same product says.
func (b *builder) merge(next *builder) {
	for _, ref := range next.images {
		if len(b.images) <= maxImages && !slices.Contains(b.images, ref) {
			b.images = append(b.images, ref)
		}
	}
	l, n := &b.l, &next.l
	b.others = append(b.others, next.others[:min(len(next.others), max(0, maxImages-len(b.others)))]...)
	if len(l.Bullets) < maxImages {
		l.Bullets = append(l.Bullets, n.Bullets...)
	}
	for _, m := range n.Markets {
		if !slices.Contains(l.Markets, m) {
			l.Markets = append(l.Markets, m)
		}
	}
	for f := field(1); f < numFields; f++ {
		if to := b.target(f); *to == "" {
			*to = *next.target(f)
		}
	}
	for _, p := range n.Problems {
		b.problem(p.Code, p.Field, p.Args)
	}
}
