package snapshot

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A temporary file is ".NAME.XXXXXXXX.tmp" beside NAME, eight letters or digits of base32 for the X. Its writer holds a
// lock on it, which the system takes away when the process ends, however it ends. What nobody holds is the remains of a
// run that was killed.

const (
	temporaryEnd    = ".tmp"
	temporaryRandom = 8
)

// createTemporary opens a new temporary file for what is to stand at path, and holds it.
func createTemporary(path string) (*os.File, error) {
	dir, base := filepath.Split(path)
	for range 100 {
		name := filepath.Join(dir, "."+base+"."+rand.Text()[:temporaryRandom]+temporaryEnd)
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		_ = hold(f) // where nothing can be locked, nothing is swept either
		// A run that sweeps between the two calls takes the file for a dead one.
		if now, err := os.Lstat(name); err == nil {
			if mine, err := f.Stat(); err == nil && os.SameFile(now, mine) {
				return f, nil
			}
		}
		_ = f.Close()
	}
	return nil, fmt.Errorf("no temporary file beside %s stays", path)
}

// sweep removes the temporary files that dead runs left beside path. One that cannot be removed stays and harms nothing.
func sweep(path string) {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return
	}
	for _, name := range names {
		if isTemporary(name, base) {
			removeDead(filepath.Join(dir, name))
		}
	}
}

// isTemporary reports whether name is that of a temporary file for base.
func isTemporary(name, base string) bool {
	random, ok := strings.CutPrefix(name, "."+base+".")
	random, temporary := strings.CutSuffix(random, temporaryEnd)
	return ok && temporary && len(random) == temporaryRandom && strings.Trim(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}
