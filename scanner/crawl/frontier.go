package crawl

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"lookalike/corpora"
)

// The buckets of the frontier's file.
var (
	bucketMeta     = []byte("meta")     // "state": the run
	bucketPages    = []byte("pages")    // key -> page
	bucketQueue    = []byte("queue")    // host -> sequence -> key: what waits, in the order in which it was found
	bucketCounts   = []byte("counts")   // group of addresses -> how many were let in, of this run
	bucketKept     = []byte("kept")     // key -> links and listings of a page that can be asked for on condition
	bucketVariants = []byte("variants") // key of the page named, key of the variant -> listings of the variant, of this run
	bucketListings = []byte("listings") // sequence -> listing that the consumer does not have yet
	bucketHosts    = []byte("hosts")    // host -> what is known of it
	bucketRobots   = []byte("robots")   // scheme://host -> rules
)

const frontierFormat = 1

// state is the run that a frontier holds.
type state struct {
	Format   int
	Run      uint32    // 1 for the first
	Complete bool      // the run ended with nothing left
	Started  time.Time // of the run
	Waiting  int       // addresses in the queue
	Found    int       // addresses let in, of this run
	Listings uint64    // sequence of the last listing
	Count    Counts
}

// outcomes of a page, a closed list.
const (
	stateWaiting = ""
	stateDone    = "done"
	stateSame    = "unchanged"
	stateMoved   = "moved"   // it leads elsewhere
	stateGone    = "gone"    // 404, 410
	stateRefused = "refused" // robots.txt, 401, 403, a bound
	stateFailed  = "failed"  // asked for in vain
	stateVariant = "variant" // another address of a page that names it
)

// page is what is known of an address.
type page struct {
	URL      string
	Run      uint32 `json:",omitzero"` // that met it last
	State    string `json:",omitzero"`
	Kind     kind   `json:",omitzero"`
	Depth    int    `json:",omitzero"`
	Hops     int    `json:",omitzero"` // redirects that led here
	Tries    int    `json:",omitzero"`
	Seed     bool   `json:",omitzero"`
	Status   int    `json:",omitzero"`
	Reason   string `json:",omitzero"`
	ETag     string `json:",omitzero"`
	Modified string `json:",omitzero"`
	Listings int    `json:",omitzero"`
}

// kind says what an address is expected to hold.
type kind uint8

const (
	kindPage kind = iota
	kindSitemap
	kindFeed
	kindAny // a seed: told by what comes
)

// kept is what a page gave, for the day on which it answers that it did not change.
type kept struct {
	Links    []link   `json:",omitzero"`
	Listings []stored `json:",omitzero"`
	Variant  string   `json:",omitzero"` // address that the page names as its own
	Maker    string   // identity of the extraction: another one asks for the page whole
}

// link is an address that was found.
type link struct {
	URL   string
	Kind  kind `json:",omitzero"`
	Depth int  `json:",omitzero"` // of the page that it leads to
	Hops  int  `json:",omitzero"`
	Seed  bool `json:",omitzero"`
	Again bool `json:",omitzero"` // asked for although known: the same page under another spelling
}

// stored is a listing as the file keeps it: a picture is its address alone.
type stored struct {
	corpora.Listing
	Images []string
}

func storedOf(l corpora.Listing) stored {
	s := stored{Listing: l}
	for _, im := range l.Images {
		s.Images = append(s.Images, im.Ref)
	}
	s.Listing.Images = nil
	return s
}

func (s stored) listing() corpora.Listing {
	l := s.Listing
	for _, ref := range s.Images {
		l.Images = append(l.Images, corpora.Image{Ref: ref})
	}
	return l
}

// ErrLocked says that another process holds the frontier open.
var ErrLocked = errors.New("the crawl's folder is in use by another process")

// frontier is the persistent state of a crawl. One goroutine writes pages; another one takes listings.
type frontier struct {
	db     *bbolt.DB
	state  state
	bounds Bounds
}

func openFrontier(dir string, b Bounds) (*frontier, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(filepath.Join(dir, "crawl.db"), 0o666, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType, NoFreelistSync: true})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, err
	}
	f := &frontier{db: db, bounds: b}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketMeta, bucketPages, bucketQueue, bucketCounts, bucketKept, bucketVariants, bucketListings, bucketHosts, bucketRobots} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		if v := tx.Bucket(bucketMeta).Get([]byte("state")); v != nil {
			if err := json.Unmarshal(v, &f.state); err != nil {
				return fmt.Errorf("state of the crawl: %w", err)
			}
		} else {
			f.state = state{Format: frontierFormat, Complete: true}
		}
		if f.state.Format != frontierFormat {
			return fmt.Errorf("the crawl has format %d, this program reads %d", f.state.Format, frontierFormat)
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return f, nil
}

