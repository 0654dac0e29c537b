//go:build !unix

package image

import "time"

var began = time.Now()

// processorTime returns the time by the clock where the system does not tell what a process used.
func processorTime() time.Duration { return time.Since(began) }
