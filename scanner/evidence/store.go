package evidence

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"
)

var (
	// ErrLocked says that another process writes to the store.
	ErrLocked = errors.New("another process writes to this store")
	// ErrDamaged says that the log of a store does not hold: nothing may be added to it. Verify names what is wrong.
	ErrDamaged = errors.New("the log is damaged: verify the store")
	// ErrBroken says that a write failed and the store must be opened again before it takes more.
	ErrBroken = errors.New("a write failed: open the store again")
	// ErrNotFound says that the store holds no such capture.
	ErrNotFound = errors.New("no such capture")
)

// Options of a store that is written to. Operator and Jurisdiction are required.
type Options struct {
	Operator     string // who runs the program
	Authority    string // on what grounds captures are made, for those that do not say it themselves
	Jurisdiction string // country where the data is stored, "CN"; fixed when the store is made
	Engine       string // version of the program
	Clock        Clock  // where Now comes from; source "system" when empty
	Retention    Retention
	Stamper      Stamper          // nil: captures are not timestamped
	Now          func() time.Time // time.Now
	Random       io.Reader        // crypto/rand
}

// Stamper asks an authority for a time stamp over a hash.
type Stamper interface {
	// Stamp returns the authority's whole answer in DER for a SHA-256, once it has checked that the answer is about it.
	Stamp(ctx context.Context, digest [32]byte) (Stamp, error)
}

// Stamp is the answer of an authority.
type Stamp struct {
	Response []byte // TimeStampResp of RFC 3161
	URL      string
	Time     time.Time
	Nonce    string // decimal
}

// Store is a folder of captures. It is safe for concurrent use by one process; others may read and verify meanwhile.
type Store struct {
	o     Options
	root  *os.Root
	lock  *os.File
	log   *os.File
	about storeInfo

	mu       sync.Mutex
	chain    chain
	size     int64 // of the log
	broken   error
	captures map[string]*state
	order    []string
	recovery []Event
}

// storeInfo is what STORE.json says.
type storeInfo struct {
	Format       string `json:"format"`
	Version      int    `json:"version"`
	Made         string `json:"made"`
	ID           string `json:"id"`
	Jurisdiction string `json:"jurisdiction"`
}

func (o *Options) fill() error {
	if o.Operator == "" {
		return errors.New("evidence: no operator named")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Clock.Source == "" {
		o.Clock.Source = "system"
	}
	return o.Retention.fill()
}

// Create makes a store in a folder that does not exist or is empty, and opens it.
func Create(dir string, o Options) (*Store, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	if o.Jurisdiction == "" {
		return nil, errors.New("evidence: no jurisdiction named: where is the data stored?")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("making an evidence store: %w", err)
	}
	s, err := attach(dir, o)
	if err != nil {
		return nil, fmt.Errorf("making an evidence store: %w", err)
	}
	if err := s.create(); err != nil {
		return nil, fmt.Errorf("making an evidence store: %w", errors.Join(err, s.Close()))
	}
	return s, nil
}

// attach opens the folder and takes the lock.
func attach(dir string, o Options) (*Store, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{o: o, root: root, chain: newChain(), captures: map[string]*state{}}
	if s.lock, err = root.OpenFile(lockFile, os.O_RDWR|os.O_CREATE, 0o640); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	if err := lock(s.lock); err != nil {
		return nil, errors.Join(err, s.lock.Close(), root.Close())
	}
	return s, nil
}

func (s *Store) create() error {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != lockFile {
			return fmt.Errorf("the folder is not empty: it holds %s", e.Name())
		}
	}
	for _, d := range []string{captureDir, stampDir, stagingDir, tornDir} {
		if err := s.root.Mkdir(d, 0o750); err != nil {
			return err
		}
	}
	id, err := randomHex(s.o.Random, 16)
	if err != nil {
		return err
	}
	s.about = storeInfo{formatStore, formatVersion, stampTime(s.o.Now()), id, s.o.Jurisdiction}
	b, err := canonical(s.about)
	if err != nil {
		return err
	}
	if s.log, err = s.root.OpenFile(logFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o640); err != nil {
		return err
	}
	if _, err := s.append(Event{Kind: EventCreate, SHA256: sum(b)}); err != nil {
		return err
	}
	// The file comes last: a folder without it is no store yet.
	if err := s.writeFile(storeFile, b); err != nil {
		return err
	}
	return s.syncDir(".")
}

