package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The kinds of what a verification finds.
const (
	IssueChanged   = "changed"
	IssueMissing   = "missing"
	IssueExtra     = "extra"
	IssueReordered = "reordered"
	IssueStamp     = "stamp" // a time stamp that does not hold
	IssueUnread    = "unreadable"
)

// Issue is one thing that is not as it was sealed.
type Issue struct {
	Kind   string `json:"kind"`
	Where  string `json:"where"` // a file, with "#" and the number and name of a part, or "log.jsonl#" and an entry
	Detail string `json:"detail"`
}

func (i Issue) String() string {
	s := i.Kind + ": " + i.Where
	if i.Detail != "" {
		s += ": " + i.Detail
	}
	return s
}

// VerifyOptions of a verification. The zero value checks everything that the files alone can tell.
type VerifyOptions struct {
	Roots *x509.CertPool // whom time stamps must lead to; nil: their signer is reported and not vouched for
	Head  *Head          // a position of the log that was kept elsewhere
	Scan  ScanFunc       // scans the captured listings again; nil: they are not
}

// Report is what a verification found. The evidence is as it was sealed when Issues is empty.
type Report struct {
	Bundle   bool // an exported bundle, else a store
	Store    string
	Head     Head
	Entries  int // of the log
	Hidden   int // of them without their body
	Captures []CaptureReport
	Export   *Export // what a bundle says of itself
	Issues   []Issue
	Notes    []string // what is no fault and worth knowing
}

// OK reports whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Issues) == 0 }

// CaptureReport is what a verification says of one capture.
type CaptureReport struct {
	ID       string
	Deleted  bool
	Manifest *Manifest // nil when it could not be read
	Stamps   []StampReport
	Removed  []Removal      // from a bundle
	Rescore  *RescoreReport // nil when nobody asked
	Issues   int
}

// StampReport is what a verification says of one time stamp.
type StampReport struct {
	State string // StateStamped or StateNotStamped
	Why   string // when not timestamped
	File  string
	Info  StampInfo
	Error string // why it does not hold
}

// verifier walks one store or bundle.
type verifier struct {
	ctx    context.Context
	o      VerifyOptions
	files  *fileSet
	r      *Report
	known  map[string]bool
	states map[string]*sealed
	order  []string
	heads  map[int64]string
	last   *Event
	gone   map[string][]Removal // by capture and item
}

// sealed is what the log says of a capture.
type sealed struct {
	seq      int64
	manifest string
	deleted  bool
	stamps   []StampEntry
}

// maxIssues bounds a report about files that somebody shredded.
const maxIssues = 10_000

// Verify checks a store's folder or a bundle with nothing but its files. An error means that it could not be read at all; what
// is wrong with it stands in the report.
func Verify(ctx context.Context, name string, o VerifyOptions) (*Report, error) {
	files, err := openFiles(name)
	if err != nil {
		return nil, fmt.Errorf("verifying %s: %w", name, err)
	}
	r, err := verify(ctx, files, o)
	if err = errors.Join(err, files.close()); err != nil {
		return nil, fmt.Errorf("verifying %s: %w", name, err)
	}
	return r, nil
}

// VerifyBundle checks a bundle in memory or in an opened file.
func VerifyBundle(ctx context.Context, r io.ReaderAt, size int64, o VerifyOptions) (*Report, error) {
	files, err := openBundle(r, size)
	if err != nil {
		return nil, err
	}
	return verify(ctx, files, o)
}

func verify(ctx context.Context, files *fileSet, o VerifyOptions) (*Report, error) {
	if !files.has(logFile) && !files.has(storeFile) {
		return nil, fmt.Errorf("neither %s nor %s: no evidence", storeFile, logFile)
	}
	v := &verifier{
		ctx: ctx, o: o, files: files, r: &Report{}, known: map[string]bool{}, states: map[string]*sealed{}, heads: map[int64]string{},
	}
	v.r.Bundle = files.bundle != nil || files.has(exportFile)
	for _, name := range files.odd {
		v.issue(IssueExtra, name, "not a plain file, or there twice")
	}
	v.about()
	v.log()
	if v.r.Bundle {
		v.export()
	}
	for _, id := range v.order {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		v.capture(id)
	}
	v.rest()
	if files.bundle != nil {
		v.container()
	}
	return v.r, nil
}

func (v *verifier) issue(kind, where, format string, args ...any) {
	if len(v.r.Issues) < maxIssues {
		v.r.Issues = append(v.r.Issues, Issue{kind, where, fmt.Sprintf(format, args...)})
	}
}

// about reads STORE.json; its hash stands in the first entry of the log.
func (v *verifier) about() {
	v.known[storeFile], v.known[logFile], v.known[lockFile] = true, true, !v.r.Bundle
	if v.files.sizes[lockFile] > 0 && !v.r.Bundle {
		v.issue(IssueChanged, lockFile, "is always empty")
	}
	b, err := v.files.read(storeFile, 1<<20)
	if err != nil {
		v.absent(storeFile, err)
		return
	}
	var info storeInfo
	if err := decodeCanonical(b, &info); err != nil {
		v.issue(IssueChanged, storeFile, "%v", err)
		return
	}
	v.r.Store = info.ID
}

