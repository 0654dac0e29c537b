package scanner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

var (
	grades = []judge.Grade{judge.Critical, judge.High, judge.Medium, judge.Low}
	gates  = []judge.Gate{judge.Clear, judge.Documented, judge.Unchecked, judge.Review, judge.Block}
)

// The kinds of coverage, weakest first.
const (
	coverageNone     = "none"
	coverageList     = "list"
	coverageRegister = "register"
)

var coverages = []string{coverageNone, coverageList, coverageRegister}

// uncovered reports whether the coverage of market m for marks is below what is required.
func (s *Scanner) uncovered(m corpora.Market) bool {
	have := s.cfg.Judge.Coverage(m)["mark"]
	return slices.Index(coverages, have) < slices.Index(coverages, s.cfg.RequireCoverage)
}

// Outcome is how a scan ended, for an exit code.
type Outcome uint8

// The outcomes, in the order in which the first that applies is taken.
const (
	OutcomeCorpus      Outcome = iota // a corpus could not be read
	OutcomeNoListings                 // the source held none
	OutcomeInterrupted                // the context ended
	OutcomeInternal                   // the sink or the program failed
	OutcomeIncomplete                 // a bad row, picture or source, a market without coverage
	OutcomeFindings                   // a listing at or above Config.FailOn
	OutcomeClean
)

// OutcomeOf classifies what Scan returned. maxIncomplete is the share of listings, 0–1, that may be incomplete for failed
// pictures alone.
func OutcomeOf(st Stats, err error, maxIncomplete float64) Outcome {
	corpus := (*CorpusError)(nil)
	interrupted := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	switch {
	case errors.As(err, &corpus):
		return OutcomeCorpus
	case err == nil && st.Whole && st.Trailer.Listings == 0 && len(st.Trailer.Sources) == 0:
		return OutcomeNoListings
	case interrupted:
		return OutcomeInterrupted
	case err != nil:
		return OutcomeInternal
	case !st.Trailer.Complete && !st.tolerable(maxIncomplete):
		return OutcomeIncomplete
	case st.Failing > 0:
		return OutcomeFindings
	}
	return OutcomeClean
}

// tolerable reports whether failed pictures are all that is missing, and few enough.
func (st Stats) tolerable(maxIncomplete float64) bool {
	return st.Whole && len(st.Trailer.Sources) == 0 && len(st.Unchecked) == 0 &&
		st.Trailer.Incomplete == st.PicturesOnly &&
		float64(st.PicturesOnly) <= maxIncomplete*float64(st.Trailer.Listings)
}

// FailOn is what makes a scan end with findings: a grade, a gate, or nothing. The zero value is nothing.
type FailOn struct {
	grade judge.Grade
	gate  judge.Gate
}

// ParseFailOn reads a grade (critical, high, medium, low), a gate (clear, documented, unchecked, review, block) or none.
func ParseFailOn(s string) (FailOn, error) {
	switch g, t := judge.Grade(s), judge.Gate(s); {
	case s == "none":
		return FailOn{}, nil
	case slices.Contains(grades, g):
		return FailOn{grade: g}, nil
	case slices.Contains(gates, t):
		return FailOn{gate: t}, nil
	}
	var words []string
	for _, g := range grades {
		words = append(words, string(g))
	}
	for _, t := range gates {
		words = append(words, string(t))
	}
	return FailOn{}, fmt.Errorf("not a grade or gate: %q (one of %s, none)", s, strings.Join(words, ", "))
}

// Reached reports whether f lies at or above o. Against a baseline, that is with a state on its matches, only new and
// worse matches are looked at.
func (o FailOn) Reached(f *Finding) bool {
	if o == (FailOn{}) {
		return false
	}
	baseline := false
	for i := range f.Matches {
		m := &f.Matches[i]
		if m.State == nil {
			continue
		}
		baseline = true
		if (*m.State == "new" || *m.State == "worse") && Counts(m) && o.met(m.Grade, m.Gates) {
			return true
		}
	}
	if baseline {
		return false
	}
	if f.Grade == nil {
		return o.met("", f.Gates)
	}
	return o.met(*f.Grade, f.Gates)
}

func (o FailOn) met(grade judge.Grade, at map[string]judge.Gate) bool {
	if o.grade != "" {
		return grade.Rank() >= o.grade.Rank()
	}
	for _, g := range at {
		if g.Rank() >= o.gate.Rank() {
			return true
		}
	}
	return false
}

// Counts reports whether a match counts for the grade of its listing: it is explained by no better reading, not ignored,
// and graded in an asked market that no document covers.
func Counts(m *judge.Match) bool {
	if m.Grade == "" || m.SilencedBy != nil || m.Suppressed != nil {
		return false
	}
	a := m.Authorised
	if a == nil || !a.Covers {
		return true
	}
	for market, grade := range m.Grades {
		if grade != "" && len(a.Markets) > 0 && !slices.Contains(a.Markets, market) {
			return true
		}
	}
	return false
}
