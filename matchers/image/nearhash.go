package image

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora/snapshot"
	"lookalike/matchers/core"
)

// The 64-bit hashes of goimagehash are kept for compatibility: whoever has such hashes of pictures finds the rights that show
// one of them. The lanes do without. As a filter before the 256-bit hashes they do not pay: by AVX-512 a million of 64 bits
// take 75 to 95 µs a query and a million of 256 bits 180 to 220, so that what is saved in the best of cases is half, while a
// crop or a turn within the radius of the lane copy lies anywhere by the hash of the whole. Local features are there for what
// no hash of the whole sees.

// The sections of the 64-bit hashes. A corpus without them, of an earlier build, is searched by the rows of its pictures; one
// of few pictures has the first alone.
const (
	sectionPHashes = "image/phashes"        // []uint64: by row of the picture, 0 for a uniform one
	sectionBuckets = "image/phash-offsets"  // []uint32: see core.Multi64
	sectionPrints  = "image/phash-prints"   // []uint32
	sectionPlaces  = "image/phash-pictures" // []uint32
)

// phashSections returns the sections of the pictures.
func phashSections(pictures []pictureRow) (out []namedSection) {
	hashes := make([]uint64, len(pictures))
	for i := range pictures {
		hashes[i] = pictures[i].PHash
	}
	t := core.NewTable64(hashes)
	out = append(out, namedSection{sectionPHashes, snapshot.Bytes(hashes)})
	if len(t.Multi.Offsets) > 0 {
		out = append(out, namedSection{sectionBuckets, snapshot.Bytes(t.Multi.Offsets)},
			namedSection{sectionPrints, snapshot.Bytes(t.Multi.Prints)}, namedSection{sectionPlaces, snapshot.Bytes(t.Multi.Index)})
	}
	return out
}

// checkPHashes looks at the sections of the 64-bit hashes.
func (m *Matcher) checkPHashes() error {
	if n := len(m.phashes.Hashes); n != len(m.pictures) && (n > 0 || len(m.phashes.Multi.Offsets) > 0) {
		return fmt.Errorf("section %s: %d hashes for %d pictures", sectionPHashes, n, len(m.pictures))
	}
	if err := m.phashes.Check(); err != nil {
		return fmt.Errorf("section %s: %w", sectionBuckets, err)
	}
	return nil
}

// MaxPHashDistance is the largest distance in bits that NearPHash looks up: beyond it unrelated pictures meet by the thousand.
const MaxPHashDistance = 16

// PHashMatch is a sign whose picture is near by its 64-bit hash.
type PHashMatch struct {
	Sign uint32
	Dist int // differing bits
}

// NearPHash appends the signs whose picture has a 64-bit hash within radius bits, at most MaxPHashDistance, of the given one: nearest first,
// then by sign. The hash is one of PHash or of ParsePHash.
func (m *Matcher) NearPHash(dst []PHashMatch, hash uint64, radius int) []PHashMatch {
	t := m.phashes
	if len(t.Hashes) == 0 {
		for i := range m.pictures {
			t.Hashes = append(t.Hashes, m.pictures[i].PHash)
		}
	}
	from := len(dst)
	for _, n := range t.Search(nil, []uint64{hash}, min(radius, MaxPHashDistance)) {
		if t.Hashes[n.Index] != 0 {
			dst = append(dst, PHashMatch{m.pictures[n.Index].Sign, int(n.Dist)})
		}
	}
	slices.SortFunc(dst[from:], func(a, b PHashMatch) int {
		return cmp.Or(cmp.Compare(a.Dist, b.Dist), cmp.Compare(a.Sign, b.Sign))
	})
	return dst
}

// ParsePHash reads a perceptual hash as goimagehash writes it, "p:" and 16 hexadecimal digits. The bit of brightness is
// cleared, as PHash clears it.
func ParsePHash(s string) (uint64, error) {
	digits, ok := strings.CutPrefix(s, "p:")
	h, err := strconv.ParseUint(digits, 16, 64)
	if !ok || err != nil || len(digits) != 16 {
		return 0, fmt.Errorf("%q is no perceptual hash of 64 bits", s)
	}
	return h &^ (1 << 63), nil
}
