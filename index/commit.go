package index

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"lookalike/corpora"
)

// pending is a listing that waits for its batch.
type pending struct {
	id      *digest // nil: the listing's own
	listing *corpora.Listing
	source  string
	day     string
	content []byte
}

// outcome says what a batch did to a listing.
type outcome uint8

const (
	unchanged outcome = iota
	added
	changed
	refreshed // the same listing with features of another version
)

// commit writes a batch in one transaction and returns what was new or changed, for bleve, and how many of each outcome
// there were. met holds the identities that the keeper has met and takes those of the batch: one that comes again with
// another content is a second listing under the same id.
func (t *truth) commit(batch []pending, met map[digest]bool) (out []numbered, n [refreshed + 1]int, err error) {
	c := t.counts()
	if c.Prepared == nil {
		c.Prepared = map[string]int{}
	}
	w := writer{met: met, counts: &c}
	err = t.update(func(tx *bolt.Tx) error {
		w.open(tx)
		for i := range batch {
			what, s, err := w.put(&batch[i])
			if err != nil {
				return fmt.Errorf("listing %s: %w", batch[i].listing.ID, err)
			}
			n[what]++
			if what == added || what == changed {
				out = append(out, s)
			}
		}
		if n[unchanged] == len(batch) {
			return errNothing
		}
		b, err := json.Marshal(c)
		if err != nil {
			return err
		}
		w.last = w.changes.Sequence()
		return tx.Bucket(bucketMeta).Put(keyCounts, b)
	})
	if err == errNothing {
		return nil, n, nil
	}
	if err != nil {
		return nil, n, err
	}
	t.mu.Lock()
	t.c, t.last = c, w.last
	t.mu.Unlock()
	return out, n, nil
}

// errNothing rolls back a transaction in which nothing was written, so that it costs no sync.
var errNothing = fmt.Errorf("nothing to write")

// writer is one transaction.
type writer struct {
	ids, listings, changes, prepared *bolt.Bucket
	met                              map[digest]bool
	last                             uint64
	counts                           *counts
	buf                              []byte
}

func (w *writer) open(tx *bolt.Tx) {
	w.ids, w.listings = tx.Bucket(bucketIDs), tx.Bucket(bucketListings)
	w.changes, w.prepared = tx.Bucket(bucketChanges), tx.Bucket(bucketPrepared)
	for _, b := range []*bolt.Bucket{w.listings, w.changes, w.prepared} {
		b.FillPercent = 0.95 // keys ascend
	}
}

// put writes one listing unless it stands there already.
func (w *writer) put(p *pending) (outcome, numbered, error) {
	id := identity(p.source, p.listing, 0)
	if p.id != nil {
		id = *p.id
	}
	e := entry{content: digestOf(p.content), blobs: hashBlobs(p.listing.Prepared)}
	old, known, err := w.find(id)
	if err != nil {
		return 0, numbered{}, err
	}
	if known && p.id == nil && old.content != e.content {
		second := digestOf(id[:], e.content[:])
		other, found, err := w.find(second)
		switch {
		case err != nil:
			return 0, numbered{}, err
		case found:
			id, old = second, other
		case w.met[id]:
			id, known = second, false
		}
	}
	w.met[id] = true
	what := changed
	switch {
	case !known:
		what = added
	case old.content == e.content && (e.blobs == 0 || old.blobs == e.blobs):
		return unchanged, numbered{}, nil
	case old.content == e.content && !w.otherFeatures(old.number, p.listing.Prepared):
		what = refreshed
	}
	s, err := w.write(id, what, &old, &e, p)
	return what, s, err
}

func (w *writer) find(id digest) (entry, bool, error) {
	b := w.ids.Get(id[:])
	if b == nil {
		return entry{}, false, nil
	}
	e, err := readEntry(b)
	return e, true, err
}

// write stores e under id: features alone when the listing is only refreshed, else the listing with a new sequence.
func (w *writer) write(id digest, what outcome, old, e *entry, p *pending) (numbered, error) {
	e.number, e.seq = old.number, old.seq
	if what == changed {
		if err := w.dropPrepared(e.number); err != nil {
			return numbered{}, err
		}
	}
	var s numbered
	if what != refreshed {
		seq, err := w.changes.NextSequence()
		if err != nil {
			return s, err
		}
		if what == added {
			e.number = seq
			w.counts.Listings++
		} else if err := w.changes.Delete(key(old.seq)); err != nil {
			return s, err
		}
		e.seq = seq
		s = numbered{number: e.number, stored: stored{Seq: seq, Day: p.day, Source: p.source, Listing: *p.listing}}
		if err := w.changes.Put(key(seq), key(e.number)); err != nil {
			return s, err
		}
		w.buf = appendStored(w.buf[:0], &s.stored, p.content)
		if err := w.listings.Put(key(e.number), slices.Clone(w.buf)); err != nil {
			return s, err
		}
	}
	if err := w.putPrepared(e.number, p.listing.Prepared); err != nil {
		return s, err
	}
	return s, w.ids.Put(id[:], e.bytes())
}

// otherFeatures reports whether features of the same kind and version as a stored one have other data: the pictures
// behind the same addresses changed.
func (w *writer) otherFeatures(number uint64, blobs []corpora.Blob) bool {
	for _, b := range blobs {
		v := w.prepared.Get(append(key(number), b.Kind...))
		if len(v) >= 4 && binary.BigEndian.Uint32(v) == b.Version && string(v[4:]) != string(b.Data) {
			return true
		}
	}
	return false
}

func (w *writer) putPrepared(number uint64, blobs []corpora.Blob) error {
	for _, b := range blobs {
		k := append(key(number), b.Kind...)
		w.countPrepared(b.Kind, w.prepared.Get(k), -1)
		v := append(binary.BigEndian.AppendUint32(nil, b.Version), b.Data...)
		w.countPrepared(b.Kind, v, 1)
		if err := w.prepared.Put(k, v); err != nil {
			return err
		}
	}
	return nil
}

// dropPrepared removes features of an earlier content.
func (w *writer) dropPrepared(number uint64) error {
	for _, b := range readPrepared(w.prepared, number) {
		k := append(key(number), b.Kind...)
		w.countPrepared(b.Kind, w.prepared.Get(k), -1)
		if err := w.prepared.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) countPrepared(kind string, v []byte, by int) {
	if len(v) < 4 {
		return
	}
	name := fmt.Sprintf("%s %d", kind, binary.BigEndian.Uint32(v))
	if w.counts.Prepared[name] += by; w.counts.Prepared[name] == 0 {
		delete(w.counts.Prepared, name)
	}
}

// hashBlobs is 0 only for no features.
func hashBlobs(blobs []corpora.Blob) uint64 {
	if len(blobs) == 0 {
		return 0
	}
	byKind := func(a, b corpora.Blob) int { return strings.Compare(a.Kind, b.Kind) }
	if !slices.IsSortedFunc(blobs, byKind) {
		blobs = slices.SortedFunc(slices.Values(blobs), byKind)
	}
	b := make([]byte, 0, 64)
	for _, x := range blobs {
		b = appendString(b, x.Kind)
		b = binary.AppendUvarint(b, uint64(x.Version))
		d := digestOf(x.Data)
		b = append(b, d[:]...)
	}
	d := digestOf(b)
	return max(1, binary.BigEndian.Uint64(d[:8]))
}
