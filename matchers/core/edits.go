package core

import (
	"errors"
	"slices"
)

// Edits finds neighbours of marks. It is immutable and safe for concurrent use.
type Edits struct {
	marks  *Marks
	table  *Table
	prefix int
}

// BuildEdits makes the table that NewEdits needs.
func BuildEdits(m *Marks) *Table { return buildEdits(m, prefixFor(m.Len())) }

func buildEdits(m *Marks, prefix int) *Table {
	var x sums
	var keys []uint64
	return BuildTable(m.Len(), true, func(yield func(uint64, uint32, uint16)) {
		for i, mode := range m.Modes {
			mark := m.At(uint32(i))
			keys = markKeys(&x, mark, mode, prefix, keys[:0])
			slices.Sort(keys)
			note := outlineOf(mark)
			for _, k := range slices.Compact(keys) {
				yield(k, uint32(i), uint16(note))
			}
		}
	})
}

// NewEdits returns a search over marks and the table that BuildEdits made of them. It looks at lengths alone, so that
// opening takes no time; a damaged table costs matches but no crash.
func NewEdits(m *Marks, t *Table) (*Edits, error) {
	if !t.Valid() || len(t.Notes) != len(t.Entries) || len(m.Offsets) != m.Len()+1 || m.Len() > maxTableMarks {
		return nil, errors.New("table of edits: sizes do not fit")
	}
	return &Edits{marks: m, table: t, prefix: prefixFor(m.Len())}, nil
}

// Scratch is the memory of one goroutine's searches.
type Scratch struct {
	x        sums
	keys     []uint64  // of one start
	queries  []Query   // the tag is the start by its place in starts
	starts   []start   // since the last drain
	outlines []outline // of the windows of starts, one after the other
	pairs    []uint64  // start token and mark of each candidate
	letters  []outline // of each token
	loud     []uint32  // for each token the last token of the first window from it that may have neighbours
	touched  uint32    // takes what is read only to be at hand
}

// start is a token at which windows start.
type start struct {
	token    uint32
	from, to uint32 // its windows in outlines
	lengths  uint64 // which lengths of marks may lie near one of them
}

// chunk bounds the queries that are held at once.
const chunk = 1 << 12

// Search appends the matches of t in the order of Compare. It takes time in proportion to the tokens of t and allocates
// nothing once s and dst are warm.
func (e *Edits) Search(s *Scratch, t *Text, dst []Match) []Match {
	s.queries, s.pairs, s.starts, s.outlines = s.queries[:0], s.pairs[:0], s.starts[:0], s.outlines[:0]
	begin := len(dst)
	s.listen(t)
	for first := range t.Tokens {
		if int(s.loud[first]) >= len(t.Tokens) {
			continue
		}
		e.probe(s, t, first)
		if len(s.queries) > chunk {
			dst = e.drain(s, t, dst)
		}
	}
	dst = e.drain(s, t, dst)
	slices.SortFunc(dst[begin:], Match.Compare)
	return dst
}

// listen computes loud and letters.
func (s *Scratch) listen(t *Text) {
	n := len(t.Tokens)
	s.loud = slices.Grow(s.loud[:0], n)[:n]
	next := uint32(n)
	for i := n - 1; i >= 0; i-- {
		if len(t.Quiet) == 0 || !t.Quiet[i] {
			next = uint32(i)
		}
		s.loud[i] = uint32(min(int(next), i+t.QuietRun))
	}
	s.letters = s.letters[:0]
	for _, k := range t.Tokens {
		letters := outline(0)
		for _, r := range t.Runes[k.From:k.To] {
			letters |= letterOf(r)
		}
		s.letters = append(s.letters, letters)
	}
}

