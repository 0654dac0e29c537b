package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/words"
	"lookalike/index"
	"lookalike/matchers"
	"lookalike/scanner"
	"lookalike/scanner/ledger"
	"lookalike/scanner/report/lang"
)

// Engine is what a watch is scanned with.
type Engine interface {
	Kinds() []matchers.Kind
	Corpora() []*matchers.Corpus
	Names() []string // of the corpora
	Rule() string    // identity of all that can change a verdict but corpora and day
	Header(started time.Time) scanner.Header
	// Scanner returns a scanner that lists every listing and hands what it prepared to keep.
	Scanner(keep func(context.Context, *corpora.Listing) error) (*scanner.Scanner, error)
	Close()
}

// Reading is one reading of a watch.
type Reading struct {
	Source corpora.Source[corpora.Listing]
	// Resumes says that the source goes on where it was cut off; else it begins anew each time.
	Resumes bool
	// Acknowledge says that the first n listings of the source are safe. Nil: nobody has to know.
	Acknowledge func(n int) error
	// End is called once the source is exhausted.
	End   func() (End, error)
	Close func() error
}

// End is how a reading ended.
type End struct {
	Whole    bool     `json:"whole"`    // what the source did not hold is gone
	Complete bool     `json:"complete"` // nothing was left out
	Reason   string   `json:"reason"`   // why not, a code: pages, hosts, rows, feed
	Unread   []string `json:"unread"`   // addresses that could not be read
	Problems []string `json:"problems"`
}

// SourceError says that a watch cannot be read at all, such as a feed that is not there. The run then ends as one that read
// nothing and is not complete, so that somebody is told.
type SourceError struct{ Err error }

// Error gives the reason.
func (e *SourceError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *SourceError) Unwrap() error { return e.Err }

// Sealer seals the finding of a listing as evidence and returns the name of the capture. Close is called after the last of
// several.
type Sealer interface {
	Seal(ctx context.Context, w *Watch, l *corpora.Listing, f *scanner.Finding, h *scanner.Header) (capture string, err error)
	Close() error
}

// Options is what a Monitor works with.
type Options struct {
	Config *Config // checked
	Dir    string  // where the monitor keeps corpora between runs
	Engine string  // version of the program

	Ledger     *ledger.Ledger
	OpenIndex  func() (*index.Index, error)
	OpenEngine func(ctx context.Context, w *Watch, day corpora.Date) (Engine, error)
	OpenSource func(ctx context.Context, w *Watch) (*Reading, error)
	Sealer     Sealer // nil: nothing is sealed
	Secrets    func(name string) string
	Messages   *lang.Messages
	Now        func() time.Time // time.Now

	// Note is told what a person at the terminal may want to know, as a code of the messages. Nil: nobody is told.
	Note func(code string, args map[string]any)
}

// Monitor runs watches. One run at a time.
type Monitor struct {
	o       Options
	dict    *words.Tables
	senders map[string]sender
	counts  *counters
}

// New makes a monitor.
func New(o Options) (*Monitor, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Note == nil {
		o.Note = func(string, map[string]any) {}
	}
	if err := os.MkdirAll(o.Dir, 0o777); err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	m := &Monitor{o: o, senders: map[string]sender{}, counts: newCounters()}
	for name, ch := range o.Config.Channels {
		s, err := m.sender(name, ch)
		if err != nil {
			return nil, fmt.Errorf("channel %q: %w", name, err)
		}
		m.senders[name] = s
	}
	return m, nil
}

// Close releases what the monitor holds. The ledger stays open.
func (m *Monitor) Close() {
	for _, s := range m.senders {
		s.close()
	}
}

// Run runs a watch once, or ends its run that was cut off. due is when the schedule asked for it, zero when a person did. An
// error means that the run is not ended; the next Run goes on with it.
func (m *Monitor) Run(ctx context.Context, w *Watch, due time.Time) (*ledger.Summary, error) {
	s, err := m.run(ctx, w, due)
	if err != nil {
		m.counts.failed(w.Name)
		return nil, fmt.Errorf("watch %s: %w", w.Name, err)
	}
	m.counts.finished(s)
	return s, nil
}

