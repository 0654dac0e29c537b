package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"

	"lookalike/corpora"
)

// Query asks for listings that agree with all that is set.
type Query struct {
	// Words must all stand in the listing's texts, in any order; Han, kana and the like in sequence. Words without any
	// letter or digit stand in no listing.
	Words  string
	Brand  string         // the whole brand, in any case
	Seller string         // name or id, in any case
	Market corpora.Market // among the listing's own
	Since  corpora.Date   // the day of the last change, or later
}

// Found is the answer to a query.
type Found struct {
	Total    int
	Listings []corpora.Listing
}

// sorted is among how many matches Search looks for the newest.
const sorted = 1000

// noLimit takes every match.
const noLimit = int(^uint(0) >> 1)

// Search returns the number of listings that q asks for and at most limit of them: those changed last, where at most 1,000
// match; else any. Prepared is not filled.
func (x *Index) Search(ctx context.Context, q Query, limit int) (Found, error) {
	numbers, total, err := x.match(ctx, q, max(limit, sorted))
	if err != nil {
		return Found{}, fmt.Errorf("search: %w", err)
	}
	f := Found{Total: total}
	if total > sorted {
		numbers = numbers[:min(limit, len(numbers))]
	}
	all, err := x.truth.heads(numbers)
	if err != nil {
		return f, fmt.Errorf("search: %w", err)
	}
	slices.SortFunc(all, func(a, b head) int { return int(int64(b.seq) - int64(a.seq)) })
	numbers = numbers[:0]
	for _, h := range all[:min(limit, len(all))] {
		numbers = append(numbers, h.number)
	}
	listings, err := x.truth.listings(numbers)
	if err != nil {
		return f, fmt.Errorf("search: %w", err)
	}
	for i := range listings {
		l := listings[i].Listing
		l.Prepared = nil
		f.Listings = append(f.Listings, l)
	}
	return f, nil
}

// match returns the numbers of the first limit listings that q asks for, and how many there are.
func (x *Index) match(ctx context.Context, q Query, limit int) (numbers []uint64, total int, err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	err = x.words.read(func(r index.IndexReader) (err error) {
		s, err := q.searcher(ctx, r)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		sc := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0), IndexReader: r}
		for {
			m, err := s.Next(sc)
			if err != nil || m == nil {
				return err
			}
			if total%1024 == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if total++; total <= limit {
				id, err := r.ExternalID(m.IndexInternalID)
				if err != nil {
					return err
				}
				n, ok := numberOf(id)
				if !ok {
					return errors.New("the inverted index holds an id that is none: rebuild it")
				}
				numbers = append(numbers, n)
			}
			sc.DocumentMatchPool.Put(m)
		}
	})
	return numbers, total, err
}

// unscored asks bleve for the documents alone.
var unscored = search.SearcherOptions{Score: "none"}

// searcher returns the conjunction of all that q asks for; of nothing it is every listing.
func (q *Query) searcher(ctx context.Context, r index.IndexReader) (search.Searcher, error) {
	var all []search.Searcher
	fail := func(err error) (search.Searcher, error) {
		for _, s := range all {
			err = errors.Join(err, s.Close())
		}
		return nil, err
	}
	add := func(s search.Searcher, err error) error {
		if err == nil {
			all = append(all, s)
		}
		return err
	}
	var t termer
	terms := t.query(q.Words)
	if len(terms) == 0 && strings.TrimSpace(q.Words) != "" {
		return searcher.NewMatchNoneSearcher(r)
	}
	for _, w := range terms {
		var err error
		if w.prefix {
			err = add(searcher.NewTermPrefixSearcher(ctx, r, w.term, fieldWords, 1, unscored))
		} else {
			err = add(searcher.NewTermSearcher(ctx, r, w.term, fieldWords, 1, unscored))
		}
		if err != nil {
			return fail(err)
		}
	}
	for _, f := range []struct{ field, term string }{
		{fieldBrand, folded(q.Brand)}, {fieldSeller, folded(q.Seller)}, {fieldMarket, string(q.Market)},
	} {
		if f.term == "" {
			continue
		}
		if err := add(searcher.NewTermSearcher(ctx, r, f.term, f.field, 1, unscored)); err != nil {
			return fail(err)
		}
	}
	if q.Since != 0 {
		from, to := []byte(q.Since.String()), []byte("9999-99-99")
		if err := add(searcher.NewTermRangeSearcher(ctx, r, from, to, new(true), new(true), fieldDay, 1, unscored)); err != nil {
			return fail(err)
		}
	}
	switch len(all) {
	case 0:
		return searcher.NewMatchAllSearcher(ctx, r, 1, unscored)
	case 1:
		return all[0], nil
	}
	s, err := searcher.NewConjunctionSearcher(ctx, r, all, unscored)
	if err != nil {
		return fail(err)
	}
	return s, nil
}

// Empty reports whether q asks for every listing.
func (q *Query) Empty() bool { return *q == Query{} }
