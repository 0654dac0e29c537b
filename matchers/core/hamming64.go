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

// searchGroup64 searches for at most groupQueries queries, the first of which has the given number.
func searchGroup64(dst []Near, queries []uint64, first int, table []uint64, radius int, l level) []Near {
	var masks [groupQueries][chunkBlocks]byte
	at := 0
	for ; at+BlockLen <= len(table); at += chunkBlocks * BlockLen {
		blocks := min(chunkBlocks, (len(table)-at)/BlockLen)
		hit := uint32(0)
		for q, h := range queries {
			if l.masks64(table[at:at+blocks*BlockLen], h, radius, chunkBlocks*64, &masks[q]) != 0 {
				hit |= 1 << q
			}
		}
		for i := 0; hit != 0 && i < blocks*BlockLen; i++ {
			for left := hit; left != 0; left &= left - 1 {
				q := bits.TrailingZeros32(left)
				if masks[q][i/BlockLen]>>(i%BlockLen)&1 != 0 {
					d := bits.OnesCount64(queries[q] ^ table[at+i])
					dst = append(dst, Near{Index: uint32(at + i), Query: uint16(first + q), Dist: uint16(d)})
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

// The parts of a hash in a Multi64.
const (
	parts    = 4
	partBits = 16
	buckets  = 1 << partBits
)

// Entry64 is one hash in a bucket, with its place in the table that was indexed.
type Entry64 struct {
	Hash  uint64
	Index uint32
	_     uint32
}

// Multi64 finds 64-bit hashes within a small radius without looking at most of them (multi-index hashing: Norouzi, Punjani
// and Fleet, 2012). Each of four 16-bit parts has a table of buckets; hashes that differ in r bits differ in at most r/4 of
// one part. It takes 64 bytes per hash. Up to a radius of 8 it is faster than Search64 from some 20,000 hashes on; at 16 and
// more it is not.
//
// The slices are flat and may lie in a mapped file.
type Multi64 struct {
	Offsets []uint32  // parts·65,536+1: bucket b of part p is Entries[Offsets[p·65,536+b]:Offsets[p·65,536+b+1]]
	Entries []Entry64 // parts for each hash; ascending by index within a bucket
}

// NewMulti64 indexes table.
func NewMulti64(table []uint64) *Multi64 {
	m := &Multi64{Offsets: make([]uint32, parts*buckets+1), Entries: make([]Entry64, parts*len(table))}
	for p := range parts {
		for _, h := range table {
			m.Offsets[p*buckets+int(uint16(h>>(p*partBits)))+1]++
		}
	}
	for i := 1; i < len(m.Offsets); i++ {
		m.Offsets[i] += m.Offsets[i-1]
	}
	next := slices.Clone(m.Offsets)
	for p := range parts {
		for i, h := range table {
			at := &next[p*buckets+int(uint16(h>>(p*partBits)))]
			m.Entries[*at] = Entry64{Hash: h, Index: uint32(i)}
			*at++
		}
	}
	return m
}

// Search appends what SearchFlat64 over the indexed table appends.
func (m *Multi64) Search(dst []Near, queries []uint64, radius int) []Near {
	from := len(dst)
	for q := range queries {
		dst = m.search(dst, uint16(q), queries[q], radius)
	}
	slices.SortFunc(dst[from:], byIndex)
	return dst
}

// search appends the hashes near to one query, in any order.
func (m *Multi64) search(dst []Near, number uint16, query uint64, radius int) []Near {
	if radius < 0 {
		return dst
	}
	// With radius = 4a+b, one of the first b+1 parts differs in at most a bits, or one of the others in at most a-1.
	a, b := radius/parts, radius%parts
	if a >= len(flipsUpTo) {
		for _, e := range m.Entries[:len(m.Entries)/parts] {
			if d := bits.OnesCount64(query ^ e.Hash); d <= radius {
				dst = append(dst, Near{Index: e.Index, Query: number, Dist: uint16(d)})
			}
		}
		return dst
	}
	var reach [parts]int
	for p := range reach {
		reach[p] = a
		if p > b {
			reach[p] = a - 1
		}
	}
	for p, r := range reach {
		if r < 0 {
			continue
		}
		key := uint16(query >> (p * partBits))
		for _, f := range flips[:flipsUpTo[r]] {
			bucket := p*buckets + int(key^f)
			for _, e := range m.Entries[m.Offsets[bucket]:m.Offsets[bucket+1]] {
				x := query ^ e.Hash
				if d := bits.OnesCount64(x); d <= radius && !seenBefore(x, p, &reach) {
					dst = append(dst, Near{Index: e.Index, Query: number, Dist: uint16(d)})
				}
			}
		}
	}
	return dst
}

// seenBefore reports whether a part before p finds the differing bits x as well.
func seenBefore(x uint64, p int, reach *[parts]int) bool {
	for s := range p {
		if bits.OnesCount16(uint16(x>>(s*partBits))) <= reach[s] {
			return true
		}
	}
	return false
}

// maxFlips is the most bits of a part that are flipped; a larger radius is searched flat.
const maxFlips = 4

// flips are the 16-bit words of up to maxFlips bits, by ascending count; flipsUpTo[n] is how many have at most n.
var flips, flipsUpTo = func() (words []uint16, upTo [maxFlips + 1]int) {
	for n := range upTo {
		for w := range 1 << partBits {
			if bits.OnesCount16(uint16(w)) == n {
				words = append(words, uint16(w))
			}
		}
		upTo[n] = len(words)
	}
	return words, upTo
}()
