package scanner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// A synctest bubble fails by itself when a goroutine started inside it is still there at the end: every test below
// thereby also shows that Scan joins what it starts.

func must(t *testing.T, cfg Config, kind *words) *Scanner {
	t.Helper()
	s, err := scannerOf(cfg, kind)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOrder(t *testing.T) {
	for _, workers := range []int{1, 2, 16} {
		synctest.Test(t, func(t *testing.T) {
			// Every listing takes another time, the early ones longest.
			slow := &words{stall: func(_ context.Context, title string) {
				time.Sleep(time.Duration(len(title)%7) * time.Second / time.Duration(1+strings.Count(title, "9")))
			}}
			s := must(t, Config{Workers: workers, All: true}, slow)
			var sink keeper
			st, err := s.Scan(t.Context(), numbered(500), &sink)
			if err != nil || st.Trailer.Listings != 500 || !st.Trailer.Complete {
				t.Fatalf("%d listings, complete %v, error %v", st.Trailer.Listings, st.Trailer.Complete, err)
			}
			if len(sink.got) != 500 {
				t.Fatalf("%d findings, want every listing", len(sink.got))
			}
			for i, f := range sink.got {
				if f.Listing.Row != i+2 {
					t.Fatalf("finding %d has row %d", i, f.Listing.Row)
				}
			}
		})
	}
}

func TestSlowSinkSlowsReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const inFlight = 10
		src := numbered(200)
		delivered, most := 0, 0
		src.onPull = func(n int) { most = max(most, n+1-delivered) }
		sink := &keeper{onPut: func(context.Context, *Finding) error {
			time.Sleep(time.Minute)
			synctest.Wait() // the reader has read all that it may
			delivered++
			return nil
		}}
		s := must(t, Config{Workers: 3, InFlight: inFlight, All: true}, nil)
		if _, err := s.Scan(t.Context(), src, sink); err != nil {
			t.Fatal(err)
		}
		// A run of findings is given back to the reader as a whole, so fewer may be held, never more.
		if most > inFlight || most < 2 {
			t.Errorf("at most %d listings held, want up to %d", most, inFlight)
		}
		if len(sink.got) != 200 {
			t.Errorf("%d findings", len(sink.got))
		}
	})
}

func TestSlowReaderDelaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := numbered(5)
		start := time.Now()
		src.onPull = func(int) { time.Sleep(time.Minute) }
		var at []time.Duration
		sink := &keeper{onPut: func(context.Context, *Finding) error {
			at = append(at, time.Since(start))
			return nil
		}}
		if _, err := must(t, Config{Workers: 2, All: true}, nil).Scan(t.Context(), src, sink); err != nil {
			t.Fatal(err)
		}
		for i, d := range at {
			if want := time.Duration(i+1) * time.Minute; d != want {
				t.Errorf("listing %d delivered after %v, want %v: a listing waits for its successors", i, d, want)
			}
		}
	})
}