func (f *frontier) close() error { return f.db.Close() }

// turn is one page whose turn it is.
type turn struct {
	host string
	seq  uint64
	key  key
	page page
}

// next returns up to n turns of a host behind seq.
func (f *frontier) next(host string, seq uint64, n int) ([]turn, error) {
	var out []turn
	err := f.db.View(func(b *bbolt.Tx) error {
		q := b.Bucket(bucketQueue).Bucket([]byte(host))
		if q == nil {
			return nil
		}
		pages, c := b.Bucket(bucketPages), q.Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, seq+1)); k != nil && len(out) < n; k, v = c.Next() {
			x := turn{host: host, seq: binary.BigEndian.Uint64(k)}
			copy(x.key[:], v)
			if err := json.Unmarshal(pages.Get(v), &x.page); err != nil {
				return fmt.Errorf("page in the queue of %s: %w", host, err)
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// queued returns how many pages wait for each host.
func (f *frontier) queued() (map[string]int, error) {
	out := map[string]int{}
	err := f.db.View(func(b *bbolt.Tx) error {
		return b.Bucket(bucketQueue).ForEachBucket(func(host []byte) error {
			out[string(host)] = b.Bucket(bucketQueue).Bucket(host).Stats().KeyN
			return nil
		})
	})
	return out, err
}

// keptOf returns what a page gave when it was read last.
func (f *frontier) keptOf(k key) (kept, bool) {
	var x kept
	found := false
	_ = f.db.View(func(b *bbolt.Tx) error {
		v := b.Bucket(bucketKept).Get(k[:])
		found = v != nil && json.Unmarshal(v, &x) == nil
		return nil
	})
	return x, found
}

// pending returns up to n stored listings behind seq with their sequence.
func (f *frontier) pending(seq uint64, n int) (out []stored, seqs []uint64, err error) {
	err = f.db.View(func(b *bbolt.Tx) error {
		c := b.Bucket(bucketListings).Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, seq+1)); k != nil && len(out) < n; k, v = c.Next() {
			var s stored
			if err := json.Unmarshal(v, &s); err != nil {
				return fmt.Errorf("stored listing: %w", err)
			}
			out, seqs = append(out, s), append(seqs, binary.BigEndian.Uint64(k))
		}
		return nil
	})
	return out, seqs, err
}

// taken forgets the listings up to seq: the consumer has them.
func (f *frontier) taken(seq uint64) error {
	return f.db.Update(func(b *bbolt.Tx) error {
		c := b.Bucket(bucketListings).Cursor()
		last := binary.BigEndian.AppendUint64(nil, seq)
		for k, _ := c.First(); k != nil && bytes.Compare(k, last) <= 0; k, _ = c.First() {
			if err := c.Delete(); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachPage calls f with every page of the run.
func (f *frontier) eachPage(do func(p page)) error {
	return f.db.View(func(b *bbolt.Tx) error {
		return b.Bucket(bucketPages).ForEach(func(_, v []byte) error {
			var p page
			if err := json.Unmarshal(v, &p); err != nil {
				return err
			}
			if p.Run == f.state.Run {
				do(p)
			}
			return nil
		})
	})
}

// host is what is known of a host between runs.
type host struct {
	Scope bool   `json:",omitzero"` // links to it are followed
	Pages int    `json:",omitzero"` // asked for in the run Run
	Run   uint32 `json:",omitzero"`
}

func (f *frontier) hosts() (map[string]*host, error) {
	out := map[string]*host{}
	err := f.db.View(func(b *bbolt.Tx) error {
		return b.Bucket(bucketHosts).ForEach(func(k, v []byte) error {
			h := new(host)
			if err := json.Unmarshal(v, h); err != nil {
				return err
			}
			out[string(k)] = h
			return nil
		})
	})
	return out, err
}

// eachRobots calls f with the rules of every host and scheme that are known.
func (f *frontier) eachRobots(do func(host, scheme string, r *robots)) error {
	return f.db.View(func(b *bbolt.Tx) error {
		return b.Bucket(bucketRobots).ForEach(func(k, v []byte) error {
			r := new(robots)
			if err := json.Unmarshal(v, r); err != nil {
				return err
			}
			scheme, name, _ := bytes.Cut(k, []byte("://"))
			do(string(name), string(scheme), r)
			return nil
		})
	})
}
