package report

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// csvWriter writes one row per match, and one for a listing that could not be read or that has no match. Its columns are
// fixed but for one gate per market.
type csvWriter struct {
	raw io.Writer
	w   *csv.Writer
	v   voice
	bom bool
	h   scanner.Header
	row []string
}

func newCSV(w io.Writer, v voice, o Options) Writer {
	return &csvWriter{raw: w, w: csv.NewWriter(w), v: v, bom: o.BOM}
}

func (c *csvWriter) Begin(h scanner.Header) error {
	c.h = h
	if c.bom {
		if _, err := io.WriteString(c.raw, "\ufeff"); err != nil {
			return err
		}
	}
	return c.w.Write(sheetHeading(c.v, &h))
}

func (c *csvWriter) Put(_ context.Context, f scanner.Finding) error {
	for i := range max(1, len(f.Matches)) {
		var m *judge.Match
		if i < len(f.Matches) {
			m = &f.Matches[i]
		}
		c.row = c.row[:0]
		for _, cell := range sheetRow(c.v, &c.h, &f, m) {
			c.row = append(c.row, inert(cell))
		}
		if err := c.w.Write(c.row); err != nil {
			return err
		}
	}
	return nil
}

func (c *csvWriter) End(scanner.Trailer) error {
	c.w.Flush()
	return c.w.Error()
}

// inert returns a cell that no sheet runs as a formula: one that starts with = + - @, a tab or a line break, also in full
// width or behind spaces, gets an apostrophe before it. A plain number keeps its sign.
func inert(cell string) string {
	s := strings.TrimLeft(cell, " \u00a0\u3000")
	if s == "" {
		return cell
	}
	for _, p := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, p) {
			if _, err := strconv.ParseFloat(s, 64); err == nil {
				return cell
			}
			return "'" + cell
		}
	}
	return cell
}
