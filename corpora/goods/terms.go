package goods

import (
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// The terms are a naive Bayes model over features of goods terms: words, neighbouring pairs, first and last word, and the
// first and last five letters of longer words. A weight is log((p + e) / e) with p the share of a class's terms that hold
// the feature and e a floor, so that absent pairs weigh nothing and need no room. Features that stand in one term only
// are left out, but for whole words.
//
//	"LKGT" | version u32 | features u32 | priors 45 × f32 | hashes u32 … | pairs per feature u8 … | pairs: class u8, weight u8
//
// Weights are in steps of 1/16. Numbers are little-endian.
const (
	termsMagic   = "LKGT"
	termsVersion = 1
	weightStep   = 16.0
)

var errTerms = errors.New("the embedded terms are damaged")

// temperature divides log scores before they become confidences. With it the mean confidence on held-out terms is close to
// the share of right answers: gengoods -holdout prints both.
const temperature = 6.0

// Pulls of a kind's word on the log scores, by its confidence.
const (
	endPull    = 15.0
	insidePull = 6.0
)

type terms struct {
	priors [NumClasses + 1]float64
	hashes []uint32
	at     []uint32 // of the pairs of each feature
	pairs  string
}

// Term is one goods or services term with the class that it was accepted in.
type Term struct {
	Class uint8
	Text  string
}

// features calls f with the hash of every feature of text, which is in lower case, and with whether it is a whole word.
func features(toks []token, f func(hash uint32, word bool)) {
	for i, t := range toks {
		w := t.text
		f(hashOf('w', w), true)
		if i > 0 {
			f(hashPart(hashOf('p', toks[i-1].text), w), false)
		}
		if n := utf8.RuneCountInString(w); n > affix {
			f(hashOf('b', w[:runeEnd(w, 0)]), false)
			from := 0
			for k := 0; k+affix < n; k++ {
				if n > longWord && k > 0 {
					f(hashOf('m', w[from:runeEnd(w, from)]), false)
				}
				_, size := utf8.DecodeRuneInString(w[from:])
				from += size
			}
			f(hashOf('e', w[from:]), false)
		}
	}
	if len(toks) > 0 {
		f(hashOf('f', toks[0].text), false)
		f(hashOf('l', toks[len(toks)-1].text), false)
	}
}

const (
	affix    = 5 // letters of a prefix, suffix or piece of a word
	longWord = 9 // words with more letters have pieces
)

// runeEnd returns the byte after the affix that starts at from.
func runeEnd(w string, from int) int {
	for range affix {
		_, size := utf8.DecodeRuneInString(w[from:])
		from += size
	}
	return from
}

// hashOf is the 32-bit FNV-1a hash of kind, s and a zero byte.
func hashOf(kind byte, s string) uint32 {
	return hashPart((2166136261^uint32(kind))*16777619, s)
}

func hashPart(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h * 16777619
}

// Train makes the weights of terms. The same terms give the same bytes in any order.
func Train(list []Term) []byte {
	type cell [NumClasses + 1]uint32
	counts, word := map[uint32]*cell{}, map[uint32]bool{}
	var prior cell
	n := 0.0
	for _, t := range list {
		prior[t.Class]++
		n++
		seen := map[uint32]bool{}
		features(tokens(t.Text), func(h uint32, whole bool) {
			if seen[h] {
				return
			}
			seen[h], word[h] = true, whole
			if counts[h] == nil {
				counts[h] = &cell{}
			}
			counts[h][t.Class]++
		})
	}
	le := binary.LittleEndian
	var hashes, sizes, pairs []byte
	kept := uint32(0)
	for _, h := range slices.Sorted(maps.Keys(counts)) {
		sum := uint32(0)
		for _, c := range counts[h] {
			sum += c
		}
		if sum < 2 && !word[h] {
			continue
		}
		floor := 1e-3*float64(sum)/n + 1e-6
		size := byte(0)
		for c, k := range counts[h] {
			w := math.Round(weightStep * math.Log((float64(k)/float64(prior[c]+1)+floor)/floor))
			if k > 0 && w >= 1 {
				pairs = append(pairs, byte(c), byte(min(w, 255)))
				size++
			}
		}
		hashes = le.AppendUint32(hashes, h)
		sizes = append(sizes, size)
		kept++
	}
	out := le.AppendUint32([]byte(termsMagic), termsVersion)
	out = le.AppendUint32(out, kept)
	for c := 1; c <= NumClasses; c++ {
		p := 0.5 * math.Log((float64(prior[c])+0.5)/(n+1))
		out = le.AppendUint32(out, math.Float32bits(float32(p)))
	}
	return slices.Concat(out, hashes, sizes, pairs)
}

// openTerms reads what Train wrote.
func openTerms(s string) (terms, error) {
	var t terms
	const head = 12 + 4*NumClasses
	if len(s) < head || s[:4] != termsMagic || le32(s[4:]) != termsVersion {
		return t, errTerms
	}
	n := int(le32(s[8:]))
	if n > (len(s)-head)/5 {
		return t, errTerms
	}
	for c := 1; c <= NumClasses; c++ {
		t.priors[c] = float64(math.Float32frombits(le32(s[12+4*(c-1):])))
	}
	t.hashes, t.at = make([]uint32, n), make([]uint32, n+1)
	sizes := s[head+4*n : head+5*n]
	for i := range n {
		t.hashes[i] = le32(s[head+4*i:])
		t.at[i+1] = t.at[i] + uint32(sizes[i])
	}
	t.pairs = s[head+5*n:]
	if int64(len(t.pairs)) != 2*int64(t.at[n]) || !slices.IsSorted(t.hashes) {
		return t, errTerms
	}
	for i := 0; i < len(t.pairs); i += 2 {
		if t.pairs[i] == 0 || t.pairs[i] > NumClasses {
			return t, errTerms
		}
	}
	return t, nil
}

func le32(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// score returns the confidence of each class for the words of a text, given the pull of kinds. When the terms know nothing of the text, it
// is that of the kinds; words that the terms do not know lower it.
func (t *terms) score(toks []token, kinds *classScores) classScores {
	s := t.priors
	words, known, affixes := 0, 0, 0
	features(toks, func(h uint32, word bool) {
		i, hit := slices.BinarySearch(t.hashes, h)
		switch {
		case word && hit:
			words, known = words+1, known+1
		case word:
			words++
		case hit:
			affixes++
		}
		if hit {
			for j := t.at[i]; j < t.at[i+1]; j++ {
				s[t.pairs[2*j]] += float64(t.pairs[2*j+1]) / weightStep
			}
		}
	})
	named := false
	for c, v := range kinds {
		switch {
		case v >= endOfPart*furtherClass:
			s[c] += endPull
			named = true
		case v > 0:
			s[c] += insidePull
			named = true
		}
	}
	if known+affixes == 0 {
		return *kinds
	}
	top := slices.Max(s[1:])
	sum := 0.0
	for c := 1; c <= NumClasses; c++ {
		s[c] = math.Exp((s[c] - top) / temperature)
		sum += s[c]
	}
	trust := 1.0
	if !named {
		trust = math.Sqrt((float64(known) + min(float64(affixes), float64(words-known))*0.5) / float64(words))
	}
	var out classScores
	for c := 1; c <= NumClasses; c++ {
		out[c] = trust * s[c] / sum
	}
	return out
}

// knows reports whether any feature of the words has a weight.
func (t *terms) knows(toks []token) bool {
	known := false
	features(toks, func(h uint32, _ bool) {
		if _, hit := slices.BinarySearch(t.hashes, h); hit {
			known = true
		}
	})
	return known
}
