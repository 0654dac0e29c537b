//go:build !purego

package core

// The kernels of hamming_amd64.s. Each compares query with n blocks and writes one byte per block to out: bit i is set
// when hash i lies within radius, 0 to 256. It returns the union of the bytes. For each block it asks the second cache for
// the line of memory that lies ahead bytes behind it, which may be outside of the table.

//go:noescape
func masksAVX512(blocks *uint64, n int, query *uint64, radius, ahead int, out *byte) (found byte)

//go:noescape
func masksAVX2(blocks *uint64, n int, query *uint64, radius, ahead int, out *byte) (found byte)

//go:noescape
func masks64AVX512(blocks *uint64, n int, query *uint64, radius, ahead int, out *byte) (found byte)

//go:noescape
func masks64AVX2(blocks *uint64, n int, query *uint64, radius, ahead int, out *byte) (found byte)

func cpuid(leaf, sub uint32) (eax, ebx, ecx, edx uint32)

func xgetbv() (eax uint32)

// simd is what the processor and the system offer.
var simd = detect()

type level uint8

const (
	plain level = iota
	avx2
	avx512
)

// detect reads CPUID leaves 1 and 7 and the register sets that the system saves.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID; volume 1, 13.3.
func detect() level {
	const (
		osxsave     = 1 << 27       // leaf 1, ECX
		hasAVX2     = 1 << 5        // leaf 7, EBX
		hasAVX512   = 1<<16 | 1<<30 // leaf 7, EBX: AVX512F and AVX512BW
		hasVPOPCNT  = 1 << 14       // leaf 7, ECX
		savedYMM    = 0x06          // XCR0
		savedZMM    = 0xe6          // XCR0
		leafOfSet   = 1
		leafOfWider = 7
	)
	if last, _, _, _ := cpuid(0, 0); last < leafOfWider {
		return plain
	}
	if _, _, ecx, _ := cpuid(leafOfSet, 0); ecx&osxsave == 0 {
		return plain
	}
	saved := xgetbv()
	_, ebx, ecx, _ := cpuid(leafOfWider, 0)
	switch {
	case saved&savedYMM != savedYMM || ebx&hasAVX2 == 0:
		return plain
	case saved&savedZMM == savedZMM && ebx&hasAVX512 == hasAVX512 && ecx&hasVPOPCNT != 0:
		return avx512
	}
	return avx2
}

// masks fills out by the best kernel that the level has, and reports false when there is none.
func (l level) masks(blocks []Block256, query *Hash256, radius, ahead int, out *[chunkBlocks]byte) (found byte, ok bool) {
	switch l {
	case avx512:
		return masksAVX512(&blocks[0][0][0], len(blocks), &query[0], radius, ahead, &out[0]), true
	case avx2:
		return masksAVX2(&blocks[0][0][0], len(blocks), &query[0], radius, ahead, &out[0]), true
	}
	return 0, false
}

// masks64 is masks for 64-bit hashes, a whole number of blocks of which lie in table. It is not called for the plain level.
func (l level) masks64(table []uint64, query uint64, radius, ahead int, out *[chunk64]byte) (found byte) {
	if l == avx512 {
		return masks64AVX512(&table[0], len(table)/BlockLen, &query, radius, ahead, &out[0])
	}
	return masks64AVX2(&table[0], len(table)/BlockLen, &query, radius, ahead, &out[0])
}
