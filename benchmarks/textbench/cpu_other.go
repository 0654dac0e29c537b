//go:build !unix

package textbench

import (
	"os"
	"time"
)

// CPUTime returns the time since the program started, which is all that this system tells.
func CPUTime() time.Duration { return time.Since(started) }

var started = time.Now()

// peakOf returns 0: this system does not tell.
func peakOf(*os.ProcessState) int64 { return 0 }
