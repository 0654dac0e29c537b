package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/report/lang"
)

// voice says things in one language. What it returns is clean.
type voice struct {
	m *lang.Messages
	l string
}

// text renders a code with arguments given as name, value pairs.
func (v voice) text(code string, pairs ...any) string {
	var args map[string]any
	if len(pairs) > 0 {
		args = make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			args[pairs[i].(string)] = pairs[i+1]
		}
	}
	return clean(v.m.Text(v.l, code, args))
}

// word renders a code of a closed list.
func (v voice) word(section, code string) string { return clean(v.m.Word(v.l, section, code)) }

// comma and semicolon return what stands between the parts of a list.
func (v voice) comma() string {
	if v.l == lang.Chinese {
		return "，"
	}
	return ", "
}

func (v voice) semicolon() string {
	if v.l == lang.Chinese {
		return "；"
	}
	return "; "
}

// colon returns what stands between a name and its value.
func (v voice) colon() string {
	if v.l == lang.Chinese {
		return "："
	}
	return ": "
}

func (v voice) note(n judge.Note) string {
	return clean(cut(v.m.Text(v.l, "note."+n.Code, n.Args), 600))
}

func (v voice) notes(ns []judge.Note) []string {
	ns = joinMarkets(ns)
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = v.note(n)
	}
	return out
}

// joinMarkets makes one note of neighbours that say the same of several markets.
func joinMarkets(ns []judge.Note) []judge.Note {
	var out []judge.Note
	for _, n := range ns {
		if last := len(out) - 1; last >= 0 && sameButMarket(&out[last], &n) {
			args := maps.Clone(out[last].Args)
			args["market"] = fmt.Sprint(args["market"], ", ", n.Args["market"])
			out[last].Args = args
			continue
		}
		out = append(out, n)
	}
	return out
}

func sameButMarket(a, b *judge.Note) bool {
	if a.Code != b.Code || len(a.Args) != len(b.Args) || a.Args["market"] == nil || b.Args["market"] == nil {
		return false
	}
	for k, v := range a.Args {
		if k != "market" && fmt.Sprint(v) != fmt.Sprint(b.Args[k]) {
			return false
		}
	}
	return true
}

func (v voice) problem(p corpora.Problem) string {
	return clean(cut(v.m.Text(v.l, "problem."+p.Code, p.Args), 600))
}

func (v voice) problemHint(p corpora.Problem) string {
	if code := "problem_hint." + p.Code; v.m.Has(v.l, code) {
		return v.text(code)
	}
	return ""
}

// field names a field of a listing: "bullets[2]" is "bullet point 3".
func (v voice) field(name string) string {
	base, rest, ok := strings.Cut(name, "[")
	s := v.word("field", base)
	if n, err := strconv.Atoi(strings.TrimSuffix(rest, "]")); ok && err == nil {
		s += " " + strconv.Itoa(n+1)
	}
	return s
}

// gate names a gate; clear is followed by what it rests on.
func (v voice) gate(g judge.Gate, c scanner.Checked, cov scanner.Coverage) string {
	s := v.word("gate", string(g))
	if g != judge.Clear {
		return s
	}
	return v.text("ui.clear_on", "gate", s, "basis", v.basis(c, cov))
}

// basis says what a clear gate rests on, such as "text only, brand list".
func (v voice) basis(c scanner.Checked, cov scanner.Coverage) string {
	parts := []string{v.looked(c)}
	if cov.Mark != "" {
		parts = append(parts, v.word("coverage", cov.Mark))
	}
	return strings.Join(parts, v.comma())
}

// looked says what of a listing was looked at.
func (v voice) looked(c scanner.Checked) string {
	switch {
	case !c.Text && c.Pictures == 0:
		return v.text("ui.checked_nothing")
	case c.Pictures == 0:
		return v.text("ui.checked_text")
	case !c.Text:
		return v.text("ui.checked_pictures", "n", c.Pictures, "of", c.PicturesGiven)
	case c.Pictures < c.PicturesGiven:
		return v.text("ui.checked_some", "n", c.Pictures, "of", c.PicturesGiven)
	}
	return v.text("ui.checked_all", "n", c.Pictures)
}

