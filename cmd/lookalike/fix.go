package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/policy"
	"lookalike/scanner/report"
)

// fixVerb proposes the smallest edits that clear findings.
func (a *app) fixVerb() *command {
	f := &scanFlags{}
	var x fixFlags
	c := a.verb("fix FINGERPRINT|FEED…", cobra.MinimumNArgs(1), func(c *command, args []string) error {
		if err := choice("--format", x.layout, "table", "json"); err != nil {
			return err
		}
		if x.report == "" {
			return a.fixFeed(c.Context(), f, &x, args)
		}
		if len(args) > 1 {
			return usage("fix_one")
		}
		return a.fixOne(c.Context(), f, &x, args[0])
	})
	c.Long, c.Example = a.text("help.fix_long"), a.text("help.fix_example")
	f.registerSettings(a, c)
	p := c.Flags()
	p.StringArrayVar(&f.mapping, "map", nil, a.flagText("map"))
	p.StringVar(&f.source, "source", "", a.flagText("source"))
	p.BoolVar(&f.allowPaths, "allow-paths", false, a.flagText("allow_paths"))
	p.IntVar(&f.top, "top", 100, a.flagText("fix_top"))
	p.StringVar(&x.report, "report", "", a.flagText("report"))
	p.StringVar(&x.feed, "feed", "", a.flagText("feed"))
	p.StringVar(&x.brand, "brand", "", a.flagText("fix_brand"))
	p.StringVar(&x.layout, "format", "table", a.flagText("info_format"))
	return c
}

// fixFlags are the settings of a fix beside those of a scan.
type fixFlags struct {
	report, feed string
	brand        string
	layout       string
}

// fixer scores edits of listings again.
type fixer struct {
	sc     *scanner.Scanner
	editor *policy.Editor
	over   *proposedDocument
}

// option is one edit with what it leads to.
type option struct {
	policy.Edit
	Clears bool                  `json:"clears"` // the sign counts no more, or as low
	Grade  judge.Grade           `json:"grade"`  // of the listing after it, "" for none
	Score  int                   `json:"score"`
	Gates  map[string]judge.Gate `json:"gates"`
	And    *option               `json:"and,omitempty"` // the edit that has to come with it; what they lead to stands there
}

// proposal is what may be done about one finding.
type proposal struct {
	Listing scanner.ListingRef    `json:"listing"`
	Grade   judge.Grade           `json:"grade"`
	Score   int                   `json:"score"`
	Gates   map[string]judge.Gate `json:"gates"`
	Match   judge.Match           `json:"match"`
	Options []option              `json:"options"` // the best first
	Then    []option              `json:"then"`    // further edits after the best, for what else counts in the listing
	Solved  bool                  `json:"solved"`  // nothing at medium or above is left after all of them
}

// proposedDocument lets a document that is only proposed cover the rights of one owner to one sign. It is set between
// scans.
type proposedDocument struct {
	under scanner.Policy // nil for none
	match *judge.Match   // nil: nothing is proposed
}

// Mark marks the matches of v.
func (d *proposedDocument) Mark(l *corpora.Listing, v *judge.Verdict) {
	if d.under != nil {
		d.under.Mark(l, v)
	}
	for i := range v.Matches {
		if m := &v.Matches[i]; d.match != nil && m.Right.Text == d.match.Right.Text && m.Right.Owner == d.match.Right.Owner && m.Right.Kind == d.match.Right.Kind {
			m.Authorised = &judge.Authorisation{Basis: policy.BasisLicence, Covers: true, Fails: []string{}, Markets: []string{}}
		}
	}
}

// fixer returns a fixer over what e has opened.
func (a *app) newFixer(f *scanFlags, e *scanEngine, brand string) (*fixer, error) {
	editor, err := policy.NewEditor(brand)
	if err != nil {
		return nil, err
	}
	over := &proposedDocument{}
	if e.policy != nil {
		over.under = e.policy
	}
	e.over, e.listAll = over, true
	sc, err := e.scanner(f)
	return &fixer{sc: sc, editor: editor, over: over}, err
}

// score scans one listing.
func (x *fixer) score(ctx context.Context, l corpora.Listing) (*scanner.Finding, error) {
	found := &searchLog{}
	_, err := x.sc.Scan(ctx, one{l}, found)
	if err == nil && found.finding == nil {
		err = fmt.Errorf("the listing %s was not scanned", l.ID)
	}
	return found.finding, err
}

