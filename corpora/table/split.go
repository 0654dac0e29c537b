package table

import "bytes"

// Dialect is how a delimited text writes its rows.
type Dialect struct {
	Comma byte // ',' ';' '\t' or '|'
	Quote byte // '"', or 0 when quotes have no meaning
	EOL   byte // '\n' (with or without a '\r' before it) or '\r'
	CRLF  bool // lines end in "\r\n"
	BOM   bool // the file starts with a byte order mark
	Skip  int  // physical lines before the first record, such as "sep=;"
}

// cell is a value inside the bytes of one record.
type cell struct {
	start, end int
	doubled    bool // holds doubled quotes
}

type splitState uint8

const (
	splitDone splitState = iota // a whole record
	splitMore                   // the record goes on beyond the bytes at hand
	splitOpen                   // a quoted value was never closed; at is the line on which reading goes on
)

// splitter cuts one record off the front of a text. It keeps what it learnt about the current physical line, so that
// hostile quoting costs linear time.
type splitter struct {
	d     Dialect
	want  int // columns of the heading, 0 while it is not known
	cells []cell

	lone      bool // take a value with a quote that closes nothing as unquoted text
	loneIn    bool // such a quote was seen on the first line of a value
	lineStart int  // the physical line last looked at; -1 for none
	lineEnd   int
	askedEnd  int // end of the later line that was asked whether it is a record
}

// split cuts the first record off b. eof says that nothing follows b. n is the length of the record with its line end.
//
// A quote opens a value only at the value's start and closes it only before a delimiter or a line end. A quote elsewhere
// is text. When such a quote stands on a later line than the value's start, and that line reads as a record of its own,
// then the value was never closed, and reading goes on at the first line after its start that reads as a record.
func (s *splitter) split(b []byte, eof bool) (n, at int, state splitState) {
	s.cells = s.cells[:0]
	s.lineStart, s.askedEnd = -1, -1
	s.loneIn = false
	i := 0
	for {
		if q := s.opening(b, i); q >= 0 {
			end, after, doubled, st, line := s.quoted(b, q, eof)
			switch st {
			case splitMore:
				return 0, 0, splitMore
			case splitOpen:
				return len(b), line, splitOpen
			}
			if after >= 0 {
				s.cells = append(s.cells, cell{q + 1, end, doubled})
				if after >= len(b) {
					return s.last(b, len(b), eof)
				}
				if b[after] == s.d.Comma {
					i = after + 1
					continue
				}
				return s.eol(b, after), 0, splitDone
			}
		}
		j := s.plainEnd(b, i)
		if j < 0 {
			if !eof {
				return 0, 0, splitMore
			}
			s.cells = append(s.cells, cell{i, len(bytes.TrimSuffix(b, []byte{'\r'})), false})
			return len(b), 0, splitDone
		}
		if b[j] == s.d.Comma {
			s.cells = append(s.cells, cell{i, j, false})
			i = j + 1
			continue
		}
		end := j
		if s.d.EOL == '\n' && end > i && b[end-1] == '\r' {
			end--
		}
		s.cells = append(s.cells, cell{i, end, false})
		return j + 1, 0, splitDone
	}
}

func (s *splitter) last(b []byte, n int, eof bool) (int, int, splitState) {
	if !eof {
		return 0, 0, splitMore
	}
	return n, 0, splitDone
}

// eol returns the index behind the line end at i.
func (s *splitter) eol(b []byte, i int) int {
	if b[i] == '\r' && s.d.EOL == '\n' {
		return i + 2
	}
	return i + 1
}

// opening returns the index of the quote that opens the value at i, -1 when the value is not quoted. Spaces before the
// quote are passed over, as sloppy writers put them there.
func (s *splitter) opening(b []byte, i int) int {
	if s.d.Quote == 0 {
		return -1
	}
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if i < len(b) && b[i] == s.d.Quote {
		return i
	}
	return -1
}

// plainEnd returns the index of the delimiter or line end that ends the unquoted value at i, -1 when b ends first.
func (s *splitter) plainEnd(b []byte, i int) int {
	if s.lineStart < 0 || i > s.lineEnd || i < s.lineStart {
		s.setLine(b, i)
	}
	k := bytes.IndexByte(b[i:s.lineEnd], s.d.Comma)
	if k >= 0 {
		return i + k
	}
	if s.lineEnd < len(b) {
		return s.lineEnd
	}
	return -1
}

// setLine makes the physical line around i the current one. The part before i was read already and does not matter.
func (s *splitter) setLine(b []byte, i int) {
	s.lineStart = i
	s.lineEnd = len(b)
	if k := bytes.IndexByte(b[i:], s.d.EOL); k >= 0 {
		s.lineEnd = i + k
	}
}

