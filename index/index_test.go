package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lookalike/corpora"
)

var today = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func openNew(t testing.TB, dir string) *Index {
	t.Helper()
	x, err := Open(dir, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.truth.close() })
	return x
}

// keep writes listings as one run does.
func keep(t testing.TB, x *Index, o KeepOptions, list ...corpora.Listing) Kept {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return today }
	}
	k := x.Keeper(o)
	for i := range list {
		if err := k.Put(t.Context(), &list[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	return k.Kept()
}

func read(t testing.TB, s corpora.Source[corpora.Listing]) []corpora.Listing {
	t.Helper()
	var out []corpora.Listing
	for l, err := range s.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

func ids(list []corpora.Listing) string {
	var out []string
	for _, l := range list {
		out = append(out, l.ID)
	}
	return strings.Join(out, " ")
}

// whole is a listing with every field set.
func whole() corpora.Listing {
	return corpora.Listing{
		ID: "1", WeakID: true, Origin: "feed.csv", Row: 7, ParentID: "p", Title: "Zorvane trail boots", Brand: "Zorvane",
		Description: "light and dry", Category: "Shoes > Boots", Bullets: []string{"dry", ""}, ImageText: []string{"ZRV"},
		Language: "en", Price: "12.99", Currency: "USD", Sold: new(int64(-3)), GTIN: "400", MPN: "z-1", Seller: "Peak Shop",
		SellerID: "s9", Supplier: "maker", Platform: "shopping", URL: "https://shop.example/1", ShipFrom: "CN",
		Markets: []corpora.Market{"DE", "US"}, Images: []corpora.Image{{Ref: "a.png"}, {Ref: "https://shop.example/a.png"}},
		Seen: today, Problems: []corpora.Problem{{Code: corpora.TextCut, Field: "title", Args: map[string]any{"limit": 5.0}}},
		Prepared: []corpora.Blob{{Kind: "image", Version: 2, Data: []byte{1, 2}}, {Kind: "text", Version: 1, Data: []byte("abc")}},
	}
}

var noOpen = cmp.Comparer(func(a, b corpora.Image) bool { return a.Ref == b.Ref && (a.Open == nil) == (b.Open == nil) })

func TestListingComesBackWhole(t *testing.T) {
	dir := t.TempDir()
	x := openNew(t, dir)
	l := whole()
	if got := keep(t, x, KeepOptions{}, l); got != (Kept{Added: 1}) {
		t.Errorf("%+v", got)
	}
	if d := cmp.Diff([]corpora.Listing{l}, read(t, x.All()), noOpen); d != "" {
		t.Error(d)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openNew(t, dir)
	if d := cmp.Diff([]corpora.Listing{l}, read(t, x.All()), noOpen); d != "" {
		t.Error("after reopening", d)
	}
	data := corpora.Listing{ID: "2", Images: []corpora.Image{{Ref: "data:image/png;base64,AAAA"}}}
	keep(t, x, KeepOptions{}, data)
	if got := read(t, x.All())[1].Images[0].Ref; !strings.HasPrefix(got, "data:image/png;base64,sha256-") {
		t.Errorf("a data address is kept as %s", got)
	}
	if got := keep(t, x, KeepOptions{}, data, read(t, x.All())[1]); got != (Kept{Unchanged: 2}) {
		t.Errorf("a data address again: %+v", got)
	}
}

func TestUnchangedIsNotWritten(t *testing.T) {
	x := openNew(t, t.TempDir())
	list := []corpora.Listing{{ID: "1", Title: "boots"}, {ID: "2", Title: "tent"}, {ID: "3", Title: "rope"}}
	keep(t, x, KeepOptions{}, list...)
	before := x.Since(0).Sequence()
	for i := range list {
		list[i].Row, list[i].Origin, list[i].Seen = 99, "other.csv", today.AddDate(1, 0, 0)
	}
	if got := keep(t, x, KeepOptions{}, list...); got != (Kept{Unchanged: 3}) {
		t.Errorf("again: %+v", got)
	}
	if x.Since(0).Sequence() != before {
		t.Error("the sequence moved")
	}
	list[1].Price = "5"
	if got := keep(t, x, KeepOptions{}, list...); got != (Kept{Unchanged: 2, Changed: 1}) {
		t.Errorf("one changed: %+v", got)
	}
	if got := ids(read(t, x.Since(before))); got != "2" {
		t.Errorf("changed since: %s", got)
	}
	if got := ids(read(t, x.All())); got != "1 3 2" {
		t.Errorf("all: %s", got)
	}
	if n, _ := x.words.count(); n != 3 {
		t.Errorf("bleve holds %d listings", n)
	}
}

func TestIdentity(t *testing.T) {
	x := openNew(t, t.TempDir())
	list := []corpora.Listing{{ID: "1", Seller: "a"}, {ID: "1", Seller: "b"}, {ID: "1", Seller: "a", SellerID: "c"}}
	if got := keep(t, x, KeepOptions{}, list...); got != (Kept{Added: 3}) {
		t.Errorf("%+v", got)
	}
	if got := keep(t, x, KeepOptions{Source: "elsewhere"}, list[0]); got.Added != 1 {
		t.Errorf("another source: %+v", got)
	}
}

// TestSameIDTwice holds that a feed that repeats an id with other content is kept whole and is unchanged when it comes
// again, in any order.
func TestSameIDTwice(t *testing.T) {
	x := openNew(t, t.TempDir())
	a, b, c := corpora.Listing{ID: "1", Title: "red"}, corpora.Listing{ID: "1", Title: "blue"}, corpora.Listing{ID: "1", Title: "green"}
	if got := keep(t, x, KeepOptions{}, a, b, a, c); got != (Kept{Added: 3, Unchanged: 1}) {
		t.Errorf("first: %+v", got)
	}
	for _, order := range [][]corpora.Listing{{a, b, a, c}, {c, b, a}} {
		if got := keep(t, x, KeepOptions{}, order...); got != (Kept{Unchanged: len(order)}) {
			t.Errorf("again: %+v", got)
		}
	}
	if n := len(read(t, x.All())); n != 3 {
		t.Errorf("%d listings", n)
	}
}

func TestSameIDLater(t *testing.T) {
	a, b := corpora.Listing{ID: "1", Title: "red"}, corpora.Listing{ID: "1", Title: "blue"}
	for name, second := range map[string][]corpora.Listing{"after": {a, b}, "before": {b, a}} {
		x := openNew(t, t.TempDir())
		keep(t, x, KeepOptions{}, a)
		keep(t, x, KeepOptions{}, second...)
		if n := len(read(t, x.All())); n != 2 {
			t.Errorf("%s: %d listings", name, n)
		}
		if got := keep(t, x, KeepOptions{}, a, b); got != (Kept{Unchanged: 2}) {
			t.Errorf("%s, again: %+v", name, got)
		}
	}
}

func TestFeatures(t *testing.T) {
	x := openNew(t, t.TempDir())
	blob := func(version uint32, data string) []corpora.Blob {
		return []corpora.Blob{{Kind: "text", Version: version, Data: []byte(data)}}
	}
	steps := []struct {
		name     string
		listing  corpora.Listing
		want     Kept
		prepared string
	}{
		{"new", corpora.Listing{ID: "1", Title: "a", Prepared: blob(1, "x")}, Kept{Added: 1}, "text 1 x"},
		{"same", corpora.Listing{ID: "1", Title: "a", Prepared: blob(1, "x")}, Kept{Unchanged: 1}, "text 1 x"},
		{"without", corpora.Listing{ID: "1", Title: "a"}, Kept{Unchanged: 1}, "text 1 x"},
		{"other version", corpora.Listing{ID: "1", Title: "a", Prepared: blob(2, "y")}, Kept{Refreshed: 1}, "text 2 y"},
		{"other data", corpora.Listing{ID: "1", Title: "a", Prepared: blob(2, "z")}, Kept{Changed: 1}, "text 2 z"},
		{"other text", corpora.Listing{ID: "1", Title: "b"}, Kept{Changed: 1}, ""},
		{"back", corpora.Listing{ID: "1", Title: "b", Prepared: blob(2, "z")}, Kept{Refreshed: 1}, "text 2 z"},
	}
	for _, s := range steps {
		if got := keep(t, x, KeepOptions{}, s.listing); got != s.want {
			t.Errorf("%s: %+v, want %+v", s.name, got, s.want)
		}
		var got []string
		for _, b := range read(t, x.All())[0].Prepared {
			got = append(got, fmt.Sprintf("%s %d %s", b.Kind, b.Version, b.Data))
		}
		if strings.Join(got, ", ") != s.prepared {
			t.Errorf("%s: features %v, want %s", s.name, got, s.prepared)
		}
	}
	i, err := x.Info()
	if d := cmp.Diff(map[string]int{"text 2": 1}, i.Prepared); err != nil || d != "" {
		t.Error(err, d)
	}
}

func TestSearch(t *testing.T) {
	x := openNew(t, t.TempDir())
	day := func(d int) time.Time { return time.Date(2026, 1, d, 12, 0, 0, 0, time.UTC) }
	keep(t, x, KeepOptions{},
		corpora.Listing{ID: "boots", Title: "ZORVANE Trail-Boots, size 44", Brand: "Zorvane", Seller: "Peak Shop", Markets: []corpora.Market{"US", "DE"}, Seen: day(1)},
		corpora.Listing{ID: "tent", Title: "tent", Description: "the boots stay dry", Brand: "zorvane ", SellerID: "s2", Seen: day(2)},
		corpora.Listing{ID: "café", Title: "Café boots", Bullets: []string{"steel kettle"}, Markets: []corpora.Market{"DE"}, Seen: day(3)},
		corpora.Listing{ID: "苹果", Title: "苹果手机壳 防摔", Category: "手机配件", ImageText: []string{"新款"}, Seen: day(4)},
		corpora.Listing{ID: "kana", Title: "ゾルヴァン登山靴", Seen: day(5)},
		corpora.Listing{ID: "long", Title: strings.Repeat("x", 100) + "y", Seen: day(6)},
	)
	for name, c := range map[string]struct {
		q    Query
		want string
	}{
		"word":           {Query{Words: "boots"}, "café tent boots"},
		"folded":         {Query{Words: "BOOTS cafe"}, "café"},
		"two":            {Query{Words: "boots zorvane"}, "tent boots"},
		"joined by dash": {Query{Words: "trail-boots"}, "boots"},
		"number":         {Query{Words: "44"}, "boots"},
		"bullet":         {Query{Words: "kettle"}, "café"},
		"nothing":        {Query{Words: "kettle zorvane"}, ""},
		"part of a word": {Query{Words: "boot"}, ""},
		"han":            {Query{Words: "手机"}, "苹果"},
		"han in order":   {Query{Words: "机手"}, ""},
		"one han":        {Query{Words: "摔"}, "苹果"},
		"one han inside": {Query{Words: "果"}, "苹果"},
		"long run":       {Query{Words: "苹果手机壳"}, "苹果"},
		"picture text":   {Query{Words: "新款 苹果"}, "苹果"},
		"kana":           {Query{Words: "登山"}, "kana"},
		"brand":          {Query{Brand: "zorvane"}, "tent boots"},
		"part of brand":  {Query{Brand: "zor"}, ""},
		"seller":         {Query{Seller: "peak shop"}, "boots"},
		"seller id":      {Query{Seller: "S2"}, "tent"},
		"market":         {Query{Market: "DE"}, "café boots"},
		"all filters":    {Query{Words: "boots", Brand: "Zorvane", Seller: "Peak Shop", Market: "US"}, "boots"},
		"since":          {Query{Words: "boots", Since: corpora.DateOf(day(2))}, "café tent"},
		"since all":      {Query{Since: corpora.DateOf(day(6))}, "long"},
		"everything":     {Query{}, "long kana 苹果 café tent boots"},
		"punctuation":    {Query{Words: "!!!"}, ""},
		"long word":      {Query{Words: strings.Repeat("x", 100) + "y"}, "long"},
	} {
		f, err := x.Search(t.Context(), c.q, 10)
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(f.Listings); got != c.want || f.Total != len(f.Listings) {
			t.Errorf("%s: %d: %s, want %s", name, f.Total, got, c.want)
		}
		// A source of the same query has the same listings, oldest first.
		fromSource := read(t, x.Query(c.q))
		slices.Reverse(fromSource)
		if got := ids(fromSource); got != c.want {
			t.Errorf("%s: source %s, want %s", name, got, c.want)
		}
	}
	if f, err := x.Search(t.Context(), Query{Words: "boots"}, 1); err != nil || f.Total != 3 || ids(f.Listings) != "café" {
		t.Errorf("limited: %d: %s, %v", f.Total, ids(f.Listings), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, Query{}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestEveryWordIsFound asks for each word and each character of each listing.
func TestEveryWordIsFound(t *testing.T) {
	x := openNew(t, t.TempDir())
	list := []corpora.Listing{
		{ID: "1", Title: "苹果iPhone15手机壳 (防摔) N I K E", Description: "日本語のテキスト、and-some English; naïve ﬁne Ｆｕｌｌ"},
		{ID: "2", Title: "สวัสดี ชาวโลก", Description: "한국어 제목 ПРИВЕТ ελληνικά ß"},
	}
	keep(t, x, KeepOptions{}, list...)
	var tm termer
	for _, l := range list {
		for _, s := range []string{l.Title, l.Description} {
			for _, word := range append(strings.Fields(s), strings.Split(s, "")...) {
				if len(tm.query(word)) == 0 {
					continue
				}
				f, err := x.Search(t.Context(), Query{Words: word}, 10)
				if err != nil {
					t.Fatal(err)
				}
				single := len([]rune(word)) == 1 && !tm.query(word)[0].prefix
				if !single && !strings.Contains(ids(f.Listings), l.ID) {
					t.Errorf("%q of listing %s is not found", word, l.ID)
				}
			}
		}
	}
}

func TestManyBatches(t *testing.T) {
	x := openNew(t, t.TempDir())
	var list []corpora.Listing
	for i := range 2*batchListings + 10 {
		list = append(list, corpora.Listing{ID: fmt.Sprint(i), Title: fmt.Sprintf("boots n%d", i)})
	}
	if got := keep(t, x, KeepOptions{}, list...); got.Added != len(list) {
		t.Errorf("%+v", got)
	}
	if f, err := x.Search(t.Context(), Query{Words: "boots"}, 5); err != nil || f.Total != len(list) || len(f.Listings) != 5 {
		t.Errorf("%d, %d, %v", f.Total, len(f.Listings), err)
	}
	got := read(t, x.All())
	if len(got) != len(list) || got[0].ID != "0" || got[len(got)-1].ID != list[len(list)-1].ID {
		t.Errorf("%d listings", len(got))
	}
	if got := len(read(t, x.Query(Query{Words: "boots"}))); got != len(list) {
		t.Errorf("source of a query: %d", got)
	}
}

func TestRebuildsWhenDamaged(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, words string){
		"missing": func(t *testing.T, words string) { must(t, os.RemoveAll(words)) },
		"emptied": func(t *testing.T, words string) { must(t, os.Truncate(filepath.Join(words, "root.bolt"), 0)) },
		"garbled": func(t *testing.T, words string) {
			must(t, os.WriteFile(filepath.Join(words, "root.bolt"), make([]byte, 9000), 0o666))
		},
		"segments": func(t *testing.T, words string) { removeSegments(t, words) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			x := openNew(t, dir)
			keep(t, x, KeepOptions{}, corpora.Listing{ID: "1", Title: "boots"}, corpora.Listing{ID: "2", Title: "tent"})
			must(t, x.Close())
			damage(t, filepath.Join(dir, wordsDir))
			x = openNew(t, dir)
			f, err := x.Search(t.Context(), Query{Words: "boots"}, 5)
			if err != nil || f.Total != 1 {
				t.Errorf("%d, %v", f.Total, err)
			}
			must(t, x.Rebuild(nil))
			if f, err := x.Search(t.Context(), Query{Words: "tent"}, 5); err != nil || f.Total != 1 {
				t.Errorf("after a rebuild: %d, %v", f.Total, err)
			}
			must(t, x.Close())
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func removeSegments(t *testing.T, words string) {
	files, err := filepath.Glob(filepath.Join(words, "*.zap"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	for _, f := range files {
		must(t, os.Remove(f))
	}
}

// TestCatchesUp leaves bleve behind the truth, as a kill between the two does.
func TestCatchesUp(t *testing.T) {
	dir := t.TempDir()
	x := openNew(t, dir)
	keep(t, x, KeepOptions{}, corpora.Listing{ID: "1", Title: "boots"}, corpora.Listing{ID: "2", Title: "tent"})
	l := corpora.Listing{ID: "1", Title: "kettle"}
	batch := []pending{{listing: &l, content: appendContent(nil, &l)}}
	_, _, err := x.truth.commit(batch, map[digest]bool{})
	must(t, err)
	more := corpora.Listing{ID: "3", Title: "rope"}
	keep(t, x, KeepOptions{}, more)
	check := func() {
		t.Helper()
		for words, want := range map[string]string{"boots": "", "kettle": "1", "tent": "2", "rope": "3"} {
			if f, err := x.Search(t.Context(), Query{Words: words}, 5); err != nil || ids(f.Listings) != want {
				t.Errorf("%s: %s, want %s, %v", words, ids(f.Listings), want, err)
			}
		}
	}
	check()
	l.Title = "boots"
	_, _, err = x.truth.commit([]pending{{listing: &l, content: appendContent(nil, &l)}}, map[digest]bool{})
	must(t, err)
	must(t, x.Close())
	x = openNew(t, dir)
	if f, err := x.Search(t.Context(), Query{Words: "boots"}, 5); err != nil || f.Total != 1 {
		t.Errorf("%d, %v", f.Total, err)
	}
	if f, err := x.Search(t.Context(), Query{Words: "kettle"}, 5); err != nil || f.Total != 0 {
		t.Errorf("%d, %v", f.Total, err)
	}
	must(t, x.Close())
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "absent"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Error("looking for an index makes one")
	}
	x := openNew(t, filepath.Join(dir, "x"))
	if _, err := Open(filepath.Join(dir, "x"), Options{Wait: time.Millisecond}); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: %v", err)
	}
	must(t, x.Close())
	must(t, os.WriteFile(filepath.Join(dir, "x", truthFile), []byte("no database"), 0o666))
	if _, err := Open(filepath.Join(dir, "x"), Options{}); err == nil {
		t.Error("a truth that is none opens")
	}
}
