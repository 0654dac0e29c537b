package evidence

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// Bounds of what is verified.
const (
	maxFiles      = 200_000
	maxBundleFile = 10_000
)

// fileSet is a folder or a bundle as a list of files. Names are slash-separated and relative.
type fileSet struct {
	names  []string // sorted
	sizes  map[string]int64
	odd    []string // neither files nor folders, or names that stand twice
	open   func(name string) (io.ReadCloser, error)
	close  func() error
	bundle *zip.Reader
	raw    io.ReaderAt
	size   int64
}

func (f *fileSet) has(name string) bool { _, ok := f.sizes[name]; return ok }

// read returns a file of at most limit bytes.
func (f *fileSet) read(name string, limit int64) ([]byte, error) {
	if !f.has(name) {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	r, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", name, limit)
	}
	return b, err
}

// openFiles opens a folder, or a file that is a bundle.
func openFiles(name string) (*fileSet, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openFolder(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	fs, err := openBundle(f, info.Size())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	fs.close = f.Close
	return fs, nil
}

func openFolder(name string) (*fileSet, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	f := &fileSet{sizes: map[string]int64{}, close: root.Close, open: func(name string) (io.ReadCloser, error) { return root.Open(name) }}
	err = fs.WalkDir(root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			f.odd = append(f.odd, p)
			return nil
		case len(f.names) >= maxFiles:
			return fmt.Errorf("more than %d files", maxFiles)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		f.names = append(f.names, p)
		f.sizes[p] = info.Size()
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	slices.Sort(f.names)
	return f, nil
}

// openedMember is a stored member of an archive.
type openedMember struct{ *io.SectionReader }

func (openedMember) Close() error { return nil }

// openBundle reads a zip archive as Export writes it: nothing in it is compressed, so nothing can unpack to more than it is.
func openBundle(r io.ReaderAt, size int64) (*fileSet, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	if len(z.File) > maxBundleFile {
		return nil, fmt.Errorf("a bundle of more than %d files", maxBundleFile)
	}
	f := &fileSet{sizes: map[string]int64{}, close: func() error { return nil }, bundle: z, raw: r, size: size}
	members := map[string]*zip.File{}
	left := uint64(size) // members that share bytes would add up to more than the bundle
	for _, m := range z.File {
		if !fs.ValidPath(m.Name) || members[m.Name] != nil {
			f.odd = append(f.odd, m.Name)
			continue
		}
		if m.Method != zip.Store || m.CompressedSize64 != m.UncompressedSize64 || m.UncompressedSize64 > left {
			return nil, fmt.Errorf("%s is compressed or larger than the bundle: not a bundle of this program", m.Name)
		}
		left -= m.UncompressedSize64
		members[m.Name] = m
		f.names = append(f.names, m.Name)
		f.sizes[m.Name] = int64(m.UncompressedSize64)
	}
	slices.Sort(f.names)
	// The checksums of the archive are not looked at: a change is told by the manifest, with the name of the part.
	f.open = func(name string) (io.ReadCloser, error) {
		r, err := members[name].OpenRaw()
		if err != nil {
			return nil, err
		}
		places, ok := r.(io.ReaderAt)
		if !ok {
			return nil, fmt.Errorf("%s cannot be read in places", name)
		}
		return openedMember{io.NewSectionReader(places, 0, f.sizes[name])}, nil
	}
	return f, nil
}
