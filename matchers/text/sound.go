package text

// sound writes how a word of Latin letters sounds, in the manner of the metaphone codes, but with its vowels: e and i, o
// and u each are one, so that KABU and CABU, SEIKO and SEYCO agree and SEIKO and SOCK do not.
//
// The letters of a code: A E O for vowels; B D F G H J K L M N P R S T W Y; X for sh and ch, Q for th. Voiced v and z are
// f and s. Doubled sounds count once.
type sound struct {
	code [24]byte
	n    int
}

// voice is which reading of ambiguous letters a code takes.
type voice uint8

const (
	usual voice = iota // ch as in chair, g as in gem, th as in thin
	other              // ch as in chorus, g as in get, th as t, digits by their English names
)

// readSound returns the code of words, folded, written together and read one by one. ok is false for words with other than
// Latin letters and digits, and for codes too short to tell words apart.
func readSound(runes []rune, words []run, v voice) (s sound, ok bool) {
	for _, w := range words {
		if !s.word(runes[w.from:w.to], v) {
			return s, false
		}
	}
	return s, s.distinct()
}

// word adds the code of one word.
func (s *sound) word(word []rune, v voice) bool {
	var letters [maxWindow + 8]byte
	n := 0
	for _, r := range word {
		name := ""
		if v == other && r >= '0' && r <= '9' {
			name = digitNames[r-'0']
		}
		switch {
		case name != "" && n+len(name) <= len(letters):
			n += copy(letters[n:], name)
		case r < 'a' || r > 'z' || n == len(letters):
			return false
		default:
			letters[n] = byte(r)
			n++
		}
	}
	s.read(letters[:n], v)
	return true
}

var digitNames = [10]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// distinct reports whether the code is long enough to be told from those of other words.
func (s *sound) distinct() bool {
	consonants := 0
	for _, c := range s.code[:s.n] {
		if c != 'A' && c != 'E' && c != 'O' {
			consonants++
		}
	}
	return s.n >= 4 && consonants >= 2
}

func (s *sound) put(cs string) {
	for i := range len(cs) {
		c := cs[i]
		if s.n > 0 && (s.code[s.n-1] == c || s.code[s.n-1] == 'S' && c == 'X') {
			s.code[s.n-1] = c
			continue
		}
		if s.n == len(s.code) {
			return
		}
		s.code[s.n] = c
		s.n++
	}
}

func isVowel(c byte) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'
}

// read walks over the letters of a word.
func (s *sound) read(w []byte, v voice) {
	for i := 0; i < len(w); {
		at := func(k int) byte {
			if i+k < 0 || i+k >= len(w) {
				return 0
			}
			return w[i+k]
		}
		c := w[i]
		if isVowel(c) && !(c == 'y' && i == 0 && isVowel(at(1))) {
			i += s.vowels(w, i)
			continue
		}
		i += s.consonant(c, i, at, v)
	}
}

// vowels puts the sound of the vowels that begin at w[i] and returns how many letters they are. An e that ends a word
// behind a consonant is silent.
func (s *sound) vowels(w []byte, i int) int {
	n := 1
	for i+n < len(w) && isVowel(w[i+n]) {
		n++
	}
	g := w[i : i+n]
	end := i+n == len(w)
	if end && n == 1 && g[0] == 'e' && s.n >= 2 {
		return 1
	}
	if i+n < len(w) && w[i+n] == 'w' && (i+n+1 == len(w) || !isVowel(w[i+n+1])) {
		n++ // ow, aw, ew
		s.put("O")
		return n
	}
	second := byte(0)
	if len(g) > 1 {
		second = g[1]
	}
	front := func(c byte) bool { return c == 'e' || c == 'i' || c == 'y' }
	switch {
	case g[0] == 'a' && front(second):
		s.put("E")
	case g[0] == 'a' && second == 'u':
		s.put("O")
	case g[0] == 'a':
		s.put("A")
	case front(g[0]) && second == 'a' && g[0] != 'e':
		s.put("EA")
	case front(g[0]) && second == 'o':
		s.put("EO")
	case g[0] == 'e' && second == 'u':
		s.put("O")
	case front(g[0]):
		s.put("E")
	default:
		s.put("O")
	}
	return n
}

