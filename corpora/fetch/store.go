package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
)

// find returns what is kept of an address. An entry whose body is gone, or has another size, counts as none.
func (s *store) find(address string) (entry, bool) {
	b, err := os.ReadFile(s.address(address))
	if err != nil {
		return entry{}, false
	}
	var e entry
	if json.Unmarshal(b, &e) != nil || len(e.SHA256) != 2*sha256.Size || filepath.Base(e.SHA256) != e.SHA256 {
		return entry{}, false
	}
	info, err := os.Stat(s.object(e.SHA256))
	if err != nil || info.Size() != e.Size {
		return entry{}, false
	}
	return e, true
}

// note writes down what an address gave.
func (s *store) note(address string, e entry) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return s.replace(s.address(address), func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// keep writes a body under the hash of its content.
func (s *store) keep(r io.Reader) (entry, error) {
	f, err := os.CreateTemp(s.dir, "new-*")
	if err != nil {
		return entry{}, err
	}
	defer os.Remove(f.Name()) // gone already when it was renamed
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), r)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return entry{}, err
	}
	e := entry{SHA256: hex.EncodeToString(h.Sum(nil)), Size: n}
	return e, os.Rename(f.Name(), s.object(e.SHA256))
}

// replace writes a file under a temporary name and renames it.
func (s *store) replace(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(s.dir, "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = write(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
