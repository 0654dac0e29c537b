package synth

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"lookalike/corpora"
)

// World is a catalogue of Size listings and the register of Rights that it is screened against. Right i depends on Seed
// alone, so that a larger register begins with the smaller one; listing i depends on every field but Size.
type World struct {
	Seed   uint64
	Rights int
	Size   int
	// Unrelated is the percentage of listings that use no right of the register; 0 is 70.
	Unrelated int
	// Pictures is how many pictures each listing has, and whether rights that are works have one.
	Pictures int
}

// Listings returns the listings of the World of the given seed with as many rights as listings, at most 10,000.
func Listings(seed uint64, n int) corpora.Source[corpora.Listing] {
	return World{Seed: seed, Rights: min(max(n, 1), 10_000), Size: n}.Listings()
}

// Rights returns n rights of the World of the given seed.
func Rights(seed uint64, n int) corpora.Source[corpora.Right] {
	return World{Seed: seed, Rights: n}.RightsSource()
}

// The salts that keep the streams of random numbers apart.
const (
	saltRight = 1 + iota
	saltListing
	saltOwner
	saltShop
	saltTreatment
	saltUsing
)

// Right returns right i, 0 ≤ i < w.Rights. One in twelve is dead, one in twenty pending, the others are live until 2034 or
// later.
func (w World) Right(i int) corpora.Right {
	right, _ := w.right(i)
	return right
}

// Name returns the name of right i.
func (w World) Name(i int) Name {
	return roll(w.Seed, saltRight, i).name()
}

// right also returns the goods that the right is registered for.
func (w World) right(i int) (corpora.Right, goods) {
	d := roll(w.Seed, saltRight, i)
	name := d.name()
	product := of(d, products)
	office := of(d, []string{"US", "US", "EU", "GB", "DE", "CN"})
	filed := corpora.Date(12000 + d.n(8000)) // 2002 to 2024
	r := corpora.Right{
		ID:         rightID(i),
		Kind:       corpora.Mark,
		Form:       corpora.FormWord,
		Text:       name.Text,
		Owner:      w.owner(d, i),
		Office:     office,
		Number:     fmt.Sprintf("%08d", i+10_000_000),
		Status:     corpora.Live,
		Filed:      filed,
		Registered: filed.AddDays(300),
		Expires:    mustDate(2034, d.n(2000)),
		Classes:    []uint8{product.class},
		Goods:      product.noun,
		Source:     "synth",
	}
	switch roll := d.n(60); {
	case roll < 5:
		r.Status, r.Expires = corpora.Dead, mustDate(2012, d.n(1500))
		r.Filed = mustDate(2000, d.n(3000))
		r.Registered = r.Filed.AddDays(300)
	case roll < 8:
		r.Status, r.Registered, r.Expires = corpora.Pending, 0, 0
	}
	if name.Pinyin != "" && d.chance(30) {
		r.Aliases = []corpora.Alias{{Text: capital(name.Pinyin), Lang: "en", Source: "synth"}}
	}
	return r, product
}

// owner returns the owner of right i, who may hold earlier rights too.
func (w World) owner(d *dice, i int) string {
	o := roll(w.Seed, saltOwner, d.n(i/2+1))
	return capital(o.invented()) + " " + capital(of(o, stems)) + " " + of(o, legal)
}

// mustDate returns the day that lies the given number of days after the first of January of a year.
func mustDate(year, days int) corpora.Date {
	epoch := corpora.Date(1) // 1970-01-01
	return epoch.AddDays((year-1970)*365 + (year-1969)/4 + days)
}

func rightID(i int) string { return "synth-right-" + strconv.Itoa(i) }

func listingID(i int) string { return "synth-listing-" + strconv.Itoa(i) }

// Number returns the number of the listing or right with the given id.
func Number(id string) (int, bool) {
	i, err := strconv.Atoi(id[strings.LastIndexByte(id, '-')+1:])
	return i, err == nil && (id == rightID(i) || id == listingID(i))
}

// Listings returns the catalogue as a source. Its rows are numbered from 2, as in a file with a heading.
func (w World) Listings() corpora.Source[corpora.Listing] {
	return source[corpora.Listing]{w.Size, func(i int) corpora.Listing { return w.Item(i).Listing }}
}

// RightsSource returns the register as a source.
func (w World) RightsSource() corpora.Source[corpora.Right] {
	return source[corpora.Right]{w.Rights, w.Right}
}

// source streams n values that are made by number.
type source[T any] struct {
	n  int
	at func(i int) T
}

func (s source[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for i := range s.n {
			if ctx.Err() != nil || !yield(s.at(i), nil) {
				return
			}
		}
	}
}