func TestSinkError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("disk full")
		sink := &keeper{}
		sink.onPut = func(context.Context, *Finding) error {
			if len(sink.got) == 7 {
				return full
			}
			return nil
		}
		src := numbered(10000)
		st, err := must(t, Config{Workers: 4, InFlight: 32, All: true}, nil).Scan(t.Context(), src, sink)
		var failed *SinkError
		if !errors.As(err, &failed) || !errors.Is(err, full) {
			t.Fatalf("error %v, want a SinkError over the sink's own", err)
		}
		if OutcomeOf(st, err, 0) != OutcomeInternal {
			t.Errorf("outcome %d", OutcomeOf(st, err, 0))
		}
		if st.Trailer.Listings != 7 || st.Trailer.Complete {
			t.Errorf("%d listings counted, complete %v", st.Trailer.Listings, st.Trailer.Complete)
		}
		if src.pulled > 7+32 {
			t.Errorf("%d listings read after the sink failed on the eighth", src.pulled)
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		kind := &words{stall: func(ctx context.Context, title string) {
			if title == "stall" {
				<-ctx.Done()
			}
		}}
		src := titles("nike a", "b", "nike c", "stall", "nike d", "stall")
		sink := &keeper{onPut: func(ctx context.Context, _ *Finding) error { return ctx.Err() }}
		s := must(t, Config{Workers: 3, All: true}, kind)
		go func() {
			time.Sleep(time.Hour)
			cancel()
		}()
		start := time.Now()
		st, err := s.Scan(ctx, src, sink)
		if !errors.Is(err, context.Canceled) || OutcomeOf(st, err, 0) != OutcomeInterrupted {
			t.Fatalf("error %v, outcome %d", err, OutcomeOf(st, err, 0))
		}
		if d := time.Since(start) - time.Hour; d > time.Second {
			t.Errorf("ended %v after the interruption", d)
		}
		if got, want := sink.ids(), []string{"id-0", "id-1", "id-2", "id-4"}; !slices.Equal(got, want) {
			t.Errorf("delivered %v, want what was finished: %v", got, want)
		}
		if st.Trailer.Complete || st.Whole || st.Trailer.Listings != 4 {
			t.Errorf("complete %v, whole %v, %d listings", st.Trailer.Complete, st.Whole, st.Trailer.Listings)
		}
		// The same scanner serves the next scan.
		var again keeper
		if _, err := s.Scan(t.Context(), titles("nike"), &again); err != nil || len(again.got) != 1 {
			t.Errorf("next scan: %v, %d findings", err, len(again.got))
		}
	})
}

func TestCancelDuringSlowPut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		calls := map[string]int{}
		sink := &keeper{onPut: func(ctx context.Context, f *Finding) error {
			calls[f.Listing.ID]++
			if f.Listing.ID == "id-2" && calls["id-2"] == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			if f.Listing.ID == "id-5" {
				<-ctx.Done() // never takes this one
				return ctx.Err()
			}
			return nil
		}}
		start := time.Now()
		_, err := must(t, Config{Workers: 2, All: true}, nil).Scan(ctx, numbered(20), sink)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if d := time.Since(start) - time.Minute; d > time.Second {
			t.Errorf("ended %v late", d)
		}
		if got, want := sink.ids(), []string{"id-0", "id-1", "id-2", "id-3", "id-4"}; !slices.Equal(got, want) {
			t.Errorf("delivered %v, want %v", got, want)
		}
	})
}

func TestPanickingMatcher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := titles("nike a", "panic nike", "nike b", "panic nike", "c")
		var sink keeper
		st, err := must(t, Config{Workers: 1}, nil).Scan(t.Context(), src, &sink)
		if err != nil {
			t.Fatal(err)
		}
		if len(sink.got) != 4 || st.Trailer.Incomplete != 2 || st.Trailer.Complete {
			t.Fatalf("%d findings, %d incomplete, complete %v", len(sink.got), st.Trailer.Incomplete, st.Trailer.Complete)
		}
		bad := sink.got[1]
		if bad.Error == nil || bad.Error.Code != corpora.MatcherFailed || bad.Error.Args["kind"] != "words" {
			t.Fatalf("error %+v", bad.Error)
		}
		if bad.Checked.Text || !sink.got[0].Checked.Text {
			t.Errorf("text checked: %v, and %v without the fault", bad.Checked.Text, sink.got[0].Checked.Text)
		}
		if len(bad.Matches) != 0 || bad.Grade != nil || bad.Gates["US"] != judge.Review {
			t.Errorf("matches %d, grade %v, gates %v", len(bad.Matches), bad.Grade, bad.Gates)
		}
		var out bytes.Buffer
		if NewEncoder(&out).Finding(bad); strings.Contains(out.String(), "secret") {
			t.Error("the text of a panic reaches the report")
		}
		if OutcomeOf(st, err, 1) != OutcomeIncomplete {
			t.Error("a fault is tolerated like a failed picture")
		}
	})
}

func TestPanickingReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := numbered(9)
		src.breakAt = 4
		var sink keeper
		st, err := must(t, Config{Workers: 2}, nil).Scan(t.Context(), src, &sink)
		if err != nil {
			t.Fatal(err)
		}
		last := sink.got[len(sink.got)-1]
		if last.Error == nil || last.Error.Code != corpora.ReaderFailed || last.Listing.Origin != "feed.csv" {
			t.Fatalf("last finding %+v", last)
		}
		if st.Trailer.Listings != 5 || st.Trailer.Incomplete != 1 || st.Trailer.Complete || st.Whole {
			t.Errorf("%+v", st)
		}
		if OutcomeOf(st, err, 0) != OutcomeIncomplete {
			t.Errorf("outcome %d", OutcomeOf(st, err, 0))
		}
	})
}

func TestBadRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := titles("nike a", "nike bad", "c")
		src.entries[1].err = &corpora.Problem{Code: corpora.BadQuoting, Field: "title"}
		src.entries[2].err = io.ErrUnexpectedEOF
		var sink keeper
		st, _ := must(t, Config{Workers: 2}, nil).Scan(t.Context(), src, &sink)
		if len(sink.got) != 3 || st.Trailer.Incomplete != 2 || st.Trailer.Findings != 1 || st.Trailer.Listings != 3 {
			t.Fatalf("%d findings, trailer %+v", len(sink.got), st.Trailer)
		}
		f := sink.got[1]
		if f.Error.Code != corpora.BadQuoting || f.Listing.Row != 3 || f.Listing.Origin != "feed.csv" {
			t.Errorf("%+v %+v", f.Error, f.Listing)
		}
		if len(f.Matches) != 0 || f.Grade != nil || f.Gates["US"] != judge.Review || f.Checked.Text {
			t.Errorf("a bad row was matched: %+v", f)
		}
		if sink.got[2].Error.Code != corpora.ReadFailed {
			t.Errorf("%+v", sink.got[2].Error)
		}
	})
}

func TestProblemsKeepMatches(t *testing.T) {
	src := titles("cut nike")
	src.entries[0].listing.Problems = []corpora.Problem{{Code: corpora.BadValue, Field: "markets"}}
	var sink keeper
	if _, err := must(t, Config{}, nil).Scan(t.Context(), src, &sink); err != nil {
		t.Fatal(err)
	}
	f := sink.got[0]
	if len(f.Matches) != 1 || f.Error == nil || f.Error.Code != corpora.BadValue || len(f.Error.Also) != 1 || f.Error.Also[0].Code != corpora.TextCut {
		t.Errorf("matches %d, error %+v", len(f.Matches), f.Error)
	}
	if *f.Grade != judge.High || f.Gates["US"] != judge.Block {
		t.Errorf("grade %v gates %v", *f.Grade, f.Gates)
	}
}

func TestCorpusError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("row out of range")
		cfg := Config{Workers: 4, Judge: bench{fail: func(title string) error {
			if title == "item 7" {
				return gone
			}
			return nil
		}}}
		st, err := must(t, cfg, nil).Scan(t.Context(), numbered(1000), &keeper{})
		if !errors.Is(err, gone) || OutcomeOf(st, err, 1) != OutcomeCorpus {
			t.Errorf("error %v, outcome %d", err, OutcomeOf(st, err, 1))
		}
	})
}

