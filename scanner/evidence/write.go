package evidence

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// append adds an entry to the log and returns when it is on stable storage. The caller holds the store's lock, or nobody else
// knows the store yet. When it fails, what it wrote is taken back; when even that fails, the store takes no more.
func (s *Store) append(ev Event) (Entry, error) {
	if s.broken != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrBroken, s.broken)
	}
	ev.Time, ev.Clock = stampTime(s.o.Now()), s.o.Clock
	if ev.Actor == "" {
		ev.Actor = s.o.Operator
	}
	salt, err := randomHex(s.o.Random, 16)
	if err != nil {
		return Entry{}, err
	}
	ev.Salt = salt
	e, b, err := encodeEntry(s.chain.head, &ev)
	if err != nil {
		return Entry{}, fmt.Errorf("writing the evidence log: %w", err)
	}
	if _, err = s.log.Write(b); err != nil {
		if terr := s.log.Truncate(s.size); terr != nil {
			s.broken = terr
		}
		return Entry{}, fmt.Errorf("writing the evidence log: %w", err)
	}
	if err := s.log.Sync(); err != nil {
		// After a failed sync nobody knows what is stored.
		s.broken = err
		return Entry{}, fmt.Errorf("writing the evidence log: %w", err)
	}
	s.size += int64(len(b))
	s.chain.head = e.Head
	s.note(e)
	return e, nil
}

// writeFile writes a new file and syncs it. An existing one is an error that is fs.ErrExist.
func (s *Store) writeFile(name string, b []byte) error {
	return s.writeNew(name, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

func (s *Store) writeNew(name string, fill func(io.Writer) error) error {
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o440)
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes the names in a folder durable.
func (s *Store) syncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	d, err := s.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
