package evidence

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"lookalike/corpora"
	"lookalike/scanner"
)

// Bounds of one capture.
const (
	maxExchanges = 10_000
	maxPicture   = 20 << 20
	maxPictures  = 200
	maxRendering = 64 << 20
)

// Capture is what is sealed together.
type Capture struct {
	URL       string     // of the page that it is about
	Exchanges []Exchange // in the order in which they were made, redirects and pictures among them
	Record    *corpora.Listing
	Finding   *scanner.Finding // with Scan, the header of the report that it stands in
	Scan      *scanner.Header
	Rendering [][]byte // how the page looked: PNG or PDF

	Operator  string    // the store's when empty
	Authority string    // the store's when empty; one of them is required
	Class     string    // ClassEvidence with a finding and ClassPage without one, when empty
	Since     time.Time // from when the class counts; the capture's time when zero
	Problems  []string  // what the caller could not get
	Lost      []string  // references of the record's pictures that Problems speaks of already

	source *imported
}

// imported is what Import adds to a capture.
type imported struct {
	identity ImportIdentity
	item     string
	body     io.Reader
}

// Receipt says that a capture is on stable storage.
type Receipt struct {
	ID       string
	Manifest string // SHA-256 of manifest.json
	Head     Head   // of the log, with this capture in it
	Stamp    StampEntry
	Problems []string // what could not be captured, as in the manifest
}

// Capture seals c. When it returns without an error, the capture and its log entry are on stable storage; with an error the
// store holds nothing of it. A failed time stamp is no error: the receipt and the log say "not timestamped" and why.
func (s *Store) Capture(ctx context.Context, c Capture) (Receipt, error) {
	r, err := s.capture(ctx, c)
	if err != nil {
		return Receipt{}, fmt.Errorf("capturing %s: %w", c.URL, err)
	}
	return r, nil
}

func (s *Store) capture(ctx context.Context, c Capture) (Receipt, error) {
	p, err := s.prepare(&c)
	if err != nil {
		return Receipt{}, err
	}
	stage := stagingDir + "/" + p.m.ID
	if err := s.root.Mkdir(stage, 0o750); err != nil {
		return Receipt{}, err
	}
	p.dir = stage
	err = p.items(ctx, &c)
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return Receipt{}, errors.Join(err, s.root.RemoveAll(stage))
	}
	r, err := s.commit(ctx, p)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.broken != nil {
			return Receipt{}, err // the entry may be stored: the next Open tells, and needs the folder
		}
		// What was renamed already is taken back too: without an entry it is not a capture.
		return Receipt{}, errors.Join(err, s.root.RemoveAll(p.dir))
	}
	return r, nil
}

// prepare checks a capture and begins its manifest.
func (s *Store) prepare(c *Capture) (*packer, error) {
	if c.Operator == "" {
		c.Operator = s.o.Operator
	}
	if c.Authority == "" {
		c.Authority = s.o.Authority
	}
	switch {
	case c.Authority == "":
		return nil, errors.New("no authority named: on what grounds is it captured?")
	case len(c.Exchanges) > maxExchanges:
		return nil, fmt.Errorf("%w: %d exchanges", ErrTooMuch, len(c.Exchanges))
	case len(c.Exchanges) == 0 && c.Record == nil && c.source == nil:
		return nil, errors.New("nothing to capture")
	case c.Finding != nil && c.Scan == nil:
		return nil, errors.New("a finding without the header of its scan")
	}
	if c.Class == "" {
		c.Class = ClassPage
		if c.Finding != nil || c.source != nil {
			c.Class = ClassEvidence
		}
	}
	if _, ok := s.o.Retention.class(c.Class); !ok {
		return nil, fmt.Errorf("%q is no class of retention", c.Class)
	}
	now := s.o.Now()
	if c.Since.IsZero() {
		c.Since = now
	}
	tail, err := randomHex(s.o.Random, 4)
	if err != nil {
		return nil, err
	}
	m := Manifest{
		Format: formatManifest, Version: formatVersion, ID: now.UTC().Format(idTime) + "-" + tail,
		Made: stampTime(now), Clock: s.o.Clock, Operator: c.Operator, Authority: c.Authority,
		Jurisdiction: s.o.Jurisdiction, Engine: s.o.Engine, URL: c.URL, Class: c.Class, Since: stampTime(c.Since),
		Fingerprints: []string{}, Exchanges: []ExchangeEntry{}, Items: []Item{}, Problems: append([]string{}, c.Problems...),
	}
	if c.Scan != nil {
		m.Scan = &ScanIdentity{Engine: c.Scan.Engine, Config: c.Scan.Config, AsOf: c.Scan.AsOf, Corpora: []Corpus{}}
		for _, k := range c.Scan.Corpora {
			m.Scan.Corpora = append(m.Scan.Corpora, Corpus{k.Name, k.ID, k.Date})
		}
	}
	if c.Finding != nil {
		for _, match := range c.Finding.Matches {
			m.Fingerprints = append(m.Fingerprints, match.Fingerprint)
		}
	}
	if c.source != nil {
		m.Import = &c.source.identity
	}
	return &packer{s: s, m: m, now: now}, nil
}

