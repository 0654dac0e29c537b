package index

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	truthFile = "listings.db"
	wordsDir  = "words"
)

// ErrLocked says that another process holds the index open.
var ErrLocked = errors.New("the index is in use by another process")

// Options is how an index is opened.
type Options struct {
	// Create makes an index where there is none. Without it a missing index is fs.ErrNotExist.
	Create bool
	// Wait is how long to wait for another process that holds the index open; 0: one second.
	Wait time.Duration
	// OnCatchUp is called while bleve reads what it lacks of the truth, with how many listings it has read and how many
	// there are to read. May be nil.
	OnCatchUp func(done, total int)
}

// Index is an opened index.
type Index struct {
	dir   string
	truth *truth
	mu    sync.RWMutex // held for writing while words is replaced
	words *words
	write sync.Mutex // one batch at a time
}

// Open opens the index in dir and brings bleve up to the truth. An index of another format is a *FormatError.
func Open(dir string, o Options) (*Index, error) {
	if o.Create {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, fmt.Errorf("open index: %w", err)
		}
	} else if _, err := os.Stat(filepath.Join(dir, truthFile)); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	t, err := openTruth(filepath.Join(dir, truthFile), o.Wait)
	if err != nil {
		return nil, fmt.Errorf("open index %s: %w", dir, err)
	}
	x := &Index{dir: dir, truth: t}
	if err := x.openWords(o.OnCatchUp); err != nil {
		return nil, errors.Join(fmt.Errorf("open index %s: %w", dir, err), t.close())
	}
	return x, nil
}

// openWords opens bleve's files and lets them catch up. Files that cannot be opened, or that hold another number of
// listings than the truth, are made again.
func (x *Index) openWords(progress func(done, total int)) error {
	w, err := openWords(filepath.Join(x.dir, wordsDir))
	if err == nil {
		x.words = w
		if err = x.catchUp(progress); err == nil && x.agrees() {
			return nil
		}
		_ = w.close()
	}
	return x.remake(progress)
}

// remake makes bleve's files again from the truth.
func (x *Index) remake(progress func(done, total int)) error {
	dir := filepath.Join(x.dir, wordsDir)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	w, err := openWords(dir)
	if err != nil {
		return err
	}
	x.words = w
	if err := x.catchUp(progress); err != nil {
		return errors.Join(err, w.close())
	}
	if !x.agrees() {
		return errors.Join(errors.New("the inverted index does not hold what was written to it"), w.close())
	}
	return nil
}

// agrees reports whether bleve holds as many listings as the truth.
func (x *Index) agrees() bool {
	n, err := x.words.count()
	return err == nil && n == x.truth.counts().Listings
}

// catchUp feeds bleve with the changes after the last one that it has read.
func (x *Index) catchUp(progress func(done, total int)) error {
	from, err := x.words.sequence()
	if err != nil {
		return err
	}
	last := x.truth.lastSequence()
	if from > last {
		return errors.New("the inverted index is newer than the truth")
	}
	total := int(last - from)
	for done := 0; from < last; {
		b, next, err := x.truth.changes(from, batchListings)
		if err != nil {
			return err
		}
		if err := x.words.apply(b, next); err != nil {
			return err
		}
		done += int(next - from)
		from = next
		if progress != nil {
			progress(done, total)
		}
	}
	if total > 0 {
		return x.words.sync()
	}
	return nil
}

// index feeds bleve with a batch that was just committed, before which the truth stood at sequence before. When bleve
// lacks an earlier batch, since it failed then, it catches up instead.
func (x *Index) index(batch []numbered, before uint64) error {
	from, err := x.words.sequence()
	if err != nil {
		return err
	}
	if from < before {
		return x.catchUp(nil)
	}
	return x.words.apply(batch, x.truth.lastSequence())
}

// Rebuild makes the inverted index again from the truth.
func (x *Index) Rebuild(progress func(done, total int)) error {
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.words.close(); err != nil {
		return fmt.Errorf("rebuild index: %w", err)
	}
	if err := x.remake(progress); err != nil {
		return fmt.Errorf("rebuild index: %w", err)
	}
	return nil
}

// Close brings bleve's files to disk and closes the index.
func (x *Index) Close() error {
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	return errors.Join(x.words.sync(), x.words.close(), x.truth.close())
}

// Info is what index info prints.
type Info struct {
	Dir        string         `json:"dir"`
	Listings   int            `json:"listings"`
	Sequence   uint64         `json:"sequence"`    // of the last change
	Indexed    uint64         `json:"indexed"`     // up to which bleve has read
	Prepared   map[string]int `json:"prepared"`    // listings with features, by kind and version: "text 3"
	TruthBytes int64          `json:"truth_bytes"` // of the bbolt file
	WordsBytes int64          `json:"words_bytes"` // of bleve's files
}

// Info returns counts and sizes.
func (x *Index) Info() (Info, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	c := x.truth.counts()
	i := Info{Dir: x.dir, Listings: c.Listings, Sequence: x.truth.lastSequence(), Prepared: c.Prepared}
	var err error
	if i.Indexed, err = x.words.sequence(); err != nil {
		return i, fmt.Errorf("index info: %w", err)
	}
	if i.TruthBytes, err = treeSize(filepath.Join(x.dir, truthFile)); err != nil {
		return i, fmt.Errorf("index info: %w", err)
	}
	if i.WordsBytes, err = treeSize(filepath.Join(x.dir, wordsDir)); err != nil {
		return i, fmt.Errorf("index info: %w", err)
	}
	return i, nil
}

// treeSize sums the bytes of the files below path.
func treeSize(path string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // a file that a merge has just removed
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		if st, err := d.Info(); err == nil {
			sum += st.Size()
		}
		return nil
	})
	return sum, err
}
