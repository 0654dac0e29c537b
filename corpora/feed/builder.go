package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lookalike/corpora"
)

// Limits of what is matched of one listing.
const (
	maxTitle       = 10_000
	maxDescription = 100_000
	maxImages      = 1_000
)

// builder fills one listing after the other from named values.
type builder struct {
	l      corpora.Listing
	ranks  [numFields]uint8 // of the name that filled a field, 255 for none
	images []string
	others []string // texts of fields that a better name filled
	pics   *pictures
	origin string
}

// start begins the listing of a row.
func (b *builder) start(row int) {
	b.l = corpora.Listing{Origin: b.origin, Row: row}
	b.images, b.others = b.images[:0], b.others[:0]
	for i := range b.ranks {
		b.ranks[i] = 255
	}
}

// set puts a value where p leads, unless a better name filled the field already.
func (b *builder) set(p place, v string) {
	if v == "" || p.field == fieldNone {
		return
	}
	if p.field.isList() {
		b.add(p.field, v)
		return
	}
	if strings.TrimSpace(v) == "" {
		return
	}
	if p.rank >= b.ranks[p.field] {
		b.other(p.field, v)
		return
	}
	to := b.target(p.field)
	if b.ranks[p.field] != 255 {
		b.other(p.field, *to)
	}
	b.ranks[p.field], *to = p.rank, v
}

// other keeps a text whose field holds a better one: it is on offer too, and is matched as one of the bullets.
func (b *builder) other(f field, v string) {
	if (f == fieldTitle || f == fieldBrand || f == fieldDescription) && len(b.others) < 8 {
		b.others = append(b.others, v)
	}
}

// addOthers puts in what the other fields do not say.
func (b *builder) addOthers() {
	l := &b.l
	for _, v := range b.others {
		v = strings.TrimSpace(v)
		if strings.Contains(l.Title, v) || strings.Contains(l.Brand, v) || strings.Contains(l.Description, v) || slices.Contains(l.Bullets, v) {
			continue
		}
		b.cut(&v, "bullets["+strconv.Itoa(len(l.Bullets))+"]", maxDescription)
		l.Bullets = append(l.Bullets, v)
	}
}

// target is the text of a field with one value. The number of units sold goes through Supplier's neighbour, a scratch.
func (b *builder) target(f field) *string {
	l := &b.l
	switch f {
	case fieldID:
		return &l.ID
	case fieldTitle:
		return &l.Title
	case fieldBrand:
		return &l.Brand
	case fieldDescription:
		return &l.Description
	case fieldCategory:
		return &l.Category
	case fieldPrice:
		return &l.Price
	case fieldCurrency:
		return &l.Currency
	case fieldSeller:
		return &l.Seller
	case fieldSellerID:
		return &l.SellerID
	case fieldPlatform:
		return &l.Platform
	case fieldSupplier:
		return &l.Supplier
	case fieldURL:
		return &l.URL
	case fieldGTIN:
		return &l.GTIN
	case fieldMPN:
		return &l.MPN
	case fieldShipFrom:
		return &l.ShipFrom
	case fieldParentID:
		return &l.ParentID
	case fieldLanguage:
		return &l.Language
	}
	return new(string)
}

// add appends to a list field. v may hold several values.
func (b *builder) add(f field, v string) {
	switch f {
	case fieldImages:
		b.images = splitImages(b.images, v)
	case fieldBullets:
		b.l.Bullets = splitList(b.l.Bullets, v)
	case fieldImageText:
		b.l.ImageText = splitList(b.l.ImageText, v)
	case fieldMarkets:
		b.markets(v)
	}
}

func (b *builder) markets(v string) {
	for m := range strings.FieldsFuncSeq(v, func(r rune) bool {
		return r == ';' || r == ',' || r == '|' || r == ' ' || r == '；' || r == '，' || r == '、' || r == '/' || r == '\n'
	}) {
		market, err := corpora.ParseMarket(m)
		if err != nil {
			b.problem(corpora.BadValue, "markets", map[string]any{"value": clip(m, 80), "want": "two-letter country code"})
			continue
		}
		b.l.Markets = append(b.l.Markets, market)
	}
}

// problem notes what does not lose the listing. A hostile row cannot make the list long.
func (b *builder) problem(code, field string, args map[string]any) {
	if len(b.l.Problems) < 20 {
		b.l.Problems = append(b.l.Problems, corpora.Problem{Code: code, Field: field, Args: args})
	}
}

// finish completes the listing: limits, price, identity, pictures. It returns a problem when nothing in it can be matched.
func (b *builder) finish() *corpora.Problem {
	l := &b.l
	b.cut(&l.Title, "title", maxTitle)
	b.cut(&l.Description, "description", maxDescription)
	if len(b.others) > 0 {
		b.addOthers()
	}
	if l.Price != "" {
		var currency string
		l.Price, currency = splitPrice(l.Price)
		if l.Currency == "" {
			l.Currency = currency
		}
	}
	l.Currency = strings.ToUpper(strings.TrimSpace(l.Currency))
	if len(b.images) > maxImages {
		b.problem(corpora.BadValue, "images", map[string]any{"value": len(b.images), "want": "at most 1000"})
		b.images = b.images[:maxImages]
	}
	if len(b.images) > 0 {
		l.Images = make([]corpora.Image, len(b.images))
		for i, ref := range b.images {
			l.Images[i] = b.pics.image(ref)
		}
	}
	if strings.TrimSpace(l.ID) == "" {
		l.ID, l.WeakID = identity(l)
	}
	if l.Title == "" && l.Description == "" && l.Brand == "" && len(l.Images) == 0 && len(l.Bullets) == 0 && len(l.ImageText) == 0 {
		return &corpora.Problem{Code: corpora.EmptyRecord}
	}
	return nil
}

// spoilt ends the listing of a record that could not be read: what is known of it stays, within the limits.
func (b *builder) spoilt() {
	b.l.Title, b.l.Description = clip(b.l.Title, maxTitle), clip(b.l.Description, maxDescription)
	b.l.Problems = nil
}

// cut shortens a text to its limit on a rune boundary.
func (b *builder) cut(s *string, field string, limit int) {
	if len(*s) <= limit {
		return
	}
	b.problem(corpora.TextCut, field, map[string]any{"bytes": len(*s), "limit": limit})
	*s = clip(*s, limit)
}

// clip returns at most n bytes of s, cut on a rune boundary and copied.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.Clone(s[:n])
}

// identity makes the id of a listing that has none: its address, else its article number with the seller, else a hash of
// what it says. A hash is weak: an edit makes another listing of it.
func identity(l *corpora.Listing) (id string, weak bool) {
	switch {
	case l.URL != "":
		return l.URL, false
	case l.GTIN != "":
		return withSeller("gtin:"+l.GTIN, l), false
	case l.MPN != "":
		return withSeller("mpn:"+l.MPN, l), false
	}
	h := sha256.New()
	part := func(ss ...string) {
		for _, s := range ss {
			h.Write([]byte(s))
			h.Write([]byte{0})
		}
		h.Write([]byte{1})
	}
	part(l.Title, l.Brand, l.Description, l.Category, l.Seller)
	part(l.Bullets...)
	part(l.ImageText...)
	for _, im := range l.Images {
		part(im.Ref)
	}
	return "sha256-" + hex.EncodeToString(h.Sum(nil)[:16]), true
}

func withSeller(id string, l *corpora.Listing) string {
	seller := l.SellerID
	if seller == "" {
		seller = l.Seller
	}
	if seller == "" {
		return id
	}
	return id + "@" + seller
}
