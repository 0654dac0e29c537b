package report

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Pending is a file that stands under a temporary name until Commit has written, synced and renamed it. A process that is
// killed leaves the final name absent or with its earlier content.
type Pending struct {
	path string
	tmp  *os.File // the named file itself when that is a device or a pipe
	buf  *bufio.Writer
	done bool
}

// NewPending starts a file that Commit will put at path.
func NewPending(path string) (*Pending, error) {
	p := &Pending{path: path}
	var err error
	if st, statErr := os.Stat(path); statErr == nil && !st.Mode().IsRegular() {
		if st.IsDir() {
			return nil, fmt.Errorf("%s is a folder", path)
		}
		p.tmp, err = os.OpenFile(path, os.O_WRONLY, 0)
	} else {
		if resolved, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
			p.path = resolved
		}
		p.tmp, err = createTemp(p.path)
	}
	if err != nil {
		return nil, err
	}
	p.buf = bufio.NewWriterSize(p.tmp, 64<<10)
	return p, nil
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

// Write implements io.Writer.
func (p *Pending) Write(b []byte) (int, error) { return p.buf.Write(b) }

// Commit gives the file its name. After an error nothing is left of it.
func (p *Pending) Commit() error {
	if p.done {
		return errors.New("committed twice")
	}
	err := p.buf.Flush()
	if err == nil {
		err = p.rename()
	}
	if err != nil {
		p.Discard()
	}
	p.done = true
	return err
}

func (p *Pending) rename() error {
	if p.direct() {
		return p.tmp.Close()
	}
	if err := p.tmp.Sync(); err != nil {
		return err
	}
	if err := p.tmp.Close(); err != nil {
		return err
	}
	if err := os.Rename(p.tmp.Name(), p.path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(p.path)); err == nil {
		defer dir.Close()
		_ = dir.Sync() // the name survives a power cut where the system can promise it
	}
	return nil
}

// Discard removes what was written. After Commit it does nothing, so that it can be deferred.
func (p *Pending) Discard() {
	if p.done {
		return
	}
	p.done = true
	_ = p.tmp.Close()
	if !p.direct() {
		_ = os.Remove(p.tmp.Name())
	}
}

func (p *Pending) direct() bool { return p.tmp.Name() == p.path }
