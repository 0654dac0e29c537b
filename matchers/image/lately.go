package image

import (
	"crypto/sha256"
	"sync"
)

// lately keeps the last pictures that were read for a corpus, so that the small picture of a report is made of the same
// drawing. It is safe for concurrent use.
type lately struct {
	mu    sync.Mutex
	next  int
	kept  [latelyKept]*raster
	files [latelyKept][32]byte
}

// latelyKept is at least twice the goroutines that build: each asks for its picture right after it has read it. A raster has
// up to 1.8 MB.
const latelyKept = 32

// keep remembers the raster of a file.
func (l *lately) keep(data []byte, r *raster) {
	key := sha256.Sum256(data)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept[l.next], l.files[l.next] = r, key
	l.next = (l.next + 1) % latelyKept
}

// take returns the raster of a file and forgets it, nil when it is not there.
func (l *lately) take(data []byte) *raster {
	key := sha256.Sum256(data)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, r := range l.kept {
		if r != nil && l.files[i] == key {
			l.kept[i] = nil
			return r
		}
	}
	return nil
}
