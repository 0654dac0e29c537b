package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
	"lookalike/matchers/fold"
)

// Enrichment adds to rights what other files know of them: names in other languages and scripts, and flags. Each alias and
// flag keeps where it comes from and when.
//
// A file is a table of any kind that OpenTable reads, whose lines each speak of one brand or of the rights of one owner:
//
//	id  office number  text owner classes        which rights; at least one of id, number, text and owner
//	aliases  en zh ja …  alt names matchNames    other names; a column with the code of a language holds the name in it
//	flags                                        famous, own, watched, recorded
//	source date wikidata                         where the line comes from and when
//
// name, brand, title and displayName stand for text. A line with a number and an office names one right. A line with text
// is one brand with its names: it speaks of the marks that bear the text or a name with a language, or any of its names when
// the owner is given, and they get the others. owner and classes, where given, must fit too: a name alone says nothing of
// who owns it. A line with neither speaks of every right of the owner. Names are compared folded, owners without their
// legal form.
//
// It is safe for concurrent reading, not for concurrent use of Apply.
type Enrichment struct {
	entries []enrichEntry
	ids     map[string][]int32
	names   map[string][]int32 // folded
	owners  map[string][]int32 // ownerKey
	hits    []enrichHits
	bad     []EnrichProblem
	report  EnrichReport
}

// enrichEntry is one line.
type enrichEntry struct {
	text    string
	owner   string // ownerKey, "" for any
	classes []uint8
	aliases []corpora.Alias
	flags   []string
	source  string
}

// enrichHits is what a line was used for.
type enrichHits struct {
	rights int
	owner  string
	many   bool // rights of several owners
}

// EnrichProblem is a line that is not used.
type EnrichProblem struct {
	Origin string
	Row    int
	corpora.Problem
}

// EnrichReport counts what Apply did.
type EnrichReport struct {
	Lines     int // used or not
	Unused    int // lines that spoke of no right
	Rights    int // that got something
	Aliases   int // added
	Flags     int // added
	Ambiguous int // lines that named rights of several owners by their words alone
}

// EnrichOptions is how OpenEnrichment reads.
type EnrichOptions struct {
	Map  map[string]string // see TableOptions; to the names of columns above
	Date string            // for lines without one, YYYY-MM-DD
}

// OpenEnrichment reads the files into memory. A file that does not exist is fs.ErrNotExist, a table without the columns a
// *HeadingError. Lines that cannot be read are Problems and left out.
func OpenEnrichment(ctx context.Context, files []string, o EnrichOptions) (*Enrichment, error) {
	e := &Enrichment{ids: map[string][]int32{}, names: map[string][]int32{}, owners: map[string][]int32{}}
	for _, file := range files {
		if err := e.file(ctx, file, o); err != nil {
			return nil, fmt.Errorf("enrichment: %w", err)
		}
	}
	e.hits = make([]enrichHits, len(e.entries))
	e.report.Lines = len(e.entries)
	return e, nil
}

// Problems returns the lines that are not used because they cannot be read.
func (e *Enrichment) Problems() []EnrichProblem { return e.bad }

func (e *Enrichment) file(ctx context.Context, file string, o EnrichOptions) error {
	p, err := table.OpenFile(file, filepath.Base(file), isTable)
	if err != nil {
		return err
	}
	defer p.Close()
	for _, r := range p.Refused {
		e.bad = append(e.bad, EnrichProblem{Origin: filepath.Base(file), Problem: r})
	}
	if len(p.Entries) == 0 {
		return &HeadingError{File: filepath.Base(file), Reason: "it holds no table"}
	}
	for i := range p.Entries {
		if err := e.table(ctx, &p.Entries[i], o); err != nil {
			return err
		}
	}
	return nil
}

// table reads the lines of one table.
func (e *Enrichment) table(ctx context.Context, entry *table.Entry, o EnrichOptions) error {
	var columns []string
	g, err := openGrid(ctx, entry, layout{
		known:   func(cell []byte) bool { return enrichColumn(string(cell), o.Map) != "" },
		heading: func(cells [][]byte) (err error) { columns, err = enrichHeading(entry.Name, cells, o.Map); return err },
	})
	if err != nil {
		return err
	}
	defer func() { _ = g.close() }()
	last := 0
	for ctx.Err() == nil {
		rec, err := g.rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			e.bad = append(e.bad, EnrichProblem{entry.Name, last + 1, *readFailed(err)})
			return nil
		}
		last = rec.Row
		problem := rec.Bad
		if problem == nil {
			l := enrichLine{source: entry.Name, date: o.Date}
			if g.json {
				l.json(rec.Raw, o.Map)
			} else {
				l.cells(rec.Cells, columns)
			}
			problem = e.add(&l)
		}
		if problem != nil {
			e.bad = append(e.bad, EnrichProblem{entry.Name, rec.Row, *problem})
		}
	}
	return context.Cause(ctx)
}

