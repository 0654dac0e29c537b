package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// Names of files that only a bundle has.
const (
	exportFile = "export.json"
	readmeFile = "README.txt"
	sumsFile   = "SHA256SUMS"
)

// wholeItem stands for the position of a part where a whole item is meant.
const wholeItem = -1

// The kinds of recipients.
const (
	RecipientInternal   = "internal"
	RecipientCounsel    = "counsel"
	RecipientOwner      = "right_owner"
	RecipientPlatform   = "platform"
	RecipientCourt      = "court"           // arbitral tribunals too
	RecipientEnforcer   = "law_enforcement" // police, customs, market supervision
	RecipientNotaryBody = "notary"
)

// Recipients returns the closed list of kinds of recipients.
func Recipients() []string {
	return []string{RecipientInternal, RecipientCounsel, RecipientOwner, RecipientPlatform, RecipientCourt, RecipientEnforcer, RecipientNotaryBody}
}

// ErrApproval says that the export needs an approval by the competent authority of China, and none is named: data stored
// there is not given to foreign courts and law enforcement without one (article 36 of the Data Security Law, article 41 of the
// Personal Information Protection Law).
var ErrApproval = errors.New("data stored in China goes to a foreign court or authority only with an approval: name it")

// ExportRequest says what is handed over, to whom and why. Everything but Approval, Remove and RemoveKinds is required.
type ExportRequest struct {
	Captures      []string
	Purpose       string
	Recipient     string
	RecipientKind string // one of Recipients
	Jurisdiction  string // country of the recipient
	Actor         string // who hands it over
	Approval      string // reference of an approval
	Remove        []Removal
	RemoveKinds   []string // parts with personal data of these kinds are removed
}

// Removal is a part that a bundle leaves out. Its hash stays in the manifest.
type Removal struct {
	Capture string `json:"capture"`
	Item    string `json:"item"`
	Part    int    `json:"part"` // -1 for the whole item
	Name    string `json:"name"` // filled by Export
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	Reason  string `json:"reason"`
}

// Export is what a bundle says of itself (export.json).
type Export struct {
	Format        string     `json:"format"`
	Version       int        `json:"version"`
	Made          string     `json:"made"`
	Clock         Clock      `json:"clock"`
	Store         string     `json:"store"`
	StoredIn      string     `json:"stored_in"`
	Actor         string     `json:"actor"`
	Purpose       string     `json:"purpose"`
	Recipient     string     `json:"recipient"`
	RecipientKind string     `json:"recipient_kind"`
	Jurisdiction  string     `json:"jurisdiction"`
	Approval      string     `json:"approval"`
	Captures      []string   `json:"captures"`
	Personal      []Personal `json:"personal"` // what was found, removed or not
	Removed       []Removal  `json:"removed"`
	Readme        string     `json:"readme"` // SHA-256 of README.txt
	Before        Head       `json:"before"` // of the log, before the entry of this export
}

func (q *ExportRequest) check(storedIn string) error {
	for _, f := range []struct{ name, value string }{
		{"purpose", q.Purpose}, {"recipient", q.Recipient}, {"jurisdiction", q.Jurisdiction}, {"actor", q.Actor},
	} {
		if strings.TrimSpace(f.value) == "" {
			return fmt.Errorf("no %s named", f.name)
		}
	}
	if !slices.Contains(Recipients(), q.RecipientKind) {
		return fmt.Errorf("%q is no kind of recipient: %s", q.RecipientKind, strings.Join(Recipients(), ", "))
	}
	if len(q.Captures) == 0 {
		return errors.New("no capture named")
	}
	official := q.RecipientKind == RecipientCourt || q.RecipientKind == RecipientEnforcer
	if strings.EqualFold(storedIn, "CN") && !strings.EqualFold(q.Jurisdiction, "CN") && official && strings.TrimSpace(q.Approval) == "" {
		return ErrApproval
	}
	return nil
}

