package scanner

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// words is a kind whose only sign is the word "nike" in a title. A title of "panic" panics in Match, one of "stall"
// calls the hook and goes on.
type words struct {
	name    string
	version uint32
	stall   func(ctx context.Context, title string)
}

func (k *words) Name() string              { return k.name }
func (k *words) Version() uint32           { return k.version }
func (k *words) New() matchers.Features    { return &wordFeatures{kind: k} }
func (k *words) Builder() matchers.Builder { return &wordBuilder{kind: k} }

func (k *words) Open(s *snapshot.File) (matchers.Matcher, error) {
	if s.Section(k.name+"/signs") == nil {
		return nil, nil
	}
	return wordMatcher{k}, nil
}

// wordBuilder counts the signs that it is given.
type wordBuilder struct {
	kind  *words
	signs byte
}

func (b *wordBuilder) Add(context.Context, uint32, *corpora.Sign) error {
	b.signs++
	return nil
}

func (b *wordBuilder) Finish(w *snapshot.Writer) error {
	if b.signs == 0 {
		return nil
	}
	return w.Put(b.kind.name+"/signs", []byte{b.signs})
}

type wordFeatures struct {
	kind   *words
	title  string
	spoilt bool // a panic left these features in the middle of something
}

func (f *wordFeatures) Prepare(ctx context.Context, l *corpora.Listing) []corpora.Problem {
	f.title = l.Title
	if f.kind.stall != nil {
		f.kind.stall(ctx, l.Title)
	}
	if strings.HasPrefix(l.Title, "cut") {
		return []corpora.Problem{{Code: corpora.TextCut, Field: "title"}}
	}
	return nil
}

func (f *wordFeatures) Append(dst []byte) []byte { return append(dst, f.title...) }

func (f *wordFeatures) Load(b []byte) error {
	if string(b) == "damaged" {
		return fmt.Errorf("damaged")
	}
	f.title = string(b)
	return nil
}

type wordMatcher struct{ kind *words }

func (m wordMatcher) Kind() matchers.Kind { return m.kind }

func (m wordMatcher) Match(f matchers.Features, dst []matchers.Hit) []matchers.Hit {
	wf := f.(*wordFeatures)
	if wf.spoilt {
		panic("features used again after a panic")
	}
	at := strings.Index(wf.title, "nike")
	if at >= 0 {
		dst = append(dst, matchers.Hit{Start: uint32(at), End: uint32(at + 4)})
	}
	if wf.title == "panic nike" {
		wf.spoilt = true
		panic("a fault with a secret")
	}
	return dst
}

// bench is a judge that makes every hit a high match, and the market US its only one.
type bench struct{ fail func(title string) error }

func (b bench) Verdict(c *judge.Case) (judge.Verdict, error) {
	v := judge.Verdict{Markets: b.Markets()}
	if b.fail != nil {
		if err := b.fail(c.Listing.Title); err != nil {
			return v, err
		}
	}
	for corpus, hits := range c.Hits {
		for _, h := range hits {
			v.Matches = append(v.Matches, judge.Match{
				Fingerprint: fmt.Sprintf("%s/%d/%d", c.Listing.ID, corpus, h.Start),
				Right:       judge.RightRef{Text: "NIKE", Owner: "Nike, Inc."},
				Field:       h.Part.Field(h.Item),
				Start:       new(int(h.Start)),
				End:         new(int(h.End)),
				Span:        c.Listing.Title[h.Start:h.End],
				Use:         judge.UseBrand,
				Grade:       judge.High,
				Score:       80,
				Gates:       map[string]judge.Gate{"US": judge.Block},
				Grades:      map[string]judge.Grade{"US": judge.High},
			})
		}
	}
	b.Total(&v, false)
	return v, nil
}

func (b bench) Total(v *judge.Verdict, incomplete bool) {
	v.Grade, v.Score, v.Gates = "", 0, map[string]judge.Gate{"US": judge.Clear}
	for i := range v.Matches {
		if Counts(&v.Matches[i]) {
			v.Grade, v.Score, v.Gates["US"] = judge.High, 80, judge.Block
		}
	}
	if incomplete && v.Gates["US"].Rank() < judge.Review.Rank() {
		v.Gates["US"] = judge.Review
	}
}

func (bench) Markets() []corpora.Market { return []corpora.Market{"US"} }
func (bench) Named() []corpora.Market   { return []corpora.Market{"US"} }

func (bench) Coverage(corpora.Market) map[string]string {
	return map[string]string{"mark": "list", "logo": "none", "design": "none", "work": "none"}
}

// entry is one element of a feed.
type entry struct {
	listing corpora.Listing
	err     error
}

// feed is a source over a slice.
type feed struct {
	entries []entry
	pulled  int // entries asked for so far
	breakAt int // position at which the source panics; 0 for never
	broken  []corpora.Problem
	onPull  func(n int)
}

func (f *feed) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for i, e := range f.entries {
			if ctx.Err() != nil {
				return
			}
			f.pulled = i + 1
			if f.onPull != nil {
				f.onPull(i)
			}
			if f.breakAt > 0 && i == f.breakAt {
				panic("a reader's fault")
			}
			if !yield(e.listing, e.err) {
				return
			}
		}
	}
}

func (f *feed) Problems() []corpora.Problem { return f.broken }

// titles makes a feed of one listing for each title.
func titles(ts ...string) *feed {
	f := &feed{}
	for i, t := range ts {
		f.entries = append(f.entries, entry{listing: corpora.Listing{
			ID: fmt.Sprintf("id-%d", i), Origin: "feed.csv", Row: i + 2, Title: t,
		}})
	}
	return f
}

// numbered makes a feed of n listings, every third of which has a match.
func numbered(n int) *feed {
	ts := make([]string, n)
	for i := range ts {
		ts[i] = fmt.Sprintf("item %d", i)
		if i%3 == 0 {
			ts[i] = fmt.Sprintf("nike item %d", i)
		}
	}
	return titles(ts...)
}

// keeper is a sink that keeps what it is given.
type keeper struct {
	got   []Finding
	onPut func(ctx context.Context, f *Finding) error
}

func (k *keeper) Put(ctx context.Context, f Finding) error {
	if k.onPut != nil {
		if err := k.onPut(ctx, &f); err != nil {
			return err
		}
	}
	k.got = append(k.got, f)
	return nil
}

func (k *keeper) ids() []string {
	var ids []string
	for _, f := range k.got {
		ids = append(ids, f.Listing.ID)
	}
	return ids
}

// scannerOf returns a Scanner with one corpus of the kind words.
func scannerOf(cfg Config, kind *words) (*Scanner, error) {
	if kind == nil {
		kind = &words{}
	}
	if kind.name == "" {
		kind.name, kind.version = "words", 1
	}
	if cfg.Judge == nil {
		cfg.Judge = bench{}
	}
	return assemble(cfg, [][]matchers.Matcher{{wordMatcher{kind}}})
}
