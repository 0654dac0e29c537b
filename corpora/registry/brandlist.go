package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// Brands is brand lists of the name-suggestion-index: its files as they are, its whole distribution, or JSON Lines of flat
// objects. Rights are marks of status unverified; their other names are aliases with the list, and the entry of Wikidata,
// as source. Row is the line in JSON Lines, else the number of the entry.
type Brands struct {
	files  []string
	source string
}

// OpenBrands opens brand lists. source is where they come from and when; "": the name of the file. A file that does not
// exist is fs.ErrNotExist.
func OpenBrands(files []string, source string) (*Brands, error) {
	for _, file := range files {
		p, err := table.OpenFile(file, filepath.Base(file), isTable)
		if err != nil {
			return nil, fmt.Errorf("rights: %w", err)
		}
		entries := len(p.Entries)
		if err := p.Close(); err != nil {
			return nil, fmt.Errorf("rights: %w", err)
		}
		if entries == 0 {
			return nil, &FormatError{filepath.Base(file), "nsi"}
		}
	}
	return &Brands{files, source}, nil
}

// All reads the brands, entry by entry.
func (b *Brands) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, file := range b.files {
			if !b.file(ctx, file, yield) {
				return
			}
		}
	}
}

func (b *Brands) file(ctx context.Context, file string, yield func(corpora.Right, error) bool) bool {
	name := filepath.Base(file)
	p, err := table.OpenFile(file, name, isTable)
	if err != nil {
		return yield(corpora.Right{Origin: name}, readFailed(err))
	}
	defer p.Close()
	for i := range p.Entries {
		e := &p.Entries[i]
		source := b.source
		if source == "" {
			source = e.Name
		}
		for v, row := range brandObjects(ctx, e) {
			r := corpora.Right{Kind: corpora.Mark, Status: corpora.Unverified, Origin: e.Name, Row: row.number}
			if row.problem == nil {
				row.problem = fillBrand(&r, brandFrom(v), source)
			}
			err = nil
			if row.problem != nil {
				err = row.problem
			}
			if !yield(r, err) {
				return false
			}
		}
	}
	return ctx.Err() == nil
}

// fillBrand sets what a right of a brand list has.
func fillBrand(r *corpora.Right, b brand, source string) *corpora.Problem {
	r.Text, r.Aliases, r.Source = b.name, b.names, brandSource(source, b.wikidata)
	for i := range r.Aliases {
		r.Aliases[i].Source = r.Source
	}
	if b.wikidata != "" {
		r.Link = "https://www.wikidata.org/wiki/" + b.wikidata
	}
	nameRight(r, []string{b.wikidata}) // two brands may bear the same names
	if r.Text == "" {
		return &corpora.Problem{Code: corpora.EmptyRecord}
	}
	return nil
}

// entryRow is where an entry stands, and why it cannot be read.
type entryRow struct {
	number  int
	problem *corpora.Problem
}

// maxBrandFile is the size of the largest list that is no JSON Lines, in bytes.
const maxBrandFile = 256 << 20

// brandObjects yields the entries of a list. Lists that are one JSON text are read whole.
func brandObjects(ctx context.Context, e *table.Entry) iter.Seq2[table.JSONValue, entryRow] {
	return func(yield func(table.JSONValue, entryRow) bool) {
		sample, err := head(e)
		if err != nil {
			yield(table.JSONValue{}, entryRow{1, readFailed(err)})
			return
		}
		in, err := e.Open()
		if err != nil {
			yield(table.JSONValue{}, entryRow{1, readFailed(err)})
			return
		}
		defer in.Close()
		if lay := table.SniffJSON(sample, isBrandKey); lay.Lines {
			brandLines(ctx, table.NewJSON(table.NewText(in, ""), lay), yield)
			return
		}
		data, err := io.ReadAll(io.LimitReader(table.NewText(in, ""), maxBrandFile+1))
		if len(data) > maxBrandFile {
			err = fmt.Errorf("a list of more than %d bytes", maxBrandFile)
		}
		v, broken := table.ParseJSON(data)
		if err != nil || broken != nil {
			if err == nil {
				err = &corpora.Problem{Code: corpora.BadJSON, Args: map[string]any{"reason": broken.Error()}}
			}
			yield(table.JSONValue{}, entryRow{1, readFailed(err)})
			return
		}
		n := 0
		brandItems(v, func(v table.JSONValue) bool {
			n++
			return ctx.Err() == nil && yield(v, entryRow{number: n})
		})
	}
}

func isBrandKey(key []byte) bool {
	switch string(key) {
	case "name", "names", "displayName", "matchNames", "tags", "wikidata", "alt":
		return true
	}
	return false
}

func brandLines(ctx context.Context, lines *table.JSON, yield func(table.JSONValue, entryRow) bool) {
	last := 0
	for ctx.Err() == nil {
		rec, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(table.JSONValue{}, entryRow{last + 1, readFailed(err)})
			return
		}
		last = rec.Row
		if !yield(table.JSONValue{Kind: table.JSONObject, Raw: rec.Raw}, entryRow{rec.Row, rec.Bad}) {
			return
		}
	}
}

// brandItems calls f with the entries in v: the elements of an array, or of every member "items" below an object, but for
// what describes the list itself. It returns false when f did.
func brandItems(v table.JSONValue, f func(table.JSONValue) bool) bool {
	more := true
	if v.Kind == table.JSONArray {
		v.Elements(func(v table.JSONValue) bool {
			more = f(v)
			return more
		})
		return more
	}
	v.Members(func(key []byte, v table.JSONValue) bool {
		switch {
		case string(key) == "items" && v.Kind == table.JSONArray, v.Kind == table.JSONObject && string(key) != "properties":
			more = brandItems(v, f)
		}
		return more
	})
	return more
}
