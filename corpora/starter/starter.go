// Package starter embeds the corpus that a newcomer scans with: some 3,000 well-known consumer brands, characters and
// teams, from facts only. It is a brand list and no register: every row is unverified, and every report says so.
//
// starter.csv holds the rows for review; starter.lkc.zst, the corpus, is built from it and from the logos of simple-icons.
// Both are written by benchmarks/genstarter, whose package comment names the sources. Compressed, the corpus takes less
// than half its 4 MB in the program; unpacking it takes some 5 ms.
package starter

import (
	_ "embed"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"lookalike/corpora/snapshot"
)

//go:embed starter.lkc.zst
var packed []byte

// maxSize bounds the unpacked corpus, in bytes.
const maxSize = 32 << 20

// Open unpacks the corpus and opens it.
func Open() (*snapshot.File, error) {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxSize))
	if err != nil {
		return nil, fmt.Errorf("the embedded corpus: %w", err)
	}
	defer r.Close()
	data, err := r.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("the embedded corpus: %w", err)
	}
	return snapshot.Load(data)
}
