package monitor

import (
	"context"
	"time"

	"lookalike/scanner/ledger"
)

// How long Serve sleeps at most before it looks at the clock and the outbox again, and how it tries a run that failed again.
const (
	longestSleep = 15 * time.Minute
	firstAgain   = 5 * time.Minute
	lastAgain    = time.Hour
)

// Serve runs every watch when its schedule asks for it, one after the other, and sends the messages that are due, until ctx
// ends. When a watch is due is written down: a night that the program slept through is made up for once, when it is started
// again. done is called after each run, with its error; it may be nil.
func (m *Monitor) Serve(ctx context.Context, done func(w *Watch, s *ledger.Summary, err error)) error {
	again := map[string]retry{}
	for {
		m.counts.beat(m.o.Now())
		next := m.o.Now().Add(longestSleep)
		for i := range m.o.Config.Watches {
			at, err := m.turn(ctx, &m.o.Config.Watches[i], again, done)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil {
				return err
			}
			if !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		if _, _, err := m.Seal(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		if _, err := m.Deliver(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		due, err := m.o.Ledger.NextDue(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return err
		}
		if !due.IsZero() && due.Before(next) {
			next = due
		}
		if err := sleep(ctx, next.Sub(m.o.Now())); err != nil {
			return err
		}
	}
}

// retry is when a run that failed is tried again.
type retry struct {
	at   time.Time
	wait time.Duration
}

// turn runs a watch when it is due, and returns when it is due next: zero when never.
func (m *Monitor) turn(ctx context.Context, w *Watch, again map[string]retry, done func(*Watch, *ledger.Summary, error)) (time.Time, error) {
	if w.schedule == nil {
		return time.Time{}, nil
	}
	next, known, err := m.o.Ledger.Next(ctx, w.Name, w.spec())
	if err != nil {
		return next, err
	}
	now := m.o.Now()
	if !known {
		next = w.Next(now)
		if err := m.o.Ledger.SetNext(ctx, w.Name, w.spec(), next); err != nil {
			return next, err
		}
	}
	if next.After(now) {
		return next, nil
	}
	ended, err := m.ended(ctx, w, next)
	if err != nil {
		return next, err
	}
	if ended { // the program ended before the next time was written down
		next = w.Next(now)
		return next, m.o.Ledger.SetNext(ctx, w.Name, w.spec(), next)
	}
	r := again[w.Name]
	if r.at.After(now) {
		return r.at, nil
	}
	s, err := m.Run(ctx, w, next)
	if ctx.Err() != nil {
		return next, nil
	}
	if done != nil {
		done(w, s, err)
	}
	now = m.o.Now()
	if err != nil {
		r.wait = min(max(2*r.wait, firstAgain), lastAgain)
		r.at = now.Add(r.wait)
		again[w.Name] = r
		return r.at, nil
	}
	delete(again, w.Name)
	next = w.Next(now)
	return next, m.o.Ledger.SetNext(context.WithoutCancel(ctx), w.Name, w.spec(), next)
}

// ended reports whether the run that was due at a time has ended.
func (m *Monitor) ended(ctx context.Context, w *Watch, due time.Time) (bool, error) {
	runs, err := m.o.Ledger.Runs(ctx, w.Name, time.Time{}, 1)
	return len(runs) == 1 && runs[0].Stage == ledger.StageFinished && runs[0].Due.Equal(due), err
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