// head returns the strongest match of f that counts at medium or above, nil without one.
func head(f *scanner.Finding, fingerprint string) *judge.Match {
	var best *judge.Match
	for i := range f.Matches {
		m := &f.Matches[i]
		if fingerprint != "" && m.Fingerprint == fingerprint {
			return m
		}
		if fingerprint != "" || !scanner.Counts(m) || m.Grade.Rank() < judge.Medium.Rank() {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(m.Grade.Rank(), best.Grade.Rank()), cmp.Compare(m.Score, best.Score)) > 0 {
			best = m
		}
	}
	return best
}

// propose finds the edits that clear the match of l with the fingerprint, the strongest one for "". It returns nil when
// there is nothing to clear.
func (x *fixer) propose(ctx context.Context, l *corpora.Listing, fingerprint string) (*proposal, error) {
	f, err := x.score(ctx, *l)
	if err != nil {
		return nil, err
	}
	m := head(f, fingerprint)
	if m == nil {
		return nil, nil
	}
	p := &proposal{Listing: f.Listing, Score: f.Score, Gates: f.Gates, Match: *m, Then: []option{}}
	if f.Grade != nil {
		p.Grade = *f.Grade
	}
	if p.Options, err = x.options(ctx, l, m); err != nil || len(p.Options) == 0 || !p.Options[0].Clears {
		p.Options = listOf(p.Options)
		return p, err
	}
	return p, x.goOn(ctx, p)
}

// mostSteps bounds the edits that are made one after the other.
const mostSteps = 6

// goOn makes the best edit and those that the rest of the listing needs after it.
func (x *fixer) goOn(ctx context.Context, p *proposal) error {
	last := p.Options[0]
	if last.Kind == policy.EditDocument {
		p.Solved = last.Grade.Rank() < judge.Medium.Rank()
		return nil
	}
	for range mostSteps {
		f, err := x.score(ctx, last.Result)
		if err != nil {
			return err
		}
		m := head(f, "")
		if m == nil {
			p.Solved = true
			return nil
		}
		next, err := x.options(ctx, &last.Result, m)
		if err != nil {
			return err
		}
		if len(next) == 0 || !next[0].Clears || next[0].Kind == policy.EditDocument {
			return nil
		}
		last = next[0]
		p.Then = append(p.Then, last)
	}
	return nil
}

// options scores every edit for m, the best first: those that clear it, then those that keep the sense, then the smallest.
// Where no edit of the listing clears it alone, two of them are tried together.
func (x *fixer) options(ctx context.Context, l *corpora.Listing, m *judge.Match) ([]option, error) {
	all, err := x.single(ctx, l, m)
	if err != nil {
		return nil, err
	}
	alone := slices.ContainsFunc(all, func(o option) bool { return o.Clears && o.Kind != policy.EditDocument })
	for i := 0; i < len(all) && !alone; i++ {
		if all[i].Kind == policy.EditDocument {
			continue
		}
		second, err := x.with(ctx, &all[i], m)
		if err != nil {
			return nil, err
		}
		if second != nil {
			all[i].And, all[i].Clears = second, true
			all[i].Grade, all[i].Score, all[i].Gates = second.Grade, second.Score, second.Gates
			all[i].Result = second.Result
		}
	}
	all = slices.DeleteFunc(all, func(o option) bool {
		return !o.Clears && o.Grade.Rank() >= m.Grade.Rank() && o.Score >= m.Score
	})
	slices.SortStableFunc(all, func(a, b option) int {
		if a.Clears != b.Clears {
			if a.Clears {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Grade.Rank(), b.Grade.Rank()), cmp.Compare(a.size(), b.size()))
	})
	return all, nil
}

func (o *option) rank() int {
	if o.And != nil {
		return max(o.Rank(), o.And.Rank())
	}
	return o.Rank()
}

func (o *option) size() int {
	if o.And != nil {
		return o.Size() + o.And.Size()
	}
	return o.Size()
}

// with returns the best edit that clears the sign of m after a first one, nil when none does.
func (x *fixer) with(ctx context.Context, first *option, m *judge.Match) (*option, error) {
	f, err := x.score(ctx, first.Result)
	if err != nil {
		return nil, err
	}
	for i := range f.Matches {
		left := &f.Matches[i]
		if !scanner.Counts(left) || left.Grade.Rank() < judge.Medium.Rank() || !sameSign(left, m) {
			continue
		}
		second, err := x.single(ctx, &first.Result, left)
		if err != nil {
			return nil, err
		}
		var best *option
		for i := range second {
			o := &second[i]
			if o.Clears && o.Kind != policy.EditDocument && (best == nil || cmp.Or(cmp.Compare(o.Rank(), best.Rank()), cmp.Compare(o.Size(), best.Size())) < 0) {
				best = o
			}
		}
		return best, nil
	}
	return nil, nil
}

