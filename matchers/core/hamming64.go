package core

import (
	"cmp"
	"math/bits"
	"slices"
)

// SearchFlat64 is SearchFlat for 64-bit hashes: the plain reference.
func SearchFlat64(dst []Near, queries, table []uint64, radius int) []Near {
	for i, h := range table {
		for q := range queries {
			if d := bits.OnesCount64(queries[q] ^ h); d <= radius {
				dst = append(dst, Near{Index: uint32(i), Query: uint16(q), Dist: uint16(d)})
			}
		}
	}
	return dst
}

// Search64 appends what SearchFlat64 appends. It uses the widest instructions that the processor has.
func Search64(dst []Near, queries, table []uint64, radius int) []Near {
	return search64(dst, queries, table, radius, simd)
}

func search64(dst []Near, queries, table []uint64, radius int, l level) []Near {
	if l == plain || radius < 0 || radius >= 64 {
		return SearchFlat64(dst, queries, table, radius)
	}
	from := len(dst)
	for first := 0; first < len(queries); first += groupQueries {
		dst = searchGroup64(dst, queries[first:min(first+groupQueries, len(queries))], first, table, radius, l)
	}
	if len(queries) > groupQueries {
		slices.SortFunc(dst[from:], byIndex)
	}
	return dst
}

// byIndex orders as a flat search does.
func byIndex(a, b Near) int {
	return cmp.Or(cmp.Compare(a.Index, b.Index), cmp.Compare(a.Query, b.Query))
}

// chunk64 is how many blocks of hashes of 64 bits are compared with every query before the next are read: 16 kB as well.
const chunk64 = 256

// ahead64 is ahead for hashes of 64 bits: each of four queries fetches two of eight lines.
func ahead64(q int) int { return chunk64*64 + q%4*128 }

// searchGroup64 searches for at most groupQueries queries, the first of which has the given number.
func searchGroup64(dst []Near, queries []uint64, first int, table []uint64, radius int, l level) []Near {
	var masks [groupQueries][chunk64]byte
	for at := 0; at+BlockLen <= len(table); at += chunk64 * BlockLen {
		blocks := min(chunk64, (len(table)-at)/BlockLen)
		hit := uint32(0)
		for q, h := range queries {
			if l.masks64(table[at:at+blocks*BlockLen], h, radius, ahead64(q), &masks[q]) != 0 {
				hit |= 1 << q
			}
		}
		for i := 0; hit != 0 && i < blocks; i++ {
			any := byte(0)
			for left := hit; left != 0; left &= left - 1 {
				any |= masks[bits.TrailingZeros32(left)][i]
			}
			for ; any != 0; any &= any - 1 {
				k := bits.TrailingZeros8(any)
				for left := hit; left != 0; left &= left - 1 {
					if q := bits.TrailingZeros32(left); masks[q][i]>>k&1 != 0 {
						index := at + i*BlockLen + k
						d := bits.OnesCount64(queries[q] ^ table[index])
						dst = append(dst, Near{Index: uint32(index), Query: uint16(first + q), Dist: uint16(d)})
					}
				}
			}
		}
	}
	for i := len(table) / BlockLen * BlockLen; i < len(table); i++ {
		for q, h := range queries {
			if d := bits.OnesCount64(h ^ table[i]); d <= radius {
				dst = append(dst, Near{Index: uint32(i), Query: uint16(first + q), Dist: uint16(d)})
			}
		}
	}
	return dst
}
