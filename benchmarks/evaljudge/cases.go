package evaljudge

import (
	"cmp"
	"context"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
)

// caseFiles are labelled cases of our own wording: one listing, one mark, and what a person would say of them. An empty
// mark means that nothing may be listed.
//
//go:embed cases/*.csv
var caseFiles embed.FS

// labelledCase is one row. Least and Most bound the grade: none, low, medium, high, critical. An empty use is not asked.
type labelledCase struct {
	Lang, Group, Title, Brand, Category, Market, Mark, Use, Least, Most, Reason string
}

// outcome is what the judge made of a case.
type outcome struct {
	labelledCase
	Grade judge.Grade
	Got   judge.Use
	Score int
	Found string // the mark that was found
	Right bool   // use and grade are as expected
}

func readCSV(name string) ([][]string, error) {
	f, err := caseFiles.Open("cases/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows[1:], nil
}

func caseRights() ([]corpora.Right, error) {
	rows, err := readCSV("rights.csv")
	if err != nil {
		return nil, err
	}
	var out []corpora.Right
	for i, f := range rows {
		r := corpora.Right{
			ID: "r" + strconv.Itoa(i), Text: f[0], Owner: f[0] + " Holding", Goods: f[3], Status: corpora.Live, Source: "evaluation",
		}
		if r.Kind, err = corpora.ParseRightKind(f[1]); err != nil {
			return nil, err
		}
		for c := range strings.SplitSeq(f[2], ";") {
			if n, err := strconv.Atoi(c); err == nil {
				r.Classes = append(r.Classes, uint8(n))
			}
		}
		for a := range strings.SplitSeq(f[4], ";") {
			if lang, name, ok := strings.Cut(a, ":"); ok {
				r.Aliases = append(r.Aliases, corpora.Alias{Lang: lang, Text: name})
			}
		}
		if f[5] != "" {
			r.Flags = strings.Split(f[5], ";")
		}
		out = append(out, r)
	}
	return out, nil
}

func readCases() ([]labelledCase, error) {
	var out []labelledCase
	for _, name := range []string{"english.csv", "chinese.csv", "others.csv"} {
		rows, err := readCSV(name)
		if err != nil {
			return nil, err
		}
		for _, f := range rows {
			out = append(out, labelledCase{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10]})
		}
	}
	return out, nil
}

// runCases judges every labelled case.
func runCases(ctx context.Context) ([]outcome, error) {
	tb, err := load()
	if err != nil {
		return nil, err
	}
	rights, err := caseRights()
	if err != nil {
		return nil, err
	}
	cs, err := readCases()
	if err != nil {
		return nil, err
	}
	c, err := buildCorpus(rights, tb.Words)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	judges := map[string]*judge.Judge{}
	f := text.New().New()
	var out []outcome
	for i, lc := range cs {
		j := judges[lc.Market]
		if j == nil {
			cfg := judge.Config{AsOf: asOf, Markets: []corpora.Market{corpora.Market(lc.Market)}}
			if j, err = judge.New(cfg, []*matchers.Corpus{c}, tb); err != nil {
				return nil, err
			}
			judges[lc.Market] = j
		}
		l := corpora.Listing{ID: strconv.Itoa(i), Title: lc.Title, Brand: lc.Brand, Category: lc.Category}
		f.Prepare(ctx, &l)
		var hits []matchers.Hit
		for _, m := range c.Matchers() {
			hits = m.Match(f, hits)
		}
		v, err := j.Verdict(&judge.Case{Listing: &l, Hits: [][]matchers.Hit{hits}})
		if err != nil {
			return nil, err
		}
		out = append(out, lc.compare(&v))
	}
	return out, nil
}

