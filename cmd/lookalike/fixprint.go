package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"lookalike/matchers/judge"
	"lookalike/scanner/policy"
)

// proposed prints proposals out of so many findings. The exit code is 1 when one of them has no edit that clears it.
func (a *app) proposed(x *fixFlags, list []*proposal, of int) error {
	open := 0
	for _, p := range list {
		if len(p.Options) == 0 || !p.Options[0].Clears {
			open++
		}
	}
	var b bytes.Buffer
	if x.layout == "json" {
		text, err := indented(map[string]any{"findings": of, "proposals": listOf(list)})
		if err != nil {
			return err
		}
		b.Write(text)
	} else {
		for _, p := range list {
			a.printProposal(&b, p)
		}
		fmt.Fprintln(&b, printable(a.messages.Text(a.lang, "fix.summary", map[string]any{"n": len(list), "of": of, "cleared": len(list) - open, "open": open})))
	}
	if _, err := a.stdout.Write(b.Bytes()); err != nil {
		return err
	}
	if open > 0 {
		return status(exitFindings)
	}
	return nil
}

func (a *app) printProposal(b *bytes.Buffer, p *proposal) {
	tell := func(indent int, text string) {
		fmt.Fprintln(b, strings.Repeat(" ", indent)+printable(oneLine(text)))
	}
	m := &p.Match
	place := fmt.Sprintf("%s:%d", p.Listing.Origin, p.Listing.Row)
	tell(0, a.result(m.Grade, m.Score, p.Gates)+"  "+p.Listing.ID+" · "+place)
	tell(2, p.Listing.Title)
	field, _, _ := strings.Cut(m.Field, "[")
	tell(2, a.messages.Text(a.lang, "fix.why", map[string]any{
		"mark": cmp.Or(m.Right.Text, m.Right.ID), "owner": m.Right.Owner, "span": m.Span, "field": field, "use": string(m.Use), "fingerprint": m.Fingerprint,
	}))
	for i := range p.Options {
		a.printOption(b, fmt.Sprintf("%d.", i+1), &p.Options[i], m)
	}
	if len(p.Options) == 0 {
		tell(2, a.text("fix.none"))
	}
	for i := range p.Then {
		a.printOption(b, a.text("fix.then"), &p.Then[i], m)
	}
	fmt.Fprintln(b)
}

// printOption writes one edit, what it leads to, and the field as it would be.
func (a *app) printOption(b *bytes.Buffer, head string, o *option, m *judge.Match) {
	field, _, _ := strings.Cut(o.Field, "[")
	var asked []string
	for _, market := range slices.Sorted(maps.Keys(m.Grades)) {
		if m.Grades[market].Rank() >= judge.Medium.Rank() {
			asked = append(asked, market)
		}
	}
	said := a.messages.Text(a.lang, "fix."+string(o.Kind), map[string]any{
		"field": field, "from": cutRunes(o.From, 80), "to": cutRunes(o.To, 120), "owner": m.Right.Owner, "mark": cmp.Or(m.Right.Text, m.Right.ID), "markets": asked,
	})
	result := "  → " + a.result(o.Grade, o.Score, o.Gates)
	switch {
	case o.And != nil:
		result = ""
	case !o.Clears:
		result += " " + a.text("fix.not_alone")
	}
	fmt.Fprintln(b, "  "+head+" "+printable(oneLine(said))+result)
	if o.Kind != policy.EditDocument && o.Kind != policy.EditPicture {
		fmt.Fprintln(b, "       "+printable(oneLine(a.messages.Word(a.lang, "field", field)+": "+cutRunes(o.After, 300))))
	}
	if o.And != nil {
		a.printOption(b, "   "+a.text("fix.and"), o.And, m)
	}
}

// result writes a grade, a score and the gates: "high 78 · US block · DE review".
func (a *app) result(g judge.Grade, score int, gates map[string]judge.Gate) string {
	var text strings.Builder
	text.WriteString(a.messages.Word(a.lang, "grade", cmp.Or(string(g), "none")))
	if g != "" {
		fmt.Fprintf(&text, " %d", score)
	}
	by := map[judge.Gate][]string{}
	for _, m := range slices.Sorted(maps.Keys(gates)) {
		by[gates[m]] = append(by[gates[m]], m)
	}
	for _, gate := range []judge.Gate{judge.Block, judge.Review, judge.Unchecked, judge.Documented, judge.Clear} {
		if ms := by[gate]; len(ms) > 0 {
			if len(ms) > 6 {
				ms = append(slices.Clone(ms[:5]), fmt.Sprintf("+%d", len(ms)-5))
			}
			text.WriteString(" · " + strings.Join(ms, " ") + " " + a.messages.Word(a.lang, "gate", string(gate)))
		}
	}
	return text.String()
}

// cutRunes shortens s to n characters.
func cutRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
