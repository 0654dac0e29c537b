package index

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"lookalike/corpora"
)

// format is the version of the truth's buckets.
const format = 1

// The buckets. Numbers are big-endian, so that keys sort as numbers.
var (
	bucketMeta     = []byte("meta")     // "format" → 4 bytes, "counts" → JSON
	bucketIDs      = []byte("ids")      // identity → entry
	bucketListings = []byte("listings") // number of the listing → record
	bucketChanges  = []byte("changes")  // sequence → number of the listing; only the last change of each
	bucketPrepared = []byte("prepared") // number of the listing, kind → version (4), data

	buckets = [][]byte{bucketMeta, bucketIDs, bucketListings, bucketChanges, bucketPrepared}

	keyFormat = []byte("format")
	keyCounts = []byte("counts")
)

// FormatError says that an index was written by another version of the program.
type FormatError struct{ Have, Want uint32 }

// Error names both versions.
func (e *FormatError) Error() string {
	return fmt.Sprintf("index of format %d, this program reads format %d", e.Have, e.Want)
}

// counts are kept up to date with every batch.
type counts struct {
	Listings int            `json:"listings"`
	Prepared map[string]int `json:"prepared"`
}

// truth is the bbolt file.
type truth struct {
	db *bolt.DB

	mu   sync.Mutex
	c    counts
	last uint64
}

// entry says where a listing stands and what it was when it was last written.
type entry struct {
	number  uint64 // of the listing: the sequence of its first change
	seq     uint64 // of its last change
	content digest
	blobs   uint64 // hash over the prepared features, 0 for none
}

const entrySize = 8 + 8 + 16 + 8

func (e *entry) bytes() []byte {
	b := make([]byte, 0, entrySize)
	b = binary.BigEndian.AppendUint64(b, e.number)
	b = binary.BigEndian.AppendUint64(b, e.seq)
	b = append(b, e.content[:]...)
	return binary.BigEndian.AppendUint64(b, e.blobs)
}

func readEntry(b []byte) (entry, error) {
	if len(b) != entrySize {
		return entry{}, errStored
	}
	return entry{
		binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]), digest(b[16:32]), binary.BigEndian.Uint64(b[32:]),
	}, nil
}

func openTruth(path string, wait time.Duration) (*truth, error) {
	db, err := openBolt(path, 0o666, &bolt.Options{Timeout: cmp.Or(wait, time.Second), FreelistType: bolt.FreelistMapType})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, err
	}
	t := &truth{db: db}
	if err := t.prepare(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return t, nil
}

// openBolt opens the file. bbolt panics over pages that make no sense, and then keeps the file open and locked: it is
// closed here. What it mapped stays mapped, which would keep the lock too.
func openBolt(path string, mode os.FileMode, o *bolt.Options) (db *bolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var file *os.File
	o.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag, mode)
		file = f
		return f, err
	}
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, &DamagedError{fmt.Sprint(r)}
			if file != nil {
				unlock(file)
				_ = file.Close()
			}
		}
	}()
	return bolt.Open(path, mode, o)
}

// DamagedError says that the truth cannot be read. Nothing can make it again: listings must be kept anew.
type DamagedError struct{ Reason string }

// Error gives the reason.
func (e *DamagedError) Error() string { return "the stored listings are damaged: " + e.Reason }

// view runs f in a transaction that reads.
func (t *truth) view(f func(tx *bolt.Tx) error) error { return guarded(t.db.View, f) }

// update runs f in a transaction that writes.
func (t *truth) update(f func(tx *bolt.Tx) error) error { return guarded(t.db.Update, f) }

// guarded turns a panic of bbolt over a damaged file, or the fault of one that was cut, into an error.
func guarded(transact func(func(tx *bolt.Tx) error) error, f func(tx *bolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &DamagedError{fmt.Sprint(r)}
		}
	}()
	return transact(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			if tx.Bucket(name) == nil && tx.Bucket(bucketMeta) != nil {
				return &DamagedError{"a bucket is missing"}
			}
		}
		return f(tx)
	})
}

