// Package snapshot is the corpus file: named sections in one file that is mapped into memory and used where it lies.
//
// A Writer puts sections one after the other into a temporary file and gives the file its final name when all of them
// are on disk. A File maps it back. FORMAT.md draws the bytes.
//
// A run that was killed is not gone on with: it is run again. The same input gives the same bytes, what stood at the
// final name still stands there, and the temporary file of the dead run is removed by the next Writer for that name.
//
// Opening checks everything but the content of the sections: the heading, the padding, the table of contents and that
// nothing stands before, between or after them. It reads a few pages and its cost does not grow with the file.
// CheckSums reads every section once, Verify hashes them too. Together they find every change of any byte.
//
// The package does not know what the sections hold. Readers of sections check the offsets that they find in them.
package snapshot
