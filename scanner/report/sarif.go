package report

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/url"
	"strings"

	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// notRead is the rule of listings that could not be read or assessed whole.
const notRead = "not_read"

// sarifWriter writes SARIF 2.1.0: one rule per lane, one result per match, with the row of the feed as its region. The
// results stream; what is known only at the end follows them.
type sarifWriter struct {
	w     io.Writer
	v     voice
	h     scanner.Header
	rules map[string]int
	sep   string
}

func newSARIF(w io.Writer, v voice) Writer { return &sarifWriter{w: w, v: v, rules: map[string]int{}} }

type sarifText struct {
	Text string `json:"text"`
}

type sarifRule struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Short   sarifText      `json:"shortDescription"`
	Full    sarifText      `json:"fullDescription"`
	Default map[string]any `json:"defaultConfiguration"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Partial      map[string]string  `json:"partialFingerprints,omitempty"`
	Suppressions []sarifSuppression `json:"suppressions"`
	Baseline     string             `json:"baselineState,omitempty"`
	Properties   map[string]any     `json:"properties"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact struct {
		URI string `json:"uri"`
	} `json:"artifactLocation"`
	Region *sarifRegion `json:"region,omitempty"`
}

type sarifRegion struct {
	StartLine int        `json:"startLine"`
	Snippet   *sarifText `json:"snippet,omitempty"`
}

type sarifLogical struct {
	Name string `json:"name"`
	Full string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

func (s *sarifWriter) Begin(h scanner.Header) error {
	s.h, s.sep = h, "\n"
	var rules []sarifRule
	rule := func(id, short, full, level string) {
		s.rules[id] = len(rules)
		rules = append(rules, sarifRule{id, id, sarifText{short}, sarifText{full}, map[string]any{"level": level}})
	}
	for l := range matchers.NumLanes {
		rule(l.String(), s.v.word("lane", l.String()), s.v.text("legend.lane_"+l.String()), "warning")
	}
	rule(notRead, s.v.text("ui.not_read"), s.v.text("page.unread"), "warning")
	tool := map[string]any{"driver": map[string]any{
		"name": "lookalike", "version": h.Engine, "language": s.v.l, "rules": rules,
	}}
	return s.write(`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":`, tool, `,"columnKind":"utf16CodeUnits","results":[`)
}

// write writes v as JSON between two pieces of text.
func (s *sarifWriter) write(before string, v any, after string) error {
	var b bytes.Buffer
	b.WriteString(before)
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(true)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1)
	b.WriteString(after)
	_, err := s.w.Write(b.Bytes())
	return err
}

func (s *sarifWriter) Put(_ context.Context, f scanner.Finding) error {
	for i := range f.Matches {
		if err := s.result(s.match(&f, &f.Matches[i])); err != nil {
			return err
		}
	}
	if f.Error == nil {
		return nil
	}
	r := s.base(&f, notRead, "warning", "", "")
	r.Message.Text = sarifEscape(strings.Join(s.v.problems(f.Error), " "))
	r.Properties["code"] = f.Error.Code
	return s.result(r)
}

func (s *sarifWriter) result(r sarifResult) error {
	err := s.write(s.sep, r, "")
	s.sep = ",\n"
	return err
}

