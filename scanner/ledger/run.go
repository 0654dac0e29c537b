package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// The stages of a run.
const (
	StageReading  = "reading"  // the shop or the feed is being read
	StageSelected = "selected" // the stored listings that changed rights call for are known
	StageFinished = "finished"
)

// RunInfo is what a run is about.
type RunInfo struct {
	Watch   string
	Due     time.Time // when the schedule asked for it; zero for one that a person started
	Day     string    // the day that decides expiry, YYYY-MM-DD
	Engine  string
	Rule    string // identity of the rules, without the day
	Corpora []CorpusID
}

// Run is a run under way. It is for one goroutine.
type Run struct {
	RunInfo
	ID      int64
	Started time.Time
	At      string // its stage
	Resumed bool   // it was begun before and cut off

	l     *Ledger
	ident int64
}

// Begin starts a run of a watch, or goes on with the one that was cut off: then what is returned is that one's information.
func (l *Ledger) Begin(ctx context.Context, info RunInfo) (*Run, error) {
	var r *Run
	err := l.update(ctx, func(t *tx) error {
		var err error
		if r, err = t.unfinished(info.Watch); err != nil || r != nil {
			return err
		}
		ident, err := t.identity(info.Rule, info.Corpora)
		if err != nil {
			return err
		}
		t.watch, t.ident = info.Watch, ident
		if _, err := t.do(`INSERT INTO runs (watch, due, started, finished, day, stage, complete, identity, engine, reason, header, counts) VALUES (?,?,?,0,?,?,0,?,?,'','','{}')`,
			info.Watch, millis(info.Due), millis(t.now), info.Day, StageReading, ident, info.Engine); err != nil {
			return err
		}
		r = &Run{RunInfo: info, Started: fromMillis(millis(t.now)), At: StageReading, ident: ident}
		if err := t.get(&r.ID, `SELECT last_insert_rowid()`); err != nil {
			return err
		}
		t.run = r.ID
		return t.append(Event{Type: RunStarted}, NoteData{})
	})
	if err != nil {
		return nil, fmt.Errorf("begin run of %s: %w", info.Watch, err)
	}
	r.l = l
	return r, nil
}

// unfinished returns the run of a watch that was cut off, nil without one.
func (t *tx) unfinished(watch string) (*Run, error) {
	r := &Run{RunInfo: RunInfo{Watch: watch}, Resumed: true}
	var due, started int64
	var corpora string
	found, err := t.row([]any{&r.ID, &due, &started, &r.Day, &r.At, &r.ident, &r.Engine, &r.Rule, &corpora},
		`SELECT r.id, r.due, r.started, r.day, r.stage, r.identity, r.engine, i.rule, i.corpora
		 FROM runs r JOIN identities i ON i.id = r.identity WHERE r.watch = ? AND r.stage <> 'finished' ORDER BY r.id LIMIT 1`, watch)
	if err != nil || !found {
		return nil, err
	}
	r.Due, r.Started = fromMillis(due), fromMillis(started)
	return r, json.Unmarshal([]byte(corpora), &r.Corpora)
}

// Unfinished returns what is known of the run of a watch that was cut off; ok is false without one.
func (l *Ledger) Unfinished(ctx context.Context, watch string) (r *Run, ok bool, err error) {
	err = l.update(ctx, func(t *tx) error {
		r, err = t.unfinished(watch)
		return err
	})
	if r != nil {
		r.l = l
	}
	return r, r != nil, err
}

// update runs do in a transaction that writes events of this run.
func (r *Run) update(ctx context.Context, do func(t *tx) error) error {
	return r.l.update(ctx, func(t *tx) error {
		t.watch, t.run, t.ident = r.Watch, r.ID, r.ident
		return do(t)
	})
}

// Known is what the ledger holds of a listing.
type Known struct {
	Content Key
	Gone    bool
}

// Known returns the listings of the watch before this run.
func (r *Run) Known(ctx context.Context) (map[Key]Known, error) {
	out := map[Key]Known{}
	err := r.l.each(ctx, func(rows *sql.Rows) error {
		var key Key
		var k Known
		if err := rows.Scan(&key, &k.Content, &k.Gone); err != nil {
			return err
		}
		out[key] = k
		return nil
	}, `SELECT key, content, gone > 0 FROM listings WHERE watch = ?`, r.Watch)
	return out, err
}

// Item is one listing that a run read.
type Item struct {
	Key     Key
	Content Key   // hash of what the listing says
	Ord     int64 // its place in the source, for a listing that the run has not seen before

	// Listing and Finding are nil for a listing that stands in the ledger with this content and needs no scan.
	Listing *corpora.Listing
	Finding *scanner.Finding
	Picture Key  // of its main picture, zero when there is none
	Whole   bool // keep the whole finding: it may be sealed as evidence
}

