package report

import (
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// bar is one line of the chart that adds up to a score. X and Width are on a scale of 0 to 100 points.
type bar struct {
	Name, Note template.HTML
	X, Width   float64
	Points     string
	Class      string // add, take, lift, hold, idle, total
}

// steps draws the arithmetic of a match.
func (p *page) steps(m *judge.Match) []bar {
	var out []bar
	for _, s := range arithmetic(m) {
		b := bar{Points: points(s.Delta), Class: "add"}
		from := s.After - s.Delta
		lo, hi := clamp(min(from, s.After)), clamp(max(from, s.After))
		b.X, b.Width = lo, hi-lo
		switch {
		case s.Result:
			b.Name, b.Points, b.Class = p.both(func(v voice) string { return v.text("page.score") }), strconv.Itoa(m.Score), "total"
			b.X, b.Width = 0, float64(m.Score)
			out = append(out, b)
			continue
		case s.Idle:
			b.Class = "idle"
		case s.Bound && s.Delta > 0:
			b.Class = "lift"
		case s.Bound:
			b.Class = "hold"
		case s.Delta < 0:
			b.Class = "take"
		}
		b.Name = p.both(func(v voice) string {
			name := v.word("piece", s.Name)
			if s.Bound && s.Name != "rule" {
				name += " " + strconv.FormatFloat(s.Piece.Value, 'f', -1, 64)
			}
			return name
		})
		b.Note = p.both(func(v voice) string { return v.note(s.Piece.Note) })
		out = append(out, b)
	}
	return out
}

func clamp(x float64) float64 { return min(max(x, 0), 100) }

// points writes what a step adds, with its sign.
func points(d float64) string {
	s := strconv.FormatFloat(d, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		s = "0"
	}
	if d > 0 && s != "0" {
		s = "+" + s
	}
	return strings.Replace(s, "-", "−", 1)
}

// marketRow is the markets with the same counts and coverage.
type marketRow struct {
	Names template.HTML
	All   string
	Cells []marketCell
	Clear template.HTML // what clear rests on
	total int
}

type marketCell struct {
	Gate     judge.Gate
	N        int
	X, Width float64 // of the bar, in percent
}

// markets returns the rows of the table of gates.
func (p *page) markets() []marketRow {
	var keys []string
	share := map[string][]string{}
	for _, m := range judged(p.Trailer, p.Header) {
		var k strings.Builder
		for _, g := range gateOrder() {
			k.WriteString(strconv.Itoa(p.Trailer.ByGate[m][string(g)]) + " ")
		}
		key := k.String() + p.Header.Coverage[m].Mark
		if share[key] == nil {
			keys = append(keys, key)
		}
		share[key] = append(share[key], m)
	}
	var out []marketRow
	for _, k := range keys {
		ms := share[k]
		s := shared{Markets: ms, Coverage: p.Header.Coverage[ms[0]]}
		row := marketRow{Names: p.both(s.names), All: clean(strings.Join(ms, ", "))}
		row.Clear = p.both(func(v voice) string { return v.cleared(s.Coverage, p.Trailer) })
		x := 0.0
		for _, n := range p.Trailer.ByGate[ms[0]] {
			row.total += n
		}
		for _, g := range gateOrder() {
			c := marketCell{Gate: g, N: p.Trailer.ByGate[ms[0]][string(g)], X: x}
			c.Width = 100 * float64(c.N) / float64(max(row.total, 1))
			x += c.Width
			row.Cells = append(row.Cells, c)
		}
		out = append(out, row)
	}
	return out
}

// coveredMarkets is the markets that share a coverage.
type coveredMarkets struct {
	Names template.HTML
	All   string
	Text  template.HTML
}

func (p *page) coverage() []coveredMarkets {
	var order []scanner.Coverage
	share := map[scanner.Coverage][]string{}
	for _, m := range covered(p.Trailer, p.Header) {
		c := p.Header.Coverage[m]
		if share[c] == nil {
			order = append(order, c)
		}
		share[c] = append(share[c], clean(m))
	}
	var out []coveredMarkets
	for _, c := range order {
		s := shared{Markets: share[c]}
		out = append(out, coveredMarkets{p.both(s.names), strings.Join(share[c], ", "), p.both(func(v voice) string { return v.covered(c) })})
	}
	return out
}

// legendEntry is a word of the page and its meaning.
type legendEntry struct{ Section, Code string }

// legendGroup is the words of one closed list.
type legendGroup struct {
	Section string
	Entries []legendEntry
}

// legend returns the words that the page explains.
func legend() []legendGroup {
	list := func(section string, codes ...string) legendGroup {
		g := legendGroup{Section: section}
		for _, c := range codes {
			g.Entries = append(g.Entries, legendEntry{section, c})
		}
		return g
	}
	return []legendGroup{
		list("gate", "block", "review", "unchecked", "documented", "clear"),
		list("grade", "critical", "high", "medium", "low"),
		list("use", "brand", "subject", "compatibility", "comparison", "descriptive", "ingredient", "resale", "counterfeit", "negation", "picture"),
		list("lane", "exact", "script", "edit", "sound", "compound", "alias", "meaning", "copy", "partial", "logo", "shape"),
		list("relation", "same", "similar", "class", "related", "unrelated", "unknown"),
		list("status", "live", "grace", "pending", "dead", "unknown", "unverified"),
		list("coverage", "register", "list", "none"),
	}
}

// uses writes the uses of a mark that floods with their share, most frequent first.
func (v voice) uses(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	total := 0
	for _, n := range counts {
		total += n
	}
	for i, n := range names {
		names[i] = v.word("use", n) + " " + strconv.Itoa(counts[n]) + " (" + strconv.Itoa((200*counts[n]+total)/(2*total)) + " %)"
	}
	return strings.Join(names, v.comma())
}

// corpus describes one corpus of a scan.
func (v voice) corpus(c scanner.CorpusRef) string {
	return v.text("ui.corpus", "name", c.Name, "date", c.Date, "rights", c.Rights, "signs", c.Signs, "pictures", c.Pictures)
}