// absent names a file that could not be read.
func (v *verifier) absent(name string, err error) {
	if v.files.has(name) {
		v.issue(IssueUnread, name, "%v", err)
		return
	}
	v.issue(IssueMissing, name, "")
}

// log follows the chain.
func (v *verifier) log() {
	if !v.files.has(logFile) {
		v.issue(IssueMissing, logFile, "")
		return
	}
	f, err := v.files.open(logFile)
	if err != nil {
		v.issue(IssueUnread, logFile, "%v", err)
		return
	}
	defer f.Close()
	var entries []Entry
	n, bad := 0, 0
	err = readLines(f, func(at int64, b []byte, torn bool) error {
		n++
		if torn && !v.r.Bundle {
			v.r.Notes = append(v.r.Notes, fmt.Sprintf("the log ends in %d bytes of an entry that was never acknowledged", len(b)))
			return nil
		}
		e, err := decodeEntry(b)
		if err == nil && torn {
			err = errors.New("its line end is gone")
		}
		if err != nil {
			bad++
			v.issue(IssueChanged, fmt.Sprintf("%s#line %d", logFile, n), "%v", err)
			return nil
		}
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		v.issue(IssueUnread, logFile, "%v", err)
	}
	v.follow(entries, bad)
}

// follow checks that the entries are those that were written, in their order, and takes what they say.
func (v *verifier) follow(entries []Entry, bad int) {
	entry := func(n int64) string { return fmt.Sprintf("%s#entry %d", logFile, n) }
	at := map[int64]bool{}
	var highest int64
	var kept []Entry
	for _, e := range entries {
		switch {
		case at[e.Seq]:
			v.issue(IssueExtra, entry(e.Seq), "stands twice")
			continue
		case e.Seq < highest:
			v.issue(IssueReordered, entry(e.Seq), "stands behind entry %d", highest)
		}
		at[e.Seq] = true
		highest = max(highest, e.Seq)
		kept = append(kept, e)
	}
	slices.SortFunc(kept, func(a, b Entry) int { return int(min(1, max(-1, a.Seq-b.Seq))) })
	prev := Head{0, zeroHash}
	for _, e := range kept {
		if e.Seq != prev.Seq+1 {
			// Lines that could not be read were named already.
			if gap := e.Seq - prev.Seq - 1; gap > int64(bad) || e.Seq < 1 {
				v.issue(IssueMissing, entry(prev.Seq+1), "entry %d is the next", e.Seq)
			}
		} else if e.Prev != prev.Hash {
			v.issue(IssueChanged, entry(e.Seq), "does not follow on the entry before")
		}
		prev = e.Head
		v.heads[e.Seq] = e.Hash
		v.take(e)
	}
	v.r.Head, v.r.Entries = prev, len(kept)
	if len(kept) == 0 {
		v.issue(IssueMissing, logFile, "it has no entry")
	}
	if h := v.o.Head; h != nil && v.heads[h.Seq] != h.Hash {
		v.issue(IssueMissing, entry(h.Seq), "the log that is known from elsewhere had an entry %s there", h.Hash)
	}
}

// take notes what one entry says.
func (v *verifier) take(e Entry) {
	ev := e.Event
	if ev == nil {
		v.r.Hidden++
		if !v.r.Bundle {
			v.issue(IssueMissing, fmt.Sprintf("%s#entry %d", logFile, e.Seq), "its body")
		}
		return
	}
	v.last = ev
	st := v.states[ev.Capture]
	switch ev.Kind {
	case EventCreate:
		if b, err := v.files.read(storeFile, 1<<20); err == nil && sum(b) != ev.SHA256 {
			v.issue(IssueChanged, storeFile, "")
		}
	case EventTorn:
		if v.r.Bundle {
			return
		}
		name := tornDir + "/" + ev.SHA256
		v.known[name] = true
		if b, err := v.files.read(name, maxLogLine); err != nil {
			v.absent(name, err)
		} else if sum(b) != ev.SHA256 {
			v.issue(IssueChanged, name, "")
		}
	case EventCapture, EventImport, EventRecovered:
		if st != nil || !validID(ev.Capture) {
			v.issue(IssueExtra, fmt.Sprintf("%s#entry %d", logFile, e.Seq), "a capture that is there already, or none")
			return
		}
		st = &sealed{seq: e.Seq, manifest: ev.Manifest}
		if ev.Stamp != nil {
			st.stamps = append(st.stamps, *ev.Stamp)
		}
		v.states[ev.Capture] = st
		v.order = append(v.order, ev.Capture)
	case EventStamp:
		if st != nil && ev.Stamp != nil {
			st.stamps = append(st.stamps, *ev.Stamp)
		}
	case EventDelete:
		if st != nil {
			st.deleted = true
		}
	}
}

// capture checks one capture against the log.
func (v *verifier) capture(id string) {
	st := v.states[id]
	if v.r.Bundle && (v.r.Export == nil || !slices.Contains(v.r.Export.Captures, id)) {
		return // seen in the log, not handed over
	}
	rep := CaptureReport{ID: id, Deleted: st.deleted}
	before := len(v.r.Issues)
	defer func() {
		rep.Issues = len(v.r.Issues) - before
		v.r.Captures = append(v.r.Captures, rep)
	}()
	if st.deleted {
		return
	}
	dir := captureDir + "/" + id + "/"
	v.known[dir+manifestFile] = true
	b, err := v.files.read(dir+manifestFile, maxManifest)
	if err != nil {
		v.absent(dir+manifestFile, err)
		v.claim(dir)
		return
	}
	if sum(b) != st.manifest {
		v.issue(IssueChanged, dir+manifestFile, "the log has another hash")
	}
	rep.Stamps = v.stamps(st, sha256.Sum256(b))
	m, err := decodeManifest(b)
	if err == nil && m.ID != id {
		err = fmt.Errorf("it is that of %s", m.ID)
	}
	if err != nil {
		v.issue(IssueChanged, dir+manifestFile, "%v", err)
		v.claim(dir)
		return
	}
	rep.Manifest = m
	if h, ok := v.heads[m.Chain.Seq]; m.Chain.Seq >= st.seq || !ok || h != m.Chain.Hash {
		v.issue(IssueChanged, dir+manifestFile, "the log has no such entry %d before this capture", m.Chain.Seq)
	}
	for i := range m.Items {
		it := &m.Items[i]
		v.known[dir+it.Name] = true
		removed := v.removed(id, it)
		rep.Removed = append(rep.Removed, removed...)
		v.item(dir+it.Name, it, removed)
	}
	if v.o.Scan != nil {
		rep.Rescore = new(rescore(v.ctx, v.offline(id, m, rep.Removed), rep.Removed, v.o.Scan))
	}
}

// claim keeps the files of a folder from being called extra when nothing says what should be there.
func (v *verifier) claim(dir string) {
	for _, n := range v.files.names {
		if strings.HasPrefix(n, dir) {
			v.known[n] = true
		}
	}
}

// stamps checks the stamps of a capture.
func (v *verifier) stamps(st *sealed, digest [32]byte) []StampReport {
	var reps []StampReport
	held := false
	for _, s := range st.stamps {
		rep := StampReport{State: s.State, Why: s.Reason, File: s.File}
		if s.State == StateStamped {
			v.known[s.File] = true
			der, err := v.files.read(s.File, maxStamp)
			switch {
			case err != nil:
				v.absent(s.File, err)
			case sum(der) != s.SHA256:
				err = errors.New("the log has another hash")
				v.issue(IssueChanged, s.File, "%v", err)
			default:
				if rep.Info, err = checkStamp(der, digest, s.Nonce, v.o.Roots); err != nil {
					v.issue(IssueStamp, s.File, "%v", err)
				}
			}
			if err != nil {
				rep.Error = err.Error()
			}
			held = held || err == nil
		}
		reps = append(reps, rep)
	}
	if held { // a later stamp stands for one that could not be had
		reps = slices.DeleteFunc(reps, func(r StampReport) bool { return r.State != StateStamped })
	}
	return reps
}

// rest names files that nothing speaks of.
func (v *verifier) rest() {
	for _, n := range v.files.names {
		switch {
		case v.known[n]:
		case !v.r.Bundle && strings.HasPrefix(n, stagingDir+"/"):
			v.r.Notes = append(v.r.Notes, n+" belongs to a capture that is not finished")
		default:
			v.issue(IssueExtra, n, "nothing in the log or in a manifest speaks of it")
		}
	}
}

// container holds the bytes of a bundle against those that Export would write, so that not even the fields around its files
// can change.
func (v *verifier) container() {
	want := &compareWriter{r: v.files.raw, left: v.files.size}
	if err := writeZip(want, v.files.names, v.files.sizes, v.files.open); err != nil && !errors.Is(err, errDiffers) {
		v.issue(IssueUnread, "bundle", "%v", err)
		return
	}
	if want.differs || want.left != 0 {
		v.issue(IssueChanged, "bundle", "the archive around the files is not as it was written, from byte %d", want.at)
	}
}

var errDiffers = errors.New("differs")

// compareWriter fails at the first byte that is not that of r.
type compareWriter struct {
	r       io.ReaderAt
	at      int64
	left    int64
	differs bool
	buf     []byte
}

func (c *compareWriter) Write(b []byte) (int, error) {
	if c.differs {
		return 0, errDiffers
	}
	if int64(len(b)) > c.left {
		c.differs = true
		return 0, errDiffers
	}
	c.buf = slices.Grow(c.buf[:0], len(b))[:len(b)]
	if n, err := c.r.ReadAt(c.buf, c.at); n < len(b) {
		return 0, err
	}
	if !bytes.Equal(c.buf, b) {
		c.differs = true
		return 0, errDiffers
	}
	c.at += int64(len(b))
	c.left -= int64(len(b))
	return len(b), nil
}
