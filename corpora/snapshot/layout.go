package snapshot

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// Version is the format version that this package writes and reads.
const Version = 1

const (
	align      = 64 // of every section: a cache line, and enough for any vector load
	headSize   = 64
	footSize   = 64
	headMagic  = "LKCORPUS"
	footMagic  = "SUPROCKL"
	maxName    = 255
	entryFixed = 2 + 8 + 8 + 4 // name length, offset, size, CRC
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Section describes one section.
type Section struct {
	Name   string
	Offset int64
	Size   int64
	CRC    uint32 // CRC-32C of the content
}

// DamagedError says that a file is no snapshot or not the one that was written.
type DamagedError struct {
	Section string // "" outside the sections
	Reason  string
}

// Error names the section and the reason.
func (e *DamagedError) Error() string {
	if e.Section == "" {
		return "damaged corpus file: " + e.Reason
	}
	return fmt.Sprintf("damaged corpus file: section %s: %s", e.Section, e.Reason)
}

// VersionError says that a snapshot has a format that this program does not read.
type VersionError struct{ Have, Want uint32 }

// Error names both versions.
func (e *VersionError) Error() string {
	return fmt.Sprintf("corpus file of format %d, this program reads format %d", e.Have, e.Want)
}

func damaged(format string, args ...any) error {
	return &DamagedError{Reason: fmt.Sprintf(format, args...)}
}

// aligned rounds n up to the next multiple of align.
func aligned(n int64) int64 { return (n + align - 1) &^ (align - 1) }

func header() []byte {
	b := make([]byte, headSize)
	copy(b, headMagic)
	binary.LittleEndian.PutUint32(b[len(headMagic):], Version)
	return b
}

func appendEntry(b []byte, s Section) []byte {
	b = binary.LittleEndian.AppendUint16(b, uint16(len(s.Name)))
	b = append(b, s.Name...)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Offset))
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Size))
	return binary.LittleEndian.AppendUint32(b, s.CRC)
}

// footer makes the last 64 bytes of a file: place, size and CRC of the table of contents, identity, own CRC, magic.
func footer(tocOffset int64, toc []byte, id [sha256.Size]byte) []byte {
	b := make([]byte, 0, footSize)
	b = binary.LittleEndian.AppendUint64(b, uint64(tocOffset))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(toc)))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(toc, castagnoli))
	b = append(b, id[:]...)
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return append(b, footMagic...)
}

// hashed is one section as the identity sees it.
type hashed struct {
	name string
	size int64
	sum  [sha256.Size]byte
}

// identityOf hashes names, sizes and content hashes in the order of the names, so that neither the order in which
// sections were written nor their place in the file matters.
func identityOf(hs []hashed) [sha256.Size]byte {
	hs = slices.SortedFunc(slices.Values(hs), func(a, b hashed) int { return cmp.Compare(a.name, b.name) })
	var b []byte
	for _, h := range hs {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(h.name)))
		b = append(b, h.name...)
		b = binary.LittleEndian.AppendUint64(b, uint64(h.size))
		b = append(b, h.sum[:]...)
	}
	return sha256.Sum256(b)
}

func goodName(s string) bool {
	if s == "" || len(s) > maxName {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