func TestPanickingJudgeAndPolicy(t *testing.T) {
	var sink keeper
	cfg := Config{Workers: 1, Judge: bench{fail: func(title string) error {
		if title == "nike boom" {
			panic("judge")
		}
		return nil
	}}}
	if _, err := must(t, cfg, nil).Scan(t.Context(), titles("nike", "nike boom"), &sink); err != nil {
		t.Fatal(err)
	}
	f := sink.got[1]
	if f.Error == nil || f.Error.Args["kind"] != "judge" || f.Gates["US"] != judge.Review || f.Grade != nil {
		t.Errorf("%+v", f)
	}
	sink = keeper{}
	cfg = Config{Workers: 1, Policy: policyFunc(func(_ *corpora.Listing, v *judge.Verdict) {
		v.Matches[0].Suppressed = &judge.Suppression{}
		panic("policy")
	})}
	if _, err := must(t, cfg, nil).Scan(t.Context(), titles("nike"), &sink); err != nil {
		t.Fatal(err)
	}
	f = sink.got[0]
	if f.Error == nil || f.Error.Args["kind"] != "policy" || len(f.Matches) != 1 || f.Matches[0].Suppressed != nil || f.Gates["US"] != judge.Block {
		t.Errorf("a policy that breaks off leaves its marks: %+v", f)
	}
}

type policyFunc func(l *corpora.Listing, v *judge.Verdict)

func (p policyFunc) Mark(l *corpora.Listing, v *judge.Verdict) { p(l, v) }

func TestPolicyIsTotalled(t *testing.T) {
	cfg := Config{FailOn: FailOn{grade: judge.High}, Policy: policyFunc(func(l *corpora.Listing, v *judge.Verdict) {
		for i := range v.Matches {
			v.Matches[i].Suppressed = &judge.Suppression{By: "ignore", Reason: "checked", Name: "A. Person"}
		}
	})}
	var sink keeper
	st, err := must(t, cfg, nil).Scan(t.Context(), titles("nike"), &sink)
	if err != nil || len(sink.got) != 1 {
		t.Fatalf("%v, %d findings: an ignored match stays in the report", err, len(sink.got))
	}
	if f := sink.got[0]; f.Grade != nil || f.Gates["US"] != judge.Clear {
		t.Errorf("grade %v, gates %v", f.Grade, f.Gates)
	}
	if st.Failing != 0 || st.Trailer.Findings != 0 || OutcomeOf(st, nil, 0) != OutcomeClean {
		t.Errorf("an ignored match counts: %+v", st)
	}
}

func TestOnlyFindingsUnlessAll(t *testing.T) {
	for _, all := range []bool{false, true} {
		var sink keeper
		st, err := must(t, Config{All: all}, nil).Scan(t.Context(), titles("a", "nike", "b"), &sink)
		if want := map[bool]int{false: 1, true: 3}[all]; err != nil || len(sink.got) != want || st.Trailer.Listings != 3 {
			t.Errorf("all=%v: %d findings (%v)", all, len(sink.got), err)
		}
	}
}

func TestPreparedFeaturesAreLoaded(t *testing.T) {
	blob := func(kind string, version uint32, data string) []corpora.Blob {
		return []corpora.Blob{{Kind: "other", Version: 1, Data: []byte("nike")}, {Kind: kind, Version: version, Data: []byte(data)}}
	}
	for name, c := range map[string]struct {
		title    string
		prepared []corpora.Blob
		matches  int
		prepares int32
	}{
		"none":          {"nike", nil, 1, 1},
		"kept":          {"no mark here, nike", blob("words", 1, "nike"), 1, 0},
		"other version": {"nike", blob("words", 2, "nothing"), 1, 1},
		"other kind":    {"nike", blob("pictures", 1, "nothing"), 1, 1},
		"damaged":       {"nike", blob("words", 1, "damaged"), 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var prepares atomic.Int32
			kind := &words{stall: func(context.Context, string) { prepares.Add(1) }}
			src := titles(c.title)
			src.entries[0].listing.Prepared = c.prepared
			var sink keeper
			if _, err := must(t, Config{All: true}, kind).Scan(t.Context(), src, &sink); err != nil {
				t.Fatal(err)
			}
			if got := len(sink.got[0].Matches); got != c.matches || prepares.Load() != c.prepares {
				t.Errorf("%d matches, %d prepared; want %d, %d", got, prepares.Load(), c.matches, c.prepares)
			}
		})
	}
}

