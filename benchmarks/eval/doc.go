// Package eval measures the quality of matching and judging on data whose truth is known, and keeps the result as text
// that a reviewer reads as a diff.
//
// Text takes the names of a register, writes each by every synth.Treatment into a listing and counts how many are found;
// it scans the same world's unrelated listings for false alarms, and its hard negatives for wrong grades. Two floors that
// anyone can build in an afternoon stand beside ours: exact match of lower-case words, and the Levenshtein ratio of word
// windows. Recall against brute force, which is a property and no measurement, is tested in matchers/core; speed is
// measured by benchmarks.
//
// The figures are a function of the data and the program: the same seed and sizes give the same text on any machine. The
// machine stands in the file all the same, for whoever asks where it was made.
package eval