// single scores every edit for m by itself.
func (x *fixer) single(ctx context.Context, l *corpora.Listing, m *judge.Match) ([]option, error) {
	var out []option
	for _, e := range x.editor.Edits(l, m) {
		x.over.match = nil
		if e.Kind == policy.EditDocument {
			x.over.match = m
		}
		f, err := x.score(ctx, e.Result)
		x.over.match = nil
		if err != nil {
			return nil, err
		}
		o := option{Edit: e, Score: f.Score, Gates: f.Gates, Clears: true}
		if f.Grade != nil {
			o.Grade = *f.Grade
		}
		for i := range f.Matches {
			left := &f.Matches[i]
			if scanner.Counts(left) && left.Grade.Rank() >= judge.Medium.Rank() && sameSign(left, m) {
				o.Clears = false
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// sameSign reports whether two matches are about one sign, whoever owns it.
func sameSign(a, b *judge.Match) bool {
	if a.Right.Text == "" || b.Right.Text == "" {
		return a.Right.ID == b.Right.ID
	}
	return strings.EqualFold(a.Right.Text, b.Right.Text)
}

// fixOne proposes edits for one match of a report.
func (a *app) fixOne(ctx context.Context, f *scanFlags, x *fixFlags, fingerprint string) error {
	header, finding, full, err := findMatch(x.report, fingerprint)
	if err != nil {
		return err
	}
	e, l, err := a.again(ctx, f, header, finding.Listing.ID, cmp.Or(x.feed, finding.Listing.Origin))
	if err == errNotAgain {
		return usage("fix_no_listing", "feed", cmp.Or(x.feed, finding.Listing.Origin))
	}
	if err != nil {
		return err
	}
	defer e.close()
	fx, err := a.newFixer(f, e, x.brand)
	if err != nil {
		return err
	}
	p, err := fx.propose(ctx, &l, full)
	if err != nil {
		return err
	}
	if p == nil {
		return usage("fix_changed", "fingerprint", full, "feed", cmp.Or(x.feed, finding.Listing.Origin))
	}
	return a.proposed(x, []*proposal{p}, 1)
}

// fixFeed proposes edits for the findings of feeds that rank first.
func (a *app) fixFeed(ctx context.Context, f *scanFlags, x *fixFlags, paths []string) error {
	if len(paths) == 1 && isFingerprint(paths[0]) {
		return usage("no_report", "command", "lookalike fix")
	}
	src, err := a.source(ctx, f, paths, nil)
	if err != nil {
		return err
	}
	defer src.close()
	e, err := a.open(ctx, f)
	if err != nil {
		return err
	}
	defer e.close()
	worst := report.NewWorst(max(f.top, 1))
	sc, err := e.scanner(f)
	if err != nil {
		return err
	}
	stats, err := sc.Scan(ctx, src, atLeastMedium{worst})
	if err != nil || stats.Trailer.Listings == 0 {
		return a.outcome(ctx, f, stats, err)
	}
	fx, err := a.newFixer(f, e, x.brand)
	if err != nil {
		return err
	}
	findings, of := worst.Sorted()
	var list []*proposal
	for i := range findings {
		p, err := fx.propose(ctx, findings[i].Source, "")
		if err != nil {
			return err
		}
		if p != nil {
			list = append(list, p)
		}
	}
	err = a.proposed(x, list, of)
	if stats.Trailer.Incomplete > 0 || len(stats.Trailer.Sources) > 0 {
		a.sayIncomplete(stats)
		return status(exitIncomplete)
	}
	return err
}

// atLeastMedium takes the findings that somebody has to do something about.
type atLeastMedium struct{ w *report.Worst }

// Put offers f.
func (s atLeastMedium) Put(_ context.Context, f scanner.Finding) error {
	if f.Grade != nil && f.Grade.Rank() >= judge.Medium.Rank() {
		s.w.Offer(f)
	}
	return nil
}

// isFingerprint reports whether s looks like the fingerprint of a match.
func isFingerprint(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

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
