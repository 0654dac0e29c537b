package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Message is something to be told over a channel. It stays in the outbox until it is delivered or given up.
type Message struct {
	ID      int64
	Dedupe  string // a message of a key that was ever queued is not queued again
	Channel string
	Watch   string
	Type    string // "lead", "relisted", "digest"
	Run     int64
	Body    []byte
	Made    time.Time
	Due     time.Time
	Tries   int
	Problem string // of the last try
}

func (t *tx) enqueue(m *Message) error {
	_, err := t.do(`INSERT INTO outbox (dedupe, channel, watch, type, run, body, state, made, due, tries, settled, problem) VALUES (?,?,?,?,?,?,'waiting',?,?,0,0,'') ON CONFLICT (dedupe) DO NOTHING`,
		m.Dedupe, m.Channel, t.watch, m.Type, t.run, m.Body, millis(t.now), millis(t.now))
	return err
}

// Due returns the messages that are to be sent by now, the oldest first.
func (l *Ledger) Due(ctx context.Context, now time.Time, limit int) ([]Message, error) {
	var out []Message
	err := l.each(ctx, func(rows *sql.Rows) error {
		var m Message
		var made, due int64
		err := rows.Scan(&m.ID, &m.Dedupe, &m.Channel, &m.Watch, &m.Type, &m.Run, &m.Body, &made, &due, &m.Tries, &m.Problem)
		m.Made, m.Due = fromMillis(made), fromMillis(due)
		out = append(out, m)
		return err
	}, `SELECT id, dedupe, channel, watch, type, run, body, made, due, tries, problem FROM outbox WHERE state = 'waiting' AND due <= ? ORDER BY id LIMIT ?`, millis(now), limit)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return out, nil
}

// NextDue returns when the next message is to be sent, zero when none waits.
func (l *Ledger) NextDue(ctx context.Context) (time.Time, error) {
	var n int64
	err := l.db.QueryRowContext(ctx, `SELECT coalesce(min(due), 0) FROM outbox WHERE state = 'waiting'`).Scan(&n)
	return fromMillis(n), err
}

// SentSince counts the messages that a channel was given since a time.
func (l *Ledger) SentSince(ctx context.Context, channel string, since time.Time) (n int, oldest time.Time, err error) {
	var at int64
	err = l.db.QueryRowContext(ctx, `SELECT count(*), coalesce(min(settled), 0) FROM outbox WHERE channel = ? AND state = 'sent' AND settled > ?`, channel, millis(since)).Scan(&n, &at)
	return n, fromMillis(at), err
}

// Sent writes down that a message was delivered.
func (l *Ledger) Sent(ctx context.Context, m *Message) error {
	return l.settle(ctx, m, "sent", MessageSent, "")
}

// GiveUp writes down that a message is not tried any more.
func (l *Ledger) GiveUp(ctx context.Context, m *Message, problem string) error {
	return l.settle(ctx, m, "failed", MessageFailed, problem)
}

func (l *Ledger) settle(ctx context.Context, m *Message, state string, what Type, problem string) error {
	err := l.update(ctx, func(t *tx) error {
		t.watch, t.run = m.Watch, m.Run
		n, err := t.do(`UPDATE outbox SET state = ?, settled = ?, tries = tries + 1, problem = ? WHERE id = ? AND state = 'waiting'`, state, millis(t.now), problem, m.ID)
		if err != nil || n == 0 {
			return err
		}
		return t.append(Event{Type: what}, NoteData{Name: m.Channel, Reason: problem})
	})
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// Postpone puts a message off; tried says that it was tried in vain.
func (l *Ledger) Postpone(ctx context.Context, m *Message, until time.Time, tried bool, problem string) error {
	more := 0
	if tried {
		more = 1
	}
	err := l.update(ctx, func(t *tx) error {
		_, err := t.do(`UPDATE outbox SET due = ?, tries = tries + ?, problem = ? WHERE id = ? AND state = 'waiting'`, millis(until), more, problem, m.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// Outbox counts messages by channel and state.
func (l *Ledger) Outbox(ctx context.Context) (map[string]map[string]int, error) {
	out := map[string]map[string]int{}
	err := l.each(ctx, func(rows *sql.Rows) error {
		var channel, state string
		var n int
		if err := rows.Scan(&channel, &state, &n); err != nil {
			return err
		}
		if out[channel] == nil {
			out[channel] = map[string]int{}
		}
		out[channel][state] = n
		return nil
	}, `SELECT channel, state, count(*) FROM outbox GROUP BY channel, state`)
	return out, err
}

// Seal is a finding that waits to be sealed as evidence.
type Seal struct {
	ID      int64
	Run     int64
	Watch   string
	Lead    string
	Key     Key
	Record  *Record // nil when its content was deleted meanwhile
	Finding []byte  // as the report writes it
	Header  []byte
	Tries   int
	Problem string
}

// Seals returns the findings that wait to be sealed, the oldest first.
func (l *Ledger) Seals(ctx context.Context, limit int) ([]Seal, error) {
	var out []Seal
	err := l.each(ctx, func(rows *sql.Rows) error {
		var s Seal
		var body []byte
		if err := rows.Scan(&s.ID, &s.Run, &s.Watch, &s.Lead, &s.Key, &s.Finding, &s.Header, &s.Tries, &s.Problem, &body); err != nil {
			return err
		}
		if body != nil {
			r, err := decodeRecord(body)
			if err != nil {
				return err
			}
			s.Record = &r
		}
		out = append(out, s)
		return nil
	}, `SELECT s.id, s.run, s.watch, s.lead, s.listing, s.finding, s.header, s.tries, s.problem, c.body
	    FROM seals s LEFT JOIN contents c ON c.hash = s.content ORDER BY s.id LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("seals: %w", err)
	}
	return out, nil
}

// Sealed writes down under which name a finding was sealed.
func (l *Ledger) Sealed(ctx context.Context, s *Seal, capture string) error {
	err := l.update(ctx, func(t *tx) error {
		t.watch, t.run = s.Watch, s.Run
		n, err := t.do(`DELETE FROM seals WHERE id = ?`, s.ID)
		if err != nil || n == 0 {
			return err
		}
		return t.append(Event{Type: EvidenceSealed, Listing: s.Key, Lead: s.Lead}, NoteData{Name: capture})
	})
	if err != nil {
		return fmt.Errorf("seals: %w", err)
	}
	return nil
}

// NotSealed writes down why a finding could not be sealed. It waits on.
func (l *Ledger) NotSealed(ctx context.Context, s *Seal, problem string) error {
	return l.update(ctx, func(t *tx) error {
		_, err := t.do(`UPDATE seals SET tries = tries + 1, problem = ? WHERE id = ?`, problem, s.ID)
		return err
	})
}
