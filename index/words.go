package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// keySequence is under what bleve keeps the sequence up to which it has read, in the same batch as what it read.
var keySequence = []byte("sequence")

// syncWait is how long bleve may take to write a batch to disk.
const syncWait = 2 * time.Minute

// words is bleve's inverted index: scorch without the layers above it, whose registries and mappings are not needed.
type words struct {
	index index.Index
	queue *index.AnalysisQueue
	terms termer
}

// openWords opens the index in dir, or a new one.
func openWords(dir string) (*words, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	queue := index.NewAnalysisQueue(1) // fields bring their terms: there is nothing to analyse
	config := map[string]any{
		"path": dir,
		// A batch is acknowledged by the truth; bleve reads again what it lost.
		"unsafe_batch":           true,
		"numSnapshotsToKeep":     1,
		"bolt_timeout":           "1s",
		"create_if_missing":      true,
		"scorchPersisterOptions": map[string]any{"PersisterNapTimeMSec": 50, "PersisterNapUnderNumFiles": 200, "NumPersisterWorkers": 1},
	}
	i, err := scorch.NewScorch("", config, queue)
	if err == nil {
		err = i.Open()
	}
	if err != nil {
		queue.Close()
		return nil, fmt.Errorf("inverted index: %w", err)
	}
	return &words{index: i, queue: queue}, nil
}

func (w *words) close() error {
	err := w.index.Close()
	w.queue.Close()
	if err != nil {
		return fmt.Errorf("inverted index: %w", err)
	}
	return nil
}

// read calls f with a snapshot of the index.
func (w *words) read(f func(r index.IndexReader) error) error {
	r, err := w.index.Reader()
	if err != nil {
		return fmt.Errorf("inverted index: %w", err)
	}
	return errors.Join(f(r), r.Close())
}

// sequence returns the sequence up to which the index has read.
func (w *words) sequence() (seq uint64, err error) {
	err = w.read(func(r index.IndexReader) error {
		b, err := r.GetInternal(keySequence)
		if err == nil && len(b) == 8 {
			seq = binary.BigEndian.Uint64(b)
		}
		return err
	})
	return seq, err
}

// count returns the number of listings.
func (w *words) count() (n int, err error) {
	err = w.read(func(r index.IndexReader) error {
		c, err := r.DocCount()
		n = int(c)
		return err
	})
	return n, err
}

// apply puts in new and changed listings and takes out removed ones, after which the index has read up to sequence seq.
func (w *words) apply(batch []numbered, seq uint64) error {
	b := index.NewBatch()
	for i := range batch {
		if batch[i].removed {
			b.Delete(string(key(batch[i].number)))
			continue
		}
		b.Update(w.terms.documentOf(&batch[i]))
	}
	b.SetInternal(keySequence, key(seq))
	if err := w.index.Batch(b); err != nil {
		return fmt.Errorf("inverted index: %w", err)
	}
	return nil
}

// sync waits until everything applied is on disk.
func (w *words) sync() error {
	seq, err := w.sequence()
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	b := index.NewBatch()
	b.SetInternal(keySequence, key(seq))
	b.SetPersistedCallback(func(err error) { done <- err })
	if err := w.index.Batch(b); err != nil {
		return fmt.Errorf("inverted index: %w", err)
	}
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("inverted index: %w", err)
		}
		return nil
	case <-time.After(syncWait):
		return fmt.Errorf("inverted index: not on disk after %s", syncWait)
	}
}
