package report

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

const (
	fullMatches  = 5 // matches of a listing that the table shows in full
	briefMatches = 6 // and that it names in one line
)

// tableWriter writes for a terminal: a block per listing as it is found, a summary at the end.
type tableWriter struct {
	w       *bufio.Writer
	v       voice
	o       Options
	h       scanner.Header
	worst   *worst // with Top only
	sellers sellers
}

func newTable(w io.Writer, v voice, o Options) Writer {
	t := &tableWriter{w: bufio.NewWriter(w), v: v, o: o, sellers: sellers{}}
	if t.o.Width <= 0 {
		t.o.Width = 100
	}
	t.o.Width = max(t.o.Width, 40)
	if o.Top > 0 {
		t.worst = &worst{n: o.Top}
	}
	return t
}

func (t *tableWriter) Begin(h scanner.Header) error {
	t.h = h
	return nil
}

func (t *tableWriter) Put(_ context.Context, f scanner.Finding) error {
	rest, n := t.sellers.once(&f)
	switch {
	case bare(&rest, n):
		return nil
	case t.worst != nil:
		t.worst.offer(&rest, func(f *scanner.Finding) ranked { return ranked{f: kept(f)} })
		return nil
	}
	t.listing(&rest, nil)
	return t.w.Flush()
}

func (t *tableWriter) End(x scanner.Trailer) error {
	if t.worst != nil {
		for _, r := range t.worst.sorted() {
			t.listing(&r.f, r.prio)
		}
		if n := t.worst.seen; n > t.o.Top {
			t.line(0, bold, t.v.text("ui.top", "n", t.o.Top, "of", n, "below", t.v.below(t.worst.below)))
			t.line(0, plain, "")
		}
	}
	t.summary(&x)
	return t.w.Flush()
}

// listing writes one block, with the priority that put it where it stands, nil in the order of the feed.
func (t *tableWriter) listing(f *scanner.Finding, prio priority) {
	full, brief, rest := t.choose(f)
	grade := gradeOf(f)
	name := t.v.word("grade", cmp.Or(string(grade), "none"))
	score := ""
	if grade != "" {
		score = " " + strconv.Itoa(f.Score)
	}
	if f.Error != nil && grade == "" {
		name = t.v.text("ui.not_read")
	}
	where := place(&f.Listing)
	if f.Listing.ID != "" {
		where = cut(clean(f.Listing.ID), 40) + " · " + where
	}
	t.line(0, plain, t.paint(gradeStyle(grade), strings.ToUpper(name)+score)+"  "+t.paint(dim, where))
	t.line(2, bold, cut(cmp.Or(clean(f.Listing.Title), t.v.text("ui.no_title")), 300))
	t.line(2, plain, t.v.gates(f.Gates, f.Checked, &t.h))
	if prio != nil {
		t.line(2, dim, t.v.text("ui.priority", "sum", t.v.priority(prio)))
	}
	for _, p := range t.v.problems(f.Error) {
		t.line(2, warn, "! "+p)
	}
	for _, m := range full {
		t.match(m)
	}
	t.brief(brief, rest)
	t.line(0, plain, "")
}

// besideNotes are shown however many reasons stand before them.
var besideNotes = []string{judge.NotePriceFarBelow, judge.NoteSupplierOnFile, judge.NoteSupplierExpired, judge.NoteSupplierMissing}

// choose sorts the matches of a listing into those shown in full and those named in one line, and counts the rest.
func (t *tableWriter) choose(f *scanner.Finding) (full, brief []*judge.Match, rest int) {
	for i := range f.Matches {
		m := &f.Matches[i]
		switch {
		case counts(m) && (m.Grade.Rank() > judge.Low.Rank() || i == 0) && len(full) < fullMatches:
			full = append(full, m)
		case len(brief) < briefMatches:
			brief = append(brief, m)
		default:
			rest++
		}
	}
	for _, n := range f.Omitted {
		rest += n
	}
	return full, brief, rest
}

func (t *tableWriter) match(m *judge.Match) {
	r := &m.Right
	head := []string{clean(r.Owner), t.v.office(r), t.v.word("status", r.Status), t.v.classes(r.Classes)}
	name := cut(cmp.Or(clean(r.Text), t.v.word("kind", r.Kind)), 60)
	t.line(2, plain, t.paint(gradeStyle(m.Grade), "▪ ")+t.paint(bold, name)+"  "+join(" · ", head...))
	t.line(4, plain, t.v.field(m.Field)+"  "+t.span(m))
	facts := []string{
		t.v.word("lane", m.Lane), t.v.word("use", string(m.Use)), t.v.word("relation", string(m.Goods.Relation)),
		t.v.word("grade", cmp.Or(string(m.Grade), "none")) + " " + strconv.Itoa(m.Score),
	}
	t.line(4, plain, join(" · ", facts...))
	for i, n := range m.Reasons {
		if i < 3 || slices.Contains(besideNotes, n.Code) {
			t.line(4, dim, t.v.note(n))
		}
	}
	if len(m.Clears) > 0 {
		t.line(4, plain, t.paint(good, "→ ")+t.v.notes(m.Clears)[0])
	}
	for _, s := range t.v.decisions(m) {
		t.line(4, dim, s)
	}
}

// span writes the words found in their context, or the picture.
func (t *tableWriter) span(m *judge.Match) string {
	if m.Image != nil {
		return t.v.text("ui.picture_n", "n", m.Image.Index+1)
	}
	before, after := clean(m.Before), clean(m.After)
	return t.paint(dim, tail(before, 40)) + t.paint(mark, "«"+cut(clean(m.Span), 80)+"»") + t.paint(dim, cut(after, 40))
}

// brief names the matches that are not shown in full.
func (t *tableWriter) brief(ms []*judge.Match, rest int) {
	if len(ms) == 0 && rest == 0 {
		return
	}
	var parts []string
	for _, m := range ms {
		name := cut(cmp.Or(clean(m.Right.Text), clean(m.Right.ID)), 40)
		why := t.v.word("use", string(m.Use))
		if d := t.v.decisions(m); len(d) > 0 {
			why = d[0]
		}
		parts = append(parts, t.v.text("ui.brief", "mark", name, "grade", t.v.word("grade", cmp.Or(string(m.Grade), "none")), "why", why))
	}
	if rest > 0 {
		parts = append(parts, t.v.text("ui.more_matches", "n", rest))
	}
	t.line(2, dim, t.v.text("ui.also", "list", strings.Join(parts, t.v.semicolon())))
}

// tail returns the last n runes of s.
func tail(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return "…" + string(r[len(r)-n:])
}

// join joins what is not empty.
func join(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}
