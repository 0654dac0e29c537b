//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package snapshot

import "os"

// mapFile reads the file at path whole, on systems where the standard library cannot map one.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	data, err = os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	return alignedCopy(data), func() error { return nil }, nil
}
