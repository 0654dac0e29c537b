package feed

import (
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// maxKeys bounds how many keys of objects are remembered.
const maxKeys = 4096

// place resolves a key, remembering the answer.
func (u *unit) place(key []byte) place {
	p, ok := u.keys[string(key)]
	if !ok {
		p, _ = u.dict.find(string(key))
		if len(u.keys) < maxKeys {
			u.keys[string(key)] = p
		}
	}
	return p
}

// fromJSON fills b from an object.
func (u *unit) fromJSON(b *builder, rec *table.Record) *corpora.Problem {
	object := len(rec.Raw) > 0 && rec.Raw[0] == '{'
	if object {
		_ = table.Members(rec.Raw, func(key []byte, v table.JSONValue) bool {
			if p := u.place(key); p.field != fieldNone {
				u.member(b, p, v)
			}
			return true
		})
	}
	if rec.Bad != nil {
		b.spoilt()
		return rec.Bad
	}
	if !object {
		return &corpora.Problem{Code: corpora.BadJSON, Args: map[string]any{"offset": 0, "reason": "not an object"}}
	}
	if rec.Note != nil {
		b.l.Problems = append(b.l.Problems, *rec.Note)
	}
	return nil
}

// member puts one value of an object in its place.
func (u *unit) member(b *builder, p place, v table.JSONValue) {
	switch {
	case v.Kind == table.JSONNull:
	case p.field == fieldSold:
		b.l.Sold = parseSold(v.String())
	case p.field.isList():
		list(b, p.field, v)
	case p.field == fieldPrice && v.Kind == table.JSONObject:
		v.Members(func(key []byte, m table.JSONValue) bool {
			if q := u.place(key); q.field == fieldCurrency {
				b.set(q, m.String())
			}
			return true
		})
		b.set(p, inner(v, "amount", "value", "price"))
	case p.field == fieldCategory && v.Kind == table.JSONArray:
		var parts []string
		v.Elements(func(e table.JSONValue) bool {
			if s := text(e); s != "" {
				parts = append(parts, s)
			}
			return len(parts) < 20
		})
		b.set(p, strings.Join(parts, " > "))
	default:
		b.set(p, text(v))
	}
}

// list appends the values of an array, or of a text that holds several, to a list field.
func list(b *builder, f field, v table.JSONValue) {
	if v.Kind != table.JSONArray {
		b.add(f, text(v))
		return
	}
	v.Elements(func(e table.JSONValue) bool {
		s := text(e)
		switch {
		case s == "":
		case f == fieldImages:
			b.images = append(b.images, s)
		case f == fieldBullets:
			b.l.Bullets = append(b.l.Bullets, s)
		case f == fieldImageText:
			b.l.ImageText = append(b.l.ImageText, s)
		default:
			b.add(f, s)
		}
		return len(b.images) <= maxImages
	})
}

// text is the text of a value: of an object its name or address, of an array its first value.
func text(v table.JSONValue) string {
	switch v.Kind {
	case table.JSONObject:
		return inner(v, "name", "url", "src", "value", "text", "title", "href", "link", "path", "contentUrl", "id")
	case table.JSONArray:
		var s string
		v.Elements(func(e table.JSONValue) bool {
			if e.Kind != table.JSONArray {
				s = text(e)
			}
			return s == ""
		})
		return s
	}
	return v.String()
}

// inner returns the first of the named members of an object that is a text or a number.
func inner(v table.JSONValue, names ...string) string {
	best, out := len(names), ""
	v.Members(func(key []byte, m table.JSONValue) bool {
		for i, n := range names[:best] {
			if string(key) == n {
				if s := m.String(); s != "" {
					best, out = i, s
				}
				break
			}
		}
		return best > 0
	})
	return out
}
