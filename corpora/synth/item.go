package synth

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
)

// Scenario is what a listing was made to show.
type Scenario string

// The scenarios.
const (
	Unrelated     Scenario = "unrelated"     // no right of the register is used; names may still coincide by accident
	Use           Scenario = "use"           // the name of a live right stands on goods it is registered for
	Compatibility Scenario = "compatibility" // an accessory with a brand of its own that fits the right's goods
	Dictionary    Scenario = "dictionary"    // an ordinary word that is also a mark, used as a word
	OtherGoods    Scenario = "other_goods"   // the name of a live right on goods that have nothing to do with it
	Expired       Scenario = "expired"       // the name of a dead right
	Authorised    Scenario = "authorised"    // the right's own name sold by its authorised seller
)

// Scenarios returns all of them.
func Scenarios() []Scenario {
	return []Scenario{Unrelated, Use, Compatibility, Dictionary, OtherGoods, Expired, Authorised}
}

// Truth is what is known of a listing because it was made that way.
type Truth struct {
	Scenario  Scenario
	Treatment Treatment // how the name is written, "" without a right
	Right     int       // number of the right, -1 without one
	Name      Name      // of the right
	Field     string    // where the name stands
	Start     int       // bytes into the field
	End       int
	Use       string // as reports name it
	// Least and Most bound the grade that a good judgement gives, "" for no bound. Most is "low" where a match should be
	// listed and stop nobody.
	Least, Most string
}

// Item is a listing and the truth about it.
type Item struct {
	Listing corpora.Listing
	Truth   Truth
}

// AuthorisedSeller is the account that may sell under right i where the scenario is Authorised.
func (w World) AuthorisedSeller(i int) string { return "authorised dealer " + strconv.Itoa(i) }

// Item returns listing i, 0 ≤ i < w.Size.
func (w World) Item(i int) Item {
	d := roll(w.Seed, saltListing, i)
	shop := roll(w.Seed, saltShop, d.n(500))
	it := Item{
		Listing: corpora.Listing{
			ID:       listingID(i),
			Origin:   "synth",
			Row:      i + 2,
			Price:    fmt.Sprintf("%d.%02d", 5+d.n(200), d.n(100)),
			Currency: "USD",
			Seller:   capital(of(shop, adjectives)) + " goods shop " + strconv.Itoa(shop.n(10_000)),
		},
		Truth: Truth{Scenario: Unrelated, Right: -1},
	}
	unrelated := w.Unrelated
	if unrelated == 0 {
		unrelated = 70
	}
	if w.Rights > 0 && !d.chance(unrelated) {
		w.related(d, &it)
	}
	if it.Truth.Right < 0 {
		it.Truth = Truth{Scenario: Unrelated, Right: -1}
		unbranded(d, &it.Listing, of(d, products))
	}
	for k := range w.Pictures {
		it.Listing.Images = append(it.Listing.Images, picture(w.Seed+uint64(i), k))
	}
	return it
}

// related fills a listing that uses some right, or leaves it without one when no right drawn suits the scenario.
func (w World) related(d *dice, it *Item) {
	t := &it.Truth
	t.Scenario = []Scenario{Use, Compatibility, Dictionary, OtherGoods, Expired, Authorised}[d.weighted([]int{58, 12, 8, 9, 7, 6})]
	at, ok := w.suitable(d, t.Scenario)
	if !ok {
		return
	}
	right, product := w.right(at)
	name := w.Name(at)
	shown := name.Text
	t.Treatment, t.Use = Plain, "brand"
	l := &it.Listing
	switch t.Scenario {
	case Use:
		t.Treatment, shown = w.treated(d, at, name)
		branded(d, l, product, shown)
		if d.chance(50) && t.Treatment == Plain {
			l.Brand = shown
		}
		if right.Status == corpora.Pending {
			t.Most = "medium"
		} else if distinctive(name) {
			t.Least = "medium"
		}
	case Authorised:
		branded(d, l, product, shown)
		l.Brand, l.Seller = shown, w.AuthorisedSeller(at)
	case Expired:
		branded(d, l, product, shown)
		t.Most = "low"
	case Compatibility:
		compatible(d, l, product, shown)
		t.Use, t.Most = "compatibility", "low"
	case Dictionary:
		shown = strings.ToLower(shown)
		described(d, l, product, shown)
		t.Use, t.Most = "descriptive", "medium"
	case OtherGoods:
		branded(d, l, distant(d, product), shown)
		t.Most = "high"
	}
	start := strings.Index(l.Title, shown)
	t.Right, t.Name, t.Field, t.Start, t.End = at, name, "title", start, start+len(shown)
}

// Using returns a listing that sells goods of the right's first class, or any when it has none, under its name written by
// the treatment t. It returns false where the treatment does not apply to the name. It depends on its arguments alone and
// serves for rights of any origin.
func Using(seed uint64, right *corpora.Right, name Name, t Treatment) (Item, bool) {
	shown, ok := t.Apply(seed, name)
	if !ok {
		return Item{}, false
	}
	d := roll(seed, saltUsing, len(shown))
	fitting := slices.DeleteFunc(slices.Clone(products), func(p goods) bool { return !slices.Contains(right.Classes, p.class) })
	if len(fitting) == 0 {
		fitting = products
	}
	it := Item{
		Listing: corpora.Listing{ID: "synth-using-" + string(t) + "-" + right.ID, Origin: "synth"},
		Truth:   Truth{Scenario: Use, Treatment: t, Right: -1, Name: name, Field: "title", Use: "brand"},
	}
	branded(d, &it.Listing, of(d, fitting), shown)
	it.Truth.Start = strings.Index(it.Listing.Title, shown)
	it.Truth.End = it.Truth.Start + len(shown)
	return it, true
}

