package registry

import (
	"context"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/corpora"
)

// mapper turns the records of one file into rights.
type mapper struct {
	tree
	format   Format
	statuses *statuses
	pictures *shipped
	problem  *corpora.Problem
	charset  string // of the file
	date     string // when the file was made, "" when it does not say
}

// right reads one record. The first value that cannot be read is the problem.
func (m *mapper) right(rec *xmlRecord) (corpora.Right, *corpora.Problem) {
	if rec.problem != nil {
		return corpora.Right{}, rec.problem
	}
	if p := m.encoding(rec); p != nil {
		return corpora.Right{}, p
	}
	if err := m.parse(rec.raw); err != nil {
		return corpora.Right{}, &corpora.Problem{Code: corpora.BadXML, Args: map[string]any{"offset": rec.offset, "reason": err.Error()}}
	}
	m.problem = nil
	r := m.format.read(m)
	slices.SortStableFunc(r.Aliases, func(a, b corpora.Alias) int { return aliasRank(a) - aliasRank(b) })
	r.Source = strings.TrimSpace(r.Office + " " + m.format.source + " " + m.date)
	nameRight(&r, nil)
	if m.problem == nil && r.Number == "" {
		m.problem = &corpora.Problem{Code: corpora.BadValue, Field: "number", Args: map[string]any{"value": "", "want": "an application or registration number"}}
	}
	if m.problem == nil && r.Text == "" && len(r.Images) == 0 && !r.Gone {
		m.problem = &corpora.Problem{Code: corpora.EmptyRecord, Args: map[string]any{}}
	}
	if m.problem != nil {
		m.problem.Args["offset"] = rec.offset
	}
	return r, m.problem
}

// aliasRank orders aliases as a table of rights has them: names, translations, pseudo marks.
func aliasRank(a corpora.Alias) int {
	switch a.Source {
	case corpora.AliasTranslation:
		return 1
	case corpora.AliasPseudoMark:
		return 2
	}
	return 0
}

// encoding names the first byte of a record that is not text, nil for none. Such a record is left out: nobody knows
// what its name is.
func (m *mapper) encoding(rec *xmlRecord) *corpora.Problem {
	if k := faultIn(rec.raw, m.charset); k >= 0 {
		return badEncoding(m.charset, rec.offset+int64(k))
	}
	return nil
}

// ownerBehind reads the owner of r from the element behind its record.
func (m *mapper) ownerBehind(r *parsedRight, rec *xmlRecord) {
	if r.problem == nil && rec.problem == nil {
		r.problem = m.encoding(rec)
	}
	if r.right.Owner == "" && rec.problem == nil && m.parse(rec.raw) == nil {
		r.right.Owner = m.firstOwner(0)
	}
}

// fileDate finds the day on which a file was made in what stands before its records.
func fileDate(head string) string {
	for _, tag := range []string{"creation-datetime>", "RequestProducerDateTime>", "date-produced=\"", "TransmissionDateTime>", "CreationDate>"} {
		if _, after, ok := strings.Cut(head, tag); ok {
			if d, err := corpora.ParseDate(dayOf(after)); err == nil && d != 0 {
				return d.String()
			}
		}
	}
	return ""
}

// dayOf returns the day that a date and time begins with: 2020-07-28T09:52:44, 1995-02-07-05:00, 201802182208.
func dayOf(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 10 && s[4] == '-' {
		return s[:10]
	}
	if len(s) > 8 && s[4] != '-' && s[4] != '/' {
		return s[:8]
	}
	return s
}

// day reads a date. Offices write zeros for no date.
func (m *mapper) day(field, s string) corpora.Date {
	s = dayOf(s)
	if strings.Trim(s, "0-/") == "" {
		return 0
	}
	d, err := corpora.ParseDate(s)
	if err != nil && m.problem == nil {
		m.problem = &corpora.Problem{Code: corpora.BadValue, Field: field, Args: map[string]any{"value": cutText(s), "want": "YYYY-MM-DD"}}
	}
	return d
}

// class reads a Nice class, 0 for a national or collective one.
func class(s string) uint8 {
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' || n > 99 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	if n > 45 {
		return 0
	}
	return uint8(n)
}

// addClass keeps classes ascending and distinct.
func addClass(r *corpora.Right, s string) {
	c := class(s)
	if i, found := slices.BinarySearch(r.Classes, c); c > 0 && !found {
		r.Classes = slices.Insert(r.Classes, i, c)
	}
}

// addVienna keeps codes in the order of the record: "26.01.03", "26.1.3" or "260103".
func addVienna(r *corpora.Right, s string) {
	if c, ok := viennaCode(s); ok && !slices.Contains(r.Vienna, c) {
		r.Vienna = append(r.Vienna, c)
	}
}

// viennaCode writes a code of the Vienna classification as two digits each of category, division and section. Offices add
// codes of two levels of their own.
func viennaCode(s string) (string, bool) {
	parts := strings.FieldsFunc(s, func(c rune) bool { return c == '.' || c == '-' || c == ' ' })
	if len(parts) == 1 && len(s) == 6 {
		parts = []string{s[:2], s[2:4], s[4:]}
	}
	if len(parts) != 3 && len(parts) != 2 {
		return "", false
	}
	for i, p := range parts {
		if len(p) == 1 {
			p = "0" + p
		}
		if len(p) != 2 || p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9' {
			return "", false
		}
		parts[i] = p
	}
	return strings.Join(parts, "."), true
}

// addUSClass keeps the former US classes in the order of the record. The USPTO writes them in three places; 0, A and B are
// placeholders or certification marks.
func addUSClass(r *corpora.Right, s string) {
	if s != "" && strings.Trim(s, "0") != "" && !slices.Contains(r.USClasses, s) {
		r.USClasses = append(r.USClasses, s)
	}
}

// addGoods appends the goods of one class.
func addGoods(r *corpora.Right, s string) {
	if s = strings.TrimRight(s, " ;"); s == "" {
		return
	}
	if r.Goods != "" {
		r.Goods += "; "
	}
	r.Goods += s
}

// Sources of aliases that are no names: a corpus keeps them with the right and does not look for them.
const (
	sourceTranslation = corpora.AliasTranslation
	sourcePseudo      = corpora.AliasPseudoMark
)

// shipped finds the pictures that records name, beside their file or in its archive.
type shipped struct {
	dir     string
	root    *os.Root // of dir, nil when it cannot be opened
	archive *archive
	member  string
}

// image returns the picture with the given name, without Open when it is not there.
func (s *shipped) image(ref string) corpora.Image {
	im := corpora.Image{Ref: ref}
	name := path.Clean(strings.TrimPrefix(strings.ReplaceAll(ref, `\`, "/"), "file://"))
	if s.archive != nil {
		member := path.Join(s.member, name)
		if r, err := s.archive.member(member); err == nil {
			_ = r.Close()
			a := s.archive
			im.Open = func(context.Context) (io.ReadCloser, error) { return a.member(member) }
			return im
		}
	}
	file := filepath.FromSlash(name)
	if s.root == nil || !filepath.IsLocal(file) {
		return im
	}
	if st, err := s.root.Stat(file); err != nil || !st.Mode().IsRegular() {
		return im
	}
	dir := s.dir
	im.Open = func(context.Context) (io.ReadCloser, error) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		f, err := root.Open(file)
		return regular(ref, f, err)
	}
	return im
}
