// Package scanner is one bounded pass over listings: Source, matchers, judge, policy, Sink. It owns the canonical report
// line.
package scanner

import (
	"context"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// Sink takes findings in source order, from one goroutine. An error ends the scan.
type Sink interface {
	Put(ctx context.Context, f Finding) error
}

// Judge is the part of *judge.Judge that a scan needs.
type Judge interface {
	Verdict(c *judge.Case) (judge.Verdict, error)
	Total(v *judge.Verdict, incomplete bool)
	Markets() []corpora.Market
	Coverage(m corpora.Market) map[string]string
}

// Policy marks the matches of a graded listing: authorised, suppressed, new. It changes neither grades nor gates; the
// judge totals after it. It is called from several goroutines.
type Policy interface {
	Mark(l *corpora.Listing, v *judge.Verdict)
}

// Config is what a Scanner is made of.
type Config struct {
	Corpora  []*matchers.Corpus
	Names    []string // of the corpora, for the report
	Judge    Judge
	Policy   Policy             // nil for none
	Workers  int                // 0: one per processor
	InFlight int                // listings held at once; 0: a multiple of Workers
	All      bool               // findings for listings without match or error too
	OnBatch  func(listings int) // progress; may be nil
}

// Scanner scans listings. It is safe for one Scan at a time.
type Scanner struct{}

// New checks cfg.
func New(cfg Config) (*Scanner, error) { panic("unwritten") }

// Scan reads src to its end, or until ctx is done or the sink fails, and returns what it saw in either case. Every
// goroutine that it started has ended when it returns.
func (s *Scanner) Scan(ctx context.Context, src corpora.Source[corpora.Listing], sink Sink) (Stats, error) {
	panic("unwritten")
}

// Stats is what a scan counted: the trailer but for time and completeness.
type Stats struct {
	Trailer Trailer
}
