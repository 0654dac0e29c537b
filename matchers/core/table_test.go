package core

import (
	"slices"
	"testing"
)

// TestAsk asks for many keys at once and for each by itself.
func TestAsk(t *testing.T) {
	const marks = 5000
	key := func(i int) uint64 { return splitmix(uint64(i)) }
	table := BuildTable(marks, false, func(yield func(uint64, uint32, uint16)) {
		for i := range marks {
			yield(key(i), uint32(i), 0)
			yield(key(i/10), uint32(i), 0) // ten marks share a key
		}
	})
	var queries []Query
	for i := range 4 * marks {
		queries = table.Ask(queries, key(i), uint64(i))
	}
	if n := len(queries) - marks; n < 0 || n > marks/10 {
		t.Errorf("%d keys that are not in the table pass the filter, of %d", n, 3*marks)
	}
	table.Locate(queries)
	for i := range queries {
		q := &queries[i]
		got, want := table.Answer(q, nil), table.Find(key(int(q.Tag)), nil)
		if !slices.Equal(got, want) {
			t.Fatalf("key %d is answered by %v, found alone by %v", q.Tag, got, want)
		}
		if id := uint32(q.Tag); q.Tag < marks && !slices.Contains(got, id) {
			t.Fatalf("key %d gives %v", q.Tag, got)
		}
	}
}
