package report

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lookalike/scanner"
)

// File is a Writer over a file that stands under a temporary name until End has written, synced and renamed it. A
// process that is killed leaves the final name absent or with its earlier content.
type File struct {
	Writer
	path string
	tmp  *os.File // equals the named file itself when that is a device or a pipe
	buf  *bufio.Writer
	done bool
	err  error // the first one: a report with a hole is never given its name
}

// Create returns a File for path in the format of its extension.
func Create(path string, o Options) (*File, error) {
	format, err := FormatOf(path)
	if err != nil {
		return nil, err
	}
	return CreateAs(format, path, o)
}

// CreateAs returns a File for path in the named format.
func CreateAs(format, path string, o Options) (*File, error) {
	f := &File{path: path}
	var err error
	if st, statErr := os.Stat(path); statErr == nil && !st.Mode().IsRegular() {
		if st.IsDir() {
			return nil, fmt.Errorf("writing report: %s is a folder", path)
		}
		f.tmp, err = os.OpenFile(path, os.O_WRONLY, 0)
	} else {
		if resolved, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
			f.path = resolved
		}
		f.tmp, err = createTemp(f.path)
	}
	if err != nil {
		return nil, fmt.Errorf("writing report: %w", err)
	}
	f.buf = bufio.NewWriterSize(f.tmp, 64<<10)
	if f.Writer, err = New(format, f.buf, o); err != nil {
		f.Discard()
		return nil, err
	}
	return f, nil
}

// createTemp opens a new file beside path, with the permissions of an ordinary new file.
func createTemp(path string) (*os.File, error) {
	dir, base := filepath.Split(path)
	for i := range 10000 {
		name := filepath.Join(dir, fmt.Sprintf(".%s.%d-%d.tmp", base, os.Getpid(), i))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		return f, err
	}
	return nil, fmt.Errorf("no free temporary name beside %s", path)
}

// Begin writes the header.
func (f *File) Begin(h scanner.Header) error {
	f.err = f.Writer.Begin(h)
	return f.named(f.err)
}

// Put writes one finding.
func (f *File) Put(ctx context.Context, x scanner.Finding) error {
	if f.err == nil {
		f.err = f.Writer.Put(ctx, x)
	}
	return f.named(f.err)
}

// End writes the trailer and gives the file its name. After an error of Begin or Put it removes what was written.
func (f *File) End(t scanner.Trailer) error {
	if f.done {
		return errors.New("writing report: ended twice")
	}
	err := f.err
	if err == nil {
		err = f.Writer.End(t)
	}
	if err == nil {
		err = f.buf.Flush()
	}
	if err == nil {
		err = f.commit()
	}
	if err != nil {
		f.Discard()
	}
	f.done = true
	return f.named(err)
}

func (f *File) commit() error {
	if f.direct() {
		return f.tmp.Close()
	}
	if err := f.tmp.Sync(); err != nil {
		return err
	}
	if err := f.tmp.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.tmp.Name(), f.path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(f.path)); err == nil {
		defer dir.Close()
		_ = dir.Sync() // the name survives a power cut where the system can promise it
	}
	return nil
}

// Discard removes what was written. After End it does nothing, so that it can be deferred.
func (f *File) Discard() {
	if f.done {
		return
	}
	f.done = true
	_ = f.tmp.Close()
	if !f.direct() {
		_ = os.Remove(f.tmp.Name())
	}
}

func (f *File) direct() bool { return f.tmp.Name() == f.path }

func (f *File) named(err error) error {
	if err != nil {
		return fmt.Errorf("writing report %s: %w", f.path, err)
	}
	return nil
}

// Tee returns a Writer that hands everything to each of ws in turn. The first error ends a Put; End reaches every one of
// them, so that one broken output does not spoil the others.
func Tee(ws ...Writer) Writer { return tee(ws) }

type tee []Writer

func (t tee) Begin(h scanner.Header) error {
	for _, w := range t {
		if err := w.Begin(h); err != nil {
			return err
		}
	}
	return nil
}

func (t tee) Put(ctx context.Context, f scanner.Finding) error {
	for _, w := range t {
		if err := w.Put(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func (t tee) End(x scanner.Trailer) error {
	var errs []error
	for _, w := range t {
		errs = append(errs, w.End(x))
	}
	return errors.Join(errs...)
}
