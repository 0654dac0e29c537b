// Package core is the hot loop: the search for marks within a few edits of the windows of a text, and the search for
// picture hashes within a few bits. It works on runes and words of memory, knows nothing of listings or rights, and
// imports the standard library only.
//
// # Edits
//
// A window is a run of whole tokens of one text, written without separators. A mark and a window are neighbours by the
// length n of the mark:
//
//	n < 4          equal only; three Latin letters: one substitution, where the caller allows it
//	4 ≤ n ≤ 7      one edit
//	n ≥ 8          two edits
//	CJK at first   n ≥ 3: one substitution, not of the first character; else equal only
//	digits only    equal only: a number one digit off is another number
//
// An edit is an insertion, a deletion, a substitution or the swap of two neighbours (restricted Damerau, also called
// optimal string alignment). Brute states this definition as code. Edits.Search finds the same matches through a table of
// hashed deletion variants, and tests hold the two equal over all short strings of small alphabets and by fuzzing.
//
// The table rests on one fact. If a mark is within two edits of a window, then the first p runes of both have a common
// subsequence of p-2 runes: an alignment leaves at most two runes of either prefix unmatched, since a rune of one prefix
// whose partner lies behind the other prefix was pushed there by an unmatched rune of the other. So it suffices to store the
// strings that deleting two of the mark's first p runes leaves, 28, 36 or 45 for p = 8, 9 and 10, the least of 10 and the
// mark's length, and to look up those of the window. A mark of 4 to 7 runes is stored whole and with one rune deleted, 5 to 8
// strings, and looked up in the same way. For substitutions the strings have a gap in place of one rune.
//
// A string is a 64-bit XOR of rotated character codes, so that three running sums give each variant in one operation. A
// Bloom filter of one word per string turns most look-ups away before they touch the table; the rest read one bucket of
// 4-byte entries, each a mark and a few more bits of the hash, beside which 2 bytes tell the mark's length and kinds of
// letters: most candidates fail by them. The rest is verified by following the few diagonals that two edits reach, which
// yields the distance to every window end at once. What a large register costs is
// waiting for memory. So all strings of a text are asked of the filter first, then the buckets of what is left are found,
// then read, then the marks: within each step the waits overlap, which more than halves the time with a million marks.
//
// Synthetic registers of 10,000, 100,000 and 1,000,000 marks take 231, 307 and 314 bytes a mark. A title of 18 words, with
// its ordinary words quiet, takes there 470, 700 and 830 look-ups, 60, 60 and 370 candidates, and 12, 14 and 110
// verifications; with none quiet 600, 1,300 and 1,300 look-ups, 80, 150 and 1,400 candidates, and 23, 72 and 690
// verifications.
//
// # Hashes
//
// Pictures are near when few bits of their hashes differ. SearchFlat and SearchFlat64 state this as loops; SearchBlocks and
// Search64 find the same by the widest instructions that the processor has, the queries of a picture together. Table64 adds a
// multi-index where it is faster: among 20,000 hashes of 64 bits and more, at a radius of up to 8.
//
// All tables are flat slices without pointers, so that they are used where a mapped file holds them. An index read from a
// damaged file is checked before use.
package core
