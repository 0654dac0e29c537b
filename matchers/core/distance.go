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

// within computes the distances of mark to the prefixes of text whose lengths differ from its own by at most two, those
// above k as far. Prefixes longer than text are far.
//
// It follows the furthest points of Landau and Vishkin (Journal of Algorithms 10, 1989): on the diagonal on which text runs d
// runes ahead of mark, the most runes of mark that some number of edits accounts for. Only three diagonals are within one
// edit and five within two, whatever the length, and along each only letters that agree are walked over. A swap matters at
// the furthest point alone: where both pairs of letters agree already it changes nothing.
func within(mark, text []rune, k int) ends {
	e := ends{far, far, far, far, far}
	n := len(mark)
	none := agree(mark, text, 0, 0)
	if none == n {
		e[2] = 0
	}
	// one[d+1] and two[d+2] are the furthest points on diagonal d.
	one := [3]int{
		agree(mark, text, none+1, -1),
		agree(mark, text, none+1+swap(mark, text, none, 0), 0),
		agree(mark, text, none, 1),
	}
	for d, at := range one {
		if at == n && n+d > 0 {
			e[d+1] = min(e[d+1], 1)
		}
	}
	if k < 2 {
		return e
	}
	two := [5]int{
		agree(mark, text, one[0]+1, -2),
		agree(mark, text, max(one[0]+1+swap(mark, text, one[0], -1), one[1]+1), -1),
		agree(mark, text, max(one[0], one[1]+1+swap(mark, text, one[1], 0), one[2]+1), 0),
		agree(mark, text, max(one[1], one[2]+1+swap(mark, text, one[2], 1)), 1),
		agree(mark, text, one[2], 2),
	}
	for d, at := range two {
		if at == n && n+d > 1 {
			e[d] = min(e[d], 2)
		}
	}
	return e
}

// agree returns the first place of mark from i where the letters of the diagonal differ, or where mark or text ends.
func agree(mark, text []rune, i, diagonal int) int {
	end := min(len(mark), len(text)-diagonal)
	if i >= end {
		return end
	}
	text = text[i+diagonal : end+diagonal]
	for j, r := range mark[i:end] {
		if r != text[j] {
			return i + j
		}
	}
	return end
}

// swap returns 1 when the letters at i and behind it stand the other way round in text, else 0.
func swap(mark, text []rune, i, diagonal int) int {
	if j := i + diagonal; i >= 0 && i+1 < len(mark) && j >= 0 && j+1 < len(text) && mark[i] == text[j+1] && mark[i+1] == text[j] {
		return 1
	}
	return 0
}

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
