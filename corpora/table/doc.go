// Package table reads the files that people keep rows in: CSV and TSV of any dialect, JSON and JSON Lines, and XLSX, in any
// common encoding, plain or compressed or inside an archive.
//
// [OpenFile] and [OpenStream] unpack, [Entry] is one file found, [Sniff] says what it holds, and [CSV], [JSON] and [XLSX] read
// its records one at a time in bounded memory. A record that cannot be read is a value in the stream: the reader names it
// and goes on with the next one. Everything is told by content; names only decide which files of a folder are looked at.
//
// The package knows no field of a listing or of a right: readers in corpora/feed and corpora/registry give rows their meaning.
package table

import "lookalike/corpora"

// MaxRecord is the largest record in bytes that is read. A larger one is one bad record.
const MaxRecord = 1 << 20

// SampleSize is how many decoded bytes of a file the sniffers look at.
const SampleSize = 256 << 10

// Record is one row of a table. Its memory is valid until the next one is read.
type Record struct {
	// Row is 1-based: the physical line on which the record starts, or the row of the sheet.
	Row int
	// Cells are the values in order, unquoted, valid UTF-8.
	Cells [][]byte
	// Raw is the record as it stands in the decoded text, with its line end; nil where a format has no such text.
	Raw []byte
	// Bad says why the record could not be read; Cells then hold what could be told apart, which may be nothing.
	Bad *corpora.Problem
	// Note says what was noticed without losing the record.
	Note *corpora.Problem
}

// Reader reads the records of one table. Next returns io.EOF after the last one; any other error means that the source
// itself cannot be read further, and is a *corpora.Problem where the reason is known.
type Reader interface {
	Next() (*Record, error)
}

// blank reports whether no cell holds anything but white space.
func blank(cells [][]byte) bool {
	for _, c := range cells {
		for _, b := range c {
			if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
				return false
			}
		}
	}
	return true
}
