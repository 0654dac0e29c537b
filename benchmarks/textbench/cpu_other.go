//go:build !unix

package textbench

import "time"

// CPUTime returns the time since the program started, which is all that this system tells.
func CPUTime() time.Duration { return time.Since(started) }

var started = time.Now()
