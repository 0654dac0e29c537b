//go:build !amd64 || purego

package core

// level is the instruction set in use: none but Go's own.
type level uint8

const (
	plain level = iota
	simd        = plain
)

func (level) masks([]Block256, *Hash256, int, int, *[chunkBlocks]byte) (byte, bool) { return 0, false }

func (level) masks64([]uint64, uint64, int, int, *[chunk64]byte) byte { return 0 }
