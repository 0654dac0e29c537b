package core

import (
	"math/bits"
	"slices"
)

// Hash256 is a 256-bit hash: bit i of the hash is bit i%64 of word i/64.
type Hash256 = [4]uint64

// Near is one entry of a table that lies within the radius of one query.
type Near struct {
	Index uint32 // of the entry
	Query uint16 // of the query
	Dist  uint16 // differing bits
}

// Distance256 returns the number of bits in which a and b differ, 0 to 256.
func Distance256(a, b *Hash256) int {
	return bits.OnesCount64(a[0]^b[0]) + bits.OnesCount64(a[1]^b[1]) +
		bits.OnesCount64(a[2]^b[2]) + bits.OnesCount64(a[3]^b[3])
}

// SearchFlat appends to dst every entry of table within radius bits of a query, by ascending entry and then query. It is
// the plain reference that every faster search equals.
func SearchFlat(dst []Near, queries, table []Hash256, radius int) []Near {
	for i := range table {
		for q := range queries {
			if d := Distance256(&queries[q], &table[i]); d <= radius {
				dst = append(dst, Near{Index: uint32(i), Query: uint16(q), Dist: uint16(d)})
			}
		}
	}
	return dst
}

// BlockLen is the number of hashes in a Block256.
const BlockLen = 8

// Block256 holds eight 256-bit hashes as a structure of arrays: word w of hash i is Block256[w][i]. One word of all eight
// fills a cache line and a 512-bit register.
type Block256 [4][BlockLen]uint64

// PackBlocks returns the hashes of table in blocks. The unused places of the last block are zero: a search is told how
// many entries there are.
func PackBlocks(table []Hash256) []Block256 {
	blocks := make([]Block256, (len(table)+BlockLen-1)/BlockLen)
	for i := range table {
		b := &blocks[i/BlockLen]
		for w := range b {
			b[w][i%BlockLen] = table[i][w]
		}
	}
	return blocks
}

// chunkBlocks is how many blocks are compared with every query before the next are read: 16 kB stay in the first cache.
const chunkBlocks = 64

// ahead is how far behind the blocks of a chunk lie the lines that query q fetches: those of the next chunk, a quarter of
// them with each of four queries. A table of a million hashes is 32 MB and fits no cache. By AVX2 a query takes 1.4 ms of
// comparing, and the processor reads ahead in time by itself: with and without makes no difference there. By AVX-512 comparing
// eight queries takes about as long as reading the table.
func ahead(q int) int { return chunkBlocks*256 + q%4*64 }

// groupQueries is how many queries are compared in one pass.
const groupQueries = 32

// SearchBlocks appends what SearchFlat appends, for the first n hashes of blocks. It uses the widest instructions that the
// processor has; built with the tag purego it uses none.
func SearchBlocks(dst []Near, queries []Hash256, blocks []Block256, n, radius int) []Near {
	return search(dst, queries, blocks, n, radius, simd)
}

// Instructions names the widest instructions that the searches use here: "AVX-512", "AVX2", or "plain Go".
func Instructions() string { return levelNames[simd] }

// levelNames are the names of the levels of all processors.
var levelNames = [...]string{"plain Go", "AVX2", "AVX-512"}

func search(dst []Near, queries []Hash256, blocks []Block256, n, radius int, l level) []Near {
	if l == plain || radius < 0 {
		return searchPlain(dst, queries, blocks, n, radius)
	}
	from := len(dst)
	for first := 0; first < len(queries); first += groupQueries {
		dst = searchGroup(dst, queries[first:min(first+groupQueries, len(queries))], first, blocks, n, min(radius, 256), l)
	}
	if len(queries) > groupQueries {
		slices.SortFunc(dst[from:], byIndex)
	}
	return dst
}

// searchGroup searches for at most groupQueries queries, the first of which has the given number.
func searchGroup(dst []Near, queries []Hash256, first int, blocks []Block256, n, radius int, l level) []Near {
	var masks [groupQueries][chunkBlocks]byte
	for at := 0; at*BlockLen < n; at += chunkBlocks {
		chunk := blocks[at:min(at+chunkBlocks, (n+BlockLen-1)/BlockLen)]
		hit := uint32(0) // bit q: query q is near something in the chunk
		for q := range queries {
			if found, _ := l.masks(chunk, &queries[q], radius, ahead(q), &masks[q]); found != 0 {
				hit |= 1 << q
			}
		}
		if hit == 0 {
			continue
		}
		for i := range chunk {
			any := byte(0)
			for left := hit; left != 0; left &= left - 1 {
				any |= masks[bits.TrailingZeros32(left)][i]
			}
			for ; any != 0; any &= any - 1 {
				k := bits.TrailingZeros8(any)
				index := (at+i)*BlockLen + k
				for left := hit; left != 0 && index < n; left &= left - 1 {
					if q := bits.TrailingZeros32(left); masks[q][i]>>k&1 != 0 {
						d := chunk[i].distance(k, &queries[q])
						dst = append(dst, Near{Index: uint32(index), Query: uint16(first + q), Dist: uint16(d)})
					}
				}
			}
		}
	}
	return dst
}

// distance returns the distance of hash k to h.
func (b *Block256) distance(k int, h *Hash256) int {
	own := b.Hash(k)
	return Distance256(&own, h)
}

// Hash returns hash k of the block, 0 to BlockLen-1.
func (b *Block256) Hash(k int) Hash256 { return Hash256{b[0][k], b[1][k], b[2][k], b[3][k]} }

// searchPlain is SearchBlocks in plain Go. It reads the third and fourth word of a hash only when the first two leave room
// within the radius.
func searchPlain(dst []Near, queries []Hash256, blocks []Block256, n, radius int) []Near {
	for i := range n {
		b, k := &blocks[i/BlockLen], i%BlockLen
		w0, w1 := b[0][k], b[1][k]
		for q := range queries {
			h := &queries[q]
			d := bits.OnesCount64(h[0]^w0) + bits.OnesCount64(h[1]^w1)
			if d > radius {
				continue
			}
			d += bits.OnesCount64(h[2]^b[2][k]) + bits.OnesCount64(h[3]^b[3][k])
			if d <= radius {
				dst = append(dst, Near{Index: uint32(i), Query: uint16(q), Dist: uint16(d)})
			}
		}
	}
	return dst
}
