package imagebench

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/corona10/goimagehash"

	"lookalike/benchmarks/eval/pictures"
	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/core"
	imagekind "lookalike/matchers/image"
)

// milliseconds and microseconds of a duration.
func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
func microseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// file measures reading and hashing. Ours is all that the default lanes need of a picture: 16 hashes of the whole and of
// what lies inside its borders, the cells of a collage, the descriptor of its ink, and the hash of the file.
func (b *bench) file() error {
	file, err := jpegFile(1)
	if err != nil {
		return err
	}
	b.heading("one baseline JPEG file of 800×800 pixels, %d bytes", len(file))
	peer, err := b.timed(func() error {
		m, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			return err
		}
		_, err = goimagehash.PerceptionHash(m)
		return err
	})
	if err != nil {
		return err
	}
	b.row("image/jpeg and pHash of goimagehash", milliseconds(peer), "ms")
	n := uint32(0)
	k := imagekind.New(imagekind.Options{Remember: 1})
	f := k.New()
	another := stamped(file, 0)
	ours, err := b.timed(func() error {
		n++
		stamp(another, n)
		l := corpora.Listing{Images: []corpora.Image{inMemory(another)}}
		return first(f.Prepare(b.ctx, &l))
	})
	if err != nil {
		return err
	}
	b.row("ours, all that default lanes need", milliseconds(ours), "ms", milliseconds(peer))
	hash, err := b.timed(func() error {
		_, err := k.HashFile(b.ctx, file)
		return err
	})
	if err != nil {
		return err
	}
	b.row("ours, the 256-bit hash alone", milliseconds(hash), "ms", milliseconds(peer))
	return nil
}

// first returns the first problem as an error.
func first(p []corpora.Problem) error {
	if len(p) == 0 {
		return nil
	}
	return &p[0]
}

// radius64 is the distance up to which hashes of 64 bits are looked for.
const radius64 = 8

