package policy

import (
	"bytes"
	"context"
	"iter"
	"path/filepath"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/judge"
	"lookalike/matchers/text"
	"lookalike/scanner"
)

type source[T any] []T

func (s source[T]) All(context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range s {
			if !yield(v, nil) {
				return
			}
		}
	}
}

type keeper struct{ got []scanner.Finding }

func (k *keeper) Put(_ context.Context, f scanner.Finding) error {
	k.got = append(k.got, f)
	return nil
}

// world is one live mark in the United States, listings that use it, and everything between.
type world struct {
	corpus   *matchers.Corpus
	judge    *judge.Judge
	listings source[corpora.Listing]
}

func newWorld(t *testing.T) *world {
	t.Helper()
	kinds := []matchers.Kind{text.New()}
	path := filepath.Join(t.TempDir(), "test.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	expires, _ := corpora.ParseDate("2034-01-01")
	rights := source[corpora.Right]{{ID: "us-1", Kind: corpora.Mark, Form: corpora.FormWord, Text: "LUMTREX", Owner: "Lumtrex Ltd", Office: "US",
		Number: "97000001", Status: corpora.Live, Expires: expires, Classes: []uint8{25}, Goods: "shoes", Source: "test"}}
	if _, err := matchers.Build(t.Context(), rights, kinds, w, matchers.BuildOptions{Name: "test"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	f, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := matchers.Open(f, kinds)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	var tables judge.Tables
	if tables.Goods, err = goods.Load(); err != nil {
		t.Fatal(err)
	}
	if tables.Words, err = words.Load(); err != nil {
		t.Fatal(err)
	}
	tables.Markets = profiles(t)
	j, err := judge.New(judge.Config{AsOf: asOf(t), Markets: []corpora.Market{"US"}, RequireCoverage: "none"}, []*matchers.Corpus{c}, tables)
	if err != nil {
		t.Fatal(err)
	}
	listing := func(id, seller string) corpora.Listing {
		return corpora.Listing{ID: id, Title: "Lumtrex running shoes", Category: "Clothing > Shoes", Seller: seller, Row: 2, Origin: "feed.csv"}
	}
	return &world{c, j, source[corpora.Listing]{listing("A", "Shop One"), listing("B", "Shop Two")}}
}

func (w *world) scan(t *testing.T, p scanner.Policy) ([]scanner.Finding, scanner.Stats) {
	t.Helper()
	failOn, _ := scanner.ParseFailOn("high")
	s, err := scanner.New(scanner.Config{Corpora: []*matchers.Corpus{w.corpus}, Judge: w.judge, Policy: p, RequireCoverage: "none", FailOn: failOn})
	if err != nil {
		t.Fatal(err)
	}
	var sink keeper
	st, err := s.Scan(t.Context(), w.listings, &sink)
	if err != nil || len(sink.got) != 2 {
		t.Fatalf("%v, %d findings", err, len(sink.got))
	}
	return sink.got, st
}

// TestScanUnderAPolicy shows what each part does to a scan: grades stay, gates and counts follow.
func TestScanUnderAPolicy(t *testing.T) {
	w := newWorld(t)
	plain, st := w.scan(t, nil)
	if st.Failing != 2 || plain[0].Matches[0].Grade != judge.Critical || plain[0].Gates["US"] != judge.Block {
		t.Fatalf("without a policy: %d failing, %+v", st.Failing, plain[0].Matches)
	}

	entry := licence()
	entry.Mark, entry.Licensor, entry.Territory = "Lumtrex", "LUMTREX LTD.", []string{"US"}
	auth, _, err := NewAuthorisations([]AuthorisationEntry{entry}, AuthContext{AsOf: asOf(t), Markets: profiles(t)})
	if err != nil {
		t.Fatal(err)
	}
	got, st := w.scan(t, &Policy{Authorisations: auth})
	m := got[0].Matches[0]
	if m.Authorised == nil || !m.Authorised.Covers || m.Grade != judge.Critical || m.Gates["US"] != judge.Documented || got[0].Gates["US"] != judge.Documented || got[0].Grade != nil {
		t.Errorf("authorised: %+v, gates %v, grade %v", m.Authorised, got[0].Gates, got[0].Grade)
	}
	if got[1].Matches[0].Authorised != nil || got[1].Gates["US"] != judge.Block || st.Failing != 1 {
		t.Errorf("another seller: %+v, %d failing", got[1].Matches[0].Authorised, st.Failing)
	}

	ig, _, err := NewIgnore([]IgnoreEntry{{Fingerprint: plain[1].Matches[0].Fingerprint, Reason: "own label", By: "A. Person", Until: "2027-01-01"}}, asOf(t))
	if err != nil {
		t.Fatal(err)
	}
	got, st = w.scan(t, &Policy{Authorisations: auth, Ignore: ig})
	if m := got[1].Matches[0]; m.Suppressed == nil || m.Grade != judge.Critical || got[1].Gates["US"] != judge.Clear || st.Failing != 0 || st.Trailer.Findings != 0 {
		t.Errorf("ignored: %+v, gates %v, %d failing", m.Suppressed, got[1].Gates, st.Failing)
	}

	var report bytes.Buffer
	e := scanner.NewEncoder(&report)
	e.Header(scanner.Header{Schema: scanner.Schema})
	e.Finding(plain[0])
	e.Finding(scanner.Finding{Matches: []judge.Match{match("long gone", judge.High)}})
	e.Trailer(scanner.Trailer{Complete: true})
	base, _, err := ReadBaseline(&report, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, st = w.scan(t, &Policy{Baseline: base})
	if *got[0].Matches[0].State != Same || *got[1].Matches[0].State != New || st.Failing != 1 || got[0].Gates["US"] != judge.Block {
		t.Errorf("baseline: %s, %s, %d failing", *got[0].Matches[0].State, *got[1].Matches[0].State, st.Failing)
	}
	if len(st.Trailer.Gone) != 1 || st.Trailer.Gone[0] != "long gone" {
		t.Errorf("gone %v", st.Trailer.Gone)
	}
}
