package judge

import (
	"hash/maphash"

	"lookalike/corpora/words"
)

// listID names a list of words.Uses that is asked for places of a field.
type listID uint8

const (
	listPlace listID = iota
	listPerson
	listModel
	listFill
	listQuality
	listHost
	listLead
	listBinder
	listShop
	listGeneric
	listColour
	listSize
	listCut
	listPattern
	listMaterial
	listGem
	listFlavour
	listSeason
	listState
	listAttribute
	listPlatform
	listCarrier
	listNetwork
	listLesson
	listHonorific
	numLists
)

// listNames are the names of the lists in words.Uses.
var listNames = [numLists]string{
	"place", "person", "model", "fill", "quality", "host", "lead", "binder", "shop", "generic",
	"colour", "size", "cut", "pattern", "material", "gem", "flavour", "season", "state", "attribute",
	"platform", "carrier", "network", "lesson", "honorific",
}

// headSet holds, for one token, what starts with it: bit n an entry of list n, and the bits below.
type headSet uint32

const (
	startsPhrase headSet = 1 << (numLists + iota)
	startsFake
	startsNoun
	headLooked // the word was looked up
)

// headTable gives the set of a token. Most tokens of a listing start nothing, which a bit tells more quickly than a map.
type headTable struct {
	sets map[string]headSet
	bits [headBits / 64]uint64 // bit headBit(t) is set for every t of sets
}

const headBits = 1 << 16

// headBit hashes the first bytes of a token, and its length.
func headBit(t string) uint32 {
	h := uint32(len(t))
	for i := range min(len(t), 8) {
		h = (h ^ uint32(t[i])) * 0x01000193
	}
	return (h ^ h>>16) % headBits
}

func (h *headTable) get(t string) headSet {
	if b := headBit(t); h.bits[b/64]&(1<<(b%64)) == 0 {
		return 0
	}
	return h.sets[t]
}

// headsOf looks up what starts with each token of the tables, so that a field asks once per token and not once per list.
func (j *Judge) headsOf() headTable {
	m := map[string]headSet{}
	for l, name := range listNames {
		for t := range j.uses.Firsts(name) {
			m[t] |= 1 << l
		}
	}
	for t := range j.phraseIndex {
		m[t] |= startsPhrase
	}
	for t := range j.fakeIndex {
		m[t] |= startsFake
	}
	for t := range j.nounIndex {
		m[t] |= startsNoun
	}
	h := headTable{sets: m}
	for t := range m {
		b := headBit(t)
		h.bits[b/64] |= 1 << (b % 64)
	}
	return h
}

// heads returns what starts with token i, nothing outside the field.
func (p *page) heads(f *field, i int) headSet {
	if i < 0 || i >= len(f.tokens) {
		return 0
	}
	k := &f.known[i]
	if k.heads == 0 {
		k.heads = headLooked | p.j.heads.get(f.tokens[i])
	}
	return k.heads
}

// known is what the tables say of a word.
type known struct {
	heads headSet   // what starts with it, 0 before it was asked
	dict  words.Set // dictionaries that hold it, 0 before they were asked
}

// dictLooked says that the dictionaries were asked; none of theirs has this bit.
const dictLooked words.Set = 1 << 15

// seenWords remembers what the dictionaries say of words by their hash, which stands for the word: listings share most of
// theirs. A word takes the place of an earlier one.
type seenWords [1 << 12]struct {
	hash uint64
	dict words.Set
}

// dictionaries returns the dictionaries that hold token i.
func (p *page) dictionaries(f *field, i int) words.Set {
	if i < 0 || i >= len(f.tokens) {
		return 0
	}
	k := &f.known[i]
	if k.dict == 0 {
		word := f.tokens[i]
		h := maphash.String(p.j.seed, word)
		at := &p.seen[h%uint64(len(p.seen))]
		if at.hash != h || at.dict == 0 {
			at.hash, at.dict = h, dictLooked|p.j.dict.Dictionaries(word)
		}
		k.dict = at.dict
	}
	return k.dict &^ dictLooked
}

// at returns how many of tokens[from:to] are one entry of a list that starts at from, 0 when none does.
func (p *page) at(f *field, l listID, from, to int) int {
	if from >= to || p.heads(f, from)&(1<<l) == 0 {
		return 0
	}
	return p.j.uses.At(listNames[l], f.tokens[from:to])
}

// in reports whether token i is an entry of a list by itself.
func (p *page) in(f *field, l listID, i int) bool {
	return p.heads(f, i)&(1<<l) != 0 && p.j.uses.Has(listNames[l], f.tokens[i])
}
