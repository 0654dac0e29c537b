// Package report writes what a scan found: as canonical JSON Lines, for the terminal, and in the formats that people and
// their other programs read.
//
// Every format is a Writer: Begin with the header, Put for each finding in source order, End with the trailer. New makes
// one over a stream, Create one over a file that appears under its name only when it is whole, Tee joins several, and
// Convert feeds one from an earlier canonical report. A Writer holds a bounded number of findings whatever the length of
// the scan.
//
// Texts of listings and rights are hostile. Each format neutralises them in its own way: control and direction
// characters on the terminal, cells that a sheet would run as formulas, markup.
package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/scanner"
	"lookalike/scanner/report/lang"
)

// Writer writes one report. Begin is called once, then Put any number of times, then End once: also after a scan that
// was interrupted, whose trailer says so. It is used by one goroutine. After an error it is of no further use.
type Writer interface {
	Begin(h scanner.Header) error
	Put(ctx context.Context, f scanner.Finding) error
	End(t scanner.Trailer) error
}

// Options is what a Writer may be told. The zero value writes English without colour or pictures.
type Options struct {
	Lang     string         // language of the texts, "" for English
	Messages *lang.Messages // nil: loaded
	Color    bool           // terminal table: use colours
	Width    int            // terminal table: columns, 0 for 100
	Top      int            // terminal table and Markdown: only so many of the worst listings; 0 for all, Markdown 200
	BOM      bool           // CSV: begin with a byte order mark, by which Excel recognises UTF-8

	// Thumbnail returns a small PNG, JPEG, GIF or WebP of a listing's picture, nil when it cannot be had. It may be
	// called from several goroutines. Image.Open is nil in a converted report.
	Thumbnail func(ctx context.Context, im corpora.Image) []byte
	// RightPicture returns a small picture of a right likewise.
	RightPicture func(corpus, rightID string) []byte
	// Context ends the making of pictures at End early; what is missing is shown as missing. Nil never does.
	Context context.Context
}

// ErrFormat is the error for a format or an extension that is not known.
var ErrFormat = errors.New("unknown report format")

// Formats returns the names that New takes.
func Formats() []string {
	return []string{"table", "json", "jsonl", "csv", "xlsx", "sarif", "md", "html"}
}

// FormatOf returns the format of a file by its extension. The error is ErrFormat for any that names none.
func FormatOf(path string) (string, error) {
	ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
	if ext == "table" || !slices.Contains(Formats(), ext) {
		return "", fmt.Errorf("%w: %s ends in none of .%s", ErrFormat, path, strings.Join(Formats()[1:], " ."))
	}
	return ext, nil
}

// New returns a Writer of the named format over w.
func New(format string, w io.Writer, o Options) (Writer, error) {
	if o.Messages == nil {
		m, err := lang.Load()
		if err != nil {
			return nil, err
		}
		o.Messages = m
	}
	if o.Lang == "" {
		o.Lang = lang.English
	}
	if !slices.Contains(lang.Languages(), o.Lang) {
		return nil, fmt.Errorf("unknown language %q (one of %s)", o.Lang, strings.Join(lang.Languages(), ", "))
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	v := voice{m: o.Messages, l: o.Lang}
	switch format {
	case "table":
		return newTable(w, v, o), nil
	case "json":
		return newJSON(w), nil
	case "jsonl":
		return newJSONL(w), nil
	case "csv":
		return newCSV(w, v, o), nil
	case "xlsx":
		return newXLSX(w, v), nil
	case "sarif":
		return newSARIF(w, v), nil
	case "md":
		return newMarkdown(w, v, o), nil
	case "html":
		return newHTML(w, o), nil
	}
	return nil, fmt.Errorf("%w: %q (one of %s)", ErrFormat, format, strings.Join(Formats(), ", "))
}
