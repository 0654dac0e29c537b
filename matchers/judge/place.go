package judge

import (
	"strings"

	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// place tells where the sign stands: the closer to where makers are named, the more it is used as a brand.
func (p *page) place(r *reading) usage {
	u := usage{use: UseBrand}
	own, known := p.ownBrand(r)
	u.capital = r.f.shape(r.from)&fold.Lower == 0 && r.f.shape(r.to-1)&fold.Lower == 0 && p.mixed(r.f)
	switch r.hit.Part {
	case matchers.Brand:
		u.field, u.value, u.note = true, 1, useNote{code: NoteUseBrandField}
		return u
	case matchers.Title:
		if p.opens(r) {
			u.first, u.value, u.note = true, 1, useNote{code: NoteUseBrandFirst}
			return u
		}
		u.value = 0.7
	case matchers.Category:
		u.value = 0.2
	case matchers.ImageText:
		u.value = 0.6
	default:
		u.value = 0.3
		if own == "" && r.from <= p.firstName(r.f)+openingTokens {
			u.value = 0.6
		} else {
			u.running = true
		}
	}
	u.note = useNote{code: NoteUseBrandText}
	if own != "" {
		u.value *= 0.4
		u.note = useNote{NoteUseBehindBrand, "brand", own}
		if known || r.hit.Part != matchers.Title {
			u.own = own
		}
	}
	return u
}

// openingTokens is how far behind its first name a running text still opens with a sign.
const openingTokens = 3

// opens reports whether nothing but words of advertisement stands before the sign in its field.
func (p *page) opens(r *reading) bool {
	if n := p.at(r.f, listLead, r.from, len(r.f.tokens)); r.sign.power.common && n > 0 &&
		(n >= r.to-r.from || r.to-r.from < 2 || !p.named(r) || r.f.shape(r.to-1)&fold.Lower != 0) {
		return false // "Hot sale", and not Hot Wheels
	}
	return r.from <= p.firstName(r.f)
}

// firstName returns the first token of a field that is no word of advertisement, number or person.
func (p *page) firstName(f *field) int {
	if f.first == 0 {
		f.first = 1 + p.findFirstName(f)
	}
	return f.first - 1
}

func (p *page) findFirstName(f *field) int {
	for i := bracketed(f); i < len(f.tokens); {
		if n := p.at(f, listLead, i, len(f.tokens)); n > 0 {
			i += n
		} else if f.shape(i)&fold.AllDigits != 0 {
			i++
		} else {
			return i
		}
	}
	return len(f.tokens)
}

// bracketed returns the first token behind a bracket that opens a title and says something about the offer: "[2-Pack]",
// 【包邮】. It returns 0 where nothing stands behind it.
func bracketed(f *field) int {
	if f.part != matchers.Title || len(f.tokens) == 0 {
		return 0
	}
	head := strings.TrimSpace(f.text[:f.fold.Start[f.fold.Tokens[0].From]])
	closing, ok := closingOf[head]
	if !ok {
		return 0
	}
	end := strings.Index(f.text, closing)
	for i, t := range f.fold.Tokens {
		if end >= 0 && int(f.fold.Start[t.From]) > end {
			return i
		}
	}
	return 0
}

// closingOf gives the bracket that closes another.
var closingOf = map[string]string{"[": "]", "(": ")", "【": "】", "（": "）", "「": "」", "『": "』", "{": "}"}

// standsAlone reports whether a span is all that stands between two bars, dashes or brackets of a title.
func (p *page) standsAlone(r *reading) bool {
	f := r.f
	if r.hit.Part != matchers.Title || r.from == 0 {
		return false
	}
	t := f.fold.Tokens
	before := f.text[f.fold.End[t[r.from-1].To-1]:f.fold.Start[t[r.from].From]]
	after := f.text[f.fold.End[t[r.to-1].To-1]:]
	if r.to < len(t) {
		after = f.text[f.fold.End[t[r.to-1].To-1]:f.fold.Start[t[r.to].From]]
	}
	return parts(before) && (r.to == len(t) || parts(after))
}

// parts reports whether what stands between two words cuts a title into parts: a bar, a bracket, or a dash with a space.
func parts(s string) bool {
	return strings.ContainsAny(s, "|｜·•【】[]()（）") || strings.ContainsAny(s, "-–—/") && strings.Contains(s, " ")
}
