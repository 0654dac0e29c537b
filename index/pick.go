package index

import (
	"context"
	"fmt"
	"iter"
	"slices"

	bolt "go.etcd.io/bbolt"

	"lookalike/corpora"
)

// Key names a stored listing, or a content: half of a SHA-256.
type Key [16]byte

// KeyOf returns the key of a listing of a source: its seller and its id.
func KeyOf(source string, l *corpora.Listing) Key { return Key(identity(source, l, 0)) }

// Second returns the key of a further listing under the same seller and id, which another content tells apart.
func (k Key) Second(content Key) Key { return Key(digestOf(k[:], content[:])) }

// ContentOf returns the hash of what a listing says of itself. Where and when it was read is no part of it.
func ContentOf(l *corpora.Listing) Key { return Key(digestOf(appendContent(nil, l))) }

// Picked is a stored listing with its key.
type Picked struct {
	Key     Key
	Listing corpora.Listing // with Prepared; its images have no Open
}

// Pick returns the stored listings of the given keys, the oldest first; keys that are not stored are left out. A failure of
// the index is its last error. It reads in small steps and holds nothing of the index between them.
func (x *Index) Pick(ctx context.Context, keys []Key) iter.Seq2[Picked, error] {
	return func(yield func(Picked, error) bool) {
		found, err := x.truth.lookUp(keys)
		if err != nil {
			yield(Picked{}, fmt.Errorf("read index: %w", err))
			return
		}
		for chunk := range slices.Chunk(found, sourceChunk) {
			numbers := make([]uint64, len(chunk))
			for i, e := range chunk {
				numbers[i] = e.number
			}
			listings, err := x.truth.listings(numbers)
			if err != nil {
				yield(Picked{}, fmt.Errorf("read index: %w", err))
				return
			}
			for i := range listings {
				if ctx.Err() != nil || !yield(Picked{chunk[i].key, listings[i].Listing}, nil) {
					return
				}
			}
		}
	}
}

// place is where a key's listing stands.
type place struct {
	key    Key
	number uint64
}

// lookUp returns the places of keys, in the order in which their listings are stored.
func (t *truth) lookUp(keys []Key) ([]place, error) {
	out := make([]place, 0, len(keys))
	err := t.view(func(tx *bolt.Tx) error {
		ids := tx.Bucket(bucketIDs)
		for _, k := range keys {
			b := ids.Get(k[:])
			if b == nil {
				continue
			}
			e, err := readEntry(b)
			if err != nil {
				return err
			}
			out = append(out, place{k, e.number})
		}
		return nil
	})
	slices.SortFunc(out, func(a, b place) int {
		switch {
		case a.number < b.number:
			return -1
		case a.number > b.number:
			return 1
		}
		return 0
	})
	return out, err
}
