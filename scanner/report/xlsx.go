package report

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// cellRunes bounds the text of one cell; Excel itself takes 32,767 UTF-16 units.
const cellRunes = 8000

// firstSheet is the sheet that every new workbook has; the first of ours takes it over.
const firstSheet = "Sheet1"

// xlsxWriter writes a workbook: the findings, the gates per listing and market, one row per decision to make, and what
// the report rests on. Sheets are streamed through temporary files, so that memory does not grow with the scan.
type xlsxWriter struct {
	w         io.Writer
	v         voice
	h         scanner.Header
	f         *excelize.File
	findings  *sheet
	gates     *sheet
	styles    map[string]int // by grade or gate
	heading   int
	decisions decisions
}

func newXLSX(w io.Writer, v voice) Writer { return &xlsxWriter{w: w, v: v} }

// sheet is one streamed sheet, carried on in another one when it is full.
type sheet struct {
	f       *excelize.File
	s       *excelize.StreamWriter
	name    string
	heading []any
	widths  []float64
	style   int
	row     int // rows written
	parts   int
}

func (x *xlsxWriter) Begin(h scanner.Header) error {
	x.h, x.f = h, excelize.NewFile()
	if err := x.makeStyles(); err != nil {
		return err
	}
	var err error
	if x.findings, err = x.sheet("sheet.findings", words(sheetHeading(x.v, &h)), nil); err != nil {
		return err
	}
	head := []any{}
	for _, c := range listingColumns() {
		head = append(head, x.v.text("column."+c.name))
	}
	for _, m := range h.Markets {
		head = append(head, x.v.text("column.gate", "market", m))
	}
	x.gates, err = x.sheet("sheet.gates", head, nil)
	return err
}

// makeStyles prepares the colours of grades and gates, those of the page.
func (x *xlsxWriter) makeStyles() error {
	x.styles = map[string]int{}
	for _, c := range [][3]string{
		{"critical", "A3202A", "FBE9E9"}, {"high", "BB4A0C", "FCEFE4"}, {"medium", "8A6400", "FBF4DC"}, {"low", "47647A", "EAF0F4"},
		{"block", "A3202A", "FBE9E9"}, {"review", "8A6400", "FBF4DC"}, {"unchecked", "5D6470", "ECEDEF"},
		{"documented", "2B5FA3", "E8EFFA"}, {"clear", "2C6E49", "E7F2EB"},
	} {
		id, err := x.f.NewStyle(&excelize.Style{
			Font: &excelize.Font{Color: c[1]},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c[2]}},
		})
		if err != nil {
			return err
		}
		x.styles[c[0]] = id
	}
	var err error
	x.heading, err = x.f.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"ECECE7"}},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: true},
	})
	return err
}

func (x *xlsxWriter) sheet(code string, heading []any, widths []float64) (*sheet, error) {
	s := &sheet{f: x.f, name: x.v.text(code), heading: heading, widths: widths, style: x.heading}
	return s, s.begin()
}

