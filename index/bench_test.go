//go:build unix

package index

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lookalike/corpora"
)

// benchSize is how many listings the benchmark of the whole index holds: INDEX_BENCH=1000000 for the published figures.
func benchSize() int {
	if n, err := strconv.Atoi(os.Getenv("INDEX_BENCH")); err == nil {
		return n
	}
	return 20_000
}

// shop makes listings with words of a Zipf distribution over 60,000 invented words: a title of 12 words, a description
// of 40, one brand in 5,000, and features as large as those of a text matcher.
type shop struct {
	words    []string
	zipf     *rand.Zipf
	features []byte
}

func newShop() *shop {
	r := rand.New(rand.NewPCG(3, 4))
	s := &shop{zipf: rand.NewZipf(r, 1.07, 4, 59_999), features: make([]byte, 600)}
	syllables := strings.Fields("ba ko mi ru tes lan dor vi pe su gra nel ot qui zar fo wem li hu cas")
	for range 60_000 {
		var w strings.Builder
		for range 2 + r.IntN(3) {
			w.WriteString(syllables[r.IntN(len(syllables))])
		}
		s.words = append(s.words, w.String())
	}
	return s
}

func (s *shop) text(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(s.words[s.zipf.Uint64()])
		b.WriteByte(' ')
	}
	return b.String()
}

func (s *shop) listing(i int) corpora.Listing {
	return corpora.Listing{
		ID: strconv.Itoa(i), Title: s.text(12), Brand: "Brand " + strconv.Itoa(i%5000), Description: s.text(40),
		Category: "goods > " + s.words[i%300], Price: "12.00", Currency: "USD", Seller: "seller " + strconv.Itoa(i%2000),
		Markets: []corpora.Market{"US", "DE"}, Images: []corpora.Image{{Ref: "https://pictures.example/" + strconv.Itoa(i) + ".jpg"}},
		Prepared: []corpora.Blob{{Kind: "text", Version: 1, Data: s.features}},
	}
}

// cpu returns the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// fill keeps n listings and returns processor and wall time, without that of making the listings.
func fill(b *testing.B, x *Index, n int) (used, took time.Duration, kept Kept) {
	s := newShop()
	k := x.Keeper(KeepOptions{})
	list := make([]corpora.Listing, batchListings)
	for from := 0; from < n; from += len(list) {
		for i := range list {
			list[i] = s.listing(from + i)
		}
		c, w := cpu(), time.Now()
		for i := range list {
			if err := k.Put(b.Context(), &list[i]); err != nil {
				b.Fatal(err)
			}
		}
		if err := k.Flush(); err != nil {
			b.Fatal(err)
		}
		used, took = used+cpu()-c, took+time.Since(w)
	}
	c, w := cpu(), time.Now()
	if err := x.words.sync(); err != nil {
		b.Fatal(err)
	}
	return used + cpu() - c, took + time.Since(w), k.Kept()
}

// BenchmarkIndex measures one index of the size of benchSize from empty to searched: first and second keep, bytes, search.
func BenchmarkIndex(b *testing.B) {
	n := benchSize()
	dir := filepath.Join(b.TempDir(), "x")
	var x *Index
	b.Run(fmt.Sprintf("keep/%d", n), func(b *testing.B) {
		for b.Loop() {
			if x != nil {
				must(b, x.Close())
				must(b, os.RemoveAll(dir))
			}
			var err error
			x, err = Open(dir, Options{Create: true})
			must(b, err)
			used, took, _ := fill(b, x, n)
			var i Info
			i, err = x.Info()
			must(b, err)
			b.ReportMetric(float64(n)/used.Seconds(), "listings/cpu-s")
			b.ReportMetric(float64(n)/took.Seconds(), "listings/s")
			b.ReportMetric(float64(i.WordsBytes)/float64(n), "B/listing-bleve")
			b.ReportMetric(float64(i.TruthBytes)/float64(n), "B/listing-bbolt")
		}
	})
	b.Run(fmt.Sprintf("again/%d", n), func(b *testing.B) {
		for b.Loop() {
			_, took, kept := fill(b, x, n)
			if kept.Unchanged != n {
				b.Fatalf("%+v", kept)
			}
			b.ReportMetric(took.Seconds(), "s/keep")
		}
	})
	b.Run(fmt.Sprintf("search/%d", n), func(b *testing.B) {
		s := newShop()
		var queries []Query
		for i := range 200 {
			q := Query{Words: s.text(2)}
			switch i % 4 {
			case 1:
				q.Words = s.text(1)
				q.Brand = "brand " + strconv.Itoa(i)
			case 2:
				q.Words = s.text(3)
				q.Market = "DE"
			}
			queries = append(queries, q)
		}
		var times []time.Duration
		for b.Loop() {
			for _, q := range queries {
				w := time.Now()
				if _, err := x.Search(b.Context(), q, 20); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(w))
			}
		}
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-p50")
		b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "ms-p95")
	})
	b.Run(fmt.Sprintf("read/%d", n), func(b *testing.B) {
		for b.Loop() {
			w := time.Now()
			count := 0
			for _, err := range x.All().All(b.Context()) {
				must(b, err)
				count++
			}
			if count != n {
				b.Fatalf("%d listings", count)
			}
			b.ReportMetric(float64(n)/time.Since(w).Seconds(), "listings/s")
		}
	})
	must(b, x.Close())
}
