// Package feed reads product listings from the files that shops and platforms export: CSV and TSV of any dialect, JSON and
// JSON Lines, XLSX, plain, compressed or in a zip archive, single files, folders of them and standard input.
//
// [Open] looks at every file before anything is scanned: it tells encoding, delimiter and the meaning of the columns by
// content, and fails with a [UsageError] where a person has to help, such as a table without any column that it knows.
// [Feed.All] then streams the listings in the order of the files and their rows. Memory does not grow with the feed.
//
// A row that cannot be read is an error in the stream with what is known of its listing; a text cut at its limit or a
// market that is none is a problem of a listing that is read. What concerns a whole file stands in [Feed.Problems].
//
// The package opens pictures by paths below the feed's folder and data: addresses. It fetches nothing: see corpora/fetch.
package feed