func TestFeaturesArePreparedOncePerListing(t *testing.T) {
	var prepares atomic.Int32
	kind := &words{name: "words", version: 1, stall: func(context.Context, string) { prepares.Add(1) }}
	m := wordMatcher{kind}
	s, err := assemble(Config{Judge: bench{}}, slices.Repeat([][]matchers.Matcher{{m}}, 5))
	if err != nil {
		t.Fatal(err)
	}
	var sink keeper
	if _, err := s.Scan(t.Context(), titles("nike", "nike"), &sink); err != nil {
		t.Fatal(err)
	}
	if prepares.Load() != 2 || len(sink.got[0].Matches) != 5 {
		t.Errorf("%d prepared for 2 listings against 5 corpora, %d matches", prepares.Load(), len(sink.got[0].Matches))
	}
}

func TestSameBytesForAnyNumberOfWorkers(t *testing.T) {
	var want []byte
	for _, workers := range []int{1, 2, 16} {
		src := numbered(3000)
		src.entries[100].listing.Title = "panic nike"
		src.entries[200].err = io.ErrUnexpectedEOF
		var out bytes.Buffer
		e := NewEncoder(&out)
		sink := &keeper{onPut: func(_ context.Context, f *Finding) error { return e.Finding(*f) }}
		st, err := must(t, Config{Workers: workers, All: true}, nil).Scan(t.Context(), src, sink)
		if err != nil {
			t.Fatal(err)
		}
		st.Trailer.Seconds = 0
		if err := e.Trailer(st.Trailer); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = out.Bytes()
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%d workers write other bytes than 1", workers)
		}
	}
}

// TestNothingIsLeft scans outside a bubble, where goleak sees the goroutines of the runtime too.
func TestNothingIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for i := range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		src := numbered(2000)
		src.breakAt = i % 3 * 500
		var once sync.Once
		sink := &keeper{onPut: func(context.Context, *Finding) error {
			switch i % 4 {
			case 1:
				return io.ErrClosedPipe
			case 2:
				once.Do(cancel)
			}
			return nil
		}}
		must(t, Config{Workers: 1 + i%5, InFlight: 1 + i%9, All: true}, nil).Scan(ctx, src, sink)
		cancel()
	}
}

// TestMemoryStaysFlat scans 60,000 listings of 1 kB, a third of them with a finding, and looks at what is alive after
// every 10,000.
func TestMemoryStaysFlat(t *testing.T) {
	var alive []uint64
	total, next := 0, 10_000
	s := must(t, Config{Workers: 2, OnBatch: func(n int) {
		if total += n; total >= next {
			next += 10_000
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			alive = append(alive, m.HeapAlloc)
		}
	}}, nil)
	if _, err := s.Scan(t.Context(), generated(60_000), dropper{}); err != nil {
		t.Fatal(err)
	}
	for i, n := range alive {
		if n > alive[0]+1<<20 {
			t.Errorf("%d kB alive after %d listings, %d after 10,000", n>>10, 10_000*(i+1), alive[0]>>10)
		}
	}
	if len(alive) != 6 {
		t.Errorf("looked %d times", len(alive))
	}
}

// generated is a source of n listings that are made as they are read.
type generated int

func (n generated) All(context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for i := range int(n) {
			l := corpora.Listing{ID: strconv.Itoa(i), Seller: "seller " + strconv.Itoa(i), Description: strings.Repeat("x", 1000)}
			if i%3 == 0 {
				l.Title = "nike " + l.ID
			}
			if !yield(l, nil) {
				return
			}
		}
	}
}

// dropper passes nothing on.
type dropper struct{}

func (dropper) Put(context.Context, Finding) error { return nil }

func TestProgressAddsUp(t *testing.T) {
	total := 0
	s := must(t, Config{Workers: 4, OnBatch: func(n int) { total += n }}, nil)
	if _, err := s.Scan(t.Context(), numbered(1234), &keeper{}); err != nil || total != 1234 {
		t.Errorf("progress %d (%v)", total, err)
	}
}
