package core

import (
	"cmp"
	"slices"
)

// Span is a token of a text: Runes[From:To].
type Span struct{ From, To uint32 }

// Text is what is searched: letters and digits without separators, cut into tokens that follow one another.
type Text struct {
	Runes  []rune
	Tokens []Span
	// Short is the number of tokens at which a mark of three Latin letters may start with one substitution.
	Short int
	// Quiet marks tokens that are nobody's misspelling, such as words of a dictionary: a window of quiet tokens alone, at
	// most QuietRun of them, has no neighbours. It is empty or as long as Tokens.
	Quiet    []bool
	QuietRun int
}

// quiet reports whether the window from first to last has no neighbours.
func (t *Text) quiet(first, last int) bool {
	return len(t.Quiet) > 0 && last-first < t.QuietRun && !slices.Contains(t.Quiet[first:last+1], false)
}

// Match is one mark within its distance of the window Tokens[First:Last+1]. Equal strings are no matches of this search.
type Match struct {
	Mark, First, Last uint32
	Dist              uint8
}

// Compare orders matches by window, then by mark.
func (m Match) Compare(o Match) int {
	return cmp.Or(cmp.Compare(m.window(), o.window()), cmp.Compare(m.Mark, o.Mark))
}

func (m Match) window() uint64 { return uint64(m.First)<<32 | uint64(m.Last) }

// Brute appends every match of t in the order of Compare, by comparing each window with each mark. It is the definition
// that Edits.Search is held to.
func Brute(m *Marks, t *Text, dst []Match) []Match {
	for first := range t.Tokens {
		for last := first; last < len(t.Tokens); last++ {
			if t.quiet(first, last) {
				continue
			}
			window := t.Runes[t.Tokens[first].From:t.Tokens[last].To]
			for i := range m.Len() {
				if d := neighbour(m.At(uint32(i)), window, m.Modes[i], first < t.Short); d > 0 {
					dst = append(dst, Match{Mark: uint32(i), First: uint32(first), Last: uint32(last), Dist: uint8(d)})
				}
			}
		}
	}
	return dst
}

// neighbour returns the distance of a window that is a neighbour of mark and not equal to it, else 0.
func neighbour(mark, window []rune, mode Mode, short bool) int {
	if d := len(mark) - len(window); d > mode.Edits() || -d > mode.Edits() {
		return 0
	}
	d := 0
	switch mode {
	case OneEdit, TwoEdits:
		d = Distance(mark, window)
	case OneCJK, ShortLatin:
		if len(mark) != len(window) || mode == ShortLatin && !short {
			return 0
		}
		first := false
		if d, first = substituted(mark, window); first && mode == OneCJK {
			return 0
		}
	}
	if d > mode.Edits() {
		return 0
	}
	return d
}
