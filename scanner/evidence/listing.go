package evidence

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"time"

	"lookalike/corpora"
)

// listingFields are the fields of a listing that a capture keeps, in the order in which it writes them. Pictures are kept by
// their references; their bytes stand in the WARC.
func listingFields(l *corpora.Listing) []struct {
	name string
	to   any
} {
	return []struct {
		name string
		to   any
	}{
		{"id", &l.ID}, {"weak_id", &l.WeakID}, {"origin", &l.Origin}, {"row", &l.Row}, {"parent_id", &l.ParentID},
		{"title", &l.Title}, {"brand", &l.Brand}, {"description", &l.Description}, {"category", &l.Category},
		{"classes", &l.Classes}, {"bullets", &l.Bullets}, {"image_text", &l.ImageText}, {"language", &l.Language},
		{"price", &l.Price}, {"currency", &l.Currency}, {"sold", &l.Sold}, {"gtin", &l.GTIN}, {"mpn", &l.MPN},
		{"seller", &l.Seller}, {"seller_id", &l.SellerID}, {"supplier", &l.Supplier}, {"platform", &l.Platform},
		{"url", &l.URL}, {"ship_from", &l.ShipFrom}, {"markets", &l.Markets}, {"problems", &l.Problems},
	}
}

// field is one field of a record with its value as JSON.
type field struct {
	Field string
	Value json.RawMessage
}

// fieldsOf returns the fields of l that say something.
func fieldsOf(l *corpora.Listing) []field {
	var fs []field
	add := func(name string, v any) {
		if b, err := canonical(v); err == nil {
			fs = append(fs, field{name, b})
		}
	}
	for _, f := range listingFields(l) {
		v := reflect.ValueOf(f.to).Elem()
		if v.IsZero() {
			continue
		}
		if f.name == "classes" { // as numbers, not as the base64 of bytes
			var ns []int
			for _, c := range l.Classes {
				ns = append(ns, int(c))
			}
			add(f.name, ns)
			continue
		}
		add(f.name, v.Interface())
	}
	if len(l.Images) > 0 {
		var refs []string
		for _, im := range l.Images {
			refs = append(refs, im.Ref)
		}
		add("images", refs)
	}
	if !l.Seen.IsZero() {
		add("seen", l.Seen.UTC().Format(time.RFC3339Nano))
	}
	return fs
}

// readRecord reads record.jsonl. Fields that were removed are absent.
func readRecord(r io.Reader) (*corpora.Listing, error) {
	l := new(corpora.Listing)
	to := map[string]any{}
	for _, f := range listingFields(l) {
		to[f.name] = f.to
	}
	var classes []int
	var images []string
	to["classes"], to["images"], to["seen"] = &classes, &images, &l.Seen
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var f fieldLine
		if err := decodeCanonical(sc.Bytes(), &f); err != nil {
			return nil, fmt.Errorf("the record: %w", err)
		}
		dst, ok := to[f.Field]
		if !ok {
			return nil, fmt.Errorf("the record: a field %q", f.Field)
		}
		if err := json.Unmarshal(f.Value, dst); err != nil {
			return nil, fmt.Errorf("the record: field %s: %w", f.Field, err)
		}
	}
	for _, c := range classes {
		l.Classes = append(l.Classes, uint8(c))
	}
	for _, ref := range images {
		l.Images = append(l.Images, corpora.Image{Ref: ref})
	}
	return l, sc.Err()
}
