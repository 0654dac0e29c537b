package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/fold"
	"lookalike/matchers/image"
)

// corpusShowVerb prints whole rights.
func (a *app) corpusShowVerb() *command {
	var from []string
	c := a.verb("show RIGHT…", cobra.MinimumNArgs(1), func(_ *command, args []string) error {
		found := 0
		err := a.eachCorpus(from, func(_ string, c *matchers.Corpus) error {
			for _, id := range args {
				row, ok := c.Find(id)
				if !ok {
					continue
				}
				r, err := c.Right(row)
				if err != nil {
					return newFault(exitCorpus, "corpus_damaged", "name", c.Info().Name, "reason", err.Error())
				}
				found++
				if err := a.printRight(&r); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil && found == 0 {
			return usage("no_right", "id", strings.Join(args, ", "))
		}
		return err
	})
	c.Flags().StringArrayVar(&from, "corpus", nil, a.flagText("corpus"))
	return c
}

// printRight writes one right, a line for each field that is filled. The names of the fields are those of the table of
// rights.
func (a *app) printRight(r *corpora.Right) error {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s  %s\n", padRight(name, 12), printable(oneLine(value)))
		}
	}
	var aliases, markets, classes []string
	for _, al := range r.Aliases {
		s := strings.TrimPrefix(al.Lang+":"+al.Text, ":")
		if al.Source != "" {
			s += " (" + al.Source + ")"
		}
		aliases = append(aliases, s)
	}
	for _, m := range r.Markets {
		markets = append(markets, string(m))
	}
	for _, n := range r.Classes {
		classes = append(classes, fmt.Sprint(n))
	}
	field("id", r.ID)
	field("kind", r.Kind.String())
	field("form", r.Form.String())
	field("text", r.Text)
	field("aliases", strings.Join(aliases, "; "))
	field("owner", r.Owner)
	field("office", r.Office)
	field("number", r.Number)
	field("status", r.Status.String())
	field("status_code", r.StatusCode)
	field("filed", r.Filed.String())
	field("registered", r.Registered.String())
	field("expires", r.Expires.String())
	field("markets", strings.Join(markets, "; "))
	field("classes", strings.Join(classes, "; "))
	field("goods", r.Goods)
	field("locarno", strings.Join(r.Locarno, "; "))
	field("vienna", strings.Join(r.Vienna, "; "))
	field("us_classes", strings.Join(r.USClasses, "; "))
	field("disclaimer", r.Disclaimer)
	var flags, images []string
	for i, s := range r.Flags {
		if i < len(r.FlagSources) && r.FlagSources[i] != "" {
			s += " (" + r.FlagSources[i] + ")"
		}
		flags = append(flags, s)
	}
	for _, im := range r.Images {
		images = append(images, im.Ref)
	}
	field("flags", strings.Join(flags, "; "))
	field("images", strings.Join(images, "; "))
	field("reference_price", r.ReferencePrice)
	field("link", r.Link)
	field("source", r.Source)
	_, err := fmt.Fprintln(a.stdout, b.String())
	return err
}

// corpusSearchVerb finds rights by the words of their text or aliases, or by the hash of a picture.
func (a *app) corpusSearchVerb() *command {
	var from []string
	var hash string
	var limit, distance int
	c := a.verb("search WORDS…", cobra.ArbitraryArgs, func(_ *command, args []string) error {
		want := fold.Key(strings.Join(args, " "))
		if (want == "") == (hash == "") {
			return usage("empty_corpus_query")
		}
		found := &foundRights{app: a, limit: limit}
		by := func(c *matchers.Corpus) error { return found.byWords(c, want) }
		if hash != "" {
			h, err := image.ParsePHash(hash)
			if err != nil {
				return usage("bad_picture_hash", "value", hash)
			}
			if distance < 0 || distance > image.MaxPHashDistance {
				return usage("bad_hash_distance", "value", distance, "most", image.MaxPHashDistance)
			}
			by = func(c *matchers.Corpus) error { return found.byPicture(c, h, distance) }
		}
		err := a.eachCorpus(from, func(_ string, c *matchers.Corpus) error { return by(c) })
		a.note("corpus.found", map[string]any{"total": found.total, "shown": found.shown})
		return err
	})
	c.Flags().StringArrayVar(&from, "corpus", nil, a.flagText("corpus"))
	c.Flags().IntVar(&limit, "limit", 20, a.flagText("limit"))
	c.Flags().StringVar(&hash, "picture-hash", "", a.flagText("picture_hash"))
	c.Flags().IntVar(&distance, "distance", 8, a.flagText("distance"))
	return c
}

// foundRights prints the first rights that are found and counts all.
type foundRights struct {
	app                 *app
	limit, shown, total int
}

// byWords finds the rights of a corpus whose text or alias holds the folded words.
func (f *foundRights) byWords(c *matchers.Corpus, want string) error {
	for row := range uint32(c.NumRights()) {
		r, err := c.Right(row)
		if err != nil {
			return newFault(exitCorpus, "corpus_damaged", "name", c.Info().Name, "reason", err.Error())
		}
		if named(&r, want) {
			if err := f.print(&r, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// byPicture finds the rights of a corpus that have a picture within distance bits of the hash.
func (f *foundRights) byPicture(c *matchers.Corpus, hash uint64, distance int) error {
	for _, m := range c.Matchers() {
		pictures, ok := m.(*image.Matcher)
		if !ok {
			continue
		}
		for _, p := range pictures.NearPHash(nil, hash, distance) {
			for _, l := range c.Links(p.Sign) {
				r, err := c.Right(l.Right)
				if err != nil {
					return newFault(exitCorpus, "corpus_damaged", "name", c.Info().Name, "reason", err.Error())
				}
				if err := f.print(&r, fmt.Sprintf("%2d  ", p.Dist)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// print writes the line of a right, unless there are enough.
func (f *foundRights) print(r *corpora.Right, before string) error {
	if f.total++; f.shown >= f.limit {
		return nil
	}
	f.shown++
	_, err := fmt.Fprintf(f.app.stdout, "%s%s  %s  %s  %s\n", before, printable(r.ID), printable(r.Text), printable(r.Owner), printable(r.Office+" "+r.Number))
	return err
}

// named reports whether the folded words stand in the text or an alias of r.
func named(r *corpora.Right, want string) bool {
	if holdsWords(r.Text, want) {
		return true
	}
	for _, al := range r.Aliases {
		if holdsWords(al.Text, want) {
			return true
		}
	}
	return false
}

func holdsWords(text, want string) bool {
	return strings.Contains(" "+fold.Key(text)+" ", " "+want+" ")
}
