package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lookalike/corpora"
	"lookalike/matchers/fold"
	"lookalike/scanner"
)

// checkFlags describe the one listing of a check.
type checkFlags struct {
	scanFlags
	images   []string
	brand    string
	category string
	class    []string
}

// checkVerb asks about one listing, or a name before it is filed.
func (a *app) checkVerb() *command {
	f := &checkFlags{}
	c := a.verb(`check "TEXT"|-`, cobra.ExactArgs(1), func(c *command, args []string) error {
		return a.check(c.Context(), f, args[0])
	})
	c.Long, c.Example = a.text("help.check_long"), a.text("help.check_example")
	f.register(a, c)
	p := c.Flags()
	p.StringArrayVar(&f.images, "image", nil, a.flagText("image"))
	p.StringVar(&f.brand, "brand", "", a.flagText("brand"))
	p.StringVar(&f.category, "category", "", a.flagText("category"))
	p.StringSliceVar(&f.class, "class", nil, a.flagText("class"))
	return c
}

// check scans one listing and prints what was found and what was searched.
func (a *app) check(ctx context.Context, f *checkFlags, text string) error {
	if err := f.checkOutputs(); err != nil {
		return err
	}
	l, err := f.listing(a, text)
	if err != nil {
		return err
	}
	e, err := a.open(ctx, &f.scanFlags)
	if err != nil {
		return err
	}
	defer e.close()
	f.all = true // a check says what it found out also when that is nothing
	log := &searchLog{listing: l}
	e.also = log
	stats, err := a.pass(ctx, &f.scanFlags, e, one{l}, &progress{})
	if err == nil {
		err = a.printSearchLog(f, e, log)
	}
	return a.outcome(ctx, &f.scanFlags, stats, err)
}

// listing makes the listing that is asked about. A text of "-" is read from standard input.
func (f *checkFlags) listing(a *app, text string) (corpora.Listing, error) {
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(a.stdin, 1<<20))
		if err != nil {
			return corpora.Listing{}, err
		}
		text = strings.TrimSpace(string(b))
	}
	if strings.TrimSpace(text) == "" && f.brand == "" && len(f.images) == 0 {
		return corpora.Listing{}, usage("empty_check")
	}
	l := corpora.Listing{ID: "check", Origin: "check", Row: 1, Title: text, Brand: f.brand, Category: f.category, Seller: f.seller}
	for _, s := range f.class {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 1 || n > 45 {
			return l, usage("class", "value", s)
		}
		l.Classes = append(l.Classes, uint8(n))
	}
	for _, path := range f.images {
		st, err := os.Stat(path)
		if err != nil || st.IsDir() {
			return l, usage("no_file", "name", path)
		}
		l.Images = append(l.Images, corpora.Image{Ref: filepath.ToSlash(path), Open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) }})
	}
	return l, nil
}

// one is a Source of a single listing.
type one struct{ l corpora.Listing }

// All yields the listing.
func (o one) All(context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) { yield(o.l, nil) }
}

// searchLog is what a check looked for and where: the record that a search was made, also when nothing was found.
type searchLog struct {
	listing corpora.Listing
	header  scanner.Header
	finding *scanner.Finding
	trailer scanner.Trailer
}

// Begin keeps the header.
func (s *searchLog) Begin(h scanner.Header) error { s.header = h; return nil }

// Put keeps the finding.
func (s *searchLog) Put(_ context.Context, f scanner.Finding) error { s.finding = &f; return nil }

// End keeps the trailer.
func (s *searchLog) End(t scanner.Trailer) error { s.trailer = t; return nil }

// printSearchLog writes the log to standard output after a table, to standard error after any other format, so that
// data stays data.
func (a *app) printSearchLog(f *checkFlags, e *scanEngine, s *searchLog) error {
	var b bytes.Buffer
	line := func(code string, args ...any) {
		fmt.Fprintln(&b, printable(a.messages.Text(a.lang, "check."+code, newFault(0, code, args...).args)))
	}
	line("heading")
	line("asked", "text", s.listing.Title, "brand", s.listing.Brand, "category", s.listing.Category, "classes", classList(s.listing.Classes), "pictures", len(s.listing.Images))
	line("folded", "key", fold.Key(strings.TrimSpace(s.listing.Title+" "+s.listing.Brand)))
	line("when", "as_of", s.header.AsOf, "engine", s.header.Engine, "markets", s.header.Markets)
	for _, c := range s.header.Corpora {
		line("corpus", "name", c.Name, "id", c.ID, "date", c.Date, "rights", c.Rights, "signs", c.Signs, "pictures", c.Pictures)
	}
	line("lanes", "lanes", e.lanes())
	listed, silenced := 0, 0
	if s.finding != nil {
		for _, m := range s.finding.Matches {
			if m.SilencedBy != nil || m.Grade == "" {
				silenced++
			} else {
				listed++
			}
		}
	}
	line("found", "listed", listed, "silenced", silenced)
	w := a.stderr
	if f.stdoutFormat(a.global.quiet) == "table" {
		w = a.stdout
	}
	_, err := w.Write(b.Bytes())
	return err
}

func classList(classes []uint8) []int {
	var out []int
	for _, c := range classes {
		out = append(out, int(c))
	}
	return out
}

// indented returns v as JSON for people.
func indented(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}
