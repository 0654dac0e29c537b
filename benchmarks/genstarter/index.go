package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/corpora/words"
	"lookalike/matchers/fold"
)

// indexItem is one brand of name-suggestion-index.
type indexItem struct {
	LocationSet struct {
		Include []any `json:"include"`
	} `json:"locationSet"`
	Tags map[string]string `json:"tags"`
}

// addIndex adds brands of the index up to maxRows, those of most countries first, then by name.
func (c *collection) addIndex(path string) error {
	var doc struct {
		NSI map[string]struct {
			Items []indexItem `json:"items"`
		} `json:"nsi"`
	}
	err := eachMember(path, func(name string, r io.Reader) error {
		if name == "package/dist/json/nsi.json" {
			return json.NewDecoder(r).Decode(&doc)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(doc.NSI) == 0 {
		return fmt.Errorf("%s holds no index", path)
	}
	byID := map[string]*row{}
	err = eachRow("categories.csv", func(f map[string]string) error {
		category := f["category"]
		for _, item := range doc.NSI["brands/"+category].Items {
			c.gather(byID, category, list(f["goods"]), item)
		}
		return nil
	})
	if err != nil {
		return err
	}
	found := slices.Collect(maps.Values(byID))
	slices.SortFunc(found, func(a, b *row) int {
		return cmp.Or(b.reach-a.reach, strings.Compare(a.text, b.text), strings.Compare(a.source, b.source))
	})
	for _, r := range found {
		if len(c.rows) == maxRows {
			break
		}
		if r.reach < wordReach && (c.wordy(r.text) || c.nearWord(r.text)) {
			continue
		}
		if _, err := c.add(*r); err != nil {
			return err
		}
	}
	return nil
}

// gather merges one item into the brands by Wikidata id. Items without one are left out.
func (c *collection) gather(byID map[string]*row, category string, goods []string, item indexItem) {
	id := item.Tags["brand:wikidata"]
	name, aliases := names(item.Tags)
	if id == "" || !c.plausible(name) {
		return
	}
	r := byID[id]
	if r == nil {
		// A translation that is a word of its language would flag every listing that holds the word.
		aliases = slices.DeleteFunc(aliases, func(a corpora.Alias) bool { return c.words.Dictionaries(fold.Squeeze(a.Text)) != 0 })
		r = &row{text: name, aliases: aliases, source: "name-suggestion-index 8.0.20260918; Wikidata " + id + "; " + category}
		byID[id] = r
	}
	for _, g := range goods {
		if !slices.Contains(r.goods, g) {
			r.goods = append(r.goods, g)
		}
	}
	reach := len(item.LocationSet.Include)
	if slices.Contains(item.LocationSet.Include, any("001")) {
		reach = 50
	}
	r.reach = max(r.reach, reach)
}

// names returns the Latin name of a brand, where one is recorded, and its names in Chinese, Japanese, Korean and Russian.
func names(tags map[string]string) (string, []corpora.Alias) {
	name := cmp.Or(tags["brand"], tags["name"])
	if !latin(name) && latin(tags["brand:en"]) {
		name = tags["brand:en"]
	}
	var aliases []corpora.Alias
	for _, l := range []struct{ tag, lang string }{
		{"zh", "zh"}, {"zh-Hans", "zh"}, {"zh-Hant", "zh"}, {"ja", "ja"}, {"ko", "ko"}, {"ru", "ru"},
	} {
		text := cmp.Or(tags["brand:"+l.tag], tags["name:"+l.tag])
		known := slices.ContainsFunc(aliases, func(a corpora.Alias) bool { return a.Text == text })
		if text != "" && !latin(text) && text != name && !known && !strings.ContainsAny(text, ";:") {
			aliases = append(aliases, corpora.Alias{Text: text, Lang: l.lang})
		}
	}
	return name, aliases
}

// latin reports whether s holds Latin letters and none of another script.
func latin(s string) bool {
	found := false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Latin, r):
			found = true
		case unicode.IsLetter(r):
			return false
		}
	}
	return found
}

// wordReach is the number of countries from which a brand that is an ordinary word is well known enough to be worth the
// matches that the word gives.
const wordReach = 8

// wordy reports whether name is made of dictionary words, or holds a word that titles of every trade hold or that names
// goods, as names of shops do.
func (c *collection) wordy(name string) bool {
	all := true
	for w := range strings.FieldsSeq(name) {
		key := fold.Squeeze(w)
		if key == "" {
			continue
		}
		in := c.words.Dictionaries(key)
		if a := c.goods.Classify("", w); in&words.Common != 0 || len(a.Kinds) > 0 {
			return true
		}
		all = all && in != 0
	}
	return all
}

// nearWord reports whether name is short and one letter off an English word: such a name flags every listing that holds
// the word, and few know the brand.
func (c *collection) nearWord(name string) bool {
	key := []byte(fold.Squeeze(name))
	if len(key) > 6 || !latin(name) {
		return false
	}
	word := func(b []byte) bool { return c.words.Dictionaries(string(b))&(words.English|words.Common) != 0 }
	for i := range len(key) + 1 {
		if i < len(key) && word(slices.Delete(slices.Clone(key), i, i+1)) {
			return true
		}
		for l := byte('a'); l <= 'z'; l++ {
			if word(slices.Insert(slices.Clone(key), i, l)) {
				return true
			}
			if i < len(key) {
				near := slices.Clone(key)
				near[i] = l
				if word(near) {
					return true
				}
			}
		}
	}
	return false
}

// plausible reports whether a name can serve as a sign: not too short or long, and not made of words alone that titles of
// every trade hold or that name goods.
func (c *collection) plausible(name string) bool {
	n := utf8.RuneCountInString(name)
	if n < 2 || n > 40 || strings.Contains(name, ";") || strings.IndexFunc(name, unicode.IsLetter) < 0 {
		return false
	}
	if n < 3 && latin(name) {
		return false
	}
	for w := range strings.FieldsSeq(name) {
		key := fold.Squeeze(w)
		if key == "" || c.words.Dictionaries(key)&words.Common != 0 {
			continue
		}
		if a := c.goods.Classify("", w); len(a.Kinds) == 0 {
			return true
		}
	}
	return false
}
