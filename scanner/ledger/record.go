package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lookalike/corpora"
)

// Record is what the ledger keeps of a listing: everything that the listing says of itself.
type Record struct {
	ID          string   `json:"id"`
	ParentID    string   `json:"parent_id,omitempty"`
	Title       string   `json:"title"`
	Brand       string   `json:"brand,omitempty"`
	Description string   `json:"description,omitempty"`
	Bullets     []string `json:"bullets,omitempty"`
	ImageText   []string `json:"image_text,omitempty"`
	Category    string   `json:"category,omitempty"`
	Price       string   `json:"price,omitempty"`
	Currency    string   `json:"currency,omitempty"`
	GTIN        string   `json:"gtin,omitempty"`
	MPN         string   `json:"mpn,omitempty"`
	Seller      string   `json:"seller,omitempty"`
	SellerID    string   `json:"seller_id,omitempty"`
	Supplier    string   `json:"supplier,omitempty"`
	Platform    string   `json:"platform,omitempty"`
	URL         string   `json:"url,omitempty"`
	ShipFrom    string   `json:"ship_from,omitempty"`
	Language    string   `json:"language,omitempty"`
	Sold        *int64   `json:"sold,omitempty"`
	Markets     []string `json:"markets,omitempty"`
	Images      []string `json:"images,omitempty"` // a data: address as the hash of its bytes
	Origin      string   `json:"origin,omitempty"` // where it was read when it was first kept
	Row         int      `json:"row,omitempty"`
}

// RecordOf returns the record of a listing.
func RecordOf(l *corpora.Listing) Record {
	r := Record{
		ID: l.ID, ParentID: l.ParentID, Title: l.Title, Brand: l.Brand, Description: l.Description, Bullets: l.Bullets,
		ImageText: l.ImageText, Category: l.Category, Price: l.Price, Currency: l.Currency, GTIN: l.GTIN, MPN: l.MPN,
		Seller: l.Seller, SellerID: l.SellerID, Supplier: l.Supplier, Platform: l.Platform, URL: l.URL, ShipFrom: l.ShipFrom,
		Language: l.Language, Sold: l.Sold, Origin: l.Origin, Row: l.Row,
	}
	for _, m := range l.Markets {
		r.Markets = append(r.Markets, string(m))
	}
	for _, im := range l.Images {
		r.Images = append(r.Images, shortRef(im.Ref))
	}
	return r
}

// Listing returns the listing of a record. Its images have no Open.
func (r *Record) Listing() *corpora.Listing {
	l := &corpora.Listing{
		ID: r.ID, ParentID: r.ParentID, Title: r.Title, Brand: r.Brand, Description: r.Description, Bullets: r.Bullets,
		ImageText: r.ImageText, Category: r.Category, Price: r.Price, Currency: r.Currency, GTIN: r.GTIN, MPN: r.MPN,
		Seller: r.Seller, SellerID: r.SellerID, Supplier: r.Supplier, Platform: r.Platform, URL: r.URL, ShipFrom: r.ShipFrom,
		Language: r.Language, Sold: r.Sold, Origin: r.Origin, Row: r.Row,
	}
	for _, m := range r.Markets {
		l.Markets = append(l.Markets, corpora.Market(m))
	}
	for _, ref := range r.Images {
		l.Images = append(l.Images, corpora.Image{Ref: ref})
	}
	return l
}

// shortRef replaces the bytes of a data: address by their hash.
func shortRef(ref string) string {
	head, body, ok := strings.Cut(ref, ",")
	if !ok || !strings.HasPrefix(ref, "data:") || strings.HasPrefix(body, "sha256-") {
		return ref
	}
	sum := sha256.Sum256([]byte(body))
	return head + ",sha256-" + hex.EncodeToString(sum[:])
}

// Change is one field of a listing that is not what it was.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Changes compares two records field by field. Where they were read is no change.
func Changes(a, b *Record) []Change {
	var out []Change
	add := func(field, x, y string) {
		if x != y {
			out = append(out, Change{field, x, y})
		}
	}
	list := func(field string, x, y []string) {
		if !slices.Equal(x, y) {
			out = append(out, Change{field, strings.Join(x, " | "), strings.Join(y, " | ")})
		}
	}
	add("title", a.Title, b.Title)
	add("brand", a.Brand, b.Brand)
	add("description", a.Description, b.Description)
	list("bullets", a.Bullets, b.Bullets)
	list("images", a.Images, b.Images)
	list("image_text", a.ImageText, b.ImageText)
	add("category", a.Category, b.Category)
	add("price", a.Price, b.Price)
	add("currency", a.Currency, b.Currency)
	add("seller", a.Seller, b.Seller)
	add("seller_id", a.SellerID, b.SellerID)
	add("supplier", a.Supplier, b.Supplier)
	add("platform", a.Platform, b.Platform)
	add("url", a.URL, b.URL)
	list("markets", a.Markets, b.Markets)
	add("ship_from", a.ShipFrom, b.ShipFrom)
	add("gtin", a.GTIN, b.GTIN)
	add("mpn", a.MPN, b.MPN)
	add("parent_id", a.ParentID, b.ParentID)
	add("language", a.Language, b.Language)
	add("sold", soldText(a.Sold), soldText(b.Sold))
	return out
}

func soldText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// twin returns what two listings share that say the same of their goods, whoever sells them, under whatever address and at
// whatever price. It is zero where the listing says too little to be told apart: fewer than twelve letters.
func (r *Record) twin() Key {
	h := sha256.New()
	letters := 0
	for _, s := range append([]string{r.Title, r.Brand, r.Description}, r.Bullets...) {
		s = strings.Join(strings.FieldsFunc(strings.ToLower(norm.NFKC.String(s)), func(c rune) bool {
			return !unicode.IsLetter(c) && !unicode.IsDigit(c)
		}), " ")
		for _, c := range s {
			switch {
			case unicode.Is(unicode.Han, c):
				letters += 2 // a character says as much as a syllable
			case c != ' ':
				letters++
			}
		}
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	if letters < 12 {
		return Key{}
	}
	return Key(h.Sum(nil)[:16])
}

// seller names who sells: the id where there is one.
func (r *Record) seller() string {
	if r.SellerID != "" {
		return r.SellerID
	}
	return r.Seller
}

func (r *Record) encode() ([]byte, error) { return json.Marshal(r) }

func decodeRecord(b []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("a kept listing cannot be read: %w", err)
	}
	return r, nil
}
