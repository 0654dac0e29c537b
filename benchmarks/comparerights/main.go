// Comparerights reads records of an office and compares them, field by field, with a table of what they should say.
//
//	go run ./benchmarks/comparerights -table eu_marks.csv euipo_xml/*.xml
//	go run ./benchmarks/comparerights -table eu_designs.csv euipo_designs/*.xml
//	go run ./benchmarks/comparerights -table designs.csv grants/*.XML
//
// The table is a CSV file whose columns are named below; it is told by them whether it speaks of EU marks, EU designs or US
// designs. Both come from whoever runs it: nothing of them is kept. The program prints, for each column, how many records
// agree, with the first that do not and, where it is known, why they rightly do not, and which columns a right does not carry.
// It ends with 1 when a field differs without explanation, when a record cannot be read, or when nothing was compared.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/registry"
)

func main() {
	ok, err := run(context.Background(), os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "comparerights:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// column is one column of a table: what a right says for it, and what its cells mean.
type column struct {
	name string
	of   func(r *corpora.Right) string
	norm func(cell string) string // nil: as it stands
	why  string                   // of a column that a right does not carry
	// explain says why a right rightly says another thing than the table, "" when it does not know.
	explain func(r *corpora.Right, want string) string
}

// shape is one kind of table. Its first column is the number.
type shape struct {
	name    string
	columns []column
}

func shapes() []shape {
	date := func(f func(r *corpora.Right) corpora.Date) func(r *corpora.Right) string {
		return func(r *corpora.Right) string { return f(r).String() }
	}
	filed := date(func(r *corpora.Right) corpora.Date { return r.Filed })
	registered := date(func(r *corpora.Right) corpora.Date { return r.Registered })
	expires := date(func(r *corpora.Right) corpora.Date { return r.Expires })
	code := func(r *corpora.Right) string { return r.StatusCode }
	text := func(r *corpora.Right) string { return r.Text }
	locarno := func(r *corpora.Right) string { return strings.Join(r.Locarno, ";") }
	pictures := func(r *corpora.Right) string { return strconv.Itoa(len(r.Images)) }
	return []shape{
		{"EU marks", []column{
			{name: "number", of: func(r *corpora.Right) string { return r.Number }},
			{name: "verbal", of: text, norm: oneSpace},
			{name: "feature", of: func(r *corpora.Right) string { return r.Form.String() }, norm: form},
			{name: "status", of: code},
			{name: "app_date", of: filed},
			{name: "reg_date", of: registered, explain: notYet}, {name: "expiry", of: expires},
			{name: "classes", of: classes},
			{name: "vienna", of: func(r *corpora.Right) string { return strings.Join(r.Vienna, ";") }},
			{name: "image", of: picture},
			{name: "kind", why: "individual, collective or certification: no rule asks for it"},
			{name: "lang", why: "the language of the application: no rule asks for it"},
		}},
		{"EU designs", []column{
			{name: "design", of: func(r *corpora.Right) string { return r.Number }},
			{name: "app", of: func(r *corpora.Right) string { n, _, _ := strings.Cut(r.Number, "-"); return n }},
			{name: "reg_date", of: registered}, {name: "expiry", of: expires},
			{name: "status", of: code},
			{name: "locarno", of: locarno, norm: dashes},
			{name: "views", of: pictures},
			{name: "product_en", of: text, norm: oneSpace},
			{name: "n_langs", why: "counts the languages of the indication; one is carried"},
			{name: "part", why: "of the table's own"},
		}},
		{"US designs", []column{
			{name: "number", of: func(r *corpora.Right) string { return r.Number }},
			{name: "grant_date", of: registered, norm: isoDate},
			{name: "title", of: text, norm: oneSpace},
			{name: "locarno", of: locarno, norm: dashes},
			{name: "us_class", of: func(r *corpora.Right) string { return strings.Join(r.USClasses, ";") }, norm: oneSpace},
			{name: "assignee", of: func(r *corpora.Right) string { return r.Owner }, explain: applicant},
			{name: "drawings", of: pictures},
			{name: "term_years", of: term},
			{name: "claim", why: "one sentence, the same for every design but for its title"},
		}},
	}
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

func isoDate(s string) string {
	if d, err := corpora.ParseDate(s); err == nil {
		return d.String()
	}
	return s
}

// dashes writes a list of Locarno classes as rights do.
func dashes(s string) string {
	var out []string
	for c := range strings.SplitSeq(s, ";") {
		c = strings.NewReplacer(".", "", "-", "").Replace(strings.TrimSpace(c))
		if len(c) >= 4 {
			c = c[:2] + "-" + c[2:4]
		}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return strings.Join(out, ";")
}

// form writes a mark feature as rights do.
func form(s string) string {
	switch s {
	case "Figurative", "Word", "Position", "Pattern", "Sound", "Colour":
		return strings.ToLower(s)
	case "3-D", "3D shape", "Shape mark", "Shape":
		return "shape"
	case "Stylized characters":
		return "stylised"
	}
	return "other"
}

// notYet explains the registration date of a mark that is not registered: the first date of that name in such a record is
// that of an earlier mark in an opposition.
func notYet(r *corpora.Right, _ string) string {
	if r.Registered == 0 && r.Status != corpora.Live && strings.HasPrefix(r.StatusCode, "Application") {
		return "the mark is not registered (" + r.StatusCode + "): the date is that of an earlier mark which the record names"
	}
	return ""
}

// applicant explains the owner of a design without an assignee.
func applicant(_ *corpora.Right, want string) string {
	if want == "" {
		return "the record names no assignee: the owner is the applicant"
	}
	return ""
}

func classes(r *corpora.Right) string {
	var out []string
	for _, c := range r.Classes {
		out = append(out, strconv.Itoa(int(c)))
	}
	return strings.Join(out, ";")
}

func picture(r *corpora.Right) string {
	if len(r.Images) == 0 {
		return ""
	}
	return r.Images[0].Ref
}

// term returns the years from grant to expiry.
func term(r *corpora.Right) string {
	return strconv.Itoa(r.Expires.Time().Year() - r.Registered.Time().Year())
}

func run(ctx context.Context, args []string, out io.Writer) (bool, error) {
	fs := flag.NewFlagSet("comparerights", flag.ContinueOnError)
	name := fs.String("table", "", "CSV file of what the records should say")
	if err := fs.Parse(args); err != nil {
		return false, err
	}
	if *name == "" || fs.NArg() == 0 {
		return false, errors.New("give -table FILE and the office's files")
	}
	s, heading, rows, err := readTable(*name)
	if err != nil {
		return false, err
	}
	src, err := registry.OpenOffice(fs.Args(), registry.OfficeOptions{})
	if err != nil {
		return false, err
	}
	c := comparison{shape: s, heading: heading, equal: map[string]int{}, differ: map[string][]string{}, explained: map[string][]string{}}
	for r, err := range src.All(ctx) {
		if err != nil {
			c.failed = append(c.failed, fmt.Sprintf("%s line %d: %v", r.Origin, r.Row, err))
			continue
		}
		c.record(&r, rows[r.Number])
	}
	return c.print(out, len(rows)), nil
}

// readTable reads the table and tells its shape by its heading.
func readTable(name string) (shape, []string, map[string][]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return shape{}, nil, nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) < 2 {
		return shape{}, nil, nil, errors.Join(errors.New(name+": no table with rows"), err)
	}
	for _, s := range shapes() {
		if !slices.ContainsFunc(s.columns, func(c column) bool { return !slices.Contains(all[0], c.name) }) {
			rows := map[string][]string{}
			at := slices.Index(all[0], s.columns[0].name)
			for _, row := range all[1:] {
				rows[row[at]] = row
			}
			return s, all[0], rows, nil
		}
	}
	return shape{}, nil, nil, fmt.Errorf("%s: its columns %v are those of no table that is known", name, all[0])
}

// comparison collects what agrees.
type comparison struct {
	shape            shape
	heading          []string
	compared, absent int
	equal            map[string]int
	differ           map[string][]string
	explained        map[string][]string
	failed           []string
}

// record compares one right with its row, nil for none.
func (c *comparison) record(r *corpora.Right, row []string) {
	if row == nil {
		c.absent++
		return
	}
	c.compared++
	for _, col := range c.shape.columns {
		if col.of == nil {
			continue
		}
		want := row[slices.Index(c.heading, col.name)]
		if col.norm != nil {
			want = col.norm(want)
		}
		got := col.of(r)
		if got != want && col.explain != nil {
			if why := col.explain(r, want); why != "" {
				c.explained[col.name] = append(c.explained[col.name], fmt.Sprintf("%s: %q, the table says %q: %s", r.Number, got, want, why))
				continue
			}
		}
		if got != want {
			c.differ[col.name] = append(c.differ[col.name], fmt.Sprintf("%s: %q, the table says %q", r.Number, got, want))
			continue
		}
		c.equal[col.name]++
	}
}

// print writes the result and reports whether everything agrees.
func (c *comparison) print(out io.Writer, rows int) bool {
	fmt.Fprintf(out, "%s: %d records compared; %d rows of the table without a record here; %d records that the table does not name\n",
		c.shape.name, c.compared, rows-c.compared, c.absent)
	ok := c.compared > 0 && len(c.failed) == 0
	for _, col := range c.shape.columns {
		if col.of == nil {
			fmt.Fprintf(out, "  %-11s not carried: %s\n", col.name, col.why)
			continue
		}
		fmt.Fprintf(out, "  %-11s %4d equal, %d explained, %d differ\n", col.name, c.equal[col.name], len(c.explained[col.name]), len(c.differ[col.name]))
		for i, d := range c.explained[col.name] {
			if i < 5 {
				fmt.Fprintf(out, "      %s\n", d)
			}
		}
		for i, d := range c.differ[col.name] {
			ok = false
			if i < 5 {
				fmt.Fprintf(out, "      %s\n", d)
			}
		}
	}
	for _, f := range c.failed {
		fmt.Fprintf(out, "  not read: %s\n", f)
	}
	return ok
}
