package main

import (
	"context"
	"iter"
	"os"
	"path/filepath"

	"lookalike/corpora"
	"lookalike/corpora/feed"
	"lookalike/corpora/fetch"
	"lookalike/index"
	"lookalike/scanner/crawl"
)

// source is what a scan reads, with what has to be closed after it.
type source struct {
	corpora.Source[corpora.Listing]
	feed    *feed.Feed // nil for stored listings
	whole   *counted   // what a partition is cut from, nil without one
	closers []func() error
}

// Problems returns what went wrong with feeds as a whole.
func (s *source) Problems() []corpora.Problem {
	if s.feed == nil {
		return nil
	}
	return s.feed.Problems()
}

// close closes what the source holds, the last opened first.
func (s *source) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		_ = s.closers[i]()
	}
}

// source opens what f asks for: feeds at paths or stored listings, a part of them, with their pictures by address.
func (a *app) source(ctx context.Context, f *scanFlags, paths []string, x *index.Index) (*source, error) {
	s := &source{}
	if f.stored {
		since, err := corpora.ParseDate(f.since)
		if err != nil {
			return nil, usage("date", "flag", "--since", "value", f.since)
		}
		if s.Source = x.All(); since != 0 {
			s.Source = x.Query(index.Query{Since: since})
		}
	} else if err := a.openFeed(ctx, f, paths, s); err != nil {
		return nil, err
	}
	if f.fetchImages {
		client, err := a.fetcher(f)
		if err != nil {
			s.close()
			return nil, err
		}
		s.closers = append(s.closers, client.Close)
		s.Source = fetch.Images{Source: s.Source, Client: client}
	}
	if f.partition != "" {
		i, n, err := feed.ParsePartition(f.partition)
		if err != nil {
			s.close()
			return nil, usage("partition", "value", f.partition)
		}
		s.whole = &counted{Source: s.Source}
		s.Source = feed.Partition{Source: s.whole, I: i, N: n}
	}
	return s, nil
}

// counted is a source that knows how many listings it gave.
type counted struct {
	corpora.Source[corpora.Listing]
	n int
}

// All counts and passes on.
func (c *counted) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for l, err := range c.Source.All(ctx) {
			c.n++
			if !yield(l, err) {
				return
			}
		}
	}
}

// openFeed opens the feeds at paths.
func (a *app) openFeed(ctx context.Context, f *scanFlags, paths []string, s *source) error {
	mapping, err := columnMap(f.mapping)
	if err != nil {
		return err
	}
	saved, paths, err := savedPages(f, paths)
	if err != nil {
		return err
	}
	if saved != nil {
		s.Source = saved
		if len(paths) == 0 {
			return nil
		}
	}
	s.feed, err = feed.Open(ctx, paths, feed.Options{Map: mapping, AllowPaths: f.allowPaths, Stdin: interruptible(ctx, a.stdin), OnDialect: a.noteDialect, Spool: f.annotate != "" || f.split != ""})
	if err != nil {
		return feedFault(err)
	}
	s.closers = append(s.closers, s.feed.Close)
	if s.Source = s.feed; saved != nil {
		s.Source = after{saved, s.feed}
	}
	return nil
}

// savedPages opens those paths that are saved pages in formats of web archives, and returns the others, which are feeds. nil
// without any.
func savedPages(f *scanFlags, paths []string) (*crawl.Saved, []string, error) {
	var names, feeds []string
	for _, p := range paths {
		if crawl.SavedFile(p) {
			names = append(names, p)
		} else {
			feeds = append(feeds, p)
		}
	}
	if len(names) == 0 {
		return nil, paths, nil
	}
	if f.annotate != "" || f.split != "" {
		return nil, nil, usage("saved_annotate", "name", names[0])
	}
	for _, name := range names {
		if _, err := os.Stat(name); err != nil {
			return nil, nil, usage("no_file", "name", name)
		}
	}
	saved, err := crawl.NewSaved(names, crawl.Config{})
	if err != nil {
		return nil, nil, newFault(exitInternal, "failed", "reason", err.Error())
	}
	return saved, feeds, nil
}

// after is one source behind another.
type after [2]corpora.Source[corpora.Listing]

// All streams both.
func (s after) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for _, src := range s {
			for l, err := range src.All(ctx) {
				if !yield(l, err) {
					return
				}
			}
		}
	}
}

// fetcher returns the client that reads pictures by address. Bodies are kept between runs in the data folder of a scan
// that keeps anything, else in a temporary one.
func (a *app) fetcher(f *scanFlags) (*fetch.Client, error) {
	o := fetch.Options{UserAgent: "lookalike/" + engine, Now: a.now}
	if f.keep {
		o.Dir = filepath.Join(a.global.data, "pictures")
	}
	client, err := fetch.New(o)
	if err != nil {
		return nil, newFault(exitInternal, "failed", "reason", err.Error())
	}
	return client, nil
}

// keeping starts to keep the scanned listings in x and returns what ends it.
func (a *app) keeping(f *scanFlags, e *scanEngine, x *index.Index) (finish func() error) {
	k := x.Keeper(index.KeepOptions{Source: f.source, Now: a.now})
	e.keep = k.Put
	return func() error {
		if err := k.Close(); err != nil {
			return err
		}
		n := k.Kept()
		a.note("scan.kept", map[string]any{"added": n.Added, "changed": n.Changed, "unchanged": n.Unchanged})
		return nil
	}
}

// tooOld returns a fault when an opened corpus is older than f allows on the day of the scan.
func (e *scanEngine) tooOld(f *scanFlags) error {
	if f.maxCorpusAge == 0 {
		return nil
	}
	for i, c := range e.corpora {
		date, err := corpora.ParseDate(c.Info().Date)
		if err != nil || date == 0 {
			return newFault(exitCorpus, "corpus_undated", "name", e.names[i])
		}
		if days := e.config.AsOf.Days(date); days > f.maxCorpusAge {
			return newFault(exitCorpus, "corpus_old", "name", e.names[i], "days", days, "limit", f.maxCorpusAge)
		}
	}
	return nil
}
