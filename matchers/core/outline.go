package core

import "math/bits"

// outline is the length of a string, cut at maxOutline, in the high bits, and which of letterClasses kinds of letters it
// has. Two strings within k edits have lengths within k, and neither has more than k kinds of letters that the other lacks:
// a cheap test that turns away most of the candidates that only begin alike.
type outline uint16

const (
	letterClasses = 11
	allLetters    = 1<<letterClasses - 1
	maxOutline    = 1<<(16-letterClasses) - 1
)

// letterOf returns the bit of a rune.
func letterOf(r rune) outline { return 1 << (uint32(r) % letterClasses) }

// outlineOf returns the outline of a mark.
func outlineOf(mark []rune) outline {
	o := outline(min(len(mark), maxOutline)) << letterClasses
	for _, r := range mark {
		o |= letterOf(r)
	}
	return o
}

// lengthsNear returns the set of lengths that marks near one of the windows may have. Marks of maxOutline or more runes are
// always among them.
func lengthsNear(windows []outline) uint64 {
	one, two := uint64(0), uint64(0)
	for _, w := range windows {
		n := w >> letterClasses
		one |= 0b111 << n >> 1
		two |= 0b11111 << n >> 2
	}
	const short = 1<<8 - 1 // lengths with one edit
	return one&short | two&^short | 1<<maxOutline
}

// near reports whether a mark of outline o may be a neighbour of one of the windows, which are in order of length.
func (o outline) near(windows []outline) bool {
	n := int(o >> letterClasses)
	if n == maxOutline {
		return true
	}
	k := 1
	if n >= 8 {
		k = 2
	}
	for _, w := range windows {
		d := int(w>>letterClasses) - n
		if d > k {
			break
		}
		if d >= -k && bits.OnesCount16(uint16(o&^w)&allLetters) <= k && bits.OnesCount16(uint16(w&^o)&allLetters) <= k {
			return true
		}
	}
	return false
}
