package image

import (
	"math"
	"slices"

	"lookalike/matchers"
	"lookalike/matchers/core"
)

// hash is the 256-bit hash of a box: bit 16·v+u says whether the amplitude of frequency (u+1, v+1) lies above the median
// of all 256. The frequency 0 carries brightness alone and is left out.
// Source of the construction: PDQ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm",
// 2019); the 64×64 average is exact here and no tent filter comes before it.
type hash = core.Hash256

// hashSide is the number of frequencies in each direction.
const hashSide = 16

// spectrum is the amplitudes of a grid, vertical frequency first.
type spectrum [hashSide][hashSide]int64

// cosines is the first half of each row of the cosine transform: round(2¹⁴·cos(π·(2n+1)·(k+1)/128)). The other half
// mirrors it, with the sign of the parity of the frequency.
var cosines = func() (t [hashSide][cellSide / 2]int64) {
	for k := range t {
		for n := range t[k] {
			t[k][n] = int64(math.Round(math.Cos(math.Pi*float64((2*n+1)*(k+1))/(2*cellSide)) * (1 << 14)))
		}
	}
	return t
}()

// transform fills s with the cosine transform of c. Sums stay below 2⁶⁰, nothing is rounded, so that a mirrored grid
// differs in signs alone.
func (s *spectrum) transform(c *cells) {
	var rows [hashSide][cellSide]int64 // transformed along x: frequency, then y
	for y := range cellSide {
		var odd, even [cellSide / 2]int64
		for n := range odd {
			a, b := int64(c[y][n]), int64(c[y][cellSide-1-n])
			even[n], odd[n] = a+b, a-b
		}
		for u := range hashSide {
			rows[u][y] = fold(u, &even, &odd)
		}
	}
	for u := range hashSide {
		var odd, even [cellSide / 2]int64
		for n := range odd {
			a, b := rows[u][n], rows[u][cellSide-1-n]
			even[n], odd[n] = a+b, a-b
		}
		for v := range hashSide {
			s[v][u] = fold(v, &even, &odd)
		}
	}
}

// fold returns the amplitude of frequency k+1 from the sums and differences of opposite samples.
func fold(k int, even, odd *[cellSide / 2]int64) int64 {
	half := even
	if k%2 == 0 { // frequency k+1 is odd
		half = odd
	}
	sum, row := int64(0), &cosines[k]
	for n := range half {
		sum += half[n] * row[n]
	}
	return sum
}

// turns are the eight flips and quarter turns of a listing's picture, by the edit that they undo: turning the listing's
// picture so gives the right's.
var turns = [8]struct {
	turn
	edit matchers.EditKind
}{
	{turn{}, matchers.EditNone},
	{turn{mirrorX: true}, matchers.EditMirrored},
	{turn{transpose: true, mirrorY: true}, matchers.EditRotated90},
	{turn{mirrorX: true, mirrorY: true}, matchers.EditRotated180},
	{turn{transpose: true, mirrorX: true}, matchers.EditRotated270},
	{turn{transpose: true, mirrorX: true, mirrorY: true}, matchers.EditMirroredRotated90},
	{turn{mirrorY: true}, matchers.EditMirroredRotated180},
	{turn{transpose: true}, matchers.EditMirroredRotated270},
}

// hashes returns the hash of the grid after each of the turns.
func (s *spectrum) hashes() (out [8]hash) {
	for i := range turns {
		out[i] = s.hash(turns[i].turn)
	}
	return out
}

// hash returns the hash of the turned grid.
func (s *spectrum) hash(t turn) (h hash) {
	var turned, sorted [hashSide * hashSide]int64
	for v := range hashSide {
		for u := range hashSide {
			a := s[v][u]
			if t.transpose {
				a = s[u][v]
			}
			if (t.mirrorX && u%2 == 0) != (t.mirrorY && v%2 == 0) {
				a = -a
			}
			turned[v*hashSide+u] = a
		}
	}
	sorted = turned
	m := kth(sorted[:], len(sorted)/2-1)
	for i, a := range turned {
		if a > m {
			h[i/64] |= 1 << (i % 64)
		}
	}
	return h
}

// kth returns the element of rank k and reorders a on the way (Hoare's selection).
func kth(a []int64, k int) int64 {
	lo, hi := 0, len(a)-1
	for lo < hi {
		p, i, j := a[(lo+hi)/2], lo, hi
		for i <= j {
			for a[i] < p {
				i++
			}
			for a[j] > p {
				j--
			}
			if i <= j {
				a[i], a[j] = a[j], a[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return a[k]
		}
	}
	return a[k]
}

// quality says how much there is to see in a grid, 0 to 100: the sum of steps between neighbours, in percent of the
// full range, over 90 (the measure of PDQ). A uniform grid has 0.
func (c *cells) quality() int {
	sum := int32(0)
	step := func(a, b int32) {
		d := (a - b) * 100 / (255 * 256)
		sum += max(d, -d)
	}
	for y := range cellSide {
		for x := range cellSide {
			if x > 0 {
				step(c[y][x], c[y][x-1])
			}
			if y > 0 {
				step(c[y][x], c[y-1][x])
			}
		}
	}
	return int(min(sum/90, 100))
}

// uniform reports whether all cells lie within one level.
func (c *cells) uniform() bool {
	low, high := c[0][0], c[0][0]
	for y := range c {
		low, high = min(low, slices.Min(c[y][:])), max(high, slices.Max(c[y][:]))
	}
	return high-low <= 256
}
