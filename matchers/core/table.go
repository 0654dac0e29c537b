package core

import (
	"math/bits"
)

// Table maps 64-bit keys to marks. It holds no keys: an entry is a mark and as many bits of the key's hash as 32 leave, so
// that a look-up finds every mark stored under a key and now and then another.
type Table struct {
	Buckets []uint32 // bucket b is Entries[Buckets[b]:Buckets[b+1]]
	Entries []uint32 // hash bits above, mark in the low IDBits
	Notes   []uint16 // of the caller's, for each entry; empty when it wants none
	Filter  []uint64 // a Bloom filter, all bits of one key in one word
	IDBits  uint32
}

const (
	bucketSize    = 6  // entries of a bucket, on average
	filterPerKey  = 12 // bits
	maxTableMarks = 1 << 28
)

// BuildTable makes a table of the keys that each yields, with notes or without. It calls each three times, which must yield
// the same every time. The same keys give the same table.
func BuildTable(marks int, notes bool, each func(yield func(key uint64, mark uint32, note uint16))) *Table {
	keys := 0
	each(func(uint64, uint32, uint16) { keys++ })
	t := &Table{
		Buckets: make([]uint32, max(1, keys/bucketSize)+1),
		Entries: make([]uint32, keys),
		Filter:  make([]uint64, max(1, keys*filterPerKey/64)),
		IDBits:  uint32(bits.Len32(uint32(max(marks, 2) - 1))),
	}
	if notes {
		t.Notes = make([]uint16, keys)
	}
	// Buckets first counts, then holds the next free place of each bucket, which ends as the start of the next one.
	next := t.Buckets[1:]
	each(func(key uint64, _ uint32, _ uint16) {
		h := mix(key)
		next[reduce(h, len(next))]++
		w, m := filterBits(h, len(t.Filter))
		t.Filter[w] |= m
	})
	sum := uint32(0)
	for i, n := range next {
		next[i] = sum
		sum += n
	}
	each(func(key uint64, mark uint32, note uint16) {
		h := mix(key)
		p := &next[reduce(h, len(next))]
		t.Entries[*p] = t.entry(h) | mark
		if notes {
			t.Notes[*p] = note
		}
		*p++
	})
	return t
}

// mix spreads a key over 64 bits.
func mix(key uint64) uint64 {
	key = (key ^ key>>32) * 0xd6e8feb86659fd93
	key = (key ^ key>>32) * 0xd6e8feb86659fd93
	return key ^ key>>32
}

// reduce maps a hash to 0..n-1 by its high bits.
func reduce(h uint64, n int) int {
	hi, _ := bits.Mul64(h, uint64(n))
	return int(hi)
}

// filterBits returns the word of a hash in a filter of n words, and the four bits that it sets there.
func filterBits(h uint64, n int) (word int, mask uint64) {
	return reduce(h, n), 1<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63)
}

// entry returns the bits of a hash that an entry keeps.
func (t *Table) entry(h uint64) uint32 { return uint32(h>>8) &^ (1<<t.IDBits - 1) }

// Valid reports whether the parts of t fit together as far as look-ups rely on it.
func (t *Table) Valid() bool {
	return len(t.Buckets) >= 2 && len(t.Filter) >= 1 && t.IDBits >= 1 && t.IDBits <= 28 && (len(t.Notes) == 0 || len(t.Notes) == len(t.Entries))
}

// maybe returns 1 when the hash of a key is perhaps in the table, else 0. It has no branch: most keys fail, but not so many
// that a branch is foretold well.
func (t *Table) maybe(h uint64) int {
	w, m := filterBits(h, len(t.Filter))
	lacks := m &^ t.Filter[w]
	return int((lacks|-lacks)>>63 ^ 1)
}

// bucket returns where in Entries those of a hash are, nowhere when the table is damaged.
func (t *Table) bucket(h uint64) (lo, hi uint32) {
	b := reduce(h, len(t.Buckets)-1)
	lo, hi = t.Buckets[b], t.Buckets[b+1]
	if lo > hi || int(hi) > len(t.Entries) {
		return 0, 0
	}
	return lo, hi
}

// Query is a key that is perhaps in a table.
type Query struct {
	Tag    uint64 // of the caller's
	hash   uint64
	lo, hi uint32 // its bucket, once located
}

// Ask appends the query of a key unless the key is certainly not in the table. Many keys are asked for, then located, then
// answered one by one: the waits for memory overlap within each step.
func (t *Table) Ask(dst []Query, key, tag uint64) []Query {
	h := mix(key)
	n := len(dst)
	return append(dst, Query{Tag: tag, hash: h})[:n+t.maybe(h)]
}

// Locate finds the buckets of queries and reads their beginnings, so that they are at hand. What it returns means nothing.
func (t *Table) Locate(queries []Query) (read uint32) {
	for i := range queries {
		q := &queries[i]
		q.lo, q.hi = t.bucket(q.hash)
	}
	for i := range queries {
		if q := &queries[i]; q.lo < q.hi {
			read ^= t.Entries[q.lo]
			if len(t.Notes) > 0 {
				read ^= uint32(t.Notes[q.lo])
			}
		}
	}
	return read
}

// Answer appends the marks stored under the key of a located query, and now and then others, to dst.
func (t *Table) Answer(q *Query, dst []uint32) []uint32 {
	low := uint32(1)<<t.IDBits - 1
	want := t.entry(q.hash)
	for _, e := range t.Entries[q.lo:q.hi] {
		if e&^low == want {
			dst = append(dst, e&low)
		}
	}
	return dst
}

// Find is Ask, Locate and Answer for one key.
func (t *Table) Find(key uint64, dst []uint32) []uint32 {
	q := Query{hash: mix(key)}
	if t.maybe(q.hash) == 0 {
		return dst
	}
	q.lo, q.hi = t.bucket(q.hash)
	return t.Answer(&q, dst)
}
