package matchers

import (
	"lookalike/corpora"
	"lookalike/corpora/words"
)

// Link ties a sign to one of its rights.
type Link struct {
	Right uint32 // row
	Role  corpora.Role
	_     [1]byte
	Lang  Lang // of an alias
}

// Lang is a two-letter language packed into 16 bits, 0 when not recorded.
type Lang uint16

// PackLang packs the first subtag of a BCP 47 tag; anything but two letters gives 0.
func PackLang(tag string) Lang {
	if len(tag) > 2 && tag[2] != '-' || len(tag) < 2 {
		return 0
	}
	return Lang(tag[0]|0x20)<<8 | Lang(tag[1]|0x20)
}

// String returns the two letters, "" when not recorded.
func (l Lang) String() string {
	if l == 0 {
		return ""
	}
	return string([]byte{byte(l >> 8), byte(l)})
}

// Columns is what the judge needs of a right, flat, so that thousands of candidates cost no decoding. Right decodes the
// rest for the few that are listed.
type Columns struct {
	Classes    uint64 // bit n is Nice class n
	Owner      uint32 // owner group: rights of one folded owner name share it; 0 when the owner is not known
	MarketSet  uint16 // see Corpus.MarketSet
	Office     uint16 // see Corpus.Office
	Filed      corpora.Date
	Registered corpora.Date
	Expires    corpora.Date
	Flags      RightFlags
	Kind       corpora.RightKind
	Status     corpora.Status
	Form       corpora.Form
	_          [5]byte
}

// RightFlags are the flags that rules know, and facts about a row.
type RightFlags uint32

// The flags. The first four are words of the column "flags".
const (
	FlagFamous   RightFlags = 1 << iota
	FlagOwn                 // of the user's own portfolio
	FlagWatched             // of a litigious holder
	FlagRecorded            // recorded with customs
	FlagGone                // a tombstone of a delta corpus
	FlagGoods               // has words for its goods
	FlagDisclaimer
)

// Facts is what a corpus knows of a sign itself, for distinctiveness.
type Facts struct {
	Rights     uint32 // rights that hold it, in any role
	Owners     uint32 // distinct owner groups among them
	Neighbours uint32 // other signs of the corpus within its edit neighbourhood, 0 when not counted
	Runes      uint16 // length after folding, without separators
	Words      uint8  // a run of Han, kana or another script without spaces is one word
	Script     ScriptSet
	Dictionary words.Set // dictionaries that hold it as a word; every word of a longer sign
	_          [2]byte
}

// ScriptSet says which scripts a sign is written in.
type ScriptSet uint8

// The scripts that rules tell apart.
const (
	Latin ScriptSet = 1 << iota
	Han
	Kana
	Hangul
	Cyrillic
	Digits
	OtherScript
)
