package judge_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
)

// A .case file starts with the rights that all its cases share, one "right:" line each, followed by cases. A case starts
// with "case:" and names the fields of a listing and what the judge must say:
//
//	right: NIKE; owner=Nike; classes=25; office=US; status=live; flags=famous
//	case: a purpose is no compatibility
//	title: Running shoes for men Nike
//	want: NIKE lane=exact use=brand grade=critical gate.US=block reason=double_identity
//	none: PUMA
//
// "want" names a right by its words and any of lane, use, grade (several as low|medium), relation, field, span, gate.XX,
// grade.XX, status, lead (id), reason, no-reason, clear. "none" says that no match of that right may be listed, "only"
// that nothing but the wanted may. "top" and "gate XX" are those of the listing.
type testCase struct {
	file, name string
	line       int
	listing    corpora.Listing
	cfg        judge.Config
	rights     []corpora.Right
	want       []wanted
	none       []string
	only       bool
	top        string
	gates      map[string]string
}

type wanted struct {
	mark string
	want map[string]string
}

type rows []corpora.Right

func (rs rows) All(context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, r := range rs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// tables are loaded once for all tests.
type testTables struct {
	judge.Tables
}

func loadTables(t testing.TB) testTables {
	t.Helper()
	g, err := goods.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := market.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return testTables{judge.Tables{Goods: g, Markets: m, Words: w}}
}

// openCorpus builds a corpus of rights in a file of its own.
func openCorpus(t testing.TB, tb testTables, name string, rights []corpora.Right) *matchers.Corpus {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	kinds := []matchers.Kind{text.New()}
	_, err = matchers.Build(t.Context(), rows(rights), kinds, w, matchers.BuildOptions{
		Name: name, Dictionary: tb.Words.Dictionaries,
		OnProblem: func(p matchers.BuildProblem) { t.Errorf("right %s: %v", p.ID, &p.Problem) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	f, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := matchers.Open(f, kinds)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// verdict judges one listing against one corpus.
func verdict(t testing.TB, tb testTables, cfg judge.Config, c *matchers.Corpus, l *corpora.Listing) judge.Verdict {
	t.Helper()
	j, err := judge.New(cfg, []*matchers.Corpus{c}, tb.Tables)
	if err != nil {
		t.Fatal(err)
	}
	return judgeOne(t, j, c, l)
}

func judgeOne(t testing.TB, j *judge.Judge, c *matchers.Corpus, l *corpora.Listing) judge.Verdict {
	t.Helper()
	var hits []matchers.Hit
	for _, m := range c.Matchers() {
		f := m.Kind().New()
		if ps := f.Prepare(t.Context(), l); len(ps) > 0 {
			t.Fatalf("prepare: %v", ps)
		}
		hits = m.Match(f, hits)
	}
	v, err := j.Verdict(&judge.Case{Listing: l, Hits: [][]matchers.Hit{hits}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCases(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.case")
	if len(files) == 0 {
		t.Fatal("no case files")
	}
	tb := loadTables(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			cases := readCases(t, file)
			if len(cases) == 0 {
				t.Fatal("no cases")
			}
			shared := cases[0].rights
			c := openCorpus(t, tb, "test", shared)
			for _, tc := range cases {
				t.Run(tc.name, func(t *testing.T) {
					corpus := c
					if len(tc.rights) != len(shared) {
						corpus = openCorpus(t, tb, "test", tc.rights)
					}
					tc.check(t, verdict(t, tb, tc.cfg, corpus, &tc.listing))
				})
			}
		})
	}
}

func (tc *testCase) check(t *testing.T, v judge.Verdict) {
	where := fmt.Sprintf("%s:%d", tc.file, tc.line)
	found := map[string]bool{}
	for _, m := range v.Matches {
		checkArithmetic(t, &m)
	}
	for _, w := range tc.want {
		i := slices.IndexFunc(v.Matches, func(m judge.Match) bool {
			return m.Right.Text == w.mark && m.SilencedBy == nil && (w.want["field"] == "" || w.want["field"] == m.Field)
		})
		found[w.mark] = true
		if i < 0 {
			t.Errorf("%s: no match of %s in %q%s", where, w.mark, tc.listing.Title, list(v))
			continue
		}
		m := &v.Matches[i]
		for k, want := range w.want {
			if got := fact(m, k, want); !slices.Contains(strings.Split(want, "|"), got) {
				t.Errorf("%s: %s of %s is %q, want %q%s", where, k, w.mark, got, want, list(v))
			}
		}
	}
	for _, m := range v.Matches {
		if m.SilencedBy == nil && (slices.Contains(tc.none, m.Right.Text) || tc.only && !found[m.Right.Text]) {
			t.Errorf("%s: %s is listed%s", where, m.Right.Text, list(v))
		}
	}
	if tc.top != "" && tc.top != string(v.Grade) && !(tc.top == "none" && v.Grade == "") {
		t.Errorf("%s: grade %q, want %s%s", where, v.Grade, tc.top, list(v))
	}
	for m, want := range tc.gates {
		if got := v.Gates[m]; string(got) != want {
			t.Errorf("%s: gate %s is %q, want %s%s", where, m, got, want, list(v))
		}
	}
}

// checkArithmetic recomputes a match from what a report holds of it, and holds the closed list of codes.
func checkArithmetic(t *testing.T, m *judge.Match) {
	t.Helper()
	if got := judge.Score(m.Pieces); got != m.Score {
		t.Errorf("%s: the pieces give %d, the score is %d", m.Right.Text, got, m.Score)
	}
	if got := judge.GradeOf(m.Score); len(m.Gates) > 0 && got != m.Grade {
		t.Errorf("%s: score %d is %s, the grade is %s", m.Right.Text, m.Score, got, m.Grade)
	}
	sum := 0.0
	known := judge.NoteCodes()
	for _, p := range m.Pieces {
		sum += p.Value * p.Weight
		kind, _, bound := strings.Cut(p.Name, ":")
		if bound != slices.Contains([]string{"rule", "floor", "raise", "cap"}, kind) || bound != (p.Weight == 0) || !bound && !slices.Contains(judge.PieceNames(), p.Name) {
			t.Errorf("%s: piece %q with weight %g", m.Right.Text, p.Name, p.Weight)
		}
		if !slices.Contains(known, p.Note.Code) {
			t.Errorf("%s: unknown code %q", m.Right.Text, p.Note.Code)
		}
	}
	if sum >= float64(judge.CurrentScoring().Bands[judge.Critical]) {
		t.Errorf("%s: the sum alone reaches critical: %g", m.Right.Text, sum)
	}
	for _, n := range slices.Concat(m.Reasons, m.Clears) {
		if !slices.Contains(known, n.Code) || n.Args == nil {
			t.Errorf("%s: note %q with %v", m.Right.Text, n.Code, n.Args)
		}
	}
	if m.Start != nil && m.Span == "" {
		t.Errorf("%s: empty span", m.Right.Text)
	}
}

// list prints the matches of a verdict for a failure.
func list(v judge.Verdict) string {
	var b strings.Builder
	for _, m := range v.Matches {
		fmt.Fprintf(&b, "\n\t%s %s %s %q in %s, %s, goods %s, %s %d", m.Right.Text, m.Right.ID, m.Lane, m.Span, m.Field, m.Use, m.Goods.Relation, m.Grade, m.Score)
		for _, p := range m.Pieces {
			fmt.Fprintf(&b, " %s=%g*%g(%s)", p.Name, p.Value, p.Weight, p.Note.Code)
		}
	}
	return b.String()
}

func fact(m *judge.Match, k, want string) string {
	has := func(ns []judge.Note, codes string) string {
		for c := range strings.SplitSeq(codes, "|") {
			if slices.ContainsFunc(ns, func(n judge.Note) bool { return n.Code == c }) {
				return c
			}
		}
		return ""
	}
	switch k {
	case "lane":
		return m.Lane
	case "use":
		return string(m.Use)
	case "grade":
		return string(m.Grade)
	case "relation":
		return string(m.Goods.Relation)
	case "field":
		return m.Field
	case "span":
		return m.Span
	case "status":
		return m.Right.Status
	case "lead":
		return m.Right.ID
	case "others":
		return strconv.Itoa(len(m.Right.Others))
	case "reason":
		return has(m.Reasons, want)
	case "clear":
		return has(m.Clears, want)
	}
	if mk, ok := strings.CutPrefix(k, "gate."); ok {
		return string(m.Gates[mk])
	}
	if mk, ok := strings.CutPrefix(k, "grade."); ok {
		return string(m.Grades[mk])
	}
	return "no such fact"
}

func readCases(t testing.TB, file string) []testCase {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var shared []corpora.Right
	var out []testCase
	var tc *testCase
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if !ok {
			t.Fatalf("%s:%d: no key: %s", file, i+1, line)
		}
		switch {
		case key == "right" && tc == nil:
			shared = append(shared, parseRight(t, file, i+1, value, len(shared)))
			continue
		case key == "case":
			day, _ := corpora.ParseDate("2026-11-23")
			out = append(out, testCase{
				file: file, line: i + 1, name: value, rights: slices.Clone(shared), gates: map[string]string{},
				cfg: judge.Config{AsOf: day, Markets: []corpora.Market{"US"}},
			})
			tc = &out[len(out)-1]
			tc.listing.ID = value
			continue
		case tc == nil:
			t.Fatalf("%s:%d: outside a case: %s", file, i+1, line)
		}
		tc.set(t, i+1, key, value)
	}
	return out
}

func (tc *testCase) set(t testing.TB, line int, key, value string) {
	t.Helper()
	l := &tc.listing
	switch key {
	case "title":
		l.Title = value
	case "brand":
		l.Brand = value
	case "description":
		l.Description = value
	case "bullet":
		l.Bullets = append(l.Bullets, value)
	case "category":
		l.Category = value
	case "seller":
		l.Seller = value
	case "url":
		l.URL = value
	case "ship_from":
		l.ShipFrom = value
	case "market":
		tc.cfg.Markets = nil
		for m := range strings.SplitSeq(value, ",") {
			tc.cfg.Markets = append(tc.cfg.Markets, corpora.Market(m))
		}
	case "from":
		tc.cfg.From = value
	case "all":
		tc.cfg.All = true
	case "as_of":
		tc.cfg.AsOf, _ = corpora.ParseDate(value)
	case "right":
		tc.rights = append(tc.rights, parseRight(t, tc.file, line, value, len(tc.rights)))
	case "want":
		mark, facts := cutFacts(value)
		tc.want = append(tc.want, wanted{mark, facts})
	case "none":
		for m := range strings.SplitSeq(value, ";") {
			tc.none = append(tc.none, strings.TrimSpace(m))
		}
	case "only":
		tc.only = true
	case "top":
		tc.top = value
	default:
		m, ok := strings.CutPrefix(key, "gate ")
		if !ok {
			t.Fatalf("%s:%d: unknown key %s", tc.file, line, key)
		}
		tc.gates[m] = value
	}
}

// cutFacts cuts "LOUIS VUITTON lane=exact" at the first word that holds an equals sign. A value may hold spaces.
func cutFacts(s string) (mark string, facts map[string]string) {
	facts = map[string]string{}
	key := ""
	for w := range strings.FieldsSeq(s) {
		k, v, ok := strings.Cut(w, "=")
		switch {
		case ok:
			key = k
			facts[k] = v
		case key != "":
			facts[key] += " " + w
		default:
			mark = strings.TrimSpace(mark + " " + w)
		}
	}
	return mark, facts
}

func parseRight(t testing.TB, file string, line int, s string, n int) corpora.Right {
	t.Helper()
	parts := strings.Split(s, ";")
	r := corpora.Right{
		ID: "r" + strconv.Itoa(n), Text: strings.TrimSpace(parts[0]), Status: corpora.Live, Source: "test", Form: corpora.FormWord,
		Owner: strings.TrimSpace(parts[0]) + " Holdings",
	}
	fail := func(err error) {
		if err != nil {
			t.Fatalf("%s:%d: %v", file, line, err)
		}
	}
	for _, p := range parts[1:] {
		k, v, _ := strings.Cut(strings.TrimSpace(p), "=")
		var err error
		switch k {
		case "id":
			r.ID = v
		case "owner":
			r.Owner = v
		case "office":
			r.Office = v
		case "number":
			r.Number = v
		case "status":
			r.Status, err = corpora.ParseStatus(v)
		case "kind":
			r.Kind, err = corpora.ParseRightKind(v)
		case "goods":
			r.Goods = v
		case "flags":
			r.Flags = strings.Split(v, ",")
		case "filed":
			r.Filed, err = corpora.ParseDate(v)
		case "expires":
			r.Expires, err = corpora.ParseDate(v)
		case "classes":
			for c := range strings.SplitSeq(v, ",") {
				x, cerr := strconv.Atoi(c)
				fail(cerr)
				r.Classes = append(r.Classes, uint8(x))
			}
		case "markets":
			for m := range strings.SplitSeq(v, ",") {
				r.Markets = append(r.Markets, corpora.Market(m))
			}
		case "aliases":
			for a := range strings.SplitSeq(v, ",") {
				lang, name, _ := strings.Cut(a, ":")
				r.Aliases = append(r.Aliases, corpora.Alias{Text: name, Lang: lang})
			}
		default:
			t.Fatalf("%s:%d: unknown fact %q of a right", file, line, k)
		}
		fail(err)
	}
	return r
}
