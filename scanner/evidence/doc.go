// Package evidence keeps what was found on the web so that it stands up later: write-once captures with a manifest, a chained
// log, a time stamp of somebody else's clock, and a verifier that needs nothing but the files.
//
// [Create] makes a [Store] in a folder and [Open] opens it for writing. [Store.Capture] seals one page with everything that
// came over the wire for it: requests, answers, redirects, addresses, certificates, pictures, the parsed record and the finding.
// [Store.Import] seals a file that a person saved with a browser and says so. A receipt is returned only after the items, the
// folder and the log entry are on stable storage. Nothing is ever overwritten: a capture of the same page is another capture.
//
// [Verify] reads a store's folder or an exported bundle and names each changed, missing, extra or reordered item. [Store.Export]
// writes a bundle for somebody else, on stated grounds, with parts removed whose hashes stay. [Store.View], Export and every
// deletion are entries of the log: the log is the custody record.
//
// The format is drawn in FORMAT.md. A [Recorder] makes exchanges from the requests of any http.Client, and [Read] reads the
// formats of saved pages without sealing them.
//
// What the package cannot know it does not claim: bytes are those that a client handed over, a capture without a stamp is "not
// timestamped", a clock without a measured offset is "unknown", and a stamp whose authority nobody vouched for is "untrusted".
// Whoever can write to the folder can also make another one from nothing: only a stamp, or a head of the log that is kept
// elsewhere (see [VerifyOptions.Head]), speaks against that.
package evidence
