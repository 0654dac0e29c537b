package registry

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
)

// Format is a format that offices publish.
type Format struct {
	Name    string   // "uspto-daily", "st66", "st96", "design", "us-design"
	About   string   // what it is, in English
	Carries []string // what is read of it, by the names of Columns

	source  string   // in the source of a right, behind its office
	records []string // local names of the elements that are records
	owners  string   // the element behind a record that may hold its owner, "" for none
	read    func(m *mapper) corpora.Right
}

// Formats lists the formats.
func Formats() []Format {
	mark := []string{"number", "text", "form", "owner", "office", "status", "filed", "registered", "expires", "classes", "goods", "disclaimer", "aliases", "images", "vienna", "us_classes", "status_code", "translations", "pseudo_marks"}
	design := []string{"number", "text", "owner", "office", "status", "filed", "registered", "expires", "locarno", "goods", "images", "us_classes", "status_code"}
	return []Format{
		{"uspto-daily", "USPTO trademark applications daily XML, version 2", mark, "trademark daily XML", []string{"case-file"}, "", (*mapper).caseFile},
		{"st66", "WIPO ST.66 trademarks: USPTO TSDR, EUIPO EM-TM, other offices", mark, "ST.66", []string{"TradeMark"}, "ApplicantDetails", (*mapper).tradeMark},
		{"st96", "WIPO ST.96 trademarks: USPTO TSDR in both namespaces, other offices", mark, "ST.96", []string{"Trademark"}, "", (*mapper).tradeMark},
		{"design", "WIPO ST.86 and ST.96 designs: EUIPO EM-DS, other offices", design, "design XML", []string{"Design"}, "ApplicantDetails", (*mapper).design},
		{"us-design", "USPTO patent grant XML (red book), design patents", design, "patent grant XML", []string{"us-patent-grant"}, "", (*mapper).grant},
	}
}

// Lists are the formats that are no office's: see Open.
func Lists() []Format {
	return []Format{
		{Name: "table", About: "table of rights: CSV, TSV, XLSX, JSON, JSON Lines, Parquet; columns by --map", Carries: Columns()},
		{Name: "names", About: "brand list, one name per line", Carries: []string{"text"}},
		{Name: "nsi", About: "name-suggestion-index: its JSON files, or JSON Lines with name, names, alt, wikidata", Carries: []string{"text", "aliases", "alias_sources", "link", "source"}},
	}
}

// OfficeOptions is how OpenOffice reads.
type OfficeOptions struct {
	// Format is a name of Formats, "" to tell it by content.
	Format string
	// Pictures is the folder below which the pictures lie that records name; "": that of the file. A picture that is not
	// there is kept by name alone.
	Pictures string
}

// Office is the rights in office files, in the order given. It is a corpora.Source.
//
// A record that cannot be read is a *corpora.Problem with the byte offset at which it begins; Row is the line. A file is read
// in the encoding that its byte order mark or declaration names, else as UTF-8: a record with bytes that are no text in it is
// left out and named with the offset of the first of them, and such bytes between records are named too. Entities
// other than those of XML are refused. Names of applicants are read; their addresses, representatives and everything
// else about persons are not.
type Office struct {
	files    []string
	options  OfficeOptions
	statuses *statuses
	refused  []corpora.Problem
	entries  int // files, those in archives counted one by one
}

// FormatError says that a file holds no records of a known format.
type FormatError struct{ File, Format string }

// Error names the file.
func (e *FormatError) Error() string {
	if e.Format == "" {
		return e.File + ": no records of a known office format"
	}
	return e.File + ": no records of the format " + e.Format
}

// OpenOffice looks at the heads of the files. A file that does not exist is fs.ErrNotExist, one without records of a
// known format a *FormatError.
func OpenOffice(files []string, o OfficeOptions) (*Office, error) {
	s, err := loadStatuses()
	if err != nil {
		return nil, err
	}
	x := &Office{files: files, options: o, statuses: s}
	for _, file := range files {
		p, err := table.OpenFile(file, filepath.Base(file), isXML)
		if err != nil {
			return nil, fmt.Errorf("rights: %w", err)
		}
		x.refused = append(x.refused, p.Refused...)
		known := len(p.Entries) == 0
		x.entries += len(p.Entries)
		for i := range p.Entries {
			_, err = x.formatOf(&p.Entries[i])
			known = known || err == nil
		}
		if err := p.Close(); err != nil {
			return nil, fmt.Errorf("rights: %w", err)
		}
		if !known {
			return nil, fmt.Errorf("rights: %w", err)
		}
	}
	return x, nil
}

// IsOffice reports whether the file holds records of a known office format.
func IsOffice(file string) bool {
	_, err := OpenOffice([]string{file}, OfficeOptions{})
	return err == nil
}

// Refused returns the members of archives that are not read.
func (x *Office) Refused() []corpora.Problem { return x.refused }

// isXML decides which members of an archive are looked at: XML, and what is packed again, which is then refused by name.
func isXML(base string) bool {
	return slices.Contains([]string{".xml", ".zip", ".gz", ".zst"}, strings.ToLower(path.Ext(base)))
}

// sniffBytes is how much of a file is searched for its first record.
const sniffBytes = 4 << 20

// formatOf returns the format of an entry: the one asked for, else that of its first record.
func (x *Office) formatOf(e *table.Entry) (Format, error) {
	formats := Formats()
	if x.options.Format != "" {
		formats = slices.DeleteFunc(formats, func(f Format) bool { return f.Name != x.options.Format })
	}
	var names []string
	for _, f := range formats {
		names = append(names, f.records...)
	}
	if e.Content != table.ContentText || len(names) == 0 {
		return Format{}, &FormatError{e.Name, x.options.Format}
	}
	in, err := e.Open()
	if err != nil {
		return Format{}, err
	}
	defer in.Close()
	records := newOfficeRecords(io.LimitReader(in, sniffBytes), names...)
	_, name, err := records.start()
	if err != nil {
		return Format{}, &FormatError{e.Name, x.options.Format}
	}
	name = name[indexAfterColon(name):]
	i := slices.IndexFunc(formats, func(f Format) bool { return slices.Contains(f.records, name) })
	return formats[i], nil
}
