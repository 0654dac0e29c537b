package eval

import (
	"bytes"
	"slices"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/synth"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
	"lookalike/scanner"
)

// lanesJudge grades by lane alone: high for equal signs, medium for near ones. With it the figures rest on the matchers.
type lanesJudge struct{ corpora []*matchers.Corpus }

func (j lanesJudge) Verdict(c *judge.Case) (judge.Verdict, error) {
	var v judge.Verdict
	for i, hits := range c.Hits {
		for _, h := range hits {
			if h.Part != matchers.Title {
				continue
			}
			right, err := j.corpora[i].Right(j.corpora[i].Links(h.Sign)[0].Right)
			if err != nil {
				return v, err
			}
			m := judge.Match{Right: judge.RightRef{Text: right.Text}, Field: "title", Use: judge.UseBrand, Grade: judge.Medium,
				Start: new(int(h.Start)), End: new(int(h.End))}
			if h.Lane <= matchers.Script {
				m.Grade = judge.High
			}
			v.Matches = append(v.Matches, m)
		}
	}
	return v, nil
}

func (lanesJudge) Total(*judge.Verdict, bool) {}
func (lanesJudge) Markets() []corpora.Market  { return []corpora.Market{"US"} }
func (lanesJudge) Named() []corpora.Market    { return []corpora.Market{"US"} }
func (lanesJudge) Coverage(corpora.Market) map[string]string {
	return map[string]string{"mark": "list"}
}

func TestText(t *testing.T) {
	o := Options{
		World: synth.World{Seed: 4, Rights: 300, Size: 400}, Names: 40, Ratio: 50,
		Kinds: []matchers.Kind{text.New()},
		Judge: func(cs []*matchers.Corpus) (scanner.Judge, error) { return lanesJudge{cs}, nil },
	}
	res, err := Text(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	res.WriteTo(&b)
	t.Logf("%s", b.String())
	at := func(section, row, column string) float64 {
		for _, c := range res.cells() {
			if c.same(Change{Section: section, Row: row, Column: column}) {
				return c.New
			}
		}
		t.Fatalf("no figure %s %s %s", section, row, column)
		return 0
	}
	for _, tr := range []synth.Treatment{synth.Plain, synth.Cased, synth.FullWidth, synth.Joined} {
		if got := at("treatments", string(tr), "found"); got != 1 {
			t.Errorf("%s: %.3f found, want all", tr, got)
		}
	}
	if at("treatments", "plain", "exact") < 0.95 || at("treatments", "plain", "ratio") < 0.95 || at("treatments", "typo", "exact") != 0 {
		t.Error("a floor is not what it should be")
	}
	for _, tr := range synth.Treatments() {
		if found, exact := at("treatments", string(tr), "found"), at("treatments", string(tr), "exact"); found < exact {
			t.Errorf("%s: %.3f found, less than the exact floor's %.3f", tr, found, exact)
		}
	}
	again, err := Text(t.Context(), o)
	if err != nil || len(Diff(res, again)) != 0 {
		t.Errorf("the same evaluation again: %v, %v", err, Diff(res, again))
	}
	if names := sectionNames(res); !slices.Equal(names, []string{"treatments", "unrelated", "scenarios"}) {
		t.Errorf("sections %v", names)
	}
}

func sectionNames(r Results) (names []string) {
	for _, s := range r.Sections {
		names = append(names, s.Name)
	}
	return names
}
