package report

import (
	"slices"
	"strconv"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// grades and gateOrder are the orders of summaries, worst first.
func grades() []judge.Grade {
	return []judge.Grade{judge.Critical, judge.High, judge.Medium, judge.Low}
}

func gateOrder() []judge.Gate {
	return []judge.Gate{judge.Block, judge.Review, judge.Unchecked, judge.Documented, judge.Clear}
}

// summary writes what the scan comes to: counts, coverage, what was not checked, what to do next.
func (t *tableWriter) summary(x *scanner.Trailer) {
	v := t.v
	t.line(0, dim, strings.Repeat("─", min(t.o.Width-2, 78)))
	state := ""
	if !x.Complete {
		state = " · " + t.paint(red, v.text("ui.interrupted"))
	}
	t.line(0, bold, v.text("ui.totals", "listings", x.Listings, "findings", x.Findings, "incomplete", x.Incomplete)+state)
	t.counts(x)
	t.coverage(x)
	for _, p := range x.Sources {
		t.line(0, warn, "! "+join(": ", clean(p.Field), v.problem(p)))
	}
	t.noisy(x)
	if nc := v.notChecked(&t.h, x); len(nc) > 0 {
		t.line(0, bold, v.text("ui.not_checked"))
		for _, s := range nc {
			t.line(2, plain, s)
		}
	}
	if hints := v.hints(&t.h, x, false); len(hints) > 0 {
		t.line(0, bold, v.text("ui.next"))
		for _, s := range hints {
			t.line(2, plain, "→ "+s)
		}
	}
}

// counts writes the number of listings per grade, and per market and gate.
func (t *tableWriter) counts(x *scanner.Trailer) {
	var parts []string
	for _, g := range grades() {
		n := x.ByGrade[string(g)]
		s := t.v.word("grade", string(g)) + " " + strconv.Itoa(n)
		if n > 0 {
			s = t.paint(gradeStyle(g), s)
		}
		parts = append(parts, s)
	}
	label := t.v.text("ui.grade")
	width := t.columns(label)
	markets := judged(x, &t.h)
	for _, m := range markets {
		width = max(width, t.columns(clean(m)))
	}
	t.line(2, plain, t.pad(label, width)+"  "+strings.Join(parts, " · "))
	for _, m := range markets {
		t.line(2, plain, t.pad(clean(m), width)+"  "+t.v.marketCounts(x, m, t.h.Coverage[m]))
	}
}

// judged returns the markets that some listing was judged for.
func judged(x *scanner.Trailer, h *scanner.Header) []string {
	return slices.DeleteFunc(marketsOf(x.ByGate, h), func(m string) bool {
		for _, n := range x.ByGate[m] {
			if n > 0 {
				return false
			}
		}
		return true
	})
}

// covered returns the markets whose coverage a reader is told: those of the scan, and those that its listings named.
func covered(x *scanner.Trailer, h *scanner.Header) []string {
	named := judged(x, h)
	return slices.DeleteFunc(marketsOf(h.Coverage, h), func(m string) bool {
		return !slices.Contains(h.Markets, m) && !slices.Contains(named, m)
	})
}

// marketCounts returns "block 2 · clear (brand list) 5" for one market.
func (v voice) marketCounts(x *scanner.Trailer, market string, c scanner.Coverage) string {
	var parts []string
	for _, g := range gateOrder() {
		n := x.ByGate[market][string(g)]
		if n == 0 {
			continue
		}
		s := v.word("gate", string(g))
		if g == judge.Clear {
			s = v.text("ui.clear_on", "gate", s, "basis", v.cleared(c, x))
		}
		parts = append(parts, s+" "+strconv.Itoa(n))
	}
	return strings.Join(parts, " · ")
}

// cleared says what the clear gates of a whole scan rest on.
func (v voice) cleared(c scanner.Coverage, x *scanner.Trailer) string {
	basis := v.text("ui.checked_each")
	if x.NotAssessed.PicturesByAddress+x.NotAssessed.PicturesFailed > 0 {
		basis = v.text("ui.checked_part")
	}
	if c.Mark == "" {
		return basis
	}
	return basis + v.comma() + v.word("coverage", c.Mark)
}

// coverage writes one line per distinct coverage, since most markets share one.
func (t *tableWriter) coverage(x *scanner.Trailer) {
	var order []scanner.Coverage
	share := map[scanner.Coverage][]string{}
	for _, m := range covered(x, &t.h) {
		c := t.h.Coverage[m]
		if share[c] == nil {
			order = append(order, c)
		}
		share[c] = append(share[c], clean(m))
	}
	if len(order) == 0 {
		return
	}
	t.line(0, bold, t.v.text("ui.coverage"))
	for _, c := range order {
		t.line(2, plain, strings.Join(share[c], ", ")+": "+t.v.covered(c))
	}
	for _, c := range t.h.Corpora {
		t.line(2, dim, t.v.corpus(c))
	}
	if lists(&t.h) {
		t.line(2, warn, t.v.text("ui.list_notice"))
	}
}

// covered returns "mark register · logo brand list · …".
func (v voice) covered(c scanner.Coverage) string {
	var parts []string
	for _, k := range [][2]string{{"mark", c.Mark}, {"logo", c.Logo}, {"design", c.Design}, {"work", c.Work}} {
		parts = append(parts, v.text("ui.covered", "kind", k[0], "coverage", k[1]))
	}
	return strings.Join(parts, " · ")
}

func (t *tableWriter) noisy(x *scanner.Trailer) {
	if len(x.Noisy) == 0 {
		return
	}
	var parts []string
	for i, n := range x.Noisy {
		if i == 5 {
			break
		}
		parts = append(parts, t.v.text("ui.noisy_mark", "mark", n.Mark, "n", n.Count, "uses", t.v.uses(n.Uses)))
	}
	t.line(0, warn, t.v.text("ui.noisy", "list", strings.Join(parts, t.v.semicolon())))
}

// hints says what to do next, most useful first; on a page, nothing about the page.
func (v voice) hints(h *scanner.Header, x *scanner.Trailer, page bool) []string {
	unchecked := 0
	for _, gs := range x.ByGate {
		unchecked = max(unchecked, gs[string(judge.Unchecked)])
	}
	var out []string
	for _, c := range []struct {
		when bool
		code string
	}{
		{!x.Complete, "hint.rerun"},
		{x.Listings == 0, "hint.no_listings"},
		{unchecked > 0, "hint.unchecked"},
		{lists(h), "hint.register"},
		{x.NotAssessed.PicturesByAddress > 0, "hint.fetch_images"},
		{x.NotAssessed.PicturesFailed > 0, "hint.pictures_failed"},
		{x.WeakIDs > 0, "hint.weak_ids"},
		{len(x.Noisy) > 0, "hint.noisy"},
		{x.Findings > 0, "hint.explain"},
		{x.Findings > 0, "hint.fix"},
		{x.Findings > 0 && !page, "hint.html"},
	} {
		if c.when {
			out = append(out, v.text(c.code, "n", x.WeakIDs))
		}
	}
	return out
}
