package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// column is one column of a table of findings. Match is nil for a listing without a match.
type column struct {
	name  string // the code of its heading
	value func(v voice, f *scanner.Finding, m *judge.Match) string
}

// of makes a column that is empty without a match.
func of(name string, value func(v voice, m *judge.Match) string) column {
	return column{name, func(v voice, _ *scanner.Finding, m *judge.Match) string {
		if m == nil {
			return ""
		}
		return value(v, m)
	}}
}

// listingColumns stand before the gates.
func listingColumns() []column {
	return []column{
		{"origin", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return f.Listing.Origin }},
		{"row", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return positive(f.Listing.Row) }},
		{"id", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return f.Listing.ID }},
		{"title", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return f.Listing.Title }},
		{"brand", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return f.Listing.Brand }},
		{"category", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return f.Listing.Category }},
		{"seller", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return f.Listing.Seller }},
		{"url", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return f.Listing.URL }},
		{"listing_grade", func(v voice, f *scanner.Finding, _ *judge.Match) string {
			return v.word("grade", cmp.Or(string(gradeOf(f)), "none"))
		}},
		{"listing_score", func(_ voice, f *scanner.Finding, _ *judge.Match) string { return strconv.Itoa(f.Score) }},
		{"checked", func(v voice, f *scanner.Finding, _ *judge.Match) string { return v.looked(f.Checked) }},
	}
}

// matchColumns stand behind the gates.
func matchColumns() []column {
	return []column{
		of("grade", func(v voice, m *judge.Match) string { return v.word("grade", cmp.Or(string(m.Grade), "none")) }),
		of("score", func(_ voice, m *judge.Match) string { return strconv.Itoa(m.Score) }),
		of("mark", func(_ voice, m *judge.Match) string { return m.Right.Text }),
		of("owner", func(_ voice, m *judge.Match) string { return m.Right.Owner }),
		of("kind", func(v voice, m *judge.Match) string { return v.word("kind", m.Right.Kind) }),
		of("office", func(_ voice, m *judge.Match) string { return m.Right.Office }),
		of("number", func(_ voice, m *judge.Match) string { return m.Right.Number }),
		of("status", func(v voice, m *judge.Match) string { return v.word("status", m.Right.Status) }),
		of("classes", func(_ voice, m *judge.Match) string { return ints(m.Right.Classes) }),
		of("field", func(v voice, m *judge.Match) string { return v.field(m.Field) }),
		of("span", func(_ voice, m *judge.Match) string { return m.Span }),
		of("context", func(_ voice, m *judge.Match) string {
			if m.Image != nil {
				return ""
			}
			return m.Before + "«" + m.Span + "»" + m.After
		}),
		of("image", func(_ voice, m *judge.Match) string {
			if m.Image == nil {
				return ""
			}
			return strconv.Itoa(m.Image.Index + 1)
		}),
		of("lane", func(v voice, m *judge.Match) string { return v.word("lane", m.Lane) }),
		of("use", func(v voice, m *judge.Match) string { return v.word("use", string(m.Use)) }),
		of("goods", func(v voice, m *judge.Match) string { return v.word("relation", string(m.Goods.Relation)) }),
		of("reasons", func(v voice, m *judge.Match) string { return strings.Join(v.notes(m.Reasons), " ") }),
		of("clears", func(v voice, m *judge.Match) string { return strings.Join(v.notes(m.Clears), " ") }),
		of("decision", func(v voice, m *judge.Match) string { return strings.Join(v.decisions(m), " ") }),
		of("link", func(_ voice, m *judge.Match) string { return m.Right.Link }),
		of("source", func(_ voice, m *judge.Match) string { return m.Right.Source }),
		of("right_id", func(_ voice, m *judge.Match) string { return m.Right.ID }),
		of("corpus", func(_ voice, m *judge.Match) string { return m.Right.Corpus }),
		of("fingerprint", func(_ voice, m *judge.Match) string { return m.Fingerprint }),
		{"error", func(v voice, f *scanner.Finding, _ *judge.Match) string {
			return strings.Join(v.problems(f.Error), " ")
		}},
		// Without the repeats of the seller, which are known at the end of a scan only.
		{"priority", func(_ voice, f *scanner.Finding, _ *judge.Match) string {
			return positive(priorityOf(f, 0).total())
		}},
		{"priority_parts", func(v voice, f *scanner.Finding, _ *judge.Match) string {
			if p := priorityOf(f, 0); len(p) > 0 {
				return v.priority(p)
			}
			return ""
		}},
	}
}

func sheetHeading(v voice, h *scanner.Header) []string {
	var out []string
	for _, c := range listingColumns() {
		out = append(out, v.text("column."+c.name))
	}
	for _, m := range h.Markets {
		out = append(out, clean(v.text("column.gate", "market", m)))
	}
	for _, c := range matchColumns() {
		out = append(out, v.text("column."+c.name))
	}
	return out
}

// sheetRow returns the cells of one match, or of a listing without one. The gates are those of the match where there is
// one, else of the listing.
func sheetRow(v voice, h *scanner.Header, f *scanner.Finding, m *judge.Match) []string {
	var out []string
	for _, c := range listingColumns() {
		out = append(out, clean(c.value(v, f, m)))
	}
	for _, market := range h.Markets {
		gs := f.Gates
		if m != nil {
			gs = m.Gates
		}
		s := ""
		if g, ok := gs[market]; ok {
			s = v.gate(g, f.Checked, h.Coverage[market])
		}
		out = append(out, s)
	}
	for _, c := range matchColumns() {
		out = append(out, clean(c.value(v, f, m)))
	}
	return out
}

// problems says what kept a listing from being read or assessed whole.
func (v voice) problems(e *scanner.Error) []string {
	if e == nil {
		return nil
	}
	var out []string
	for _, p := range slices.Concat([]corpora.Problem{e.Problem}, e.Also) {
		s := v.problem(p)
		if p.Field != "" {
			s = v.text("ui.in_field", "field", v.field(p.Field), "text", s)
		}
		out = append(out, s)
	}
	return out
}

// decisions says what was decided about a match, or found against a baseline.
func (v voice) decisions(m *judge.Match) []string {
	var out []string
	if s := m.Suppressed; s != nil {
		code := "ui.ignored"
		if s.By == "quarantine" {
			code = "ui.quarantined"
		}
		out = append(out, v.text(code, "name", s.Name, "until", s.Until, "reason", s.Reason))
	}
	if a := m.Authorised; a != nil {
		if a.Covers {
			out = append(out, v.text("ui.authorised", "id", a.ID, "document", a.Document, "days", daysOf(a), "markets", a.Markets))
		} else {
			out = append(out, v.text("ui.not_authorised", "id", a.ID, "fails", a.Fails))
		}
	}
	if m.SilencedBy != nil {
		out = append(out, v.text("ui.silenced"))
	}
	if m.State != nil {
		out = append(out, v.text("ui.state", "state", *m.State))
	}
	return out
}

// daysOf returns the days that an authorisation has left, "" for one without an end.
func daysOf(a *judge.Authorisation) string {
	if a.DaysLeft == nil {
		return ""
	}
	return strconv.Itoa(*a.DaysLeft)
}

func ints(ns []int) string {
	parts := make([]string, len(ns))
	for i, n := range ns {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ", ")
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
