package registry

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// TableWriter writes rights as the table that OpenTable reads. What OpenTable then reads are the same rights but for Origin
// and Row. A semicolon inside an entry of a list becomes a comma.
type TableWriter struct {
	w    cellWriter
	cell [numFields]string
}

// cellWriter takes the cells of one row after the other.
type cellWriter interface {
	Write(cells []string) error
	Close() error
}

// csvCells is a cellWriter of CSV.
type csvCells struct{ *csv.Writer }

func (c csvCells) Close() error {
	c.Flush()
	return c.Error()
}

// NewTableWriter writes CSV to w, the heading first.
func NewTableWriter(w io.Writer) (*TableWriter, error) {
	t := &TableWriter{w: csvCells{csv.NewWriter(w)}}
	if err := t.w.Write(fieldNames[:]); err != nil {
		return nil, fmt.Errorf("write rights: %w", err)
	}
	return t, nil
}

// NewParquetTableWriter writes Parquet to w.
func NewParquetTableWriter(w io.Writer) (*TableWriter, error) {
	p, err := table.NewParquetWriter(w, fieldNames[:])
	if err != nil {
		return nil, fmt.Errorf("write rights: %w", err)
	}
	return &TableWriter{w: p}, nil
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
		fieldVienna: joinList(r.Vienna), fieldUSClasses: joinList(r.USClasses), fieldStatusCode: r.StatusCode,
		fieldFlagSources: joinSources(r.FlagSources),
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
	t.aliases(r.Aliases)
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

// aliases fills the cells of the aliases, by what each is.
func (t *TableWriter) aliases(aliases []corpora.Alias) {
	var names, sources, translations, pseudo []string
	for _, a := range aliases {
		text := a.Text
		if isLanguage(a.Lang) {
			text = a.Lang + ":" + text
		}
		switch a.Source {
		case corpora.AliasTranslation:
			translations = append(translations, text)
		case corpora.AliasPseudoMark:
			pseudo = append(pseudo, a.Text)
		default:
			names, sources = append(names, text), append(sources, a.Source)
		}
	}
	t.cell[fieldAliases], t.cell[fieldAliasSources] = joinList(names), joinSources(sources)
	t.cell[fieldTranslations], t.cell[fieldPseudoMarks] = joinList(translations), joinList(pseudo)
}

// joinSources is joinList for a list that goes with another one; nothing when every entry is blank.
func joinSources(list []string) string {
	for _, s := range list {
		if s != "" {
			return joinList(list)
		}
	}
	return ""
}

// Close writes what waits. It does not close the writer below.
func (t *TableWriter) Close() error {
	if err := t.w.Close(); err != nil {
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
