package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

const maxListed = 1000

// finish is the work of one Finish.
type finish struct {
	*tx
	c       *Closing
	s       *Summary
	touched map[string]*touch
	order   []string // fingerprints as they were touched
	fresh   []arrival
}

// arrival is a listing that is new in this run.
type arrival struct {
	Brief
	twin, picture Key
}

// Finish compares what the run put aside with what the ledger knows, appends the events of the run, stores its messages and
// ends it, all at once: after an error the run is as it was before.
func (r *Run) Finish(ctx context.Context, c Closing) (*Summary, error) {
	if len(c.Problems) > 100 {
		c.Problems = c.Problems[:100]
	}
	s := &Summary{
		Run: r.ID, Watch: r.Watch, Day: r.Day, Complete: c.Complete, Reason: c.Reason, Problems: c.Problems, Counts: map[Type]int{},
	}
	err := r.update(ctx, func(t *tx) error {
		f := &finish{tx: t, c: &c, s: s, touched: map[string]*touch{}}
		return f.do()
	})
	if err != nil {
		return nil, fmt.Errorf("finish run %d of %s: %w", r.ID, r.Watch, err)
	}
	r.At = StageFinished
	return s, nil
}

func (f *finish) do() error {
	var stage string
	if err := f.get(&stage, `SELECT stage FROM runs WHERE id = ?`, f.run); err != nil {
		return err
	}
	if stage == StageFinished {
		return fmt.Errorf("it is finished already")
	}
	for _, step := range []func() error{f.arrivals, f.departures, f.repeats, f.matches, f.seals, f.messages, f.end} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (f *finish) emit(e Event, data any) error {
	f.s.Counts[e.Type]++
	return f.append(e, data)
}

// stagedRow is a row of the table staged.
type stagedRow struct {
	key, content, picture Key
	ord                   int64
	listing, finding      []byte
}

// arrivals takes what was scanned, in the order of the source.
func (f *finish) arrivals() error {
	const page = 500
	last := int64(-1)
	for {
		var rows []stagedRow
		err := f.each(func(r *sql.Rows) error {
			var s stagedRow
			err := r.Scan(&s.key, &s.content, &s.picture, &s.ord, &s.listing, &s.finding)
			s.listing, s.finding = bytes.Clone(s.listing), bytes.Clone(s.finding)
			rows = append(rows, s)
			return err
		}, `SELECT g.key, g.content, g.picture, s.ord, g.listing, g.finding FROM seen s JOIN staged g ON s.run = g.run AND s.key = g.key AND s.content = g.content
		    WHERE s.run = ? AND s.ord > ? ORDER BY s.ord LIMIT ?`, f.run, last, page)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := f.arrive(&rows[i]); err != nil {
				return err
			}
			last = rows[i].ord
		}
		f.s.Scanned += len(rows)
		if len(rows) < page {
			return nil
		}
	}
}

// arrive compares one scanned listing with what is known of it.
func (f *finish) arrive(s *stagedRow) error {
	rec, err := decodeRecord(s.listing)
	if err != nil {
		return err
	}
	var found stagedFinding
	if err := json.Unmarshal(s.finding, &found); err != nil {
		return err
	}
	var before Key
	var gone int64
	known, err := f.row([]any{&before, &gone}, `SELECT content, gone FROM listings WHERE watch = ? AND key = ?`, f.watch, s.key)
	if err != nil {
		return err
	}
	if _, err := f.tx.do(`INSERT INTO contents (hash, body) VALUES (?, ?) ON CONFLICT DO NOTHING`, s.content, s.listing); err != nil {
		return err
	}
	twin := rec.twin()
	switch {
	case !known:
		err = f.newcomer(s, &rec, twin)
	case gone > 0 || before != s.content:
		err = f.changed(s, &rec, twin, before, gone > 0)
	}
	if err != nil {
		return err
	}
	return f.compare(s.key, &found)
}

func (f *finish) newcomer(s *stagedRow, rec *Record, twin Key) error {
	_, err := f.tx.do(`INSERT INTO listings (watch, key, content, twin, picture, id, title, seller, url, first, since, gone) VALUES (?,?,?,?,?,?,?,?,?,?,?,0)`,
		f.watch, s.key, s.content, twin, s.picture, rec.ID, rec.Title, rec.seller(), rec.URL, f.run, f.run)
	if err != nil {
		return err
	}
	f.fresh = append(f.fresh, arrival{Brief{s.key, rec.ID, rec.Title, rec.seller(), rec.URL}, twin, s.picture})
	return f.emit(Event{Type: ListingNew, Listing: s.key}, ListingData{Content: s.content})
}

func (f *finish) changed(s *stagedRow, rec *Record, twin, before Key, gone bool) error {
	if gone {
		if err := f.emit(Event{Type: ListingBack, Listing: s.key}, ListingData{Content: s.content}); err != nil {
			return err
		}
		if _, err := f.tx.do(`UPDATE listings SET gone = 0, since = ? WHERE watch = ? AND key = ?`, f.run, f.watch, s.key); err != nil {
			return err
		}
	}
	if before == s.content {
		return nil
	}
	var fields []string
	var old []byte
	kept, err := f.row([]any{&old}, `SELECT body FROM contents WHERE hash = ?`, before)
	if err != nil {
		return err
	}
	if kept {
		was, err := decodeRecord(old)
		if err != nil {
			return err
		}
		for _, c := range Changes(&was, rec) {
			fields = append(fields, c.Field)
		}
	}
	if err := f.emit(Event{Type: ListingChanged, Listing: s.key}, ListingData{Content: s.content, From: before, Fields: fields}); err != nil {
		return err
	}
	_, err = f.tx.do(`UPDATE listings SET content = ?, twin = ?, picture = coalesce(?, picture), id = ?, title = ?, seller = ?, url = ? WHERE watch = ? AND key = ?`,
		s.content, twin, s.picture, rec.ID, rec.Title, rec.seller(), rec.URL, f.watch, s.key)
	return err
}

