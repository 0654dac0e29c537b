package registry

import (
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
	"lookalike/matchers/fold"
)

// enrichLine is the cells of one line of an enrichment.
type enrichLine struct {
	id, office, number, text, owner, classes, flags string
	aliases                                         []corpora.Alias
	source, date, wikidata                          string
}

// enrichColumn returns what a column holds: the name of a field, or of a language behind a colon; "" for nothing.
func enrichColumn(name string, rename map[string]string) string {
	for field, column := range rename {
		if strings.EqualFold(strings.TrimSpace(name), column) {
			return field
		}
	}
	trimmed := strings.TrimSpace(name)
	switch n := normalise(name); n {
	case "id", "office", "number", "text", "owner", "classes", "aliases", "flags", "source", "date", "wikidata":
		return n
	case "name", "brand", "title", "displayname":
		return "text"
	case "alt", "matchnames":
		return "aliases"
	case "names", "tags":
		return "names"
	}
	for _, prefix := range []string{"", "name:", "name_", "brand:"} {
		if lang, ok := strings.CutPrefix(trimmed, prefix); ok && isLanguage(lang) && lang != "id" {
			return ":" + lang
		}
	}
	return ""
}

// enrichHeading says what each column holds.
func enrichHeading(file string, cells [][]byte, rename map[string]string) ([]string, error) {
	var columns, have []string
	for _, c := range cells {
		have = append(have, strings.TrimSpace(string(c)))
		columns = append(columns, enrichColumn(string(c), rename))
	}
	fail := func(reason string) ([]string, error) {
		return nil, &HeadingError{File: file, Reason: reason, Have: have, Known: []string{
			"id", "office", "number", "text", "owner", "classes", "aliases", "zh", "ja", "flags", "source", "date", "wikidata",
		}}
	}
	language := func(c string) bool { return strings.HasPrefix(c, ":") }
	if !slices.ContainsFunc(columns, func(c string) bool {
		return language(c) || slices.Contains([]string{"id", "number", "text", "owner"}, c)
	}) {
		return fail("no column says which rights a line speaks of")
	}
	if !slices.ContainsFunc(columns, func(c string) bool { return language(c) || c == "aliases" || c == "flags" }) {
		return fail("neither a column of names nor a column flags")
	}
	return columns, nil
}

// cells reads a record of a table.
func (l *enrichLine) cells(cells [][]byte, columns []string) {
	for i, c := range columns {
		if i < len(cells) {
			l.set(c, strings.TrimSpace(string(cells[i])))
		}
	}
}

// json reads an object, also one of a brand list.
func (l *enrichLine) json(raw []byte, rename map[string]string) {
	v := table.JSONValue{Kind: table.JSONObject, Raw: raw}
	v.Members(func(key []byte, v table.JSONValue) bool {
		if c := enrichColumn(string(key), rename); v.Kind != table.JSONObject {
			l.set(c, strings.TrimSpace(jsonText(v)))
		}
		return true
	})
	b := brandFrom(v)
	for _, a := range b.names {
		if !slices.Contains(l.aliases, a) {
			l.aliases = append(l.aliases, a)
		}
	}
	if l.wikidata == "" {
		l.wikidata = b.wikidata
	}
}

// set takes one cell.
func (l *enrichLine) set(column, s string) {
	if s == "" {
		return
	}
	switch column {
	case "id":
		l.id = s
	case "office":
		l.office = s
	case "number":
		l.number = s
	case "text":
		if l.text == "" {
			l.text = s
		}
	case "owner":
		l.owner = s
	case "classes":
		l.classes = s
	case "flags":
		l.flags = s
	case "source":
		l.source = s
	case "date":
		l.date = s
	case "wikidata":
		l.wikidata = s
	case "aliases":
		for _, a := range list(s) {
			l.aliases = append(l.aliases, parseAlias(a))
		}
	default:
		if lang, ok := strings.CutPrefix(column, ":"); ok {
			l.aliases = append(l.aliases, corpora.Alias{Text: s, Lang: lang})
		}
	}
}

// entry checks the line.
func (l *enrichLine) entry() (enrichEntry, *corpora.Problem) {
	bad := func(field, value, want string) (enrichEntry, *corpora.Problem) {
		return enrichEntry{}, &corpora.Problem{Code: corpora.BadValue, Field: field, Args: map[string]any{"value": cutText(value), "want": want}}
	}
	x := enrichEntry{owner: ownerKey(l.owner), aliases: l.aliases, flags: list(strings.ToLower(l.flags))}
	if l.text == "" && l.id == "" && l.number == "" && len(x.aliases) > 1 {
		l.text, x.aliases = x.aliases[0].Text, x.aliases[1:]
	}
	var err error
	if x.classes, err = parseClasses(l.classes); err != nil {
		return bad("classes", l.classes, want(fieldClasses))
	}
	for _, f := range x.flags {
		if !slices.Contains([]string{"famous", "own", "watched", "recorded"}, f) {
			return bad("flags", f, "famous, own, watched or recorded")
		}
	}
	date, err := corpora.ParseDate(l.date)
	if err != nil || date == 0 {
		return bad("date", l.date, "YYYY-MM-DD")
	}
	x.source = brandSource(l.source, l.wikidata) + ", " + date.String()
	for i := range x.aliases {
		x.aliases[i].Source = x.source
	}
	if l.id == "" && l.number == "" && l.text == "" && x.owner == "" || len(x.aliases)+len(x.flags) == 0 {
		return enrichEntry{}, &corpora.Problem{Code: corpora.EmptyRecord, Args: map[string]any{}}
	}
	if l.number != "" && l.id == "" && l.office == "" {
		return bad("office", "", "the code of the office of the number")
	}
	return x, nil
}

// legalForms are the endings of company names that say nothing of who the company is, folded.
const legalForms = " inc incorporated llc lp llp ltd limited corp corporation co company plc gmbh ag kg ohg se sa sas sarl srl spa bv nv ab as oy aps kk pty pte sl slu sro kft zrt ltda "

// ownerKey folds the name of an owner and drops its legal form. A name of nothing else keeps it.
func ownerKey(s string) string {
	key := fold.Key(strings.ReplaceAll(s, ".", ""))
	for {
		i := strings.LastIndexByte(key, ' ')
		if i < 0 || !strings.Contains(legalForms, key[i:]+" ") {
			return key
		}
		key = key[:i]
	}
}
