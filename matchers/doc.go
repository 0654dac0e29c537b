// Package matchers holds what every way of matching shares: the contracts Kind, Features, Matcher and Builder, the flat
// Hit that they produce, and Corpus, one opened snapshot of rights together with its matchers.
//
// A scan prepares the features of a listing once for each kind, whatever the number of corpora, and asks the matchers of
// every corpus for hits. A hit says which sign lies where and how it was found; it does not say how bad that is. Grades
// are made in matchers/judge, which sees all hits of a listing together.
package matchers

import (
	"context"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
)

// Kind is one family of matching: text, or pictures. It knows no corpus. Its methods are safe for concurrent use.
type Kind interface {
	// Name is part of section names and of prepared features: "text", "image".
	Name() string
	// Version changes whenever the same listing gives other features; prepared ones of another version are not loaded.
	Version() uint32
	// New returns features that one goroutine may use for one listing after the other.
	New() Features
	// Builder returns a builder of this kind's sections of a snapshot.
	Builder() Builder
	// Open returns the matcher over this kind's sections of s, and nil without error when s has none. The matcher reads
	// the mapping of s as long as it is used.
	Open(s *snapshot.File) (Matcher, error)
}

// Features are what one kind needs to know of a listing. They are the scratch of one worker: every Prepare or Load
// forgets the listing before.
type Features interface {
	// Prepare reads the listing's fields. What cannot be read is returned as problems and the rest is prepared. A context
	// that ends makes it return early with features that must not be used.
	Prepare(ctx context.Context, l *corpora.Listing) []corpora.Problem
	// Append appends what an index keeps, so that Load on it gives the same hits as Prepare.
	Append(dst []byte) []byte
	// Load takes what Append of the same Version wrote.
	Load(b []byte) error
}

// Matcher finds the signs of one corpus in prepared features. It is immutable and safe for concurrent use.
type Matcher interface {
	Kind() Kind
	// Match appends the hits of f, which must be of this matcher's kind, to dst. It returns every hit that the
	// definition of its lanes calls for, in a fixed order (Part, Item, Start, End, Sign, Lane), and allocates nothing once
	// dst and the features are warm.
	Match(f Features, dst []Hit) []Hit
}

// Builder collects the signs of one kind and writes them as sections. A Builder that also implements Surveyor is shown
// the facts of all signs before it finishes.
type Builder interface {
	// Add takes the sign with the given id. Ids arrive in ascending order and need not be dense: signs of other kinds lie
	// between. It returns a *corpora.Problem for a sign that cannot be matched, such as a picture that does not decode;
	// the builder then keeps nothing of it, stays usable, and may be given the same id for the next sign. A sign that this
	// kind has no use for is ignored without error. Neither the sign nor its picture is used after Add returns.
	Add(ctx context.Context, sign uint32, s *corpora.Sign) error
	// Finish writes the sections. It writes none when no sign was added.
	Finish(w *snapshot.Writer) error
}

// PictureFacts is what features of pictures know of one picture of the listing beside its hashes.
type PictureFacts struct {
	SHA256        [32]byte // of the file's bytes
	Hash          [32]byte // the 256-bit hash of the whole picture: the identity of the picture in fingerprints
	Width, Height int      // after EXIF rotation
	OK            bool     // it was read
}

// Pictured is implemented by features of pictures.
type Pictured interface {
	// Pictures returns the facts of every picture of the listing, in the feed's order, valid until the next Prepare.
	Pictures() []PictureFacts
}
