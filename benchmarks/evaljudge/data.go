package evaljudge

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/synth"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
	"lookalike/matchers/text"
)

// labelled is a listing with the brand under which it sells.
type labelled struct {
	ID           string `json:"id"`
	Title        string `json:"title"`
	Description  string `json:"description"`
	Category     string `json:"category"`
	Brand        string `json:"brand"`
	BrandInTitle bool   `json:"brand_in_title"`
	Suspect      bool   `json:"brand_suspect"`
	Lang         string `json:"lang"`
}

// listing returns what the matchers may see.
func (l *labelled) listing(o Options) corpora.Listing {
	out := corpora.Listing{ID: l.ID, Title: l.Title, Category: l.Category}
	if !o.NoDescription {
		out.Description = l.Description
	}
	return out
}

// name is one brand name of a list.
type name struct {
	Name       string            `json:"name"`
	Names      map[string]string `json:"names"`
	Categories []string          `json:"categories"`
}

func readLines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []T
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<22)
	for sc.Scan() {
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, v)
	}
	return out, sc.Err()
}

// list collects rights, one per distinct name.
type list struct {
	classes bool
	at      map[string]int
	rights  []corpora.Right
}

func (b *list) add(text string, classes []uint8, aliases []corpora.Alias) {
	k := fold.Key(text)
	if k == "" {
		return
	}
	i, ok := b.at[k]
	if !ok {
		i = len(b.rights)
		b.at[k] = i
		b.rights = append(b.rights, corpora.Right{ID: fmt.Sprint("b", i), Text: text, Owner: text, Status: corpora.Unverified, Source: "brand list"})
	}
	r := &b.rights[i]
	r.Aliases = append(r.Aliases, aliases...)
	for _, c := range classes {
		if b.classes && !slices.Contains(r.Classes, c) {
			r.Classes = append(r.Classes, c)
		}
	}
	slices.Sort(r.Classes)
}

// sureClass is the confidence from which the first class of a category is taken for a right's.
const sureClass = 0.4

func classOf(g *goods.Table, category, title string) []uint8 {
	cs := g.Classify(category, title).Classes
	if len(cs) == 0 || cs[0].Confidence < sureClass {
		return nil
	}
	return []uint8{cs[0].Class}
}

// makeRights makes the rights of the corpus.
func makeRights(o Options, ls []labelled, g *goods.Table) ([]corpora.Right, error) {
	b := list{classes: o.Classes, at: map[string]int{}}
	for _, l := range ls {
		b.add(l.Brand, classOf(g, l.Category, l.Title), nil)
	}
	if o.Brands != "" {
		names, err := readLines[name](o.Brands)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			var cs []uint8
			for _, c := range n.Categories {
				cs = append(cs, classesOf(c)...)
			}
			var as []corpora.Alias
			for lang, t := range n.Names {
				if fold.Key(t) != fold.Key(n.Name) {
					as = append(as, corpora.Alias{Text: t, Lang: lang})
				}
			}
			slices.SortFunc(as, func(a, b corpora.Alias) int { return strings.Compare(a.Lang+a.Text, b.Lang+b.Text) })
			b.add(n.Name, cs, as)
		}
	}
	for r, err := range synth.Rights(1, o.Filler).All(context.Background()) {
		if err != nil {
			return nil, err
		}
		r.ID = "filler-" + r.ID
		b.rights = append(b.rights, r)
	}
	return b.rights, nil
}

type rows []corpora.Right

func (rs rows) All(context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, r := range rs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// buildCorpus builds a corpus in a temporary folder, which is gone when it returns: the mapping stays.
func buildCorpus(rights []corpora.Right, w *words.Tables) (*matchers.Corpus, error) {
	dir, err := os.MkdirTemp("", "evaljudge")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "brands.lkc")
	sw, err := snapshot.Create(path)
	if err != nil {
		return nil, err
	}
	defer sw.Abort()
	kinds := []matchers.Kind{text.New()}
	if _, err := matchers.Build(context.Background(), rows(rights), kinds, sw, matchers.BuildOptions{Name: "brands", Dictionary: w.Dictionaries}); err != nil {
		return nil, err
	}
	if _, err := sw.Commit(); err != nil {
		return nil, err
	}
	f, err := snapshot.Open(path)
	if err != nil {
		return nil, err
	}
	return matchers.Open(f, kinds)
}
