package text

import (
	"unicode/utf8"

	"lookalike/matchers/core"
)

// The seeds keep the keys of different questions apart in one table.
const (
	seedWhole = 1
	seedWeak  = 0x510e527fade682d1
	seedOrder = 0x1f83d9abfb41bd6b
	seedSound = 0x5be0cd19137e2179
)

// maxWords is how many words a sign has at most whose words are looked for in another order.
const maxWords = 4

// run is a run of runes.
type run struct{ from, to int }

// wordsOf cuts a form at its boundaries. It gives no words for forms whose boundaries are not all known.
func wordsOf(n int, bounds cuts, dst []run) []run {
	if n > 63 {
		return dst
	}
	from := 0
	for p := 1; p < n; p++ {
		if bounds&(1<<p) != 0 {
			dst = append(dst, run{from, p})
			from = p
		}
	}
	return append(dst, run{from, n})
}

// piecesOf cuts a form at its boundaries and where letters meet digits, however they are written: the words whose order is
// compared.
func piecesOf(runes []rune, bounds cuts, dst []run) []run {
	if len(runes) > 63 {
		return dst
	}
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	from := 0
	for p := 1; p < len(runes); p++ {
		if bounds&(1<<p) != 0 || isDigit(runes[p-1]) != isDigit(runes[p]) {
			dst = append(dst, run{from, p})
			from = p
		}
	}
	return append(dst, run{from, len(runes)})
}

// wordKey hashes one word.
func wordKey(word []rune) uint64 {
	h := rolling(seedOrder)
	for _, r := range word {
		h = (h ^ rolling(uint32(r))) * 0x9e3779b97f4a7c15
		h ^= h >> 31
	}
	return h.key(false)
}

// orderKey hashes words without regard to their order.
func orderKey(runes []rune, words []run) uint64 {
	sum := uint64(seedOrder)
	for _, w := range words {
		sum += wordKey(runes[w.from:w.to])
	}
	return sum
}

// reordered reports whether two runs of words are the same words in another order.
func reordered(a []rune, aw []run, b []rune, bw []run) bool {
	if len(aw) != len(bw) || len(aw) < 2 {
		return false
	}
	var used [maxWords]bool
	moved := false
	for i, x := range aw {
		found := false
		for j, y := range bw {
			if !used[j] && equalRunes(a[x.from:x.to], b[y.from:y.to]) {
				used[j], found = true, true
				moved = moved || i != j
				break
			}
		}
		if !found {
			return false
		}
	}
	return moved
}

func equalRunes(a, b []rune) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// joins reports whether a run of letters is a word that sellers write onto a brand: nikeshoes, nikestore.
func joins(word []rune, buf []byte) bool {
	if len(word) < 2 || len(word) > 10 {
		return false
	}
	for _, r := range word {
		if r < 'a' || r > 'z' {
			return false
		}
		buf = append(buf, byte(r))
	}
	_, ok := joined[string(buf)]
	return ok
}

// joined holds the words of joins: goods, shops and praise that stand behind brands in titles, one word each.
var joined = func() map[string]struct{} {
	m := map[string]struct{}{}
	for _, w := range [...]string{
		"shoe", "shoes", "sneaker", "sneakers", "boot", "boots", "sandal", "sandals", "slipper", "slippers", "sock", "socks", "shirt", "shirts", "tshirt", "tee", "tees", "hoodie", "hoodies",
		"jacket", "jackets", "coat", "coats", "jeans", "pants", "shorts", "dress", "skirt", "belt", "belts", "cap", "caps", "hat", "hats", "glove", "gloves", "scarf", "underwear",
		"bag", "bags", "handbag", "handbags", "backpack", "backpacks", "wallet", "wallets", "purse", "purses", "watch", "watches", "ring", "rings", "bracelet", "necklace", "earrings", "jewelry", "jewellery",
		"perfume", "parfum", "lipstick", "makeup", "cream", "shampoo", "soap", "toy", "toys", "doll", "dolls", "bricks", "game", "games", "puzzle", "phone", "phones", "case", "cases", "cover", "covers",
		"charger", "cable", "battery", "tablet", "laptop", "camera", "speaker", "headphone", "headphones", "earbuds", "bottle", "bottles", "cup", "mug", "lamp", "light", "lights", "sticker", "stickers", "poster",
		"store", "stores", "shop", "shops", "outlet", "official", "officiel", "online", "mall", "brand", "style", "design", "designs", "fashion", "wear", "sport", "sports", "club", "team", "world", "home",
		"kids", "baby", "men", "mens", "women", "womens", "girl", "girls", "boy", "boys", "pro", "max", "plus", "mini", "new", "sale", "deal", "deals", "replica", "copy", "inspired", "type", "like", "parts", "kit", "set",
	} {
		m[w] = struct{}{}
	}
	return m
}()

