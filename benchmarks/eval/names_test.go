package eval

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"lookalike/matchers"
	"lookalike/matchers/text"
)

func TestReadNames(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want []Name
	}{
		"lines":   {"\ufeffNike\n\n  adidas \nNIKE\n!!\n", []Name{{"Nike", ""}, {"adidas", ""}}},
		"table":   {"id,Name,zh\n1,Nike,耐克\n2,,x\n3,\"Levi, Strauss\",\n", []Name{{"Nike", "耐克"}, {"Levi, Strauss", ""}}},
		"rights":  {"kind,text,aliases\nmark,Nike,ja:ナイキ;zh:耐克;zh:奈克\n", []Name{{"Nike", "耐克"}}},
		"objects": {`{"name":"Nike","names":{"zh":"耐克","ja":"ナイキ"}}` + "\n\n" + `{"brand":"adidas","zh":"阿迪达斯"}` + "\n", []Name{{"Nike", "耐克"}, {"adidas", "阿迪达斯"}}},
	} {
		got, err := ReadNames(strings.NewReader(c.file))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for name, file := range map[string]string{"nothing": "", "no letters": "!\n?\n", "bad object": "{\n", "bytes": "\xff\xfe", "quotes": "name\n\"Nike\n"} {
		if got, err := ReadNames(strings.NewReader(file)); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzReadNames(f *testing.F) {
	f.Add("name,zh\nNike,耐克\n")
	f.Add(`{"name":"Nike","names":{"zh":"耐克"}}`)
	f.Fuzz(func(t *testing.T, s string) {
		names, err := ReadNames(strings.NewReader(s))
		if err == nil && len(names) == 0 {
			t.Fatal("no names and no error")
		}
	})
}

func TestInsert(t *testing.T) {
	d := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		for _, title := range []string{"one two three four", "one", "2500W炉", "男款运动鞋", ""} {
			out, at := insert(d, title, "Nike")
			if !strings.HasPrefix(out[at:], "Nike") || !utf8.ValidString(out) {
				t.Fatalf("%q at %d", out, at)
			}
			if at > 0 && strings.ContainsAny(out[at-1:at], "Wo0") {
				t.Fatalf("%q cuts a word", out)
			}
		}
	}
}

func TestLanesOfNames(t *testing.T) {
	o := Options{Kinds: []matchers.Kind{text.New()}}
	o.World.Seed = 3
	res, err := Lanes(t.Context(), o, Files{
		Names:    []Name{{"Lumtrex", ""}, {"Zorvanta", "佐万达"}, {"Nax", ""}, {"Quibble Gadget", "奎宝"}},
		Titles:   []string{"Running shoes for men in blue", "男款运动鞋透气"},
		Listings: []Titled{{"New Lumtrex shoes", "LUMTREX"}, {"Zorvanta", "Other"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]Row{}
	for _, s := range res.Sections {
		for _, r := range s.Rows {
			at[s.Name+" "+r.Name] = r
		}
	}
	for row, n := range map[string]int{"disguises plain": 3, "disguises joined": 1, "chinese recorded_chinese": 2, "chinese other_character": 1, "titles own_brand": 1} {
		r := at[row]
		if r.N != n {
			t.Errorf("%s: n is %d, want %d", row, r.N, n)
		}
		for i, v := range r.Values {
			if v != 1 {
				t.Errorf("%s: column %d is %v", row, i, v)
			}
		}
	}
}