// Open opens a store for writing: it takes the lock, follows the whole log, and puts in order what a killed process left: a
// capture that was whole gets its entry, an unfinished one is removed, a torn line is taken off the log and kept beside it.
func Open(dir string, o Options) (*Store, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	s, err := attach(dir, o)
	if err != nil {
		return nil, fmt.Errorf("opening the evidence store: %w", err)
	}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("opening the evidence store: %w", errors.Join(err, s.Close()))
	}
	return s, nil
}

func (s *Store) open() error {
	b, err := s.root.ReadFile(storeFile)
	if err != nil {
		return err
	}
	if err := decodeCanonical(b, &s.about); err != nil {
		return fmt.Errorf("%s: %w: %w", storeFile, ErrDamaged, err)
	}
	if s.about.Format != formatStore || s.about.Version != formatVersion {
		return fmt.Errorf("%s: format %q version %d", storeFile, s.about.Format, s.about.Version)
	}
	if s.o.Jurisdiction != "" && s.o.Jurisdiction != s.about.Jurisdiction {
		return fmt.Errorf("the store is kept in %q and not in %q", s.about.Jurisdiction, s.o.Jurisdiction)
	}
	s.o.Jurisdiction = s.about.Jurisdiction
	if s.log, err = s.root.OpenFile(logFile, os.O_RDWR|os.O_APPEND, 0); err != nil {
		return err
	}
	torn, err := s.replay(sum(b))
	if err != nil {
		return err
	}
	return s.recover(torn)
}

