package eval

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lookalike/corpora/synth"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// leastLetters is how many letters and digits a name has at least that disguises are measured on.
const leastLetters = 5

// Disguises measures recall per disguise: names of at least five letters, all in one register, each written by a treatment
// into a title, and looked for at the place where it was written. n is how many names of up to o.Names the treatment applies
// to. Columns: the name stands first in the title, somewhere within it, within it with the flood policy off, and alone in the
// brand field.
func Disguises(ctx context.Context, o Options, names []Name, titles []string) (Section, error) {
	s := Section{Name: "disguises", Columns: []string{"first", "inside", "policy_off", "brand"}}
	reg, err := newRegister(ctx, o.Kinds, texts(names), o.Dictionary)
	if err != nil {
		return s, err
	}
	defer reg.close()
	for _, t := range synth.Treatments() {
		r := rand.New(rand.NewPCG(o.World.Seed, uint64(len(t))))
		n, counts := 0, [4]int{}
		for _, i := range r.Perm(len(names)) {
			if n == o.Names {
				break
			}
			if utf8.RuneCountInString(fold.Squeeze(names[i].Text)) < leastLetters {
				continue
			}
			shown, ok := t.Apply(o.World.Seed+uint64(i), nameFor(names[i].Text))
			if !ok {
				continue
			}
			n++
			title := titles[r.IntN(len(titles))]
			found, err := reg.places(ctx, o, r, title, shown, uint32(i))
			if err != nil {
				return s, err
			}
			for k, ok := range found {
				counts[k] += one(ok)
			}
		}
		if n > 0 {
			s.Rows = append(s.Rows, shares(string(t), n, counts[:]...))
		}
	}
	return s, nil
}

// places says where a name, written as shown, leads to its right: first in the title, within it, within it without flood
// policy, and in the brand field.
func (r *register) places(ctx context.Context, o Options, d *rand.Rand, title, shown string, right uint32) (found [4]bool, err error) {
	first := shown + " " + title
	inside, at := insert(d, title, shown)
	for k, c := range []struct {
		title, brand string
		off          bool
		start        int
	}{{first, "", false, 0}, {inside, "", false, at}, {inside, "", true, at}, {title, shown, false, 0}} {
		part := matchers.Title
		if c.brand != "" {
			part = matchers.Brand
		}
		err = r.listing(ctx, c.title, c.brand, c.off, func(h matchers.Hit, row uint32) {
			if row == right && h.Part == part && int(h.Start) < c.start+len(shown) && int(h.End) > c.start {
				found[k] = true
			}
		})
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// insert writes a name between two words of a title, or between two characters of one without spaces, but not within a word
// or number of it.
func insert(d *rand.Rand, title, shown string) (out string, at int) {
	if words := strings.Fields(title); len(words) >= 3 {
		k := 1 + d.IntN(len(words)-1)
		before := strings.Join(words[:k], " ") + " "
		return before + shown + " " + strings.Join(words[k:], " "), len(before)
	}
	word := func(r rune) bool { return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r) }
	places := []int{len(title)}
	last := ' '
	for i, r := range title {
		if i > 0 && !word(last) && !word(r) {
			places = append(places, i)
		}
		last = r
	}
	at = places[d.IntN(len(places))]
	if at == len(title) && word(last) {
		title += " "
		at++
	}
	return title[:at] + shown + title[at:], at
}

// nameFor returns a name as synth wants it, with its pinyin and traditional form when it is Chinese.
func nameFor(s string) synth.Name {
	n := synth.Name{Text: s}
	if han(s) {
		n.Kind = synth.Chinese
		n.Pinyin, n.Traditional = pinyin(s, ""), traditional(s)
	}
	return n
}

func han(s string) bool {
	return s != "" && !slices.ContainsFunc([]rune(s), func(r rune) bool { return r < 0x4e00 || r > 0x9fff })
}

func texts(names []Name) []string {
	out := make([]string, len(names))
	for i := range names {
		out[i] = names[i].Text
	}
	return out
}

// Titles measures real titles: of those that name the brand which their listing declares and which is among the names, the
// share in which that brand is found; and the hits per title of all names, with the flood policy and without.
func Titles(ctx context.Context, o Options, names []Name, listings []Titled) (Section, error) {
	s := Section{Name: "titles", Columns: []string{"policy_on", "policy_off"}}
	reg, err := newRegister(ctx, o.Kinds, texts(names), o.Dictionary)
	if err != nil {
		return s, err
	}
	defer reg.close()
	ids := map[string]uint32{}
	for i, n := range names {
		ids[fold.Key(n.Text)] = uint32(i)
	}
	branded, own, hits, edits := 0, [2]float64{}, [2]float64{}, [2]float64{}
	for _, l := range listings {
		k := fold.Key(l.Brand)
		id, known := ids[k]
		known = known && k != "" && strings.Contains(" "+fold.Key(l.Title)+" ", " "+k+" ")
		branded += one(known)
		for p, off := range []bool{false, true} {
			found := false
			err := reg.listing(ctx, l.Title, "", off, func(h matchers.Hit, row uint32) {
				found = found || known && row == id
				hits[p]++
				edits[p] += float64(one(h.Lane == matchers.Edit))
			})
			if err != nil {
				return s, err
			}
			own[p] += float64(one(found))
		}
	}
	row := func(name string, n int, v [2]float64) {
		s.Rows = append(s.Rows, Row{name, n, []float64{v[0] / float64(max(n, 1)), v[1] / float64(max(n, 1))}})
	}
	row("own_brand", branded, own)
	row("hits", len(listings), hits)
	row("edits", len(listings), edits)
	return s, nil
}

// Titled is a title and the brand that its listing declares.
type Titled struct{ Title, Brand string }
