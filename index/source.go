package index

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	bolt "go.etcd.io/bbolt"

	"lookalike/corpora"
)

// sourceChunk is how many listings a source reads at a time.
const sourceChunk = 256

// Listings is a source of stored listings, oldest change first, with Prepared filled. Their images have no Open. It reads
// in small steps and holds nothing of the index between them.
type Listings struct {
	x        *Index
	query    *Query
	from, to uint64
}

// All returns every listing.
func (x *Index) All() *Listings { return x.Since(0) }

// Since returns the listings that are new or changed after the given sequence, up to now.
func (x *Index) Since(seq uint64) *Listings {
	return &Listings{x: x, from: seq, to: x.truth.lastSequence()}
}

// Query returns the listings that q asks for.
func (x *Index) Query(q Query) *Listings {
	return &Listings{x: x, query: &q, to: x.truth.lastSequence()}
}

// Sequence is where a later Since goes on: up to there this source reads. A listing that changes while it is read may
// come with its later content, and comes again then.
func (s *Listings) Sequence() uint64 { return s.to }

// All implements corpora.Source. A failure of the index is its last error.
func (s *Listings) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		if s.query != nil {
			s.matches(ctx, yield)
			return
		}
		for from := s.from; from < s.to && ctx.Err() == nil; {
			numbers, next, err := s.x.truth.numbers(from, s.to, sourceChunk)
			if err != nil {
				yield(corpora.Listing{}, fmt.Errorf("read index: %w", err))
				return
			}
			if !s.yield(ctx, numbers, yield) {
				return
			}
			from = next
		}
	}
}

// matches yields the listings of a query.
func (s *Listings) matches(ctx context.Context, yield func(corpora.Listing, error) bool) {
	numbers, _, err := s.x.match(ctx, *s.query, noLimit)
	if err != nil {
		yield(corpora.Listing{}, fmt.Errorf("read index: %w", err))
		return
	}
	slices.Sort(numbers)
	for chunk := range slices.Chunk(numbers, sourceChunk) {
		if !s.yield(ctx, chunk, yield) {
			return
		}
	}
}

func (s *Listings) yield(ctx context.Context, numbers []uint64, yield func(corpora.Listing, error) bool) bool {
	listings, err := s.x.truth.listings(numbers)
	if err != nil {
		yield(corpora.Listing{}, fmt.Errorf("read index: %w", err))
		return false
	}
	for i := range listings {
		if ctx.Err() != nil || !yield(listings[i].Listing, nil) {
			return false
		}
	}
	return true
}

// numbers returns the numbers of the listings whose last change lies after from and not after to, at most limit of them,
// and the sequence up to which that is all.
func (t *truth) numbers(from, to uint64, limit int) (out []uint64, next uint64, err error) {
	next = to
	err = t.view(func(tx *bolt.Tx) error {
		c, listings := tx.Bucket(bucketChanges).Cursor(), tx.Bucket(bucketListings)
		for k, v := c.Seek(key(from + 1)); len(k) == 8 && len(v) == 8 && binary.BigEndian.Uint64(k) <= to; k, v = c.Next() {
			if listings.Get(v) == nil {
				continue // removed
			}
			out = append(out, binary.BigEndian.Uint64(v))
			if len(out) == limit {
				next = binary.BigEndian.Uint64(k)
				return nil
			}
		}
		return nil
	})
	return out, next, err
}

// head is a listing's number and the sequence of its last change.
type head struct{ number, seq uint64 }

// heads reads the sequences of listings without decoding them.
func (t *truth) heads(numbers []uint64) ([]head, error) {
	out := make([]head, 0, len(numbers))
	err := t.view(func(tx *bolt.Tx) error {
		listings := tx.Bucket(bucketListings)
		for _, n := range numbers {
			b := listings.Get(key(n))
			if len(b) < 2 || b[0] != codecVersion {
				return fmt.Errorf("listing %d: %w", n, errStored)
			}
			seq, k := binary.Uvarint(b[1:])
			if k <= 0 {
				return fmt.Errorf("listing %d: %w", n, errStored)
			}
			out = append(out, head{n, seq})
		}
		return nil
	})
	return out, err
}
