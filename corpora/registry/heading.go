package registry

import (
	"fmt"
	"strings"

	"lookalike/corpora/table"
)

// field is one column of the table of rights.
type field uint8

const (
	fieldID field = iota
	fieldKind
	fieldText
	fieldOwner
	fieldOffice
	fieldNumber
	fieldStatus
	fieldClasses
	fieldMarkets
	fieldFiled
	fieldRegistered
	fieldExpires
	fieldGoods
	fieldAliases
	fieldImages
	fieldLocarno
	fieldDisclaimer
	fieldForm
	fieldFlags
	fieldLink
	fieldPrice
	fieldSource
	fieldVienna
	fieldUSClasses
	fieldStatusCode
	fieldTranslations
	fieldPseudoMarks
	fieldAliasSources
	fieldFlagSources
	numFields
)

var fieldNames = [numFields]string{
	"id", "kind", "text", "owner", "office", "number", "status", "classes", "markets", "filed", "registered", "expires",
	"goods", "aliases", "images", "locarno", "disclaimer", "form", "flags", "link", "reference_price", "source",
	"vienna", "us_classes", "status_code", "translations", "pseudo_marks", "alias_sources", "flag_sources",
}

// Columns returns the names of the columns that OpenTable knows, in the order in which they are documented.
func Columns() []string { return fieldNames[:] }

// HeadingError says that a table is not one of rights: it is a fault of the command line and not of a record.
type HeadingError struct {
	File   string
	Reason string   // "no kind column", …
	Have   []string // the columns found
	Known  []string // what columns may be called; nil: Columns
}

// Error names the file, the reason and the columns found.
func (e *HeadingError) Error() string {
	known := e.Known
	if known == nil {
		known = fieldNames[:]
	}
	return fmt.Sprintf("%s: %s (columns found: %s; known: %s)", e.File, e.Reason, strings.Join(e.Have, ", "), strings.Join(known, ", "))
}

// heading says which column holds which field.
type heading struct {
	columns [numFields]int // index into the cells, -1 for none
	width   int
	ignored []string
}

// readHeading maps the columns of a heading. rename maps fields to column names and goes before the columns' own names.
func readHeading(file string, cells [][]byte, rename map[string]string) (heading, error) {
	h := heading{width: len(cells)}
	for i := range h.columns {
		h.columns[i] = -1
	}
	have := make([]string, len(cells))
	used := make([]bool, len(cells))
	fail := func(format string, args ...any) (heading, error) {
		return h, &HeadingError{File: file, Reason: fmt.Sprintf(format, args...), Have: have}
	}
	for i, c := range cells {
		have[i] = strings.TrimSpace(string(c))
	}
	for name, column := range rename {
		f, ok := fieldOf(name)
		if !ok {
			return fail("no field %q to map a column to", name)
		}
		i := indexOf(have, column)
		if i < 0 {
			return fail("no column %q to map to %s", column, name)
		}
		h.columns[f], used[i] = i, true
	}
	for i, name := range have {
		f, ok := fieldOf(name)
		switch {
		case used[i]:
		case !ok && name != "":
			h.ignored = append(h.ignored, name)
		case ok && h.columns[f] < 0:
			h.columns[f] = i
		case ok && rename[fieldNames[f]] == "":
			return fail("two columns are named %s", fieldNames[f])
		}
	}
	if h.columns[fieldKind] < 0 {
		return fail("no column named kind")
	}
	if h.columns[fieldText] < 0 && h.columns[fieldImages] < 0 {
		return fail("neither a column text nor a column images")
	}
	return h, nil
}

// fieldOf recognises the name of a column in any case, with spaces or hyphens for underscores.
func fieldOf(name string) (field, bool) {
	name = normalise(name)
	for i, n := range fieldNames {
		if n == name {
			return field(i), true
		}
	}
	return 0, false
}

func normalise(name string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
}

func indexOf(have []string, column string) int {
	for i, name := range have {
		if strings.EqualFold(name, strings.TrimSpace(column)) {
			return i
		}
	}
	return -1
}

// known tells the sniffer of dialects what a column of rights may be called.
func known(rename map[string]string) func(cell []byte) bool {
	return func(cell []byte) bool {
		if _, ok := fieldOf(string(cell)); ok {
			return true
		}
		for _, column := range rename {
			if strings.EqualFold(strings.TrimSpace(string(cell)), column) {
				return true
			}
		}
		return false
	}
}

// get returns the trimmed cell of field f, "" when the table has no such column or the record ends before it.
func (h *heading) get(rec *table.Record, f field) string {
	i := h.columns[f]
	if i < 0 || i >= len(rec.Cells) {
		return ""
	}
	return strings.TrimSpace(string(rec.Cells[i]))
}
