package feed

import (
	"bytes"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// sniffXML tells the elements of records and their meaning by the first ones.
func (u *unit) sniffXML(sample []byte) error {
	lay, ok := table.SniffXML(sample)
	u.dialect.Format = "xml"
	if !ok {
		if bytes.Contains(sample, []byte("</"+lay.Root)) && (bytes.Contains(sample, []byte("<rss")) || bytes.Contains(sample, []byte("<feed"))) {
			u.dialect.Empty = true
			return nil
		}
		return &UsageError{Code: NoColumns, Path: u.dialect.Origin}
	}
	u.xml, u.keys = lay, map[string]place{}
	if lay.Entities {
		u.notes = append(u.notes, corpora.Problem{Code: corpora.BadXML, Args: map[string]any{"offset": bytes.Index(sample, []byte("<!ENTITY")), "reason": "declared entities are not expanded"}})
	}
	r := table.NewXML(bytes.NewReader(sample), lay)
	seen := map[string]bool{}
	matched := false
	for range 100 {
		rec, err := r.Next()
		if err != nil {
			break
		}
		n, _ := table.ParseXML(rec.Raw)
		for _, c := range n.Children {
			name := clip(key(c), 200)
			if seen[name] || len(seen) > 1000 {
				continue
			}
			seen[name] = true
			if p, ok := u.dict.find(name); ok {
				matched = matched || p.field.matched()
				u.dialect.Columns = append(u.dialect.Columns, Column{Name: name, Field: p.field.name()})
			} else {
				u.dialect.Ignored = append(u.dialect.Ignored, name)
			}
		}
	}
	if bytes.Contains(sample, []byte("base.google.com/ns/1.0")) {
		u.dialect.Profile = "google"
	}
	if !matched {
		return &UsageError{Code: NoColumns, Path: u.dialect.Origin, Columns: u.dialect.Ignored[:min(len(u.dialect.Ignored), 40)]}
	}
	return nil
}

// key is the name under which an element's value is looked up: some feeds write it as an attribute of a general element.
func key(n *table.Node) string {
	switch n.Name {
	case "param", "attribute", "field", "property", "column":
		if name := n.Attr("name"); name != "" {
			return name
		}
	}
	return n.Name
}

// fromXML fills b from an element.
func (u *unit) fromXML(b *builder, rec *table.Record) *corpora.Problem {
	if rec.Raw == nil {
		return rec.Bad
	}
	node, err := table.ParseXML(rec.Raw)
	for _, a := range node.Attrs {
		if p := u.place([]byte(a.Name.Local)); p.field == fieldID || p.field == fieldParentID {
			b.set(place{p.field, 254}, a.Value)
		}
	}
	for _, c := range node.Children {
		if p := u.place([]byte(key(c))); p.field != fieldNone {
			u.element(b, p, c)
		}
	}
	if rec.Bad != nil {
		b.spoilt()
		return rec.Bad
	}
	if err != nil {
		b.spoilt()
		return asProblem(err, rec.Row)
	}
	return nil
}

// element puts the value of one element in its place.
func (u *unit) element(b *builder, p place, n *table.Node) {
	text := n.Text()
	if text == "" && len(n.Children) == 0 {
		switch {
		case n.Attr("href") != "":
			if rel := n.Attr("rel"); rel == "" || rel == "alternate" {
				text = n.Attr("href")
			}
		case n.Attr("url") != "":
			text = n.Attr("url")
		default:
			text = n.Attr("value")
		}
	}
	switch {
	case p.field == fieldSold:
		b.l.Sold = parseSold(text)
	case p.field.isList() && len(n.Children) > 0:
		leaves(n, func(s string) {
			if p.field == fieldImages {
				b.images = append(b.images, s)
			} else {
				b.add(p.field, s)
			}
		})
	case p.field == fieldImages && text != "":
		b.images = splitImages(b.images, text)
	case text != "":
		if p.field == fieldPrice && n.Attr("currency") != "" {
			b.set(place{field: fieldCurrency, rank: 254}, n.Attr("currency"))
		}
		b.set(p, text)
	default:
		done := false
		leaves(n, func(s string) {
			if !done {
				b.set(p, s)
				done = true
			}
		})
	}
}

// leaves calls f with the texts of the elements below n that have no children.
func leaves(n *table.Node, f func(string)) {
	for _, c := range n.Children {
		if len(c.Children) > 0 {
			leaves(c, f)
		} else if s := c.Text(); s != "" {
			f(s)
		}
	}
}