// probe gathers the outlines of all windows that start at a token, and the keys of theirs that are perhaps in the table.
func (e *Edits) probe(s *Scratch, t *Text, first int) {
	begin, loud := t.Tokens[first].From, int(s.loud[first])
	at := len(s.outlines)
	var letters outline
	beyond := false // a window is too long for an outline
	for last, k := range t.Tokens[first:] {
		n := int(k.To - begin)
		if beyond = n > maxOutline+2; beyond {
			break
		}
		letters |= s.letters[first+last]
		if loud <= first+last {
			s.outlines = append(s.outlines, letters|outline(min(n, maxOutline))<<letterClasses)
		}
	}
	if len(s.outlines) == at && !beyond {
		return
	}
	s.starts = append(s.starts, start{uint32(first), uint32(at), uint32(len(s.outlines)), lengthsNear(s.outlines[at:])})
	s.x.load(t.Runes[begin:], e.prefix)
	keys, cjk := s.keys[:0], isCJK(t.Runes[begin])
	longest := 0 // of the windows
	for last := first; last < len(t.Tokens); last++ {
		n := int(t.Tokens[last].To - begin)
		if n <= e.prefix && loud > last {
			continue
		}
		longest = n
		keys = shortKeys(&s.x, n, first < t.Short, keys)
		keys = middleKeys(&s.x, n, e.prefix, keys)
		if cjk && n >= 3 {
			keys = cjkKeys(&s.x, n, keys)
		}
		if n > e.prefix {
			break // longer windows have the same keys
		}
	}
	shortest := maxOutline
	if len(s.outlines) > at {
		shortest = int(s.outlines[at] >> letterClasses)
	}
	s.keys = longKeys(&s.x, shortest, longest, e.prefix, keys)
	e.sift(s)
}

// sift appends the queries of the keys of the latest start.
func (e *Edits) sift(s *Scratch) {
	n := len(s.queries)
	queries := slices.Grow(s.queries, len(s.keys))[:n+len(s.keys)]
	start := uint64(len(s.starts) - 1)
	for _, k := range s.keys {
		h := mix(k)
		queries[n].hash, queries[n].Tag = h, start
		n += e.table.maybe(h)
	}
	s.queries = queries[:n]
}

// drain answers the queries and verifies what they lead to, in steps that each read one kind of memory: see Table.Ask.
func (e *Edits) drain(s *Scratch, t *Text, dst []Match) []Match {
	s.touched ^= e.table.Locate(s.queries)
	low := uint32(1)<<e.table.IDBits - 1
	for i := range s.queries {
		q := &s.queries[i]
		want, from := e.table.entry(q.hash), &s.starts[q.Tag]
		notes := e.table.Notes[q.lo:q.hi]
		for p, x := range e.table.Entries[q.lo:q.hi] {
			if x&^low != want {
				continue
			}
			if o := outline(notes[p]); from.lengths>>(o>>letterClasses)&1 != 0 && o.near(s.outlines[from.from:from.to]) {
				s.pairs = append(s.pairs, uint64(from.token)<<32|uint64(x&low))
			}
		}
	}
	s.queries, s.starts, s.outlines = s.queries[:0], s.starts[:0], s.outlines[:0]
	slices.Sort(s.pairs)
	s.pairs = slices.Compact(s.pairs)
	for _, p := range s.pairs {
		s.touched ^= e.marks.touch(uint32(p))
	}
	for _, p := range s.pairs {
		dst = e.verify(s, t, uint32(p>>32), uint32(p), dst)
	}
	s.pairs = s.pairs[:0]
	return dst
}

// verify appends the windows from token first that are neighbours of a mark.
func (e *Edits) verify(s *Scratch, t *Text, first, mark uint32, dst []Match) []Match {
	m, mode := e.marks.At(mark), e.marks.mode(mark)
	if len(m) == 0 || mode == EqualOnly {
		return dst
	}
	k := mode.Edits()
	start := t.Tokens[first].From
	text := t.Runes[start:min(int(start)+len(m)+k, len(t.Runes))]
	var dist ends
	switch mode {
	case OneEdit, TwoEdits:
		dist = within(m, text, k)
	default:
		dist = ends{far, far, far, far, far}
		if len(text) >= len(m) && (mode != ShortLatin || int(first) < t.Short) {
			if n, at0 := substituted(m, text[:len(m)]); !at0 || mode == ShortLatin {
				dist[2] = uint8(min(n, far))
			}
		}
	}
	for last := int(s.loud[first]); last < len(t.Tokens); last++ {
		d := int(t.Tokens[last].To-start) - len(m) + 2
		if d > 4 {
			break
		}
		if d >= 0 && dist[d] > 0 && int(dist[d]) <= k {
			dst = append(dst, Match{Mark: mark, First: first, Last: uint32(last), Dist: dist[d]})
		}
	}
	return dst
}
