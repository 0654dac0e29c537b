package core

// Table64 is hashes of 64 bits with what finds near ones among them. Its slices are flat and may lie in a mapped file.
type Table64 struct {
	Hashes []uint64
	Multi  Multi64 // empty for a table of few hashes
}

// NewTable64 returns the table of the hashes, with a multi-index when one pays at any radius that it serves.
func NewTable64(hashes []uint64) Table64 {
	t := Table64{Hashes: hashes}
	if len(hashes) >= minMulti {
		t.Multi = NewMulti64(hashes)
	}
	return t
}

// minMulti is the least number of hashes that are indexed: from there on the index, 32 bytes a hash and 1 MB, is twice as fast
// as a flat search at a radius of 8 and more below.
const minMulti = 20_000

// The largest radius at which a multi-index is asked, of tables of up to farMulti hashes and of larger ones.
const (
	nearRadius = 8
	farRadius  = 10
	farMulti   = 100_000
)

// multiPays reports whether a multi-index of n hashes is faster than a flat search. Microseconds per query of a batch of 8,
// random hashes, flat by AVX-512 and multi-index, least of three runs each:
//
//	hashes      radius 4     radius 8     radius 10    radius 12     radius 16
//	    1,000   0.50  0.39   0.50  1.07   0.53  1.89   0.51   4.2    0.61    23
//	   10,000   1.31  0.41   1.33  1.29   1.55  3.07   1.40   6.1    1.37    31
//	  100,000   7.97  0.55   7.51  2.65   7.60  4.81   7.47  16.3    9.74   202
//	1,000,000   89.6  2.02   74.7  8.41   80.4  25.3   85.6   284     103  2480
//
// Without AVX-512 the flat search takes two to ten times as long, and an index that pays here pays there.
//
// There is no such choice for hashes of 256 bits and a radius of 61 or 67: with 16 parts of 16 bits the buckets within three or
// four bits of a part hold 28 entries for every 100 hashes, whatever their number, each a jump in memory. The flat search passes
// a hash in 0.2 ns.
func multiPays(n, radius int) bool {
	return n >= minMulti && radius <= nearRadius || n >= farMulti && radius <= farRadius
}

// Check reports whether the parts of a table that was read from a file belong together. What it costs does not depend on the
// number of hashes.
func (t *Table64) Check() error {
	if len(t.Multi.Offsets)+len(t.Multi.Prints)+len(t.Multi.Index) == 0 {
		return nil
	}
	return t.Multi.Check(len(t.Hashes))
}

// Indexed reports whether Search looks into the multi-index for hashes within the radius.
func (t *Table64) Indexed(radius int) bool {
	return len(t.Multi.Offsets) > 0 && multiPays(len(t.Hashes), radius)
}

// Search appends what SearchFlat64 over the hashes appends, in the way that is fastest at their number and the radius.
func (t *Table64) Search(dst []Near, queries []uint64, radius int) []Near {
	if t.Indexed(radius) {
		return t.Multi.Search(dst, queries, t.Hashes, radius)
	}
	return Search64(dst, queries, t.Hashes, radius)
}