// add takes one line.
func (e *Enrichment) add(l *enrichLine) *corpora.Problem {
	x, err := l.entry()
	if err != nil {
		return err
	}
	at := int32(len(e.entries))
	switch {
	case l.id != "":
		e.ids[l.id] = append(e.ids[l.id], at)
	case l.number != "":
		key := numberKey(l.office, l.number)
		e.ids[key] = append(e.ids[key], at)
	case l.text != "":
		x.text = l.text
		seen := map[string]bool{"": true}
		for i, name := range append([]corpora.Alias{{Text: l.text}}, x.aliases...) {
			key := fold.Key(name.Text)
			if seen[key] || i > 0 && name.Lang == "" && x.owner == "" {
				continue
			}
			seen[key] = true
			e.names[key] = append(e.names[key], at)
		}
	default:
		e.owners[x.owner] = append(e.owners[x.owner], at)
	}
	e.entries = append(e.entries, x)
	return nil
}

// numberKey is how a right is found by its number. The leading zeros that some offices write do not count.
func numberKey(office, number string) string {
	return "\x00" + strings.ToUpper(office) + " " + strings.TrimLeft(number, "0")
}

// Source returns the rights of src, enriched. Errors and tombstones are passed on as they are.
func (e *Enrichment) Source(src corpora.Source[corpora.Right]) corpora.Source[corpora.Right] {
	return enriched{e, src}
}

type enriched struct {
	e   *Enrichment
	src corpora.Source[corpora.Right]
}

func (x enriched) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for r, err := range x.src.All(ctx) {
			if err == nil {
				x.e.Apply(&r)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// Apply adds to r what the lines know of it. What r has already is not added again.
func (e *Enrichment) Apply(r *corpora.Right) {
	if r.Gone {
		return
	}
	before := e.report.Aliases + e.report.Flags
	owner := ownerKey(r.Owner)
	for _, at := range e.ids[r.ID] {
		e.give(at, r, owner)
	}
	if r.Number != "" {
		for _, at := range e.ids[numberKey(r.Office, r.Number)] {
			e.give(at, r, owner)
		}
	}
	if r.Kind != corpora.Design {
		for _, at := range e.names[fold.Key(r.Text)] {
			e.give(at, r, owner)
		}
	}
	if owner != "" {
		for _, at := range e.owners[owner] {
			e.give(at, r, owner)
		}
	}
	if e.report.Aliases+e.report.Flags > before {
		e.report.Rights++
	}
}

// give adds what one line has, if its owner and classes fit.
func (e *Enrichment) give(at int32, r *corpora.Right, owner string) {
	x, h := &e.entries[at], &e.hits[at]
	if x.owner != "" && x.owner != owner {
		return
	}
	if len(x.classes) > 0 && !slices.ContainsFunc(x.classes, func(c uint8) bool { return slices.Contains(r.Classes, c) }) {
		return
	}
	if h.rights++; h.rights == 1 {
		h.owner = owner
	}
	if !h.many && x.text != "" && x.owner == "" && owner != h.owner {
		h.many = true
	}
	if r.Kind != corpora.Design {
		e.giveNames(x, r)
	}
	for _, flag := range x.flags {
		if slices.Contains(r.Flags, flag) {
			continue
		}
		sources := make([]string, len(r.Flags), len(r.Flags)+1)
		copy(sources, r.FlagSources)
		r.Flags, r.FlagSources = append(slices.Clip(r.Flags), flag), append(sources, x.source)
		e.report.Flags++
	}
}

// giveNames adds the names that r does not bear.
func (e *Enrichment) giveNames(x *enrichEntry, r *corpora.Right) {
	names := x.aliases
	if x.text != "" {
		names = append([]corpora.Alias{{Text: x.text, Source: x.source}}, names...)
	}
	for _, a := range names {
		key := fold.Key(a.Text)
		if key == "" || key == fold.Key(r.Text) || slices.ContainsFunc(r.Aliases, func(b corpora.Alias) bool { return b.IsName() && fold.Key(b.Text) == key }) {
			continue
		}
		at := slices.IndexFunc(r.Aliases, func(b corpora.Alias) bool { return !b.IsName() })
		if at < 0 {
			at = len(r.Aliases)
		}
		r.Aliases = slices.Insert(slices.Clip(r.Aliases), at, a)
		e.report.Aliases++
	}
}

// Report says what was done so far.
func (e *Enrichment) Report() EnrichReport {
	rep := e.report
	for _, h := range e.hits {
		if h.rights == 0 {
			rep.Unused++
		}
		if h.many {
			rep.Ambiguous++
		}
	}
	return rep
}
