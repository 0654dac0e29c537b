package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

// QuarantineEntry is a mark that floods and that a person has taken out of the count, for the uses in which it is no name
// of a maker. It never acts on a use as brand, subject, resale claim or beside counterfeit words, on a picture, nor on a
// right that is flagged as famous, watched or own.
type QuarantineEntry struct {
	Mark   string `yaml:"mark" json:"mark"`     // wording of the right; required
	Owner  string `yaml:"owner" json:"owner"`   // "" for every owner of the mark
	Reason string `yaml:"reason" json:"reason"` // required
	By     string `yaml:"by" json:"by"`         // the person who confirmed it; required
	Until  string `yaml:"until" json:"until"`   // last day, "" for no end
}

// Quarantine is a checked list of marks. Its methods are safe for concurrent use.
type Quarantine struct {
	entries []quarantineEntry
	byMark  map[string][]int
}

type quarantineEntry struct {
	QuarantineEntry
	used atomic.Bool
}

// NewQuarantine checks the entries as of a day. One that lacks mark, reason or by is an error, one that has ended acts no
// more and is warned about.
func NewQuarantine(entries []QuarantineEntry, asOf corpora.Date) (*Quarantine, []Warning, error) {
	q := &Quarantine{entries: make([]quarantineEntry, len(entries)), byMark: map[string][]int{}}
	var warnings []Warning
	var errs []error
	for i, e := range entries {
		until, err := e.check()
		if err != nil {
			errs = append(errs, fmt.Errorf("quarantine entry %d: %w", i+1, err))
			continue
		}
		q.entries[i].QuarantineEntry = e
		if until != 0 && asOf > until {
			q.entries[i].used.Store(true) // said once is enough
			warnings = append(warnings, Warning{QuarantineExpired, map[string]any{"mark": e.Mark, "until": e.Until}})
			continue
		}
		q.byMark[signKey(e.Mark)] = append(q.byMark[signKey(e.Mark)], i)
	}
	return q, warnings, errors.Join(errs...)
}

func (e *QuarantineEntry) check() (until corpora.Date, err error) {
	switch {
	case signKey(e.Mark) == "":
		return 0, errors.New("a mark is needed")
	case strings.TrimSpace(e.Reason) == "":
		return 0, errors.New("a reason is needed")
	case strings.TrimSpace(e.By) == "":
		return 0, errors.New("by, the person who confirmed it, is needed")
	}
	if until, err = corpora.ParseDate(e.Until); err != nil {
		return 0, fmt.Errorf("until: %w", err)
	}
	return until, nil
}

// quarantineUses are the uses on which a quarantine acts.
var quarantineUses = []judge.Use{judge.UseCompatibility, judge.UseComparison, judge.UseDescriptive, judge.UseIngredient, judge.UseNegation}

// protectedFlags keep a right out of every quarantine.
var protectedFlags = []string{"famous", "watched", "own"}

// of returns the suppression of m, nil when no entry acts on it.
func (q *Quarantine) of(m *judge.Match) *judge.Suppression {
	list := q.byMark[signKey(m.Right.Text)]
	if len(list) == 0 || m.Image != nil || !slices.Contains(quarantineUses, m.Use) || protected(m) {
		return nil
	}
	for _, i := range list {
		if e := &q.entries[i]; agrees(e.Owner, same(e.Owner, m.Right.Owner)) {
			e.used.Store(true)
			return &judge.Suppression{By: "quarantine", Reason: e.Reason, Name: e.By, Until: e.Until}
		}
	}
	return nil
}

func protected(m *judge.Match) bool {
	return slices.ContainsFunc(m.Right.Flags, func(f string) bool { return slices.Contains(protectedFlags, strings.ToLower(f)) })
}

// Unused warns about the entries that no match had, in their order. It is asked after a whole scan.
func (q *Quarantine) Unused() []Warning {
	var warnings []Warning
	for i := range q.entries {
		if e := &q.entries[i]; !e.used.Load() {
			warnings = append(warnings, Warning{QuarantineUnused, map[string]any{"mark": e.Mark}})
		}
	}
	return warnings
}
