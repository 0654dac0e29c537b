//go:build unix

package image

import (
	"syscall"
	"time"
)

// processorTime returns what this process has used of the processors: other load on the machine does not count.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
