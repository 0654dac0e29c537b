//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package snapshot

import (
	"os"
	"syscall"
)

// hold locks f for as long as it is open. It fails at once when somebody else holds it.
func hold(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// removeDead removes the temporary file name when nobody holds it. Only regular files are touched.
func removeDead(name string) {
	if st, err := os.Lstat(name); err != nil || !st.Mode().IsRegular() {
		return
	}
	f, err := os.OpenFile(name, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if hold(f) == nil {
		_ = os.Remove(name)
	}
}