// Stage puts aside what was read. It is on disk when Stage returns.
func (r *Run) Stage(ctx context.Context, items []Item) error {
	err := r.update(ctx, func(t *tx) error {
		for i := range items {
			if err := t.stage(&items[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("put aside what was read: %w", err)
	}
	return nil
}

func (t *tx) stage(it *Item) error {
	n, err := t.do(`UPDATE seen SET content = ? WHERE run = ? AND key = ?`, it.Content, t.run, it.Key)
	if err == nil && n == 0 {
		_, err = t.do(`INSERT INTO seen (run, key, content, ord) VALUES (?,?,?,?)`, t.run, it.Key, it.Content, it.Ord)
	}
	if err != nil {
		return err
	}
	if it.Listing == nil {
		return nil
	}
	rec := RecordOf(it.Listing)
	listing, err := rec.encode()
	if err != nil {
		return err
	}
	finding, err := json.Marshal(stagedOf(it.Finding))
	if err != nil {
		return err
	}
	var whole []byte
	if it.Whole && len(it.Finding.Matches) > 0 {
		if whole, err = json.Marshal(it.Finding); err != nil {
			return err
		}
	}
	_, err = t.do(`INSERT OR REPLACE INTO staged (run, key, content, picture, listing, finding, whole) VALUES (?,?,?,?,?,?,?)`,
		t.run, it.Key, it.Content, it.Picture, listing, finding, whole)
	return err
}

// stagedFinding is what Finish needs of a finding.
type stagedFinding struct {
	Matches []stagedMatch `json:"m,omitempty"`
	Error   string        `json:"e,omitempty"` // code of the first problem
}

type stagedMatch struct {
	MatchData
	Right   string `json:"right"`
	Corpus  string `json:"corpus"`
	Status  string `json:"status"`
	Expires string `json:"expires"`
	Rank    int    `json:"rank"`
	Counts  bool   `json:"counts"`
	Policy  bool   `json:"policy"` // a document or a person's decision acts on it
}

func stagedOf(f *scanner.Finding) stagedFinding {
	var s stagedFinding
	if f.Error != nil {
		s.Error = f.Error.Code
	}
	for i := range f.Matches {
		m := &f.Matches[i]
		if m.SilencedBy != nil || m.Grade == "" {
			continue // not listed for itself
		}
		s.Matches = append(s.Matches, stagedMatch{
			MatchData: MatchData{
				Fingerprint: m.Fingerprint, Grade: string(m.Grade), Lane: m.Lane, Use: string(m.Use), Field: m.Field,
				Mark: m.Right.Text, Owner: m.Right.Owner, Office: m.Right.Office, Number: m.Right.Number,
			},
			Right: m.Right.ID, Corpus: m.Right.Corpus, Status: m.Right.Status, Expires: m.Right.Expires,
			Rank: m.Grade.Rank(), Counts: scanner.Counts(m), Policy: m.Authorised != nil || m.Suppressed != nil,
		})
	}
	return s
}

// gradeOf is the grade of a rank.
func gradeOf(rank int) judge.Grade {
	for _, g := range []judge.Grade{judge.Low, judge.Medium, judge.High, judge.Critical} {
		if g.Rank() == rank {
			return g
		}
	}
	return ""
}

// Progress returns what the run has read so far: the listings that it has seen, and those that it has scanned, with the content
// that they had; and the place that comes behind those that it has seen.
func (r *Run) Progress(ctx context.Context) (seen, scanned map[Key]Key, next int64, err error) {
	read := func(into map[Key]Key) func(rows *sql.Rows) error {
		return func(rows *sql.Rows) error {
			var k, c Key
			if err := rows.Scan(&k, &c); err != nil {
				return err
			}
			into[k] = c
			return nil
		}
	}
	seen, scanned = map[Key]Key{}, map[Key]Key{}
	if err = r.l.each(ctx, read(seen), `SELECT key, content FROM seen WHERE run = ?`, r.ID); err == nil {
		err = r.l.each(ctx, read(scanned), `SELECT key, content FROM staged WHERE run = ?`, r.ID)
	}
	if err == nil {
		err = r.l.db.QueryRowContext(ctx, `SELECT coalesce(max(ord) + 1, 0) FROM seen WHERE run = ?`, r.ID).Scan(&next)
	}
	return seen, scanned, next, err
}

// Restart forgets what the run has seen, for a source that has to be read from its beginning. What it has scanned is kept and
// holds for listings that come again with the same content.
func (r *Run) Restart(ctx context.Context) error {
	err := r.update(ctx, func(t *tx) error {
		_, err := t.do(`DELETE FROM seen WHERE run = ?`, r.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("restart run: %w", err)
	}
	return nil
}

// Renew begins a run that was cut off anew under other rules or corpora: what it scanned is forgotten.
func (r *Run) Renew(ctx context.Context, info RunInfo) error {
	err := r.update(ctx, func(t *tx) error {
		for _, table := range []string{"seen", "staged", "todo"} {
			if _, err := t.do(`DELETE FROM `+table+` WHERE run = ?`, r.ID); err != nil {
				return err
			}
		}
		ident, err := t.identity(info.Rule, info.Corpora)
		if err != nil {
			return err
		}
		t.ident = ident
		if _, err := t.do(`UPDATE runs SET identity = ?, day = ?, engine = ?, stage = ?, reason = '' WHERE id = ?`, ident, info.Day, info.Engine, StageReading, r.ID); err != nil {
			return err
		}
		r.ident, r.RunInfo.Rule, r.RunInfo.Corpora, r.Day, r.Engine, r.At = ident, info.Rule, info.Corpora, info.Day, info.Engine, StageReading
		return t.append(Event{Type: RunStarted}, NoteData{Reason: "renewed"})
	})
	if err != nil {
		return fmt.Errorf("renew run: %w", err)
	}
	return nil
}

// Note returns what Select was given to remember.
func (r *Run) Note(ctx context.Context) (note string, err error) {
	err = r.l.db.QueryRowContext(ctx, `SELECT reason FROM runs WHERE id = ?`, r.ID).Scan(&note)
	return note, err
}

// Select ends the reading and writes down which stored listings are to be scanned again, and a note for whoever goes on.
func (r *Run) Select(ctx context.Context, keys []Key, note string) error {
	err := r.update(ctx, func(t *tx) error {
		if _, err := t.do(`DELETE FROM todo WHERE run = ?`, r.ID); err != nil {
			return err
		}
		for _, k := range keys {
			if _, err := t.do(`INSERT INTO todo (run, key) VALUES (?, ?) ON CONFLICT DO NOTHING`, r.ID, k); err != nil {
				return err
			}
		}
		_, err := t.do(`UPDATE runs SET stage = ?, reason = ? WHERE id = ?`, StageSelected, note, r.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("select stored listings: %w", err)
	}
	r.At = StageSelected
	return nil
}

// Todo returns the selected listings that are not scanned yet, with their content.
func (r *Run) Todo(ctx context.Context) (map[Key]Key, error) {
	out := map[Key]Key{}
	err := r.l.each(ctx, func(rows *sql.Rows) error {
		var k, content Key
		if err := rows.Scan(&k, &content); err != nil {
			return err
		}
		out[k] = content
		return nil
	}, `SELECT t.key, s.content FROM todo t JOIN seen s ON s.run = t.run AND s.key = t.key
	    WHERE t.run = ? AND NOT EXISTS (SELECT 1 FROM staged g WHERE g.run = t.run AND g.key = t.key AND g.content = s.content)`, r.ID)
	return out, err
}

// Last is the last finished run of a watch.
type Last struct {
	ID      int64
	Day     string
	Rule    string
	Corpora []CorpusID
}

// Last returns the last finished run of the watch, nil before the first.
func (l *Ledger) Last(ctx context.Context, watch string) (*Last, error) {
	last := &Last{}
	var corpora string
	err := l.db.QueryRowContext(ctx, `SELECT r.id, r.day, i.rule, i.corpora FROM runs r JOIN identities i ON i.id = r.identity
		WHERE r.watch = ? AND r.stage = 'finished' ORDER BY r.id DESC LIMIT 1`, watch).Scan(&last.ID, &last.Day, &last.Rule, &corpora)
	if err == sql.ErrNoRows {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return last, json.Unmarshal([]byte(corpora), &last.Corpora)
}

// Affected returns the listings of the watch that are there with a match that the given rights, by id, are part of, and those
// whose match may be another one on the given day: its right expires by then, or a document or a person's decision with a
// term acts on it.
func (l *Ledger) Affected(ctx context.Context, watch, day string, otherDay bool, rights func(id string) bool) ([]Key, error) {
	var out []Key
	seen := map[Key]bool{}
	err := l.each(ctx, func(rows *sql.Rows) error {
		var k Key
		var right, status, expires string
		var policy bool
		if err := rows.Scan(&k, &right, &status, &expires, &policy); err != nil {
			return err
		}
		lapses := otherDay && expires != "" && expires < day && (status == "live" || status == "grace")
		if (rights(right) || lapses || otherDay && policy) && !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
		return nil
	}, `SELECT listing, right_id, status, expires, policy FROM matches WHERE watch = ? AND active = 1 ORDER BY listing`, watch)
	return out, err
}
