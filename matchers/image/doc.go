// Package image finds pictures of rights among the pictures of listings: copied photos, drawn logos, and, as candidates for
// a person's eye, designs.
//
// New returns the kind. Its features read every picture of a listing once per distinct content, behind a guard that
// checks format and size before a pixel is allocated; its builder writes the sections "image/…" of a snapshot; its matcher
// compares the two.
//
// A picture is reduced to at most 512 pixels a side with exact area weights; a baseline JPEG file is decoded at an eighth,
// a quarter or half of its size. The whole of it, what is left when plain borders are cut off, and the cells of a collage
// become a 256-bit hash each: the signs of the 16×16 lowest frequencies of a 64×64 average, against their median. The
// corpus keeps the hashes of a fan of crops and tilts beside them, the listing side asks with all eight flips and quarter
// turns. The lane copy lists what lies within 67 differing bits and whose details, 8×8 tiles of light and colour, agree: a
// carton with other print is a similar picture and not the same. Where the hashes lie more than 32 bits apart, the inside
// of the borders must agree more clearly.
//
// A picture on a plain ground also becomes a descriptor of its ink: a histogram of 8 unsigned edge directions in each
// of 8×8 cells. It knows no colour and no polarity. Ink that is a tile, a badge or a solid box is told by its outline, and
// what stands on it gets a descriptor of its own, for rights and listings alike. The lane logo lists descriptors whose cosine
// and whose ink overlap both pass; against 3,470 logos, other drawings of the same 211 logos pass in 79 of 100 cases and
// white on a tile in 55, unrelated pairs of logos in 2 to 4 of 100,000. Discs, rings, bars and other plain figures are
// nobody's logo.
//
// Beside them stands the 64-bit hash of goimagehash, by which corpus search finds the pictures that another program knows.
//
// Options.Deep adds what takes some 200 ms per picture. The lane partial pairs local features and fits the one similarity
// that most of them follow, for free crops, insets and new grounds. Logos are looked for among the regions of photos. The
// lane shape compares the filled outline and the edges of things on a plain ground with the views of designs, and lists the
// ten most alike.
//
// All arithmetic that reaches a hash or a descriptor of the default lanes is on integers or exact in floating point, so that
// every machine computes the same bits; drawing a vector file is not, and is done when a corpus is built.
//
// The package does not read words in pictures, and does not fetch. AVIF is read by builds with the tags avif and nodynamic;
// HEIC and JPEG XL are named as unsupported, and so is AVIF without the tags.
package image