// compare looks for the mark of a case among the matches, the strictest for a case without one.
func (lc labelledCase) compare(v *judge.Verdict) outcome {
	o := outcome{labelledCase: lc}
	for i := range v.Matches {
		if m := &v.Matches[i]; lc.Mark == "" || m.Right.Text == lc.Mark {
			o.Grade, o.Got, o.Score, o.Found = m.Grade, m.Use, m.Score, m.Right.Text
			break
		}
	}
	rank := func(s string) int { return judge.Grade(strings.TrimPrefix(s, "none")).Rank() }
	o.Right = o.Grade.Rank() >= rank(lc.Least) && o.Grade.Rank() <= rank(lc.Most) &&
		(lc.Use == "" || o.Grade == "" || string(o.Got) == lc.Use)
	return o
}

// kind returns the kind of goods of a case: the first name of its category.
func (lc labelledCase) kind() string {
	kind, _, _ := strings.Cut(lc.Category, " > ")
	return cmp.Or(kind, "-")
}

// tally counts outcomes.
type tally struct{ right, all int }

func (t tally) String() string {
	return fmt.Sprintf("%4d of %4d  %5.1f %%", t.right, t.all, 100*float64(t.right)/float64(max(t.all, 1)))
}

func printTallies(w io.Writer, by map[string]tally) {
	for _, k := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(w, "  %-36s %v\n", k, by[k])
	}
}

// printCases writes the shares of right outcomes by language and group, the calibration of scores, and what went wrong.
func printCases(w io.Writer, os []outcome) {
	by := map[string]tally{}
	count := func(k string, right bool) {
		t := by[k]
		t.all++
		if right {
			t.right++
		}
		by[k] = t
	}
	// worth says, by score, how often a match is one that a person should see.
	worth := map[int]tally{}
	for _, o := range os {
		lang := o.Lang
		if lang != "en" && lang != "zh" {
			lang = "other"
		}
		group, _, _ := strings.Cut(o.Group, " ")
		if group != "compatibility" {
			group = o.Group
		}
		count("all", o.Right)
		count(lang, o.Right)
		count(lang+" / "+group, o.Right)
		if lang == "zh" {
			count("zh goods / "+o.kind(), o.Right)
		}
		if o.Grade != "" {
			t := worth[o.Score/10*10]
			t.all++
			if judge.Grade(o.Least).Rank() >= judge.Medium.Rank() {
				t.right++
			}
			worth[o.Score/10*10] = t
		}
	}
	fmt.Fprintf(w, "False alarms per 1,000 unrelated listings: low %.0f, medium %.0f, high %.0f of %d\n", per1000(os, judge.Low), per1000(os, judge.Medium), per1000(os, judge.High), unrelated(os))
	fmt.Fprintln(w, "Labelled cases: use and grade as a person says")
	printTallies(w, by)
	fmt.Fprintln(w, "Calibration: matches that a person should see, by score")
	for _, s := range slices.Sorted(maps.Keys(worth)) {
		fmt.Fprintf(w, "  %3d to %3d %v\n", s, min(s+9, 100), worth[s])
	}
	fmt.Fprintln(w, "Not as expected")
	for _, o := range os {
		if !o.Right {
			fmt.Fprintf(w, "  %s / %s: %q [%s] brand %q, %s: %s %s %d, want %s %s to %s (%s)\n",
				o.Lang, o.Group, o.Title, o.Category, o.Brand, cmp.Or(o.Mark, o.Found), o.Got, o.Grade, o.Score, o.Use, o.Least, o.Most, o.Reason)
		}
	}
}

// unrelated counts the cases of listings in which nothing may be found.
func unrelated(os []outcome) int {
	n := 0
	for _, o := range os {
		n += one(o.Mark == "")
	}
	return n
}

// per1000 returns how many of 1,000 listings in which nothing may be found have a match of a grade or above.
func per1000(os []outcome, g judge.Grade) float64 {
	n := 0
	for _, o := range os {
		n += one(o.Mark == "" && o.Grade.Rank() >= g.Rank())
	}
	return 1000 * float64(n) / float64(max(unrelated(os), 1))
}
