package text

import (
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// maxWindow is how many runes of a sign and of a window make the key. Longer signs are found by their first runes.
const maxWindow = 24

// rolling hashes the classes of the runes of a window one after the other.
type rolling uint64

func (h rolling) add(r rune) rolling { return h.addClass(fold.Class(r)) }

func (h rolling) addClass(c rune) rolling {
	return (h ^ rolling(uint32(c))) * 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
}

// key ends the hash. Windows of up to maxWindow runes and beginnings of longer signs have keys apart.
func (h rolling) key(beginning bool) uint64 {
	k := uint64(h) ^ uint64(h)>>29
	if beginning {
		k = ^k
	}
	return k
}

// signKey returns the key of a sign or of a part of one.
func signKey(seed uint64, runes []rune) uint64 {
	h := rolling(seed)
	for _, r := range runes[:min(len(runes), maxWindow)] {
		h = h.add(r)
	}
	return h.key(len(runes) > maxWindow)
}

// cuts is the set of word boundaries of a sign that count, as a set of rune positions 1 to 63.
type cuts uint64

// kindOf tells letters, digits and ideographs apart.
func kindOf(t *fold.Text, token int) uint8 {
	switch k := t.Tokens[token].Shape; {
	case k&fold.Ideograph != 0:
		return 2
	case k&fold.AllDigits != 0:
		return 1
	}
	return 0
}

// cutsOf returns the boundaries of a whole text. None counts at an apostrophe, between ideographs, and where letters meet
// digits or ideographs: iPhone15 and iPhone 15 are one sign.
func cutsOf(t *fold.Text) cuts {
	var c cuts
	for i := 1; i < len(t.Tokens); i++ {
		a, b := kindOf(t, i-1), kindOf(t, i)
		if p := t.Tokens[i].From; p < 64 && t.Apart(i) && a == b && a != 2 {
			c |= 1 << p
		}
	}
	return c
}

// window is a run of tokens of one reading of a field.
type window struct {
	t           *fold.Text
	first, last int
}

func (w window) from() uint32 { return w.t.Tokens[w.first].From }
func (w window) to() uint32   { return w.t.Tokens[w.last].To }

// span returns the bytes of the window in the field as read.
func (w window) span() (start, end uint32) { return w.t.Start[w.from()], w.t.End[w.to()-1] }

// equality is how a window equals a sign.
type equality struct {
	lane  matchers.Lane
	folds matchers.Fold
}

// compare says how the window equals a sign, if it does. lookSign says that the sign's runes are themselves a look reading
// of what was recorded.
func (w window) compare(sign []rune, bounds cuts, lookSign bool) (equality, bool) {
	folds, ok := w.runes(sign)
	if !ok {
		return equality{}, false
	}
	if lookSign {
		folds |= matchers.FoldConfusable
	}
	spaced, joined := w.boundaries(bounds)
	if spaced {
		folds |= matchers.FoldSpaced
	}
	if joined {
		folds |= matchers.FoldJoined
	}
	e := equality{lane: matchers.Exact, folds: folds | w.form()}
	switch {
	case joined:
		e.lane = matchers.Compound
	case folds != 0:
		e.lane = matchers.Script
	}
	return e, true
}

// runes compares the letters and returns what had to be undone.
func (w window) runes(sign []rune) (matchers.Fold, bool) {
	text := w.t.Runes[w.from():w.to()]
	if len(text) != len(sign) {
		return 0, false
	}
	notes := w.t.Notes[w.from():w.to()]
	var folds matchers.Fold
	leet, equal := 0, 0
	var digits uint64 // places of digits that stand for letters
	for i, r := range text {
		if i > 0 && notes[i]&fold.NoteHidden != 0 {
			folds |= matchers.FoldHidden
		}
		if notes[i]&fold.NoteLook != 0 {
			folds |= matchers.FoldConfusable
		}
		if notes[i]&fold.NoteSymbol != 0 {
			leet++
			folds |= matchers.FoldLeet
		}
		switch fold.Similar(r, sign[i]) {
		case fold.Differs:
			return 0, false
		case fold.Equal:
			if notes[i]&fold.NoteSymbol == 0 {
				equal++
			}
		case fold.Variant:
			folds |= matchers.FoldVariant
		case fold.Leet:
			if notes[i]&fold.NoteSymbol == 0 {
				leet++
				digits |= 1 << min(i, 63)
			}
			folds |= matchers.FoldLeet
		case fold.Mistaken:
			if notes[i]&(fold.NoteSymbol|fold.NoteLook) == 0 {
				if len(sign) < 4 || !w.mistakable(int(w.from())+i) {
					return 0, false
				}
				folds |= matchers.FoldConfusable
			}
		}
	}
	return folds, leet == 0 || plausibleLeet(len(sign), leet, equal) && w.touching(digits)
}

// numbered reports whether digits stand at the ends of the window only, two or more in a row or beside one or two letters:
// 20pro may be twenty and pro, and 5KW is five kilowatts. sure says that it is no name whatever the letters are.
func (w window) numbered() (is, sure bool) {
	text := w.t.Runes[w.from():w.to()]
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	head, tail, digits := 0, 0, 0
	for head < len(text) && isDigit(text[head]) {
		head++
	}
	for tail < len(text)-head && isDigit(text[len(text)-1-tail]) {
		tail++
	}
	for _, r := range text {
		if isDigit(r) {
			digits++
		}
	}
	is = digits == head+tail && (max(head, tail) >= 2 || len(text) == 3 && digits > 0)
	return is, is && len(text)-digits <= 2
}

// plausibleLeet reports whether a sign of n letters may be written with so many digits and symbols: enough letters must
// stay for a reader to take the rest for letters. 505 is not SOS.
func plausibleLeet(n, leet, equal int) bool {
	switch {
	case n < 3:
		return false
	case n == 3:
		return leet == 1
	case n == 4:
		return equal >= 2
	}
	return equal >= 1
}

// touching reports whether every token of digits that stand for letters touches a neighbour within the window, as in N1KE.
// Letters that all stand apart are exempt.
func (w window) touching(digits uint64) bool {
	if w.apart(1) {
		return true
	}
	for i := w.first; i <= w.last; i++ {
		if w.t.Tokens[i].Shape&fold.AllDigits == 0 || digits>>min(w.t.Tokens[i].From-w.from(), 63)&1 == 0 {
			continue
		}
		before := i > w.first && w.t.Tokens[i].Shape&fold.Touching != 0
		after := i < w.last && w.t.Tokens[i+1].Shape&fold.Touching != 0
		if !before && !after {
			return false
		}
	}
	return true
}

// mistakable reports whether the rune at position p is a small l among capitals or a capital I among small letters: what
// a reader takes for the other.
func (w window) mistakable(p int) bool {
	from, to := p, p+1
	for _, k := range w.t.Tokens[w.first : w.last+1] {
		if int(k.From) <= p && p < int(k.To) {
			from, to = int(k.From), int(k.To)
		}
	}
	capitals, small := 0, 0
	for i := from; i < to; i++ {
		switch {
		case i == p || i == from && w.t.Notes[p]&fold.NoteCapital != 0:
		case w.t.Notes[i]&fold.NoteCapital != 0:
			capitals++
		default:
			small++
		}
	}
	if w.t.Notes[p]&fold.NoteCapital != 0 {
		return w.t.Runes[p] == 'i' && capitals == 0 && small > 0
	}
	return w.t.Runes[p] == 'l' && small == 0 && capitals > 0
}

// apart reports whether the window is at least n+1 tokens of one rune each, none touching the next.
func (w window) apart(n int) bool {
	if w.last-w.first < n {
		return false
	}
	for i := w.first; i <= w.last; i++ {
		k := w.t.Tokens[i]
		if k.To-k.From != 1 || i > w.first && k.Shape&fold.Touching != 0 {
			return false
		}
	}
	return true
}

// boundaries compares the word boundaries of the window with those of a sign. spaced says that its letters or characters
// are set apart, joined that the words are others.
func (w window) boundaries(sign cuts) (spaced, joined bool) {
	var have cuts
	decorated := true // every boundary that the sign lacks is an emoji without a space
	characters := false
	for i := w.first + 1; i <= w.last; i++ {
		p, k := w.t.Tokens[i].From-w.from(), w.t.Tokens[i].Shape
		a, b := kindOf(w.t, i-1), kindOf(w.t, i)
		switch {
		case p >= 64 || k&fold.Touching != 0 || !w.t.Apart(i):
			continue
		case a == 2 && b == 2:
			characters = true
			continue
		case a != b && k&fold.Decorated == 0:
			continue
		}
		have |= 1 << p
		if sign&(1<<p) == 0 && (k&fold.Decorated == 0 || k&fold.Glued == 0) {
			decorated = false
		}
	}
	switch extra := have &^ sign; {
	case extra == 0 && sign&^have == 0:
		return characters, false
	case extra != 0 && (w.apart(2) || decorated && sign&^have == 0):
		return true, false
	}
	return characters, true
}

// form returns FoldCase when capitals, accents or punctuation were undone within the window.
func (w window) form() matchers.Fold {
	for i := w.from(); i < w.to(); i++ {
		if w.t.Notes[i]&(fold.NoteCapital|fold.NoteForm) != 0 {
			return matchers.FoldCase
		}
	}
	for i := w.first + 1; i <= w.last; i++ {
		if k := w.t.Tokens[i].Shape; k&fold.Glued != 0 && k&fold.Touching == 0 {
			return matchers.FoldCase
		}
	}
	return 0
}
