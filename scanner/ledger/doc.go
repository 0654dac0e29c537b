// Package ledger keeps what happened over time to watched listings, in one SQLite file: runs, what was new, changed,
// relisted, gone and back, which rights were met, what people decided, and what was told to whom.
//
// The ledger is a stream of typed [Event]s that is only ever appended to: the database refuses to change or delete one. An
// event names its time, its actor, its subject and the identity of the rules and corpora by which it came about. Beside the
// stream stand tables that are made of it (listings, matches, leads) so that questions are cheap, the contents of listings by
// their hash, and a durable outbox of messages. Events hold no text of a listing: a content that its time of retention is
// over for is deleted, and the event of that deletion stays.
//
// To start, [Open] a ledger. A [Run] is one reading of a watch and works like a transaction: [Ledger.Begin] starts one or
// hands back the one that was cut off, [Run.Stage] puts aside what was read, and [Run.Finish] compares it with what the
// ledger knows and appends all its events at once. Until then nothing of a run is visible but that it is under way; after a
// kill the same run goes on, and nothing is counted twice.
//
// When a listing was last seen is not written anywhere: it follows from the runs between its appearing and its going, less
// those that could not read it. A night on which nothing changed rewrites no row of a listing.
//
// Every write is on disk when its call returns (WAL, synchronous FULL). An error means that nothing of that call is stored.
// A Ledger is safe for concurrent use, and several processes may have the file open; one run of a watch at a time is the
// caller's affair.
package ledger
