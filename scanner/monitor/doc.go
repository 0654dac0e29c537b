// Package monitor watches shops and feeds on a schedule: each run reads a watch, scans what is new or changed and what
// changed rights call for, has the ledger tell what became of it, and sends word of it.
//
// A run is one transaction over three stores. Listings go to the index first, then to the ledger's table of what the run has
// read, and only then does the crawler forget them; the events are appended at the very end, together with the messages that
// tell them. A run that is killed anywhere is gone on with by the next one: what was scanned is not scanned again, nothing is
// counted twice, and until the end the ledger says that the run is under way.
//
// A listing with a known content is neither put into the index again nor scored again. When a corpus changed, a delta corpus
// of its new, changed and gone rights picks the stored listings that may have another verdict now, by the features that the
// index keeps of them; no picture is decoded for it. Those listings, and the ones with a match on a changed or lapsed right,
// are scored whole against the new corpus. When the rules changed, or the earlier corpus is not at hand, every listing that
// comes is scored.
//
// Messages wait in the ledger's outbox until their channel took them: signed webhooks, mail, Slack, a file. [Monitor.Serve]
// runs the schedule. What is wired in from outside (how a watch is read, what it is scanned with, how evidence is sealed) is
// declared here as small interfaces.
package monitor
