package monitor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lookalike/scanner"
	"lookalike/scanner/ledger"
)

// How a message is tried: after a minute, then after twice as long each time, at most six hours, for three days.
const (
	firstRetry = time.Minute
	lastRetry  = 6 * time.Hour
	giveUp     = 72 * time.Hour
	perHour    = 60 // messages of a channel
)

// Delivery counts what became of messages.
type Delivery struct {
	Sent      int
	Postponed int // by the rate limit
	Failed    int // tried in vain, and tried again later
	GivenUp   int
	Problems  map[string]string // the last one of each channel
}

// Deliver sends the messages that are due. A failed delivery is no error: it is tried again when it is due. Each message is
// delivered at least once: the receiver tells a repeated one by its id.
func (m *Monitor) Deliver(ctx context.Context) (Delivery, error) {
	d := Delivery{Problems: map[string]string{}}
	for {
		list, err := m.o.Ledger.Due(ctx, m.o.Now(), 100)
		if err != nil || len(list) == 0 {
			return d, err
		}
		for i := range list {
			if ctx.Err() != nil {
				return d, context.Cause(ctx)
			}
			if err := m.deliver(ctx, &list[i], &d); err != nil {
				return d, err
			}
		}
	}
}

// deliver sends one message, or puts it off.
func (m *Monitor) deliver(ctx context.Context, msg *ledger.Message, d *Delivery) error {
	s, ok := m.senders[msg.Channel]
	if !ok {
		d.GivenUp++
		d.Problems[msg.Channel] = "there is no such channel any more"
		return m.o.Ledger.GiveUp(ctx, msg, d.Problems[msg.Channel])
	}
	now := m.o.Now()
	limit := cmp.Or(m.o.Config.Channels[msg.Channel].PerHour, perHour)
	n, oldest, err := m.o.Ledger.SentSince(ctx, msg.Channel, now.Add(-time.Hour))
	if err != nil {
		return err
	}
	if n >= limit {
		d.Postponed++
		return m.o.Ledger.Postpone(ctx, msg, oldest.Add(time.Hour+time.Millisecond), false, "rate limit")
	}
	err = s.send(ctx, msg)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err == nil {
		d.Sent++
		m.counts.sent(msg.Channel, "sent")
		return m.o.Ledger.Sent(ctx, msg)
	}
	problem := cut(oneLine(err.Error()), 500)
	d.Problems[msg.Channel] = problem
	if _, never := errors.AsType[refused](err); never || now.Sub(msg.Made) > giveUp {
		d.GivenUp++
		m.counts.sent(msg.Channel, "given_up")
		return m.o.Ledger.GiveUp(ctx, msg, problem)
	}
	d.Failed++
	m.counts.sent(msg.Channel, "failed")
	wait := min(firstRetry<<min(msg.Tries, 20), lastRetry)
	at := now.Add(wait)
	if l, ok := errors.AsType[later](err); ok && l.at.After(at) {
		at = l.at
	}
	return m.o.Ledger.Postpone(ctx, msg, at, true, problem)
}

// Seal seals the findings that wait for it. It returns how many, and the problems of those that could not be sealed: they wait
// for the next call.
func (m *Monitor) Seal(ctx context.Context) (sealed int, problems []string, err error) {
	if m.o.Sealer == nil {
		return 0, nil, nil
	}
	list, err := m.o.Ledger.Seals(ctx, 10_000)
	if err != nil || len(list) == 0 {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, m.o.Sealer.Close()) }()
	for i := range list {
		if ctx.Err() != nil {
			return sealed, problems, context.Cause(ctx)
		}
		s := &list[i]
		capture, err := m.seal(ctx, s)
		if ctx.Err() != nil {
			return sealed, problems, context.Cause(ctx)
		}
		if err != nil {
			problem := cut(oneLine(err.Error()), 500)
			problems = append(problems, fmt.Sprintf("%s: %s", s.Lead, problem))
			if err := m.o.Ledger.NotSealed(ctx, s, problem); err != nil {
				return sealed, problems, err
			}
			continue
		}
		if err := m.o.Ledger.Sealed(ctx, s, capture); err != nil {
			return sealed, problems, err
		}
		sealed++
	}
	return sealed, problems, nil
}

func (m *Monitor) seal(ctx context.Context, s *ledger.Seal) (string, error) {
	w := m.watch(s.Watch)
	if w == nil {
		return "", errors.New("its watch is not in the configuration any more")
	}
	if s.Record == nil {
		return "", errors.New("what the listing said was deleted")
	}
	var f scanner.Finding
	var h scanner.Header
	if err := errors.Join(json.Unmarshal(s.Finding, &f), json.Unmarshal(s.Header, &h)); err != nil {
		return "", err
	}
	return m.o.Sealer.Seal(ctx, w, s.Record.Listing(), &f, &h)
}

// watch returns a watch by its name, nil without one.
func (m *Monitor) watch(name string) *Watch {
	for i := range m.o.Config.Watches {
		if m.o.Config.Watches[i].Name == name {
			return &m.o.Config.Watches[i]
		}
	}
	return nil
}
