package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// Options say how feeds are read. The zero value reads files with the built-in column names.
type Options struct {
	Map        map[string]string // field to column, as in --map; several columns of a list stand behind ';'
	AllowPaths bool              // pictures outside the feed's folder may be opened
	Stdin      io.Reader         // what "-" reads
	StdinDir   string            // folder below which the pictures of "-" stand, "" for the working folder
	Spool      bool              // keep "-" in a temporary file until Close, so that it can be annotated
	OnDialect  func(Dialect)     // called once per file in their order, from Open; may be nil
}

// Dialect is what was found out about one file before its listings are read.
type Dialect struct {
	Origin      string
	Format      string // csv, tsv, json, jsonl, xlsx, xml, parquet, html, mhtml
	Profile     string // export that it was recognised as: google, shopify, woocommerce, magento, amazon, erp; "" for none
	Charset     string // "" where the format fixes it
	Compression string // gz, zst, zip or ""
	Delimiter   string // "," ";" "\t" "|" or ""
	Heading     int    // row of the heading, 0 for none
	Columns     []Column
	Ignored     []string // columns without a meaning here
	Empty       bool     // no record at all
}

// Column is one column and the field that it fills.
type Column struct{ Name, Field string }

// The codes of UsageError.
const (
	NotFound      = "not_found"      // the named file does not exist or cannot be opened
	NoColumns     = "no_columns"     // no column of the table is known: --map helps
	UnknownField  = "unknown_field"  // --map names a field that listings do not have
	UnknownColumn = "unknown_column" // --map names a column that no file has
	StdinTwice    = "stdin_twice"
)

// UsageError is something that the user has to change before anything is scanned.
type UsageError struct {
	Code    string
	Path    string   // the file, the field or the column
	Columns []string // the columns found, for NoColumns and UnknownColumn
	Err     error    // may be nil

	report bool // the file is what an earlier scan wrote
}

func (e *UsageError) Error() string {
	s := fmt.Sprintf("%s: %s", e.Path, strings.ReplaceAll(e.Code, "_", " "))
	if len(e.Columns) > 0 {
		s += fmt.Sprintf(" (found: %s)", strings.Join(e.Columns, ", "))
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *UsageError) Unwrap() error { return e.Err }

// Fields returns the names of the fields that --map knows.
func Fields() []string {
	var names []string
	for f := field(1); f < numFields; f++ {
		names = append(names, f.name())
	}
	return names
}

// source is one file given or found.
type source struct {
	path, name string // where it is; how reports call it
	dir        string // folder of its pictures
	stdin      io.Reader
	named      bool           // the user gave the file itself
	pkg        *table.Package // opened, nil for none
	spooled    string         // temporary file that holds stdin, "" for none
	pipe       io.Closer      // what stdin reads, nil for the standard input itself
}

func (s *source) open() (*table.Package, error) {
	if s.pkg != nil {
		return s.pkg, nil
	}
	var err error
	if s.stdin != nil {
		s.pkg, err = table.OpenStream(s.stdin, s.name, recognisable)
	} else {
		s.pkg, err = table.OpenFile(s.path, s.name, recognisable)
	}
	return s.pkg, err
}

// release closes the package unless it must stay: a stream cannot be opened again, pictures may stand in an archive.
func (s *source) release() {
	if s.pkg != nil && s.stdin == nil && !s.pkg.IsArchive() {
		s.pkg.Close()
		s.pkg = nil
	}
}

// Open looks at the files, folders and "-" of paths. Folders are walked in the order of names; only files whose names
// look like feeds are taken from them and from archives, and of folders no reports of earlier scans. The error is a *UsageError where the user has to change
// something; a file that is damaged is not an error here but one of Problems.
func Open(ctx context.Context, paths []string, o Options) (*Feed, error) {
	d, bad := newDictionary(o.Map)
	if bad != "" {
		return nil, &UsageError{Code: UnknownField, Path: bad, Columns: Fields()}
	}
	f := &Feed{options: o, dict: d}
	if err := f.find(ctx, paths); err != nil {
		f.Close()
		return nil, err
	}
	for _, s := range f.sources {
		if err := ctx.Err(); err != nil {
			f.Close()
			return nil, context.Cause(ctx)
		}
		if err := f.probe(ctx, s); err != nil {
			f.Close()
			return nil, err
		}
	}
	if err := f.checkMap(); err != nil {
		f.Close()
		return nil, err
	}
	if o.OnDialect != nil {
		for _, u := range f.units {
			o.OnDialect(u.dialect)
		}
	}
	return f, nil
}

// find lists the sources.
func (f *Feed) find(ctx context.Context, paths []string) error {
	stdin := false
	for _, p := range paths {
		if p == "-" {
			if stdin {
				return &UsageError{Code: StdinTwice, Path: p}
			}
			stdin = true
			dir := f.options.StdinDir
			if dir == "" {
				dir = "."
			}
			in := f.options.Stdin
			if in == nil {
				in = strings.NewReader("")
			}
			s := &source{name: "-", dir: dir, stdin: in, named: true}
			f.sources = append(f.sources, s)
			if f.options.Spool {
				file, err := table.Spool(ctx, in, "")
				if err != nil {
					return err
				}
				s.path, s.spooled, s.stdin = file, file, nil
			}
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			return &UsageError{Code: NotFound, Path: p, Err: err}
		}
		if info.IsDir() {
			if err := f.walk(p); err != nil {
				return &UsageError{Code: NotFound, Path: p, Err: err}
			}
			continue
		}
		file, err := os.Open(p)
		if err != nil {
			return &UsageError{Code: NotFound, Path: p, Err: err}
		}
		s := &source{path: p, name: p, dir: filepath.Dir(p), named: true}
		f.sources = append(f.sources, s)
		if info.Mode().IsRegular() {
			file.Close()
		} else {
			s.stdin, s.pipe = file, file // a pipe can be opened once
		}
	}
	return nil
}

// walk lists the feeds below a folder. What cannot be read below it is a problem, not an error.
func (f *Feed) walk(dir string) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		rel, rerr := filepath.Rel(dir, p)
		if rerr != nil {
			return rerr
		}
		rel = filepath.ToSlash(rel)
		if err != nil {
			if rel == "." {
				return err
			}
			f.problem(rel, &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"reason": reason(err)}})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if rel != "." && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() || !recognisable(d.Name()) {
			return nil
		}
		if !d.Type().IsRegular() && !f.linked(dir, rel) {
			f.problem(rel, &corpora.Problem{Code: corpora.MemberRefused, Args: map[string]any{"name": rel, "reason": table.ReasonUnsupported}})
			return nil
		}
		f.sources = append(f.sources, &source{path: p, name: rel, dir: filepath.Dir(p)})
		return nil
	})
}

