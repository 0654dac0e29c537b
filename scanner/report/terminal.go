package report

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"lookalike/matchers/judge"
)

// style is an ANSI sequence without its frame, "" for none.
type style string

const (
	plain style = ""
	bold  style = "1"
	dim   style = "2"
	mark  style = "1;33"
	good  style = "32"
	warn  style = "33"
	red   style = "1;31"
	amber style = "33"
	blue  style = "36"
)

func gradeStyle(g judge.Grade) style {
	switch g {
	case judge.Critical:
		return "1;97;41"
	case judge.High:
		return red
	case judge.Medium:
		return amber
	case judge.Low:
		return blue
	}
	return bold
}

func (t *tableWriter) paint(s style, text string) string {
	if !t.o.Color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// line writes text indented, broken at the width of the terminal with a hanging indent. Text may hold the sequences of
// paint and nothing else that moves a cursor: everything that comes from a listing passes clean first.
func (t *tableWriter) line(indent int, s style, text string) {
	pad := strings.Repeat(" ", indent)
	for i, l := range t.wrap(text, t.o.Width-indent-2) {
		if i > 0 {
			l = "  " + l
		}
		if l != "" {
			l = pad + t.paint(s, l)
		}
		t.w.WriteString(l + "\n")
	}
}

// wrap breaks text into lines of at most width columns: at spaces, and within a word that is longer or Chinese.
func (t *tableWriter) wrap(text string, width int) []string {
	var out []string
	start, col, space, spaceCol := 0, 0, -1, 0
	for i := 0; i < len(text); {
		if n := sequence(text[i:]); n > 0 {
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		w := uniseg.StringWidth(text[i : i+n])
		if col+w > width && i > start {
			if r == ' ' {
				out = append(out, text[start:i])
				i += n
				start, col, space = i, 0, -1
				continue
			}
			if space > start {
				out = append(out, text[start:space])
				start, col = space+1, col-spaceCol
			} else {
				out = append(out, text[start:i])
				start, col = i, 0
			}
			space = -1
		}
		col += w
		if r == ' ' {
			space, spaceCol = i, col
		}
		i += n
	}
	return append(out, text[start:])
}

// sequence returns the length of the colour sequence that s begins with, 0 for none.
func sequence(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	return strings.IndexByte(s, 'm') + 1
}

// columns returns the width of text on a terminal, colour sequences left out.
func (t *tableWriter) columns(text string) int {
	n := 0
	for i := 0; i < len(text); {
		if k := sequence(text[i:]); k > 0 {
			i += k
			continue
		}
		_, k := utf8.DecodeRuneInString(text[i:])
		n += uniseg.StringWidth(text[i : i+k])
		i += k
	}
	return n
}

// pad fills text with spaces to n columns.
func (t *tableWriter) pad(text string, n int) string {
	return text + strings.Repeat(" ", max(0, n-t.columns(text)))
}
