package scanner

import (
	"strconv"
	"strings"

	"lookalike/corpora"
)

// reference returns what a report says of a listing.
func reference(l *corpora.Listing) ListingRef {
	r := ListingRef{
		ID:       l.ID,
		Origin:   l.Origin,
		Row:      l.Row,
		Title:    l.Title,
		Brand:    l.Brand,
		Category: l.Category,
		Price:    l.Price,
		Currency: l.Currency,
		Seller:   l.Seller,
		SellerID: l.SellerID,
		Platform: l.Platform,
		URL:      l.URL,
		Markets:  make([]string, len(l.Markets)),
		Images:   make([]string, len(l.Images)),
		ShipFrom: l.ShipFrom,
		Sold:     l.Sold,
		Language: l.Language,
	}
	for i, m := range l.Markets {
		r.Markets[i] = string(m)
	}
	for i, im := range l.Images {
		r.Images[i] = shortRef(im.Ref)
	}
	return r
}

// shortRef returns a picture reference as reports print it: a data: address as its media type and the length of the
// whole address in bytes ("data:image/png;length=5120"), anything else verbatim.
func shortRef(ref string) string {
	const scheme, longest = "data:", 64
	if len(ref) < len(scheme) || !strings.EqualFold(ref[:len(scheme)], scheme) {
		return ref
	}
	media, _, _ := strings.Cut(ref[len(scheme):min(len(ref), longest)], ",")
	media, _, _ = strings.Cut(media, ";")
	return scheme + media + ";length=" + strconv.Itoa(len(ref))
}

// remote reports whether ref is an http(s) address.
func remote(ref string) bool {
	return strings.HasPrefix(ref, "http://") || strings.HasPrefix(ref, "https://")
}
