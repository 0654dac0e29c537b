package main

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/words"
	"lookalike/matchers/fold"
)

//go:embed brands.csv icons.csv categories.csv
var tables embed.FS

// row is one brand or work.
type row struct {
	id      string
	kind    corpora.RightKind
	text    string
	owner   string
	goods   []string // names of kinds of corpora/goods
	classes []uint8
	aliases []corpora.Alias
	icon    string // file within simple-icons, "" for none
	flags   []string
	source  string
	reach   int // countries that the index names
}

// collection gathers rows; the first to use a name keeps it.
type collection struct {
	rows  []row
	taken map[string]int // squeezed name or alias → row
	ids   map[string]bool
	goods *goods.Table
	words *words.Tables
}

func newCollection() (*collection, error) {
	g, err := goods.Load()
	if err != nil {
		return nil, err
	}
	w, err := words.Load()
	if err != nil {
		return nil, err
	}
	return &collection{taken: map[string]int{}, ids: map[string]bool{}, goods: g, words: w}, nil
}

// add appends r, unless its name is taken, and reports whether it did.
func (c *collection) add(r row) (bool, error) {
	key := fold.Squeeze(r.text)
	if _, taken := c.taken[key]; key == "" || taken {
		return false, nil
	}
	for _, name := range r.goods {
		k, ok := c.goods.Kind(name)
		if !ok {
			return false, fmt.Errorf("%s: no kind of goods %q", r.text, name)
		}
		r.classes = append(r.classes, k.Classes...)
	}
	slices.Sort(r.classes)
	r.classes = slices.Compact(r.classes)
	r.id = c.newID(r, key)
	c.taken[key] = len(c.rows)
	for _, a := range r.aliases {
		if k := fold.Squeeze(a.Text); k != "" {
			if _, taken := c.taken[k]; !taken {
				c.taken[k] = len(c.rows)
			}
		}
	}
	c.rows = append(c.rows, r)
	return true, nil
}

// newID names the row by its kind and letters, and by its place in the list when the letters are none or taken.
func (c *collection) newID(r row, key string) string {
	word := "brand-"
	if r.kind == corpora.Work {
		word = "work-"
	}
	id := word + strings.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		return -1
	}, key)
	if id == word || c.ids[id] {
		id += "-" + strconv.Itoa(len(c.rows)+1)
	}
	c.ids[id] = true
	return id
}

// addHandKept adds brands.csv. A name that stands twice is an error.
func (c *collection) addHandKept() error {
	return eachRow("brands.csv", func(f map[string]string) error {
		kind, err := corpora.ParseRightKind(f["kind"])
		if err != nil {
			return err
		}
		r := row{kind: kind, text: f["name"], owner: f["owner"], goods: list(f["goods"]), flags: list(f["flags"]), source: f["source"]}
		if r.source == "" || r.text == "" {
			return fmt.Errorf("%q has no name or source", r.text)
		}
		for _, a := range list(f["aliases"]) {
			r.aliases = append(r.aliases, alias(a))
		}
		ok, err := c.add(r)
		if err == nil && !ok {
			err = fmt.Errorf("%q is taken by %q", r.text, c.rows[c.taken[fold.Squeeze(r.text)]].text)
		}
		return err
	})
}

// alias reads "lang:text" or plain text.
func alias(s string) corpora.Alias {
	if lang, text, ok := strings.Cut(s, ":"); ok && len(lang) == 2 && strings.ToLower(lang) == lang {
		return corpora.Alias{Lang: lang, Text: text}
	}
	return corpora.Alias{Text: s}
}

func list(s string) []string {
	var out []string
	for f := range strings.SplitSeq(s, ";") {
		if f = strings.TrimSpace(f); f != "" {
			out = append(out, f)
		}
	}
	return out
}

// eachRow calls f with the fields of each row of an embedded table, by heading; lines that start with # are notes.
func eachRow(name string, f func(map[string]string) error) error {
	file, err := tables.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, rec := range records[1:] {
		fields := map[string]string{}
		for i, h := range records[0] {
			fields[h] = rec[i]
		}
		if err := f(fields); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// record is the row as starter.csv writes it.
func (r *row) record() []string {
	var classes, aliases []string
	for _, c := range r.classes {
		classes = append(classes, strconv.Itoa(int(c)))
	}
	for _, a := range r.aliases {
		if a.Lang != "" {
			aliases = append(aliases, a.Lang+":"+a.Text)
		} else {
			aliases = append(aliases, a.Text)
		}
	}
	form := ""
	if r.kind == corpora.Mark {
		form = "word"
	}
	return []string{
		r.id, r.kind.String(), r.text, r.owner, corpora.Unverified.String(), strings.Join(classes, ";"), strings.Join(r.goods, "; "),
		strings.Join(aliases, ";"), r.icon, form, strings.Join(r.flags, ";"), r.source,
	}
}

// right is the row as the corpus holds it, without its picture.
func (r *row) right() corpora.Right {
	form := corpora.FormUnknown
	if r.kind == corpora.Mark {
		form = corpora.FormWord
	}
	return corpora.Right{
		ID: r.id, Kind: r.kind, Form: form, Text: r.text, Owner: r.owner, Status: corpora.Unverified, Classes: r.classes,
		Goods: strings.Join(r.goods, "; "), Aliases: r.aliases, Flags: r.flags, Source: r.source,
	}
}
