// Package peers measures other ways to find names in titles beside ours, on the same names and titles and in one run. It is
// a module of its own, so that users of lookalike do not download what it compares with:
//
//	cd benchmarks/peers && go test -bench . -benchtime 3x
package peers
