package core

import "unicode"

// Mode says how far from a mark its neighbours are.
type Mode uint8

// The modes.
const (
	EqualOnly  Mode = iota
	ShortLatin      // three Latin letters: one substitution, where short marks are allowed
	OneEdit
	TwoEdits
	OneCJK // first character Chinese, Japanese or Korean: one substitution, not of that one
)

// Edits returns the highest distance of a neighbour.
func (m Mode) Edits() int {
	switch m {
	case EqualOnly:
		return 0
	case TwoEdits:
		return 2
	}
	return 1
}

// ModeOf returns the mode of a mark, folded and without separators.
func ModeOf(mark []rune) Mode {
	latin, letters := true, false
	for _, r := range mark {
		latin = latin && r >= 'a' && r <= 'z'
		letters = letters || !isDigit(r)
	}
	cjk := len(mark) > 0 && isCJK(mark[0])
	switch n := len(mark); {
	case !letters:
		return EqualOnly
	case cjk && n >= 3:
		return OneCJK
	case cjk || n < 3:
		return EqualOnly
	case n == 3 && latin:
		return ShortLatin
	case n == 3:
		return EqualOnly
	case n < 8:
		return OneEdit
	}
	return TwoEdits
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= 0x80 && unicode.IsDigit(r) }

func isCJK(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x30ff, r >= 0xac00 && r <= 0xd7a3:
		return true
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo)
}

// Marks are the strings that are searched for, flat: mark i is Runes[Offsets[i]:Offsets[i+1]].
type Marks struct {
	Offsets []uint32
	Runes   []rune
	Modes   []Mode
}

// Len returns the number of marks.
func (m *Marks) Len() int { return len(m.Modes) }

// Add appends a mark, folded and without separators, with the mode that its runes have.
func (m *Marks) Add(mark []rune) { m.AddMode(mark, ModeOf(mark)) }

// AddMode appends a mark with a mode of the caller's choice, which must not be wider than ModeOf.
func (m *Marks) AddMode(mark []rune, mode Mode) {
	if len(m.Offsets) == 0 {
		m.Offsets = append(m.Offsets, 0)
	}
	m.Runes = append(m.Runes, mark...)
	m.Offsets = append(m.Offsets, uint32(len(m.Runes)))
	m.Modes = append(m.Modes, mode)
}

// At returns the runes of mark i, and none when the offsets are damaged.
func (m *Marks) At(i uint32) []rune {
	if int(i)+1 >= len(m.Offsets) {
		return nil
	}
	lo, hi := m.Offsets[i], m.Offsets[i+1]
	if lo > hi || int(hi) > len(m.Runes) {
		return nil
	}
	return m.Runes[lo:hi]
}

// touch reads the beginning of mark i, so that it is at hand later. What it returns means nothing.
func (m *Marks) touch(i uint32) uint32 {
	if int(i) >= len(m.Offsets) || int(i) >= len(m.Modes) {
		return 0
	}
	if at := m.Offsets[i]; int(at) < len(m.Runes) {
		return uint32(m.Runes[at]) ^ uint32(m.Modes[i])
	}
	return 0
}

// mode returns the mode of mark i, EqualOnly when it is damaged.
func (m *Marks) mode(i uint32) Mode {
	if int(i) >= len(m.Modes) || m.Modes[i] > OneCJK {
		return EqualOnly
	}
	return m.Modes[i]
}
