package matchers

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"strings"

	"lookalike/corpora"
)

// maxSources is how many distinct source texts are kept once for all rows; further ones stand in their rows.
const maxSources = 1024

// maxRef is how many bytes of a picture's reference a row keeps.
const maxRef = 2048

// appendRow appends what Right returns of r beside its columns: strings with their length, lists with their number of
// entries, the source as an index into the table of sources plus one, or 0 and the text. Behind the images come, each
// with a key, the lists of extras that are not empty.
func appendRow(b []byte, r *corpora.Right, source int) []byte {
	for _, s := range []string{r.ID, r.Text, r.Owner, r.Number, r.Goods, r.Disclaimer, r.Link, r.ReferencePrice} {
		b = appendString(b, s)
	}
	b = binary.AppendUvarint(b, uint64(source+1))
	if source < 0 {
		b = appendString(b, r.Source)
	}
	b = appendStrings(b, r.Locarno)
	b = appendStrings(b, r.Flags)
	b = binary.AppendUvarint(b, uint64(len(r.Aliases)))
	for _, a := range r.Aliases {
		b = appendString(appendString(appendString(b, a.Text), a.Lang), a.Source)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Images)))
	for _, im := range r.Images {
		b = appendString(b, shortRef(im.Ref))
	}
	for key, list := range extras(r) {
		if len(list) > 0 {
			b = appendStrings(binary.AppendUvarint(b, uint64(key)), list)
		}
	}
	return b
}

// extras returns the lists that few rows have, in the order of their keys. A row that has none of them ends before.
func extras(r *corpora.Right) [][]string {
	var code []string
	if r.StatusCode != "" {
		code = []string{r.StatusCode}
	}
	return [][]string{r.Vienna, r.USClasses, code, r.FlagSources}
}

// extra sets the list with the given key. A key that this version does not know is passed over.
func extra(r *corpora.Right, key uint64, list []string) {
	switch key {
	case 0:
		r.Vienna = list
	case 1:
		r.USClasses = list
	case 2:
		r.StatusCode = strings.Join(list, " ")
	case 3:
		r.FlagSources = list
	}
}

// shortRef keeps of a data: address its media type only, and cuts what is too long to be an address.
func shortRef(ref string) string {
	if strings.HasPrefix(ref, "data:") {
		ref, _, _ = strings.Cut(ref, ",")
	}
	if len(ref) <= maxRef {
		return ref
	}
	return strings.ToValidUTF8(ref[:maxRef], "")
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

var errRow = errors.New("a row cannot be decoded")

// rowReader decodes a row. After the first fault every read gives nothing.
type rowReader struct {
	s   string
	bad bool
}

// decodeRow reads what appendRow wrote. The row is copied once; the strings of the right share that copy.
func decodeRow(b []byte, sources []string) (corpora.Right, error) {
	d := rowReader{s: string(b)}
	var r corpora.Right
	for _, p := range []*string{&r.ID, &r.Text, &r.Owner, &r.Number, &r.Goods, &r.Disclaimer, &r.Link, &r.ReferencePrice} {
		*p = d.string()
	}
	switch n := d.uvarint(); {
	case n == 0:
		r.Source = d.string()
	case n <= uint64(len(sources)):
		r.Source = sources[n-1]
	default:
		d.bad = true
	}
	r.Locarno = d.strings()
	r.Flags = d.strings()
	for range d.count(3) {
		r.Aliases = append(r.Aliases, corpora.Alias{Text: d.string(), Lang: d.string(), Source: d.string()})
	}
	for range d.count(1) {
		r.Images = append(r.Images, corpora.Image{Ref: d.string()})
	}
	for d.s != "" && !d.bad {
		extra(&r, d.uvarint(), d.strings())
	}
	if d.bad || d.s != "" {
		return corpora.Right{}, errRow
	}
	return r, nil
}

// goodsOf returns the goods of a row that appendRow wrote, as a part of it.
func goodsOf(b []byte) (goods []byte, ok bool) {
	for range goodsAt + 1 {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return nil, false
		}
		goods, b = b[size:size+int(n)], b[size+int(n):]
	}
	return goods, true
}

// goodsAt is the place of the goods among the texts of a row.
const goodsAt = 4

func (d *rowReader) uvarint() uint64 {
	var n uint64
	for shift := 0; shift < 64 && len(d.s) > 0; shift += 7 {
		c := d.s[0]
		d.s = d.s[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	d.bad, d.s = true, ""
	return 0
}

// count reads the number of entries of a list whose entries take at least size bytes each.
func (d *rowReader) count(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.s)/size) {
		d.bad, d.s = true, ""
		return 0
	}
	return int(n)
}

func (d *rowReader) string() string {
	n := d.count(1)
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

func (d *rowReader) strings() []string {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	ss := make([]string, n)
	for i := range ss {
		ss[i] = d.string()
	}
	return ss
}

// hashID is the key under which Find looks for a right.
func hashID(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))
	return h.Sum64()
}