// commit stamps the manifest, moves the folder to its place and acknowledges it in the log.
func (s *Store) commit(ctx context.Context, p *packer) (Receipt, error) {
	p.m.Chain = s.Head()
	b, err := canonical(&p.m)
	if err == nil && len(b) > maxManifest {
		err = fmt.Errorf("%w: a manifest of %d bytes", ErrTooMuch, len(b))
	}
	if err == nil {
		err = p.m.check()
	}
	if err == nil {
		err = s.writeFile(p.dir+"/"+manifestFile, b)
	}
	for _, d := range append(p.dirs, p.dir) {
		if err == nil {
			err = s.syncDir(d)
		}
	}
	if err != nil {
		return Receipt{}, err
	}
	stamp := s.stamp(ctx, p.m.ID, b)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrBroken, s.broken)
	}
	final := captureDir + "/" + p.m.ID
	if _, err := s.root.Lstat(final); !errors.Is(err, fs.ErrNotExist) {
		return Receipt{}, fmt.Errorf("%s is there already: %w", final, errors.Join(err, fs.ErrExist))
	}
	if err := s.root.Rename(p.dir, final); err != nil {
		return Receipt{}, err
	}
	p.dir = final
	if err := s.syncDir(captureDir); err != nil {
		return Receipt{}, err
	}
	kind := EventCapture
	if p.m.Import != nil {
		kind = EventImport
	}
	e, err := s.append(Event{
		Kind: kind, Actor: p.m.Operator, Capture: p.m.ID, Manifest: sum(b), Class: p.m.Class, Since: p.m.Since, Stamp: &stamp,
	})
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{ID: p.m.ID, Manifest: sum(b), Head: e.Head, Stamp: stamp, Problems: p.m.Problems}, nil
}

// stamp asks the authority for a stamp over a manifest and keeps the answer.
func (s *Store) stamp(ctx context.Context, id string, manifest []byte) StampEntry {
	if s.o.Stamper == nil {
		return StampEntry{State: StateNotStamped, Reason: "no time-stamp authority is configured"}
	}
	st, err := s.o.Stamper.Stamp(ctx, sha256.Sum256(manifest))
	if err != nil {
		return StampEntry{State: StateNotStamped, Reason: shorten(err.Error(), 500)}
	}
	name := stampDir + "/" + id + "." + sum(st.Response)[:16] + ".tsr"
	err = s.writeFile(name, st.Response)
	if err == nil {
		err = s.syncDir(stampDir)
	}
	if err != nil {
		return StampEntry{State: StateNotStamped, Reason: shorten("keeping the stamp: "+err.Error(), 500)}
	}
	return StampEntry{State: StateStamped, File: name, SHA256: sum(st.Response), URL: st.URL, Time: stampTime(st.Time), Nonce: st.Nonce}
}

// Stamp asks for a time stamp of a capture that has none, or for another one. It proves that the capture was there by then.
func (s *Store) Stamp(ctx context.Context, id string) (StampEntry, error) {
	b, err := s.manifest(id)
	if err != nil {
		return StampEntry{}, err
	}
	stamp := s.stamp(ctx, id, b)
	if stamp.State != StateStamped {
		return stamp, fmt.Errorf("%s of %s: %s", StateNotStamped, id, stamp.Reason)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.append(Event{Kind: EventStamp, Capture: id, Manifest: sum(b), Stamp: &stamp})
	return stamp, err
}

// manifest reads the manifest of a capture and holds it against the log.
func (s *Store) manifest(id string) ([]byte, error) {
	s.mu.Lock()
	st := s.captures[id]
	s.mu.Unlock()
	if st == nil || st.deleted {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	b, err := s.root.ReadFile(captureDir + "/" + id + "/" + manifestFile)
	if err != nil {
		return nil, err
	}
	if sum(b) != st.manifest {
		return nil, fmt.Errorf("%w: the manifest of %s is not the one that was sealed", ErrDamaged, id)
	}
	return b, nil
}

// shorten cuts a text for the log.
func shorten(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