// gates returns one line such as "US block · DE FR review", the strictest first.
func (v voice) gates(gs map[string]judge.Gate, c scanner.Checked, h *scanner.Header) string {
	var parts []string
	for _, s := range sharedGates(gs, h) {
		parts = append(parts, s.names(v)+" "+v.gate(s.Gate, c, s.Coverage))
	}
	return strings.Join(parts, " · ")
}

// office returns office and number, or says that there is none.
func (v voice) office(r *judge.RightRef) string {
	if r.Office == "" && r.Number == "" {
		if r.Status == corpora.Unverified.String() {
			return v.text("ui.no_register")
		}
		return v.text("ui.no_number")
	}
	return clean(strings.TrimSpace(r.Office + " " + r.Number))
}

// classes returns "classes 9, 25", "" without any.
func (v voice) classes(cs []int) string {
	if len(cs) == 0 {
		return ""
	}
	parts := make([]string, len(cs))
	for i, c := range cs {
		parts[i] = strconv.Itoa(c)
	}
	return v.text("ui.classes", "n", len(cs), "classes", strings.Join(parts, ", "))
}

// notChecked joins the codes of a header with the counts of a trailer.
func (v voice) notChecked(h *scanner.Header, t *scanner.Trailer) []string {
	counts := map[string]int{}
	var codes []string
	for _, list := range [][]scanner.NotChecked{h.NotChecked, t.NotChecked} {
		for _, n := range list {
			if !slices.Contains(codes, n.Code) {
				codes = append(codes, n.Code)
			}
			if n.Count != nil {
				counts[n.Code] = *n.Count
			}
		}
	}
	out := make([]string, 0, len(codes))
	for _, c := range codes {
		s := v.text("not_checked." + c)
		if n, ok := counts[c]; ok && n > 0 {
			s += " " + v.text("ui.counted", "n", n)
		}
		out = append(out, s)
	}
	return out
}

// lists reports whether any market rests on a brand list.
func lists(h *scanner.Header) bool {
	for _, c := range h.Coverage {
		if slices.Contains([]string{c.Mark, c.Logo, c.Design, c.Work}, "list") {
			return true
		}
	}
	return false
}

// marketsOf returns the markets of gs in the order of the header, then the others by name.
func marketsOf[G any](gs map[string]G, h *scanner.Header) []string {
	out := make([]string, 0, len(gs))
	for _, m := range h.Markets {
		if _, ok := gs[m]; ok {
			out = append(out, m)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(gs)) {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// place names where a listing stands: "catalogue.csv:17".
func place(l *scanner.ListingRef) string {
	if l.Row == 0 {
		return clean(l.Origin)
	}
	return fmt.Sprintf("%s:%d", clean(l.Origin), l.Row)
}

// strictest returns the strictest gate of a listing, "" without any.
func strictest(gs map[string]judge.Gate) judge.Gate {
	worst := judge.Gate("")
	for _, g := range gs {
		if worst == "" || g.Rank() > worst.Rank() {
			worst = g
		}
	}
	return worst
}

// gradeOf returns the grade of a finding, "" for none.
func gradeOf(f *scanner.Finding) judge.Grade {
	if f.Grade == nil {
		return ""
	}
	return *f.Grade
}

// counts reports whether m counts: neither silenced, nor ignored, nor in no asked market.
func counts(m *judge.Match) bool {
	return m.SilencedBy == nil && m.Suppressed == nil && m.Grade != ""
}

// lead returns the match that stands for the finding: the best that counts, else the first. Nil without matches.
func lead(f *scanner.Finding) *judge.Match {
	var best *judge.Match
	for i := range f.Matches {
		if m := &f.Matches[i]; counts(m) && (best == nil || worse(m, best) > 0) {
			best = m
		}
	}
	if best == nil && len(f.Matches) > 0 {
		best = &f.Matches[0]
	}
	return best
}

// worse compares two matches by grade and score.
func worse(a, b *judge.Match) int {
	return cmp.Or(cmp.Compare(a.Grade.Rank(), b.Grade.Rank()), cmp.Compare(a.Score, b.Score))
}
