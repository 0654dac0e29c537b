package core

// Distance returns the restricted Damerau distance of a and b: the least number of insertions, deletions, substitutions
// and swaps of neighbours, no part being edited twice. It is the plain reference, of quadratic time.
func Distance(a, b []rune) int {
	var short [3][64]int
	last2, last, row := short[0][:], short[1][:], short[2][:]
	if len(b) >= len(row) {
		last2, last, row = make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	}
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		last2, last, row = last, row, last2
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], last2[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

// far is a distance beyond every bound.
const far = 9

// ends holds distances from one mark to the texts that end len(mark)+d-2 runes from the start, for d from 0 to 4.
type ends [5]uint8

// within computes the distances of mark to the prefixes of text whose lengths differ from its own by at most two, in time
// in proportion to the mark: only the diagonals that two edits reach are kept. Distances above k are not exact but above
// k. Prefixes longer than text are far.
//
// What both begin with is left out first, but for the last two runes of mark, since it changes no distance: most candidates
// share half of their letters with the text from the start.
func within(mark, text []rune, k int) (e ends) {
	same := 0
	for same < len(mark)-2 && same < len(text) && mark[same] == text[same] {
		same++
	}
	mark, text = mark[same:], text[same:]
	// row[d] is the distance of the first i runes of mark to the first i+d-2 of text.
	last2, last := ends{far, far, far, far, far}, ends{far, far, 0, 1, 2}
	for i := 1; i <= len(mark); i++ {
		row := ends{far, far, far, far, far}
		low := uint8(far)
		for d := range 5 {
			j := i + d - 2
			if j < 0 || j > len(text) {
				continue
			}
			v := uint8(far)
			if j > 0 {
				v = last[d]
				if mark[i-1] != text[j-1] {
					v++
				}
				if d > 0 {
					v = min(v, row[d-1]+1)
				}
				if i > 1 && j > 1 && mark[i-1] == text[j-2] && mark[i-2] == text[j-1] {
					v = min(v, last2[d]+1)
				}
			}
			if d < 4 {
				v = min(v, last[d+1]+1)
			}
			row[d] = v
			low = min(low, v)
		}
		if int(low) > k && int(least(last)) > k {
			return ends{far, far, far, far, far}
		}
		last2, last = last, row
	}
	for d := range 5 {
		if j := len(mark) + d - 2; j < 0 || j > len(text) {
			last[d] = far
		}
	}
	return last
}

func least(e ends) uint8 { return min(e[0], e[1], e[2], e[3], e[4]) }

// substituted reports how many runes differ between two strings of one length, and whether the first is among them.
func substituted(a, b []rune) (n int, first bool) {
	for i := range a {
		if a[i] != b[i] {
			n++
			first = first || i == 0
		}
	}
	return n, first
}
