package registry

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// pictures opens the pictures that a table names: those in its own folder, in its archive, or in the address itself.
type pictures struct {
	dir     string         // folder of the table
	archive *table.Package // non-nil for a table inside an archive
	member  string         // folder of the table inside the archive
	outside bool           // paths may leave the folder
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
		if r, err := p.archive.Member(path.Join(p.member, name)); err == nil {
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