// Inspect lists the personal data of captures, so that somebody can decide what to remove. The look is logged.
func (s *Store) Inspect(ctx context.Context, ids []string, actor, reason string) ([]Personal, error) {
	var all []Personal
	for _, id := range ids {
		v, err := s.View(id, actor, reason)
		if err != nil {
			return nil, err
		}
		found, err := v.personal(ctx)
		if err != nil {
			return nil, fmt.Errorf("looking for personal data in %s: %w", id, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// Export writes a bundle to w and returns what it says of itself. The export is logged before the first byte is written.
func (s *Store) Export(ctx context.Context, q ExportRequest, w io.Writer) (*Export, error) {
	x, err := s.export(ctx, q, w)
	if err != nil {
		return nil, fmt.Errorf("exporting evidence: %w", err)
	}
	return x, nil
}

func (s *Store) export(ctx context.Context, q ExportRequest, w io.Writer) (*Export, error) {
	if err := q.check(s.o.Jurisdiction); err != nil {
		return nil, err
	}
	slices.Sort(q.Captures)
	q.Captures = slices.Compact(q.Captures)
	b := &bundler{s: s, parts: map[string]map[int]bool{}, open: map[string]func() (io.ReadCloser, error){}, sizes: map[string]int64{}}
	x := &Export{
		Format: formatExport, Version: formatVersion, Made: stampTime(s.o.Now()), Clock: s.o.Clock, Store: s.about.ID,
		StoredIn: s.o.Jurisdiction, Actor: q.Actor, Purpose: q.Purpose, Recipient: q.Recipient, RecipientKind: q.RecipientKind,
		Jurisdiction: q.Jurisdiction, Approval: q.Approval, Captures: q.Captures, Personal: []Personal{}, Removed: []Removal{},
		Readme: sum([]byte(bundleReadme)),
	}
	for _, id := range q.Captures {
		v, err := s.view(id)
		if err != nil {
			return nil, err
		}
		if err := b.add(ctx, v, &q, x); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
	}
	if err := b.unused(q.Remove, x); err != nil {
		return nil, err
	}
	if err := b.seal(&q, x); err != nil {
		return nil, err
	}
	err := b.write(ctx, w)
	if err != nil {
		s.mu.Lock()
		_, lerr := s.append(Event{Kind: EventFailed, Actor: q.Actor, Captures: q.Captures, For: q.Recipient, Reason: shorten(err.Error(), 500)})
		s.mu.Unlock()
		return nil, errors.Join(err, lerr)
	}
	return x, nil
}

// seal fixes export.json, logs it, and adds the files that follow from that.
func (b *bundler) seal(q *ExportRequest, x *Export) error {
	s := b.s
	s.mu.Lock()
	defer s.mu.Unlock()
	x.Before = s.chain.head
	text, err := canonical(x)
	if err != nil {
		return err
	}
	_, err = s.append(Event{
		Kind: EventExport, Actor: q.Actor, Reason: q.Purpose, For: q.Recipient, Approval: q.Approval, Captures: q.Captures, SHA256: sum(text),
	})
	if err != nil {
		return err
	}
	b.bytes(exportFile, text)
	b.bytes(readmeFile, []byte(bundleReadme))
	about, err := s.root.ReadFile(storeFile)
	if err != nil {
		return err
	}
	b.bytes(storeFile, about)
	log, err := b.log(q.Captures)
	if err != nil {
		return err
	}
	b.bytes(logFile, log)
	return nil
}

// log returns the chain with the bodies that concern the captures; the others are hidden.
func (b *bundler) log(captures []string) ([]byte, error) {
	f, err := b.s.root.Open(logFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out bytes.Buffer
	var last int64 = b.s.chain.head.Seq
	err = readLines(io.LimitReader(f, b.s.size), func(_ int64, l []byte, _ bool) error {
		e, err := decodeEntry(l)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		ev := e.Event
		if ev.Kind == EventCreate || slices.Contains(captures, ev.Capture) || e.Seq == last {
			out.Write(l)
			return out.WriteByte('\n')
		}
		hidden, err := hide(e)
		out.Write(hidden)
		return err
	})
	return out.Bytes(), err
}

// bundler collects the files of a bundle.
type bundler struct {
	s     *Store
	names []string
	sizes map[string]int64
	open  map[string]func() (io.ReadCloser, error)
	parts map[string]map[int]bool // what is removed, by capture and item
}

func (b *bundler) file(name string, size int64, open func() (io.ReadCloser, error)) {
	b.names = append(b.names, name)
	b.sizes[name] = size
	b.open[name] = open
}

func (b *bundler) bytes(name string, text []byte) {
	b.file(name, int64(len(text)), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil })
}

// add takes one capture into the bundle.
func (b *bundler) add(ctx context.Context, v *View, q *ExportRequest, x *Export) error {
	found, err := v.personal(ctx)
	if err != nil {
		return err
	}
	removed, err := v.removals(q, found)
	if err != nil {
		return err
	}
	for i := range found {
		if m := removed[found[i].Item]; m != nil {
			found[i].Removed = m[wholeItem] != "" || m[found[i].Part] != ""
		}
	}
	x.Personal = append(x.Personal, found...)
	dir := captureDir + "/" + v.ID + "/"
	manifest, err := b.s.root.ReadFile(dir + manifestFile)
	if err != nil {
		return err
	}
	b.bytes(dir+manifestFile, manifest)
	for i := range v.Manifest.Items {
		it := &v.Manifest.Items[i]
		gone := removed[it.Name]
		b.parts[v.ID+"/"+it.Name] = map[int]bool{}
		for part, reason := range gone {
			b.parts[v.ID+"/"+it.Name][part] = true
			x.Removed = append(x.Removed, it.removal(v.ID, part, reason))
		}
		if gone[wholeItem] != "" {
			continue
		}
		if err := v.check(it.Name); err != nil { // changed evidence is not handed over
			return err
		}
		if err := b.item(v, it, gone); err != nil {
			return err
		}
	}
	slices.SortFunc(x.Removed, func(a, b Removal) int {
		return strings.Compare(fmt.Sprintf("%s/%s#%09d", a.Capture, a.Item, a.Part+1), fmt.Sprintf("%s/%s#%09d", b.Capture, b.Item, b.Part+1))
	})
	for _, st := range v.Status.Stamps {
		if st.State != StateStamped {
			continue
		}
		der, err := b.s.root.ReadFile(st.File)
		if err != nil {
			return err
		}
		b.bytes(st.File, der)
	}
	return nil
}

// item adds one item without its removed parts.
func (b *bundler) item(v *View, it *Item, gone map[int]string) error {
	name := captureDir + "/" + v.ID + "/" + it.Name
	if len(gone) == 0 {
		b.file(name, it.Size, func() (io.ReadCloser, error) { return b.s.root.Open(name) })
		return nil
	}
	f, err := b.s.root.Open(name)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	size := it.Size
	for part := range gone {
		size -= it.Parts[part].Size
	}
	b.file(name, size, func() (io.ReadCloser, error) {
		f, err := b.s.root.Open(name)
		if err != nil {
			return nil, err
		}
		var kept []io.Reader
		for i, p := range it.Parts {
			if gone[i] == "" {
				kept = append(kept, io.NewSectionReader(f, p.Offset, p.Size))
			}
		}
		return struct {
			io.Reader
			io.Closer
		}{io.MultiReader(kept...), f}, nil
	})
	return nil
}

func (it *Item) removal(id string, part int, reason string) Removal {
	r := Removal{Capture: id, Item: it.Name, Part: part, Name: it.Name, Size: it.Size, SHA256: it.SHA256, Reason: reason}
	if part != wholeItem {
		p := it.Parts[part]
		r.Name, r.Size, r.SHA256 = p.Name, p.Size, p.SHA256
	}
	return r
}

// unused refuses removals that name nothing: somebody believes that they were made.
func (b *bundler) unused(asked []Removal, x *Export) error {
	for _, a := range asked {
		gone := b.parts[a.Capture+"/"+a.Item]
		if !gone[a.Part] && !gone[wholeItem] {
			return fmt.Errorf("nothing to remove at %s/%s#%d: %w", a.Capture, a.Item, a.Part, fs.ErrNotExist)
		}
	}
	return nil
}
