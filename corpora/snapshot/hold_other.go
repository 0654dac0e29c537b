//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package snapshot

import (
	"os"
	"runtime"
)

// hold does nothing: on Windows an open file cannot be removed, and elsewhere nothing is.
func hold(*os.File) error { return nil }

// removeDead removes the temporary file name when nobody has it open.
func removeDead(name string) {
	if runtime.GOOS == "windows" {
		_ = os.Remove(name)
	}
}
