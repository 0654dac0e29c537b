package feed

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"strconv"
	"strings"

	"lookalike/corpora"
)

// Partition is part I of N (1-based) of a source: the listings whose id falls to it by hash, so that a part stays the same
// when the source is written in another order, and the parts together are the whole. A record without an id falls by its
// origin and row.
type Partition struct {
	Source corpora.Source[corpora.Listing]
	I, N   int
}

// ParsePartition reads "2/8".
func ParsePartition(s string) (i, n int, err error) {
	a, b, ok := strings.Cut(s, "/")
	i, err1 := strconv.Atoi(a)
	n, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || i < 1 || n < i {
		return 0, 0, fmt.Errorf("not a partition: %q (want I/N with I from 1 to N)", s)
	}
	return i, n, nil
}

// All streams the listings of the part.
func (p Partition) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for l, err := range p.Source.All(ctx) {
			if p.holds(&l) && !yield(l, err) {
				return
			}
		}
	}
}

func (p Partition) holds(l *corpora.Listing) bool {
	h := fnv.New64a()
	h.Write([]byte(l.ID))
	if l.ID == "" {
		fmt.Fprintf(h, "%s\x00%d", l.Origin, l.Row)
	}
	x := h.Sum64()
	x ^= x >> 33 // FNV leaves its low bits weak
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x%uint64(p.N) == uint64(p.I-1)
}
