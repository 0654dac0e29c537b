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
		if isVowel(w[i]) && !(w[i] == 'y' && i == 0 && len(w) > 1 && isVowel(w[1])) {
			i += s.vowels(w, i)
			continue
		}
		i += s.consonant(w, i, v)
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

// spelling is how a group of consonants sounds. In letters stand for themselves a to z, and ^ for the beginning of the word
// and ! for elsewhere, < for a vowel before, + for one of e, i, y, * for any vowel, . for any letter and $ for the end.
type spelling struct {
	letters string
	eats    int // letters that the sound accounts for
	usual   string
	other   string // "" for the same
}

// spellings are tried in order, by first consonant. The last one of each is that consonant alone.
var spellings = [26][]spelling{
	'b' - 'a': {{"b", 1, "B", ""}},
	'c' - 'a': {{"ch", 2, "X", "K"}, {"ck", 2, "K", ""}, {"cq", 2, "K", ""}, {"cce", 2, "KS", ""}, {"cci", 2, "KS", ""}, {"c+", 1, "S", ""}, {"c", 1, "K", ""}},
	'd' - 'a': {{"dg+", 2, "J", ""}, {"d", 1, "D", ""}},
	'f' - 'a': {{"f", 1, "F", ""}},
	'g' - 'a': {{"^gn", 1, "", ""}, {"^gh", 2, "G", ""}, {"gh*", 2, "G", ""}, {"gh", 2, "", ""}, {"gg", 2, "G", ""}, {"g+", 1, "J", "G"}, {"g", 1, "G", ""}},
	'h' - 'a': {{"^h*", 1, "H", ""}, {"<h*", 1, "H", ""}, {"h", 1, "", ""}},
	'j' - 'a': {{"j", 1, "J", ""}},
	'k' - 'a': {{"^kn", 1, "", ""}, {"k", 1, "K", ""}},
	'l' - 'a': {{"l", 1, "L", ""}},
	'm' - 'a': {{"mb$", 2, "M", ""}, {"m", 1, "M", ""}},
	'n' - 'a': {{"n", 1, "N", ""}},
	'p' - 'a': {{"ph", 2, "F", ""}, {"^ps", 1, "", ""}, {"^pn", 1, "", ""}, {"^pt", 1, "", ""}, {"p", 1, "P", ""}},
	'q' - 'a': {{"qu*.", 2, "KW", ""}, {"qu", 2, "K", ""}, {"q", 1, "K", ""}},
	'r' - 'a': {{"r", 1, "R", ""}},
	's' - 'a': {{"sch", 3, "X", ""}, {"sh", 2, "X", ""}, {"sio", 1, "X", ""}, {"sia", 1, "X", ""}, {"sc+", 2, "S", ""}, {"s", 1, "S", ""}},
	't' - 'a': {{"th", 2, "Q", "T"}, {"tch", 3, "X", ""}, {"!tio", 1, "X", ""}, {"!tia", 1, "X", ""}, {"t", 1, "T", ""}},
	'v' - 'a': {{"v", 1, "F", ""}},
	'w' - 'a': {{"^wr", 1, "", ""}, {"wh", 2, "W", ""}, {"w*", 1, "W", ""}, {"w", 1, "", ""}},
	'x' - 'a': {{"^x*", 1, "S", ""}, {"^x", 1, "EKS", ""}, {"x", 1, "KS", ""}}, // EKS is the name of the letter
	'y' - 'a': {{"y", 1, "Y", ""}},
	'z' - 'a': {{"z", 1, "S", ""}},
}

// fits reports whether the letters of a spelling stand at w[i].
func (p *spelling) fits(w []byte, i int) bool {
	for k := range len(p.letters) {
		c := byte(0)
		if i < len(w) {
			c = w[i]
		}
		ok := true
		switch p.letters[k] {
		case '^':
			ok = i == 0
		case '!':
			ok = i > 0
		case '<':
			ok = i > 0 && isVowel(w[i-1])
		case '+':
			ok = c == 'e' || c == 'i' || c == 'y'
			i++
		case '*':
			ok = isVowel(c)
			i++
		case '.':
			ok = c != 0
			i++
		case '$':
			ok = c == 0
		default:
			ok = c == p.letters[k]
			i++
		}
		if !ok {
			return false
		}
	}
	return true
}

// consonant puts the sound of the consonants that begin at w[i] and returns how many letters they are.
func (s *sound) consonant(w []byte, i int, v voice) int {
	for n := range spellings[w[i]-'a'] {
		p := &spellings[w[i]-'a'][n]
		if len(p.letters) > 1 && !p.fits(w, i) {
			continue
		}
		if v == other && p.other != "" {
			s.put(p.other)
		} else {
			s.put(p.usual)
		}
		return p.eats
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
