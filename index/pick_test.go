package index_test

import (
	"testing"

	"lookalike/corpora"
	"lookalike/index"
)

// TestPick holds that listings are found again by the key under which they were put, that a listing under a chosen key
// replaces none of the same id, and that keys of nothing are left out.
func TestPick(t *testing.T) {
	x, err := index.Open(t.TempDir(), index.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	one := corpora.Listing{ID: "1", Title: "One bowl", Prepared: []corpora.Blob{{Kind: "text", Version: 1, Data: []byte("x")}}}
	other := corpora.Listing{ID: "1", Title: "Another bowl"}
	key := index.KeyOf("watch", &one)
	second := key.Second(index.ContentOf(&other))
	k := x.Keeper(index.KeepOptions{Source: "watch"})
	for key, l := range map[index.Key]*corpora.Listing{key: &one, second: &other} {
		if err := k.PutAs(t.Context(), key, l); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	got := map[index.Key]corpora.Listing{}
	for p, err := range x.Pick(t.Context(), []index.Key{second, {1}, key}) {
		if err != nil {
			t.Fatal(err)
		}
		got[p.Key] = p.Listing
	}
	if len(got) != 2 || got[key].Title != "One bowl" || got[second].Title != "Another bowl" || len(got[key].Prepared) != 1 {
		t.Errorf("%+v", got)
	}
}
