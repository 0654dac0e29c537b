package report

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// markdownFindings is how many findings a Markdown report holds unless told otherwise: as many as a reader of an issue
// or a pull request scrolls through.
const markdownFindings = 200

// markdownWriter writes GitHub-flavoured Markdown: the counts, what the report rests on, and the worst findings by group.
type markdownWriter struct {
	w     io.Writer
	v     voice
	h     scanner.Header
	worst worst
	once  sellers
}

func newMarkdown(w io.Writer, v voice, o Options) Writer {
	return &markdownWriter{w: w, v: v, worst: worst{n: cmp.Or(max(o.Top, 0), markdownFindings)}, once: sellers{}}
}

func (m *markdownWriter) Begin(h scanner.Header) error {
	m.h = h
	return nil
}

func (m *markdownWriter) Put(_ context.Context, f scanner.Finding) error {
	if len(f.Matches) == 0 && f.Error == nil {
		return nil
	}
	if rest, n := m.once.once(&f); !bare(&rest, n) {
		m.worst.offer(&rest, func(f *scanner.Finding) ranked { return ranked{f: kept(f)} })
	}
	return nil
}

func (m *markdownWriter) End(t scanner.Trailer) error {
	var b strings.Builder
	m.summary(&b, &t)
	seen := m.worst.seen
	kept := m.worst.sorted()
	if seen > len(kept) {
		fmt.Fprintf(&b, "\n%s\n", m.say("ui.top", "n", len(kept), "of", seen, "below", m.v.below(m.worst.below)))
	}
	groups := grouped(kept)
	for i := range groups {
		m.group(&b, &groups[i])
	}
	fmt.Fprintf(&b, "\n---\n\n%s\n", m.say("page.disclaimer_note"))
	_, err := io.WriteString(m.w, b.String())
	return err
}

// say returns a text of ours, whose arguments may be hostile.
func (m *markdownWriter) say(code string, pairs ...any) string {
	return mdText(m.v.text(code, pairs...))
}

func (m *markdownWriter) summary(b *strings.Builder, t *scanner.Trailer) {
	v := m.v
	fmt.Fprintf(b, "# %s\n\n%s\n\n", m.say("page.title"), m.say("page.made", "as_of", m.h.AsOf, "engine", m.h.Engine, "started", m.h.Started))
	fmt.Fprintf(b, "**%s**\n\n", m.say("ui.totals", "listings", t.Listings, "findings", t.Findings, "incomplete", t.Incomplete))
	if !t.Complete {
		fmt.Fprintf(b, "> %s\n\n", m.say("page.incomplete"))
	}
	for _, p := range t.Sources {
		fmt.Fprintf(b, "> %s %s\n\n", mdCode(p.Field), mdText(v.problem(p)))
	}
	head, rule, row := "|", "|", "|"
	for _, g := range grades() {
		head += " " + mdText(v.word("grade", string(g))) + " |"
		rule += " ---: |"
		row += " " + strconv.Itoa(t.ByGrade[string(g)]) + " |"
	}
	fmt.Fprintf(b, "%s\n%s\n%s\n\n%s\n\n", head, rule, row, m.say("page.grade_note"))
	for _, market := range judged(t, &m.h) {
		fmt.Fprintf(b, "- **%s** %s\n", mdText(clean(market)), mdText(v.marketCounts(t, market, m.h.Coverage[market])))
	}
	fmt.Fprintf(b, "\n## %s\n\n", m.say("ui.coverage"))
	for _, market := range covered(t, &m.h) {
		fmt.Fprintf(b, "- **%s** %s\n", mdText(clean(market)), mdText(v.covered(m.h.Coverage[market])))
	}
	for _, c := range m.h.Corpora {
		fmt.Fprintf(b, "- %s\n", mdText(v.corpus(c)))
	}
	if lists(&m.h) {
		fmt.Fprintf(b, "\n> %s\n", m.say("ui.list_notice"))
	}
	if list := v.notChecked(&m.h, t); len(list) > 0 {
		fmt.Fprintf(b, "\n## %s\n\n", m.say("ui.not_checked"))
		for _, s := range list {
			fmt.Fprintf(b, "- %s\n", mdText(s))
		}
	}
}

