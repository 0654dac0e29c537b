package core

import (
	"math/bits"
	"slices"
)

// How many runes of a long mark or window are looked up. With more of them fewer candidates begin alike, which pays in
// large registers, where many marks share a word; with fewer there are fewer look-ups.
const (
	shortPrefix = 8
	longPrefix  = 10
	longFrom    = 1 << 15 // marks
)

// A mark of 8 runes and more is stored by its first shortPrefix runes when it has less than the prefix, so that a start is
// looked up by two prefixes at most.

// prefixFor returns the prefix for a number of marks.
func prefixFor(marks int) int {
	if marks < longFrom {
		return shortPrefix
	}
	return longPrefix
}

// cjkPrefix is the prefix for substitutions of Chinese characters.
const cjkPrefix = 8

// code returns 64 random bits for a rune.
func code(r rune) uint64 {
	if uint32(r) < uint32(len(codes)) {
		return codes[r]
	}
	return splitmix(uint64(uint32(r)))
}

var codes = func() (t [128]uint64) {
	for r := range t {
		t[r] = splitmix(uint64(r))
	}
	return t
}()

// splitmix is the output function of Steele, Lea and Flood's generator SplitMix64 (OOPSLA 2014).
func splitmix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// at returns the share of a rune at a position in the key of a string. Positions from -2 to 10 are told apart.
func at(c uint64, pos int) uint64 { return bits.RotateLeft64(c, 5*pos) }

// The seeds tell strings with gaps apart from strings with deletions.
const (
	gapCode   = 0x6a09e667f3bcc909
	seedShort = 0xbb67ae8584caa73b
	seedCJK   = 0x3c6ef372fe94f82b
)

// sums holds running XORs over the first runes of a string: s[d][i] covers the first i runes, each d places further to
// the left than it stands. With them the key of any variant is a few XORs. first[a] and second[b] are what the runes up to
// a gap add, when rune a is the first to go, and b the second.
type sums struct {
	n             int
	s             [3][longPrefix + 1]uint64
	first, second [longPrefix]uint64
}

// load computes the sums of the first runes of text, at most prefix.
func (x *sums) load(text []rune, prefix int) {
	x.n = min(len(text), prefix)
	for i, r := range text[:x.n] {
		c := code(r)
		x.s[0][i+1] = x.s[0][i] ^ at(c, i)
		x.s[1][i+1] = x.s[1][i] ^ at(c, i-1)
		x.s[2][i+1] = x.s[2][i] ^ at(c, i-2)
		x.first[i] = x.s[0][i] ^ x.s[1][i+1]
		x.second[i] = x.s[1][i] ^ x.s[2][i+1]
	}
}

// whole returns the key of the first n runes.
func (x *sums) whole(n int) uint64 { return x.s[0][n] }

// one returns the key of the first n runes without rune a.
func (x *sums) one(n, a int) uint64 { return x.first[a] ^ x.s[1][n] }

// gap returns the key of the first n runes with a gap in place of rune a.
func (x *sums) gap(n, a int) uint64 {
	return x.s[0][n] ^ x.s[0][a] ^ x.s[0][a+1] ^ at(gapCode, a)
}

// cjkSeed tells the lengths of windows apart, all beyond prefix being one.
func cjkSeed(n int) uint64 { return bits.RotateLeft64(seedCJK, min(n, cjkPrefix+1)) }

// markKeys appends the keys under which a mark is stored.
func markKeys(x *sums, mark []rune, mode Mode, prefix int, dst []uint64) []uint64 {
	if mode == EqualOnly || len(mark) == 0 {
		return dst
	}
	if mode == TwoEdits && len(mark) < prefix {
		prefix = shortPrefix
	}
	x.load(mark, prefix)
	n := x.n
	switch mode {
	case ShortLatin:
		for a := range n {
			dst = append(dst, seedShort^x.gap(n, a))
		}
	case OneEdit:
		dst = append(dst, x.whole(n))
		for a := range n {
			dst = append(dst, x.one(n, a))
		}
	case TwoEdits:
		dst = x.pairs(n, dst)
	case OneCJK:
		seed := cjkSeed(len(mark))
		n = min(n, cjkPrefix)
		for a := 1; a < n; a++ {
			dst = append(dst, seed^x.gap(n, a))
		}
		if len(mark) > cjkPrefix {
			dst = append(dst, seed^x.whole(n))
		}
	}
	return dst
}

// shortKeys appends the keys by which a window of n runes finds marks of up to 7 runes.
func shortKeys(x *sums, n int, short bool, dst []uint64) []uint64 {
	if n >= 3 && n <= 7 {
		dst = append(dst, x.whole(n))
	}
	if n > 3 && n <= 8 {
		for a := range n {
			dst = append(dst, x.one(n, a))
		}
	}
	if n == 3 && short {
		for a := range 3 {
			dst = append(dst, seedShort^x.gap(3, a))
		}
	}
	return dst
}

// longKeys appends the keys by which windows from one start find marks of 8 runes and more, which are stored by their first
// shortPrefix runes, or by prefix of them when they have as many: the strings of p-2 runes that are left of the first p runes,
// or of as many as the window has. shortest and longest are the least and the greatest length of those windows; what no
// window needs is left out, and so are strings that shortKeys gives too. They are the same for all windows long enough.
func longKeys(x *sums, shortest, longest, prefix int, dst []uint64) []uint64 {
	if longest >= shortPrefix && (prefix == shortPrefix || shortest < prefix+2) {
		dst = x.pairs(shortPrefix, dst)
	}
	if prefix > shortPrefix && longest >= prefix {
		dst = x.pairs(prefix, dst)
	}
	return dst
}

// pairs appends the keys of the first n runes without each two of them.
func (x *sums) pairs(n int, dst []uint64) []uint64 {
	for b := 1; b < n; b++ {
		tail := x.second[b] ^ x.s[2][n]
		at := len(dst)
		dst = slices.Grow(dst, b)[:at+b]
		row := dst[at:]
		for a, head := range x.first[:b] {
			row[a] = head ^ tail
		}
	}
	return dst
}

// middleKeys appends the keys by which a window of n runes finds marks that are stored by more runes than it has.
func middleKeys(x *sums, n, prefix int, dst []uint64) []uint64 {
	switch {
	case prefix < longPrefix:
	case n == 8:
		dst = append(dst, x.whole(8))
	case n == 9:
		for a := range 9 {
			dst = append(dst, x.one(9, a))
		}
	}
	return dst
}

// cjkKeys appends the keys to look up for a window of n runes whose first is CJK.
func cjkKeys(x *sums, n int, dst []uint64) []uint64 {
	seed, m := cjkSeed(n), min(n, cjkPrefix)
	for a := 1; a < m; a++ {
		dst = append(dst, seed^x.gap(m, a))
	}
	if n > cjkPrefix {
		dst = append(dst, seed^x.whole(m))
	}
	return dst
}
