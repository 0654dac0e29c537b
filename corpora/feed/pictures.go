package feed

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// pictures opens the pictures of one feed file.
type pictures struct {
	dir     string         // folder of the feed
	archive *table.Package // archive that the feed stands in, nil for none
	inner   string         // folder of the feed inside the archive
	anyPath bool           // absolute paths and ".." are allowed

	parts map[string]bool               // pictures that stand in the same MHTML file
	file  func() (io.ReadCloser, error) // opens that file
}

// image makes the picture of a reference. An http(s) address is not opened by anything here.
func (p *pictures) image(ref string) corpora.Image {
	im := corpora.Image{Ref: ref}
	switch {
	case p.parts[ref]:
		im.Open = func(ctx context.Context) (io.ReadCloser, error) { return mhtmlPicture(ctx, p.file, ref) }
	case hasScheme(ref, "http"), hasScheme(ref, "https"):
		scheme, rest, _ := strings.Cut(ref, ":")
		im.Ref = strings.ToLower(scheme) + ":" + rest
	case strings.HasPrefix(ref, "//"):
		im.Ref = "https:" + ref
	case hasScheme(ref, "data"):
		im.Open = func(context.Context) (io.ReadCloser, error) { return openData(ref) }
	default:
		im.Open = func(context.Context) (io.ReadCloser, error) { return p.open(ref) }
	}
	return im
}

func hasScheme(ref, scheme string) bool {
	return len(ref) > len(scheme) && ref[len(scheme)] == ':' && strings.EqualFold(ref[:len(scheme)], scheme)
}

func outside(ref string) error {
	return &corpora.Problem{Code: corpora.PictureOutside, Args: map[string]any{"ref": clip(ref, 500)}}
}

func missing(ref string) error {
	return &corpora.Problem{Code: corpora.PictureMissing, Args: map[string]any{"ref": clip(ref, 500)}}
}

// open reads a picture by its path. Without anyPath it must stand below the feed's folder, by name and after every
// symbolic link.
func (p *pictures) open(ref string) (io.ReadCloser, error) {
	name := ref
	if hasScheme(ref, "file") {
		name = strings.TrimPrefix(ref[len("file:"):], "//")
		if u, err := url.PathUnescape(name); err == nil {
			name = u
		}
	}
	if strings.ContainsRune(name, 0) {
		return nil, missing(ref)
	}
	name = strings.ReplaceAll(name, `\`, "/")
	drive := len(name) > 1 && name[1] == ':'
	if p.archive != nil {
		if path.IsAbs(name) || drive || !fs.ValidPath(path.Clean(path.Join(p.inner, name))) || !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, outside(ref)
		}
		r, err := p.archive.Member(path.Join(p.inner, name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, missing(ref)
		}
		return r, err
	}
	local := filepath.FromSlash(name)
	if p.anyPath {
		if !filepath.IsAbs(local) {
			local = filepath.Join(p.dir, local)
		}
		return regular(ref, func() (fs.FileInfo, error) { return os.Stat(local) }, func() (*os.File, error) { return os.Open(local) })
	}
	if drive || !filepath.IsLocal(local) {
		return nil, outside(ref)
	}
	root, err := os.OpenRoot(p.dir)
	if err != nil {
		return nil, missing(ref)
	}
	defer root.Close()
	return regular(ref, func() (fs.FileInfo, error) { return root.Stat(local) }, func() (*os.File, error) { return root.Open(local) })
}

// regular opens a file that is one: opening a pipe would wait for ever.
func regular(ref string, stat func() (fs.FileInfo, error), open func() (*os.File, error)) (io.ReadCloser, error) {
	info, err := stat()
	if err == nil && !info.Mode().IsRegular() {
		return nil, missing(ref)
	}
	var f *os.File
	if err == nil {
		f, err = open()
	}
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, missing(ref)
	case strings.Contains(err.Error(), "path escapes"): // os.Root exports no value for it
		return nil, outside(ref)
	}
	return nil, &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"reason": reason(err)}}
}

// reason is what went wrong without the path, which the report names already.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// openData decodes a data: address.
func openData(ref string) (io.ReadCloser, error) {
	head, body, ok := strings.Cut(ref[len("data:"):], ",")
	if !ok {
		return nil, damaged("data address without a comma")
	}
	if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(head)), ";base64") {
		b, err := url.PathUnescape(body)
		if err != nil {
			return nil, damaged("data address: bad escape")
		}
		return io.NopCloser(strings.NewReader(b)), nil
	}
	if strings.Contains(body, "%") {
		if b, err := url.PathUnescape(body); err == nil {
			body = b
		}
	}
	body = strings.TrimRight(body, "= \t\r\n")
	enc := base64.RawStdEncoding
	if strings.ContainsAny(body, "-_") {
		enc = base64.RawURLEncoding
	}
	b, err := enc.DecodeString(body)
	if err != nil {
		return nil, damaged("data address: bad base64")
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func damaged(reason string) error {
	return &corpora.Problem{Code: corpora.PictureDamaged, Args: map[string]any{"reason": reason}}
}
