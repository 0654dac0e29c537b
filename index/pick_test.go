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

// TestRemove holds that removed listings are nowhere any more, also after the inverted index was made again, and that the
// others are where they were.
func TestRemove(t *testing.T) {
	dir := t.TempDir()
	x, err := index.Open(dir, index.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	k := x.Keeper(index.KeepOptions{Source: "watch"})
	var keys []index.Key
	for _, id := range []string{"1", "2", "3"} {
		l := &corpora.Listing{ID: id, Title: "Quobble bowl", Prepared: []corpora.Blob{{Kind: "text", Version: 1, Data: []byte("x")}}}
		keys = append(keys, index.KeyOf("watch", l))
		if err := k.Put(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := x.Remove([]index.Key{keys[1], {9}}); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if n, err := x.Remove(keys[1:2]); err != nil || n != 0 {
		t.Error(n, err)
	}
	check := func(name string) {
		t.Helper()
		info, err := x.Info()
		if err != nil || info.Listings != 2 || info.Prepared["text 1"] != 2 {
			t.Errorf("%s: %+v %v", name, info, err)
		}
		found, err := x.Search(t.Context(), index.Query{Words: "quobble"}, 10)
		if err != nil || found.Total != 2 {
			t.Errorf("%s: found %d, %v", name, found.Total, err)
		}
		n := 0
		for l, err := range x.All().All(t.Context()) {
			if err != nil || l.ID == "2" {
				t.Errorf("%s: %s %v", name, l.ID, err)
			}
			n++
		}
		if n != 2 {
			t.Errorf("%s: %d listings", name, n)
		}
	}
	check("removed")
	if err := x.Rebuild(nil); err != nil {
		t.Fatal(err)
	}
	check("made again")
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if x, err = index.Open(dir, index.Options{}); err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	check("opened again")
}
