// Package text matches word marks against the words of listings: the kind "text".
//
// Features fold every field of a listing once. A matcher over one corpus then asks of every window, a run of whole
// tokens of one field, which signs it is or resembles:
//
//   - exact: equal after case, width, accents and punctuation, with the sign's own word boundaries;
//   - script: equal after look-alike characters, digits and symbols for letters, hidden characters, letters set apart,
//     traditional for simplified characters;
//   - edit: a neighbour as matchers/core defines it, in every field but seller and url;
//   - sound: a word of the same sound code, and equality after romanisation of either side (pinyin, kana, Hangul,
//     Cyrillic, Greek);
//   - compound: equal with other word boundaries (FoldJoined, Dist 0), in plural or with another suffix (Dist 1), with the
//     words in another order (Dist 1), a sign without its article or company form (Dist 1), and the dominant part of a
//     longer sign (Cover below 1000).
//
// Seller, url and category take part in exact and script only: categories are words of a taxonomy, not of a person who
// misspells a name.
//
// Where a text is a name by itself, as the brand field and a title of up to three words are, more is looked for: signs that
// a word begins or ends with, weak parts of longer signs, sounds over several words.
//
// Equality is one table look-up per window: the key is a hash over fold.Class, under which all readings of an ambiguous
// character are one, and what the key finds is compared rune by rune. Text without spaces is cut into single characters,
// so that its windows are character n-grams.
//
// Start, End and Tier of a hit describe the span: the bytes from the first to the last character that counts, and what
// folding undid there. Cover is the share of the sign's letters that the span accounts for. For one sign and span there
// is at most one hit of each lane. A hit that is no equality is left out where it overlaps an equality of the same sign,
// an edit also where it overlaps one of fewer edits.
//
// The flood policy keeps ordinary words from being taken for misspellings: a window of dictionary words, numbers and
// single letters alone has neither neighbours nor sounds, but in texts that are names; in a title three such words may be
// the misspelling of a name; the first word of a title counts as
// ordinary only when it is frequent in titles. WithoutFloodPolicy turns it off; then recall against brute force is 1.
//
// Limits: a field is matched up to 100,000 bytes and a listing up to 400,000; what is cut is a problem of the listing.
// The lane alias is no concern of this package: a recorded alias is a sign like any other, and the judge names the lane
// by the role that the sign has.
package text

import (
	"sync"

	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
)

// Kind is the family of text matchers. The zero value has no dictionaries and hence no flood policy.
type Kind struct {
	words     func() *words.Tables
	flood     bool
	equalOnly bool
}

// Option changes a Kind.
type Option func(*Kind)

// WithoutFloodPolicy lets ordinary words be neighbours of signs too.
func WithoutFloodPolicy() Option { return func(k *Kind) { k.flood = false } }

// EqualOnly leaves it at windows that equal signs: the lanes exact and script, and other word boundaries.
func EqualOnly() Option { return func(k *Kind) { k.equalOnly = true } }

// New returns the kind. It reads the shipped dictionaries when they are first needed.
func New(options ...Option) Kind {
	k := Kind{flood: true, words: sync.OnceValue(func() *words.Tables {
		t, err := words.Load()
		if err != nil {
			return nil // the embedded data is held by a test of its own
		}
		return t
	})}
	for _, o := range options {
		o(&k)
	}
	return k
}

// dictionaries returns the dictionaries, nil when there are none.
func (k Kind) dictionaries() *words.Tables {
	if k.words == nil {
		return nil
	}
	return k.words()
}

// Name returns "text".
func (Kind) Name() string { return "text" }

// Version returns the version of features and sections.
func (Kind) Version() uint32 { return 2 }

// New returns features for one goroutine.
func (k Kind) New() matchers.Features { return &Features{kind: k} }

// Builder returns a builder of the sections "text/…".
func (k Kind) Builder() matchers.Builder { return newBuilder(k) }

// Open returns the matcher over the sections "text/…" of s.
func (k Kind) Open(s *snapshot.File) (matchers.Matcher, error) {
	m, err := open(k, s)
	if m == nil || err != nil {
		return nil, err
	}
	return m, nil
}

// Description is what the sections "text/…" say of themselves.
type Description struct {
	Forms       int  // ways in which signs are looked for: one for each sign, and more for look-alike and Latin readings
	FloodPolicy bool // ordinary words are no misspellings
}

// Describe returns the description of the sections of s. ok is false when s has none.
func Describe(s *snapshot.File) (d Description, ok bool) {
	heads, err := snapshot.View[head](s.Section(secHead))
	if err != nil || len(heads) != 1 {
		return Description{}, false
	}
	return Description{Forms: int(heads[0].Forms), FloodPolicy: heads[0].Policy&policyFlood != 0}, true
}
