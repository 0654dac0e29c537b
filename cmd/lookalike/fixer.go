package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/policy"
)

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
