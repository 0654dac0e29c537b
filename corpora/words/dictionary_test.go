package words

import (
	"maps"
	"slices"
	"testing"
)

func TestDictionaries(t *testing.T) {
	tables, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key  string
		want Set
		not  Set
	}{
		{"apple", English, Common | Chinese},
		{"with", English | Common, Chinese},
		{"puma", English, Common},
		{"gap", English, Common},
		{"black", English | Common, 0},
		{"schwarz", German, English},
		{"chaussures", French, English},
		{"zapatos", Spanish, English},
		{"scarpe", Italian, English},
		{"苹果", Chinese, 0},
		{"スニーカー", Japanese, Chinese},
		{"london", Place, 0},
		{"germany", Place, 0},
		{"北京", Place, 0},
		{"michael", Name, 0},
	} {
		got := tables.Dictionaries(c.key)
		if got&c.want != c.want || got&c.not != 0 {
			t.Errorf("Dictionaries(%q) = %b, want %b and none of %b", c.key, got, c.want, c.not)
		}
	}
	for _, coined := range []string{"", "nike", "adidas", "xerox", "velcro", "lego", "耐克", "可口可乐", "appl", "applez"} {
		if got := tables.Dictionaries(coined); got != 0 {
			t.Errorf("Dictionaries(%q) = %b, want none", coined, got)
		}
	}
}

func TestDictionaryRoundTrip(t *testing.T) {
	in := map[string]Set{}
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'h'; b++ {
			in[string([]rune{a, b})] = Set(1 << (int(a+b) % 10))
			in[string([]rune{a, b, 'x', b, '中'})] = English | Name
		}
	}
	d, err := openDictionary(string(EncodeDictionary(in)))
	if err != nil {
		t.Fatal(err)
	}
	if d.words != len(in) {
		t.Errorf("words = %d, want %d", d.words, len(in))
	}
	for k, v := range in {
		if got := d.look(k); got != v {
			t.Errorf("look(%q) = %b, want %b", k, got, v)
		}
		if got := d.look(k + "q"); got != 0 {
			t.Errorf("look(%q) = %b, want none", k+"q", got)
		}
	}
}

// TestDictionaryComplete walks the embedded file: sorted, readable to the end, and every word is found by look.
func TestDictionaryComplete(t *testing.T) {
	d, err := openDictionary(dictionaryData)
	if err != nil {
		t.Fatal(err)
	}
	n, prev := 0, ""
	for i := range d.offsets {
		for r := d.reader(i); r.next(); {
			w := string(r.word[:r.n])
			if w <= prev {
				t.Fatalf("%q stands after %q", w, prev)
			}
			if got := d.look(w); got != r.set || r.set == 0 {
				t.Fatalf("look(%q) = %b, stored %b", w, got, r.set)
			}
			n, prev = n+1, w
		}
	}
	if n != d.words || n < 100_000 {
		t.Errorf("walked %d words, the head says %d", n, d.words)
	}
}

func TestDictionaryNoAllocations(t *testing.T) {
	tables, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { tables.Dictionaries("waterproof"); tables.Dictionaries("苹果") }); n != 0 {
		t.Errorf("a lookup allocates %v times", n)
	}
}

func FuzzOpenDictionary(f *testing.F) {
	good := EncodeDictionary(map[string]Set{"black": English | Common, "blanc": French, "schwarz": German})
	f.Add(good, "black")
	for _, n := range slices.Sorted(maps.Keys(map[int]bool{0: true, 4: true, 12: true, len(good) - 1: true})) {
		f.Add(good[:n], "blanc")
	}
	f.Fuzz(func(t *testing.T, data []byte, key string) {
		d, err := openDictionary(string(data))
		if err != nil {
			return
		}
		d.look(key)
	})
}

func BenchmarkDictionaries(b *testing.B) {
	tables, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		tables.Dictionaries("waterproof")
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
