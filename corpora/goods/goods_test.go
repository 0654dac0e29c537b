package goods

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func load(t testing.TB) *Table {
	t.Helper()
	table, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestClassifyCategory(t *testing.T) {
	table := load(t)
	for _, c := range []struct {
		category string
		class    uint8
		kind     string
		least    float64
	}{
		{"Shoes", 25, "footwear", 0.9},
		{"Clothing, Shoes & Jewelry > Men > Shoes > Athletic > Running Shoes", 25, "sneakers", 0.9},
		{"Apparel & Accessories > Handbags, Wallets & Cases > Handbags", 18, "bag", 0.9},
		{"Electronics|Cell Phones|Phone Cases", 9, "phone case", 0.9},
		{"mens-watches", 14, "watch", 0.7},
		{"womens-shoes", 25, "footwear", 0.7},
		{"家用电器/厨房电器/电陶炉", 11, "stove", 0.9},
		{"电火灶 家用", 11, "stove", 0.8},
		{"手机壳", 9, "phone case", 0.9},
		{"Food > Dairy Products > Cream", 29, "dairy", 0.4},
		{"Beauty > Skin Care", 3, "skincare", 0.9},
		{"Toys & Games", 28, "toy", 0.5},
		{"Toys > Vehicles", 28, "toy", 0.8},
		{"Dolls > Furniture", 28, "toy", 0.8},
		{"玩具 > 汽车", 28, "toy", 0.8},
		{"Toys > Bicycles", 12, "bicycle", 0.8},
		{"Toys & Games > Costumes", 25, "costume", 0.8},
		{"Pets > Clothing", 25, "clothing", 0.8},
		{"Vitamin", 5, "supplement", 0.9},
		{"Home & Kitchen > Cookware > Frying Pans", 21, "cookware", 0.9},
		{"Retail services relating to footwear", 35, "", 0.5},
		{"Zahnbürsten", 21, "", 0.3},
	} {
		a := table.Classify(c.category, "")
		if len(a.Classes) == 0 || a.Classes[0].Class != c.class || a.Classes[0].Confidence < c.least || a.From != "category" {
			t.Errorf("Classify(%q) = %+v, want class %d with at least %.2f", c.category, a, c.class, c.least)
		}
		if c.kind != "" && !slices.Contains(a.Kinds, c.kind) {
			t.Errorf("Classify(%q): kinds %v, want %q", c.category, a.Kinds, c.kind)
		}
	}
}

func TestClassifyTitle(t *testing.T) {
	table := load(t)
	for _, c := range []struct {
		title string
		class uint8
		kind  string
		words string
	}{
		{"Nkie Air running shoes for men, black", 25, "sneakers", "running shoes"},
		{"Silicone Phone Case for iPhone 15 Pro", 9, "phone case", "Phone Case"},
		{"Replacement strap watch band for Apple Watch", 14, "watch", "watch band"},
		{"Stainless steel water bottle with straw", 21, "drinkware", "water bottle"},
		{"Black & Decker cordless drill 20V", 7, "power tool", "cordless drill"},
		{"适用苹果15手机壳透明", 9, "phone case", "手机壳"},
		{"家用新款凹面电陶炉炒菜锅大功率", 11, "stove", "电陶炉"},
		{"男士运动鞋透气跑鞋", 25, "sneakers", "跑鞋"},
		{"Gift set, plush toy bear 30 cm", 28, "plush toy", "plush toy"},
		{"Wireless in-ear headphones with case", 9, "headphones", "headphones"},
		{"Slim fit shirt with long sleeves", 25, "shirt", "shirt"},
		{"Set of 6 bowls", 21, "tableware", "bowls"},
		{"Eau de toilette spray for women", 3, "fragrance", "Eau de toilette"},
		{"Herren Laufschuhe aus Leder, schwarz", 25, "sneakers", "Laufschuhe"},
		{"Chaussures de sport pour homme", 25, "sneakers", "Chaussures de sport"},
		{"Mochila para portátil", 18, "backpack", "Mochila"},
		{"Custodia per telefono in silicone", 9, "phone case", "Custodia"},
		{"メンズ ランニングシューズ 軽量", 25, "sneakers", "ランニングシューズ"},
		{"AAA batteries 24 pack", 9, "battery", "AAA batteries"},
	} {
		a := table.Classify("", c.title)
		if len(a.Classes) == 0 || a.Classes[0].Class != c.class || !slices.Contains(a.Kinds, c.kind) || a.Words != c.words || a.From != "title" {
			t.Errorf("Classify(%q) = %+v, want class %d, kind %q, words %q", c.title, a, c.class, c.kind, c.words)
		}
	}
}

func TestClassifyUnknown(t *testing.T) {
	table := load(t)
	for _, title := range []string{"", "   ", "Zxqv Plonk 4711", "for with by", "———", "Florsheim Lakeside Ox Brown Nubuck 8", "Cover for car seats"} {
		if a := table.Classify("", title); len(a.Classes) != 0 || a.From != "" || a.Kinds != nil {
			t.Errorf("Classify(%q) = %+v, want unknown", title, a)
		}
	}
}

// TestClassifyFallsBack takes the title when the category says nothing, and never a title over a category that speaks.
func TestClassifyFallsBack(t *testing.T) {
	table := load(t)
	if a := table.Classify("1234-5678", "leather wallet"); a.From != "title" || a.Classes[0].Class != 18 {
		t.Errorf("an empty category: %+v", a)
	}
	if a := table.Classify("Sunglasses", "leather wallet"); a.From != "category" || a.Classes[0].Class != 9 {
		t.Errorf("a category that speaks: %+v", a)
	}
}

func TestKindsOf(t *testing.T) {
	table := load(t)
	for _, c := range []struct {
		goods string
		want  []string
	}{
		{"Clothing, footwear, headgear", []string{"clothing", "footwear", "headwear"}},
		{"Mobile phones; cases for mobile phones; headphones", []string{"headphones", "phone"}},
		{"Toothbrushes; toothpaste and mouthwash", []string{"toothbrush", "toothpaste"}},
		{"Business consultancy", nil},
		{"服装；鞋；帽子", []string{"clothing", "footwear", "headwear"}},
		{"", nil},
	} {
		if got := table.KindsOf(c.goods); !slices.Equal(got, c.want) {
			t.Errorf("KindsOf(%q) = %v, want %v", c.goods, got, c.want)
		}
	}
}

func TestSimilarKinds(t *testing.T) {
	table := load(t)
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"footwear", "clothing", true}, {"clothing", "footwear", true}, {"watch", "smartwatch", true}, {"smartwatch", "watch", true},
		{"bag", "footwear", true}, {"stove", "cookware", false}, {"phone", "coffee", false}, {"phone", "phone", true},
		{"phone", "nothing", false}, {"", "", false},
	} {
		if got := table.SimilarKinds(c.a, c.b); got != c.want {
			t.Errorf("SimilarKinds(%q, %q) = %v", c.a, c.b, got)
		}
	}
}

