package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"path/filepath"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// TableOptions is how OpenTable reads.
type TableOptions struct {
	Map        map[string]string // field → name of the column, for tables with other headings
	AllowPaths bool              // pictures may lie outside the table's folder
	Source     string            // for rows without one
}

// Table is the rights of one or more tables, in the order given. It is a corpora.Source.
type Table struct {
	files   []string
	options TableOptions
	ignored []string
	refused []corpora.Problem
}

// OpenTable looks at the headings of the tables. A file that does not exist or that is no table of rights is an error
// before any row is read: fs.ErrNotExist or a *HeadingError. An archive may hold several tables.
func OpenTable(files []string, o TableOptions) (*Table, error) {
	t := &Table{files: files, options: o}
	for _, file := range files {
		if err := t.look(file); err != nil {
			return nil, fmt.Errorf("rights: %w", err)
		}
	}
	return t, nil
}

// Ignored returns the columns that hold nothing that a right is made of, as "file: column".
func (t *Table) Ignored() []string { return t.ignored }

// Refused returns the members of archives that are not read.
func (t *Table) Refused() []corpora.Problem { return t.refused }

// look reads the headings of one file.
func (t *Table) look(file string) error {
	p, err := table.OpenFile(file, filepath.Base(file), isTable)
	if err != nil {
		return err
	}
	defer p.Close()
	t.refused = append(t.refused, p.Refused...)
	if len(p.Entries) == 0 {
		return &HeadingError{File: filepath.Base(file), Reason: "it holds no table"}
	}
	for i := range p.Entries {
		s, err := openSheet(context.Background(), &p.Entries[i], t.options.Map)
		if err != nil {
			return err
		}
		for _, c := range s.heading.ignored {
			t.ignored = append(t.ignored, p.Entries[i].Name+": "+c)
		}
		if err := s.close(); err != nil {
			return err
		}
	}
	return nil
}

// isTable decides which members of an archive are tables.
func isTable(base string) bool {
	switch strings.ToLower(path.Ext(base)) {
	case ".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson", ".parquet":
		return true
	}
	return false
}

// All reads the rights, row by row.
func (t *Table) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, file := range t.files {
			if !t.file(ctx, file, yield) {
				return
			}
		}
	}
}

// file yields the rows of one file, and false when the consumer stopped.
func (t *Table) file(ctx context.Context, file string, yield func(corpora.Right, error) bool) bool {
	name := filepath.Base(file)
	p, err := table.OpenFile(file, name, isTable)
	if err != nil {
		return yield(corpora.Right{Origin: name}, readFailed(err))
	}
	var a *archive
	if p.IsArchive() {
		a = &archive{file: file, keep: isTable, p: p}
		defer a.close()
	} else {
		defer p.Close()
	}
	for i := range p.Entries {
		e := &p.Entries[i]
		pics := &pictures{dir: filepath.Dir(file), outside: t.options.AllowPaths}
		if a != nil {
			pics.archive, pics.member = a, path.Dir(strings.TrimPrefix(e.Name, name+"/"))
		}
		if !t.entry(ctx, e, pics, yield) {
			return false
		}
	}
	return true
}

func (t *Table) entry(ctx context.Context, e *table.Entry, pics *pictures, yield func(corpora.Right, error) bool) bool {
	s, err := openSheet(ctx, e, t.options.Map)
	if err != nil {
		return yield(corpora.Right{Origin: e.Name}, readFailed(err))
	}
	defer func() { _ = s.close() }()
	for ctx.Err() == nil {
		rec, err := s.rows.Next()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil {
			return yield(corpora.Right{Origin: e.Name, Row: s.last + 1}, readFailed(err))
		}
		s.last = rec.Row
		r, problem := t.right(s, rec, pics)
		r.Origin, r.Row = e.Name, rec.Row
		err = nil
		if problem != nil {
			err = problem
		}
		if !yield(r, err) {
			return false
		}
	}
	return false
}

// right reads one row.
func (t *Table) right(s *sheet, rec *table.Record, pics *pictures) (corpora.Right, *corpora.Problem) {
	d := s.record(rec)
	if d.problem == nil && rec.Note != nil && rec.Note.Code == corpora.BadEncoding {
		d.problem = rec.Note
	}
	r, images := d.right()
	for _, ref := range images {
		r.Images = append(r.Images, pics.image(ref))
	}
	nameRight(&r, images)
	if r.Source == "" {
		r.Source = t.options.Source
	}
	return r, d.problem
}

// readFailed names why a source cannot be read on.
func readFailed(err error) *corpora.Problem {
	if p, ok := errors.AsType[*corpora.Problem](err); ok {
		return p
	}
	return &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"reason": err.Error()}}
}
