package core

import (
	"fmt"
	"math/bits"
	"slices"
)

// The parts of a hash in a Multi64.
const (
	parts    = 4
	partBits = 16
	buckets  = 1 << partBits
)

// Multi64 finds 64-bit hashes within a small radius without looking at most of them (multi-index hashing: Norouzi, Punjani
// and Fleet, 2012). Each of four 16-bit parts has a table of buckets; hashes that differ in r bits differ in at most r/4 of
// one part. Beside each entry stand the next two parts of its hash, by which all but a few in a thousand are turned away: at a
// million hashes and radius 8 a query looks at 188 buckets of one cache line, and at some ten hashes.
//
// It takes 32 bytes per hash and 1 MB. The slices are flat and may lie in a mapped file; the zero value indexes nothing.
type Multi64 struct {
	Offsets []uint32 // parts·65,536+1: bucket b of part p begins at Offsets[p·65,536+b] and ends where the next begins
	Prints  []uint32 // parts for each hash: the two parts that follow the part of the bucket
	Index   []uint32 // in step with Prints: the place of the hash in the table, ascending within a bucket
}

// NewMulti64 indexes table.
func NewMulti64(table []uint64) Multi64 {
	n := parts * len(table)
	m := Multi64{Offsets: make([]uint32, parts*buckets+1), Prints: make([]uint32, n), Index: make([]uint32, n)}
	for p := range parts {
		for _, h := range table {
			m.Offsets[bucket(h, p)+1]++
		}
	}
	for i := 1; i < len(m.Offsets); i++ {
		m.Offsets[i] += m.Offsets[i-1]
	}
	next := slices.Clone(m.Offsets)
	for p := range parts {
		for i, h := range table {
			at := &next[bucket(h, p)]
			m.Prints[*at], m.Index[*at] = print64(h, p), uint32(i)
			*at++
		}
	}
	return m
}

// bucket returns the bucket of h in the table of part p.
func bucket(h uint64, p int) int { return p*buckets + int(uint16(h>>(p*partBits))) }

// print64 returns the two parts of h that follow part p.
func print64(h uint64, p int) uint32 { return uint32(bits.RotateLeft64(h, -(p+1)*partBits)) }

// Check reports whether m can be searched together with a table of n hashes. What it costs does not depend on n: places are
// looked at when they are used.
func (m *Multi64) Check(n int) error {
	if len(m.Offsets) != parts*buckets+1 || len(m.Prints) != parts*n || len(m.Index) != parts*n {
		return fmt.Errorf("multi-index of %d buckets and %d entries for %d hashes", len(m.Offsets), len(m.Prints), n)
	}
	for i := 1; i < len(m.Offsets); i++ {
		if m.Offsets[i] < m.Offsets[i-1] {
			return fmt.Errorf("multi-index: bucket %d ends before it begins", i-1)
		}
	}
	if first, last := m.Offsets[0], m.Offsets[parts*buckets]; first != 0 || int(last) != parts*n {
		return fmt.Errorf("multi-index: buckets hold entries %d to %d of %d", first, last, parts*n)
	}
	return nil
}

// Search appends what SearchFlat64 over table, which is the one that was indexed, appends. Entries whose place lies outside of
// the table are passed over.
func (m *Multi64) Search(dst []Near, queries, table []uint64, radius int) []Near {
	if radius < 0 {
		return dst
	}
	if radius/parts >= len(flipsUpTo) {
		return Search64(dst, queries, table, radius)
	}
	from := len(dst)
	for q := range queries {
		dst = m.search(dst, uint16(q), queries[q], table, radius)
	}
	slices.SortFunc(dst[from:], byIndex)
	return dst
}

// search appends the hashes near to one query, in any order.
func (m *Multi64) search(dst []Near, number uint16, query uint64, table []uint64, radius int) []Near {
	// With radius = 4a+b, one of the first b+1 parts differs in at most a bits, or one of the others in at most a-1.
	reach := [parts]int{}
	for p := range reach {
		reach[p] = radius / parts
		if p > radius%parts {
			reach[p]--
		}
	}
	for p, most := range reach {
		for flipped := 0; flipped <= most; flipped++ {
			from := 0
			if flipped > 0 {
				from = flipsUpTo[flipped-1]
			}
			for words := range slices.Chunk(flips[from:flipsUpTo[flipped]], spanGroup) {
				dst = m.scan(dst, number, query, table, radius, part{p, flipped, words, &reach})
			}
		}
	}
	return dst
}

// part says which buckets are scanned: of one part of the hash, with a number of its bits flipped in each of the given ways.
type part struct {
	number  int
	flipped int
	words   []uint16
	reach   *[parts]int
}

// span is the entries of a bucket that is not empty.
type span struct{ low, high, first uint32 }

// spanGroup is how many buckets are asked for before the first is looked at: the memory answers them together.
const spanGroup = 64

// scan appends the hashes near to the query that the buckets of a part hold.
func (m *Multi64) scan(dst []Near, number uint16, query uint64, table []uint64, radius int, in part) []Near {
	var spans [spanGroup]span
	n := 0
	key, print := bucket(query, in.number), print64(query, in.number)
	for _, f := range in.words {
		b := key ^ int(f)
		if low, high := m.Offsets[b], m.Offsets[b+1]; low < high {
			spans[n] = span{low, high, m.Prints[low]}
			n++
		}
	}
	for i := range spans[:n] {
		s := &spans[i]
		for at, v := s.low, s.first; ; v = m.Prints[at] {
			if bits.OnesCount32(v^print) <= radius-in.flipped {
				if index := m.Index[at]; int(index) < len(table) {
					x := query ^ table[index]
					if d := bits.OnesCount64(x); d <= radius && !seenBefore(x, in.number, in.reach) {
						dst = append(dst, Near{Index: index, Query: number, Dist: uint16(d)})
					}
				}
			}
			if at++; at == s.high {
				break
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
