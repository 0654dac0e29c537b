package image

import (
	"math/bits"
	"math/rand/v2"
)

// Features of a corpus are looked up by sampled bits: two hashes that differ in d of 256 bits agree in k of them with
// probability (1−d/256)^k. A picture is a candidate when several of its features agree in one of the tables.

// lshTables is the number of tables. At 40 differing bits and keys of 12 bits a pair meets in one of eight with
// probability 0.69; a copy has a hundred such pairs.
const lshTables = 8

// lshBits returns the bits of a key for n features: buckets of about 16.
func lshBits(n int) int { return max(6, min(16, bits.Len(uint(n))-4)) }

// lshKeys is the sampled bits of each table.
type lshKeys [lshTables][16]uint8

// newLSHKeys returns the keys. No bit is sampled by two tables.
func newLSHKeys() *lshKeys {
	order := rand.New(rand.NewPCG(0x15a, 8)).Perm(256)
	k := new(lshKeys)
	for t := range k {
		for i := range k[t] {
			k[t][i] = uint8(order[t*16+i])
		}
	}
	return k
}

// key returns the first n sampled bits of h in table t.
func (k *lshKeys) key(h *hash, t, n int) (key uint32) {
	for _, b := range k[t][:n] {
		key = key<<1 | uint32(h[b/64]>>(b%64)&1)
	}
	return key
}

// lsh holds the tables as flat slices. Bucket b of table t is entries[offsets[i]:offsets[i+1]] with i = t·2ⁿ+b: indices of
// features in ascending order.
type lsh struct {
	bits    int
	offsets []uint32 // lshTables·2ⁿ+1
	entries []uint32 // lshTables per feature
}

// newLSH indexes the features.
func newLSH(k *lshKeys, features []hash) lsh {
	l := lsh{bits: lshBits(len(features))}
	buckets := 1 << l.bits
	l.offsets = make([]uint32, lshTables*buckets+1)
	l.entries = make([]uint32, lshTables*len(features))
	for t := range lshTables {
		counts := l.offsets[t*buckets+1 : (t+1)*buckets+1]
		for i := range features {
			counts[k.key(&features[i], t, l.bits)]++
		}
	}
	for i := 1; i < len(l.offsets); i++ {
		l.offsets[i] += l.offsets[i-1]
	}
	next := append([]uint32(nil), l.offsets...)
	for t := range lshTables {
		for i := range features {
			b := t*buckets + int(k.key(&features[i], t, l.bits))
			l.entries[next[b]] = uint32(i)
			next[b]++
		}
	}
	return l
}

// bucket returns the features that agree with h in table t.
func (l *lsh) bucket(k *lshKeys, h *hash, t int) []uint32 {
	b := t<<l.bits + int(k.key(h, t, l.bits))
	return l.entries[l.offsets[b]:l.offsets[b+1]]
}

// valid reports whether the tables fit together for n features.
func (l *lsh) valid(n int) bool {
	if len(l.entries) != lshTables*n || len(l.offsets) < 2 || (len(l.offsets)-1)%lshTables != 0 {
		return false
	}
	buckets := (len(l.offsets) - 1) / lshTables
	l.bits = bits.Len(uint(buckets)) - 1
	if buckets != 1<<l.bits || l.bits > 16 || l.offsets[0] != 0 || int(l.offsets[len(l.offsets)-1]) != len(l.entries) {
		return false
	}
	for i := 1; i < len(l.offsets); i++ {
		if l.offsets[i] < l.offsets[i-1] {
			return false
		}
	}
	for _, e := range l.entries {
		if int(e) >= n {
			return false
		}
	}
	return true
}