// search64 measures the search among hashes of 64 bits, per query.
func (b *bench) search64() error {
	if b.Hashes == 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(1, 64))
	table := make([]uint64, b.Hashes)
	peers := make([]*goimagehash.ImageHash, b.Hashes)
	for i := range table {
		table[i] = r.Uint64()
		peers[i] = goimagehash.NewImageHash(table[i], goimagehash.PHash)
	}
	b.heading("%d hashes of 64 bits, radius %d, per query", b.Hashes, radius64)
	const batch = 8
	queries := make([]uint64, batch)
	for i := range queries {
		queries[i] = table[i*len(table)/batch]
	}
	near := make([]core.Near, 0, 1024)
	peer, err := b.timed(func() error {
		near = near[:0]
		for i, h := range peers {
			d, err := peers[0].Distance(h)
			if err != nil {
				return err
			}
			if d <= radius64 {
				near = append(near, core.Near{Index: uint32(i)})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.row("distance loop of goimagehash", microseconds(peer), "µs")
	multi := core.NewMulti64(table)
	for _, way := range []struct {
		name   string
		search func([]core.Near) []core.Near
	}{
		{"plain Go", func(dst []core.Near) []core.Near { return core.SearchFlat64(dst, queries, table, radius64) }},
		{"by " + core.Instructions(), func(dst []core.Near) []core.Near { return core.Search64(dst, queries, table, radius64) }},
		{"multi-index", func(dst []core.Near) []core.Near { return multi.Search(dst, queries, table, radius64) }},
	} {
		d, _ := b.timed(func() error { near = way.search(near[:0]); return nil })
		b.row(way.name, microseconds(d)/batch, "µs", microseconds(peer))
	}
	return nil
}

// ways measures the two ways of searching hashes of 64 bits at sizes up to Hashes, in batches of 8: which is the faster one.
func (b *bench) ways() error {
	if b.Hashes < 1000 {
		return nil
	}
	r := rand.New(rand.NewPCG(3, 64))
	b.heading("hashes of 64 bits, per query in batches of 8: flat by %s, multi-index; * is what core.Table64 takes", core.Instructions())
	for n := 1000; n <= b.Hashes; n *= 10 {
		table := make([]uint64, n)
		for i := range table {
			table[i] = r.Uint64()
		}
		multi, chosen := core.NewMulti64(table), core.NewTable64(table)
		near := make([]core.Near, 0, 1024)
		for _, radius := range []int{4, 8, 10, 12, 16} {
			flat, _ := b.timed(func() error { near = core.Search64(near[:0], table[:8], table, radius); return nil })
			by, _ := b.timed(func() error { near = multi.Search(near[:0], table[:8], table, radius); return nil })
			marks := [2]string{"*", ""}
			if chosen.Indexed(radius) {
				marks = [2]string{"", "*"}
			}
			fmt.Fprintf(b.out, "  %d, radius %d\t%.4g µs%s\t%.4g µs%s\n", n, radius, microseconds(flat)/8, marks[0], microseconds(by)/8, marks[1])
		}
	}
	return nil
}

// search256 measures the search among hashes of 256 bits, per query, at the radius of leads.
func (b *bench) search256() error {
	if b.Hashes == 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(2, 256))
	table := make([]core.Hash256, b.Hashes)
	for i := range table {
		table[i] = core.Hash256{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
	}
	blocks := core.PackBlocks(table)
	const radius = 67
	b.heading("%d hashes of 256 bits, radius %d, per query", b.Hashes, radius)
	near := make([]core.Near, 0, 1024)
	flat, _ := b.timed(func() error { near = core.SearchFlat(near[:0], table[:8], table, radius); return nil })
	b.row("plain Go, batch of 8", microseconds(flat)/8, "µs")
	for _, batch := range []int{1, 8, 16, 32} {
		d, _ := b.timed(func() error {
			near = core.SearchBlocks(near[:0], table[:min(batch, len(table))], blocks, len(table), radius)
			return nil
		})
		b.row(fmt.Sprintf("by %s, batch of %d", core.Instructions(), batch), microseconds(d)/float64(batch), "µs", microseconds(flat)/8)
	}
	return nil
}

// querySide is the longer side of the pictures that are looked for with local features.
const querySide = 512

// local measures local features: all that a deep scan does with one picture, and what its corpus takes.
func (b *bench) local() error {
	if b.Corpus == 0 {
		return nil
	}
	kind := imagekind.New(imagekind.Options{Deep: true, Remember: 1})
	c, file, built, err := b.build("local.lkc", kind, rights(b.Corpus, func(i int) ([]byte, error) { return drawn(pictures.Scene(uint64(i))) }))
	if err != nil {
		return err
	}
	defer c.Close()
	local, all := 0.0, 0.0
	for _, s := range file.Sections() {
		size := float64(s.Size) / float64(b.Corpus)
		switch {
		case s.Name == "image/locals", s.Name == "image/points", s.Name == "image/features", s.Name == "image/offsets", s.Name == "image/entries":
			local += size
			all += size
		case strings.HasPrefix(s.Name, "image/"):
			all += size
		}
	}
	b.heading("local features against %d pictures", b.Corpus)
	b.row("building, per picture", milliseconds(built)/float64(b.Corpus), "ms")
	b.row("memory per picture, local features", local/1000, "kB")
	b.row("memory per picture, all lanes", all/1000, "kB")
	var queries [][]byte
	for i := range 6 {
		m := pictures.Photo(uint64(i), querySide)
		if i%2 == 0 {
			m = pictures.Enlarged(pictures.Scene(uint64(i)), querySide) // has an original
		}
		q, err := drawn(m)
		if err != nil {
			return err
		}
		queries = append(queries, q)
	}
	return b.deep(c, kind, queries)
}

// deep measures what the parts of a deep look take.
func (b *bench) deep(c *matchers.Corpus, kind *imagekind.Kind, queries [][]byte) error {
	m, f := c.Matchers()[0], kind.New()
	n, found := uint32(0), 0
	var hits []matchers.Hit
	each := func(match bool) func() error {
		return func() error {
			for i, q := range queries {
				n++
				l := corpora.Listing{Images: []corpora.Image{inMemory(stamped(q, n))}}
				if err := first(f.Prepare(b.ctx, &l)); err != nil {
					return err
				}
				if !match {
					continue
				}
				hits = m.Match(f, hits[:0])
				if i == 0 {
					found = len(hits)
				}
			}
			return nil
		}
	}
	prepared, err := b.timed(each(false))
	if err != nil {
		return err
	}
	all, err := b.timed(each(true))
	if err != nil {
		return err
	}
	if found == 0 {
		return fmt.Errorf("the copy of an original was not found")
	}
	partial := m.(*imagekind.Matcher)
	alone, err := b.timed(func() error {
		for i, q := range queries {
			hits, err := partial.Partial(b.ctx, f.(*imagekind.Features), q)
			if err != nil {
				return err
			}
			if i == 0 && len(hits) == 0 {
				return fmt.Errorf("the copy of an original was not found")
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	k := float64(len(queries))
	b.row("local features all in: reading, corners, shortlist, fit", milliseconds(alone)/k, "ms a picture")
	b.row("all deep lanes, reading and describing", milliseconds(prepared)/k, "ms a picture")
	b.row("all deep lanes, matching", milliseconds(all-prepared)/k, "ms a picture")
	return nil
}
