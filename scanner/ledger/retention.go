package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// MinListing is the least time for which records of goods and trade are kept: three years from the end of the transaction,
// article 31 of the E-Commerce Law of China.
const MinListing = 3 * 366 * 24 * time.Hour

// Retention says how long what is kept. Zero fields are the defaults.
type Retention struct {
	Listing time.Duration // of a listing, from when it was last seen, and of an earlier content, from when it changed: three years, and never less
	Message time.Duration // of a message, from when it was sent or given up: 90 days
}

func (r *Retention) fill() error {
	if r.Listing == 0 {
		r.Listing = MinListing
	}
	if r.Message == 0 {
		r.Message = 90 * 24 * time.Hour
	}
	if r.Listing < MinListing || r.Message < 0 {
		return errors.New("records of listings are kept for at least three years")
	}
	return nil
}

// The classes of what GC deletes.
const (
	ClassListing = "listing" // a listing that is gone: its texts, its address, its seller
	ClassContent = "content" // what a listing said before it changed
	ClassMessage = "message"
)

// Deletion is something whose time is over.
type Deletion struct {
	Class string    `json:"class"`
	Watch string    `json:"watch"`
	Key   Key       `json:"key,omitzero"`
	Title string    `json:"title,omitempty"`
	Last  time.Time `json:"last_seen"` // or when it was replaced or settled
	Count int       `json:"count"`     // contents or messages

	hashes []Key
	ids    []int64
}