// consonant puts the sound of the consonants that begin with c and returns how many letters they are.
func (s *sound) consonant(c byte, i int, at func(int) byte, v voice) int {
	next := at(1)
	soft := next == 'e' || next == 'i' || next == 'y'
	switch c {
	case 'c':
		switch {
		case next == 'h' && v == other:
			s.put("K")
			return 2
		case next == 'h':
			s.put("X")
			return 2
		case next == 'k' || next == 'q':
			s.put("K")
			return 2
		case next == 'c' && (at(2) == 'e' || at(2) == 'i'):
			s.put("KS")
			return 2
		case soft:
			s.put("S")
			return 1
		}
		s.put("K")
	case 'd':
		if next == 'g' && (at(2) == 'e' || at(2) == 'i' || at(2) == 'y') {
			s.put("J")
			return 2
		}
		s.put("D")
	case 'g':
		switch {
		case next == 'h' && i > 0 && !isVowel(at(2)):
			return 2
		case next == 'h':
			s.put("G")
			return 2
		case next == 'n' && i == 0:
			return 1
		case soft && v == usual && at(-1) != 'g':
			s.put("J")
			return 1
		}
		s.put("G")
	case 'h':
		if isVowel(next) && (i == 0 || isVowel(at(-1))) {
			s.put("H")
		}
	case 'k':
		if next != 'n' || i > 0 {
			s.put("K")
		}
	case 'm':
		s.put("M")
		if next == 'b' && at(2) == 0 {
			return 2
		}
	case 'p':
		switch {
		case next == 'h':
			s.put("F")
			return 2
		case i == 0 && (next == 's' || next == 'n' || next == 't'):
			return 1
		}
		s.put("P")
	case 'q':
		s.put("K")
		if next == 'u' && isVowel(at(2)) && at(3) != 0 {
			s.put("W")
			return 2
		}
		if next == 'u' {
			return 2
		}
	case 's':
		switch {
		case next == 'c' && at(2) == 'h':
			s.put("X")
			return 3
		case next == 'h' || next == 'i' && (at(2) == 'o' || at(2) == 'a'):
			s.put("X")
			if next == 'h' {
				return 2
			}
			return 1
		case next == 'c' && (at(2) == 'e' || at(2) == 'i' || at(2) == 'y'):
			s.put("S")
			return 2
		}
		s.put("S")
	case 't':
		switch {
		case next == 'h' && v == other:
			s.put("T")
			return 2
		case next == 'h':
			s.put("Q")
			return 2
		case next == 'c' && at(2) == 'h':
			s.put("X")
			return 3
		case next == 'i' && (at(2) == 'o' || at(2) == 'a') && i > 0:
			s.put("X")
			return 1
		}
		s.put("T")
	case 'w':
		switch {
		case next == 'r' && i == 0:
			return 1
		case next == 'h':
			s.put("W")
			return 2
		case isVowel(next):
			s.put("W")
		}
	case 'x':
		switch {
		case i > 0:
			s.put("KS")
		case isVowel(next):
			s.put("S")
		default:
			s.put("EKS") // the name of the letter
		}
	case 'y':
		s.put("Y")
	case 'v', 'f':
		s.put("F")
	case 'z':
		s.put("S")
	default:
		s.put(string(c - 'a' + 'A'))
	}
	return 1
}

// key returns the hash under which a code is stored.
func (s *sound) key() uint64 {
	h := rolling(seedSound)
	for _, c := range s.code[:s.n] {
		h = (h ^ rolling(c)) * 0x9e3779b97f4a7c15
	}
	return h.key(false)
}

// singular returns the code without a final s, and whether it had one.
func (s sound) singular() (sound, bool) {
	if s.n < 2 || s.code[s.n-1] != 'S' {
		return s, false
	}
	s.n--
	s.code[s.n] = 0
	return s, s.distinct()
}

// sounds appends the distinct codes of words: read one by one and as one word, in both voices, and without a final s.
func sounds(runes []rune, words []run, dst []sound) []sound {
	begin := len(dst)
	all := [1]run{{0, len(runes)}}
	for _, v := range [...]voice{usual, other} {
		for i, cut := range [...][]run{all[:], words} {
			if i == 1 && len(words) < 2 {
				continue
			}
			s, ok := readSound(runes, cut, v)
			if !ok {
				continue
			}
			dst = appendSound(dst, begin, s)
			if t, ok := s.singular(); ok {
				dst = appendSound(dst, begin, t)
			}
		}
	}
	return dst
}

func appendSound(dst []sound, begin int, s sound) []sound {
	for i := range dst[begin:] {
		if dst[begin+i] == s {
			return dst
		}
	}
	return append(dst, s)
}
