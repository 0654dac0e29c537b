package core

import "math/bits"

// outline is the length of a string, at most maxOutline, and which letters it has. Letters beyond a to z share bits. Two
// strings within k edits have lengths within k, and neither has more than k kinds of letters that the other lacks: a cheap
// test that turns away nearly all of the candidates that only begin alike.
type outline uint32

const maxOutline = 63

// letterOf returns the bit of a rune.
func letterOf(r rune) outline {
	if r >= 'a' && r <= 'z' {
		return 1 << (r - 'a')
	}
	return 1 << ((uint32(r) * 0x9e3779b1) >> 16 % 26)
}

// outlineOf returns the outline of a mark.
func outlineOf(mark []rune) outline {
	o := outline(min(len(mark), maxOutline)) << 26
	for _, r := range mark {
		o |= letterOf(r)
	}
	return o
}

// near reports whether a mark of outline o may be a neighbour of one of the windows, which are in order of length.
func (o outline) near(windows []outline) bool {
	n := int(o >> 26)
	if n == maxOutline {
		return true
	}
	k := 1
	if n >= 8 {
		k = 2
	}
	const letters = 1<<26 - 1
	for _, w := range windows {
		d := int(w>>26) - n
		if d > k {
			break
		}
		if d >= -k && bits.OnesCount32(uint32(o&^w)&letters) <= k && bits.OnesCount32(uint32(w&^o)&letters) <= k {
			return true
		}
	}
	return false
}
