package policy

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// Baseline is what an earlier report found. Its methods are safe for concurrent use.
type Baseline struct {
	at   map[string]int // position of a fingerprint
	rank []int8         // best grade under it
	seen []atomic.Bool
}

// The states of a match against a baseline.
const (
	New   = "new"   // the baseline does not have it
	Worse = "worse" // the baseline has it with a lower grade
	Same  = "same"
)

// ReadBaseline reads an earlier canonical report. current names the corpora of the scan to come. A report of another
// schema is an error; one that is unfinished or comes from other corpora is used and warned about, since what it lacks
// counts as new.
func ReadBaseline(r io.Reader, current []scanner.CorpusRef) (*Baseline, []Warning, error) {
	b := &Baseline{at: map[string]int{}}
	var warnings []Warning
	complete := false
	for line, err := range scanner.NewDecoder(r).All() {
		switch {
		case errors.Is(err, scanner.ErrCutShort) && len(b.rank) > 0:
		case err != nil:
			return nil, nil, fmt.Errorf("reading a baseline: %w", err)
		case line.Header != nil:
			warnings = otherCorpora(line.Header.Corpora, current)
		case line.Finding != nil:
			for i := range line.Finding.Matches {
				b.add(&line.Finding.Matches[i])
			}
		case line.Trailer != nil:
			complete = line.Trailer.Complete
		}
	}
	if !complete {
		warnings = append(warnings, Warning{Code: BaselineIncomplete})
	}
	b.seen = make([]atomic.Bool, len(b.rank))
	return b, warnings, nil
}

func (b *Baseline) add(m *judge.Match) {
	if m.SilencedBy != nil || m.Grade == "" {
		return // it was not listed for itself
	}
	i, ok := b.at[m.Fingerprint]
	if !ok {
		i = len(b.rank)
		b.at[m.Fingerprint] = i
		b.rank = append(b.rank, 0)
	}
	b.rank[i] = max(b.rank[i], int8(m.Grade.Rank()))
}

// otherCorpora warns about corpora whose content is not what it was.
func otherCorpora(then, now []scanner.CorpusRef) []Warning {
	var warnings []Warning
	for _, c := range now {
		if !slices.ContainsFunc(then, func(o scanner.CorpusRef) bool { return o.ID == c.ID }) {
			warnings = append(warnings, Warning{BaselineCorpus, map[string]any{"name": c.Name}})
		}
	}
	return warnings
}

// of returns the state of m.
func (b *Baseline) of(m *judge.Match) *string {
	i, ok := b.at[m.Fingerprint]
	if !ok {
		return new(New)
	}
	b.seen[i].Store(true)
	if m.Grade.Rank() > int(b.rank[i]) {
		return new(Worse)
	}
	return new(Same)
}

// gone returns the fingerprints that no match had, sorted.
func (b *Baseline) gone() []string {
	list := []string{}
	for fingerprint, i := range b.at {
		if !b.seen[i].Load() {
			list = append(list, fingerprint)
		}
	}
	slices.Sort(list)
	return list
}
