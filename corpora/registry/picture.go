package registry

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// pictures opens the pictures that a table names: those in its own folder, in its archive, or in the address itself.
type pictures struct {
	dir     string   // folder of the table
	archive *archive // non-nil for a table inside an archive
	member  string   // folder of the table inside the archive
	outside bool     // paths may leave the folder
}

// archive is the archive that records and their pictures lie in. Pictures may be read when all records have been: the
// archive stays open as long as one is being read, and is opened again for a later one. It is safe for concurrent use.
type archive struct {
	file    string
	keep    func(base string) bool
	mu      sync.Mutex
	p       *table.Package // nil when it is not open
	readers int
	done    bool // the records have been read
}

// member opens a member by its name.
func (a *archive) member(name string) (io.ReadCloser, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.p == nil {
		p, err := table.OpenFile(a.file, filepath.Base(a.file), a.keep)
		if err != nil {
			return nil, err
		}
		a.p = p
	}
	r, err := a.p.Member(name)
	if err != nil {
		return nil, errors.Join(err, a.rest())
	}
	a.readers++
	return &archiveMember{r, a}, nil
}

// close says that the records have been read.
func (a *archive) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = true
	_ = a.rest()
}

// rest closes the package when nobody reads in it.
func (a *archive) rest() error {
	if !a.done || a.readers > 0 || a.p == nil {
		return nil
	}
	p := a.p
	a.p = nil
	return p.Close()
}

// archiveMember is a member that is being read.
type archiveMember struct {
	io.ReadCloser
	a *archive
}

// Close closes the member, and the archive when it was the last one.
func (m *archiveMember) Close() error {
	err := m.ReadCloser.Close()
	if m.a == nil {
		return err
	}
	m.a.mu.Lock()
	defer m.a.mu.Unlock()
	m.a.readers--
	err = errors.Join(err, m.a.rest())
	m.a = nil
	return err
}

func (p *pictures) image(ref string) corpora.Image {
	im := corpora.Image{Ref: ref}
	switch {
	case strings.HasPrefix(ref, "http://"), strings.HasPrefix(ref, "https://"):
	case strings.HasPrefix(ref, "data:"):
		im.Open = func(context.Context) (io.ReadCloser, error) { return openData(ref) }
	default:
		im.Open = func(context.Context) (io.ReadCloser, error) { return p.open(ref) }
	}
	return im
}

// open reads a picture by its path, in which a backslash separates like a slash.
func (p *pictures) open(ref string) (io.ReadCloser, error) {
	name := strings.ReplaceAll(ref, `\`, "/")
	if p.archive != nil {
		if r, err := p.archive.member(path.Join(p.member, name)); err == nil {
			return r, nil
		}
	}
	if p.outside {
		file := filepath.FromSlash(name)
		if !filepath.IsAbs(file) {
			file = filepath.Join(p.dir, file)
		}
		f, err := os.Open(file)
		return regular(ref, f, err)
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) || strings.Contains(name, ":") {
		return nil, &corpora.Problem{Code: corpora.PictureOutside, Args: map[string]any{"ref": ref}}
	}
	root, err := os.OpenRoot(p.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil && !os.IsNotExist(err) && escapes(err) {
		return nil, &corpora.Problem{Code: corpora.PictureOutside, Args: map[string]any{"ref": ref}}
	}
	return regular(ref, f, err)
}

// escapes reports whether os.Root refused to follow a link out of its folder. The package os has no value for it.
func escapes(err error) bool { return strings.Contains(err.Error(), "escapes") }

// regular passes on an opened file that is one; pipes and folders are named missing.
func regular(ref string, f *os.File, err error) (io.ReadCloser, error) {
	if err != nil {
		if os.IsNotExist(err) {
			return nil, missing(ref)
		}
		return nil, err
	}
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		_ = f.Close()
		return nil, missing(ref)
	}
	return f, nil
}

func missing(ref string) *corpora.Problem {
	return &corpora.Problem{Code: corpora.PictureMissing, Args: map[string]any{"ref": ref}}
}

// openData decodes a data: address.
func openData(ref string) (io.ReadCloser, error) {
	head, body, ok := strings.Cut(strings.TrimPrefix(ref, "data:"), ",")
	if !ok {
		return nil, &corpora.Problem{Code: corpora.PictureDamaged, Args: map[string]any{"reason": "data address without a comma"}}
	}
	if !strings.HasSuffix(strings.TrimSpace(head), ";base64") {
		text, err := url.PathUnescape(body)
		if err != nil {
			return nil, &corpora.Problem{Code: corpora.PictureDamaged, Args: map[string]any{"reason": "data address is not well formed"}}
		}
		return io.NopCloser(strings.NewReader(text)), nil
	}
	body = strings.NewReplacer("%2B", "+", "%2b", "+", "%2F", "/", "%2f", "/", "%3D", "=", "%3d", "=", " ", "").Replace(body)
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(body, "="))
	if err != nil {
		return nil, &corpora.Problem{Code: corpora.PictureDamaged, Args: map[string]any{"reason": "data address is not base64"}}
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}
