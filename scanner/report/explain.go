package report

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// ErrNoMatch says that a finding holds no match of the asked fingerprint.
var ErrNoMatch = errors.New("no match has this fingerprint")

// Explain writes the whole arithmetic of the matches of f that have the fingerprint, every match for "", and names the
// other readings of the listing: f should come from a scan with silenced readings listed. The numbers are those of the
// report; nothing is scored again.
func Explain(w io.Writer, h scanner.Header, f scanner.Finding, fingerprint string, o Options) error {
	tw, err := New("table", w, o)
	if err != nil {
		return err
	}
	t := tw.(*tableWriter)
	t.h, t.w = h, bufio.NewWriter(w)
	var asked, rest []*judge.Match
	for i := range f.Matches {
		if m := &f.Matches[i]; fingerprint == "" || m.Fingerprint == fingerprint {
			asked = append(asked, m)
		} else {
			rest = append(rest, m)
		}
	}
	if len(asked) == 0 {
		return fmt.Errorf("%w: %s", ErrNoMatch, clean(fingerprint))
	}
	t.line(0, bold, cmp.Or(clean(f.Listing.Title), t.v.text("ui.no_title")))
	t.line(0, dim, join(" · ", clean(f.Listing.ID), place(&f.Listing)))
	t.line(0, plain, t.v.gates(f.Gates, f.Checked, &t.h))
	for _, p := range t.v.problems(f.Error) {
		t.line(0, warn, "! "+p)
	}
	for _, m := range asked {
		t.line(0, plain, "")
		t.explain(m)
	}
	if len(rest) > 0 {
		t.line(0, plain, "")
		t.line(0, bold, t.v.text("explain.others"))
		for _, m := range rest {
			t.reading(m)
		}
	}
	t.line(0, plain, "")
	t.line(0, dim, t.v.text("explain.formula", "name", h.Scoring.Name, "formula", h.Scoring.Formula))
	t.line(0, dim, t.bands(h.Scoring.Bands))
	return t.w.Flush()
}

// explain writes one match: the right, what was found, the sum, the rules, and what follows per market.
func (t *tableWriter) explain(m *judge.Match) {
	v, r := t.v, &m.Right
	t.line(0, plain, t.paint(gradeStyle(m.Grade), strings.ToUpper(v.word("grade", cmp.Or(string(m.Grade), "none")))+" "+strconv.Itoa(m.Score))+"  "+t.paint(bold, cmp.Or(clean(r.Text), clean(r.ID))))
	fact := func(code, text string) {
		if text != "" {
			t.line(2, plain, t.paint(dim, v.text(code)+v.colon())+text)
		}
	}
	fact("page.owner", clean(r.Owner))
	fact("page.number", v.office(r))
	fact("page.status", join(" · ", v.word("status", r.Status), clean(r.Filed), clean(r.Expires)))
	fact("page.goods", join(" · ", v.classes(r.Classes), cut(clean(r.Goods), 300)))
	fact("page.source", join(" · ", clean(r.Source), clean(r.Corpus), clean(r.ID)))
	fact("explain.found", v.field(m.Field)+"  "+t.span(m))
	if m.Start != nil && m.End != nil {
		fact("explain.bytes", fmt.Sprintf("%d–%d", *m.Start, *m.End))
	}
	if m.Image != nil {
		fact("explain.picture", v.text("explain.picture_facts", "distance", m.Image.Distance, "edit", m.Image.Edit))
	}
	fact("explain.lanes", t.lanes(m))
	fact("page.step_use", join(" · ", v.word("use", string(m.Use)), v.word("relation", string(m.Goods.Relation)), clean(m.Goods.Listing), v.classes(m.Goods.Classes)))
	t.line(2, bold, v.text("page.how_score"))
	t.arithmetic(m)
	for _, market := range marketsOf(m.Gates, &t.h) {
		t.line(2, plain, join(" · ", clean(market), v.word("grade", cmp.Or(string(m.Grades[market]), "none")), v.word("gate", string(m.Gates[market]))))
	}
	for _, s := range v.notes(m.Reasons) {
		t.line(2, plain, "• "+s)
	}
	for _, s := range v.notes(m.Clears) {
		t.line(2, plain, t.paint(good, "→ ")+s)
	}
	for _, s := range v.decisions(m) {
		t.line(2, dim, s)
	}
	fact("page.fingerprint", clean(m.Fingerprint))
}

func (t *tableWriter) lanes(m *judge.Match) string {
	var parts []string
	for _, l := range m.Lanes {
		parts = append(parts, t.v.word("lane", l))
	}
	return strings.Join(parts, t.v.comma())
}

// arithmetic writes one line per piece and rule: what it is worth and what the sum is after it.
func (t *tableWriter) arithmetic(m *judge.Match) {
	steps := arithmetic(m)
	width := 0
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = t.v.word("piece", s.Name)
		if s.Result {
			names[i] = t.v.text("page.score")
		}
		width = max(width, t.columns(names[i]))
	}
	for i, s := range steps {
		sum := strconv.FormatFloat(s.After, 'f', 1, 64)
		terms := fmt.Sprintf("%6.3g × %-5.3g = %+6.1f", s.Piece.Value, s.Piece.Weight, s.Delta)
		switch {
		case s.Result:
			t.line(4, bold, t.pad(names[i], width)+strings.Repeat(" ", 25)+fmt.Sprintf("%6d", m.Score))
			continue
		case s.Bound:
			terms = fmt.Sprintf("%14s = %+6.1f", strconv.FormatFloat(s.Piece.Value, 'f', -1, 64), s.Delta)
		}
		t.line(4, plain, t.pad(names[i], width)+"  "+terms+fmt.Sprintf("  %6s", sum)+"  "+t.paint(dim, t.v.note(s.Piece.Note)))
	}
}

// reading names another match of the listing in one line.
func (t *tableWriter) reading(m *judge.Match) {
	v := t.v
	why := v.decisions(m)
	t.line(2, plain, join(" · ", t.paint(bold, cmp.Or(clean(m.Right.Text), clean(m.Right.ID))), clean(m.Right.Owner),
		v.word("grade", cmp.Or(string(m.Grade), "none"))+" "+strconv.Itoa(m.Score), v.word("lane", m.Lane), v.word("use", string(m.Use)),
		v.word("relation", string(m.Goods.Relation)), join(" ", why...)))
	t.line(4, plain, v.field(m.Field)+"  "+t.span(m)+"  "+t.paint(dim, clean(m.Fingerprint)))
}

// bands writes the lowest score of each grade.
func (t *tableWriter) bands(b map[judge.Grade]int) string {
	var parts []string
	for _, g := range grades() {
		if n, ok := b[g]; ok {
			parts = append(parts, t.v.word("grade", string(g))+" ≥ "+strconv.Itoa(n))
		}
	}
	return strings.Join(parts, " · ")
}
