// Package corpora holds the nouns that every other package shares: the listing that is screened, the right that it may
// collide with, and the small vocabulary (market, status, kind, form, date, problem) that both are written in.
//
// It imports nothing but the standard library, so that a reader of any format can make its values and a matcher can use
// them without knowing where they came from. It reads no file and makes no decision; readers stand in corpora/feed and
// corpora/registry, decisions in matchers/judge.
package corpora

import (
	"context"
	"iter"
)

// Source yields records in their own order. It is read once, by one goroutine.
//
// A non-nil error is one bad record and not the end: the value beside it holds whatever is known of that record (at
// least Origin and Row for a Listing). An error that is a *Problem says what is wrong in a form that reaches the report;
// any other error is reported with the code "read_failed". A Source that cannot go on yields its error and returns. It
// returns early when the consumer stops or ctx is done.
type Source[T any] interface {
	All(ctx context.Context) iter.Seq2[T, error]
}
