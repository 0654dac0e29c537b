package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"lookalike/corpora"
	"lookalike/matchers/fold"
	"lookalike/matchers/judge"
)

// IgnoreEntry is a person's decision that some matches do not count. Every selector that is given must agree with the
// match; one of Fingerprint, Right, Mark and Picture must be given.
type IgnoreEntry struct {
	Fingerprint string   `yaml:"fingerprint"`
	Right       string   `yaml:"right"`   // id of the right
	Mark        string   `yaml:"mark"`    // wording of the right
	Picture     string   `yaml:"picture"` // SHA-256 of the listing's picture, in hex
	Owner       string   `yaml:"owner"`
	Phrase      string   `yaml:"phrase"` // wording of the span
	Use         string   `yaml:"use"`
	Listing     string   `yaml:"listing"` // pattern of the listing's id, "*" and "?" as in file names
	Seller      string   `yaml:"seller"`  // pattern
	Markets     []string `yaml:"markets"` // acts only on a match that is graded in none but these

	Reason string `yaml:"reason"` // required
	By     string `yaml:"by"`     // the person who decided; required
	Until  string `yaml:"until"`  // last day on which the entry acts, YYYY-MM-DD; required
}

// Ignore is a checked list of entries. Its methods are safe for concurrent use.
type Ignore struct {
	entries []ignoreEntry
	byKey   map[string][]int // positions of the entries by their strongest selector
}

type ignoreEntry struct {
	IgnoreEntry
	name string // for warnings
	used atomic.Bool
}

// NewIgnore checks the entries as of a day. An entry that lacks what it needs is an error, one that has expired acts no
// more and is warned about.
func NewIgnore(entries []IgnoreEntry, asOf corpora.Date) (*Ignore, []Warning, error) {
	ig := &Ignore{entries: make([]ignoreEntry, len(entries)), byKey: map[string][]int{}}
	var warnings []Warning
	var errs []error
	for i, e := range entries {
		until, err := e.check()
		if err != nil {
			errs = append(errs, fmt.Errorf("ignore entry %d: %w", i+1, err))
			continue
		}
		en := &ig.entries[i]
		en.IgnoreEntry, en.name = e, e.name()
		if asOf > until {
			warnings = append(warnings, Warning{IgnoreExpired, map[string]any{"entry": en.name, "until": e.Until}})
			en.used.Store(true) // said once is enough
			continue
		}
		key := e.key()
		ig.byKey[key] = append(ig.byKey[key], i)
	}
	return ig, warnings, errors.Join(errs...)
}

func (e *IgnoreEntry) check() (until corpora.Date, err error) {
	switch {
	case e.key() == "":
		return 0, errors.New("one of fingerprint, right, mark and picture is needed")
	case strings.TrimSpace(e.Reason) == "":
		return 0, errors.New("a reason is needed")
	case strings.TrimSpace(e.By) == "":
		return 0, errors.New("by, the person who decided, is needed")
	case strings.TrimSpace(e.Until) == "":
		return 0, errors.New("until, the last day, is needed")
	}
	for _, m := range e.Markets {
		if _, err := corpora.ParseMarket(m); err != nil {
			return 0, err
		}
	}
	return corpora.ParseDate(e.Until)
}

// key returns the strongest selector of e, "" without any.
func (e *IgnoreEntry) key() string {
	switch {
	case e.Fingerprint != "":
		return "f:" + e.Fingerprint
	case e.Picture != "":
		return "p:" + strings.ToLower(e.Picture)
	case e.Right != "":
		return "r:" + e.Right
	case fold.Squeeze(e.Mark) != "":
		return "m:" + fold.Squeeze(e.Mark)
	}
	return ""
}

// name says which entry a warning is about.
func (e *IgnoreEntry) name() string {
	var parts []string
	for _, s := range []string{e.Fingerprint, e.Picture, e.Right, e.Mark, e.Owner, e.Phrase, e.Use, e.Listing, e.Seller, strings.Join(e.Markets, "+")} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " × ")
}

// of returns the suppression of m, nil when no entry acts on it.
func (ig *Ignore) of(l *corpora.Listing, m *judge.Match) *judge.Suppression {
	keys := []string{"f:" + m.Fingerprint, "r:" + m.Right.ID, "m:" + fold.Squeeze(m.Right.Text)}
	if m.Image != nil {
		keys = append(keys, "p:"+strings.ToLower(m.Image.SHA256))
	}
	for _, key := range keys {
		for _, i := range ig.byKey[key] {
			if e := &ig.entries[i]; e.fits(l, m) {
				e.used.Store(true)
				return &judge.Suppression{By: "ignore", Reason: e.Reason, Name: e.By, Until: e.Until}
			}
		}
	}
	return nil
}

