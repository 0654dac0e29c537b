// Package index keeps listings between scans: what was seen, what changed since, and where a word stands.
//
// One bbolt file holds the truth: every listing with the sequence number of its last change, and the features that
// matchers prepared of it. Beside it bleve holds the inverted index and nothing else. A batch is committed to bbolt
// first; bleve remembers the sequence number up to which it has read and catches up when the index is opened, so that a
// kill between the two loses nothing and doubles nothing. When bleve's files are damaged they are made again from the
// truth.
//
// Open opens an index, Keeper writes to it, Search looks into it, and Index.All, Since and Query read it back as sources of
// a scan with Listing.Prepared filled, so that a rescan decodes and folds nothing. A listing that did not change is not
// written again, neither to bbolt nor to bleve.
//
// A listing is the same as another when source, seller and id agree. Features are kept per listing rather than per
// content: they then leave with the listing, and nothing has to be counted or collected.
//
// One process at a time may hold an index open. An Index is safe for concurrent use; a Keeper is for one goroutine.
package index
