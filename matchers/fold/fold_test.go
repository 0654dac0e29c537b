package fold

import (
	"slices"
	"strings"
	"testing"
)

func TestKey(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"  ...  ", ""},
		{"Nike", "nike"},
		{"NIKÉ", "nike"},
		{"Ｎｉｋｅ", "nike"},
		{"𝐍𝐢𝐤𝐞", "nike"},
		{"Coca-Cola", "coca cola"},
		{"Coca  Cola", "coca cola"},
		{"Levi's", "levis"},
		{"Levi’s", "levis"},
		{"90's 90s", "90 s 90 s"},
		{"rock 'n' roll", "rock n roll"},
		{"Black & Decker", "black decker"},
		{"iPhone15 Pro", "iphone 15 pro"},
		{"Straße", "strasse"},
		{"Ørsted Łódź", "orsted lodz"},
		{"Ёлка й", "елка й"},
		{"ΟΔΟΣ οδός", "οδοσ οδοσ"},
		{"耐克 运动鞋", "耐克 运动鞋"},
		{"小米Mix", "小米 mix"},
		{"ﾅｲｷ ｶﾞ", "ナイキ ガ"},
		{"나이키", "나이키"},
		{"กรุงเทพ", "กรุงเทพ"},
		{"نايْك", "نايك"},
		{"N\u200bI\u00adK\u2060E", "nike"},
		{"N̶I̶K̶E̶", "nike"},
		{"Nike™ Air®", "nike air"},
		{"№5 ½", "no 5 1 2"},
		{"a\xffb", "a b"},
	} {
		if got := Key(c.in); got != c.want {
			t.Errorf("Key(%q) = %q, want %q", c.in, got, c.want)
		}
		if got, want := Squeeze(c.in), strings.ReplaceAll(c.want, " ", ""); got != want {
			t.Errorf("Squeeze(%q) = %q, want %q", c.in, got, want)
		}
	}
}

func TestLook(t *testing.T) {
	var x Text
	for _, c := range []struct{ in, want string }{
		{"Nіkе", "nike"}, // Cyrillic і and е
		{"АDIDАS", "adidas"},
		{"BE$T", "best"},
		{"$amsung @pple", "s|amsung a|pple"},
		{"P!nk!", "pink|i"},
		{"🅽🅸🅺🅴", "nike"},
		{"🇳🇮🇰🇪", "nike"},
		{"ɴɪᴋᴇ", "nike"},
		{"Ρuma", "puma"}, // Greek rho
		{"Nike shoes, $5 | 50+", ""},
		{"Größe 42", ""},
		{"耐克", ""},
	} {
		var b strings.Builder
		x.Fold(c.in)
		has := x.HasLook()
		if x.Look(c.in) {
			for i, k := range x.Tokens {
				if i > 0 {
					b.WriteString(map[bool]string{true: "|", false: " "}[k.Shape&Touching != 0])
				}
				b.WriteString(string(x.Runes[k.From:k.To]))
			}
			if !has {
				t.Errorf("HasLook is false for %q", c.in)
			}
		}
		if got := b.String(); got != c.want {
			t.Errorf("Look(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestShapes(t *testing.T) {
	var x Text
	x.Fold("NIKE Air iPhone15 coca-cola K's (new) N🔥I 耐克. Ab")
	want := []struct {
		text  string
		shape Shape
	}{
		{"nike", Upper | After}, {"air", Title}, {"iphone", 0}, {"15", Lower | HasDigit | AllDigits | Glued | Touching},
		{"coca", Lower}, {"cola", Lower | Glued}, {"k", Title}, {"s", Lower | Glued | Apostrophe}, {"new", Lower | After},
		{"n", Title | After}, {"i", Title | Glued | Decorated}, {"耐", Lower | Ideograph}, {"克", Lower | Ideograph | Glued | Touching},
		{"ab", Title | After},
	}
	if len(x.Tokens) != len(want) {
		t.Fatalf("%d tokens, want %d", len(x.Tokens), len(want))
	}
	for i, k := range x.Tokens {
		if s := string(x.Runes[k.From:k.To]); s != want[i].text || k.Shape != want[i].shape {
			t.Errorf("token %d is %q %b, want %q %b", i, s, k.Shape, want[i].text, want[i].shape)
		}
	}
}

func TestNotes(t *testing.T) {
	var x Text
	s := "Né\u200bk̸$"
	x.Look(s)
	want := []Note{NoteCapital, NoteForm, NoteHidden, NoteSymbol}
	if !slices.Equal(x.Notes, want) {
		t.Errorf("notes %b, want %b", x.Notes, want)
	}
}

// check holds what every text owes to its callers.
func check(t *testing.T, x *Text, s string) {
	t.Helper()
	if len(x.Start) != len(x.Runes) || len(x.End) != len(x.Runes) || len(x.Notes) != len(x.Runes) {
		t.Fatalf("%q: lengths differ", s)
	}
	var last, lastEnd uint32
	for i := range x.Runes {
		if x.Start[i] >= x.End[i] || int(x.End[i]) > len(s) || x.Start[i] < last {
			t.Fatalf("%q: rune %d has range %d:%d", s, i, x.Start[i], x.End[i])
		}
		if x.Start[i] != last && x.Start[i] < lastEnd {
			t.Fatalf("%q: rune %d overlaps the one before", s, i)
		}
		last, lastEnd = x.Start[i], x.End[i]
	}
	var at uint32
	for i, k := range x.Tokens {
		if k.From != at || k.To <= k.From {
			t.Fatalf("%q: token %d is %d:%d, want from %d", s, i, k.From, k.To, at)
		}
		at = k.To
	}
	if int(at) != len(x.Runes) {
		t.Fatalf("%q: tokens end at %d of %d", s, at, len(x.Runes))
	}
}

func equal(x, y *Text) bool {
	return slices.Equal(x.Runes, y.Runes) && slices.Equal(x.Start, y.Start) && slices.Equal(x.End, y.End) &&
		slices.Equal(x.Notes, y.Notes) && slices.Equal(x.Tokens, y.Tokens)
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Nike Air-Max 90's", "BE$T P!nk", "Nіke 耐克가e\u0301", "\xff\xfe\xe4\xbd", "🇳🇮 ½ ﬁ", "a\u0338\u0338\u0338", "가\u1100\u1161\u11a8", "ﾅｲｷﾞ", "\u3164a\U000e0041"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, look := range []bool{false, true} {
			var fast, ref Text
			fast.sc.run(&fast, s, look)
			ref.sc.plain(&ref, s, look)
			check(t, &fast, s)
			if !equal(&fast, &ref) || fast.sc.odd != ref.sc.odd {
				t.Fatalf("%q, look %v: the fast way gives %q %v, the plain one %q %v", s, look, string(fast.Runes), fast.Tokens, string(ref.Runes), ref.Tokens)
			}
		}
	})
}

