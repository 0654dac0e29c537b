//go:build !unix

package textbench

import "time"

// cpuTime returns the time since the program started, which is all that this system tells.
func cpuTime() time.Duration { return time.Since(started) }

var started = time.Now()
