package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"
)

// RunStatus is how a run stands or ended.
type RunStatus struct {
	ID       int64     `json:"id"`
	Watch    string    `json:"watch"`
	Due      time.Time `json:"due,omitzero"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	Stage    string    `json:"stage"`
	Complete bool      `json:"complete"`
	Reason   string    `json:"reason"`
	Counts   RunCounts `json:"counts"`
	Read     int       `json:"read"` // listings so far, of a run under way
}

// RunCounts is what a finished run counted.
type RunCounts struct {
	Events   map[Type]int `json:"events"`
	Listings int          `json:"listings"`
	Missed   int          `json:"missed"`
	Scanned  int          `json:"scanned"`
}

// Runs returns the runs of a watch ("" for all) that began at or after since, the newest first, at most limit of them.
func (l *Ledger) Runs(ctx context.Context, watch string, since time.Time, limit int) ([]RunStatus, error) {
	var out []RunStatus
	err := l.each(ctx, func(rows *sql.Rows) error {
		var r RunStatus
		var due, started, finished int64
		var counts string
		if err := rows.Scan(&r.ID, &r.Watch, &due, &started, &finished, &r.Stage, &r.Complete, &r.Reason, &counts, &r.Read); err != nil {
			return err
		}
		r.Due, r.Started, r.Finished = fromMillis(due), fromMillis(started), fromMillis(finished)
		out = append(out, r)
		return json.Unmarshal([]byte(counts), &out[len(out)-1].Counts)
	}, `SELECT id, watch, due, started, finished, stage, complete, reason, counts, (SELECT count(*) FROM seen s WHERE s.run = r.id)
	    FROM runs r WHERE (watch = ? OR ? = '') AND started >= ? ORDER BY id DESC LIMIT ?`, watch, watch, millis(since), limit)
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	return out, nil
}

// EventQuery picks events. Zero fields pick all.
type EventQuery struct {
	After   int64 // events behind this sequence
	Since   time.Time
	Watch   string
	Run     int64
	Listing Key
	Right   string
	Lead    string
}

// Events returns events in their order. An error is the last.
func (l *Ledger) Events(ctx context.Context, q EventQuery) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		query, args := `SELECT e.seq, e.at, e.actor, e.type, e.watch, e.run, e.listing, e.right_id, e.lead, e.data, coalesce(i.rule, ''), coalesce(i.corpora, 'null')
			FROM events e LEFT JOIN identities i ON i.id = e.identity WHERE e.seq > ?`, []any{q.After}
		also := func(clause string, on bool, v any) {
			if on {
				query, args = query+` AND e.`+clause, append(args, v)
			}
		}
		also("at >= ?", !q.Since.IsZero(), millis(q.Since))
		also("watch = ?", q.Watch != "", q.Watch)
		also("run = ?", q.Run != 0, q.Run)
		also("listing = ?", q.Listing != Key{}, q.Listing)
		also("right_id = ?", q.Right != "", q.Right)
		also("lead = ?", q.Lead != "", q.Lead)
		rows, err := l.db.QueryContext(ctx, query+` ORDER BY e.seq`, args...)
		if err != nil {
			yield(Event{}, fmt.Errorf("events: %w", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var e Event
			var at int64
			var data, corpora string
			err := rows.Scan(&e.Seq, &at, &e.Actor, &e.Type, &e.Watch, &e.Run, &e.Listing, &e.Right, &e.Lead, &data, &e.Rule, &corpora)
			if err == nil {
				e.Time, e.Data = fromMillis(at), json.RawMessage(data)
				err = json.Unmarshal([]byte(corpora), &e.Corpora)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Event{}, fmt.Errorf("events: %w", err))
		}
	}
}

// Sighting is what the ledger knows of a listing.
type Sighting struct {
	Brief
	Watch   string    `json:"watch"`
	Content Key       `json:"content"`
	Gone    bool      `json:"gone"`
	First   time.Time `json:"first_seen"`
	Last    time.Time `json:"last_seen"`
}

// Find returns the listings with the given key, id or address, in the order of watches and keys.
func (l *Ledger) Find(ctx context.Context, name string) ([]Sighting, error) {
	key, err := ParseKey(name)
	if err != nil {
		key = Key{}
	}
	var out []Sighting
	err = l.each(ctx, func(rows *sql.Rows) error {
		var s Sighting
		err := rows.Scan(&s.Watch, &s.Key, &s.Content, &s.ID, &s.Title, &s.Seller, &s.URL, &s.Gone)
		out = append(out, s)
		return err
	}, `SELECT watch, key, content, id, title, seller, url, gone > 0 FROM listings WHERE key = ? OR id = ? OR url = ? ORDER BY watch, key LIMIT 1000`, key, name, name)
	for i := range out {
		if err == nil {
			out[i].First, out[i].Last, err = l.sighted(ctx, out[i].Watch, out[i].Key)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("find listing: %w", err)
	}
	return out, nil
}

// sighted derives from the runs when a listing was first and last seen.
func (l *Ledger) sighted(ctx context.Context, watch string, key Key) (first, last time.Time, err error) {
	var a, b int64
	err = l.db.QueryRowContext(ctx, `SELECT
		coalesce((SELECT started FROM runs WHERE id = l.first), 0),
		coalesce((SELECT max(r.started) FROM runs r WHERE r.watch = l.watch AND r.stage = 'finished' AND r.id >= l.since AND (l.gone = 0 OR r.id < l.gone)
			AND NOT EXISTS (SELECT 1 FROM missed m WHERE m.listing = l.key AND m.run = r.id)), 0)
		FROM listings l WHERE l.watch = ? AND l.key = ?`, watch, key).Scan(&a, &b)
	if errors.Is(err, sql.ErrNoRows) {
		return first, last, nil
	}
	return fromMillis(a), fromMillis(b), err
}

// Content returns a content of a listing; ok is false when it was deleted or never kept.
func (l *Ledger) Content(ctx context.Context, hash Key) (r Record, ok bool, err error) {
	var body []byte
	err = l.db.QueryRowContext(ctx, `SELECT body FROM contents WHERE hash = ?`, hash).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	if err == nil {
		r, err = decodeRecord(body)
	}
	return r, err == nil, err
}

// Group is a set of listings of several sellers that say or show the same.
type Group struct {
	By       string     `json:"by"` // text or picture
	Listings []Sighting `json:"listings"`
}

// Groups returns the listings that are there, say or show the same and are of several sellers, the largest group first, at
// most limit groups.
func (l *Ledger) Groups(ctx context.Context, watch string, limit int) ([]Group, error) {
	var out []Group
	for _, by := range []struct{ name, column string }{{"text", "twin"}, {"picture", "picture"}} {
		var values []Key
		err := l.each(ctx, func(rows *sql.Rows) error {
			var k Key
			err := rows.Scan(&k)
			values = append(values, k)
			return err
		}, `SELECT `+by.column+` FROM listings WHERE watch = ? AND gone = 0 AND `+by.column+` IS NOT NULL
		    GROUP BY `+by.column+` HAVING count(DISTINCT seller) > 1 ORDER BY count(*) DESC, `+by.column+` LIMIT ?`, watch, limit)
		if err != nil {
			return nil, fmt.Errorf("groups: %w", err)
		}
		for _, v := range values {
			g := Group{By: by.name}
			err := l.each(ctx, func(rows *sql.Rows) error {
				s := Sighting{Watch: watch}
				err := rows.Scan(&s.Key, &s.Content, &s.ID, &s.Title, &s.Seller, &s.URL)
				g.Listings = append(g.Listings, s)
				return err
			}, `SELECT key, content, id, title, seller, url FROM listings INDEXED BY listings_`+by.column+` WHERE watch = ? AND gone = 0 AND `+by.column+` = ? ORDER BY seller, key`, watch, v)
			if err != nil {
				return nil, fmt.Errorf("groups: %w", err)
			}
			out = append(out, g)
		}
	}
	return out, nil
}

// Next returns when a watch is due next; ok is false when nothing is written down for this schedule.
func (l *Ledger) Next(ctx context.Context, watch, spec string) (next time.Time, ok bool, err error) {
	var n int64
	err = l.db.QueryRowContext(ctx, `SELECT next FROM schedule WHERE watch = ? AND spec = ?`, watch, spec).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return next, false, nil
	}
	return fromMillis(n), err == nil, err
}

// SetNext writes down when a watch is due next.
func (l *Ledger) SetNext(ctx context.Context, watch, spec string, next time.Time) error {
	err := l.update(ctx, func(t *tx) error {
		_, err := t.do(`INSERT OR REPLACE INTO schedule (watch, spec, next) VALUES (?, ?, ?)`, watch, spec, millis(next))
		return err
	})
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	return nil
}

// LeadStates counts the leads of a watch by state.
func (l *Ledger) LeadStates(ctx context.Context, watch string) (map[State]int, error) {
	out := map[State]int{}
	err := l.each(ctx, func(rows *sql.Rows) error {
		var s State
		var n int
		err := rows.Scan(&s, &n)
		out[s] = n
		return err
	}, `SELECT state, count(*) FROM leads WHERE watch = ? GROUP BY state`, watch)
	return out, err
}
