//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package snapshot

import (
	"fmt"
	"math"
	"os"
	"syscall"
)

// mapFile maps the file at path for reading. The mapping outlives the descriptor and a removal of the name.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	size, err := fileSize(f)
	if err != nil {
		return nil, nil, err
	}
	data, err = syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map %s: %w", path, err)
	}
	return data, func() error { return syscall.Munmap(data) }, nil
}

// fileSize returns the size of a regular file that is long enough to be a snapshot.
func fileSize(f *os.File) (int, error) {
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !st.Mode().IsRegular() {
		return 0, fmt.Errorf("%s: %w", f.Name(), damaged("it is not a regular file"))
	}
	if st.Size() < headSize+footSize || st.Size() > math.MaxInt {
		return 0, fmt.Errorf("%s: %w", f.Name(), damaged("%d bytes cannot be a corpus file", st.Size()))
	}
	return int(st.Size()), nil
}
