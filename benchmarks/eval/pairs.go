package eval

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"lookalike/matchers/fold"
)

// Pair is two word marks and what was decided about them.
type Pair struct {
	A, B    string
	Basis   string // what the decision rests on, in free words: "sight+sound", "dominant element", "translation"
	Outcome string // LOC: likely to be confused; anything else: not
}

// Confusing reports whether the pair was decided to be likely confused.
func (p Pair) Confusing() bool { return strings.EqualFold(p.Outcome, "LOC") }

// The groups of decided pairs.
const (
	GroupSightSound = "sight_sound"
	GroupDominant   = "dominant" // a dominant, contained or common part, a beginning or end, the order of words
	GroupMeaning    = "meaning"  // translations, synonyms and the meaning of the whole
	GroupOther      = "other"
	GroupNot        = "not_confusing"
)

// Group says by which words of its basis a pair is judged.
func (p Pair) Group() string {
	basis := strings.ToLower(p.Basis)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(basis, w) })
	}
	switch {
	case !p.Confusing():
		return GroupNot
	case has("meaning", "translation", "synonym", "equivalent"):
		return GroupMeaning
	case has("sight", "sound", "visual", "aural", "phonetic"):
		return GroupSightSound
	case has("dominant", "contained", "part", "element", "prefix", "suffix", "transposition", "order"):
		return GroupDominant
	}
	return GroupOther
}

// ReadPairs reads a CSV table with the columns mark_a, mark_b, basis and outcome, in any order and among others. Rows whose
// marks are pictures, written in square brackets, are counted and left out. What stands in round brackets behind a mark, such
// as its goods, is dropped.
func ReadPairs(r io.Reader) (pairs []Pair, pictures int, err error) {
	cr := csv.NewReader(r)
	cr.FieldsPerRecord = -1
	head, err := cr.Read()
	if err != nil {
		return nil, 0, fmt.Errorf("pairs of marks: no heading: %w", err)
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.ToLower(strings.Trim(name, "\ufeff "))] = i
	}
	for _, want := range []string{"mark_a", "mark_b", "basis", "outcome"} {
		if _, ok := at[want]; !ok {
			return nil, 0, fmt.Errorf("pairs of marks: no column %s; want mark_a,mark_b,basis,outcome", want)
		}
	}
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, fmt.Errorf("pairs of marks: %w", err)
		}
		cell := func(name string) string {
			if i := at[name]; i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		p := Pair{markOf(cell("mark_a")), markOf(cell("mark_b")), cell("basis"), cell("outcome")}
		if strings.HasPrefix(p.A, "[") || strings.HasPrefix(p.B, "[") {
			pictures++
			continue
		}
		if p.A == "" || p.B == "" {
			line, _ := cr.FieldPos(0)
			return nil, 0, fmt.Errorf("pairs of marks: line %d lacks a mark", line)
		}
		pairs = append(pairs, p)
	}
	if len(pairs) == 0 {
		return nil, pictures, errors.New("pairs of marks: no pair of words")
	}
	return pairs, pictures, nil
}

//go:embed pairs.csv
var ownPairs string

// markOf drops what stands in round brackets at the end.
func markOf(s string) string {
	if i := strings.LastIndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		return strings.TrimSpace(s[:i])
	}
	return s
}

// Pairs measures whether one mark of a decided pair leads to the other: each is the title of a listing, by itself, and the
// other is looked for in a register of all marks of the pairs.
//
// Columns: forth and back are the shares of pairs of which the first leads to the second and the second to the first, either
// and both are of both ways, goods is the share whose first mark leads to the second from the beginning of a title of twelve words more,
// exact is the floor of equal words. Groups of less than 20 pairs are better read as counts. The row confusing sums up what
// was decided by sight, sound or dominant part. The row random has the share of pairs of marks that nobody compared, all
// firsts with all seconds of other rows, that pass.
//
// Missed pairs, of which neither leads to the other, are named in the notes.
func Pairs(ctx context.Context, o Options, pairs []Pair) (Section, error) {
	s := Section{Name: "pairs", Columns: []string{"forth", "back", "either", "both", "goods", "exact"}}
	ids := map[string]uint32{}
	var names []string
	for _, p := range pairs {
		for _, m := range []string{p.A, p.B} {
			if _, ok := ids[fold.Key(m)]; !ok {
				ids[fold.Key(m)] = uint32(len(names))
				names = append(names, m)
			}
		}
	}
	reg, err := newRegister(ctx, o.Kinds, names, o.Dictionary)
	if err != nil {
		return s, err
	}
	defer reg.close()
	found := func(title string) (map[uint32]bool, error) { return reg.rights(ctx, title) }
	rows := map[string]*Row{}
	order := []string{GroupSightSound, GroupDominant, "confusing", GroupMeaning, GroupOther, GroupNot}
	for _, g := range order {
		rows[g] = &Row{Name: g, Values: make([]float64, len(s.Columns))}
	}
	random, randomPass := 0, [4]int{}
	decided := map[[2]uint32]bool{}
	for _, p := range pairs {
		a, b := ids[fold.Key(p.A)], ids[fold.Key(p.B)]
		decided[[2]uint32{a, b}], decided[[2]uint32{b, a}] = true, true
	}
	var all []map[uint32]bool // by the number of a name: what it leads to
	for _, n := range names {
		f, err := found(n)
		if err != nil {
			return s, err
		}
		all = append(all, f)
	}
	for _, p := range pairs {
		a, b := ids[fold.Key(p.A)], ids[fold.Key(p.B)]
		title, err := found(p.A + " for home and travel, set of two in a box")
		if err != nil {
			return s, err
		}
		forth, back := all[a][b], all[b][a]
		exact := exactly(p.A, map[string]bool{strings.ToLower(p.B): true}) || exactly(p.B, map[string]bool{strings.ToLower(p.A): true})
		counts := []bool{forth, back, forth || back, forth && back, title[b], exact}
		groups := []string{p.Group()}
		if groups[0] == GroupSightSound || groups[0] == GroupDominant {
			groups = append(groups, "confusing")
		}
		for _, g := range groups {
			rows[g].N++
			for i, c := range counts {
				rows[g].Values[i] += float64(one(c))
			}
		}
		if !forth && !back && p.Confusing() {
			s.Notes = append(s.Notes, fmt.Sprintf("missed (%s): %s / %s", p.Group(), p.A, p.B))
		}
		for _, q := range pairs {
			c := ids[fold.Key(q.B)]
			if a == c || decided[[2]uint32{a, c}] {
				continue
			}
			random++
			f, k := all[a][c], all[c][a]
			for i, ok := range []bool{f, k, f || k, f && k} {
				randomPass[i] += one(ok)
			}
		}
	}
	for _, g := range order {
		r := rows[g]
		for i := range r.Values {
			r.Values[i] /= float64(max(r.N, 1))
		}
		if r.N > 0 {
			s.Rows = append(s.Rows, *r)
		}
	}
	row := Row{Name: "random", N: random, Values: make([]float64, len(s.Columns))}
	for i, k := range randomPass {
		row.Values[i] = share(k, random)
	}
	s.Rows = append(s.Rows, row)
	slices.SortFunc(s.Notes, cmp.Compare[string])
	return s, nil
}
