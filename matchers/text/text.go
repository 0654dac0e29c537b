// Package text matches word marks against the words of listings: the kind "text".
//
// Features fold every field of a listing once. A matcher over one corpus then asks of every window, a run of whole
// tokens of one field, which signs it is or resembles:
//
//   - exact: equal after case, width, accents and punctuation, with the sign's own word boundaries;
//   - script: equal after look-alike characters, digits and symbols for letters, hidden characters, letters set apart,
//     traditional for simplified characters;
//   - compound: equal with other word boundaries;
//   - edit: a neighbour as matchers/core defines it, in every field but seller and url.
//
// Equality is one table look-up per window: the key is a hash over fold.Class, under which all readings of an ambiguous
// character are one, and what the key finds is compared rune by rune. Text without spaces is cut into single characters,
// so that its windows are character n-grams.
//
// Start, End and Tier of a hit describe the span: the bytes from the first to the last character that counts, and what
// folding undid there. Cover is 1000. For one sign and span there is at most one hit of each lane. A hit of the lane edit
// is left out where its window overlaps an equal window of the same sign, or one of fewer edits.
//
// Limits: a field is matched up to 100,000 bytes and a listing up to 400,000; what is cut is a problem of the listing.
// The lane alias is no concern of this package: a recorded alias is a sign like any other, and the judge names the lane
// by the role that the sign has.
package text

import (
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
)

// Kind is the family of text matchers.
type Kind struct{}

// New returns the kind.
func New() Kind { return Kind{} }

// Name returns "text".
func (Kind) Name() string { return "text" }

// Version returns the version of features and sections.
func (Kind) Version() uint32 { return 1 }

// New returns features for one goroutine.
func (Kind) New() matchers.Features { return new(Features) }

// Builder returns a builder of the sections "text/…".
func (Kind) Builder() matchers.Builder { return newBuilder() }

// Open returns the matcher over the sections "text/…" of s.
func (k Kind) Open(s *snapshot.File) (matchers.Matcher, error) {
	m, err := open(s)
	if m == nil || err != nil {
		return nil, err
	}
	return m, nil
}
