//go:build unix

package evidence

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps other processes from writing to the store until f is closed or the process ends.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}
