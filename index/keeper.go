package index

import (
	"context"
	"fmt"
	"time"

	"lookalike/corpora"
)

const (
	// batchListings is how many listings a batch holds at most: larger ones make bleve's merges dear, smaller ones its
	// files many.
	batchListings = 1000
	// batchBytes is how many bytes of listings a batch holds at most.
	batchBytes = 16 << 20
	// syncBatches is after how many batches a keeper waits until bleve is on disk. It bounds bleve's memory and what a
	// reopened index has to read again.
	syncBatches = 32
)

// KeepOptions is how a Keeper writes.
type KeepOptions struct {
	Source string           // name of the feed's source: part of a listing's identity
	Now    func() time.Time // the day of a change; nil: time.Now
}

// Kept counts what a Keeper wrote.
type Kept struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Refreshed int `json:"refreshed"` // the same listing, features of another version
}

// Keeper writes listings to an index in batches. What a returned Flush or Close has covered survives a kill. It is for one
// goroutine.
type Keeper struct {
	x       *Index
	o       KeepOptions
	met     map[digest]bool // identities that this keeper wrote or met unchanged
	batch   []pending
	bytes   int
	batches int // since the last sync
	kept    Kept
}

// Keeper starts writing.
func (x *Index) Keeper(o KeepOptions) *Keeper {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Keeper{x: x, o: o, met: map[digest]bool{}}
}

// Put takes one listing with the features in l.Prepared, which may be none. The listing must not be changed until Flush.
// A listing that stands in the index with the same content is not written; where and when it was read is not content. A
// second listing under an id that this keeper has met, with another content, is kept beside the first. An error loses the
// whole batch.
func (k *Keeper) Put(ctx context.Context, l *corpora.Listing) error { return k.put(ctx, nil, l) }

// PutAs is Put of a listing under a key that the caller chose, whatever else of this source has its id.
func (k *Keeper) PutAs(ctx context.Context, key Key, l *corpora.Listing) error {
	return k.put(ctx, new(digest(key)), l)
}

func (k *Keeper) put(ctx context.Context, id *digest, l *corpora.Listing) error {
	if ctx.Err() != nil {
		return fmt.Errorf("keep listings: %w", context.Cause(ctx))
	}
	day := k.o.Now().UTC()
	if !l.Seen.IsZero() {
		day = l.Seen.UTC()
	}
	p := pending{id: id, listing: l, source: k.o.Source, day: day.Format(time.DateOnly), content: appendContent(nil, l)}
	k.batch = append(k.batch, p)
	k.bytes += len(p.content)
	for _, b := range l.Prepared {
		k.bytes += len(b.Data)
	}
	if len(k.batch) < batchListings && k.bytes < batchBytes {
		return nil
	}
	return k.Flush()
}

// Flush writes what waits. When it returns without error everything put so far is in the truth, on disk.
func (k *Keeper) Flush() error {
	if len(k.batch) == 0 {
		return nil
	}
	k.x.write.Lock()
	defer k.x.write.Unlock()
	before := k.x.truth.lastSequence()
	out, n, err := k.x.truth.commit(k.batch, k.met)
	clear(k.batch)
	k.batch, k.bytes = k.batch[:0], 0
	if err != nil {
		return fmt.Errorf("keep listings: %w", err)
	}
	k.kept.Added += n[added]
	k.kept.Changed += n[changed]
	k.kept.Unchanged += n[unchanged]
	k.kept.Refreshed += n[refreshed]
	if len(out) == 0 {
		return nil
	}
	k.x.mu.RLock()
	defer k.x.mu.RUnlock()
	if err := k.x.index(out, before); err != nil {
		return fmt.Errorf("keep listings: %w", err)
	}
	if k.batches++; k.batches >= syncBatches {
		k.batches = 0
		if err := k.x.words.sync(); err != nil {
			return fmt.Errorf("keep listings: %w", err)
		}
	}
	return nil
}

// Kept returns what was written so far, without what waits.
func (k *Keeper) Kept() Kept { return k.kept }

// Close flushes. The index stays open.
func (k *Keeper) Close() error { return k.Flush() }
