// Package benchmarks holds what measures and guards the whole: the test of the layers, the sample catalogue, and below it
// the evaluations, generators and comparisons with named peers.
package benchmarks
