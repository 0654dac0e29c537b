package main

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"lookalike/corpora/feed"
	"lookalike/corpora/registry"
	"lookalike/matchers"
)

// feedFault returns the fault of a feed or table that cannot be read at all.
func feedFault(err error) error {
	if u, ok := errors.AsType[*feed.UsageError](err); ok {
		switch u.Code {
		case feed.NotFound:
			return usage("no_file", "name", u.Path)
		case feed.NoColumns:
			return usage("no_columns", "name", u.Path, "columns", u.Columns)
		case feed.UnknownField:
			return usage("unknown_field", "name", u.Path, "known", u.Columns)
		case feed.UnknownColumn:
			return usage("unknown_column", "name", u.Path, "columns", u.Columns)
		case feed.StdinTwice:
			return usage("stdin_twice")
		}
		return usage("feed", "name", u.Path, "reason", err.Error())
	}
	if h, ok := errors.AsType[*registry.HeadingError](err); ok {
		known := h.Known
		if known == nil {
			known = registry.Columns()
		}
		return usage("heading", "name", h.File, "reason", h.Reason, "columns", h.Have, "known", known)
	}
	if f, ok := errors.AsType[*registry.FormatError](err); ok {
		var known []string
		for _, k := range registry.Formats() {
			known = append(known, k.Name)
		}
		return usage("rights_format", "name", f.File, "format", f.Format, "known", known)
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		if errors.Is(err, fs.ErrNotExist) {
			return usage("no_file", "name", p.Path)
		}
		return usage("feed", "name", p.Path, "reason", p.Err.Error())
	}
	return err
}

// maxDialects is how many feeds of a run are described on standard error.
const maxDialects = 20

// noteDialect prints what was found out about a feed.
func (a *app) noteDialect(d feed.Dialect) {
	if d.Empty {
		return
	}
	if a.dialects++; a.dialects > maxDialects {
		if a.dialects == maxDialects+1 {
			a.note("scan.more_dialects", nil)
		}
		return
	}
	var fields []string
	for _, c := range d.Columns {
		if strings.EqualFold(c.Name, c.Field) {
			fields = append(fields, c.Field)
		} else {
			fields = append(fields, c.Field+" ("+c.Name+")")
		}
	}
	delimiter := d.Delimiter
	if delimiter == "\t" {
		delimiter = "Tab"
	}
	a.note("scan.dialect", map[string]any{
		"name": d.Origin, "format": d.Format, "profile": d.Profile, "encoding": d.Charset, "compression": d.Compression,
		"delimiter": delimiter, "fields": fields, "ignored": d.Ignored,
	})
}

// hasLane reports whether the sections of c are searched by a lane.
func hasLane(c *matchers.Corpus, lane matchers.Lane) bool {
	for _, m := range c.Matchers() {
		if s, ok := m.(matchers.Searcher); ok && slices.Contains(s.Lanes(), lane) {
			return true
		}
	}
	return false
}

// padRight fills s with spaces up to a width in columns of a terminal.
func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-uniseg.StringWidth(s)))
}
