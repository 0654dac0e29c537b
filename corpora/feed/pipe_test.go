//go:build unix

package feed

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skip(err)
	}
	go func() {
		if w, err := os.OpenFile(name, os.O_WRONLY, 0); err == nil {
			io.WriteString(w, small)
			w.Close()
		}
	}()
	if got := read(t, Options{}, name); len(got.listings) != 2 {
		t.Errorf("%d listings, %v", len(got.listings), got.feed.Problems())
	}
}