func (s *sarifWriter) match(f *scanner.Finding, m *judge.Match) sarifResult {
	level := map[judge.Grade]string{judge.Critical: "error", judge.High: "error", judge.Medium: "warning", judge.Low: "note"}[m.Grade]
	r := s.base(f, m.Lane, cmp.Or(level, "note"), m.Field, clean(m.Before)+clean(m.Span)+clean(m.After))
	owner := clean(m.Right.Owner)
	r.Message.Text = sarifEscape(join(" ",
		s.v.text("sheet.result", "mark", cmp.Or(m.Right.Text, m.Right.ID), "owner", owner, "field", s.v.field(m.Field),
			"use", string(m.Use), "grade", cmp.Or(string(m.Grade), "none")),
		join(" ", s.v.notes(m.Reasons)...), join(" ", s.v.notes(m.Clears[:min(1, len(m.Clears))])...)))
	r.Partial = map[string]string{"lookalike/v1": clean(m.Fingerprint)}
	if x := m.Suppressed; x != nil {
		r.Suppressions = append(r.Suppressions, sarifSuppression{"external", "accepted", join(" · ", clean(x.Reason), clean(x.Name), clean(x.Until))})
	}
	if m.SilencedBy != nil {
		r.Suppressions = append(r.Suppressions, sarifSuppression{"external", "accepted", s.v.text("ui.silenced")})
	}
	if m.State != nil {
		r.Baseline = map[string]string{"new": "new", "worse": "updated", "same": "unchanged"}[*m.State]
	}
	maps.Copy(r.Properties, map[string]any{
		"grade": m.Grade, "score": m.Score, "gates": m.Gates, "use": m.Use, "goods": m.Goods.Relation, "span": clean(m.Span),
		"mark": clean(m.Right.Text), "owner": owner, "office": clean(m.Right.Office), "number": clean(m.Right.Number),
		"status": m.Right.Status, "right": clean(m.Right.ID), "corpus": clean(m.Right.Corpus), "lanes": m.Lanes,
	})
	return r
}

// base fills what every result has.
func (s *sarifWriter) base(f *scanner.Finding, rule, level, field, snippet string) sarifResult {
	r := sarifResult{RuleID: rule, RuleIndex: -1, Level: level, Suppressions: []sarifSuppression{}, Properties: map[string]any{}}
	if i, ok := s.rules[rule]; ok {
		r.RuleIndex = i
	}
	var loc sarifLocation
	loc.Physical.Artifact.URI = artifact(f.Listing.Origin)
	if f.Listing.Row > 0 {
		loc.Physical.Region = &sarifRegion{StartLine: f.Listing.Row}
		if snippet != "" {
			loc.Physical.Region.Snippet = &sarifText{snippet}
		}
	}
	if id := clean(f.Listing.ID); id != "" {
		loc.Logical = []sarifLogical{{Name: id, Full: strings.TrimSuffix(id+"."+field, "."), Kind: "member"}}
	}
	r.Locations = []sarifLocation{loc}
	r.Properties["listing"] = clean(f.Listing.ID)
	r.Properties["title"] = cut(clean(f.Listing.Title), 500)
	return r
}

func (s *sarifWriter) End(t scanner.Trailer) error {
	notes := []map[string]any{}
	note := func(level, text string) {
		notes = append(notes, map[string]any{"level": level, "message": sarifText{sarifEscape(text)}})
	}
	for _, p := range t.Sources {
		note("error", join(": ", clean(p.Field), s.v.problem(p)))
	}
	for _, m := range covered(&t, &s.h) {
		note("note", s.v.text("ui.coverage")+" "+clean(m)+": "+s.v.covered(s.h.Coverage[m]))
	}
	for _, n := range s.v.notChecked(&s.h, &t) {
		note("note", n)
	}
	invocation := map[string]any{"executionSuccessful": t.Complete, "toolExecutionNotifications": notes}
	if s.h.Started != "" {
		invocation["startTimeUtc"] = clean(s.h.Started)
	}
	if err := s.write(`],"invocations":[`, invocation, `],"properties":`); err != nil {
		return err
	}
	return s.write("", map[string]any{
		"as_of": clean(s.h.AsOf), "config": clean(s.h.Config), "corpora": s.h.Corpora, "coverage": s.h.Coverage,
		"listings": t.Listings, "findings": t.Findings, "incomplete": t.Incomplete, "by_grade": t.ByGrade, "by_gate": t.ByGate,
	}, "}]}\n")
}

// sarifEscape makes a text literal in a SARIF message, where braces are placeholders and brackets make links.
func sarifEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(s)
}

// artifact returns the name of a feed as a relative URI.
func artifact(origin string) string {
	name := strings.ReplaceAll(clean(origin), `\`, "/")
	if name == "" || name == "-" {
		name = "stdin"
	}
	u := url.URL{Path: strings.TrimLeft(name, "/")}
	return u.String()
}