// suitable draws a right that the scenario can be shown with. A dead right and one for other goods must have an invented
// name: others may hold a live right for the same goods to any other name.
func (w World) suitable(d *dice, s Scenario) (at int, ok bool) {
	for range 60 {
		at = d.n(w.Rights)
		right, product := w.right(at)
		kind, dead := w.Name(at).Kind, right.Status == corpora.Dead
		switch s {
		case Expired:
			ok = dead && kind == Invented
		case OtherGoods:
			ok = !dead && kind == Invented
		case Compatibility:
			ok = !dead && kind != Ordinary && product.accessory != ""
		case Dictionary:
			ok = !dead && kind == Ordinary
		case Authorised:
			ok = right.Status == corpora.Live
		default:
			ok = !dead
		}
		if ok {
			return at, true
		}
	}
	return 0, false
}

// distinctive reports whether a name is invented and long enough that nobody uses it by accident.
func distinctive(n Name) bool {
	return (n.Kind == Invented || n.Kind == Stemmed) && len(n.Text) >= 6 || n.Kind == Person
}

// treated draws a treatment that applies to the name: plain for one listing in four.
func (w World) treated(d *dice, at int, n Name) (Treatment, string) {
	for range 4 {
		t := Plain
		if !d.chance(25) {
			t = of(d, Treatments())
		}
		if s, ok := t.Apply(w.Seed^uint64(at)*saltTreatment, n); ok {
			return t, s
		}
	}
	return Plain, n.Text
}

// distant returns goods that nobody takes for related to p: what is worn, what is used up, and all else lie apart.
func distant(d *dice, p goods) goods {
	for {
		if q := of(d, products); realm(q) != realm(p) {
			return q
		}
	}
}

func realm(p goods) int {
	switch p.class {
	case 14, 18, 24, 25:
		return 1
	case 3, 5, 30:
		return 2
	}
	return 3
}

// branded writes a listing whose goods are sold under the given name.
func branded(d *dice, l *corpora.Listing, p goods, name string) {
	if isHan(name) {
		l.Title = name + of(d, chineseAdjectives) + p.chinese + " " + strconv.Itoa(2020+d.n(6)) + "款"
	} else {
		l.Title = fmt.Sprintf(of(d, []string{"%s %s %s, %s", "%s %s %s for %s"}), name, capital(of(d, adjectives)), p.noun, capital(of(d, audience)))
	}
	if d.chance(20) && !isHan(name) {
		l.Title = fmt.Sprintf("%s %s by %s", capital(of(d, adjectives)), p.noun, name)
	}
	describe(d, l, p)
}

// unbranded writes a listing without any mark of the register used as one. Half of them have a house brand, made
// otherwise than the register's names; one in five has an ordinary word in its title that may be registered too.
func unbranded(d *dice, l *corpora.Listing, p goods) {
	if d.chance(15) {
		l.Title = of(d, chineseAdjectives) + p.chinese + " " + of(d, chineseAdjectives)
		describe(d, l, p)
		return
	}
	first := capital(of(d, adjectives))
	if d.chance(50) {
		l.Brand = houseBrand(d)
		first = l.Brand + " " + first
	}
	l.Title = fmt.Sprintf("%s %s for %s, %s, Model %s", first, p.noun, capital(of(d, audience)), capital(of(d, colours)), model(d))
	if d.chance(20) {
		l.Title += ", " + capital(of(d, ordinary)) + " Pattern"
	}
	describe(d, l, p)
}

// compatible writes a listing of an accessory that fits goods of the given name.
func compatible(d *dice, l *corpora.Listing, p goods, name string) {
	own := houseBrand(d)
	if isHan(name) {
		l.Title = own + "配件 适用于 " + name + " " + p.chinese
	} else {
		phrase := of(d, []string{"compatible with", "replacement for", "fits", "for use with"})
		l.Title = fmt.Sprintf("%s %s %s %s %s, %s", own, p.accessory, phrase, name, p.noun, capital(of(d, colours)))
	}
	l.Brand = own
	describe(d, l, p)
}

// described writes a listing in which an ordinary word stands as a word.
func described(d *dice, l *corpora.Listing, p goods, word string) {
	l.Brand = houseBrand(d)
	l.Title = fmt.Sprintf("%s %s %s with %s print, %s", l.Brand, capital(of(d, adjectives)), p.noun, word, capital(of(d, colours)))
	describe(d, l, p)
}

// describe fills category and description, which name no mark.
func describe(d *dice, l *corpora.Listing, p goods) {
	l.Category = p.category
	l.Description = fmt.Sprintf("This %s is %s and %s. It suits %s and comes in %s. Order number %s.",
		strings.ToLower(p.noun), of(d, adjectives), of(d, adjectives), of(d, audience), of(d, colours), model(d))
}

// houseBrand returns a brand of a pattern that no name of the register has.
func houseBrand(d *dice) string {
	return "Q" + of(d, split("uorv uimb yxth uuld")) + of(d, split("ax em ith orp")) + of(d, split("ulo ivex omba etzu")) + strconv.Itoa(10+d.n(90))
}

func model(d *dice) string {
	return string(rune('A'+d.n(26))) + string(rune('A'+d.n(26))) + "-" + strconv.Itoa(100+d.n(900))
}

func isHan(s string) bool {
	return slices.ContainsFunc([]rune(s), func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
}

// picture returns picture k of the listing whose own seed is given.
func picture(seed uint64, k int) corpora.Image {
	return corpora.Image{
		Ref: fmt.Sprintf("picture-%d-%d.png", seed, k),
		Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(string(PNG(Picture(seed<<8 | uint64(k)))))), nil
		},
	}
}
