package core

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// nearTable returns n random hashes, every third of them a few flipped bits away from an earlier one.
func nearTable(r *rand.Rand, n int) []Hash256 {
	table := make([]Hash256, n)
	for i := range table {
		for w := range table[i] {
			table[i][w] = r.Uint64()
		}
		if i%3 == 2 {
			table[i] = table[r.IntN(i)]
			for range r.IntN(90) {
				b := r.IntN(256)
				table[i][b/64] ^= 1 << (b % 64)
			}
		}
	}
	return table
}

func TestDistance256(t *testing.T) {
	var a Hash256
	for i := range 256 {
		b := a
		b[i/64] |= 1 << (i % 64)
		if d := Distance256(&a, &b); d != 1 {
			t.Fatalf("bit %d: distance %d, want 1", i, d)
		}
	}
	full := Hash256{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
	if d := Distance256(&a, &full); d != 256 {
		t.Fatalf("complement: distance %d, want 256", d)
	}
}

// levels returns the levels that this machine can run.
func levels() (all []level) {
	for l := plain; l <= simd; l++ {
		all = append(all, l)
	}
	return all
}

func TestBlocksKeepHashes(t *testing.T) {
	table := nearTable(rand.New(rand.NewPCG(5, 6)), 2*BlockLen+3)
	blocks := PackBlocks(table)
	for i, want := range table {
		if got := blocks[i/BlockLen].Hash(i % BlockLen); got != want {
			t.Errorf("hash %d is %v, want %v", i, got, want)
		}
	}
}

func TestSearchBlocksEqualsFlat(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 7, 8, 9, 64, 203, 512, 513, 1100} {
		table := nearTable(r, n)
		for _, more := range []int{0, 3, 33, 70} {
			queries := append(nearTable(r, more), table[:min(n, 5)]...)
			for _, radius := range []int{-1, 0, 31, 67, 128, 255, 256, 300} {
				if radius > 67 && n > 70 {
					continue
				}
				want := SearchFlat(nil, queries, table, radius)
				for _, l := range levels() {
					got := search(nil, queries, PackBlocks(table), n, radius, l)
					if !slices.Equal(got, want) {
						t.Fatalf("n %d, %d queries, radius %d, level %d: %d entries, want %d", n, len(queries), radius, l, len(got), len(want))
					}
				}
				if n > 64 && radius == 67 && len(want) <= 5 {
					t.Fatalf("n %d: the table has no near pairs to find", n)
				}
			}
		}
	}
}

// FuzzSearchBlocks holds every level to the plain reference.
func FuzzSearchBlocks(f *testing.F) {
	f.Add(make([]byte, 96), 67)
	f.Add([]byte("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), 0)
	f.Fuzz(func(t *testing.T, b []byte, radius int) {
		var table []Hash256
		for ; len(b) >= 32; b = b[32:] {
			var h Hash256
			for w := range h {
				h[w] = binary.LittleEndian.Uint64(b[8*w:])
			}
			table = append(table, h)
		}
		queries := table[:min(len(table), 40)]
		want := SearchFlat(nil, queries, table, radius)
		for _, l := range levels() {
			if got := search(nil, queries, PackBlocks(table), len(table), radius, l); !slices.Equal(got, want) {
				t.Fatalf("level %d: %v, want %v", l, got, want)
			}
		}
	})
}

func TestSearchBlocksAllocatesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	table := nearTable(r, 600)
	blocks, dst := PackBlocks(table), make([]Near, 0, 4096)
	for _, l := range levels() {
		if n := testing.AllocsPerRun(5, func() { dst = search(dst[:0], table[:24], blocks, len(table), 67, l) }); n > 0 {
			t.Errorf("level %d: %v allocations", l, n)
		}
	}
}

// BenchmarkSearchBlocks searches for 16 queries among a million random hashes; the rate is per query.
func BenchmarkSearchBlocks(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	const n, q = 1_000_000, 16
	table := make([]Hash256, n)
	for i := range table {
		table[i] = Hash256{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
	}
	blocks := PackBlocks(table)
	for _, l := range levels() {
		for _, radius := range []int{31, 67} {
			b.Run(fmt.Sprintf("%s/r=%d", [...]string{"plain", "avx2", "avx512"}[l], radius), func(b *testing.B) {
				dst := make([]Near, 0, 4096)
				for b.Loop() {
					dst = search(dst[:0], table[:q], blocks, n, radius, l)
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/q, "µs/query")
			})
		}
	}
	b.Run("flat/r=67", func(b *testing.B) {
		dst := make([]Near, 0, 4096)
		for b.Loop() {
			dst = SearchFlat(dst[:0], table[:q], table, 67)
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/q, "µs/query")
	})
}
