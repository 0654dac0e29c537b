package snapshot

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// Writer writes a snapshot to a temporary file beside its final name. It is for one goroutine.
//
// The first error stays: every later call but Abort returns it, and Commit does not give the file its name.
type Writer struct {
	path     string
	file     *os.File
	buf      *bufio.Writer
	offset   int64
	sections []Section
	hashed   []hashed
	names    map[string]bool
	open     *sectionWriter
	err      error
}

// sectionWriter is the section that Begin started.
type sectionWriter struct {
	w      *Writer
	name   string
	offset int64
	crc    uint32
	sha    hash.Hash
}

// errDone is the sticky state of a Writer after Commit or Abort.
var errDone = errors.New("the snapshot is committed or aborted")

// Create starts a snapshot that Commit will put at path. The temporary file stands in the same folder and begins with a
// dot. Those that runs for the same path left when they were killed are removed; those of runs that go on stay.
func Create(path string) (*Writer, error) {
	sweep(path)
	f, err := createTemporary(path)
	if err != nil {
		return nil, fmt.Errorf("create corpus: %w", err)
	}
	w := &Writer{path: path, file: f, buf: bufio.NewWriterSize(f, 1<<20), names: map[string]bool{}}
	w.write(header())
	return w, nil
}

// Put writes one whole section. Names must be new, printable ASCII without spaces, at most 255 bytes.
func (w *Writer) Put(name string, b []byte) error {
	s, err := w.Begin(name)
	if err != nil {
		return err
	}
	if _, err := s.Write(b); err != nil {
		return err
	}
	return w.End()
}

// Begin starts a section that is written in pieces, until End. The returned io.Writer must not be used after that.
func (w *Writer) Begin(name string) (io.Writer, error) {
	switch {
	case w.err != nil:
	case w.open != nil:
		w.fail(fmt.Errorf("begin section %s: section %s is not ended", name, w.open.name))
	case !goodName(name):
		w.fail(fmt.Errorf("begin section %q: not a section name", name))
	case w.names[name]:
		w.fail(fmt.Errorf("begin section %s: it exists", name))
	default:
		w.pad()
	}
	if w.err != nil {
		return nil, w.err
	}
	w.names[name] = true
	w.open = &sectionWriter{w: w, name: name, offset: w.offset, sha: sha256.New()}
	return w.open, nil
}

// Write appends b to the section.
func (s *sectionWriter) Write(b []byte) (int, error) {
	if s.w.err != nil {
		return 0, s.w.err
	}
	if s.w.open != s {
		s.w.fail(fmt.Errorf("write to section %s: it is ended", s.name))
		return 0, s.w.err
	}
	s.crc = crc32.Update(s.crc, castagnoli, b)
	s.sha.Write(b)
	s.w.write(b)
	return len(b), s.w.err
}

// End ends the section that Begin started.
func (w *Writer) End() error {
	if w.err != nil {
		return w.err
	}
	s := w.open
	if s == nil {
		w.fail(errors.New("end section: none is begun"))
		return w.err
	}
	w.open = nil
	size := w.offset - s.offset
	w.sections = append(w.sections, Section{Name: s.name, Offset: s.offset, Size: size, CRC: s.crc})
	w.hashed = append(w.hashed, hashed{s.name, size, [sha256.Size]byte(s.sha.Sum(nil))})
	return nil
}

// Commit writes the table of contents and the identity, syncs and renames. It returns the identity. After an error the
// temporary file is removed and what stood at the final name still stands there.
func (w *Writer) Commit() (string, error) {
	if w.err == nil && w.open != nil {
		w.fail(fmt.Errorf("commit: section %s is not ended", w.open.name))
	}
	if w.err != nil {
		err := w.err
		w.Abort()
		return "", err
	}
	id := identityOf(w.hashed)
	w.pad()
	tocOffset := w.offset
	var toc []byte
	for _, s := range w.sections {
		toc = appendEntry(toc, s)
	}
	w.write(toc)
	w.write(footer(tocOffset, toc, id))
	if err := w.publish(); err != nil {
		err = fmt.Errorf("commit corpus %s: %w", w.path, err)
		w.Abort()
		return "", err
	}
	w.file, w.err = nil, errDone
	return identityString(id), nil
}

// publish brings the temporary file to disk and gives it its final name.
func (w *Writer) publish() error {
	if w.err != nil {
		return w.err
	}
	if err := w.buf.Flush(); err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return err
	}
	if err := w.file.Close(); err != nil {
		return err
	}
	if err := os.Rename(w.file.Name(), w.path); err != nil {
		return err
	}
	syncDir(filepath.Dir(w.path))
	return nil
}

// syncDir makes a rename last. Systems that cannot sync a folder have no use for it.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// Abort removes the temporary file. After Commit it does nothing.
func (w *Writer) Abort() {
	if w.file == nil {
		return
	}
	_ = w.file.Close()
	_ = os.Remove(w.file.Name())
	w.file, w.err = nil, errDone
}

func (w *Writer) pad() {
	var zeros [align]byte
	w.write(zeros[:aligned(w.offset)-w.offset])
}

func (w *Writer) write(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.buf.Write(b)
	w.offset += int64(n)
	w.fail(err)
}

// fail keeps the first error.
func (w *Writer) fail(err error) {
	if w.err == nil && err != nil {
		w.err = err
	}
}
