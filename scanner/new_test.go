package scanner

import (
	"context"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
)

type rightsOf []corpora.Right

func (rs rightsOf) All(context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, r := range rs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// corpusOf builds and opens a corpus of rights.
func corpusOf(t *testing.T, kinds []matchers.Kind, o matchers.BuildOptions, rights ...corpora.Right) *matchers.Corpus {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := matchers.Build(t.Context(), rightsOf(rights), kinds, w, o); err != nil {
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
	return c
}

func TestNewOverCorpora(t *testing.T) {
	kinds := []matchers.Kind{&words{name: "words", version: 1}}
	mark := func(id, text string, f corpora.Form) corpora.Right {
		return corpora.Right{ID: id, Kind: corpora.Mark, Text: text, Form: f, Office: "US", Status: corpora.Live, Source: "test"}
	}
	one := corpusOf(t, kinds, matchers.BuildOptions{Name: "one", Date: "2026-01-01"},
		mark("1", "NIKE", corpora.FormWord), mark("2", "a red sole", corpora.FormPosition), mark("3", "a chime", corpora.FormSound))
	two := corpusOf(t, kinds, matchers.BuildOptions{Name: "two", Date: "2026-01-02"}, mark("1", "NIKE", corpora.FormWord))

	s, err := New(Config{Corpora: []*matchers.Corpus{one, two}, Names: []string{"first.lkc", "second.lkc"}, Judge: bench{}})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Header(Run{Engine: "0.1.0", Started: "2026-01-02T03:04:05Z", AsOf: "2026-01-02", Config: "sha256-00"})
	if len(h.Corpora) != 2 || h.Corpora[0].Name != "first.lkc" || h.Corpora[0].ID != one.Info().Identity || h.Corpora[0].Rights != 3 || h.Corpora[1].Date != "2026-01-02" {
		t.Errorf("corpora %+v", h.Corpora)
	}
	if !slices.Equal(h.Markets, []string{"US"}) || h.Coverage["US"].Mark != "list" || h.Coverage["US"].Work != "none" {
		t.Errorf("markets %v, coverage %v", h.Markets, h.Coverage)
	}
	var sink keeper
	st, err := s.Scan(t.Context(), titles("nike shoes", "hat"), &sink)
	if err != nil || len(sink.got) != 1 || len(sink.got[0].Matches) != 2 {
		t.Fatalf("%v, %d findings", err, len(sink.got))
	}
	last := st.Trailer.NotChecked[len(st.Trailer.NotChecked)-1]
	if last.Code != MarkForms || *last.Count != 2 {
		t.Errorf("a position and a sound give %s %d", last.Code, *last.Count)
	}
}

func TestNewRefuses(t *testing.T) {
	kinds := []matchers.Kind{&words{name: "words", version: 1}}
	r := corpora.Right{ID: "1", Kind: corpora.Mark, Text: "NIKE", Source: "test"}
	plain := corpusOf(t, kinds, matchers.BuildOptions{Name: "plain"}, r)
	delta := corpusOf(t, kinds, matchers.BuildOptions{Name: "changes", Delta: true}, r)
	for name, c := range map[string]struct {
		cfg  Config
		says string
	}{
		"no corpus":        {Config{Judge: bench{}}, "no corpus"},
		"no judge":         {Config{Corpora: []*matchers.Corpus{plain}}, "no judge"},
		"a delta":          {Config{Corpora: []*matchers.Corpus{plain, delta}, Judge: bench{}}, `"changes" holds only the changes`},
		"names":            {Config{Corpora: []*matchers.Corpus{plain}, Names: []string{"a", "b"}, Judge: bench{}}, "2 names for 1"},
		"unknown coverage": {Config{Corpora: []*matchers.Corpus{plain}, RequireCoverage: "full", Judge: bench{}}, `"full"`},
	} {
		if _, err := New(c.cfg); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %q", name, err, c.says)
		}
	}
	other := wordMatcher{&words{name: "words", version: 2}}
	if _, err := assemble(Config{Judge: bench{}}, [][]matchers.Matcher{{wordMatcher{kinds[0].(*words)}}, {other}}); err == nil {
		t.Error("two versions of one kind are taken")
	}
}