func TestRelatedClasses(t *testing.T) {
	table := load(t)
	for _, c := range []struct {
		a, b uint8
		want bool
	}{
		{18, 25, true}, {25, 18, true}, {9, 28, true}, {25, 12, false}, {0, 1, false}, {46, 25, false}, {255, 255, false},
	} {
		if got := table.RelatedClasses(c.a, c.b); got != c.want {
			t.Errorf("RelatedClasses(%d, %d) = %v", c.a, c.b, got)
		}
	}
	for c := range uint8(NumClasses + 1) {
		if table.RelatedClasses(35, c) {
			t.Errorf("class 35 is related to %d, and relates only to the goods that its text names", c)
		}
	}
}

// TestKindsWords holds that every word of every kind leads to a kind of the same class, and the name of a kind to itself.
func TestKindsWords(t *testing.T) {
	table := load(t)
	if n := len(table.Kinds()); n < 200 {
		t.Fatalf("%d kinds", n)
	}
	for _, k := range table.Kinds() {
		for _, w := range slices.Concat(k.English, k.Chinese) {
			toks := tokens(w)
			if m, ok := longest(table.vocabulary.get(toks[0].text).node, toks, 0); !ok || m.to != len(toks) {
				t.Errorf("kind %q: word %q is not found", k.Name, w)
			}
		}
	}
}

