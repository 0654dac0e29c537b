package main

import (
	"fmt"
	"strings"

	"lookalike/corpora/words"
)

// source says where the words of one dictionary come from.
type source struct {
	set              words.Set
	name, from, note string
}

var sources = []source{
	{words.English, "English", "SCOWL as Debian's wamerican 2020.12.07-2", "lower-case entries without apostrophe"},
	{words.Chinese, "Chinese", "jieba's dictionary as in npm nodejieba 3.5.8, MIT, © 2013 Sun Junyi and others", "frequency ≥ 20, at most four characters, no proper names"},
	{words.German, "German", "kept by hand in benchmarks/genwords/lists", "goods, colours, materials, function words"},
	{words.French, "French", "kept by hand in benchmarks/genwords/lists", "as German"},
	{words.Spanish, "Spanish", "kept by hand in benchmarks/genwords/lists", "as German"},
	{words.Italian, "Italian", "kept by hand in benchmarks/genwords/lists", "as German"},
	{words.Japanese, "Japanese", "kept by hand in benchmarks/genwords/lists", "as German"},
	{words.Common, "Common", "kept by hand in benchmarks/genwords/lists", "checked against word counts of product titles"},
	{words.Name, "Name", "npm @faker-js/faker 9.9.0, MIT", "English given names and surnames"},
	{words.Place, "Place", "countries: Unicode CLDR as in golang.org/x/text; cities: by hand; Chinese places: jieba, as above", ""},
}

const scowlNotice = `
## SCOWL

The English words come from SCOWL. Copyright 2000-2011 by Kevin Atkinson. Permission to use, copy, modify, distribute and
sell these word lists, the associated scripts, the output created from the scripts, and its documentation for any purpose
is hereby granted without fee, provided that the above copyright notice appears in all copies and that both that copyright
notice and this permission notice appear in supporting documentation. Kevin Atkinson makes no representations about the
suitability of this array for any purpose. It is provided "as is" without express or implied warranty.
`

// sources writes the table of dictionaries with their sizes.
func (d *dictionary) sources() string {
	var b strings.Builder
	b.WriteString("# Sources of dictionary.bin\n\nWritten by benchmarks/genwords; do not edit.\n\n")
	b.WriteString("| dictionary | words | from | what |\n| --- | --- | --- | --- |\n")
	for _, s := range sources {
		n := 0
		for _, set := range d.words {
			if set&s.set != 0 {
				n++
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", s.name, n, s.from, s.note)
	}
	b.WriteString("\nWords of benchmarks/genwords/lists/coined.txt are in none: they are known as marks alone.\n")
	b.WriteString(scowlNotice)
	return b.String()
}
