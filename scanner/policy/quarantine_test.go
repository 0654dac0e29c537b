package policy

import (
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

func TestQuarantine(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*judge.Match)
		want bool
	}{
		"descriptive":   {func(m *judge.Match) { m.Use = judge.UseDescriptive }, true},
		"compatibility": {func(m *judge.Match) { m.Use = judge.UseCompatibility }, true},
		"brand":         {func(m *judge.Match) { m.Use = judge.UseBrand }, false},
		"subject":       {func(m *judge.Match) { m.Use = judge.UseSubject }, false},
		"counterfeit":   {func(m *judge.Match) { m.Use = judge.UseCounterfeit }, false},
		"resale":        {func(m *judge.Match) { m.Use = judge.UseResale }, false},
		"picture":       {func(m *judge.Match) { m.Use, m.Image = judge.UsePicture, &judge.ImageRef{} }, false},
		"another mark":  {func(m *judge.Match) { m.Use, m.Right.Text = judge.UseDescriptive, "NIKA" }, false},
		"another owner": {func(m *judge.Match) { m.Use, m.Right.Owner = judge.UseDescriptive, "Nika" }, false},
		"famous":        {func(m *judge.Match) { m.Use, m.Right.Flags = judge.UseDescriptive, []string{"famous"} }, false},
		"watched":       {func(m *judge.Match) { m.Use, m.Right.Flags = judge.UseDescriptive, []string{"Watched"} }, false},
		"own":           {func(m *judge.Match) { m.Use, m.Right.Flags = judge.UseDescriptive, []string{"own"} }, false},
		"recorded":      {func(m *judge.Match) { m.Use, m.Right.Flags = judge.UseDescriptive, []string{"recorded"} }, true},
	} {
		q, warnings, err := NewQuarantine([]QuarantineEntry{{Mark: "Nike", Owner: "NIKE INC", Reason: "a word here", By: "A. Person", Until: day}}, asOf(t))
		if err != nil || len(warnings) > 0 {
			t.Fatal(err, warnings)
		}
		m := nike()
		c.edit(&m)
		v := judge.Verdict{Matches: []judge.Match{m}}
		(&Policy{Quarantine: q}).Mark(&corpora.Listing{}, &v)
		s := v.Matches[0].Suppressed
		if (s != nil) != c.want || s != nil && (s.By != "quarantine" || s.Name != "A. Person") {
			t.Errorf("%s: %+v", name, s)
		}
		if unused := q.Unused(); (len(unused) == 0) != c.want {
			t.Errorf("%s: unused %v", name, unused)
		}
	}
}

func TestQuarantineEntries(t *testing.T) {
	good := QuarantineEntry{Mark: "Nike", Reason: "r", By: "b"}
	for says, edit := range map[string]func(*QuarantineEntry){
		"a mark":     func(e *QuarantineEntry) { e.Mark = "--" },
		"a reason":   func(e *QuarantineEntry) { e.Reason = " " },
		"the person": func(e *QuarantineEntry) { e.By = "" },
		"until":      func(e *QuarantineEntry) { e.Until = "soon" },
	} {
		e := good
		edit(&e)
		if _, _, err := NewQuarantine([]QuarantineEntry{e}, asOf(t)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	ended := good
	ended.Until = "2026-06-14"
	q, warnings, err := NewQuarantine([]QuarantineEntry{ended}, asOf(t))
	m := nike()
	m.Use = judge.UseDescriptive
	if err != nil || len(warnings) != 1 || warnings[0].Code != QuarantineExpired || q.of(&m) != nil || len(q.Unused()) != 0 {
		t.Errorf("ended: %v, %v", warnings, err)
	}
}
