// Package scanner is one bounded pass over listings: Source, matchers, judge, policy, Sink. It owns the canonical report
// line.
//
// To start, make a Scanner with New and call Scan; write its Header, findings and Trailer with an Encoder. A scan holds
// at most Config.InFlight listings, whatever the length of the source. One goroutine reads, Config.Workers match and
// judge, the caller's own hands the findings to the sink in source order, so a slow sink slows the reader.
//
// A scan loses no listing silently: a record that cannot be read, a picture that cannot be opened and a fault inside a
// matcher each become the Error of that listing's finding, and Outcome tells an unfinished scan from a clean one. The
// package prints nothing and knows no format but the canonical line; other formats stand in scanner/report.
package scanner

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// Sink takes findings in source order, from one goroutine. An error ends the scan. A Put that returns because ctx ended
// must have taken nothing: the same finding is offered once more, with a context of its own.
type Sink interface {
	Put(ctx context.Context, f Finding) error
}

// Judge is the part of *judge.Judge that a scan needs.
type Judge interface {
	Verdict(c *judge.Case) (judge.Verdict, error)
	Total(v *judge.Verdict, incomplete bool)
	Markets() []corpora.Market // of listings that name none
	Named() []corpora.Market   // Markets, and those that only a listing may name
	Coverage(m corpora.Market) map[string]string
}

// Policy marks the matches of a graded listing: authorised, suppressed, new. It changes neither grades nor gates; the
// judge totals after it. It is called from several goroutines.
//
// A Policy that also has a method Gone() []string, sorted, is asked once at the end of a whole scan for the fingerprints
// of a baseline that this scan did not meet.
type Policy interface {
	Mark(l *corpora.Listing, v *judge.Verdict)
}

// Config is what a Scanner is made of.
type Config struct {
	Corpora  []*matchers.Corpus
	Names    []string // of the corpora, for the report; nil: each corpus's own
	Judge    Judge
	Policy   Policy // nil for none
	Workers  int    // 0: one per processor
	InFlight int    // listings held at once, at least one per worker; 0: 64 per worker
	All      bool   // findings for listings without match or error too

	Deep            bool   // the slow picture lanes run: logos inside photos and shapes are checked
	FetchImages     bool   // pictures by address are fetched
	RequireCoverage string // none, list or register; "" is list: a market below it makes the scan incomplete
	FailOn          FailOn // what Stats.Failing counts

	// Keep is called on the goroutine of Scan, in source order, with every listing that could be read, Prepared holding
	// the features that were made of it whole. The listing belongs to Keep from then on. An error ends the scan. It may
	// be nil.
	Keep func(ctx context.Context, l *corpora.Listing) error

	// OnBatch is called on the goroutine of Scan with the number of listings finished since the last call. It may be nil.
	OnBatch func(listings int)
}

// Scanner scans listings. It is safe for one Scan at a time.
type Scanner struct {
	cfg     Config
	kinds   []matchers.Kind
	lanes   [][]laneOf // per corpus, its matchers
	workers []*worker  // scratch, kept from scan to scan
	forms   int        // rights whose form no lane can match
}

// laneOf is one matcher of a corpus with the position of its kind in Scanner.kinds.
type laneOf struct {
	kind int
	m    matchers.Matcher
}

// perWorker is the default of listings held for each worker. A record has at most 1 MiB, so that it also bounds memory.
const perWorker = 64

// New checks cfg. A delta corpus is refused: it selects listings and cannot judge them. A *CorpusError says that a corpus
// could not be read.
func New(cfg Config) (s *Scanner, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			cut, ok := mappingFault(fault)
			if !ok {
				cut = &CorpusError{errors.New("its tables contradict each other")}
			}
			s, err = nil, cut
		}
	}()
	if len(cfg.Corpora) == 0 {
		return nil, errors.New("scanner: no corpus to scan against")
	}
	if len(cfg.Names) > 0 && len(cfg.Names) != len(cfg.Corpora) {
		return nil, fmt.Errorf("scanner: %d names for %d corpora", len(cfg.Names), len(cfg.Corpora))
	}
	sets := make([][]matchers.Matcher, len(cfg.Corpora))
	forms := 0
	for i, c := range cfg.Corpora {
		if info := c.Info(); info.Delta {
			return nil, fmt.Errorf("scanner: corpus %q holds only the changes of another corpus", info.Name)
		}
		sets[i] = c.Matchers()
		forms += unmatchable(c)
	}
	if s, err = assemble(cfg, sets); err != nil {
		return nil, err
	}
	s.forms = forms
	return s, nil
}

// assemble makes a Scanner over the matchers of each corpus.
func assemble(cfg Config, sets [][]matchers.Matcher) (*Scanner, error) {
	if cfg.Judge == nil {
		return nil, errors.New("scanner: no judge")
	}
	if !slices.Contains(coverages, cfg.RequireCoverage) && cfg.RequireCoverage != "" {
		return nil, fmt.Errorf("scanner: unknown coverage %q (one of %v)", cfg.RequireCoverage, coverages)
	}
	if cfg.RequireCoverage == "" {
		cfg.RequireCoverage = coverageList
	}
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	if cfg.InFlight <= 0 {
		cfg.InFlight = perWorker * cfg.Workers
	}
	cfg.Workers = min(cfg.Workers, cfg.InFlight)
	s := &Scanner{cfg: cfg, lanes: make([][]laneOf, len(sets)), workers: make([]*worker, cfg.Workers)}
	for i, set := range sets {
		for _, m := range set {
			at, err := s.kind(m.Kind())
			if err != nil {
				return nil, err
			}
			s.lanes[i] = append(s.lanes[i], laneOf{at, m})
		}
	}
	return s, nil
}

// kind returns the position of k in s.kinds, where it is added once for all corpora.
func (s *Scanner) kind(k matchers.Kind) (int, error) {
	for i, have := range s.kinds {
		if have.Name() == k.Name() {
			if have.Version() != k.Version() {
				return 0, fmt.Errorf("scanner: corpora opened with versions %d and %d of the kind %s", have.Version(), k.Version(), k.Name())
			}
			return i, nil
		}
	}
	s.kinds = append(s.kinds, k)
	return len(s.kinds) - 1, nil
}
