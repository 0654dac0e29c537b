package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// Actor is who makes the events of runs.
const Actor = "monitor"

// ErrNotFound says that the ledger has nothing under a name.
var ErrNotFound = errors.New("the ledger has no such entry")

// FormatError says that a ledger was written by another version of the program.
type FormatError struct{ Have, Want int }

// Error names both versions.
func (e *FormatError) Error() string {
	return fmt.Sprintf("ledger of format %d, this program reads format %d", e.Have, e.Want)
}

// Options is how a ledger is opened.
type Options struct {
	Create bool             // make one where there is none; without it a missing one is fs.ErrNotExist
	Now    func() time.Time // time.Now

	maxPages int // bound of the file, for tests of a full disk
}

// Ledger is an opened ledger.
type Ledger struct {
	db  *sql.DB
	now func() time.Time
}

// Open opens the ledger in the file at path.
func Open(path string, o Options) (*Ledger, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Create {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return nil, fmt.Errorf("open ledger: %w", err)
		}
	} else if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	// SQLite names neither the file nor the cause when it cannot write to the folder.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-32000)"}}
	if o.maxPages > 0 {
		q.Add("_pragma", "max_page_count("+strconv.Itoa(o.maxPages)+")")
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	db.SetMaxOpenConns(4)
	l := &Ledger{db: db, now: o.Now}
	if err := l.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger %s: %w", path, err), db.Close())
	}
	return l, nil
}

// prepare makes the tables of a new file and checks the format of an old one.
func (l *Ledger) prepare() error {
	ctx := context.Background()
	return l.update(ctx, func(t *tx) error {
		n := 0
		if err := t.get(&n, `SELECT count(*) FROM sqlite_schema WHERE name = 'meta'`); err != nil {
			return err
		}
		if n == 0 {
			if _, err := t.Exec(schema); err != nil {
				return err
			}
			_, err := t.Exec(`INSERT INTO meta VALUES ('format', ?)`, format)
			return err
		}
		if err := t.get(&n, `SELECT value FROM meta WHERE name = 'format'`); err != nil {
			return err
		}
		if n != format {
			return &FormatError{n, format}
		}
		return nil
	})
}

// Close closes the ledger.
func (l *Ledger) Close() error { return l.db.Close() }

// Check reads the whole file and reports the first thing that is not as it should be.
func (l *Ledger) Check(ctx context.Context) error {
	var word string
	if err := l.db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&word); err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	if word != "ok" {
		return fmt.Errorf("check ledger: %s", word)
	}
	var n, last int64
	if err := l.db.QueryRowContext(ctx, `SELECT count(*), coalesce(max(seq), 0) FROM events`).Scan(&n, &last); err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	if n != last {
		return fmt.Errorf("check ledger: %d events, and the last is number %d", n, last)
	}
	return nil
}

// tx is one transaction that writes.
type tx struct {
	*sql.Tx
	ctx   context.Context
	now   time.Time
	watch string
	run   int64
	ident int64
	stmts map[string]*sql.Stmt
}

// update runs do in a transaction. When it returns nil all of it is on disk, else nothing. A context that ends rolls the
// transaction back beside do, which then meets closed statements: the error is the context's cause.
func (l *Ledger) update(ctx context.Context, do func(t *tx) error) (err error) {
	inner, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	t := &tx{Tx: inner, ctx: ctx, now: l.now(), stmts: map[string]*sql.Stmt{}}
	defer func() {
		for _, s := range t.stmts {
			_ = s.Close()
		}
		if err != nil {
			_ = inner.Rollback()
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
		}
	}()
	if err = do(t); err != nil {
		return err
	}
	return inner.Commit()
}

// stmt prepares a query once.
func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := t.stmts[query]; ok {
		return s, nil
	}
	s, err := t.PrepareContext(t.ctx, query)
	if err == nil {
		t.stmts[query] = s
	}
	return s, err
}

// do runs a statement that changes rows and returns how many.
func (t *tx) do(query string, args ...any) (int64, error) {
	s, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// row reads one row; found is false when there is none.
func (t *tx) row(dst []any, query string, args ...any) (found bool, err error) {
	s, err := t.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(t.ctx, args...).Scan(dst...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// get reads one value.
func (t *tx) get(dst any, query string, args ...any) error {
	found, err := t.row([]any{dst}, query, args...)
	if err == nil && !found {
		err = ErrNotFound
	}
	return err
}

// append adds an event to the stream. Time, watch, run and identity are the transaction's where the event has none.
func (t *tx) append(e Event, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if e.Watch == "" {
		e.Watch = t.watch
	}
	if e.Actor == "" {
		e.Actor = Actor
	}
	_, err = t.do(`INSERT INTO events (at, actor, type, watch, run, listing, right_id, lead, identity, data) VALUES (?,?,?,?,?,?,?,?,?,?)`,
		millis(t.now), e.Actor, string(e.Type), e.Watch, t.run, e.Listing, e.Right, e.Lead, t.ident, string(b))
	return err
}

// identity returns the number of a pair of rules and corpora, which is made once.
func (t *tx) identity(rule string, corpora []CorpusID) (int64, error) {
	b, err := json.Marshal(corpora)
	if err != nil {
		return 0, err
	}
	if _, err := t.do(`INSERT INTO identities (rule, corpora) VALUES (?, ?) ON CONFLICT DO NOTHING`, rule, string(b)); err != nil {
		return 0, err
	}
	var id int64
	err = t.get(&id, `SELECT id FROM identities WHERE rule = ? AND corpora = ?`, rule, string(b))
	return id, err
}

// each reads the rows of a query outside of a transaction.
func (l *Ledger) each(ctx context.Context, read func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := l.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// each reads the rows of a query inside a transaction. Nothing else may be asked of it meanwhile.
func (t *tx) each(read func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := t.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
