package image

import (
	"math/bits"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/corona10/goimagehash"

	"lookalike/corpora/snapshot"
	"lookalike/matchers/core"
)

// written returns an opened snapshot of the builder's sections, changed by edit.
func written(t *testing.T, b *Builder, edit func(name string, data []byte) []byte) *snapshot.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	whole := filepath.Join(t.TempDir(), "b.lkc")
	v, err := snapshot.Create(whole)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Abort()
	if err := b.Finish(v); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Commit(); err != nil {
		t.Fatal(err)
	}
	from, err := snapshot.Open(whole)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	for _, s := range from.Sections() {
		if data := edit(s.Name, slices.Clone(from.Section(s.Name))); data != nil {
			if err := w.Put(s.Name, data); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// manyHashes returns a builder of n pictures of which nothing but the 64-bit hash is known: some near to others, some 0.
func manyHashes(k *Kind, n int) *Builder {
	r := rand.New(rand.NewPCG(21, 22))
	b := &Builder{kind: k, pictures: make([]pictureRow, n)}
	for i := range b.pictures {
		h := r.Uint64() &^ (1 << 63)
		switch {
		case i%50 == 1:
			h = b.pictures[i-1].PHash ^ 1<<r.IntN(63) ^ 1<<r.IntN(63)
		case i%50 == 2:
			h = 0
		}
		b.pictures[i] = pictureRow{Sign: uint32(3 * i), PHash: h}
	}
	return b
}

// TestNearPHash holds the search to a loop over the rows: with the index and without, and in corpora of earlier builds.
func TestNearPHash(t *testing.T) {
	k := New(Options{})
	asIs := func(_ string, data []byte) []byte { return data }
	earlier := func(name string, data []byte) []byte {
		if name == sectionPHashes || name == sectionBuckets || name == sectionPrints || name == sectionPlaces {
			return nil
		}
		return data
	}
	for _, c := range []struct {
		n       int
		edit    func(string, []byte) []byte
		indexed bool
	}{{60, asIs, false}, {20_000, asIs, true}, {20_000, earlier, false}} {
		b := manyHashes(k, c.n)
		m, err := open(k, written(t, b, c.edit))
		if err != nil {
			t.Fatal(err)
		}
		if m.phashes.Indexed(8) != c.indexed {
			t.Errorf("%d pictures: indexed %v", c.n, m.phashes.Indexed(8))
		}
		for _, at := range []int{0, 1, 2, 51, 59} {
			for _, radius := range []int{0, 8, 30} {
				hash, found := b.pictures[at].PHash, 0
				got := m.NearPHash(nil, hash, radius)
				for _, p := range b.pictures {
					if d := bits.OnesCount64(p.PHash ^ hash); p.PHash != 0 && d <= min(radius, 16) {
						found++
						if !slices.Contains(got, PHashMatch{p.Sign, d}) {
							t.Errorf("%d pictures, radius %d: sign %d at %d bits is missing", c.n, radius, p.Sign, d)
						}
					}
				}
				if found != len(got) || at < 2 && found == 0 {
					t.Errorf("%d pictures, radius %d: %d found, want %d", c.n, radius, len(got), found)
				}
			}
		}
	}
}

// TestPHashOfFile finds the right by the hash that goimagehash writes of another copy.
func TestPHashOfFile(t *testing.T) {
	k := New(Options{})
	m := corpus(t, k, work(t, scene(31, 300, 300)), work(t, scene(32, 300, 300))).(*Matcher)
	h, err := goimagehash.PerceptionHash(scene(32, 500, 500))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := ParsePHash(h.ToString())
	if err != nil {
		t.Fatal(err)
	}
	if got := m.NearPHash(nil, hash, 8); len(got) != 1 || got[0].Sign != 11 {
		t.Errorf("found %v, want sign 11", got)
	}
	for _, s := range []string{"", "p:", "a:8f373714acfcf4d0", "p:8f37", "p:8f373714acfcf4d08f373714acfcf4d0", "8f373714acfcf4d0"} {
		if _, err := ParsePHash(s); err == nil {
			t.Errorf("%q: read", s)
		}
	}
}

// TestPHashSectionsDamaged opens corpora whose sections are cut, missing or changed: they are refused, or searched without
// leaving the tables.
func TestPHashSectionsDamaged(t *testing.T) {
	k := New(Options{})
	b := manyHashes(k, 20_000)
	r := rand.New(rand.NewPCG(23, 24))
	for _, section := range []string{sectionPHashes, sectionBuckets, sectionPrints, sectionPlaces} {
		for _, damage := range []struct {
			name    string
			refused bool
			edit    func(data []byte) []byte
		}{
			{"missing", true, func([]byte) []byte { return nil }},
			{"cut", true, func(d []byte) []byte { return d[:len(d)-8] }},
			{"longer", true, func(d []byte) []byte { return append(d, make([]byte, 8)...) }},
			{"changed", section == sectionBuckets, func(d []byte) []byte {
				for range 2000 {
					d[r.IntN(len(d))] ^= 0xff
				}
				return d
			}},
		} {
			m, err := open(k, written(t, b, func(name string, data []byte) []byte {
				if name == section {
					return damage.edit(data)
				}
				return data
			}))
			if (err != nil) != damage.refused {
				t.Errorf("%s %s: %v", section, damage.name, err)
			}
			if err != nil {
				continue
			}
			for i := range 200 {
				m.NearPHash(nil, b.pictures[i].PHash, 8)
			}
		}
	}
}

// BenchmarkPrefilter shows what a filter by 64 bits saves at best before a search by 256 bits.
func BenchmarkPrefilter(b *testing.B) {
	r := rand.New(rand.NewPCG(25, 26))
	const n, q = 1_000_000, 16
	short, long := make([]uint64, n), make([]hash, n)
	for i := range short {
		short[i], long[i] = r.Uint64(), hash{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
	}
	blocks, near := core.PackBlocks(long), make([]core.Near, 0, 1<<20)
	b.Run("256", func(b *testing.B) {
		for b.Loop() {
			near = core.SearchBlocks(near[:0], long[:q], blocks, n, radiusWhole)
		}
	})
	b.Run("64", func(b *testing.B) {
		for b.Loop() {
			near = core.Search64(near[:0], short[:q], short, 16)
		}
	})
}