func (m *Monitor) run(ctx context.Context, w *Watch, due time.Time) (_ *ledger.Summary, err error) {
	day := corpora.DateOf(m.o.Now().UTC())
	cut, resumed, err := m.o.Ledger.Unfinished(ctx, w.Name)
	if err != nil {
		return nil, err
	}
	if resumed {
		if day, err = corpora.ParseDate(cut.Day); err != nil {
			return nil, err
		}
	}
	e, err := m.o.OpenEngine(ctx, w, day)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	info := ledger.RunInfo{Watch: w.Name, Due: due, Day: day.String(), Engine: m.o.Engine, Rule: e.Rule()}
	for i, c := range e.Corpora() {
		info.Corpora = append(info.Corpora, ledger.CorpusID{Name: e.Names()[i], ID: c.Info().Identity})
	}
	if err := m.keepCorpora(e); err != nil {
		return nil, err
	}
	r, err := m.o.Ledger.Begin(ctx, info)
	if err != nil {
		return nil, err
	}
	if r.Resumed {
		m.o.Note("monitor.resumed", map[string]any{"watch": w.Name, "run": r.ID})
		if r.Rule != info.Rule || !slices.Equal(r.Corpora, info.Corpora) {
			info.Day = corpora.DateOf(m.o.Now().UTC()).String()
			if err := r.Renew(ctx, info); err != nil {
				return nil, err
			}
			if info.Day != day.String() { // the engine judges by the day of the run
				return m.run(ctx, w, due)
			}
		}
	}
	j := &job{m: m, w: w, e: e, r: r}
	defer func() { err = errors.Join(err, j.close()) }()
	end, err := j.read(ctx)
	if err != nil {
		return nil, err
	}
	if err := j.rescan(ctx); err != nil {
		return nil, err
	}
	s, err := j.finish(ctx, end)
	if err != nil {
		return nil, err
	}
	return s, m.dropCorpora(ctx, e)
}

// job is one run under way.
type job struct {
	m *Monitor
	w *Watch
	e Engine
	r *ledger.Run

	x      *index.Index // nil until it is needed
	keeper *index.Keeper
	all    string // why every listing is scored, "" when only new and changed ones are
	last   *ledger.Last
}

// index opens the index once.
func (j *job) index() (*index.Index, error) {
	if j.x != nil {
		return j.x, nil
	}
	var err error
	if j.x, err = j.m.o.OpenIndex(); err == nil {
		j.keeper = j.x.Keeper(index.KeepOptions{Source: j.w.Name, Now: j.m.o.Now})
	}
	return j.x, err
}

func (j *job) close() error {
	if j.x == nil {
		return nil
	}
	return j.x.Close()
}

// finish has the ledger tell what became of the reading.
func (j *job) finish(ctx context.Context, end End) (*ledger.Summary, error) {
	header, err := json.Marshal(j.e.Header(j.r.Started))
	if err != nil {
		return nil, err
	}
	unread := map[string]bool{}
	for _, u := range end.Unread {
		unread[u] = true
	}
	return j.r.Finish(ctx, ledger.Closing{
		Whole: end.Whole, Complete: end.Complete, Reason: end.Reason, Problems: end.Problems, Header: header,
		Unread: func(url string) bool { return unread[url] }, Lead: j.w.lead, Seal: j.w.seal,
		Compose: func(s *ledger.Summary) ([]ledger.Message, error) { return j.m.compose(j.w, s) },
	})
}

// kept is where the copy of a corpus stands.
func (m *Monitor) kept(id string) string { return filepath.Join(m.o.Dir, "corpora", id+".lkc") }

// keepCorpora keeps a copy of every corpus file: the next run compares its own with it.
func (m *Monitor) keepCorpora(e Engine) error {
	for _, c := range e.Corpora() {
		from, to := c.Snapshot().Path(), m.kept(c.Info().Identity)
		if from == "" {
			continue // the embedded one: another one comes with another program
		}
		if _, err := os.Stat(to); err == nil {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return fmt.Errorf("keep corpus: %w", err)
		}
		if err := copyFile(from, to); err != nil {
			return fmt.Errorf("keep corpus: %w", err)
		}
	}
	return nil
}

// copyFile copies a file under a temporary name, syncs it and renames it.
func copyFile(from, to string) error {
	b, err := os.Open(from)
	if err != nil {
		return err
	}
	defer b.Close()
	f, err := os.CreateTemp(filepath.Dir(to), ".corpus-*")
	if err != nil {
		return err
	}
	_, err = f.ReadFrom(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// dropCorpora removes copies that no watch compares with any more.
func (m *Monitor) dropCorpora(ctx context.Context, e Engine) error {
	needed := map[string]bool{}
	for _, c := range e.Corpora() {
		needed[c.Info().Identity+".lkc"] = true
	}
	for i := range m.o.Config.Watches {
		last, err := m.o.Ledger.Last(ctx, m.o.Config.Watches[i].Name)
		if err != nil {
			return err
		}
		if last == nil {
			continue
		}
		for _, c := range last.Corpora {
			needed[c.ID+".lkc"] = true
		}
	}
	dir := filepath.Join(m.o.Dir, "corpora")
	list, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, f := range list {
		if !needed[f.Name()] {
			_ = os.Remove(filepath.Join(dir, f.Name())) // the next run tries again
		}
	}
	return err
}
