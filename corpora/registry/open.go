package registry

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// Options is how Open reads.
type Options struct {
	// Format is "table", "names", "nsi", or a name of Formats; "" tells by content: XML is an office format, everything else a
	// table. Lists of names or brands are never guessed.
	Format     string
	Map        map[string]string // see TableOptions
	AllowPaths bool              // see TableOptions
	Pictures   string            // see OfficeOptions
	Source     string            // for rows without one
	// Latest takes files of offices, when there are several, for a stream of whole records: see Latest.
	Latest bool
}

// Rights is the rights of several files in the order given. It is a corpora.Source.
type Rights struct {
	parts   []corpora.Source[corpora.Right]
	office  *Office // the files of offices that wait to be joined by the next one
	latest  bool
	ignored []string
	refused []corpora.Problem
}

// Open opens files of any format. Errors are those of OpenTable and OpenOffice; an unknown format is a *FormatError. Files
// of offices that follow one another are read in parallel. With Latest they are one stream of whole records.
func Open(files []string, o Options) (*Rights, error) {
	all := &Rights{latest: o.Latest}
	for _, file := range files {
		if err := all.add(file, o); err != nil {
			return nil, err
		}
	}
	all.endOffice()
	return all, nil
}

// addOffice joins a file of an office with those before it.
func (a *Rights) addOffice(x *Office) {
	a.refused = append(a.refused, x.Refused()...)
	if a.office != nil && a.office.options == x.options {
		a.office.files = append(a.office.files, x.files...)
		return
	}
	a.endOffice()
	a.office = x
}

// endOffice ends a run of office files.
func (a *Rights) endOffice() {
	if a.office == nil {
		return
	}
	if a.latest && a.office.several() {
		a.parts = append(a.parts, Latest(a.office))
	} else {
		a.parts = append(a.parts, a.office)
	}
	a.office = nil
}

// several reports whether there is more than one file to read.
func (x *Office) several() bool { return len(x.files) > 1 || x.entries > 1 }

func (a *Rights) add(file string, o Options) error {
	format := o.Format
	if format == "" {
		format = "table"
		office, err := OpenOffice([]string{file}, OfficeOptions{Pictures: o.Pictures})
		if err == nil {
			a.addOffice(office)
			return nil
		}
		if _, other := errors.AsType[*FormatError](err); !other {
			return err
		}
	}
	if slices.Contains([]string{"names", "nsi", "table"}, format) {
		a.endOffice()
	}
	switch format {
	case "names":
		n, err := OpenNames([]string{file}, o.Source)
		if err != nil {
			return err
		}
		a.parts = append(a.parts, n)
		return nil
	case "nsi":
		n, err := OpenBrands([]string{file}, o.Source)
		if err != nil {
			return err
		}
		a.parts = append(a.parts, n)
		return nil
	case "table":
		t, err := OpenTable([]string{file}, TableOptions{Map: o.Map, AllowPaths: o.AllowPaths, Source: o.Source})
		if err != nil {
			return err
		}
		a.parts = append(a.parts, t)
		a.ignored = append(a.ignored, t.Ignored()...)
		a.refused = append(a.refused, t.Refused()...)
		return nil
	}
	office, err := OpenOffice([]string{file}, OfficeOptions{Format: format, Pictures: o.Pictures})
	if err != nil {
		return err
	}
	a.addOffice(office)
	return nil
}

// All reads the rights of one file after the other.
func (a *Rights) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, p := range a.parts {
			for r, err := range p.All(ctx) {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

// Ignored returns the columns that hold nothing that a right is made of, as "file: column".
func (a *Rights) Ignored() []string { return a.ignored }

// Refused returns the members of archives that are not read.
func (a *Rights) Refused() []corpora.Problem { return a.refused }

// Names is a brand list: plain text with one name per line. Blank lines and lines that begin with # are passed over. Its
// rights are marks of status unverified.
type Names struct {
	files  []string
	source string
}

// OpenNames opens brand lists. A file that does not exist is fs.ErrNotExist.
func OpenNames(files []string, source string) (*Names, error) {
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("rights: %w", err)
		}
	}
	return &Names{files, source}, nil
}

// maxNameLine is how long a line of a brand list may be in bytes.
const maxNameLine = 64 << 10

// All reads the names, line by line.
func (n *Names) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for _, file := range n.files {
			if !n.file(ctx, file, yield) {
				return
			}
		}
	}
}

func (n *Names) file(ctx context.Context, file string, yield func(corpora.Right, error) bool) bool {
	name := filepath.Base(file)
	f, err := os.Open(file)
	if err != nil {
		return yield(corpora.Right{Origin: name}, readFailed(err))
	}
	defer f.Close()
	lines := bufio.NewScanner(table.NewText(f, ""))
	lines.Buffer(nil, maxNameLine)
	row := 0
	for ctx.Err() == nil && lines.Scan() {
		row++
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		r := corpora.Right{Kind: corpora.Mark, Text: text, Status: corpora.Unverified, Source: n.source, Origin: name, Row: row}
		nameRight(&r, nil)
		if !yield(r, nil) {
			return false
		}
	}
	if err := lines.Err(); err != nil {
		return yield(corpora.Right{Origin: name, Row: row + 1}, readFailed(err))
	}
	return ctx.Err() == nil
}
