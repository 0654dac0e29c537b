package index

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"lookalike/corpora"
)

// codecVersion is the first byte of a stored listing.
const codecVersion = 1

// digest identifies content: half of a SHA-256.
type digest [16]byte

func digestOf(parts ...[]byte) digest {
	if len(parts) == 1 {
		sum := sha256.Sum256(parts[0])
		return digest(sum[:16])
	}
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write(p)
	}
	return digest(h.Sum(nil)[:16])
}

// identity names a listing across feeds: source, seller and id, and n for the copies of a feed that repeats an id.
func identity(source string, l *corpora.Listing, n int) digest {
	seller := l.SellerID
	if seller == "" {
		seller = l.Seller
	}
	var b []byte
	for _, s := range []string{source, seller, l.ID} {
		b = appendString(b, s)
	}
	return digestOf(binary.AppendUvarint(b, uint64(n)))
}

// texts returns the fields of a listing that are plain texts, in the order in which they are stored.
func texts(l *corpora.Listing) []*string {
	return []*string{
		&l.ID, &l.ParentID, &l.Title, &l.Brand, &l.Description, &l.Category, &l.Language, &l.Price, &l.Currency, &l.GTIN, &l.MPN,
		&l.Seller, &l.SellerID, &l.Supplier, &l.Platform, &l.URL, &l.ShipFrom,
	}
}

// appendContent appends what a listing says of itself: everything but where and when it was read. Two listings with the
// same content are not told apart.
func appendContent(b []byte, l *corpora.Listing) []byte {
	for _, s := range texts(l) {
		b = appendString(b, *s)
	}
	weak := byte(0)
	if l.WeakID {
		weak = 1
	}
	b = append(b, weak)
	if l.Sold == nil {
		b = append(b, 0)
	} else {
		b = binary.AppendVarint(append(b, 1), *l.Sold)
	}
	b = appendStrings(b, l.Bullets)
	b = appendStrings(b, l.ImageText)
	b = binary.AppendUvarint(b, uint64(len(l.Markets)))
	for _, m := range l.Markets {
		b = appendString(b, string(m))
	}
	b = binary.AppendUvarint(b, uint64(len(l.Images)))
	for _, im := range l.Images {
		b = appendString(b, shortRef(im.Ref))
	}
	var problems []byte
	if len(l.Problems) > 0 {
		problems, _ = json.Marshal(l.Problems)
	}
	return appendString(b, string(problems))
}

// shortRef replaces the bytes of a data: address by their hash.
func shortRef(ref string) string {
	if !strings.HasPrefix(ref, "data:") {
		return ref
	}
	head, body, _ := strings.Cut(ref, ",")
	if strings.HasPrefix(body, "sha256-") {
		return ref
	}
	sum := sha256.Sum256([]byte(body))
	return head + ",sha256-" + hex.EncodeToString(sum[:])
}

// stored is a listing as the truth keeps it.
type stored struct {
	Seq     uint64 // of its last change
	Day     string // when that was, 2006-01-02
	Source  string
	Listing corpora.Listing
}

// appendStored appends a record: version, sequence, day, source, place and time of reading, content.
func appendStored(b []byte, s *stored, content []byte) []byte {
	b = append(b, codecVersion)
	b = binary.AppendUvarint(b, s.Seq)
	b = appendString(b, s.Day)
	b = appendString(b, s.Source)
	b = appendString(b, s.Listing.Origin)
	b = binary.AppendVarint(b, int64(s.Listing.Row))
	seen := int64(0)
	if !s.Listing.Seen.IsZero() {
		seen = s.Listing.Seen.UnixNano()
	}
	b = binary.AppendVarint(b, seen)
	return append(b, content...)
}

// errStored says that a record of the truth cannot be read.
var errStored = errors.New("a stored listing cannot be decoded")

// decodeStored reads what appendStored wrote. The record is copied once. Images have no Open.
func decodeStored(b []byte) (stored, error) {
	d := reader{s: string(b)}
	if d.byte() != codecVersion {
		return stored{}, errStored
	}
	s := stored{Seq: d.uvarint(), Day: d.string(), Source: d.string()}
	l := &s.Listing
	l.Origin, l.Row = d.string(), int(d.varint())
	if seen := d.varint(); seen != 0 {
		l.Seen = time.Unix(0, seen).UTC()
	}
	for _, p := range texts(l) {
		*p = d.string()
	}
	l.WeakID = d.byte() == 1
	if d.byte() == 1 {
		l.Sold = new(d.varint())
	}
	l.Bullets, l.ImageText = d.strings(), d.strings()
	for _, m := range d.strings() {
		l.Markets = append(l.Markets, corpora.Market(m))
	}
	for _, ref := range d.strings() {
		l.Images = append(l.Images, corpora.Image{Ref: ref})
	}
	if problems := d.string(); problems != "" && json.Unmarshal([]byte(problems), &l.Problems) != nil {
		d.bad = true
	}
	if d.bad || d.s != "" {
		return stored{}, errStored
	}
	return s, nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendStrings(b []byte, ss []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(ss)))
	for _, s := range ss {
		b = appendString(b, s)
	}
	return b
}

// reader decodes a record. After the first fault every read gives nothing.
type reader struct {
	s   string
	bad bool
}

func (d *reader) fail() {
	d.bad, d.s = true, ""
}

func (d *reader) byte() byte {
	if d.s == "" {
		d.fail()
		return 0
	}
	c := d.s[0]
	d.s = d.s[1:]
	return c
}

func (d *reader) uvarint() uint64 {
	var n uint64
	for shift := 0; shift < 64 && d.s != ""; shift += 7 {
		c := d.byte()
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	d.fail()
	return 0
}

func (d *reader) varint() int64 {
	n := d.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

func (d *reader) string() string {
	n := d.uvarint()
	if n > uint64(len(d.s)) {
		d.fail()
		return ""
	}
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

func (d *reader) strings() []string {
	n := d.uvarint()
	if n > uint64(len(d.s)) {
		d.fail()
	}
	if n == 0 || d.bad {
		return nil
	}
	ss := make([]string, n)
	for i := range ss {
		ss[i] = d.string()
	}
	return ss
}
