package core

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// textOf makes a text of words set apart by spaces. CJK characters are tokens of their own.
func textOf(s string, short int) *Text {
	t := &Text{Short: short}
	for w := range strings.FieldsSeq(s) {
		from := uint32(len(t.Runes))
		for _, r := range w {
			if isCJK(r) {
				if n := uint32(len(t.Runes)); n > from {
					t.Tokens = append(t.Tokens, Span{from, n})
				}
				from = uint32(len(t.Runes)) + 1
				t.Tokens = append(t.Tokens, Span{from - 1, from})
			}
			t.Runes = append(t.Runes, r)
		}
		if n := uint32(len(t.Runes)); n > from {
			t.Tokens = append(t.Tokens, Span{from, n})
		}
	}
	return t
}

func marksOf(words ...string) *Marks {
	m := &Marks{Offsets: []uint32{0}}
	for _, w := range words {
		m.Add([]rune(w))
	}
	return m
}

func editsOf(tb testing.TB, m *Marks) *Edits { return editsBy(tb, m, prefixFor(m.Len())) }

func editsBy(tb testing.TB, m *Marks, prefix int) *Edits {
	tb.Helper()
	e, err := NewEdits(m, buildEdits(m, prefix))
	if err != nil {
		tb.Fatal(err)
	}
	e.prefix = prefix
	return e
}

// prefixes are those that registers of different sizes use.
var prefixes = []int{shortPrefix, longPrefix}

func describe(m *Marks, t *Text, ms []Match) string {
	var b strings.Builder
	for _, x := range ms {
		fmt.Fprintf(&b, "%s:%s:%d ", string(m.At(x.Mark)), string(t.Runes[t.Tokens[x.First].From:t.Tokens[x.Last].To]), x.Dist)
	}
	return strings.TrimSpace(b.String())
}

func TestSearch(t *testing.T) {
	marks := marksOf("nike", "sony", "adidas", "skechers", "cocacola", "bmw", "耐克", "安踏体育", "森海塞尔", "501", "schwarzkopf", "дикси", "ナイキ")
	for _, c := range []struct{ text, want string }{
		{"nike shoes", ""},
		{"nkie shoes", "nike:nkie:1"},
		{"nikee shoes", "nike:nikee:1"},
		{"ni k", "nike:nik:1"},
		{"the sonny radio", "sony:sonny:1"},
		{"sonnyy", ""},
		{"skecherz", "skechers:skecherz:1"},
		{"sketchers", "skechers:sketchers:1"},
		{"kechrs", "skechers:kechrs:2"},
		{"coca coal", "cocacola:cocacoal:1"},
		{"koka cola", "cocacola:kokacola:2"},
		{"kokka cola", ""},
		{"bnw", "bmw:bnw:1"},
		{"new bnw", ""},
		{"bm", ""},
		{"耐用", ""},
		{"安踩体育", "安踏体育:安踩体育:1"},
		{"按踏体育", ""},
		{"安踏体", ""},
		{"买森海塞耳机", "森海塞尔:森海塞耳:1"},
		{"502", ""},
		{"schwarkopf", "schwarzkopf:schwarkopf:1"},
		{"schwarzkoppf set", "schwarzkopf:schwarzkoppf:1"},
		{"диски", "дикси:диски:1"},
		{"ナイス", "ナイキ:ナイス:1"},
	} {
		x := textOf(c.text, 1)
		e := editsOf(t, marks)
		if got := describe(marks, x, e.Search(new(Scratch), x, nil)); got != c.want {
			t.Errorf("%q finds %q, want %q", c.text, got, c.want)
		}
		if got := describe(marks, x, Brute(marks, x, nil)); got != c.want {
			t.Errorf("%q: the reference finds %q, want %q", c.text, got, c.want)
		}
	}
}

// same fails unless the table finds exactly what brute force finds.
func same(t *testing.T, m *Marks, e *Edits, s *Scratch, x *Text) {
	t.Helper()
	want, got := Brute(m, x, nil), e.Search(s, x, nil)
	if !slices.Equal(want, got) {
		t.Fatalf("text %q of %d tokens: table finds %s, brute force %s", string(x.Runes), len(x.Tokens), describe(m, x, got), describe(m, x, want))
	}
}

// strings over an alphabet of the given length, in order.
func all(alphabet string, n int) []string {
	out := []string{""}
	for range n {
		var next []string
		for _, s := range out {
			for _, r := range alphabet {
				next = append(next, s+string(r))
			}
		}
		out = next
	}
	return out
}