// begin opens the sheet, or its next part.
func (s *sheet) begin() error {
	name := s.name
	s.parts++
	if s.parts > 1 {
		name += " " + strconv.Itoa(s.parts)
	}
	var err error
	if i, _ := s.f.GetSheetIndex(firstSheet); i >= 0 {
		err = s.f.SetSheetName(firstSheet, name)
	} else {
		_, err = s.f.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if s.s, err = s.f.NewStreamWriter(name); err != nil {
		return err
	}
	for i := range s.heading {
		width := 18.0
		if i < len(s.widths) {
			width = s.widths[i]
		}
		if err := s.s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	s.row = 0
	cells := make([]any, len(s.heading))
	for i, h := range s.heading {
		cells[i] = excelize.Cell{StyleID: s.style, Value: h}
	}
	return s.add(cells)
}

// add writes one row. Texts are made safe here and nowhere else.
func (s *sheet) add(cells []any) error {
	if s.row == excelize.TotalRows {
		if err := s.end(); err != nil {
			return err
		}
		if err := s.begin(); err != nil {
			return err
		}
	}
	s.row++
	for i, c := range cells {
		switch c := c.(type) {
		case string:
			cells[i] = safeCell(c)
		case excelize.Cell:
			if text, ok := c.Value.(string); ok {
				c.Value = safeCell(text)
				cells[i] = c
			}
		}
	}
	return s.s.SetRow("A"+strconv.Itoa(s.row), cells)
}

func safeCell(s string) string { return cut(inert(clean(s)), cellRunes) }

// end finishes the sheet with filters over its heading.
func (s *sheet) end() error {
	if s.row > 1 {
		last, err := excelize.CoordinatesToCellName(len(s.heading), s.row)
		if err != nil {
			return err
		}
		if err := s.f.AutoFilter(s.s.Sheet, "A1:"+last, nil); err != nil {
			return err
		}
	}
	return s.s.Flush()
}

func (x *xlsxWriter) Put(_ context.Context, f scanner.Finding) error {
	x.decisions.add(&f)
	for i := range max(1, len(f.Matches)) {
		var m *judge.Match
		if i < len(f.Matches) {
			m = &f.Matches[i]
		}
		if err := x.findings.add(x.cells(&f, m, true)); err != nil {
			return err
		}
	}
	return x.gates.add(x.cells(&f, nil, false))
}

// cells returns a row of the findings, or without matches one of the gates.
func (x *xlsxWriter) cells(f *scanner.Finding, m *judge.Match, matches bool) []any {
	var out []any
	columns := func(cs []column) {
		for _, c := range cs {
			text := c.value(x.v, f, m)
			switch c.name {
			case "row", "listing_score", "score", "priority":
				out = append(out, numeric(text))
			case "listing_grade":
				out = append(out, x.styled(string(gradeOf(f)), text))
			case "grade":
				grade := ""
				if m != nil {
					grade = string(m.Grade)
				}
				out = append(out, x.styled(grade, text))
			default:
				out = append(out, text)
			}
		}
	}
	columns(listingColumns())
	for _, market := range x.h.Markets {
		gs := f.Gates
		if m != nil {
			gs = m.Gates
		}
		if g, ok := gs[market]; ok {
			out = append(out, x.styled(string(g), x.v.gate(g, f.Checked, x.h.Coverage[market])))
		} else {
			out = append(out, "")
		}
	}
	if matches {
		columns(matchColumns())
	}
	return out
}

func (x *xlsxWriter) styled(code, text string) any {
	if id := x.styles[code]; id != 0 {
		return excelize.Cell{StyleID: id, Value: text}
	}
	return text
}

// numeric returns a number for a cell that sorts as one.
func numeric(s string) any {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return s
}

func words(ss []string) []any {
	out := make([]any, len(ss))
	for i, s := range ss {
		out[i] = s
	}
	return out
}

func (x *xlsxWriter) End(t scanner.Trailer) error {
	if err := x.findings.end(); err != nil {
		return fmt.Errorf("writing the sheet of findings: %w", err)
	}
	if err := x.gates.end(); err != nil {
		return fmt.Errorf("writing the sheet of gates: %w", err)
	}
	if err := x.decide(); err != nil {
		return fmt.Errorf("writing the sheet of decisions: %w", err)
	}
	if err := x.about(&t); err != nil {
		return fmt.Errorf("writing the sheet about the report: %w", err)
	}
	x.f.SetActiveSheet(0)
	_, err := x.f.WriteTo(x.w)
	if closeErr := x.f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// decide writes one row per group, with empty columns for the person who decides.
func (x *xlsxWriter) decide() error {
	v := x.v
	head := []any{}
	for _, c := range []string{"mark", "owner", "use", "grade", "score", "listings", "gates", "example", "context", "reasons", "clears", "decision", "reason", "name", "until", "fingerprint", "right_id"} {
		head = append(head, v.text("column."+c))
	}
	s, err := x.sheet("sheet.decisions", head, []float64{20, 24, 18, 10, 8, 10, 26, 34, 20, 40, 40, 18, 30, 18, 14, 24, 18})
	if err != nil {
		return err
	}
	for _, d := range x.decisions.sorted() {
		b := &d.best
		if err := s.add([]any{
			cmp.Or(b.Right.Text, b.Right.ID), b.Right.Owner, v.word("use", string(b.Use)), x.styled(string(b.Grade), v.word("grade", string(b.Grade))), b.Score, d.listings,
			x.gatesText(d.gates), place(&d.example) + " " + d.example.Title, b.Span,
			join(" ", v.notes(b.Reasons)...), join(" ", v.notes(b.Clears)...),
			"", "", "", "", b.Fingerprint, b.Right.ID,
		}); err != nil {
			return err
		}
	}
	if x.decisions.omitted > 0 {
		if err := s.add([]any{v.text("sheet.omitted", "n", x.decisions.omitted)}); err != nil {
			return err
		}
	}
	choice := excelize.NewDataValidation(true)
	choice.SetSqref("L2:L" + strconv.Itoa(max(s.row, 2)))
	if err := choice.SetDropList([]string{v.text("sheet.choice_change"), v.text("sheet.choice_remove"), v.text("sheet.choice_document"), v.text("sheet.choice_ignore"), v.text("sheet.choice_counsel")}); err != nil {
		return err
	}
	if err := x.f.AddDataValidation(s.s.Sheet, choice); err != nil {
		return err
	}
	return s.end()
}

// gatesText returns "US block · DE clear" without what clear rests on, which differs by listing.
func (x *xlsxWriter) gatesText(gs map[string]judge.Gate) string {
	var parts []string
	for _, s := range sharedGates(gs, &x.h) {
		if s.Gate != judge.Clear {
			parts = append(parts, s.names(x.v)+" "+x.v.word("gate", string(s.Gate)))
		}
	}
	return join(" · ", parts...)
}

// about writes what the report rests on.
func (x *xlsxWriter) about(t *scanner.Trailer) error {
	v := x.v
	s, err := x.sheet("sheet.about", []any{v.text("page.title"), ""}, []float64{34, 100})
	if err != nil {
		return err
	}
	var fail error
	row := func(label, text string) {
		if fail == nil {
			fail = s.add([]any{label, text})
		}
	}
	row(v.text("page.made", "as_of", x.h.AsOf, "engine", x.h.Engine, "started", x.h.Started), "")
	row(v.text("ui.totals", "listings", t.Listings, "findings", t.Findings, "incomplete", t.Incomplete), "")
	if !t.Complete {
		row("", v.text("page.incomplete"))
	}
	for _, g := range grades() {
		row(v.word("grade", string(g)), strconv.Itoa(t.ByGrade[string(g)]))
	}
	for _, m := range judged(t, &x.h) {
		row(clean(m), v.marketCounts(t, m, x.h.Coverage[m]))
	}
	for _, m := range covered(t, &x.h) {
		row(v.text("ui.coverage")+" "+clean(m), v.covered(x.h.Coverage[m]))
	}
	for _, c := range x.h.Corpora {
		row(v.text("column.corpus"), v.corpus(c)+" "+clean(c.ID))
	}
	if lists(&x.h) {
		row("", v.text("ui.list_notice"))
	}
	for _, p := range t.Sources {
		row(clean(p.Field), v.problem(p))
	}
	for _, n := range v.notChecked(&x.h, t) {
		row(v.text("ui.not_checked"), n)
	}
	row("", v.text("page.grade_note"))
	row("", v.text("page.disclaimer_note"))
	if fail != nil {
		return fail
	}
	return s.s.Flush()
}
