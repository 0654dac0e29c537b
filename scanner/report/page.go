package report

import (
	"cmp"
	"html/template"
	"io"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// page is what the template of the HTML report draws on. Its texts come in both languages, one of which shows.
type page struct {
	Header   *scanner.Header
	Trailer  *scanner.Trailer
	Options  Options
	Lang     string
	Groups   []group
	Shown    int // findings on the page
	Seen     int // findings of the scan
	en, zh   voice
	count    map[groupKey]int
	pictures *pictureSet
	below    map[judge.Grade]int // findings that are not on the page
}

// card is one finding on the page.
type card struct {
	F    *scanner.Finding
	M    *judge.Match // nil when nothing was found
	Seq  int
	Also []*judge.Match
	Same int // listings of the scan that the same decision is about
	Rest int // matches that are not on the page
	Prio priority
}

func (p *page) voice() voice {
	if p.Lang == p.zh.l {
		return p.zh
	}
	return p.en
}

// write executes the template piece by piece, so that the page is never held whole.
func (p *page) write(w io.Writer, t *template.Template) error {
	if err := t.ExecuteTemplate(w, "top", p); err != nil {
		return err
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		if err := t.ExecuteTemplate(w, "group", map[string]any{"G": g, "M": g.head(), "N": len(g.items)}); err != nil {
			return err
		}
		for j := range g.items {
			if err := t.ExecuteTemplate(w, "card", p.card(&g.items[j])); err != nil {
				return err
			}
		}
		if err := t.ExecuteTemplate(w, "groupend", nil); err != nil {
			return err
		}
	}
	return t.ExecuteTemplate(w, "foot", p)
}

func (p *page) card(r *ranked) card {
	c := card{F: &r.f, M: lead(&r.f), Seq: r.seq, Prio: r.prio}
	for i := range r.f.Matches {
		if m := &r.f.Matches[i]; m != c.M {
			c.Also = append(c.Also, m)
		}
	}
	if c.M != nil {
		c.Same = p.count[keyOf(c.M)]
	}
	for _, n := range r.f.Omitted {
		c.Rest += n
	}
	return c
}

func (p *page) funcs() template.FuncMap {
	return template.FuncMap{
		"t": func(code string, pairs ...any) template.HTML {
			return p.both(func(v voice) string { return v.text(code, pairs...) })
		},
		"word":   p.word,
		"joined": joinMarkets,
		"note":   func(n judge.Note) template.HTML { return p.both(func(v voice) string { return v.note(n) }) },
		"field":  func(s string) template.HTML { return p.both(func(v voice) string { return v.field(s) }) },
		"attr":   p.attr,
		"clean":  clean,
		"cut":    func(n int, s string) string { return cut(clean(s), n) },
		"place":  place,
		"link":   webAddress,
		"gates":  func(gs map[string]judge.Gate) []shared { return sharedGates(gs, p.Header) },
		"gate":   p.gate,
		"names":  func(s shared) template.HTML { return p.both(s.names) },
		"looked": func(c scanner.Checked) template.HTML { return p.both(func(v voice) string { return v.looked(c) }) },
		"office": func(r judge.RightRef) template.HTML { return p.both(func(v voice) string { return v.office(&r) }) },
		"classes": func(cs []int) template.HTML {
			return p.both(func(v voice) string { return v.classes(cs) })
		},
		"priority": func(x priority) template.HTML { return p.both(func(v voice) string { return v.priority(x) }) },
		"top": func() template.HTML {
			return p.both(func(v voice) string { return v.text("ui.top", "n", p.Shown, "of", p.Seen, "below", v.below(p.below)) })
		},
		"errors":    p.errors,
		"decisions": func(m *judge.Match) []template.HTML { return p.list(func(v voice) []string { return v.decisions(m) }) },
		"hints": func() []template.HTML {
			return p.list(func(v voice) []string { return v.hints(p.Header, p.Trailer, true) })
		},
		"unchecked": func() []template.HTML {
			return p.list(func(v voice) []string { return v.notChecked(p.Header, p.Trailer) })
		},
		"problem":    func(x corpora.Problem) template.HTML { return p.both(func(v voice) string { return v.problem(x) }) },
		"corpora":    p.corpora,
		"steps":      p.steps,
		"gatedata":   gateData,
		"listed":     func() bool { return lists(p.Header) },
		"grades":     grades,
		"markets":    p.markets,
		"coverage":   p.coverage,
		"gateorder":  gateOrder,
		"legend":     legend,
		"gradeof":    func(f *scanner.Finding) string { return string(gradeOf(f)) },
		"titleparts": titleParts,
		"pair":       p.pair,
		"edits": func(s string) template.HTML {
			return p.both(func(v voice) string { return v.text("page.edited", "edit", s) })
		},
		"pictureno": func(im *judge.ImageRef) template.HTML {
			return p.both(func(v voice) string { return v.text("ui.picture_n", "n", im.Index+1) })
		},
		"byuse": func(n scanner.Noisy) template.HTML { return p.both(func(v voice) string { return v.uses(n.Uses) }) },
	}
}

// both writes a text in both languages; the style sheet shows one.
func (p *page) both(say func(voice) string) template.HTML {
	en, zh := say(p.en), say(p.zh)
	if en == zh {
		return template.HTML(template.HTMLEscapeString(en))
	}
	return template.HTML(`<span lang="en">` + template.HTMLEscapeString(en) +
		`</span><span lang="zh-Hans">` + template.HTMLEscapeString(zh) + `</span>`)
}

// list writes several texts in both languages.
func (p *page) list(say func(voice) []string) []template.HTML {
	en, zh := say(p.en), say(p.zh)
	out := make([]template.HTML, len(en))
	for i := range en {
		out[i] = p.both(func(v voice) string {
			if v.l == p.zh.l {
				return zh[i]
			}
			return en[i]
		})
	}
	return out
}

// word writes a code of a closed list, which may be of any string type.
func (p *page) word(section string, code any) template.HTML {
	s := "none"
	switch c := code.(type) {
	case string:
		s = c
	case *string:
		s = *c
	case judge.Grade:
		s = cmp.Or(string(c), "none")
	case judge.Gate:
		s = string(c)
	case judge.Use:
		s = string(c)
	case judge.Relation:
		s = string(c)
	}
	return p.both(func(v voice) string { return v.word(section, s) })
}

// attr returns the attributes that carry a text in both languages: the script puts the right one into name.
func (p *page) attr(name, code string) template.HTMLAttr {
	return template.HTMLAttr(name + `="` + template.HTMLEscapeString(p.voice().text(code)) +
		`" data-attr="` + name +
		`" data-en="` + template.HTMLEscapeString(p.en.text(code)) +
		`" data-zh="` + template.HTMLEscapeString(p.zh.text(code)) + `"`)
}

// gate writes the gate of a card with what it rests on.
func (p *page) gate(s shared, c scanner.Checked) template.HTML {
	return p.both(func(v voice) string { return v.gate(s.Gate, c, s.Coverage) })
}

// row is a text and a hint in both languages.
type hinted struct{ Text, Hint template.HTML }

func (p *page) errors(e *scanner.Error) []hinted {
	if e == nil {
		return nil
	}
	texts := p.list(func(v voice) []string { return v.problems(e) })
	out := make([]hinted, len(texts))
	for i, x := range slices.Concat([]corpora.Problem{e.Problem}, e.Also) {
		out[i] = hinted{texts[i], p.both(func(v voice) string { return v.problemHint(x) })}
	}
	return out
}

func (p *page) corpora() []template.HTML {
	return p.list(func(v voice) []string {
		var out []string
		for _, c := range p.Header.Corpora {
			out = append(out, v.corpus(c))
		}
		return out
	})
}

// gateData is what the filter of the page reads: "US:block EU:review".
func gateData(gs map[string]judge.Gate) string {
	var parts []string
	for m, g := range gs {
		parts = append(parts, clean(m)+":"+clean(string(g)))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// part is a piece of a title; Hit is the span that was found.
type titlePart struct {
	Text string
	Hit  bool
}

// titleParts cuts the title of a card around the span of its lead match when that stands in the title.
func titleParts(f *scanner.Finding, m *judge.Match) []titlePart {
	t := f.Listing.Title
	if m != nil && m.Field == "title" && m.Start != nil && m.End != nil {
		s, e := *m.Start, *m.End
		if s >= 0 && s < e && e <= len(t) && t[s:e] == m.Span {
			return []titlePart{{tailOf(t[:s], 160), false}, {cut(clean(m.Span), 120), true}, {cut(clean(t[e:]), 160), false}}
		}
	}
	return []titlePart{{cut(clean(t), 240), false}}
}

func tailOf(s string, n int) string { return tail(clean(s), n) }
