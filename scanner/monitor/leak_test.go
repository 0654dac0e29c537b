package monitor

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lookalike/corpora"
	"lookalike/scanner/ledger"
)

// TestNoLeaks holds that nothing runs on after runs that ended, that were cut off, and that were served.
func TestNoLeaks(t *testing.T) {
	before := goleak.IgnoreCurrent()
	clock := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	s, err := newStreet(t.TempDir(), func() time.Time { return clock }, oneWatch(), marks("QUOBBLE"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 400 {
		s.offers = append(s.offers, bowl(i, "Quobble", "a"))
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.stop = func(i int) bool {
		if i == 300 {
			cancel()
		}
		return i >= 300
	}
	if _, err := s.m.Run(ctx, &s.config.Watches[0], time.Time{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	s.stop = nil
	s.run(t)
	if err := buildCorpus(s.corpus(), marks("ZVANTIX", "QUOBBLE")); err != nil {
		t.Fatal(err)
	}
	s.offers = append(s.offers, corpora.Listing{})
	s.run(t)
	ctx, cancel = context.WithCancel(t.Context())
	if err := s.ledger.SetNext(t.Context(), "shop", s.config.Watches[0].spec(), clock); err != nil {
		t.Fatal(err)
	}
	if err := s.m.Serve(ctx, func(*Watch, *ledger.Summary, error) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
}
