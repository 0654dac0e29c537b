// Package image finds pictures of rights among the pictures of listings: copied photos, and drawn logos that fill a
// picture.
//
// New returns the kind. Its features read every picture of a listing once per distinct content, behind a guard that
// checks format and size before a pixel is allocated; its builder writes the sections "image/…" of a snapshot; its matcher
// compares the two.
//
// A picture is reduced to at most 512 pixels a side with exact area weights. Two boxes of it, the whole and what is
// left when plain borders are cut off, become a 256-bit hash each: the signs of the 16×16 lowest frequencies of a 64×64
// average, against their median. The corpus keeps the hashes of a fan of crops beside them, the listing side asks with all
// eight flips and quarter turns. The lane copy lists what lies within 67 differing bits.
//
// A picture on a plain ground also becomes a descriptor of its ink: a histogram of 8 unsigned edge directions in each
// of 8×8 cells. It knows no colour and no polarity. The lane logo lists descriptors whose cosine and whose ink overlap both
// pass.
//
// All arithmetic that reaches a hash or a descriptor is on integers, so that every machine computes the same bits.
//
// The package does not read words in pictures, and does not fetch.
package image
