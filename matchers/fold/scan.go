package fold

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// gap is what was seen since the last letter or digit. It is a set.
type gap uint8

const (
	gapSpace gap = 1 << iota
	gapPunct
	gapQuote
	gapSymbol
	gapPhrase // the end of a phrase
	gapStop   // a full stop or dash, which ends a phrase beside a space
)

// scanner walks over one text. ASCII and unified ideographs take a short way; everything else goes through segment, which
// is the plain reference and gives the same for them.
type scanner struct {
	look bool
	odd  bool // something of the text has a look reading

	gap    gap
	hidden bool  // a hidden character stood since the last rune
	cut    bool  // the next rune starts a token even without a gap
	edge   bool  // the last rune is a symbol at the edge of a word
	prev   class // of the last rune, space before the first

	caps, lows, digits int // of the open token
	capital            bool

	buf  []byte
	one  [utf8.UTFMax]byte
	norm norm.Iter
}

// plain folds s into t, every character by the way of the plain reference.
func (sc *scanner) plain(t *Text, s string, look bool) {
	sc.start(look)
	for i := 0; i < len(s); {
		i += sc.step(t, s, i)
	}
	sc.close(t)
}

func (sc *scanner) start(look bool) {
	sc.look, sc.odd, sc.gap, sc.hidden, sc.cut, sc.edge, sc.prev = look, false, 0, false, false, false, space
}

// step folds the character at s[i] with what combines with it and returns how many bytes they are.
func (sc *scanner) step(t *Text, s string, i int) int {
	n := norm.NFKC.NextBoundaryInString(s[i:], true)
	if n <= 0 {
		n = len(s) - i
	}
	sc.segment(t, s, i, i+n)
	return n
}

// run folds s into t: what plain does, faster.
func (sc *scanner) run(t *Text, s string, look bool) {
	sc.start(look)
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < 0x80 && alone(s, i+1):
			sc.ascii(t, s, i, c)
			i++
			continue
		case c >= 0xc2 && c < 0xd5 && i+1 < len(s) && s[i+1]&0xc0 == 0x80 && alone(s, i+2):
			if x := &shortcuts[(int(c&0x1f)<<6|int(s[i+1]&0x3f))-0x80]; x.to != 0 && !(look && x.odd) {
				sc.odd = sc.odd || x.odd
				sc.put(t, x.to, i, i+2, x.note, x.cl)
				i += 2
				continue
			}
		case isUnified(s, i):
			r, _ := utf8.DecodeRuneInString(s[i:])
			sc.put(t, r, i, i+3, 0, ideograph)
			i += 3
			continue
		}
		i += sc.step(t, s, i)
	}
	sc.close(t)
}

// alone reports whether what stands at s[i] combines with nothing before it: the end, ASCII, or a letter below U+0530.
func alone(s string, i int) bool {
	if i >= len(s) || s[i] < 0x80 {
		return true
	}
	if s[i] < 0xc2 || s[i] >= 0xd4 || i+1 == len(s) || s[i+1]&0xc0 != 0x80 {
		return false
	}
	r := rune(s[i]&0x1f)<<6 | rune(s[i+1]&0x3f)
	return r < 0x300 || r >= 0x370 && r < 0x483 || r >= 0x48a
}

// shortcut is what folding makes of a letter beyond ASCII: one rune. to is 0 for characters that take the plain way.
type shortcut struct {
	to   rune
	note Note
	cl   class
	odd  bool // it has a look reading
}

// shortcuts are those from U+0080 to U+053F, made by the plain way.
var shortcuts = func() (table [0x540 - 0x80]shortcut) {
	var t Text
	for i := range table {
		t.reset()
		t.sc.plain(&t, "x"+string(rune(0x80+i)), false)
		if n := len(t.Tokens); len(t.Runes) == 2 && (n == 1 || t.Tokens[1].Shape&Touching != 0) && t.sc.gap == 0 && !t.sc.hidden {
			table[i] = shortcut{t.Runes[1], t.Notes[1], t.sc.prev, t.sc.odd}
		}
	}
	return table
}()

