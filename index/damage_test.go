package index

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"lookalike/corpora"
)

// TestDamagedTruth changes and cuts the truth at random. Whatever is done with it then gives an answer or an error, never a
// panic.
func TestDamagedTruth(t *testing.T) {
	dir := t.TempDir()
	x := openNew(t, dir)
	var list []corpora.Listing
	for i := range 300 {
		l := whole()
		l.ID = strconv.Itoa(i)
		list = append(list, l)
	}
	keep(t, x, KeepOptions{}, list...)
	must(t, x.Close())
	file := filepath.Join(dir, truthFile)
	good, err := os.ReadFile(file)
	must(t, err)
	r := rand.New(rand.NewPCG(5, 6))
	opened := 0
	for range 50 {
		b := bytes.Clone(good)
		for range 1 + r.IntN(3) {
			at := r.IntN(len(b))
			for k := at; k < min(len(b), at+1+r.IntN(32)); k++ {
				b[k] = byte(r.Uint32())
			}
		}
		if r.IntN(4) == 0 {
			b = b[:r.IntN(len(b))]
		}
		must(t, os.WriteFile(file, b, 0o666))
		x, err := Open(dir, Options{})
		if err != nil {
			if errors.Is(err, ErrLocked) {
				t.Fatal("a damaged file stays locked")
			}
			continue
		}
		opened++
		for range x.All().All(t.Context()) {
			continue
		}
		_, _ = x.Search(t.Context(), Query{Words: "zorvane"}, 5)
		k := x.Keeper(KeepOptions{})
		for i := range list {
			list[i].Price = strconv.Itoa(opened)
			if k.Put(t.Context(), &list[i]) != nil {
				break
			}
		}
		_ = k.Close()
		_ = x.Close()
	}
	if opened == 0 {
		t.Error("no damaged file opens: the test has lost its point")
	}
}
