package main

import (
	"context"
	"fmt"
	"iter"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/image"
	"lookalike/matchers/text"
)

// corpusDate is the day on which the hand-kept rows were last reviewed.
const corpusDate = "2026-11-23"

// thumbnailSide is the size of the logos that reports show.
const thumbnailSide = 64

// rights is a source of rights that stands in memory.
type rights []corpora.Right

// All implements corpora.Source.
func (r rights) All(context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, x := range r {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// source returns the rows as rights, with pictures when icons are given.
func source(rows []row, icons *iconSet) rights {
	out := make(rights, len(rows))
	for i, r := range rows {
		out[i] = r.right()
		if r.icon != "" && icons != nil {
			out[i].Images = []corpora.Image{icons.image(r.icon)}
		}
	}
	return out
}

// build writes the corpus. A row that is left out is an error: the rows are ours.
func build(ctx context.Context, path string, src corpora.Source[corpora.Right]) (matchers.BuildReport, error) {
	tables, err := words.Load()
	if err != nil {
		return matchers.BuildReport{}, err
	}
	pictures := image.New(image.Options{})
	var problem error
	w, err := snapshot.Create(path)
	if err != nil {
		return matchers.BuildReport{}, err
	}
	defer w.Abort()
	report, err := matchers.Build(ctx, src, []matchers.Kind{text.New(), pictures}, w, matchers.BuildOptions{
		Name: "starter", Date: corpusDate, Dictionary: tables.Dictionaries,
		Sources: []string{"brands kept by hand, each with its source", "simple-icons 16.37.0", "name-suggestion-index 8.0.20260918"},
		Thumbnail: func(ctx context.Context, im corpora.Image) ([]byte, error) {
			return pictures.RightThumbnail(ctx, im, thumbnailSide)
		},
		OnProblem: func(p matchers.BuildProblem) {
			if problem == nil {
				problem = fmt.Errorf("%s: %w", p.ID, &p.Problem)
			}
		},
	})
	if err == nil {
		err = problem
	}
	if err != nil {
		return report, err
	}
	_, err = w.Commit()
	return report, err
}
