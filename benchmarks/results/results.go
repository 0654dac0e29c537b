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

// Image is the evaluation of copies of pictures on pictures that the program draws, at the size of a quick check. Beside it
// stands eval-image-full.txt, the same on five million unrelated pairs: it was taken on 2026-11-23 with resampling by
// golang.org/x/image/draw, and is taken again by
//
//	go test ./benchmarks/eval/pictures -run Frozen -update-full -timeout 2h
//
// image-speed.txt is the speed of reading and searching pictures; it says how it was taken.
//
// eval-logos.txt is what benchmarks/evallogos -sample 30 printed on 2026-11-26, on 160 phone photos of clothes
// (clothing-dataset-small, CC0).
//
//go:embed eval-image.txt
var Image string

// Designs is the evaluation of designs on things that the program draws. The figures for the drawings of US grants, which are
// not in this repository, stand in eval-designs-us.txt: what lookalike eval image --designs --pictures printed on 2026-11-26
// for the 100 drawings of 50 grants of the year 2021, the front page and the first sheet of each.
//
//go:embed eval-designs.txt
var Designs string