// departures finds the listings that the run did not meet.
func (f *finish) departures() error {
	type absent struct {
		key Key
		url string
	}
	var list []absent
	err := f.each(func(r *sql.Rows) error {
		var a absent
		err := r.Scan(&a.key, &a.url)
		list = append(list, a)
		return err
	}, `SELECT l.key, l.url FROM listings l WHERE l.watch = ? AND l.gone = 0
	    AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.run = ? AND s.key = l.key) ORDER BY l.key`, f.watch, f.run)
	if err != nil {
		return err
	}
	for _, a := range list {
		if !f.c.Whole || f.c.Unread != nil && f.c.Unread(a.url) {
			f.s.Missed++
			if _, err := f.tx.do(`INSERT INTO missed (run, listing) VALUES (?, ?)`, f.run, a.key); err != nil {
				return err
			}
			continue
		}
		if err := f.depart(a.key); err != nil {
			return err
		}
	}
	return nil
}

func (f *finish) depart(key Key) error {
	if err := f.emit(Event{Type: ListingGone, Listing: key}, ListingData{}); err != nil {
		return err
	}
	if _, err := f.tx.do(`UPDATE listings SET gone = ? WHERE watch = ? AND key = ?`, f.run, f.watch, key); err != nil {
		return err
	}
	var lost []string
	err := f.each(func(r *sql.Rows) error {
		var fp string
		err := r.Scan(&fp)
		lost = append(lost, fp)
		return err
	}, `SELECT fingerprint FROM matches WHERE watch = ? AND listing = ? AND active = 1 ORDER BY fingerprint`, f.watch, key)
	for _, fp := range lost {
		if err == nil {
			err = f.lose(fp, key)
		}
	}
	return err
}

// maxRepeats bounds how many listings a repeated one names, and how common a text or picture may be that tells anything.
const maxRepeats = 20

// repeats recognises new listings that say or show what another one does.
func (f *finish) repeats() error {
	for i := range f.fresh {
		a := &f.fresh[i]
		for _, by := range []struct {
			name, column string
			value        Key
		}{{"text", "twin", a.twin}, {"picture", "picture", a.picture}} {
			if by.value == (Key{}) {
				continue
			}
			done, err := f.repeat(a, by.name, by.column, by.value)
			if err != nil {
				return err
			}
			if done {
				break
			}
		}
	}
	return nil
}

// repeat looks for the listings that share one value with a. One that is gone makes it a relisting, else one of another
// seller a twin.
func (f *finish) repeat(a *arrival, by, column string, value Key) (bool, error) {
	var gone, twins []Brief
	n := 0
	err := f.each(func(r *sql.Rows) error {
		var b Brief
		var run int64
		if err := r.Scan(&b.Key, &b.ID, &b.Title, &b.Seller, &b.URL, &run); err != nil {
			return err
		}
		switch n++; {
		case run > 0:
			gone = append(gone, b)
		case b.Seller != a.Seller:
			twins = append(twins, b)
		}
		return nil
	}, `SELECT key, id, title, seller, url, gone FROM listings INDEXED BY listings_`+column+` WHERE watch = ? AND `+column+` = ? AND key <> ? ORDER BY gone DESC, key LIMIT 21`, f.watch, value, a.Key)
	if err != nil || n > maxRepeats {
		return false, err
	}
	list, what := gone, ListingRelisted
	if len(gone) == 0 {
		list, what = twins, ListingTwin
	}
	if len(list) == 0 {
		return false, nil
	}
	data := ListingData{By: by}
	for _, b := range list {
		data.Of = append(data.Of, b.Key)
	}
	if what == ListingRelisted && len(f.s.Relisted) < maxListed {
		f.s.Relisted = append(f.s.Relisted, Relisting{a.Brief, gone[0], by})
	}
	return true, f.emit(Event{Type: what, Listing: a.Key}, data)
}

// end counts what is there, writes the last event and empties the tables of the run.
func (f *finish) end() error {
	data := struct {
		Complete bool     `json:"complete"`
		Reason   string   `json:"reason,omitempty"`
		Problems []string `json:"problems,omitempty"`
	}{f.c.Complete, f.c.Reason, f.c.Problems}
	if err := f.append(Event{Type: RunFinished}, data); err != nil {
		return err
	}
	counts, err := json.Marshal(struct {
		Events   map[Type]int `json:"events"`
		Listings int          `json:"listings"`
		Missed   int          `json:"missed"`
		Scanned  int          `json:"scanned"`
	}{f.s.Counts, f.s.Listings, f.s.Missed, f.s.Scanned})
	if err != nil {
		return err
	}
	for _, table := range []string{"seen", "staged", "todo"} {
		if _, err := f.tx.do(`DELETE FROM `+table+` WHERE run = ?`, f.run); err != nil {
			return err
		}
	}
	_, err = f.tx.do(`UPDATE runs SET stage = ?, finished = ?, complete = ?, reason = ?, counts = ? WHERE id = ?`,
		StageFinished, millis(f.now), f.c.Complete, f.c.Reason, string(counts), f.run)
	return err
}

// messages stores what is to be told.
func (f *finish) messages() error {
	if err := f.get(&f.s.Listings, `SELECT count(*) FROM listings WHERE watch = ? AND gone = 0`, f.watch); err != nil {
		return err
	}
	if f.c.Compose == nil {
		return nil
	}
	list, err := f.c.Compose(f.s)
	if err != nil {
		return err
	}
	for i := range list {
		if err := f.enqueue(&list[i]); err != nil {
			return err
		}
	}
	return nil
}
