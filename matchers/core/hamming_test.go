package core

import (
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

func TestSearchBlocksEqualsFlat(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 7, 8, 9, 64, 203} {
		table := nearTable(r, n)
		queries := append(nearTable(r, 3), table[:min(n, 5)]...)
		for _, radius := range []int{0, 31, 67, 128, 256} {
			want := SearchFlat(nil, queries, table, radius)
			got := SearchBlocks(nil, queries, PackBlocks(table), n, radius)
			if !slices.Equal(got, want) {
				t.Fatalf("n %d radius %d: %d entries, want %d", n, radius, len(got), len(want))
			}
			if n > 4 && radius == 67 && len(want) <= 5 {
				t.Fatalf("n %d: the table has no near pairs to find", n)
			}
		}
	}
}
