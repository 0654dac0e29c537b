package registry

import (
	"maps"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// brand is one entry of a brand list: a name with its other names.
type brand struct {
	name     string
	names    []corpora.Alias // others, by language where it is known
	wikidata string
}

// add appends a name unless it is there.
func (b *brand) add(text, lang string) {
	text = strings.TrimSpace(text)
	a := corpora.Alias{Text: text, Lang: lang}
	if text != "" && text != b.name && !slices.Contains(b.names, a) {
		b.names = append(b.names, a)
	}
}

// brandFrom reads an object of the name-suggestion-index (BSD-3-Clause, github.com/osmlab/name-suggestion-index): either an
// item of its files, with displayName, matchNames and tags of OpenStreetMap ("brand", "brand:zh", "brand:wikidata"), or a
// flat one with name, names by language, alt and wikidata.
func brandFrom(v table.JSONValue) brand {
	var b brand
	byLang := map[string]string{}
	var others []string
	v.Members(func(key []byte, v table.JSONValue) bool {
		switch key := string(key); key {
		case "name", "displayName":
			b.name = strings.TrimSpace(v.String())
		case "wikidata":
			b.wikidata = v.String()
		case "names", "tags":
			v.Members(func(key []byte, v table.JSONValue) bool {
				b.tag(string(key), v.String(), byLang)
				return true
			})
		case "alt", "matchNames":
			v.Elements(func(v table.JSONValue) bool {
				others = append(others, v.String())
				return true
			})
		}
		return true
	})
	for _, lang := range slices.Sorted(maps.Keys(byLang)) {
		b.add(byLang[lang], lang)
	}
	for _, s := range others {
		b.add(s, "")
	}
	return b
}

// tag reads a member of names, whose key is a language, or of tags.
func (b *brand) tag(key, value string, byLang map[string]string) {
	if isLanguage(key) {
		byLang[key] = value
		return
	}
	switch key {
	case "brand:wikidata":
		b.wikidata = value
		return
	case "brand":
		if b.name == "" {
			b.name = strings.TrimSpace(value)
		}
		return
	}
	if lang, ok := strings.CutPrefix(key, "brand:"); ok && isLanguage(lang) {
		byLang[lang] = value
	}
}

// brandSource says where a brand's names come from.
func brandSource(source, wikidata string) string {
	switch {
	case wikidata == "":
		return source
	case source == "":
		return "Wikidata " + wikidata
	}
	return source + ", Wikidata " + wikidata
}
