package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/scanner"
)

// View is one capture that somebody opened.
type View struct {
	ID       string
	Manifest *Manifest
	Status   Status
	open     func(item string) (io.ReadCloser, error)
	gone     map[string]map[int]bool // parts that a bundle leaves out
}

// View opens a capture for reading, and logs who looked and why.
func (s *Store) View(id, actor, reason string) (*View, error) {
	if strings.TrimSpace(actor) == "" || strings.TrimSpace(reason) == "" {
		return nil, errors.New("evidence: who opens a capture and why are required")
	}
	v, err := s.view(id)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.append(Event{Kind: EventOpen, Capture: id, Actor: actor, Reason: reason}); err != nil {
		return nil, err
	}
	return v, nil
}

func (s *Store) view(id string) (*View, error) {
	b, err := s.manifest(id)
	if err != nil {
		return nil, err
	}
	m, err := decodeManifest(b)
	if err != nil {
		return nil, fmt.Errorf("%w: the manifest of %s: %w", ErrDamaged, id, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return &View{ID: id, Manifest: m, Status: s.status(id, s.captures[id]), open: func(item string) (io.ReadCloser, error) {
		return s.root.Open(captureDir + "/" + id + "/" + item)
	}}, nil
}

// Open opens an item. Reading it to its end fails when it is not as it was sealed.
func (v *View) Open(name string) (io.ReadCloser, error) {
	it := v.Manifest.item(name)
	if it == nil {
		return nil, fmt.Errorf("%s has no item %s: %w", v.ID, name, fs.ErrNotExist)
	}
	f, err := v.open(name)
	if err != nil {
		return nil, err
	}
	return &checkedReader{f: f, h: sha256.New(), it: it, where: v.ID + "/" + name}, nil
}

// check reads an item to its end.
func (v *View) check(name string) error {
	r, err := v.Open(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

// checkedReader reports at the end of an item whether it is as it was sealed.
type checkedReader struct {
	f     io.ReadCloser
	h     hash.Hash
	n     int64
	it    *Item
	where string
}

func (c *checkedReader) Read(b []byte) (int, error) {
	n, err := c.f.Read(b)
	c.n += int64(n)
	if _, werr := c.h.Write(b[:n]); werr != nil {
		return n, werr
	}
	if err == io.EOF && (c.n != c.it.Size || hexSum(c.h) != c.it.SHA256) {
		err = fmt.Errorf("%w: %s is not as it was sealed", ErrDamaged, c.where)
	}
	return n, err
}

func (c *checkedReader) Close() error { return c.f.Close() }

// Listing returns the record that was captured, with the pictures that the capture holds. nil without a record.
func (v *View) Listing() (*corpora.Listing, error) {
	if v.Manifest.item(recordItem) == nil {
		return nil, nil
	}
	r, err := v.Open(recordItem)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	l, err := readRecord(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.ID, err)
	}
	for i := range v.Manifest.Exchanges {
		x := &v.Manifest.Exchanges[i]
		for k := range l.Images {
			im := &l.Images[k]
			if x.Response >= 0 && im.Open == nil && x.Role != RoleRedirect && (x.URL == im.Ref || x.Picture != nil && *x.Picture == k) {
				im.Open = func(context.Context) (io.ReadCloser, error) { return v.picture(x) }
			}
		}
	}
	return l, nil
}

// Payload opens the body of an exchange, as it was transferred.
func (v *View) Payload(x *ExchangeEntry) (io.ReadCloser, error) {
	block, err := v.block(x)
	if err != nil {
		return nil, err
	}
	if isMessage(block) {
		_, block = splitMessage(block)
	}
	return io.NopCloser(bytes.NewReader(block)), nil
}

// block returns the answer of an exchange: an HTTP message, or a body without one.
func (v *View) block(x *ExchangeEntry) ([]byte, error) {
	b, err := v.Part(warcItem, x.Response)
	if err != nil {
		return nil, err
	}
	_, block := splitMessage(b)
	block = block[:max(0, len(block)-4)] // the record's end
	body := block
	if isMessage(block) {
		_, body = splitMessage(block)
	}
	if sum(body) != x.Payload {
		return nil, fmt.Errorf("%w: the body of %s", ErrDamaged, x.URL)
	}
	return block, nil
}

// picture opens the body of an exchange with its content encoding taken off.
func (v *View) picture(x *ExchangeEntry) (io.ReadCloser, error) {
	block, err := v.block(x)
	if err != nil {
		return nil, err
	}
	sent := Exchange{URL: x.URL, Resource: block}
	if isMessage(block) {
		sent.Response = block
	}
	body, _, err := sent.Body(maxPicture)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

// Part reads one part of an item and holds it against its hash. Part -1 is the whole item.
func (v *View) Part(name string, part int) ([]byte, error) {
	it := v.Manifest.item(name)
	if it == nil || part < wholeItem || part >= len(it.Parts) {
		return nil, fmt.Errorf("%s has no part %s#%d: %w", v.ID, name, part, fs.ErrNotExist)
	}
	f, err := v.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := Part{Offset: 0, Size: it.Size, SHA256: it.SHA256}
	if part != wholeItem {
		p = it.Parts[part]
		for i := range it.Parts[:part] {
			if v.gone[name][i] {
				p.Offset -= it.Parts[i].Size
			}
		}
	}
	if v.gone[name][part] || v.gone[name][wholeItem] {
		return nil, fmt.Errorf("%s/%s#%d was removed: %w", v.ID, name, part, fs.ErrNotExist)
	}
	places, ok := f.(io.ReaderAt)
	if !ok {
		return nil, fmt.Errorf("%s/%s cannot be read in places", v.ID, name)
	}
	b, err := io.ReadAll(io.NewSectionReader(places, p.Offset, p.Size))
	if err == nil && (int64(len(b)) != p.Size || sum(b) != p.SHA256) {
		err = fmt.Errorf("%w: %s/%s#%d is not as it was sealed", ErrDamaged, v.ID, name, part)
	}
	return b, err
}

// Finding returns the sealed finding with the header of its scan. nil without one.
func (v *View) Finding() (*scanner.Header, *scanner.Finding, error) {
	if v.Manifest.item(findingItem) == nil {
		return nil, nil, nil
	}
	r, err := v.Open(findingItem)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	var h *scanner.Header
	var f *scanner.Finding
	for l, err := range scanner.NewDecoder(r).All() {
		if err != nil {
			return nil, nil, fmt.Errorf("%s: the finding: %w", v.ID, err)
		}
		h, f = orElse(l.Header, h), orElse(l.Finding, f)
	}
	return h, f, nil
}

func orElse[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// maxPart bounds what is searched at once; larger items are searched up to there.
const maxPart = 64 << 20

// personal looks for personal data in every part.
func (v *View) personal(ctx context.Context) ([]Personal, error) {
	all := []Personal{}
	for i := range v.Manifest.Items {
		it := &v.Manifest.Items[i]
		parts := make([]int, len(it.Parts))
		for k := range parts {
			parts[k] = k
		}
		if len(parts) == 0 {
			parts = []int{wholeItem}
		}
		for _, k := range parts {
			if err := context.Cause(ctx); err != nil {
				return nil, err
			}
			name, size := it.Name, it.Size
			if k != wholeItem {
				name, size = it.Parts[k].Name, it.Parts[k].Size
			}
			if size > maxPart {
				continue
			}
			b, err := v.Part(it.Name, k)
			if err != nil {
				return nil, err
			}
			for _, p := range searchPart(it.Name, name, b) {
				p.Capture, p.Part = v.ID, k
				all = append(all, p)
			}
		}
	}
	return all, nil
}

// removals returns, by item and part, why it is left out of a bundle.
func (v *View) removals(q *ExportRequest, found []Personal) (map[string]map[int]string, error) {
	gone := map[string]map[int]string{}
	remove := func(item string, part int, reason string) {
		if gone[item] == nil {
			gone[item] = map[int]string{}
		}
		if gone[item][part] == "" {
			gone[item][part] = reason
		}
	}
	for _, r := range q.Remove {
		if r.Capture != v.ID {
			continue
		}
		it := v.Manifest.item(r.Item)
		if it == nil || r.Part < wholeItem || r.Part >= len(it.Parts) || strings.TrimSpace(r.Reason) == "" {
			return nil, fmt.Errorf("nothing to remove at %s#%d, or no reason given", r.Item, r.Part)
		}
		remove(r.Item, r.Part, r.Reason)
	}
	for _, p := range found {
		if slices.Contains(q.RemoveKinds, p.Kind) {
			remove(p.Item, p.Part, "personal data: "+p.Kind)
		}
	}
	for i := range v.Manifest.Items {
		it := &v.Manifest.Items[i]
		switch g := gone[it.Name]; {
		case g[wholeItem] != "":
			gone[it.Name] = map[int]string{wholeItem: g[wholeItem]}
		case len(g) > 0 && len(g) == len(it.Parts):
			gone[it.Name] = map[int]string{wholeItem: "all its parts: " + g[0]}
		}
	}
	if v.Manifest.Import != nil && len(gone[warcItem]) > 0 { // the saved file holds the same
		for i := range v.Manifest.Items {
			if name := v.Manifest.Items[i].Name; strings.HasPrefix(name, originalItem) && gone[name] == nil {
				gone[name] = map[int]string{wholeItem: "it holds what was removed from " + warcItem}
			}
		}
	}
	return gone, nil
}
