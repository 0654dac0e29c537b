package eval

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/text"
)

// register is a corpus of named word marks, opened, with what it takes to match titles against it.
type register struct {
	corpus   *matchers.Corpus
	features [2][]matchers.Features // with the flood policy, and without
	hits     []matchers.Hit
}

// rightsSource yields rights.
type rightsSource []corpora.Right

func (s rightsSource) All(context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for i := range s {
			if !yield(s[i], nil) {
				return
			}
		}
	}
}

// newRegister builds a corpus of one right for each name. Right i is that of names[i].
func newRegister(ctx context.Context, kinds []matchers.Kind, names []string, dictionary func(string) words.Set) (*register, error) {
	rights := make(rightsSource, len(names))
	for i, n := range names {
		rights[i] = rightOf(i, n)
	}
	return registerOf(ctx, kinds, rights, dictionary)
}

func rightOf(i int, name string) corpora.Right {
	return corpora.Right{ID: strconv.Itoa(i), Kind: corpora.Mark, Text: name, Status: corpora.Unverified, Source: "eval"}
}

// registerOf builds a corpus of rights and opens it from memory.
func registerOf(ctx context.Context, kinds []matchers.Kind, rights rightsSource, dictionary func(string) words.Set) (*register, error) {
	c, err := corpusOf(ctx, kinds, rights, len(rights), dictionary)
	if err != nil {
		return nil, err
	}
	r := &register{corpus: c}
	for _, m := range c.Matchers() {
		r.features[0] = append(r.features[0], m.Kind().New())
		off := m.Kind()
		if _, ok := off.(text.Kind); ok {
			off = text.New(text.WithoutFloodPolicy())
		}
		r.features[1] = append(r.features[1], off.New())
	}
	if len(r.features[0]) == 0 {
		c.Close()
		return nil, errors.New("eval: the register has no matcher")
	}
	return r, nil
}

// corpusOf builds a corpus of n rights and reads it into memory, so that it outlives its file.
func corpusOf(ctx context.Context, kinds []matchers.Kind, rights corpora.Source[corpora.Right], n int, dictionary func(string) words.Set) (*matchers.Corpus, error) {
	dir, err := os.MkdirTemp("", "lookalike-eval-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "eval.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	report, err := matchers.Build(ctx, rights, kinds, w, matchers.BuildOptions{Name: "eval", Dictionary: dictionary})
	if err != nil {
		return nil, err
	}
	if report.Rights != n {
		return nil, fmt.Errorf("%d of %d rights written", report.Rights, n)
	}
	if _, err := w.Commit(); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := snapshot.Load(b)
	if err != nil {
		return nil, err
	}
	return matchers.Open(f, kinds)
}

func (r *register) close() { r.corpus.Close() }

// listing calls see for each hit of a listing of a title and a brand, with the rights that it stands for. off turns the flood
// policy off.
func (r *register) listing(ctx context.Context, title, brand string, off bool, see func(h matchers.Hit, right uint32)) error {
	l := corpora.Listing{Title: title, Brand: brand}
	for i, m := range r.corpus.Matchers() {
		f := r.features[one(off)][i]
		if problems := f.Prepare(ctx, &l); len(problems) > 0 {
			return fmt.Errorf("eval: title %.60q: %w", title, &problems[0])
		}
		r.hits = m.Match(f, r.hits[:0])
		for _, h := range r.hits {
			for _, link := range r.corpus.Links(h.Sign) {
				see(h, link.Right)
			}
		}
	}
	return nil
}

// rights returns the rights that a title leads to.
func (r *register) rights(ctx context.Context, title string) (map[uint32]bool, error) {
	out := map[uint32]bool{}
	err := r.listing(ctx, title, "", false, func(_ matchers.Hit, right uint32) { out[right] = true })
	return out, err
}
