package judge

import (
	"slices"

	"lookalike/corpora/words"
	"lookalike/matchers"
)

// The dictionaries of words with a meaning, as against names and places.
const lexical = words.English | words.German | words.French | words.Spanish | words.Italian | words.Chinese | words.Japanese

// meaning are the lists of words that dictionaries of small letters leave out: of kinds, origins and materials.
var meaning = []string{"generic", "material", "gem"}

// strength is what a sign is worth as a sign, from the corpus's own statistics and the shipped dictionaries. Goods do not
// enter it.
type strength struct {
	value    float64 // of the piece distinct, 0–1
	note     Note
	invented bool // no word of a dictionary, long enough, one owner
	ordinary bool // one word of a dictionary
	name     bool // a person's name or a place
	phrase   bool // several words of a dictionary
	common   bool // among the most frequent words of product titles, or made of such words alone
	short    bool // ≤ 3 Latin letters, 1 Han character, ≤ 2 kana
	han      bool // written in Han characters
}

// Background shares above which a sign tells less about a maker, with what it loses.
const (
	backgroundSome = 0.002
	backgroundMany = 0.01
)

// strengthOf classifies a sign. key is its folded text, flags are those of its rights together. A background takes nothing
// from a sign that is famous or that somebody watches over: many listings name it because it is.
func (j *Judge) strengthOf(f *matchers.Facts, key string, flags matchers.RightFlags) strength {
	s := strength{short: isShort(f), han: f.Script&matchers.Han != 0}
	dict := f.Dictionary
	one := f.Words <= 1
	if one && dict == 0 && slices.ContainsFunc(meaning, func(list string) bool { return j.uses.Is(list, key) }) {
		dict = words.English
	}
	if one && j.uses.Has("character", key) {
		dict = 0 // it means nothing but the character
	}
	switch {
	case dict&words.Common != 0:
		s.common, s.ordinary = true, one
		s.value, s.note = 0.1, note(NoteCommonWord, "mark", key)
	case dict&lexical != 0 && one:
		s.ordinary = true
		s.value, s.note = 0.3, note(NoteOrdinaryWord, "mark", key)
	case dict&lexical != 0:
		s.phrase = true
		s.value, s.note = min(0.45+0.15*float64(f.Words-1), 0.85), note(NoteDistinctive)
	case dict != 0:
		s.name = true
		s.value, s.note = 0.6, note(NotePlaceOrName, "mark", key)
	default:
		s.value, s.note = 0.9, note(NoteDistinctive)
		if long := f.Runes >= 4 || s.han && f.Runes >= 3; long && f.Owners <= 1 && f.Script&^matchers.Digits != 0 {
			s.invented, s.value, s.note = true, 1, note(NoteInvented)
		}
	}
	if s.short && !s.common {
		s.value, s.note = min(s.value, 0.5), note(NoteShortSign, "length", int(f.Runes))
	}
	if n := f.Owners; n > 1 && s.value > 0.3 {
		s.value = max(s.value-0.1*float64(min(n-1, 5)), 0.3)
		s.note = note(NoteManyOwners, "owners", int(n))
	}
	if j.background != nil && flags&(matchers.FlagFamous|matchers.FlagOwn|matchers.FlagWatched) == 0 {
		if share := j.background(key); share > backgroundSome {
			s.invented = s.invented && share < backgroundMany
			s.value *= map[bool]float64{false: 0.7, true: 0.4}[share > backgroundMany]
			s.note = note(NoteFrequentHere, "percent", round(share*100))
		}
	}
	return s
}

// isShort counts per script: most Chinese brands have two or three characters.
func isShort(f *matchers.Facts) bool {
	switch {
	case f.Script&matchers.Han != 0:
		return f.Runes <= 1
	case f.Script&matchers.Kana != 0, f.Script&matchers.Hangul != 0:
		return f.Runes <= 2
	}
	return f.Runes <= 3
}

// folds names the folds of a hit for a reader.
func folds(tier uint8) []string {
	out := []string{}
	for i, n := range [...]string{"", "confusable", "leet", "hidden", "spaced", "joined", "variant"} {
		if n != "" && tier&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}
