package text

import (
	"context"
	"encoding/binary"
	"errors"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/core"
	"lookalike/matchers/fold"
)

const (
	maxField   = 100_000 // bytes of one field
	maxListing = 400_000 // bytes of all fields of a listing
	maxItems   = 1 << 12 // bullets, and image texts
)

// Features are the folded fields of one listing and the scratch of matching them.
type Features struct {
	kind   Kind
	seen   ordinaryCache
	fields []field
	used   int
	work   scratch
}

// field is one text of the listing.
type field struct {
	part   matchers.Part
	item   uint16
	source string
	plain  fold.Text
	look   fold.Text // the look reading, when hasLook
	has    bool
	tokens []core.Span // of plain
	odd    []uint32    // per token of look: how many runes up to its end have a look reading
	quiet  []bool      // per token: an ordinary word; empty without flood policy
	roman  romanised   // of plain, when it has letters of other scripts
	name   bool        // the field is a name by itself
}

// How many tokens a field has at most that is a name by itself.
const (
	maxBrandName = 8
	maxTitleName = 3
)

// Prepare folds the fields of l, which it refers to until the next Prepare. It takes time in proportion to their bytes.
func (f *Features) Prepare(ctx context.Context, l *corpora.Listing) []corpora.Problem {
	f.used = 0
	var problems []corpora.Problem
	left := maxListing
	add := func(part matchers.Part, item int, s string) {
		n := min(len(s), maxField, left)
		for n < len(s) && n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		if n < len(s) {
			problems = append(problems, corpora.Problem{Code: corpora.TextCut, Field: part.Field(uint16(item)), Args: map[string]any{"bytes": len(s), "limit": n}})
		}
		left -= n
		f.add(part, uint16(item), s[:n])
	}
	list := func(part matchers.Part, items []string) {
		for i, s := range items {
			if i == maxItems {
				problems = append(problems, corpora.Problem{Code: corpora.TextCut, Field: part.Field(uint16(i)), Args: map[string]any{"bytes": len(items), "limit": i}})
				return
			}
			add(part, i, s)
			if ctx.Err() != nil {
				return
			}
		}
	}
	add(matchers.Title, 0, l.Title)
	add(matchers.Brand, 0, l.Brand)
	add(matchers.Description, 0, l.Description)
	list(matchers.Bullets, l.Bullets)
	add(matchers.Category, 0, l.Category)
	add(matchers.Seller, 0, l.Seller)
	add(matchers.URL, 0, l.URL)
	list(matchers.ImageText, l.ImageText)
	return problems
}

// add folds one field. Empty fields take no place.
func (f *Features) add(part matchers.Part, item uint16, s string) {
	if s == "" {
		return
	}
	if f.used == len(f.fields) {
		f.fields = append(f.fields, field{})
	}
	x := &f.fields[f.used]
	x.part, x.item, x.source = part, item, s
	x.plain.Fold(s)
	if len(x.plain.Runes) == 0 && !x.plain.HasLook() {
		return
	}
	f.used++
	x.tokens = x.tokens[:0]
	for _, k := range x.plain.Tokens {
		x.tokens = append(x.tokens, core.Span{From: k.From, To: k.To})
	}
	x.name = part == matchers.Brand && len(x.tokens) <= maxBrandName || part == matchers.Title && len(x.tokens) <= maxTitleName
	x.quiet = x.quiet[:0]
	if f.kind.flood && !x.name && part != matchers.Seller && part != matchers.URL {
		x.quiet = f.seen.ordinary(f.kind.dictionaries(), &x.plain, part == matchers.Title, x.quiet)
	}
	x.roman.read(&x.plain)
	if x.has = x.plain.HasLook() && x.look.Look(s); x.has {
		x.countOdd()
	}
}

// countOdd sums up the runes of the look reading that the plain one lacks.
func (x *field) countOdd() {
	x.odd = x.odd[:0]
	n := uint32(0)
	for _, k := range x.look.Tokens {
		for _, note := range x.look.Notes[k.From:k.To] {
			if note&(fold.NoteLook|fold.NoteSymbol) != 0 {
				n++
			}
		}
		x.odd = append(x.odd, n)
	}
}

// Append writes the texts as they were matched. Folding them again costs less than reading the folded form would.
func (f *Features) Append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(f.used))
	for i := range f.fields[:f.used] {
		x := &f.fields[i]
		dst = binary.AppendUvarint(dst, uint64(x.part))
		dst = binary.AppendUvarint(dst, uint64(x.item))
		dst = binary.AppendUvarint(dst, uint64(len(x.source)))
		dst = append(dst, x.source...)
	}
	return dst
}

var errPrepared = errors.New("prepared text is damaged")

// Load takes what Append wrote. It copies b.
func (f *Features) Load(b []byte) error {
	f.used = 0
	s := string(b)
	n, b, ok := number(b, 1<<20)
	for range n {
		var part, item, size uint64
		if part, b, ok = number(b, uint64(matchers.Picture-1)); !ok {
			break
		}
		if item, b, ok = number(b, maxItems); !ok {
			break
		}
		if size, b, ok = number(b, maxField); !ok || size > uint64(len(b)) {
			ok = false
			break
		}
		at := len(s) - len(b)
		f.add(matchers.Part(part), uint16(item), s[at:at+int(size)])
		b = b[size:]
	}
	if !ok || len(b) > 0 {
		f.used = 0
		return errPrepared
	}
	return nil
}

func number(b []byte, limit uint64) (n uint64, rest []byte, ok bool) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > limit {
		return 0, b, false
	}
	return n, b[w:], true
}
