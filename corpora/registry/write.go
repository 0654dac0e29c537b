package registry

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lookalike/corpora"
)

// TableWriter writes rights as the table that OpenTable reads, in CSV. What OpenTable then reads are the same rights but for
// Origin, Row and the sources of aliases; aliases that are no names are left out, since the table could not tell them from
// names. A semicolon inside an entry of a list becomes a comma.
type TableWriter struct {
	w    *csv.Writer
	cell [numFields]string
}

// NewTableWriter writes the heading to w.
func NewTableWriter(w io.Writer) (*TableWriter, error) {
	t := &TableWriter{w: csv.NewWriter(w)}
	if err := t.w.Write(fieldNames[:]); err != nil {
		return nil, fmt.Errorf("write rights: %w", err)
	}
	return t, nil
}

// Put writes one right. A tombstone has no row in a table and is an error.
func (t *TableWriter) Put(r *corpora.Right) error {
	if r.Gone {
		return fmt.Errorf("write right %s: a table holds no rights that are gone", r.ID)
	}
	t.cell = [numFields]string{
		fieldID: r.ID, fieldKind: r.Kind.String(), fieldText: r.Text, fieldOwner: r.Owner, fieldOffice: r.Office, fieldNumber: r.Number,
		fieldStatus: r.Status.String(), fieldFiled: r.Filed.String(), fieldRegistered: r.Registered.String(), fieldExpires: r.Expires.String(),
		fieldGoods: r.Goods, fieldLocarno: joinList(r.Locarno), fieldDisclaimer: r.Disclaimer, fieldForm: r.Form.String(),
		fieldFlags: joinList(r.Flags), fieldLink: r.Link, fieldPrice: r.ReferencePrice, fieldSource: r.Source,
	}
	var list []string
	for _, c := range r.Classes {
		list = append(list, strconv.Itoa(int(c)))
	}
	t.cell[fieldClasses] = joinList(list)
	list = list[:0]
	for _, m := range r.Markets {
		list = append(list, string(m))
	}
	t.cell[fieldMarkets] = joinList(list)
	list = list[:0]
	for _, a := range r.Aliases {
		switch {
		case !a.IsName():
		case isLanguage(a.Lang):
			list = append(list, a.Lang+":"+a.Text)
		default:
			list = append(list, a.Text)
		}
	}
	t.cell[fieldAliases] = joinList(list)
	list = list[:0]
	for _, im := range r.Images {
		list = append(list, im.Ref)
	}
	t.cell[fieldImages] = strings.Join(list, ";")
	if err := t.w.Write(t.cell[:]); err != nil {
		return fmt.Errorf("write right %s: %w", r.ID, err)
	}
	return nil
}

// Flush writes what waits.
func (t *TableWriter) Flush() error {
	t.w.Flush()
	if err := t.w.Error(); err != nil {
		return fmt.Errorf("write rights: %w", err)
	}
	return nil
}

func joinList(list []string) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(strings.ReplaceAll(s, ";", ","))
	}
	return b.String()
}
