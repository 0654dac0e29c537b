package monitor

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/index"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
	"lookalike/scanner"
	"lookalike/scanner/ledger"
	"lookalike/scanner/report/lang"
)

// tables are loaded once for all tests.
var tables = sync.OnceValues(func() (judge.Tables, error) {
	var t judge.Tables
	var err1, err2, err3 error
	t.Goods, err1 = goods.Load()
	t.Markets, err2 = market.Load()
	t.Words, err3 = words.Load()
	return t, errors.Join(err1, err2, err3)
})

// street is a synthetic shop with everything that a monitor needs around it; index, ledger, corpora and scanner are real.
type street struct {
	dir    string
	now    func() time.Time
	ledger *ledger.Ledger
	m      *Monitor
	config *Config
	rule   string

	offers []corpora.Listing
	end    End
	fault  error // of the source, behind its last listing
	reads  int
	stop   func(n int) bool // cut the source off before its listing n
}

// marks returns word marks with the given names.
func marks(names ...string) []corpora.Right {
	var out []corpora.Right
	for _, n := range names {
		out = append(out, corpora.Right{ID: "tm-" + n, Kind: corpora.Mark, Text: n, Owner: n + " Ltd", Office: "US", Number: "1", Status: corpora.Live, Classes: []uint8{21, 25}, Source: "test"})
	}
	return out
}

type list[T any] []T

func (l list[T]) All(context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range l {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// buildCorpus writes a corpus of rights to path.
func buildCorpus(path string, rights []corpora.Right) error {
	t, err := tables()
	if err != nil {
		return err
	}
	w, err := snapshot.Create(path)
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := matchers.Build(context.Background(), list[corpora.Right](rights), []matchers.Kind{text.New()}, w, matchers.BuildOptions{Name: "rights", Date: "2026-01-01", Dictionary: t.Words.Dictionaries}); err != nil {
		return err
	}
	_, err = w.Commit()
	return err
}

// newStreet makes a shop that is watched.
func newStreet(dir string, now func() time.Time, c *Config, rights []corpora.Right) (*street, error) {
	s := &street{dir: dir, now: now, config: c, rule: "rule-1", end: End{Whole: true, Complete: true}}
	if err := c.Check(); err != nil {
		return nil, err
	}
	if err := buildCorpus(s.corpus(), rights); err != nil {
		return nil, err
	}
	return s, s.open()
}

func (s *street) corpus() string { return filepath.Join(s.dir, "rights.lkc") }

// open opens the ledger and makes the monitor.
func (s *street) open() error {
	var err error
	if s.ledger, err = ledger.Open(filepath.Join(s.dir, "ledger.db"), ledger.Options{Create: true, Now: s.now}); err != nil {
		return err
	}
	messages, err := lang.Load()
	if err != nil {
		return err
	}
	s.m, err = New(Options{
		Config: s.config, Dir: filepath.Join(s.dir, "monitor"), Engine: "test", Ledger: s.ledger, Now: s.now, Messages: messages,
		Secrets: func(name string) string { return map[string]string{"HOOK": hookSecret}[name] },
		OpenIndex: func() (*index.Index, error) {
			return index.Open(filepath.Join(s.dir, "index"), index.Options{Create: true})
		},
		OpenEngine: func(_ context.Context, _ *Watch, day corpora.Date) (Engine, error) {
			return openTestEngine(s.corpus(), s.rule, day)
		},
		OpenSource: func(context.Context, *Watch) (*Reading, error) {
			s.reads++
			return &Reading{Source: s, End: func() (End, error) { return s.end, nil }}, nil
		},
	})
	return err
}

func (s *street) close() error {
	s.m.Close()
	return s.ledger.Close()
}

// All implements corpora.Source.
func (s *street) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for i, l := range s.offers {
			if s.stop != nil && s.stop(i) {
				return
			}
			if !yield(l, nil) {
				return
			}
		}
		if s.fault != nil {
			yield(corpora.Listing{Origin: "shop", Row: len(s.offers) + 1}, s.fault)
		}
	}
}

