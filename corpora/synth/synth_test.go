package synth

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lookalike/corpora"
)

var world = World{Seed: 1, Rights: 3000, Size: 5000}

// TestFrozen fails when the same seed gives other data: every frozen figure that rests on it must then be taken again.
func TestFrozen(t *testing.T) {
	h := sha256.New()
	if err := WriteCSV(t.Context(), h, world.Listings()); err != nil {
		t.Fatal(err)
	}
	if err := WriteRights(t.Context(), h, world.RightsSource()); err != nil {
		t.Fatal(err)
	}
	h.Write(Picture(7).Pix)
	const want = "7ab242008e1f2c5ee2ead2db30638283e511eb365664cea2bbfdbf9f89db3393"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("seed 1 gives %s, want %s", got, want)
	}
}

func TestTruthHolds(t *testing.T) {
	scenarios, treatments := map[Scenario]int{}, map[Treatment]int{}
	for i := range world.Size {
		it := world.Item(i)
		l, tr := &it.Listing, it.Truth
		scenarios[tr.Scenario]++
		if l.Title == "" || l.Description == "" || l.Category == "" || !utf8.ValidString(l.Title) {
			t.Fatalf("listing %d: %+v", i, l)
		}
		if (tr.Right < 0) != (tr.Scenario == Unrelated) {
			t.Fatalf("listing %d: scenario %s with right %d", i, tr.Scenario, tr.Right)
		}
		if tr.Right < 0 {
			continue
		}
		right := world.Right(tr.Right)
		if right.Text != tr.Name.Text {
			t.Fatalf("listing %d: name %q of a right %q", i, tr.Name.Text, right.Text)
		}
		treatments[tr.Treatment]++
		span := l.Title[tr.Start:tr.End]
		if plain := strings.EqualFold(span, right.Text); plain != (tr.Treatment == Plain || tr.Treatment == Cased) {
			t.Errorf("listing %d: %q for %q under %s", i, span, right.Text, tr.Treatment)
		}
		if (tr.Scenario == Expired) != (right.Status == corpora.Dead) {
			t.Errorf("listing %d: scenario %s with status %s", i, tr.Scenario, right.Status)
		}
		if tr.Scenario == OtherGoods && slices.Contains(right.Classes, classOf(l.Category)) {
			t.Errorf("listing %d: other goods in the class of the right", i)
		}
	}
	for _, s := range Scenarios() {
		if scenarios[s] < 10 {
			t.Errorf("scenario %s in %d of %d listings", s, scenarios[s], world.Size)
		}
	}
	for _, tr := range Treatments() {
		if treatments[tr] < 2 {
			t.Errorf("treatment %s in %d of %d listings", tr, treatments[tr], world.Size)
		}
	}
	if share := scenarios[Unrelated] * 100 / world.Size; share < 70 || share > 80 {
		t.Errorf("%d %% unrelated", share)
	}
}

func classOf(category string) uint8 {
	for _, p := range products {
		if p.category == category {
			return p.class
		}
	}
	return 0
}

func TestUnrelatedListingsNameNoRight(t *testing.T) {
	names := map[string]bool{}
	for i := range world.Rights {
		if n := world.Name(i); n.Kind == Invented || n.Kind == Person {
			names[strings.ToLower(n.Text)] = true
		}
	}
	for i := range world.Size {
		it := world.Item(i)
		if it.Truth.Right >= 0 {
			continue
		}
		words := strings.Fields(strings.ToLower(it.Listing.Title))
		for j, w := range words {
			if names[strings.Trim(w, ",")] || j > 0 && names[words[j-1]+" "+w] {
				t.Errorf("listing %d is unrelated and says %q", i, it.Listing.Title)
			}
		}
	}
}

func TestRightsLookLikeARegister(t *testing.T) {
	kinds, status, owners, texts := map[NameKind]int{}, map[corpora.Status]int{}, map[string]int{}, map[string]int{}
	const n = 10_000
	w := World{Seed: 3, Rights: n}
	for i := range n {
		r := w.Right(i)
		kinds[w.Name(i).Kind]++
		status[r.Status]++
		owners[r.Owner]++
		texts[r.Text]++
		if r.Status == corpora.Dead && r.Expires.Time().Year() > 2018 || r.Status == corpora.Live && r.Expires.Time().Year() < 2034 {
			t.Fatalf("%s until %s", r.Status, r.Expires)
		}
	}
	for k, share := range shares {
		if got := kinds[NameKind(k)] * 100 / n; got < share-2 || got > share+2 {
			t.Errorf("%d %% of the names are of kind %d, want %d", got, k, share)
		}
	}
	if got := status[corpora.Live] * 100 / n; got < 82 || got > 91 {
		t.Errorf("%d %% live", got)
	}
	if len(owners) < n/4 || len(owners) > n/2+1 {
		t.Errorf("%d owners of %d rights", len(owners), n)
	}
	if len(texts) < n*3/4 || len(texts) == n {
		t.Errorf("%d different texts among %d rights", len(texts), n)
	}
}

