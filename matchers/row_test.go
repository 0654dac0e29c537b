package matchers

import (
	"testing"

	"lookalike/corpora"
)

// FuzzGoodsOf holds the reading of the goods alone to that of the whole row: what decodeRow takes has the same goods, and
// nothing makes either read beyond the row.
func FuzzGoodsOf(f *testing.F) {
	f.Add(appendRow(nil, &corpora.Right{ID: "a", Text: "Fonvira", Owner: "An owner", Number: "1", Goods: "shoes; hats", Link: "x"}, -1))
	f.Add(appendRow(nil, &corpora.Right{}, 0))
	f.Add([]byte{5, 'a'})
	f.Fuzz(func(t *testing.T, b []byte) {
		goods, ok := goodsOf(b)
		r, err := decodeRow(b, []string{"register"})
		if err == nil && (!ok || string(goods) != r.Goods) {
			t.Fatalf("%x: goods %q, %v, want %q", b, goods, ok, r.Goods)
		}
	})
}
