// Command evaljudge measures how the judge grades listings whose brand is known, against a corpus of brand names: how
// often the own brand is found and graded, and how often another name raises an alarm.
//
//	go run ./benchmarks/evaljudge -listings listings.jsonl -brands names.jsonl -classes
//
// Listings are JSON Lines with id, title, description, category, brand, brand_in_title, brand_suspect and lang; the brand
// is never shown to the matchers. Names are JSON Lines with name, label, names by language and categories. The corpus
// holds the brands of the listings and all names; with -classes its rights carry the Nice classes of their listings'
// categories and of the names' categories.
//
// With -cases it judges the labelled cases under cases/ instead, which are of our own wording, and prints how many come
// out as a person says; their results are frozen in cases/results.txt.
package main