// fits reports whether every selector of e agrees with the match.
func (e *IgnoreEntry) fits(l *corpora.Listing, m *judge.Match) bool {
	return agrees(e.Fingerprint, e.Fingerprint == m.Fingerprint) &&
		agrees(e.Right, e.Right == m.Right.ID) &&
		agrees(e.Mark, same(e.Mark, m.Right.Text)) &&
		agrees(e.Picture, m.Image != nil && strings.EqualFold(e.Picture, m.Image.SHA256)) &&
		agrees(e.Owner, same(e.Owner, m.Right.Owner)) &&
		agrees(e.Phrase, same(e.Phrase, m.Span)) &&
		agrees(e.Use, e.Use == string(m.Use)) &&
		agrees(e.Listing, glob(e.Listing, l.ID)) &&
		agrees(e.Seller, glob(e.Seller, l.Seller)) &&
		e.inMarkets(m)
}

// agrees reports whether a selector is absent or agrees.
func agrees(selector string, ok bool) bool { return selector == "" || ok }

// inMarkets reports whether every market in which m is graded is one of the entry's. A match that an entry would take out
// of one market alone keeps counting.
func (e *IgnoreEntry) inMarkets(m *judge.Match) bool {
	if len(e.Markets) == 0 {
		return true
	}
	for market, grade := range m.Grades {
		if grade != "" && !slices.ContainsFunc(e.Markets, func(s string) bool {
			parsed, err := corpora.ParseMarket(s)
			return err == nil && string(parsed) == market
		}) {
			return false
		}
	}
	return true
}

// Unused warns about the entries that no match had, in their order. It is asked after a whole scan.
func (ig *Ignore) Unused() []Warning {
	var warnings []Warning
	for i := range ig.entries {
		if e := &ig.entries[i]; !e.used.Load() {
			warnings = append(warnings, Warning{IgnoreUnused, map[string]any{"entry": e.name}})
		}
	}
	return warnings
}

// Decision is one row of the sheet "decisions" of a report: what a person decided of a group of findings that share
// sign, owner and use.
type Decision struct {
	Row      int    // of the sheet, for warnings
	Mark     string // wording of the right, its id for a right without words
	Right    string // id of the right, "" when the sheet does not tell
	Owner    string
	Use      string
	Decision string // one of Choices, "keep" or empty; 忽略 and 保留 too
	Reason   string
	Name     string // "" for the name that the whole sheet is imported under
	Until    string
}

var (
	ignoreWords = []string{"ignore", "忽略"}
	keepWords   = []string{"", "keep", "保留"}
)

// Choices returns what a sheet of decisions offers, a closed list. Only "ignore" makes an entry; the others are work for
// somebody.
func Choices() []string { return []string{"change", "remove", "document", "ignore", "counsel"} }

// FromDecisions returns the entries that the rows of a sheet stand for. by is the person who imports them. A row that
// cannot be an entry is warned about and left out.
func FromDecisions(rows []Decision, by string) ([]IgnoreEntry, []Warning) {
	var entries []IgnoreEntry
	var warnings []Warning
	for _, d := range rows {
		word := strings.ToLower(strings.TrimSpace(d.Decision))
		if slices.Contains(keepWords, word) || word != "ignore" && slices.Contains(Choices(), word) {
			continue
		}
		if !slices.Contains(ignoreWords, word) {
			warnings = append(warnings, Warning{DecisionUnknown, map[string]any{"row": d.Row, "decision": d.Decision}})
			continue
		}
		if d.Name == "" {
			d.Name = by
		}
		missing := ""
		for _, f := range []struct{ name, value string }{{"mark", d.Mark}, {"reason", d.Reason}, {"name", d.Name}, {"until", d.Until}} {
			if strings.TrimSpace(f.value) == "" {
				missing = f.name
				break
			}
		}
		if _, err := corpora.ParseDate(d.Until); missing == "" && err != nil {
			missing = "until"
		}
		if missing != "" {
			warnings = append(warnings, Warning{DecisionIncomplete, map[string]any{"row": d.Row, "field": missing}})
			continue
		}
		e := IgnoreEntry{Mark: d.Mark, Owner: d.Owner, Use: d.Use, Reason: d.Reason, By: d.Name, Until: d.Until}
		if d.Mark == d.Right {
			e.Right, e.Mark = d.Right, "" // a right without words stands for itself
		}
		entries = append(entries, e)
	}
	return entries, warnings
}
