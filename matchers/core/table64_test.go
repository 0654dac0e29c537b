package core

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTable64 holds a table to the plain reference on both sides of every limit at which its way of searching changes.
func TestTable64(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	indexed, flat := 0, 0
	for _, n := range []int{0, 1, minMulti - 1, minMulti, farMulti} {
		table := NewTable64(nearTable64(r, n))
		if err := table.Check(); err != nil {
			t.Fatal(err)
		}
		queries := append(nearTable64(r, 2), table.Hashes[:min(n, 3)]...)
		for _, radius := range []int{-1, 0, nearRadius, nearRadius + 1, farRadius, farRadius + 1, 64} {
			if radius == 64 && n > 1 {
				continue
			}
			if table.Indexed(radius) {
				indexed++
			} else {
				flat++
			}
			want := SearchFlat64(nil, queries, table.Hashes, radius)
			if got := table.Search(nil, queries, radius); !slices.Equal(got, want) {
				t.Errorf("%d hashes, radius %d: %d entries, want %d", n, radius, len(got), len(want))
			}
		}
	}
	if indexed == 0 || flat == 0 {
		t.Errorf("%d searches by index, %d flat: one way is not tried", indexed, flat)
	}
}

// FuzzMulti64 searches indexes of which words are changed: either they do not pass Check, or every entry found is one within
// the radius.
func FuzzMulti64(f *testing.F) {
	f.Add([]byte("0123456789abcdef0123456789abcdef"), uint32(3), uint32(1<<31), 8)
	f.Add([]byte("0123456789abcdef0123456789abcdef"), uint32(1<<18-7), uint32(2), 11)
	f.Fuzz(func(t *testing.T, b []byte, at, flip uint32, radius int) {
		var table []uint64
		for ; len(b) >= 8 && len(table) < 200; b = b[8:] {
			table = append(table, binary.LittleEndian.Uint64(b))
		}
		m := NewMulti64(table)
		for _, s := range [][]uint32{m.Offsets, m.Prints, m.Index} {
			if int(at) < len(s) {
				s[at] ^= flip
				break
			}
			at -= uint32(len(s))
		}
		if m.Check(len(table)) != nil {
			return
		}
		queries := table[:min(len(table), 3)]
		for _, n := range m.Search(nil, queries, table, radius) {
			if int(n.Dist) > radius || int(n.Index) >= len(table) {
				t.Fatalf("radius %d of %d hashes: %v", radius, len(table), n)
			}
		}
	})
}
