package eval

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Results are the figures of one evaluation.
type Results struct {
	Name     string // of the evaluation, one word
	Data     string // what was measured on, with sizes
	Machine  string // where the file was made; no part of a Diff
	Sections []Section
}

// Section is one table of figures.
type Section struct {
	Name    string
	Columns []string
	Rows    []Row
	Notes   []string // one line each, such as what was missed; no part of a Diff
}

// Row is one line of a Section.
type Row struct {
	Name   string // one word
	N      int    // cases that the values are shares of
	Values []float64
}

const (
	heading  = "lookalike eval "
	noteMark = "- " // begins a note
)

// WriteTo writes r as text: a heading, the lines data and machine, then one table per section whose head starts with its
// name in brackets, and under it its notes. Figures have three decimals.
func (r Results) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\ndata     %s\nmachine  %s\n", heading, r.Name, r.Data, r.Machine)
	for _, s := range r.Sections {
		b.WriteByte('\n')
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintf(t, "[%s]\tn\t%s\t\n", s.Name, strings.Join(s.Columns, "\t"))
		for _, row := range s.Rows {
			fmt.Fprintf(t, "%s\t%d\t", row.Name, row.N)
			for _, v := range row.Values {
				fmt.Fprintf(t, "%.3f\t", v)
			}
			fmt.Fprintln(t)
		}
		t.Flush()
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "  %s%s\n", noteMark, n)
		}
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// Parse reads what WriteTo wrote.
func Parse(r io.Reader) (Results, error) {
	var res Results
	sc := bufio.NewScanner(r)
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimSpace(sc.Text())
		name, rest, _ := strings.Cut(text, " ")
		rest = strings.TrimSpace(rest)
		switch {
		case line == 1:
			ok := false
			if res.Name, ok = strings.CutPrefix(text, heading); !ok {
				return res, fmt.Errorf("results line 1: not a file of results: %.40q", text)
			}
		case text == "":
		case line <= 3 && name == "data":
			res.Data = rest
		case line <= 3 && name == "machine":
			res.Machine = rest
		case strings.HasPrefix(text, noteMark) && len(res.Sections) > 0:
			s := &res.Sections[len(res.Sections)-1]
			s.Notes = append(s.Notes, strings.TrimPrefix(text, noteMark))
		case strings.HasPrefix(text, "["):
			fields := strings.Fields(text)
			if len(fields) < 2 || fields[1] != "n" || !strings.HasSuffix(fields[0], "]") {
				return res, fmt.Errorf("results line %d: want [section] n columns…", line)
			}
			res.Sections = append(res.Sections, Section{Name: strings.Trim(fields[0], "[]"), Columns: fields[2:]})
		default:
			if err := res.row(strings.Fields(text)); err != nil {
				return res, fmt.Errorf("results line %d: %w", line, err)
			}
		}
	}
	if res.Name == "" && sc.Err() == nil {
		return res, fmt.Errorf("results line 1: the file is empty")
	}
	return res, sc.Err()
}

func (r *Results) row(fields []string) error {
	if len(r.Sections) == 0 {
		return fmt.Errorf("figures before the first section")
	}
	s := &r.Sections[len(r.Sections)-1]
	if len(fields) != len(s.Columns)+2 {
		return fmt.Errorf("%d fields, want %d", len(fields), len(s.Columns)+2)
	}
	n, err := strconv.Atoi(fields[1])
	if err != nil {
		return err
	}
	row := Row{Name: fields[0], N: n}
	for _, f := range fields[2:] {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("not a figure: %q", f)
		}
		row.Values = append(row.Values, v)
	}
	s.Rows = append(s.Rows, row)
	return nil
}

// Change is one figure that differs between two results.
type Change struct {
	Section, Row, Column string
	Old, New             float64 // NaN where the figure does not stand
}

// String returns the change on one line.
func (c Change) String() string {
	figure := func(v float64) string {
		if math.IsNaN(v) {
			return "absent"
		}
		return fmt.Sprintf("%.3f", v)
	}
	by := ""
	if !math.IsNaN(c.Old) && !math.IsNaN(c.New) {
		by = fmt.Sprintf(" (%+.3f)", c.New-c.Old)
	}
	return fmt.Sprintf("%s %s %s: %s, was %s%s", c.Section, c.Row, c.Column, figure(c.New), figure(c.Old), by)
}

// Diff returns the figures that differ at the three decimals of the text, in the order of the sections, rows and columns
// of fresh, those that are gone last.
func Diff(frozen, fresh Results) []Change {
	old, now := frozen.cells(), fresh.cells()
	var changes []Change
	for _, c := range now {
		at := slices.IndexFunc(old, c.same)
		was := math.NaN()
		if at >= 0 {
			was = old[at].New
		}
		if at < 0 || math.Abs(was-c.New) >= 0.0005 {
			changes = append(changes, Change{c.Section, c.Row, c.Column, was, c.New})
		}
	}
	for _, c := range old {
		if !slices.ContainsFunc(now, c.same) {
			changes = append(changes, Change{c.Section, c.Row, c.Column, c.New, math.NaN()})
		}
	}
	return changes
}

// same reports whether two changes are about one figure.
func (c Change) same(d Change) bool {
	return cmp.Or(cmp.Compare(c.Section, d.Section), cmp.Compare(c.Row, d.Row), cmp.Compare(c.Column, d.Column)) == 0
}

// cells returns every figure as New.
func (r Results) cells() []Change {
	var list []Change
	for _, s := range r.Sections {
		for _, row := range s.Rows {
			list = append(list, Change{Section: s.Name, Row: row.Name, Column: "n", New: float64(row.N)})
			for i, v := range row.Values {
				list = append(list, Change{Section: s.Name, Row: row.Name, Column: s.Columns[i], New: math.Round(v*1000) / 1000})
			}
		}
	}
	return list
}