// GC deletes what its time of retention is over for, and returns it. Listings under a hold and those with a lead that is
// neither closed nor dismissed stay whole. With dryRun it only says what it would delete. Each deletion is an event; the
// events themselves stay, without any text of the listing.
func (l *Ledger) GC(ctx context.Context, r Retention, actor, reason string, dryRun bool) ([]Deletion, error) {
	if err := r.fill(); err != nil {
		return nil, fmt.Errorf("retention: %w", err)
	}
	if strings.TrimSpace(actor) == "" || strings.TrimSpace(reason) == "" {
		return nil, errors.New("retention: who deletes and why are required")
	}
	var out []Deletion
	err := l.update(ctx, func(t *tx) error {
		t.now = l.now()
		for _, find := range []func(Retention) ([]Deletion, error){t.oldListings, t.oldContents, t.oldMessages} {
			list, err := find(r)
			if err != nil {
				return err
			}
			for i := range list {
				if !dryRun {
					if err := t.remove(&list[i], actor, reason); err != nil {
						return err
					}
				}
			}
			out = append(out, list...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("retention: %w", err)
	}
	return out, nil
}

// free is the condition under which a row of listings named l may lose its texts.
const free = ` NOT EXISTS (SELECT 1 FROM holds h WHERE h.watch = l.watch AND h.listing = l.key)
	AND NOT EXISTS (SELECT 1 FROM leads d WHERE d.watch = l.watch AND d.listing = l.key AND d.state NOT IN ('closed', 'dismissed'))
	AND NOT EXISTS (SELECT 1 FROM seals s WHERE s.watch = l.watch AND s.listing = l.key) `

// oldListings finds listings that are gone and were last seen too long ago.
func (t *tx) oldListings(r Retention) ([]Deletion, error) {
	var out []Deletion
	err := t.each(func(rows *sql.Rows) error {
		d := Deletion{Class: ClassListing, Count: 1}
		var last int64
		err := rows.Scan(&d.Watch, &d.Key, &d.Title, &last)
		d.Last = fromMillis(last)
		out = append(out, d)
		return err
	}, `SELECT l.watch, l.key, l.title, (SELECT coalesce(max(r.started), 0) FROM runs r WHERE r.watch = l.watch AND r.id < l.gone) AS last FROM listings l
	    WHERE l.gone > 0 AND last < ? AND`+free+`ORDER BY l.watch, l.key`, millis(t.now.Add(-r.Listing)))
	for i := range out {
		if err == nil {
			out[i].hashes, err = t.contentsOf(out[i].Key)
		}
	}
	return out, err
}

// contentsOf returns the hashes of all contents that a listing ever had.
func (t *tx) contentsOf(key Key) ([]Key, error) {
	var out []Key
	err := t.each(func(rows *sql.Rows) error {
		var data string
		if err := rows.Scan(&data); err != nil {
			return err
		}
		var d ListingData
		err := json.Unmarshal([]byte(data), &d)
		for _, k := range []Key{d.Content, d.From} {
			if k != (Key{}) {
				out = append(out, k)
			}
		}
		return err
	}, `SELECT data FROM events WHERE listing = ? AND type IN ('listing.new', 'listing.changed', 'listing.back')`, key)
	return out, err
}

// oldContents finds what listings said before a change that is too long ago.
func (t *tx) oldContents(r Retention) ([]Deletion, error) {
	var out []Deletion
	err := t.each(func(rows *sql.Rows) error {
		d := Deletion{Class: ClassContent, Count: 1}
		var at int64
		var from string
		if err := rows.Scan(&d.Watch, &d.Key, &d.Title, &at, &from); err != nil {
			return err
		}
		hash, err := ParseKey(from)
		d.Last, d.hashes = fromMillis(at), []Key{hash}
		out = append(out, d)
		return err
	}, `SELECT e.watch, e.listing, l.title, e.at, json_extract(e.data, '$.from') FROM events e JOIN listings l ON l.watch = e.watch AND l.key = e.listing
	    WHERE e.type = 'listing.changed' AND e.at < ? AND`+free+`
	    AND EXISTS (SELECT 1 FROM contents c WHERE c.hash = unhex(json_extract(e.data, '$.from')) AND c.hash <> l.content) ORDER BY e.seq`, millis(t.now.Add(-r.Listing)))
	return out, err
}

// oldMessages finds messages that were settled too long ago.
func (t *tx) oldMessages(r Retention) ([]Deletion, error) {
	byWatch := map[string]int{}
	var out []Deletion
	err := t.each(func(rows *sql.Rows) error {
		var id, at int64
		var watch string
		if err := rows.Scan(&id, &watch, &at); err != nil {
			return err
		}
		i, ok := byWatch[watch]
		if !ok {
			i = len(out)
			byWatch[watch] = i
			out = append(out, Deletion{Class: ClassMessage, Watch: watch, Last: fromMillis(at)})
		}
		out[i].ids = append(out[i].ids, id)
		out[i].Count++
		return nil
	}, `SELECT id, watch, settled FROM outbox WHERE state <> 'waiting' AND settled < ? AND body <> '' ORDER BY watch, id`, millis(t.now.Add(-r.Message)))
	return out, err
}

// remove deletes one thing and says so in an event.
func (t *tx) remove(d *Deletion, actor, reason string) error {
	for _, id := range d.ids {
		// The row stays: its key says that the message is not to be queued again.
		if _, err := t.do(`UPDATE outbox SET body = '' WHERE id = ?`, id); err != nil {
			return err
		}
	}
	if d.Class == ClassListing {
		for _, q := range []string{`DELETE FROM listings WHERE watch = ? AND key = ?`, `DELETE FROM matches WHERE watch = ? AND listing = ?`} {
			if _, err := t.do(q, d.Watch, d.Key); err != nil {
				return err
			}
		}
	}
	for _, h := range d.hashes {
		if _, err := t.do(`DELETE FROM contents WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM listings WHERE content = ?)`, h, h); err != nil {
			return err
		}
	}
	e := Event{Type: DataDeleted, Actor: actor, Watch: d.Watch, Listing: d.Key}
	if d.Class == ClassMessage {
		return t.append(e, NoteData{Name: fmt.Sprintf("%d messages", d.Count), Reason: reason})
	}
	return t.append(e, ListingData{Deleted: d.Class, Reason: reason})
}

// Hold keeps a listing and all its contents whatever their time of retention, until every hold is lifted.
func (l *Ledger) Hold(ctx context.Context, s Sighting, name, actor, reason string) error {
	return l.hold(ctx, s, name, actor, reason, HoldLaid, `INSERT INTO holds (watch, listing, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
}

// Unhold lifts a hold.
func (l *Ledger) Unhold(ctx context.Context, s Sighting, name, actor, reason string) error {
	return l.hold(ctx, s, name, actor, reason, HoldLifted, `DELETE FROM holds WHERE watch = ? AND listing = ? AND name = ?`)
}

func (l *Ledger) hold(ctx context.Context, s Sighting, name, actor, reason string, what Type, query string) error {
	if strings.TrimSpace(actor) == "" || strings.TrimSpace(reason) == "" || strings.TrimSpace(name) == "" {
		return errors.New("hold: who does it, why, and the name of the hold are required")
	}
	err := l.update(ctx, func(t *tx) error {
		n, err := t.do(query, s.Watch, s.Key, name)
		if err != nil {
			return err
		}
		if n == 0 && what == HoldLifted {
			return fmt.Errorf("no hold named %q: %w", name, ErrNotFound)
		}
		return t.append(Event{Type: what, Actor: actor, Watch: s.Watch, Listing: s.Key}, NoteData{Name: name, Reason: reason})
	})
	if err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	return nil
}