func (m *markdownWriter) group(b *strings.Builder, g *group) {
	if g.read {
		fmt.Fprintf(b, "\n## %s\n\n", m.say("page.unread"))
		for _, r := range g.items {
			fmt.Fprintf(b, "- %s %s\n", mdCode(place(&r.f.Listing)), mdText(strings.Join(m.v.problems(r.f.Error), " ")))
		}
		return
	}
	head := g.head()
	fmt.Fprintf(b, "\n## %s\n\n", join(" · ", mdCode(cmp.Or(head.Right.Text, head.Right.ID)), mdCode(head.Right.Owner),
		mdText(m.v.word("use", string(head.Use))), m.say("page.n_listings", "n", len(g.items))))
	fmt.Fprintf(b, "%s\n", join(" · ", mdText(m.v.office(&head.Right)), mdText(m.v.word("status", head.Right.Status)), mdText(m.v.classes(head.Right.Classes)), mdCode(webAddress(head.Right.Link))))
	for _, r := range g.items {
		m.finding(b, &r.f, r.prio)
	}
}

func (m *markdownWriter) finding(b *strings.Builder, f *scanner.Finding, prio priority) {
	v, x := m.v, lead(f)
	grade := mdText(v.word("grade", cmp.Or(string(gradeOf(f)), "none")))
	fmt.Fprintf(b, "\n- **%s %d** %s\n", grade, f.Score, join(" ", mdCode(place(&f.Listing)), mdCode(cut(f.Listing.ID, 80))))
	line := func(s string) {
		if s != "" {
			fmt.Fprintf(b, "  - %s\n", s)
		}
	}
	line(mdText(v.gates(f.Gates, f.Checked, &m.h)))
	if x.Image != nil {
		line(mdCode(cut(f.Listing.Title, 200)) + " " + m.say("ui.picture_n", "n", x.Image.Index+1))
	} else {
		line(mdText(v.field(x.Field)) + ": " + join(" ", mdCode(x.Before), "**"+mdCode(cut(x.Span, 200))+"**", mdCode(x.After)))
	}
	line(mdText(join(" · ", v.word("lane", x.Lane), v.word("use", string(x.Use)), v.word("relation", string(x.Goods.Relation)))))
	line(mdText(join(" ", v.notes(x.Reasons)...)))
	for i, s := range v.notes(x.Clears) {
		if i == 3 {
			break
		}
		line("→ " + mdText(s))
	}
	for _, s := range v.decisions(x) {
		line(mdText(s))
	}
	for _, s := range v.problems(f.Error) {
		line("**!** " + mdText(s))
	}
	line(m.say("ui.priority", "sum", v.priority(prio)))
	if n := others(f, x); n > 0 {
		line(m.say("ui.also", "list", v.text("ui.more_matches", "n", n)))
	}
	line(mdCode(x.Fingerprint))
}

// others counts the matches of f beside its lead.
func others(f *scanner.Finding, lead *judge.Match) int {
	n := 0
	for i := range f.Matches {
		if &f.Matches[i] != lead {
			n++
		}
	}
	for _, o := range f.Omitted {
		n += o
	}
	return n
}

// mdCode writes a text of a listing or a right as a code span, in which no markup, link or mention works. The fence is
// longer than any run of backticks inside. An empty text stays empty.
func mdCode(s string) string {
	s = strings.TrimSpace(clean(s))
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range s {
		if r == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// mdText writes a sentence so that every character stands for itself: markup is escaped, addresses and mentions inside
// it do not become links.
func mdText(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@':
			b.WriteString("&#64;")
		case r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteString("&#58;")
		case r == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			b.WriteString("&#46;")
		case strings.ContainsRune("\\`*_{}[]#|~$!", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
