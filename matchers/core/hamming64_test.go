package core

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// nearTable64 is the first words of nearTable.
func nearTable64(r *rand.Rand, n int) []uint64 {
	table := make([]uint64, n)
	for i := range table {
		table[i] = r.Uint64()
		if i%3 == 2 {
			table[i] = table[r.IntN(i)]
			for range r.IntN(24) {
				table[i] ^= 1 << r.IntN(64)
			}
		}
	}
	return table
}

// check64 holds every way of searching to the plain reference.
func check64(t *testing.T, queries, table []uint64, radius int) int {
	t.Helper()
	want := SearchFlat64(nil, queries, table, radius)
	for _, l := range levels() {
		if got := search64(nil, queries, table, radius, l); !slices.Equal(got, want) {
			t.Fatalf("%d hashes, %d queries, radius %d, level %d: %d entries, want %d", len(table), len(queries), radius, l, len(got), len(want))
		}
	}
	m := NewMulti64(table)
	if err := m.Check(len(table)); err != nil {
		t.Fatal(err)
	}
	if got := m.Search(nil, queries, table, radius); !slices.Equal(got, want) {
		t.Fatalf("%d hashes, %d queries, radius %d, multi-index: %d entries, want %d", len(table), len(queries), radius, len(got), len(want))
	}
	return len(want)
}

func TestSearch64(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{0, 1, 7, 8, 9, 511, 512, 513, 1030} {
		table := nearTable64(r, n)
		queries := append(nearTable64(r, 4), table[:min(n, 4)]...)
		for _, radius := range []int{-1, 0, 1, 2, 3, 4, 7, 8, 12, 19, 20, 24, 63, 64, 80} {
			if found := check64(t, queries, table, radius); n > 500 && radius == 12 && found < 6 {
				t.Errorf("%d hashes: the table has no near pairs to find", n)
			}
		}
	}
	table := nearTable64(r, 100)
	check64(t, nearTable64(r, 70), table, 20)
}

func FuzzSearch64(f *testing.F) {
	f.Add([]byte("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), 8)
	f.Fuzz(func(t *testing.T, b []byte, radius int) {
		var table []uint64
		for ; len(b) >= 8 && len(table) < 600; b = b[8:] {
			table = append(table, binary.LittleEndian.Uint64(b))
		}
		check64(t, table[:min(len(table), 3)], table, radius)
	})
}

// BenchmarkSearch64 searches among a million random hashes; loop is the distance loop of goimagehash: a call per hash that
// checks kinds and counts bits of the difference.
func BenchmarkSearch64(b *testing.B) {
	r := rand.New(rand.NewPCG(9, 10))
	const n, q = 1_000_000, 16
	table := make([]uint64, n)
	for i := range table {
		table[i] = r.Uint64()
	}
	run := func(name string, queries int, f func([]Near) []Near) {
		b.Run(name, func(b *testing.B) {
			dst := make([]Near, 0, 4096)
			for b.Loop() {
				dst = f(dst[:0])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(b.N)/float64(queries), "µs/query")
		})
	}
	for _, l := range levels() {
		run(fmt.Sprintf("%s/r=8", [...]string{"plain", "avx2", "avx512"}[l]), q, func(dst []Near) []Near {
			return search64(dst, table[:q], table, 8, l)
		})
	}
	m := NewMulti64(table)
	for _, radius := range []int{8, 10, 12} {
		run(fmt.Sprintf("multi/r=%d", radius), q, func(dst []Near) []Near { return m.Search(dst, table[:q], table, radius) })
	}
	run("loop/r=8", 1, func(dst []Near) []Near {
		for i := range table {
			if d, err := distanceLikeGoimagehash(&imageHash{table[0], 2}, &imageHash{table[i], 2}); err == nil && d <= 8 {
				dst = append(dst, Near{Index: uint32(i)})
			}
		}
		return dst
	})
}

// imageHash and the function below do what (*goimagehash.ImageHash).Distance does: this package imports no module.
type imageHash struct {
	hash uint64
	kind int
}

//go:noinline
func distanceLikeGoimagehash(a, b *imageHash) (int, error) {
	if a.kind != b.kind {
		return -1, fmt.Errorf("kinds %d and %d", a.kind, b.kind)
	}
	return bits.OnesCount64(a.hash ^ b.hash), nil
}