// linked reports whether a symbolic link leads to a regular file below the folder, or anywhere when that is allowed.
func (f *Feed) linked(dir, rel string) bool {
	if f.options.AllowPaths {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(rel)))
		return err == nil && info.Mode().IsRegular()
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(rel))
	return err == nil && info.Mode().IsRegular()
}

var extensions = []string{".csv", ".tsv", ".txt", ".tab", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".parquet", ".xml", ".rss", ".atom", ".html", ".htm", ".mhtml", ".mht", ".gz", ".zst", ".zip"}

// loose are extensions that other things than feeds have: such a file is passed over when it holds no listings.
var loose = []string{".txt", ".json", ".gz", ".zst", ".zip", ".xml", ".html", ".htm", ".mhtml", ".mht"}

// recognisable reports whether a file of a folder or an archive is looked at.
func recognisable(base string) bool {
	return slices.Contains(extensions, strings.ToLower(path.Ext(base)))
}

// probe tells what the entries of one source hold.
func (f *Feed) probe(ctx context.Context, s *source) error {
	pkg, err := s.open()
	if err != nil {
		f.problem(s.name, asProblem(err, 0))
		return nil
	}
	defer s.release()
	f.problems = append(f.problems, pkg.Refused...)
	for i := range pkg.Entries {
		units, err := f.units1(ctx, s, &pkg.Entries[i])
		if u, ok := errors.AsType[*UsageError](err); ok {
			if s.named && !pkg.IsArchive() {
				return err
			}
			if !u.report && !slices.Contains(loose, strings.ToLower(path.Ext(u.Path))) {
				f.problem(u.Path, &corpora.Problem{Code: corpora.MemberRefused, Args: map[string]any{"name": u.Path, "reason": table.ReasonUnsupported}})
			}
			continue
		}
		if err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			f.problem(pkg.Entries[i].Name, asProblem(err, 0))
			continue
		}
		for _, u := range units {
			if u.report && !s.named {
				continue
			}
			u.src, u.entry, u.read, u.size = s, i, &f.bytes, -1
			if e := &pkg.Entries[i]; e.Compression == "" && e.Content != table.ContentZip && e.Content != table.ContentParquet && u.sheet == "" && !u.isPage() {
				u.size = e.Size
			}
			f.units = append(f.units, u)
			for _, p := range u.notes {
				f.problem(u.dialect.Origin, &p)
			}
		}
	}
	return nil
}

// checkMap reports a column of --map that no file has.
func (f *Feed) checkMap() error {
	if len(f.units) == 0 {
		return nil
	}
	var seen, all []string
	records := false
	for _, u := range f.units {
		records = records || !u.dialect.Empty
		for _, c := range u.dialect.Columns {
			seen = append(seen, normalise(c.Name))
			all = append(all, c.Name)
		}
		all = append(all, u.dialect.Ignored...)
	}
	if !records {
		return nil
	}
	for _, want := range slices.Sorted(maps.Values(f.options.Map)) {
		found := false
		for _, part := range splitMapped(want) {
			found = found || slices.Contains(seen, normalise(part))
		}
		if !found {
			return &UsageError{Code: UnknownColumn, Path: want, Columns: all[:min(len(all), 40)]}
		}
	}
	return nil
}

// asProblem turns what ended the reading of a source into a problem with its reason.
func asProblem(err error, row int) *corpora.Problem {
	if p, ok := errors.AsType[*corpora.Problem](err); ok {
		return p
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &corpora.Problem{Code: corpora.SourceTruncated, Args: map[string]any{"row": row}}
	}
	return &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"reason": reason(err)}}
}
