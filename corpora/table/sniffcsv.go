package table

import (
	"bytes"
)

// sniffRecords is how many records of a sample the dialect is told from.
const sniffRecords = 100

// SniffCSV tells the dialect of a decoded sample, the head of a text. known reports whether a value is the name of a
// column that the caller understands: a dialect under which a row holds more of them wins; else the one whose rows agree
// on a number of columns. known may be nil.
func SniffCSV(sample []byte, known func(cell []byte) bool) Dialect {
	d := Dialect{Comma: ',', Quote: '"', EOL: '\n'}
	nl, found := bytes.IndexByte(sample, '\n'), bytes.Contains(sample, []byte{'\r'})
	switch {
	case nl < 0 && found:
		d.EOL = '\r'
	case nl > 0 && sample[nl-1] == '\r':
		d.CRLF = true
	}
	if c, ok := separatorLine(sample, d.EOL); ok {
		d.Comma, d.Skip = c, 1
		return d
	}
	best := score{}
	for _, comma := range []byte{',', ';', '\t', '|'} {
		try := d
		try.Comma = comma
		if s := rate(sample, try, known); s.better(best) {
			best, d = s, try
		}
	}
	return d
}

// separatorLine reads the first line "sep=;" that Excel understands.
func separatorLine(b []byte, eol byte) (byte, bool) {
	line, _, _ := bytes.Cut(b, []byte{eol})
	line = bytes.Trim(bytes.TrimSpace(line), `"`)
	if len(line) == 5 && bytes.EqualFold(line[:4], []byte("sep=")) {
		return line[4], true
	}
	if bytes.EqualFold(line, []byte("sep=")) { // a tab, trimmed
		return '\t', true
	}
	return 0, false
}

// score is how well a dialect explains a sample.
type score struct {
	known   int // most known names in one of the first rows
	agree   int // records in a thousand that have the most common number of columns, when that is two or more
	columns int
}

func (s score) better(o score) bool {
	if s.known != o.known {
		return s.known > o.known
	}
	if s.agree != o.agree {
		return s.agree > o.agree
	}
	return s.columns > o.columns
}

func rate(sample []byte, d Dialect, known func([]byte) bool) score {
	c := NewCSV(bytes.NewReader(sample), d)
	var out score
	counts := map[int]int{}
	n := 0
	for n < sniffRecords {
		r, err := c.Next()
		if err != nil {
			break
		}
		n++
		counts[len(r.Cells)]++
		if known != nil && n <= HeadingRows {
			k := 0
			for _, v := range r.Cells {
				if known(v) {
					k++
				}
			}
			out.known = max(out.known, k)
		}
	}
	for cols, k := range counts {
		if a := k * 1000 / n; cols > 1 && (a > out.agree || a == out.agree && cols > out.columns) {
			out.agree, out.columns = a, cols
		}
	}
	return out
}

// HeadingRows is among how many first rows the heading is looked for: exports put titles and notes above it.
const HeadingRows = 12