func TestFoldHostile(t *testing.T) {
	const n = 1 << 20
	for _, s := range []string{
		"a" + strings.Repeat("\u0301", n),
		strings.Repeat("\u0338", n),
		strings.Repeat("N ", n),
		strings.Repeat("!", n) + "a",
		strings.Repeat("\xff", n),
		strings.Repeat("\u200b", n),
		strings.Repeat("가\u0301", n/4),
	} {
		var x Text
		x.Fold(s)
		check(t, &x, s)
		x.Look(s)
		check(t, &x, s)
	}
}

func TestFoldDoesNotAllocate(t *testing.T) {
	var x Text
	s := "Nike Air-Max 90's, NIKÉ Ｎｉｋｅ 耐克 Nіke е\u0301 BE$T"
	x.Fold(s)
	x.Look(s)
	if n := testing.AllocsPerRun(100, func() { x.Fold(s); x.Look(s) }); n != 0 {
		t.Errorf("%v allocations per text", n)
	}
}

func TestSimilar(t *testing.T) {
	for r := range rune(128) {
		for q := range rune(128) {
			if Similar(r, q) != Differs && Class(r) != Class(q) {
				t.Errorf("%c may stand for %c, but their classes differ", r, q)
			}
		}
	}
	for _, e := range simplified {
		if Class(e[0]) != Class(e[1]) || Similar(e[0], e[1]) != Variant {
			t.Errorf("%c and %c are not variants", e[0], e[1])
		}
	}
	for _, c := range []struct {
		text, sign rune
		want       Relation
	}{{'1', 'i', Leet}, {'1', 'l', Leet}, {'i', 'l', Mistaken}, {'5', 's', Leet}, {'s', '5', Differs}, {'o', '0', Leet}, {'a', 'b', Differs}, {'龍', '龙', Variant}} {
		if got := Similar(c.text, c.sign); got != c.want {
			t.Errorf("Similar(%c, %c) = %v, want %v", c.text, c.sign, got, c.want)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	for _, c := range []struct{ name, s string }{
		{"ascii", "Men's Running Shoes Breathable Lightweight Mesh Sneakers, Size 42, Black/White 2024 New"},
		{"chinese", "耐克男鞋新款夏季透气网面轻便跑步鞋运动鞋黑白色"},
		{"cyrillic", "Кроссовки мужские беговые лёгкие сетчатые, размер 42"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var x Text
			b.SetBytes(int64(len(c.s)))
			for b.Loop() {
				x.Fold(c.s)
			}
		})
	}
}

func TestRoman(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"耐克", "naike"}, {"华为", "huawei"}, {"绿", "lv"}, {"найк", "nayk"}, {"адидас", "adidas"}, {"ナイキ", "naiki"}, {"ソニー", "soni"},
		{"さくら", "sakura"}, {"나이키", "naiki"}, {"삼성", "samseong"}, {"νικε", "nike"}, {"トヨタ", "toyota"}, {"ю", "yu"},
	} {
		var got strings.Builder
		for _, r := range c.in {
			s, ok := Roman(r)
			if !ok {
				t.Errorf("no writing for %c", r)
			}
			got.WriteString(s)
		}
		if got.String() != c.want {
			t.Errorf("Roman(%s) = %s, want %s", c.in, got.String(), c.want)
		}
	}
	if a, b := Pinyin('行'); a != "xing" || b != "hang" {
		t.Errorf("Pinyin(行) = %s, %s", a, b)
	}
	for r := range rune(0x110000) {
		if s, ok := Roman(r); ok && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Fatalf("Roman(%c) = %q", r, s)
		}
	}
}