func FuzzClassify(f *testing.F) {
	table := load(f)
	f.Add("Shoes > Boots", "boots for men")
	f.Add("手机 / 壳", "适用 iPhone")
	f.Add(">>,,;", "--- with")
	f.Add("\xff\xfe>", "İ\xc0 shoes")
	f.Fuzz(func(t *testing.T, category, title string) {
		a := table.Classify(category, title)
		for i, g := range a.Classes {
			if g.Class < 1 || g.Class > NumClasses || !(g.Confidence > 0 && g.Confidence <= 1) || i > 0 && g.Confidence > a.Classes[i-1].Confidence {
				t.Fatalf("Classify(%q, %q) = %+v", category, title, a)
			}
		}
		// A text that is cut at its limit loses the bytes that are not UTF-8.
		if !slices.ContainsFunc([]string{category, title, strings.ToValidUTF8(category, ""), strings.ToValidUTF8(title, "")}, func(text string) bool {
			return strings.Contains(text, a.Words)
		}) {
			t.Fatalf("words %q do not stand in the input", a.Words)
		}
		if len(a.Classes) == 0 != (a.From == "") {
			t.Fatalf("Classify(%q, %q) = %+v", category, title, a)
		}
		table.KindsOf(title)
	})
}

func FuzzOpenTerms(f *testing.F) {
	good := Train([]Term{{25, "shoes"}, {25, "running shoes"}, {18, "leather bags"}})
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Fuzz(func(t *testing.T, b []byte) {
		if terms, err := openTerms(string(b)); err == nil {
			terms.score(tokens("running shoes"), &classScores{})
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	table := load(b)
	for _, c := range []struct{ name, category, title string }{
		{"category", "Clothing, Shoes & Jewelry > Men > Shoes > Running Shoes", ""},
		{"path", "Arts & Entertainment > Hobbies > Musical Instrument Accessories > Bassoon Swabs", ""},
		{"title", "", "Breathable lightweight sport sneakers for men, non slip walking running shoes black white size 42"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				table.Classify(c.category, c.title)
			}
		})
	}
}

func TestExplainIsClassify(t *testing.T) {
	table := load(t)
	for _, c := range []struct{ category, title string }{
		{"", "running shoes"}, {"Apparel > Shoes > Oxfords", ""}, {"Musical Instruments > Bassoon Swabs", ""}, {"", "Zxqv"}, {"Shoes", "bag"}, {"187", ""},
	} {
		e := table.Explain(c.category, c.title)
		if a := table.Classify(c.category, c.title); !reflect.DeepEqual(a, e.Answer) {
			t.Errorf("Explain(%q, %q) answers %+v, Classify %+v", c.category, c.title, e.Answer, a)
		}
		if len(e.Classes) > 0 && len(e.Said) == 0 {
			t.Errorf("Explain(%q, %q) gives no reason", c.category, c.title)
		}
	}
	e := table.Explain("", "running shoes")
	if len(e.Said) != 1 || e.Said[0].Kind != "sneakers" || !slices.Contains(e.Related, 18) || !slices.Contains(e.Similar, "footwear") {
		t.Errorf("Explain(running shoes) = %+v", e)
	}
}

func TestNames(t *testing.T) {
	table := load(t)
	for c := uint8(1); c <= NumClasses; c++ {
		if table.ClassName(c, "en") == "" || table.ClassName(c, "zh-Hans") == "" || table.ClassName(c, "en") == table.ClassName(c, "zh-Hans") {
			t.Errorf("class %d has no name in one language", c)
		}
	}
	if table.ClassName(0, "en") != "" || table.ClassName(46, "en") != "" {
		t.Error("a class that does not exist has a name")
	}
	for _, code := range []string{"02-04", "02.04", "2", "2-4"} {
		if c, ok := table.Locarno(code); !ok || c.Class != "02" || !slices.Contains(c.Kinds, "footwear") {
			t.Errorf("Locarno(%q) = %+v, %v", code, c, ok)
		}
	}
	for _, code := range []string{"", "99", "x", "0"} {
		if _, ok := table.Locarno(code); ok {
			t.Errorf("Locarno(%q) exists", code)
		}
	}
	if got := table.LocarnoOf("watch"); !slices.Contains(got, "10") || slices.Contains(got, "02") {
		t.Errorf("LocarnoOf(watch) = %v", got)
	}
}

func TestClassifyNumber(t *testing.T) {
	table := load(t)
	for _, c := range []struct {
		category string
		class    uint8
		words    string
	}{
		{"187", 25, "187"}, {" 267 ", 9, "267"}, {"5181 ", 18, "5181"}, {"201", 14, "201"},
	} {
		a := table.Classify(c.category, "")
		if len(a.Classes) == 0 || a.Classes[0].Class != c.class || a.Words != c.words || a.From != "category" {
			t.Errorf("Classify(%q) = %+v, want class %d", c.category, a, c.class)
		}
	}
	if a := table.Classify("99999999", ""); len(a.Classes) != 0 {
		t.Errorf("a number of no category gives %+v", a)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
