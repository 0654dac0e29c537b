package judge_test

import (
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
	"lookalike/matchers/judge"
)

// example is one sentence of a rule with its sign in brackets.
type example struct {
	rule, sentence string
	use            string
	want           bool
	classes        uint64
}

// cut returns the sentence without brackets and the sign.
func (e example) cut(t testing.TB) (title, sign string) {
	before, rest, ok := strings.Cut(e.sentence, "[")
	sign, after, ok2 := strings.Cut(rest, "]")
	if !ok || !ok2 || sign == "" {
		t.Fatalf("%s: no sign in brackets: %q", e.rule, e.sentence)
	}
	return before + sign + after, sign
}

// examples gathers those of every rule.
func examples(u *words.Uses) []example {
	var out []example
	add := func(rule, yes, no, use string, classes uint64) {
		out = append(out, example{rule, yes, use, true, classes}, example{rule, no, use, false, classes})
	}
	for _, p := range u.Phrases {
		add(p.Lang+" "+strings.Join(p.Words, " "), p.True, p.False, p.Use, 0)
	}
	for _, f := range u.Fakes {
		add(f.Lang+" "+strings.Join(f.Words, " "), f.True, f.False, "counterfeit", 0)
	}
	for _, a := range u.Accessories {
		add(a.Lang+" accessory of "+a.Host, a.True, a.False, "compatibility", a.Classes)
	}
	return out
}

// TestRuleExamples runs what each row of the tables says of itself.
func TestRuleExamples(t *testing.T) {
	u, err := words.LoadUses()
	if err != nil {
		t.Fatal(err)
	}
	tb := loadTables(t)
	for _, group := range []string{"phrase", "accessory"} {
		list := examples(u)
		var rights []corpora.Right
		seen := map[string]bool{}
		for _, e := range list {
			if (e.classes != 0) != (group == "accessory") {
				continue
			}
			_, sign := e.cut(t)
			if seen[sign] {
				continue
			}
			seen[sign] = true
			r := corpora.Right{ID: sign, Text: sign, Owner: sign, Status: corpora.Live, Source: "test"}
			for c := uint8(1); c <= 45; c++ {
				if e.classes&(1<<c) != 0 {
					r.Classes = append(r.Classes, c)
				}
			}
			rights = append(rights, r)
		}
		c := openCorpus(t, tb, "test", rights)
		j, err := judge.New(judge.Config{Markets: []corpora.Market{"US"}}, []*matchers.Corpus{c}, tb.Tables)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, e := range list {
			if (e.classes != 0) != (group == "accessory") {
				continue
			}
			title, sign := e.cut(t)
			v := judgeOne(t, j, c, &corpora.Listing{ID: "1", Title: title})
			use := useIn(v, sign)
			switch e.use {
			case "brand":
				use = saidIn(v, sign, judge.NoteUseBrandBy, e.use)
			case "about":
				use = saidIn(v, sign, judge.NoteUseAbout, e.use)
			}
			if (use == e.use) != e.want || use == "" && e.want {
				t.Errorf("rule %q, use %s: the sign in %q is used as %q", e.rule, e.use, e.sentence, use)
			}
			n++
		}
		if n == 0 {
			t.Errorf("no examples of kind %s", group)
		}
	}
}

func useIn(v judge.Verdict, sign string) string {
	for _, m := range v.Matches {
		if m.Right.Text == sign {
			return string(m.Use)
		}
	}
	return ""
}

// saidIn returns use when a phrase says so of the sign with a note of this code, "other" otherwise.
func saidIn(v judge.Verdict, sign, code, use string) string {
	for _, m := range v.Matches {
		if m.Right.Text == sign && slices.ContainsFunc(m.Reasons, func(n judge.Note) bool { return n.Code == code }) {
			return use
		}
	}
	return "other"
}

// TestTablesAreFolded holds that every word of the tables is cut and folded as listings are.
func TestTablesAreFolded(t *testing.T) {
	u, err := words.LoadUses()
	if err != nil {
		t.Fatal(err)
	}
	check := func(where string, w []string) {
		t.Helper()
		var x fold.Text
		x.Fold(strings.Join(w, " "))
		var got []string
		for _, k := range x.Tokens {
			got = append(got, string(x.Runes[k.From:k.To]))
		}
		if strings.Join(got, "|") != strings.Join(w, "|") || len(w) == 0 {
			t.Errorf("%s: %q is folded to %q", where, w, got)
		}
	}
	for _, p := range u.Phrases {
		check("phrase", p.Words)
		for _, w := range p.Unless {
			check("unless", w)
		}
	}
	for _, f := range u.Fakes {
		check("counterfeit", f.Words)
		for _, w := range append(f.Except, f.Goods...) {
			check("counterfeit exception", w)
		}
	}
	for _, a := range u.Accessories {
		for _, n := range a.Nouns {
			check("accessory", n)
		}
	}
	for k, c := range u.Contexts {
		if fold.Key(k) != k {
			t.Errorf("context word %q", k)
		}
		for _, w := range append(append(c.Goods, c.Before...), c.After...) {
			check("context of "+k, w)
		}
	}
	for k := range u.Terms {
		if fold.Key(k) != k {
			t.Errorf("term %q", k)
		}
	}
}