// replay reads the log into memory and returns the bytes of a torn last line.
func (s *Store) replay(about string) (torn []byte, err error) {
	err = readLines(io.NewSectionReader(s.log, 0, 1<<62), func(at int64, b []byte, cut bool) error {
		if cut {
			torn = append(torn, b...)
			return nil
		}
		e, err := decodeEntry(b)
		if err == nil && e.Event == nil {
			err = errors.New("an entry without its body")
		}
		if err == nil {
			err = s.chain.follow(e)
		}
		if err == nil && e.Seq == 1 && (e.Event.Kind != EventCreate || e.Event.SHA256 != about) {
			err = fmt.Errorf("the first entry is not about this %s", storeFile)
		}
		if err != nil {
			return fmt.Errorf("%w: byte %d: %w", ErrDamaged, at, err)
		}
		s.note(e)
		s.size = at + int64(len(b)) + 1
		return nil
	})
	if err == nil && s.chain.head.Seq == 0 {
		err = fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	return torn, err
}

// recover puts in order what a killed process left.
func (s *Store) recover(torn []byte) error {
	if len(torn) > 0 {
		if err := s.untear(torn); err != nil {
			return err
		}
	}
	staged, err := fs.ReadDir(s.root.FS(), stagingDir)
	if err != nil {
		return err
	}
	for _, e := range staged {
		if err := s.root.RemoveAll(stagingDir + "/" + e.Name()); err != nil {
			return err
		}
		if err := s.recovered(Event{Kind: EventAbandoned, Capture: e.Name(), Reason: "not finished when the program ended"}); err != nil {
			return err
		}
	}
	kept, err := fs.ReadDir(s.root.FS(), captureDir)
	if err != nil {
		return err
	}
	for _, e := range kept {
		if err := s.reconcile(e.Name()); err != nil {
			return err
		}
	}
	return s.dropStamps()
}

// untear keeps a torn line in a file of its own and takes it off the log.
func (s *Store) untear(torn []byte) error {
	name := tornDir + "/" + sum(torn)
	if err := s.writeFile(name, torn); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := s.syncDir(tornDir); err != nil {
		return err
	}
	if err := s.log.Truncate(s.size); err != nil {
		return err
	}
	return s.recovered(Event{Kind: EventTorn, SHA256: sum(torn), Reason: "not finished when the program ended"})
}

// reconcile deals with a folder of a capture that the log does not know, or knows as removed.
func (s *Store) reconcile(id string) error {
	st := s.captures[id]
	if st != nil && !st.deleted {
		return nil
	}
	if st != nil {
		return s.root.RemoveAll(captureDir + "/" + id)
	}
	b, err := s.root.ReadFile(captureDir + "/" + id + "/" + manifestFile)
	if err != nil {
		return fmt.Errorf("%w: %s has no readable manifest: %w", ErrDamaged, id, err)
	}
	m, err := decodeManifest(b)
	if err != nil || m.ID != id {
		return fmt.Errorf("%w: the manifest of %s: %w", ErrDamaged, id, errors.Join(err, errors.New("not its own")))
	}
	stamp := s.findStamp(id, sha256.Sum256(b))
	return s.recovered(Event{
		Kind: EventRecovered, Capture: id, Manifest: sum(b), Class: m.Class, Since: m.Since, Stamp: &stamp,
		Reason: "whole, but not acknowledged when the program ended",
	})
}

// findStamp looks for a stamp of a capture that was kept before the program ended.
func (s *Store) findStamp(id string, digest [32]byte) StampEntry {
	names, err := fs.Glob(s.root.FS(), stampDir+"/"+id+".*.tsr")
	if err != nil {
		names = nil
	}
	for _, name := range names {
		der, err := s.root.ReadFile(name)
		if err != nil {
			continue
		}
		if info, err := checkStamp(der, digest, "", nil); err == nil {
			return StampEntry{State: StateStamped, File: name, SHA256: sum(der), Time: stampTime(info.Time)}
		}
	}
	return StampEntry{State: StateNotStamped, Reason: "the program ended before"}
}

// dropStamps removes stamps that belong to no capture, or to one that is deleted.
func (s *Store) dropStamps() error {
	known := map[string]bool{}
	for _, st := range s.captures {
		for _, stamp := range st.stamps {
			if !st.deleted {
				known[stamp.File] = true
			}
		}
	}
	all, err := fs.ReadDir(s.root.FS(), stampDir)
	if err != nil {
		return err
	}
	for _, e := range all {
		name := stampDir + "/" + e.Name()
		if known[name] {
			continue
		}
		if err := s.root.RemoveAll(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) recovered(ev Event) error {
	e, err := s.append(ev)
	if err == nil {
		s.recovery = append(s.recovery, *e.Event)
	}
	return err
}

// Recovered returns the events that Open added to put in order what a killed process left.
func (s *Store) Recovered() []Event { return s.recovery }

// Head returns the last entry's position and hash. Kept elsewhere, it proves later that nothing was taken off the log's end.
func (s *Store) Head() Head {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chain.head
}

// Dir is the folder of the store.
func (s *Store) Dir() string { return s.root.Name() }

// Close ends writing and lets others write.
func (s *Store) Close() error {
	var errs []error
	if s.log != nil {
		errs = append(errs, s.log.Close())
	}
	return errors.Join(append(errs, s.lock.Close(), s.root.Close())...)
}

// Entries returns the log: who did what to which capture, from the first entry on.
func (s *Store) Entries() ([]Entry, error) {
	f, err := s.root.Open(logFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Entry
	err = readLines(f, func(at int64, b []byte, torn bool) error {
		if torn {
			return nil // another entry is being written
		}
		e, err := decodeEntry(b)
		if err == nil && e.Event == nil {
			err = errors.New("an entry without its body")
		}
		if err != nil {
			return fmt.Errorf("%w: byte %d: %w", ErrDamaged, at, err)
		}
		out = append(out, e)
		return nil
	})
	return out, err
}

// About reports whether an entry concerns a capture.
func (e Entry) About(id string) bool {
	return e.Event != nil && (e.Event.Capture == id || slices.Contains(e.Event.Captures, id))
}
