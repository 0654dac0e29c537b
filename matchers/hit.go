package matchers

import (
	"strconv"
)

// Hit is one sign found at one place of a listing. It is flat and holds no pointer, so that a slice of hits costs the
// collector nothing.
type Hit struct {
	Sign uint32
	// Start and End are byte offsets into the field as read. For a picture they hold the matching box after EXIF
	// rotation: see Box.
	Start, End uint32
	Part       Part
	Item       uint16 // which bullet, image text or image
	Dist       uint16 // edits between sign and span, or differing bits of a picture hash
	Cover      uint16 // share of the sign that the span accounts for, in 1/1000; inliers for the lane partial
	Lane       Lane
	Tier       uint8 // text: a Fold; pictures: an Edit
}

// PackBox stores a box in pixels, each coordinate below 65,536, as the offsets of a picture hit.
func PackBox(x0, y0, x1, y1 int) (start, end uint32) {
	return uint32(x0)<<16 | uint32(y0), uint32(x1)<<16 | uint32(y1)
}

// Box returns the box of a picture hit as x0, y0, x1, y1 in pixels.
func (h Hit) Box() [4]int {
	return [4]int{int(h.Start >> 16), int(h.Start & 0xffff), int(h.End >> 16), int(h.End & 0xffff)}
}

// Part is a field of a listing.
type Part uint16

// The parts, in the order in which hits are sorted.
const (
	Title Part = iota
	Brand
	Description
	Bullets
	Category
	Seller
	URL
	ImageText
	Picture
)

var parts = [...]string{"title", "brand", "description", "bullets", "category", "seller", "url", "image_text", "image"}

// Field returns the name that reports use: "title", "bullets[2]", "image".
func (p Part) Field(item uint16) string {
	if p == Bullets || p == ImageText {
		return parts[p] + "[" + strconv.Itoa(int(item)) + "]"
	}
	return parts[p]
}

// Lane is one way of matching. The order is that of reports: the first lane of a match names it.
type Lane uint8

// The lanes, a closed list.
const (
	Exact    Lane = iota // equal after case, width, accents and punctuation
	Script               // equal after look-alike characters, digits for letters, hidden and spaced characters
	Edit                 // a few letters off
	Sound                // reads alike
	Compound             // joined, split, contained, reordered, plural or suffix
	Alias                // another name recorded for that right
	Meaning              // means the same
	Copy                 // picture hash
	Partial              // local features of a picture
	Logo                 // a drawn sign
	Shape                // the outline of an object
	NumLanes
)

var lanes = [NumLanes]string{"exact", "script", "edit", "sound", "compound", "alias", "meaning", "copy", "partial", "logo", "shape"}

// String returns the word used in reports.
func (l Lane) String() string { return lanes[l] }

// Family groups the lanes for fingerprints, which stay the same when another lane of the family finds the span first.
func (l Lane) Family() string {
	switch {
	case l < Copy:
		return "text"
	case l == Shape:
		return "shape"
	}
	return "picture"
}

// Fold says what had to be undone before a text span equalled its sign: the Tier of a text hit. It is a set.
type Fold uint8

// The folds.
const (
	FoldCase       Fold = 1 << iota // case, width, accents, punctuation
	FoldConfusable                  // characters of other scripts that look alike
	FoldLeet                        // digits and symbols for letters
	FoldHidden                      // zero-width, combining and other characters that do not show
	FoldSpaced                      // letters set apart by spaces, dots or emoji
	FoldJoined                      // word boundaries other than the sign's
	FoldVariant                     // traditional for simplified characters or the reverse
)

// Edit is what had to be done to a picture before it looked like its sign: the Tier of a picture hit.
type EditKind uint8

// The edits. Rotations are clockwise, of the listing's picture against the right's.
const (
	EditNone EditKind = iota
	EditMirrored
	EditRotated90
	EditRotated180
	EditRotated270
	EditMirroredRotated90
	EditMirroredRotated180
	EditMirroredRotated270
	EditTrimmed EditKind = 8  // a border cut off the listing's picture; added to one of the above
	EditCropped EditKind = 16 // a part of the right's picture; added likewise
	EditCell    EditKind = 32 // one cell of a collage; added likewise
)

// TierBroken is added to the Tier of a hit of the lane shape whose drawing has broken lines: parts that the design does not
// claim.
const TierBroken = 128
