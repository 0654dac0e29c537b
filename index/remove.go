package index

import (
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Remove takes listings out of the index and returns how many were there. When it returns without error the truth holds
// nothing of them; what is left on disk of their pages is overwritten by later ones.
func (x *Index) Remove(keys []Key) (int, error) {
	x.write.Lock()
	defer x.write.Unlock()
	before := x.truth.lastSequence()
	out, err := x.truth.remove(keys)
	if err != nil {
		return 0, fmt.Errorf("remove listings: %w", err)
	}
	if len(out) == 0 {
		return 0, nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if err := x.index(out, before); err != nil {
		return 0, fmt.Errorf("remove listings: %w", err)
	}
	if err := x.words.sync(); err != nil {
		return 0, fmt.Errorf("remove listings: %w", err)
	}
	return len(out), nil
}

// remove deletes listings in one transaction. Each leaves a change that names nothing any more, from which bleve learns of it.
func (t *truth) remove(keys []Key) (out []numbered, err error) {
	c := t.counts()
	if c.Prepared == nil {
		c.Prepared = map[string]int{}
	}
	w := writer{counts: &c}
	err = t.update(func(tx *bolt.Tx) error {
		w.open(tx)
		for _, k := range keys {
			e, known, err := w.find(digest(k))
			if err != nil {
				return err
			}
			if !known {
				continue
			}
			n, err := w.drop(digest(k), &e)
			if err != nil {
				return err
			}
			out = append(out, n)
		}
		if len(out) == 0 {
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
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	t.c, t.last = c, w.last
	t.mu.Unlock()
	return out, nil
}

func (w *writer) drop(id digest, e *entry) (numbered, error) {
	n := numbered{number: e.number, removed: true}
	if err := w.dropPrepared(e.number); err != nil {
		return n, err
	}
	if err := w.listings.Delete(key(e.number)); err != nil {
		return n, err
	}
	if err := w.ids.Delete(id[:]); err != nil {
		return n, err
	}
	if err := w.changes.Delete(key(e.seq)); err != nil {
		return n, err
	}
	w.counts.Listings--
	var err error
	if n.Seq, err = w.changes.NextSequence(); err != nil {
		return n, err
	}
	return n, w.changes.Put(key(n.Seq), key(e.number))
}
