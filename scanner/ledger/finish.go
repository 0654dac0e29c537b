package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"lookalike/matchers/judge"
)

// Closing is what Finish must know of a reading.
type Closing struct {
	Whole    bool                  // the source was read to its end: what it did not hold is gone
	Unread   func(url string) bool // pages that could not be read: their listings are missed, not gone; nil for none
	Complete bool                  // nothing at all was left out; a run that is not complete is never called clean
	Reason   string                // why it is not complete, a code of the messages
	Problems []string              // what could not be read, for the record, at most 100 are kept

	Lead judge.Grade // from which grade a match is a lead
	Seal judge.Grade // from which grade a lead is sealed as evidence; "" for never

	Header []byte // of the report that the findings stand in, for what is sealed

	// Compose makes the messages of the run. They are stored with its events. Nil for none.
	Compose func(s *Summary) ([]Message, error)
}

// Summary is what a run found. Its lists hold at most 1,000 entries each; Counts are whole.
type Summary struct {
	Run      int64
	Watch    string
	Day      string
	Complete bool
	Reason   string
	Problems []string
	Counts   map[Type]int
	Listings int // there after the run
	Missed   int // expected and not read
	Scanned  int
	Leads    []LeadChange
	Relisted []Relisting
}

// Quiet reports whether nothing happened that a person has to look at.
func (s *Summary) Quiet() bool {
	for _, t := range []Type{MatchNew, MatchWorse, MatchBack, MatchBetter, MatchGone, ListingRelisted, LeadOpened, LeadReopened} {
		if s.Counts[t] > 0 {
			return false
		}
	}
	return s.Complete
}

// LeadChange is what happened to a lead.
type LeadChange struct {
	Type  Type
	Lead  string
	State State
	MatchData
	Right   string
	Listing Brief
}

// Relisting is a new listing that repeats one that is gone.
type Relisting struct {
	Listing Brief
	Of      Brief
	By      string // text or picture
}

// Brief names a listing.
type Brief struct {
	Key    Key    `json:"key"`
	ID     string `json:"id"`
	Title  string `json:"title"`
	Seller string `json:"seller"`
	URL    string `json:"url"`
}

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

// touch is a match whose state may have changed in this run.
type touch struct {
	match   stagedMatch
	listing Key
	before  int // grade, 0 for none
	existed bool
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

// compare takes the matches that a scan found on a listing. Those that it has no longer are gone, unless part of the listing
// could not be read.
func (f *finish) compare(key Key, found *stagedFinding) error {
	now := map[string]*stagedMatch{}
	var order []string
	for i := range found.Matches {
		m := &found.Matches[i]
		if have := now[m.Fingerprint]; have != nil {
			if m.Rank > have.Rank && m.Counts || m.Counts && !have.Counts {
				now[m.Fingerprint] = m
			}
			continue
		}
		now[m.Fingerprint] = m
		order = append(order, m.Fingerprint)
	}
	var lost []string
	err := f.each(func(r *sql.Rows) error {
		var fp string
		err := r.Scan(&fp)
		if now[fp] == nil {
			lost = append(lost, fp)
		}
		return err
	}, `SELECT fingerprint FROM matches WHERE watch = ? AND listing = ? AND active = 1 ORDER BY fingerprint`, f.watch, key)
	if err != nil {
		return err
	}
	for _, fp := range order {
		m := now[fp]
		if err := f.touch(fp, key, m); err != nil {
			return err
		}
		data, err := json.Marshal(m.MatchData)
		if err != nil {
			return err
		}
		if _, err := f.tx.do(`INSERT OR REPLACE INTO matches (watch, listing, fingerprint, grade, counts, active, right_id, corpus, status, expires, policy, data) VALUES (?,?,?,?,?,1,?,?,?,?,?,?)`,
			f.watch, key, fp, m.Rank, m.Counts, m.Right, m.Corpus, m.Status, m.Expires, m.Policy, string(data)); err != nil {
			return err
		}
	}
	if found.Error != "" {
		return nil
	}
	for _, fp := range lost {
		if err := f.lose(fp, key); err != nil {
			return err
		}
	}
	return nil
}

// touch notes the state of a match before this run, once.
func (f *finish) touch(fp string, key Key, m *stagedMatch) error {
	if t := f.touched[fp]; t != nil {
		if m != nil && m.Rank > t.match.Rank {
			t.match, t.listing = *m, key
		}
		return nil
	}
	t := &touch{listing: key}
	var n int
	if _, err := f.row([]any{&n, &t.before}, `SELECT count(*), coalesce(max(CASE WHEN active = 1 AND counts = 1 THEN grade END), 0) FROM matches INDEXED BY matches_fingerprint WHERE watch = ? AND fingerprint = ?`,
		f.watch, fp); err != nil {
		return err
	}
	t.existed = n > 0
	if m != nil {
		t.match = *m
	} else if err := f.load(fp, key, t); err != nil {
		return err
	}
	f.touched[fp] = t
	f.order = append(f.order, fp)
	return nil
}

// load reads a match as the ledger has it.
func (f *finish) load(fp string, key Key, t *touch) error {
	var data string
	_, err := f.row([]any{&t.match.Right, &t.match.Corpus, &data}, `SELECT right_id, corpus, data FROM matches WHERE watch = ? AND listing = ? AND fingerprint = ?`, f.watch, key, fp)
	if err != nil || data == "" {
		return err
	}
	return json.Unmarshal([]byte(data), &t.match.MatchData)
}

// lose takes a match off a listing.
func (f *finish) lose(fp string, key Key) error {
	if err := f.touch(fp, key, nil); err != nil {
		return err
	}
	_, err := f.tx.do(`UPDATE matches SET active = 0 WHERE watch = ? AND listing = ? AND fingerprint = ?`, f.watch, key, fp)
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

// matches makes the events of every match that was touched.
func (f *finish) matches() error {
	for _, fp := range f.order {
		t := f.touched[fp]
		after := 0
		listing := t.listing
		var data string
		found, err := f.row([]any{&after, &listing, &data}, `SELECT grade, listing, data FROM matches INDEXED BY matches_fingerprint WHERE watch = ? AND fingerprint = ? AND active = 1 AND counts = 1 ORDER BY grade DESC, listing LIMIT 1`,
			f.watch, fp)
		if err != nil {
			return err
		}
		if found {
			if err := json.Unmarshal([]byte(data), &t.match.MatchData); err != nil {
				return err
			}
		}
		what := Type("")
		switch {
		case t.before == 0 && after > 0 && t.existed:
			what = MatchBack
		case t.before == 0 && after > 0:
			what = MatchNew
		case t.before > 0 && after == 0:
			what = MatchGone
		case after > t.before:
			what = MatchWorse
		case after < t.before:
			what = MatchBetter
		}
		if what == "" {
			continue
		}
		if err := f.lead(fp, what, t, listing, after); err != nil {
			return err
		}
	}
	return nil
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

// Happened returns the types that a summary counts, in the order of Types.
func (s *Summary) Happened() []Type {
	return slices.DeleteFunc(Types(), func(t Type) bool { return s.Counts[t] == 0 })
}
