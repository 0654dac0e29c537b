// Package results holds the frozen figures of evaluations as reviewable text, one file per evaluation, in the format of
// benchmarks/eval. A change of matching or judging that changes a figure changes a file here, and a reviewer sees it as a
// diff. The files are written by
//
//	go test ./benchmarks/eval -run Frozen -update
package results

import _ "embed" // the files

// Text is the evaluation of the text lanes and the judge on synthetic data.
//
//go:embed eval-text.txt
var Text string

// Image is the evaluation of copies of pictures on pictures that the program draws.
//
//go:embed eval-image.txt
var Image string