// quoted reads the value whose opening quote stands at q. end is the index of the closing quote, after that of the
// delimiter or line end behind it (len(b) when b ends there). after is -1 when the quotes are text.
func (s *splitter) quoted(b []byte, q int, eof bool) (end, after int, doubled bool, st splitState, line int) {
	if s.lineStart < 0 || q > s.lineEnd || q < s.lineStart {
		s.setLine(b, q)
	}
	first := s.lineEnd // of the line on which the value starts
	for j := q + 1; ; {
		k := bytes.IndexByte(b[j:], s.d.Quote)
		if k < 0 || (j+k+1 == len(b) && !eof) {
			if !eof {
				return 0, -1, false, splitMore, 0
			}
			if k < 0 {
				return 0, -1, false, splitOpen, s.resume(b, first+1)
			}
		}
		j += k
		if j+1 < len(b) && b[j+1] == s.d.Quote {
			doubled = true
			j += 2
			continue
		}
		if a, ok, more := s.closes(b, j, eof); more {
			return 0, -1, false, splitMore, 0
		} else if ok {
			return j, a, doubled, splitDone, 0
		}
		if j < first {
			s.loneIn = true
			if s.lone {
				return 0, -1, false, splitDone, 0
			}
		} else if j >= s.askedEnd {
			ls := 1 + bytes.LastIndexByte(b[:j], s.d.EOL)
			k := bytes.IndexByte(b[j:], s.d.EOL)
			if k < 0 && !eof {
				return 0, -1, false, splitMore, 0
			}
			s.askedEnd = len(b)
			if k >= 0 {
				s.askedEnd = j + k
			}
			if s.startsRecord(b[:s.askedEnd], ls) {
				return 0, -1, false, splitOpen, s.resume(b[:ls], first+1)
			}
		}
		j++
	}
}

// closes reports whether the quote at j ends a value, and where the delimiter or line end behind it stands.
func (s *splitter) closes(b []byte, j int, eof bool) (after int, ok, more bool) {
	i := j + 1
	for i < len(b) && b[i] == ' ' {
		i++
	}
	switch {
	case i >= len(b):
		return len(b), eof, !eof
	case b[i] == s.d.Comma, b[i] == s.d.EOL:
		return i, true, false
	case b[i] == '\r' && s.d.EOL == '\n':
		if i+1 >= len(b) {
			return len(b), eof, !eof
		}
		return i, b[i+1] == '\n', false
	}
	return 0, false, false
}

// startsRecord reports whether the physical line at i reads as a record of its own: it has as many columns as the
// heading, or has not more and ends inside a quoted value.
func (s *splitter) startsRecord(b []byte, i int) bool {
	end := len(b)
	if k := bytes.IndexByte(b[i:], s.d.EOL); k >= 0 {
		end = i + k
	}
	n, open := s.columns(b[i:end])
	if s.want == 0 {
		return !open
	}
	return (n == s.want && (!open || n > 1)) || (open && n > 1 && n < s.want)
}

// columns counts the values of one physical line, and reports whether the last one is quoted and not closed.
func (s *splitter) columns(line []byte) (n int, open bool) {
	for i := 0; ; {
		n++
		if q := s.opening(line, i); q >= 0 {
			after := -1
			for j := q + 1; j < len(line); j++ {
				k := bytes.IndexByte(line[j:], s.d.Quote)
				if k < 0 {
					break
				}
				j += k
				if j+1 < len(line) && line[j+1] == s.d.Quote {
					j++
					continue
				}
				if a, ok, _ := s.closes(line, j, true); ok {
					after = a
					break
				}
			}
			if after < 0 {
				return n, true
			}
			if after >= len(line) || line[after] != s.d.Comma {
				return n, false
			}
			i = after + 1
			continue
		}
		k := bytes.IndexByte(line[i:], s.d.Comma)
		if k < 0 {
			return n, false
		}
		i += k + 1
	}
}

// resume returns the start of the first physical line from i on that reads as a record of its own, len(b) when none does.
func (s *splitter) resume(b []byte, i int) int {
	for i < len(b) {
		if s.startsRecord(b, i) {
			return i
		}
		k := bytes.IndexByte(b[i:], s.d.EOL)
		if k < 0 {
			break
		}
		i += k + 1
	}
	return len(b)
}

// merged reports whether a record of several physical lines, b, swallowed records: its number of columns is wrong and one
// of its later lines alone has the right one. It returns the start of that line.
func (s *splitter) merged(b []byte) (int, bool) {
	if s.want < 2 {
		return 0, false
	}
	i := bytes.IndexByte(b, s.d.EOL) + 1
	for i > 0 && i < len(b) {
		end := len(b)
		if k := bytes.IndexByte(b[i:], s.d.EOL); k >= 0 {
			end = i + k
		}
		if n, open := s.columns(b[i:end]); n == s.want && !open {
			return i, true
		}
		i = end + 1
	}
	return 0, false
}

// resumeIn is resume, with -1 when no line reads as a record. b ends with a line end.
func (s *splitter) resumeIn(b []byte, i int) int {
	if at := s.resume(b, i); at < len(b) {
		return at
	}
	return -1
}