func TestSourcesAgreeWithNumbers(t *testing.T) {
	i := 0
	for l, err := range Listings(9, 50).All(t.Context()) {
		n, ok := Number(l.ID)
		if err != nil || !ok || n != i || l.Row != i+2 {
			t.Fatalf("listing %d: %s, %v", i, l.ID, err)
		}
		if again := (World{Seed: 9, Rights: 50}).Item(i).Listing; again.Title != l.Title || again.Seller != l.Seller {
			t.Fatalf("listing %d: %q, then %q", i, l.Title, again.Title)
		}
		i++
	}
	small, large := World{Seed: 9, Rights: 10}, World{Seed: 9, Rights: 1000}
	for i := range 10 {
		if a, b := small.Right(i), large.Right(i); a.Text != b.Text || a.Owner != b.Owner {
			t.Errorf("right %d is %q of %q in a small register, %q of %q in a large one", i, a.Text, a.Owner, b.Text, b.Owner)
		}
	}
	for _, id := range []string{"", "synth-", "synth-right-x", "other-3", "synth-right--3"} {
		if _, ok := Number(id); ok {
			t.Errorf("%q is a number", id)
		}
	}
}

func TestTreatments(t *testing.T) {
	nike, two := Name{Text: "Lumtrex"}, Name{Text: "Lum Trexa"}
	han := Name{Text: "欧诺瑞", Kind: Chinese, Pinyin: "ounuorui", Traditional: "歐諾瑞"}
	for _, c := range []struct {
		t    Treatment
		n    Name
		want string // "" when it does not apply
	}{
		{Plain, nike, "Lumtrex"},
		{FullWidth, nike, "Ｌｕｍｔｒｅｘ"},
		{Spaced, nike, "L u m t r e x"},
		{Dotted, nike, "L.u.m.t.r.e.x"},
		{Joined, two, "LumTrexa"},
		{Joined, nike, ""},
		{Reordered, two, "Trexa Lum"},
		{Plural, nike, ""},
		{Plural, two, "Lum Trexas"},
		{Plural, Name{Text: "LUMA"}, "LUMAS"},
		{Pinyin, han, "ounuorui"},
		{Pinyin, nike, ""},
		{Traditional, han, "歐諾瑞"},
		{Traditional, Name{Text: "安百", Traditional: "安百"}, ""},
		{Substituted, han, ""},
		{Substituted, Name{Text: "A B C D"}, ""},
		{Missing, Name{Text: "Ace"}, ""},
		{Homoglyph, Name{Text: "ddd"}, ""},
	} {
		got, ok := c.t.Apply(1, c.n)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s of %q: %q, %v; want %q", c.t, c.n.Text, got, ok, c.want)
		}
	}
	// Whatever the seed, an edit is one edit and nothing else.
	for seed := range uint64(500) {
		for treatment, length := range map[Treatment]int{Substituted: 7, Missing: 6, Extra: 8, Doubled: 8, Transposed: 7, MixedScript: 7, Accented: 7} {
			got, ok := treatment.Apply(seed, nike)
			if !ok || utf8.RuneCountInString(got) != length {
				t.Fatalf("%s: %q (%v)", treatment, got, ok)
			}
		}
	}
}

func TestUsing(t *testing.T) {
	for i := range 200 {
		right, name := world.Right(i), world.Name(i)
		for _, treatment := range Treatments() {
			it, ok := Using(5, &right, name, treatment)
			if !ok {
				continue
			}
			want, _ := treatment.Apply(5, name)
			if got := it.Listing.Title[it.Truth.Start:it.Truth.End]; got != want {
				t.Fatalf("%s of %q: span %q, want %q", treatment, name.Text, got, want)
			}
			if classOf(it.Listing.Category) != right.Classes[0] {
				t.Fatalf("%q is registered for class %d and sold as %s", name.Text, right.Classes[0], it.Listing.Category)
			}
		}
	}
	if it, ok := Using(5, &corpora.Right{ID: "x"}, Name{Text: "Zorbi"}, Plain); !ok || it.Listing.Category == "" {
		t.Error("a right without classes has no listing")
	}
}

func TestPicture(t *testing.T) {
	a, b := PNG(Picture(1)), PNG(Picture(2))
	if !bytes.Equal(a, PNG(Picture(1))) || bytes.Equal(a, b) {
		t.Error("a picture is not a function of its seed")
	}
	im, err := png.Decode(bytes.NewReader(a))
	if err != nil || im.Bounds().Dx() != 256 {
		t.Errorf("%v, %v", im.Bounds(), err)
	}
}

func TestWriters(t *testing.T) {
	var feed, rights, lines bytes.Buffer
	w := World{Seed: 2, Rights: 20, Size: 30, Pictures: 2}
	if err := WriteCSV(t.Context(), &feed, w.Listings()); err != nil {
		t.Fatal(err)
	}
	if err := WriteRights(t.Context(), &rights, w.RightsSource()); err != nil {
		t.Fatal(err)
	}
	if err := WriteJSONL(t.Context(), &lines, w.Listings()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		rows int
	}{"feed": {feed.String(), 31}, "rights": {rights.String(), 21}} {
		rows, err := csv.NewReader(strings.NewReader(c.text)).ReadAll()
		if err != nil || len(rows) != c.rows {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
	if n := strings.Count(lines.String(), "\n"); n != 30 {
		t.Errorf("%d lines", n)
	}
}

func BenchmarkItem(b *testing.B) {
	i := 0
	for b.Loop() {
		world.Item(i % world.Size)
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "listings/s")
}

func ExampleWorld() {
	w := World{Seed: 42, Rights: 100, Size: 10}
	for i := range 3 {
		fmt.Println(w.Item(i).Listing.ID)
	}
	// Output:
	// synth-listing-0
	// synth-listing-1
	// synth-listing-2
}
