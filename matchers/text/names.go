package text

import (
	"slices"

	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// A title of up to six words, its first word and a brand may be a name that somebody wants to use. It is compared as a whole with signs, and more
// loosely: by the words that both share, and by the pairs of neighbouring letters that both share. What is found has the
// lane compound and as Cover the share of the sign that agrees.

const (
	seedWord = 0xcbbb9d5dc1059ed8
	seedGram = 0x629a292a367cd507

	maxSimilarName = 6 // tokens

	gramSize  = 4
	minGrams  = 5   // letters of a sign or name that is compared by pairs of letters
	maxGrams  = 32  // likewise
	knownGram = 256 // signs that may share gramSize letters which lead to them
	alikeDice = 0.52
	longName  = 10   // letters of a name that shares more than one run of letters with signs like it
	sharedBy  = 0.4  // share of one side's letters that shared words make up
	sharedOf  = 0.26 // and of the other's
)

// gramKey hashes gramSize letters.
func gramKey(g []rune) uint64 {
	h := rolling(seedGram)
	for _, r := range g {
		h = (h ^ rolling(uint32(r))) * 0x9e3779b97f4a7c15
	}
	return h.key(false)
}

// nameKeys calls add with the keys by which a sign is found from a similar name.
func (v *vocabulary) nameKeys(runes []rune, words []run, add func(uint64)) {
	if n := len(runes); n >= minGrams && n <= maxGrams {
		for i := 0; i+gramSize <= n; i++ {
			if k := gramKey(runes[i : i+gramSize]); v.grams[k] <= knownGram {
				add(k)
			}
		}
	}
	if len(words) < 2 || len(words) > maxShared {
		return
	}
	for _, w := range words {
		if word := runes[w.from:w.to]; len(word) >= 4 && v.count[wordKey(word)] <= knownWord {
			add(wordKey(word[:stem(word)]) ^ seedWord)
		}
	}
}

// countGrams counts the signs by which a sign may be found.
func (v *vocabulary) countGrams(runes []rune) {
	if n := len(runes); n >= minGrams && n <= maxGrams {
		for i := 0; i+gramSize <= n; i++ {
			v.grams[gramKey(runes[i:i+gramSize])]++
		}
	}
}

// maxShared is how many words of a sign or name are compared.
const maxShared = 8

// similar looks for signs that resemble a short title or a brand as a whole, and for those that resemble the first word of
// such a title, which names the maker more often than the goods.
func (m *matcher) similar(s *scratch, x *field) {
	t, look := &x.plain, x.has
	if look {
		t = &x.look
	}
	n := len(t.Tokens)
	if n == 0 {
		return
	}
	m.similarTo(s, t, n, x.part == matchers.Title || n > 1, look)
	if x.part == matchers.Title && n > 1 && !look {
		m.similarTo(s, t, 1, false, look)
	}
}

// similarTo looks for signs that resemble the first n tokens of t, by their words too where words is set.
func (m *matcher) similarTo(s *scratch, t *fold.Text, n int, words, look bool) {
	w := window{t, 0, n - 1}
	name := t.Runes[w.from():w.to()]
	s.words = wordsOf(len(name), cutsOf(t), s.words[:0])
	s.near = s.near[:0]
	if n := len(name); n >= minGrams && n <= maxGrams {
		for i := 0; i+gramSize <= n; i++ {
			s.near = m.equal.Find(gramKey(name[i:i+gramSize]), s.near)
		}
	}
	for _, y := range s.words {
		if !words {
			break
		}
		if word := name[y.from:y.to]; len(word) >= 4 {
			from := len(s.near)
			s.near = m.equal.Find(wordKey(word[:stem(word)])^seedWord, s.near)
			s.near = append(s.near, s.near[from:]...) // a word weighs like two runs of letters
		}
	}
	slices.Sort(s.near)
	for i := 0; i < len(s.near); {
		id, times := s.near[i], 0
		for ; i < len(s.near) && s.near[i] == id; i++ {
			times++
		}
		if int(id) >= len(m.signs) || m.traits[id] != 0 || times < 2 && len(name) >= longName {
			continue
		}
		sign := m.marks.At(id)
		share := sharedPairs(name, sign)
		if len(name) == len(sign) && share == 1 || !words && m.cuts[id] != 0 {
			continue // the name is the sign, or one word of it
		}
		if words {
			s.signWords = wordsOf(len(sign), m.cuts[id], s.signWords[:0])
			share = max(share, sharedWords(name, s.words, sign, s.signWords))
		}
		if share > 0 {
			s.keep(w, found{sign: m.signs[id], lane: matchers.Compound, tier: w.form(), cover: uint16(share * whole), dist: 1, level: levelOther, look: look})
		}
	}
}

// sharedPairs returns the share of the sign's pairs of neighbouring letters that the name has too, 0 when name and sign
// are not alike by Dice's coefficient (Ecology 26, 1945) over those pairs.
func sharedPairs(name, sign []rune) float64 {
	if len(sign) < minGrams || len(sign) > maxGrams || len(name) < minGrams || len(name) > maxGrams {
		return 0
	}
	if 2*float64(min(len(sign), len(name))-1) < alikeDice*float64(len(sign)+len(name)-2) {
		return 0
	}
	var used [maxGrams]bool
	shared := 0
	for i := 1; i < len(sign); i++ {
		for j := 1; j < len(name); j++ {
			if !used[j] && sign[i] == name[j] && sign[i-1] == name[j-1] {
				used[j] = true
				shared++
				break
			}
		}
	}
	if 2*float64(shared) < alikeDice*float64(len(sign)-1+len(name)-1) {
		return 0
	}
	return float64(shared) / float64(len(sign)-1)
}

// sharedWords returns the share of the sign's letters that stand in words which the name has too, but for a plural s; 0
// when they are less than sharedBy of both sides or less than sharedOf of one.
func sharedWords(name []rune, nameWords []run, sign []rune, signWords []run) float64 {
	if len(signWords) > maxShared || len(nameWords) > maxShared || len(signWords) < 2 {
		return 0
	}
	var used [maxShared]bool
	ofName, ofSign := 0, 0
	for _, a := range signWords {
		word := sign[a.from:a.to]
		for j, b := range nameWords {
			other := name[b.from:b.to]
			if !used[j] && equalRunes(word[:stem(word)], other[:stem(other)]) {
				used[j] = true
				ofSign += len(word)
				ofName += len(other)
				break
			}
		}
	}
	a, b := float64(ofSign)/float64(len(sign)), float64(ofName)/float64(len(name))
	if max(a, b) < sharedBy || min(a, b) < sharedOf {
		return 0
	}
	return a
}
