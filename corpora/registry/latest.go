package registry

import (
	"context"
	"hash/maphash"
	"iter"

	"lookalike/corpora"
)

// Latest returns the rights of a stream of whole records, such as the daily files of an office in their order: of the
// records of one id the last counts, in its place, and none when it says that the right is gone. It reads src twice.
// Records that are errors are passed on.
func Latest(src corpora.Source[corpora.Right]) corpora.Source[corpora.Right] { return latest{src} }

type latest struct{ src corpora.Source[corpora.Right] }

func (l latest) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		seed, last, n := maphash.MakeSeed(), map[uint64]int{}, 0
		for r, err := range l.src.All(ctx) {
			if err == nil {
				last[maphash.String(seed, r.ID)] = n
			}
			n++
		}
		n = 0
		for r, err := range l.src.All(ctx) {
			keep := err != nil || last[maphash.String(seed, r.ID)] == n && !r.Gone
			if n++; keep && !yield(r, err) {
				return
			}
		}
	}
}