// prepare makes the buckets of a new file and reads the counts of an old one.
func (t *truth) prepare() error {
	read := func(tx *bolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		v := meta.Get(keyFormat)
		if len(v) != 4 {
			return &DamagedError{"the format is missing"}
		}
		if v := binary.BigEndian.Uint32(v); v != format {
			return &FormatError{v, format}
		}
		t.last = tx.Bucket(bucketChanges).Sequence()
		return json.Unmarshal(meta.Get(keyCounts), &t.c)
	}
	isNew := false
	if err := t.view(func(tx *bolt.Tx) error { isNew = tx.Bucket(bucketMeta) == nil; return nil }); err != nil {
		return err
	}
	if isNew {
		if err := t.update(create); err != nil {
			return err
		}
	}
	return t.view(read)
}

func create(tx *bolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	return errors.Join(meta.Put(keyFormat, binary.BigEndian.AppendUint32(nil, format)), meta.Put(keyCounts, []byte("{}")))
}

func (t *truth) close() error { return t.db.Close() }

func (t *truth) lastSequence() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

func (t *truth) counts() counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.c
	c.Prepared = maps.Clone(c.Prepared)
	return c
}

// numbered is a listing with its number.
type numbered struct {
	number uint64
	stored
	removed bool // only number and Seq are set
}

// changes returns the listings whose last change lies after sequence from, at most limit of them, in the order of their
// changes; next is the sequence up to which that is all.
func (t *truth) changes(from uint64, limit int) (out []numbered, next uint64, err error) {
	err = t.view(func(tx *bolt.Tx) error {
		changes, listings := tx.Bucket(bucketChanges), tx.Bucket(bucketListings)
		next = changes.Sequence()
		c := changes.Cursor()
		for k, v := c.Seek(key(from + 1)); k != nil; k, v = c.Next() {
			if len(out) == limit {
				next = out[limit-1].Seq
				return nil
			}
			if len(k) == 8 && len(v) == 8 && listings.Get(v) == nil {
				out = append(out, numbered{number: binary.BigEndian.Uint64(v), stored: stored{Seq: binary.BigEndian.Uint64(k)}, removed: true})
				continue
			}
			s, err := readListing(listings, v)
			if err != nil {
				return err
			}
			out = append(out, s)
		}
		return nil
	})
	return out, next, err
}

// listing returns the listing with the given number, and its features.
func (t *truth) listings(numbers []uint64) ([]numbered, error) {
	out := make([]numbered, 0, len(numbers))
	err := t.view(func(tx *bolt.Tx) error {
		listings, prepared := tx.Bucket(bucketListings), tx.Bucket(bucketPrepared)
		for _, n := range numbers {
			s, err := readListing(listings, key(n))
			if err != nil {
				return err
			}
			s.Listing.Prepared = readPrepared(prepared, n)
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

func readListing(listings *bolt.Bucket, k []byte) (numbered, error) {
	if len(k) != 8 {
		return numbered{}, errStored
	}
	s, err := decodeStored(listings.Get(k))
	if err != nil {
		return numbered{}, fmt.Errorf("listing %d: %w", binary.BigEndian.Uint64(k), err)
	}
	return numbered{number: binary.BigEndian.Uint64(k), stored: s}, nil
}

// readPrepared returns the features kept of a listing, by the name of their kind.
func readPrepared(prepared *bolt.Bucket, number uint64) []corpora.Blob {
	var out []corpora.Blob
	prefix := key(number)
	c := prepared.Cursor()
	for k, v := c.Seek(prefix); len(k) >= 8 && string(k[:8]) == string(prefix) && len(v) >= 4; k, v = c.Next() {
		out = append(out, corpora.Blob{
			Kind: string(k[8:]), Version: binary.BigEndian.Uint32(v), Data: slices.Clone(v[4:]),
		})
	}
	return out
}

func key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
