package judge

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lookalike/corpora"
	"lookalike/matchers"
)

// fingerprintDomain keeps fingerprints of one schema apart from those of another. Everything in this file is frozen with
// it: it uses none of the folding tables, which may grow.
const fingerprintDomain = "lookalike fingerprint 1"

// identity is what a fingerprint is made of.
type identity struct {
	source string // name of the feed's source
	seller string // that the feed itself names
	id     string // of the listing; "" for a match in the seller's name or address
	right  string // see rightIdentity
	family string // text, picture or shape
	span   string // see spanIdentity, or the hash of the picture in hex
}

// fingerprint hashes an identity: 128 bits in hex. Every part is preceded by its length, so that no two identities
// share a hash input.
func fingerprint(i identity) string {
	var usual [512]byte
	b := usual[:0]
	for _, s := range []string{fingerprintDomain, i.source, i.seller, i.id, i.right, i.family, i.span} {
		var n [8]byte
		for k := range n {
			n[k] = byte(len(s) >> (8 * k))
		}
		b = append(append(b, n[:]...), s...)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:16])
}

// sellerIdentity names the seller of a listing by what the feed says of him.
func sellerIdentity(l *corpora.Listing) string {
	return cmp.Or(strings.TrimSpace(l.SellerID), strings.TrimSpace(l.Seller))
}

// shopIdentity names the seller of a match in the seller's name or address, by the host when the feed names nobody.
func shopIdentity(l *corpora.Listing) string {
	if s := sellerIdentity(l); s != "" {
		return s
	}
	if u, err := url.Parse(l.URL); err == nil {
		return strings.ToLower(u.Hostname())
	}
	return ""
}

// rightIdentity is the office, the owner and the sign of a right, and the right's id when its owner or its sign is not
// known.
func rightIdentity(r *corpora.Right) string {
	owner, sign := plain(r.Owner), plain(r.Text)
	if owner == "" || sign == "" || r.Kind == corpora.Work {
		return "id\x00" + r.ID
	}
	return strings.ToUpper(strings.TrimSpace(r.Office)) + "\x00" + owner + "\x00" + sign
}

// spanIdentity is a span in NFKC and lower case.
func spanIdentity(span string) string {
	if isASCII(span) { // which NFKC leaves as it is
		return strings.ToLower(span)
	}
	return strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(span, "\uFFFD")))
}

// plain is NFKC and lower case with runs of anything but letters, marks and digits as one space.
func plain(s string) string {
	if isASCII(s) {
		return plainASCII(s)
	}
	return plainRunes(s)
}

// plainASCII is plainRunes for ASCII.
func plainASCII(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			b = append(b, c)
		} else if n := len(b); n > 0 && b[n-1] != ' ' {
			b = append(b, ' ')
		}
	}
	return string(bytes.TrimSuffix(b, []byte{' '}))
}

func plainRunes(s string) string {
	fields := strings.FieldsFunc(spanIdentity(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	return strings.Join(fields, " ")
}

// pictureIdentity is the hash of a picture in hex, by content when it has no picture hash.
func pictureIdentity(p matchers.PictureFacts) string {
	if p.Hash == [32]byte{} {
		return hexOf(p.SHA256)
	}
	return hexOf(p.Hash)
}

func hexOf(h [32]byte) string { return hex.EncodeToString(h[:]) }