func TestSearchExhaustive(t *testing.T) {
	for _, c := range []struct {
		alphabet   string
		mark, from int
		to         int
	}{
		{"abc", 3, 2, 4}, {"abc", 4, 3, 5}, {"ab", 5, 4, 6}, {"ab", 7, 6, 8}, {"ab", 8, 6, 10}, {"ab", 9, 7, 11}, {"ab", 10, 8, 12}, {"人大", 3, 3, 3}, {"人大", 4, 4, 4},
	} {
		m := marksOf(all(c.alphabet, c.mark)...)
		e, f := editsBy(t, m, shortPrefix), editsBy(t, m, longPrefix)
		s := new(Scratch)
		for n := c.from; n <= c.to; n++ {
			for i, w := range all(c.alphabet, n) {
				if c.mark >= 8 && i%11 != 0 {
					continue // a part is enough where there are hundreds of thousands of pairs
				}
				same(t, m, e, s, textOf(w, 1))
				same(t, m, f, s, textOf(w, 1))
			}
		}
	}
}

func TestSearchRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(alphabet []rune, n int) string {
		b := make([]rune, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	alphabets := [][]rune{[]rune("abc"), []rune("abcdefgh1"), []rune("人大小中a"), []rune("αβγ")}
	for i := range 150 {
		a := alphabets[r.IntN(len(alphabets))]
		m := &Marks{Offsets: []uint32{0}}
		longest := 16
		if r.IntN(4) == 0 {
			longest = 40
		}
		for range 1 + r.IntN(60) {
			m.Add([]rune(word(a, 1+r.IntN(longest))))
		}
		e := editsBy(t, m, prefixes[i%2])
		s := new(Scratch)
		for range 20 {
			var b strings.Builder
			for range 1 + r.IntN(8) {
				if r.IntN(3) == 0 { // a mark with a few letters changed
					w := []rune(string(m.At(uint32(r.IntN(m.Len())))))
					for range r.IntN(3) {
						w[r.IntN(len(w))] = a[r.IntN(len(a))]
					}
					b.WriteString(string(w) + " ")
					continue
				}
				b.WriteString(word(a, 1+r.IntN(7)) + " ")
			}
			x := textOf(b.String(), r.IntN(3))
			if r.IntN(2) == 0 {
				x.QuietRun = r.IntN(4)
				for range x.Tokens {
					x.Quiet = append(x.Quiet, r.IntN(3) > 0)
				}
			}
			same(t, m, e, s, x)
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("nike adidas skechers", "nkie skecherz", 1)
	f.Add("abcdefgh", "abcdef ghij", 0)
	f.Add("耐克体育", "耐可体育", 0)
	f.Add("aaaaaaaa aaaa", "aa aa aa aa aa", 2)
	f.Fuzz(func(t *testing.T, marks, text string, short int) {
		if len(marks) > 400 || len(text) > 200 {
			return
		}
		m := marksOf(strings.Fields(marks)...)
		for _, p := range prefixes {
			same(t, m, editsBy(t, m, p), new(Scratch), textOf(text, short))
		}
	})
}

func FuzzWithin(f *testing.F) {
	f.Add("skechers", "sketchersab")
	f.Add("ab", "ba")
	f.Fuzz(func(t *testing.T, a, b string) {
		mark, text := []rune(a), []rune(b)
		if len(mark) > 40 || len(text) > 40 {
			return
		}
		for k := 1; k <= 2; k++ {
			e := within(mark, text, k)
			for d := range 5 {
				want := far
				if n := len(mark) + d - 2; n >= 0 && n <= len(text) {
					want = Distance(mark, text[:n])
				}
				if got := int(e[d]); got != want && (got <= k || want <= k) {
					t.Fatalf("within(%q, %q, %d)[%d] = %d, want %d", a, b, k, d, got, want)
				}
			}
		}
	})
}

func TestSearchDoesNotAllocate(t *testing.T) {
	m := marksOf("nike", "adidas", "skechers")
	e, s, x := editsOf(t, m), new(Scratch), textOf("nkie skecherz adidsa shoes for men", 1)
	dst := e.Search(s, x, nil)
	if len(dst) == 0 {
		t.Fatal("nothing found")
	}
	if n := testing.AllocsPerRun(100, func() { dst = e.Search(s, x, dst[:0]) }); n != 0 {
		t.Errorf("%v allocations per text", n)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"nike", "nike", 0}, {"nike", "nkie", 1}, {"nike", "nikee", 1}, {"nike", "mike", 1}, {"ca", "abc", 3},
		{"abcd", "badc", 2}, {"耐克", "耐可", 1}, {strings.Repeat("ab", 40), strings.Repeat("ba", 40), 2}, {"kitten", "sitting", 3},
	} {
		if got := Distance([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Distance([]rune(c.b), []rune(c.a)); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}