// part is a piece of a sign that is looked for by itself.
type part struct {
	run
	weak bool // looked for in names only
}

// vocabulary tells which words of signs are distinctive.
type vocabulary struct {
	count    map[uint64]uint32 // signs that hold a word, by its wordKey
	grams    map[uint64]uint32 // signs that hold a run of letters, by its gramKey
	ordinary func(word []rune) bool
}

const (
	rareWord   = 8  // signs that may share a word which carries a sign by itself
	knownWord  = 50 // signs that may share a word which carries a sign in a name
	strongPart = 0.3
	weakPart   = 0.4
)

// parts appends the dominant parts of a sign: from its words, the shortest and the longest run at either end that holds a
// distinctive word, and what is left without an article and company forms. A part of ordinary words is weak, but for several
// that are left of an article or company form. A part in s is there without the s too.
func (v *vocabulary) parts(runes []rune, words []run, dst []part) []part {
	if len(words) < 2 {
		return dst
	}
	n := len(words)
	if c := coreOf(runes, words); len(c) < n && c[len(c)-1].to-c[0].from >= 3 {
		p := part{run: run{c[0].from, c[len(c)-1].to}}
		p.weak = len(c) == 1 && (p.to-p.from < 4 || v.ordinary(runes[p.from:p.to]))
		dst = append(dst, p)
	}
	add := func(from, to int, want bool) bool {
		p := part{run: run{words[from].from, words[to-1].to}}
		share := float64(p.to-p.from) / float64(len(runes))
		strong, known := false, false
		for _, w := range words[from:to] {
			word := runes[w.from:w.to]
			if len(word) < 4 {
				continue
			}
			c, plain := v.count[wordKey(word)], v.ordinary(word) || v.ordinary(word[:stem(word)])
			known = known || c <= knownWord && (from == 0 || !plain)
			strong = strong || c <= rareWord && core.ModeOf(word) != core.EqualOnly && !plain
		}
		p.weak = !strong || share < strongPart
		if !known && !strong || p.weak && share < weakPart || want && p.weak {
			return false
		}
		for _, q := range dst {
			if q.run == p.run {
				return true
			}
		}
		dst = append(dst, p)
		return true
	}
	for _, strong := range []bool{true, false} {
		for to := 1; to < n && !add(0, to, strong); to++ {
		}
		for to := n - 1; to > 0 && !add(0, to, strong); to-- {
		}
		for from := n - 1; from > 0 && !add(from, n, strong); from-- {
		}
		for from := 1; from < n && !add(from, n, strong); from++ {
		}
	}
	return dst
}

// coreOf returns the words of a sign without an article before and company forms behind them: north face of The North Face,
// levi strauss of Levi Strauss & Co. It keeps at least one word.
func coreOf(runes []rune, words []run) []run {
	is := func(w run, of map[string]struct{}) bool {
		var buf [16]byte
		b := buf[:0]
		for _, r := range runes[w.from:w.to] {
			if r >= utf8.RuneSelf || len(b) == len(buf) {
				return false
			}
			b = append(b, byte(r))
		}
		_, ok := of[string(b)]
		return ok
	}
	for len(words) > 1 && is(words[len(words)-1], companyForms) {
		words = words[:len(words)-1]
	}
	if len(words) > 1 && is(words[0], articles) {
		words = words[1:]
	}
	return words
}

// articles are those of the languages of the dictionaries; companyForms are what a company is called behind its name, by law
// or by custom.
var (
	articles     = setOf("the", "le", "la", "les", "el", "los", "las", "il", "lo", "gli", "der", "die", "das")
	companyForms = setOf("and", "co", "company", "companies", "corp", "corporation", "inc", "incorporated", "ltd", "limited", "llc", "llp", "plc", "gmbh", "ag", "kg", "sa", "sas", "sarl", "spa", "srl", "bv", "nv", "ab", "oy", "kk")
)

func setOf(words ...string) map[string]struct{} {
	m := make(map[string]struct{}, len(words))
	for _, w := range words {
		m[w] = struct{}{}
	}
	return m
}

// stem returns the length of a word without a plural s, its own when it has none or would be too short.
func stem(runes []rune) int {
	n := len(runes)
	if n < 6 || runes[n-1] != 's' || runes[n-2] == 's' {
		return n
	}
	return n - 1
}
