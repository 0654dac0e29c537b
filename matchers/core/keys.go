package core

import "math/bits"

// prefix is how many runes of a long mark or window are looked up.
const prefix = 8

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

// at returns the share of a rune at a position in the key of a string. Positions below 9 are told apart.
func at(c uint64, pos int) uint64 { return bits.RotateLeft64(c, 7*pos) }

// The seeds tell strings with gaps apart from strings with deletions.
const (
	gapCode   = 0x6a09e667f3bcc909
	seedShort = 0xbb67ae8584caa73b
	seedCJK   = 0x3c6ef372fe94f82b
)

// sums holds running XORs over the first runes of a string: s[d][i] covers the first i runes, each d places further to
// the left than it stands. With them the key of any variant is a few XORs.
type sums struct {
	n int
	s [3][prefix + 1]uint64
}

// load computes the sums of the first runes of text, at most prefix.
func (x *sums) load(text []rune) {
	x.n = min(len(text), prefix)
	for i, r := range text[:x.n] {
		c := code(r)
		x.s[0][i+1] = x.s[0][i] ^ at(c, i)
		x.s[1][i+1] = x.s[1][i] ^ at(c, i-1)
		x.s[2][i+1] = x.s[2][i] ^ at(c, i-2)
	}
}

// whole returns the key of the first n runes.
func (x *sums) whole(n int) uint64 { return x.s[0][n] }

// one returns the key of the first n runes without rune a.
func (x *sums) one(n, a int) uint64 { return x.s[0][a] ^ x.s[1][n] ^ x.s[1][a+1] }

// two returns the key of the first n runes without runes a < b.
func (x *sums) two(n, a, b int) uint64 {
	return x.s[0][a] ^ x.s[1][b] ^ x.s[1][a+1] ^ x.s[2][n] ^ x.s[2][b+1]
}

// gap returns the key of the first n runes with a gap in place of rune a.
func (x *sums) gap(n, a int) uint64 {
	return x.s[0][n] ^ x.s[0][a] ^ x.s[0][a+1] ^ at(gapCode, a)
}

// cjkSeed tells the lengths of windows apart, all beyond prefix being one.
func cjkSeed(n int) uint64 { return bits.RotateLeft64(seedCJK, min(n, prefix+1)) }

// markKeys appends the keys under which a mark is stored.
func markKeys(x *sums, mark []rune, mode Mode, dst []uint64) []uint64 {
	if mode == EqualOnly || len(mark) == 0 {
		return dst
	}
	x.load(mark)
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
		for b := range n {
			for a := range b {
				dst = append(dst, x.two(n, a, b))
			}
		}
	case OneCJK:
		seed := cjkSeed(len(mark))
		for a := 1; a < n; a++ {
			dst = append(dst, seed^x.gap(n, a))
		}
		if len(mark) > prefix {
			dst = append(dst, seed^x.whole(n))
		}
	}
	return dst
}

// windowKeys appends the keys to look up for a window of n runes from the start that x was loaded at. A window longer
// than prefix calls for the same keys as one of prefix+1 runes.
func windowKeys(x *sums, n int, want modes, short bool, dst []uint64) []uint64 {
	if want&has(OneEdit) != 0 && n >= 3 && n <= 8 || want&has(TwoEdits) != 0 && (n == 6 || n == 7) {
		if n < 8 {
			dst = append(dst, x.whole(n))
		}
		if n > 3 {
			for a := range n {
				dst = append(dst, x.one(n, a))
			}
		}
	}
	if want&has(TwoEdits) != 0 && n >= prefix {
		for b := range prefix {
			for a := range b {
				dst = append(dst, x.two(prefix, a, b))
			}
		}
	}
	if n == 3 && short && want&has(ShortLatin) != 0 {
		for a := range 3 {
			dst = append(dst, seedShort^x.gap(3, a))
		}
	}
	return dst
}

// cjkKeys appends the keys to look up for a window of n runes whose first is CJK.
func cjkKeys(x *sums, n int, dst []uint64) []uint64 {
	seed, m := cjkSeed(n), min(n, prefix)
	for a := 1; a < m; a++ {
		dst = append(dst, seed^x.gap(m, a))
	}
	if n > prefix {
		dst = append(dst, seed^x.whole(m))
	}
	return dst
}

// modes is a set of modes.
type modes uint8

func has(m Mode) modes { return 1 << m }