// testEngine scans by words alone.
type testEngine struct {
	kinds []matchers.Kind
	c     *matchers.Corpus
	j     *judge.Judge
	rule  string
	day   corpora.Date
}

func openTestEngine(path, rule string, day corpora.Date) (*testEngine, error) {
	e := &testEngine{kinds: []matchers.Kind{text.New()}, rule: rule, day: day}
	t, err := tables()
	if err != nil {
		return nil, err
	}
	if e.c, err = open(path, e.kinds); err != nil {
		return nil, err
	}
	e.j, err = judge.New(judge.Config{AsOf: day, Markets: []corpora.Market{"US"}, RequireCoverage: "none"}, []*matchers.Corpus{e.c}, t)
	return e, err
}

func (e *testEngine) Kinds() []matchers.Kind      { return e.kinds }
func (e *testEngine) Corpora() []*matchers.Corpus { return []*matchers.Corpus{e.c} }
func (e *testEngine) Names() []string             { return []string{"rights"} }
func (e *testEngine) Rule() string                { return e.rule }
func (e *testEngine) Close()                      { _ = e.c.Close() }

func (e *testEngine) Header(started time.Time) scanner.Header {
	sc, err := e.Scanner(nil)
	if err != nil {
		return scanner.Header{}
	}
	return sc.Header(scanner.Run{Engine: "test", Started: started.Format(time.RFC3339), AsOf: e.day.String(), Config: e.rule})
}

func (e *testEngine) Scanner(keep func(context.Context, *corpora.Listing) error) (*scanner.Scanner, error) {
	return scanner.New(scanner.Config{Corpora: e.Corpora(), Names: e.Names(), Judge: e.j, Workers: 2, All: true, Keep: keep, RequireCoverage: "none"})
}

// bowl is a listing of the shop.
func bowl(id int, words, seller string) corpora.Listing {
	return corpora.Listing{
		ID: fmt.Sprint("bowl-", id), Title: fmt.Sprintf("%s bowl number %d of stoneware", words, id), Category: "Kitchen > Bowls", Price: "9.90", Currency: "EUR",
		Seller: seller, URL: fmt.Sprintf("https://shop.example/%s/%d", seller, id), Origin: "shop", Row: id + 1, Markets: []corpora.Market{"US"},
	}
}

func oneWatch(alerts ...Rule) *Config {
	return &Config{Watches: []Watch{{Name: "shop", Feeds: []string{"synthetic"}, Schedule: "0 4 * * *", Zone: "Europe/Berlin", Alerts: alerts}}}
}

// told returns the events of the ledger behind a sequence, in short, and the last sequence.
func (s *street) told(t testing.TB, after int64) (out []string, last int64) {
	t.Helper()
	last = after
	for e, err := range s.ledger.Events(context.Background(), ledger.EventQuery{After: after}) {
		if err != nil {
			t.Fatal(err)
		}
		last = e.Seq
		if e.Type == ledger.RunStarted || e.Type == ledger.RunFinished || e.Type == ledger.MessageSent {
			continue
		}
		line := string(e.Type) + " " + e.Right
		if e.Listing != (ledger.Key{}) {
			line += " " + e.Listing.String()[:6]
		}
		out = append(out, line)
	}
	return out, last
}

// run runs the only watch once.
func (s *street) run(t testing.TB) *ledger.Summary {
	t.Helper()
	sum, err := s.m.Run(context.Background(), &s.config.Watches[0], time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func mustStreet(t testing.TB, c *Config, rights []corpora.Right) *street {
	t.Helper()
	clock := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	s, err := newStreet(t.TempDir(), func() time.Time { clock = clock.Add(time.Second); return clock }, c, rights)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	return s
}

func counts(s *ledger.Summary) string {
	var out []string
	for _, t := range s.Happened() {
		out = append(out, fmt.Sprintf("%s %d", t, s.Counts[t]))
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimSwitch); dir != "" {
		os.Exit(victim(dir))
	}
	os.Exit(m.Run())
}
