// Package starter embeds the corpus that a newcomer scans with: some 3,000 well-known consumer brands, characters and
// teams, from facts only. It is a brand list and no register: every row is unverified, and every report says so.
//
// starter.csv holds the rows for review; starter.lkc, the corpus, is built from it and from the logos of simple-icons.
// Both are written by benchmarks/genstarter, whose package comment names the sources.
package starter

import _ "embed"

//go:embed starter.lkc
var data []byte

// Name is the name under which reports name the corpus.
const Name = "starter"

// Bytes returns the corpus file, for snapshot.Load. It must not be changed.
func Bytes() []byte { return data }
