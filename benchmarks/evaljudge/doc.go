// Package evaljudge measures how the judge grades listings: labelled cases of our own wording, whose results are frozen,
// and listings whose brand is known against a corpus of brand names. The second says how often the own brand is found and
// graded, and how often another name raises an alarm; the verb is eval judge.
//
// Listings are JSON Lines with id, title, description, category, brand, brand_in_title, brand_suspect and lang; the brand
// is never shown to the matchers. Names are JSON Lines with name, label, names by language and categories. The corpus
// holds the brands of the listings and all names; on request its rights carry the Nice classes of their listings'
// categories and of the names' categories.
package evaljudge
