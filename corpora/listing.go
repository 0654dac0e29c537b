package corpora

import (
	"context"
	"io"
	"strings"
	"time"
)

// Listing is one product offer as its feed wrote it. Texts are UTF-8, decoded but not cleaned: byte offsets in a report
// point into them.
type Listing struct {
	ID       string // the feed's own, verbatim, or made by the reader (see WeakID)
	WeakID   bool   // ID is a hash of the content, so an edit makes another listing
	Origin   string // name of the feed that it was read from
	Row      int    // 1-based, what an editor or a sheet shows
	ParentID string

	Title       string
	Brand       string
	Description string
	Category    string
	Classes     []uint8 // Nice classes of the goods where somebody gave them; else they are told from category and title
	Bullets     []string
	ImageText   []string // words that somebody read off the pictures, one entry per picture
	Language    string   // BCP 47, "" when the feed does not say

	Price    string // decimal as read, without the currency
	Currency string // ISO 4217
	Sold     *int64 // units sold, nil when unknown
	GTIN     string
	MPN      string

	Seller   string
	SellerID string
	Supplier string
	Platform string
	URL      string
	ShipFrom string // country
	Markets  []Market
	Images   []Image
	Seen     time.Time // when it was read off a shop, zero for a feed

	// Problems are what the reader noticed without losing the record, such as a text cut at its limit. A listing with
	// problems is scanned and counts as incomplete.
	Problems []Problem
	// Prepared are features kept by an index. Features of the same kind and version load them instead of preparing.
	Prepared []Blob
}

// Image is one picture of a listing or of a right.
type Image struct {
	// Ref is what the feed wrote: a relative path, an http(s) address or a data: address. Report code must not print a
	// data: address in full.
	Ref string
	// Open reads the file's bytes. It is nil when the picture is not to be had: an address that nobody asked to fetch, or
	// a stored listing. It may be called from several goroutines and more than once. Its error may be a *Problem.
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// ByAddress reports whether the picture is an http(s) address that was not fetched.
func (im Image) ByAddress() bool {
	return im.Open == nil && (strings.HasPrefix(im.Ref, "http://") || strings.HasPrefix(im.Ref, "https://"))
}

// Blob is what one kind of features keeps of a listing, opaque to everyone else.
type Blob struct {
	Kind    string // Kind.Name of the matchers that made it
	Version uint32 // Kind.Version
	Data    []byte
}