// isUnified reports whether a common Chinese character stands at s[i] which nothing behind it can combine with.
func isUnified(s string, i int) bool {
	if s[i] < 0xe4 || s[i] > 0xe9 || i+3 > len(s) {
		return false
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if n != 3 || r < 0x4e00 || r > 0x9fff {
		return false
	}
	return i+3 == len(s) || s[i+3] < 0x80 || s[i+3] >= 0xe4 && s[i+3] <= 0xe9
}

func (sc *scanner) ascii(t *Text, s string, i int, c byte) {
	switch cl := asciiClass[c]; cl {
	case letter:
		if c < 'a' {
			sc.put(t, rune(c|0x20), i, i+1, NoteCapital, letter)
			return
		}
		sc.put(t, rune(c), i, i+1, 0, letter)
	case digit:
		sc.put(t, rune(c), i, i+1, 0, digit)
	case hidden:
		sc.hidden = true
	default:
		if l := symbolLetter(rune(c)); l != 0 && sc.symbol(t, l, s, i, i+1) {
			return
		}
		sc.separate(rune(c), cl)
	}
}

// segment folds s[a:b], one character with what combines with it. All its runes have the range of the segment.
func (sc *scanner) segment(t *Text, s string, a, b int) {
	seg := s[a:b]
	if r, n := utf8.DecodeRuneInString(seg); r == utf8.RuneError && n <= 1 {
		sc.separate(utf8.RuneError, symbol)
		if n < len(seg) {
			sc.segment(t, s, a+max(n, 1), b)
		}
		return
	} else if r == '™' || r == '℠' || r == '®' || r == '©' {
		sc.separate(r, punct)
		return
	}
	var note Note
	if norm.NFKC.QuickSpanString(seg) == len(seg) {
		sc.buf = append(sc.buf[:0], seg...)
	} else {
		sc.buf = sc.buf[:0]
		for sc.norm.InitString(norm.NFKC, seg); !sc.norm.Done(); {
			sc.buf = append(sc.buf, sc.norm.Next()...)
		}
		if string(sc.buf) != seg {
			note = NoteForm
		}
	}
	first := len(t.Runes)
	for p := 0; p < len(sc.buf); {
		r, n := utf8.DecodeRune(sc.buf[p:])
		p += n
		switch cl := classOf(r); cl {
		case letter, digit, ideograph:
			sc.letter(t, r, a, b, note, cl)
		case hidden:
			sc.hidden = true
		case mark:
			if len(t.Runes) == first {
				sc.hidden = true
			} else if unicode.In(r, unicode.Arabic, unicode.Hebrew) || unicode.In(t.Runes[len(t.Runes)-1], unicode.Arabic, unicode.Hebrew) {
				t.Notes[len(t.Notes)-1] |= NoteForm
			} else {
				t.Notes[len(t.Notes)-1] |= NoteHidden
			}
		default:
			l := symbolLetter(r)
			if l == 0 && cl == symbol {
				to, ok := find(lookalikes[:], r)
				if ok && r >= 0x1f100 {
					// A letter in a box, or half of a flag.
					if sc.odd = true; sc.look {
						sc.spell(t, to, a, b, note|NoteLook)
						continue
					}
				} else if ok && len(to) == 1 {
					l = rune(to[0])
				}
			}
			if l == 0 || !sc.symbol(t, l, s, a, b) {
				sc.separate(r, cl)
			}
		}
	}
}

// letter folds one letter or digit that is in NFKC.
func (sc *scanner) letter(t *Text, r rune, a, b int, note Note, cl class) {
	if cl == ideograph {
		sc.put(t, r, a, b, note, cl)
		return
	}
	base := sc.unaccented(r)
	if base != r {
		note |= NoteForm
	}
	if low := unicode.ToLower(base); low != base {
		note |= NoteCapital
		if r < 0x80 {
			sc.put(t, low, a, b, note, cl)
			return
		}
		if sc.strange(t, r, base, a, b, note) {
			return
		}
		base = low
	} else if r >= 0x80 && sc.strange(t, r, base, a, b, note) {
		return
	}
	if base == 'ς' {
		base = 'σ'
	}
	if base < 0x80 {
		cl = asciiClass[base]
	}
	sc.put(t, base, a, b, note, cl)
}

// strange puts what a character beyond ASCII is written with in ASCII, if there is something. base is r without accents.
func (sc *scanner) strange(t *Text, r, base rune, a, b int, note Note) bool {
	if to, ok := find(primaries[:], r); ok {
		sc.spell(t, to, a, b, note|NoteForm)
		return true
	}
	if base < 0x80 {
		return false
	}
	if to, ok := find(primaries[:], base); ok {
		sc.spell(t, to, a, b, note|NoteForm)
		return true
	}
	to, ok := find(lookalikes[:], base)
	if !ok {
		to, ok = find(lookalikes[:], r)
	}
	if !ok {
		return false
	}
	sc.odd = true
	if !sc.look {
		return false
	}
	sc.spell(t, to, a, b, note|NoteLook)
	return true
}

func (sc *scanner) spell(t *Text, to string, a, b int, note Note) {
	for i := range len(to) {
		sc.put(t, rune(to[i]), a, b, note, asciiClass[to[i]])
	}
}

// unaccented returns the letter under the accents of r. Й stays: it is a letter of its own.
func (sc *scanner) unaccented(r rune) rune {
	if r < 0xc0 || r == 'й' || r == 'Й' {
		return r
	}
	d := norm.NFD.Properties(sc.one[:utf8.EncodeRune(sc.one[:], r)]).Decomposition()
	if len(d) == 0 {
		return r
	}
	base, n := utf8.DecodeRune(d)
	for rest := d[n:]; len(rest) > 0; rest = rest[n:] {
		var m rune
		if m, n = utf8.DecodeRune(rest); !unicode.Is(unicode.M, m) {
			return r
		}
	}
	return base
}

// symbol takes the symbol at s[a:b] for the letter l where it touches a letter. It reports false when it is a separator.
func (sc *scanner) symbol(t *Text, l rune, s string, a, b int) bool {
	left, right := space, space
	if sc.gap == 0 && !sc.edge {
		left = sc.prev
	}
	if r, _ := utf8.DecodeRuneInString(s[b:]); b < len(s) {
		right = classOf(r)
	}
	word := func(c class) bool { return c == letter || c == digit }
	if left != letter && right != letter {
		return false
	}
	sc.odd = true
	if !sc.look {
		return false
	}
	inside := word(left) && word(right)
	if !inside {
		sc.cut = true
	}
	sc.put(t, l, a, b, NoteSymbol, letter)
	sc.cut, sc.edge = !inside, !inside
	return true
}

// separate notes a character that is no part of a word.
func (sc *scanner) separate(r rune, cl class) {
	switch cl {
	case space:
		if sc.gap&gapStop != 0 {
			sc.gap |= gapPhrase
		}
		sc.gap |= gapSpace
	case quote:
		if sc.gap&gapQuote != 0 {
			sc.gap |= gapPunct
		}
		sc.gap |= gapQuote
	case symbol:
		sc.gap |= gapSymbol
	default:
		sc.gap |= gapPunct
		if r == '.' || r == '-' || r == '–' || r == '—' {
			if sc.gap |= gapStop; sc.gap&gapSpace != 0 {
				sc.gap |= gapPhrase
			}
		}
	}
	if boundary(r) {
		sc.gap |= gapPhrase
	}
}

// put appends one rune made from s[a:b] and starts a token where one starts.
func (sc *scanner) put(t *Text, r rune, a, b int, note Note, cl class) {
	if sc.gap != 0 || cl != sc.prev || cl == ideograph || sc.cut {
		sc.close(t)
		t.Tokens = append(t.Tokens, Token{From: uint32(len(t.Runes)), Shape: sc.shape(len(t.Runes) == 0, cl)})
		sc.caps, sc.lows, sc.digits = 0, 0, 0
		sc.capital = note&NoteCapital != 0
	}
	switch {
	case cl == digit:
		sc.digits++
	case note&NoteCapital != 0:
		sc.caps++
	case unicode.IsLower(r):
		sc.lows++
	}
	if sc.hidden {
		note |= NoteHidden
	}
	t.Runes = append(t.Runes, r)
	t.Start = append(t.Start, uint32(a))
	t.End = append(t.End, uint32(b))
	t.Notes = append(t.Notes, note)
	sc.gap, sc.hidden, sc.cut, sc.edge, sc.prev = 0, false, false, false, cl
}

// shape returns what the gap before a token says of it.
func (sc *scanner) shape(first bool, cl class) Shape {
	var k Shape
	if cl == ideograph {
		k |= Ideograph
	}
	switch {
	case first:
		return k | After
	case sc.gap == 0:
		k |= Touching | Glued
	case sc.gap == gapQuote && cl == letter && sc.prev == letter:
		k |= Apostrophe | Glued
	case sc.gap&gapSpace == 0:
		k |= Glued
	}
	if sc.gap&gapPhrase != 0 {
		k |= After
	}
	if sc.gap&gapSymbol != 0 {
		k |= Decorated
	}
	return k
}

// close ends the open token.
func (sc *scanner) close(t *Text) {
	n := len(t.Tokens)
	if n == 0 || t.Tokens[n-1].To != 0 {
		return
	}
	k := &t.Tokens[n-1]
	k.To = uint32(len(t.Runes))
	switch {
	case sc.caps == 0:
		k.Shape |= Lower
	case sc.lows == 0 && sc.caps >= 2:
		k.Shape |= Upper
	case sc.capital && (sc.lows > 0 || sc.caps == 1):
		k.Shape |= Title
	}
	if sc.digits > 0 {
		k.Shape |= HasDigit
		if sc.digits == int(k.To-k.From) {
			k.Shape |= AllDigits
		}
	}
}
