package judge

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// page is a listing as the rules read it: its fields folded on demand, each once.
type page struct {
	j        *Judge
	listing  *corpora.Listing
	fields   []*field
	spare    []*field // memory of earlier fields
	seen     *seenWords
	slab     slab
	sort     *listingGoods // of the goods; see goods
	brand    string        // folded words of the brand field, "" when it names nobody
	host     [2]int        // bytes of the URL that are its host, nothing where it has none
	hosted   bool          // host is known
	asked    []corpora.Market
	pictures []matchers.PictureFacts
	reached  []sharedReach

	read0    []*reading // those of this listing
	oneField []*reading // of silence
	families families
	settled  []*group // those that are listed

	groupAt     map[groupKey]*group
	found       []*group // those of this listing
	spareGroups []*group
	grades      []Grade // of settleReading, by market
	gates       []Gate
	judged      []judged

	goodsText []byte // scratch of kindsOf
}

// field is one field of a listing.
type field struct {
	part   matchers.Part
	item   uint16
	text   string
	fold   fold.Text
	tokens []string   // the folded words of fold.Tokens
	joined string     // all of them without spaces
	ends   []uint32   // of each token in joined
	known  []known    // what the tables say of each, filled on demand
	marks  []bool     // tokens that a reading equal to its sign covers
	makers []bool     // those of signs that are more than a frequent word
	first  int        // 1 more than the token of firstName, 0 before it was asked
	said   []phraseAt // phrases of use.go, by place
	fakes  []phraseAt // counterfeit words
	places []phraseAt // names of places of several words
	caseOf int8       // what its capitals say, 0 before it was asked; see mixed
	hanOf  int8       // 1 when Latin words stand out in it, -1 when not, 0 before it was asked; see inHan
	scan   bool       // said, fakes and places are filled
}

// phraseAt is a phrase found in a field: tokens[from:to]. A longer phrase may hold it.
type phraseAt struct {
	from, to int
	index    int // into Uses.Phrases or Uses.Fakes
	held     bool
}

// page returns a page for a listing, in the memory of an earlier one.
func (j *Judge) page(l *corpora.Listing, pictures []matchers.PictureFacts) *page {
	p, ok := j.pages.Get().(*page)
	if !ok {
		p = &page{seen: &seenWords{}}
	}
	p.j, p.listing, p.pictures = j, l, pictures
	if b := p.field(matchers.Brand, 0); !p.nobody(b) {
		p.brand = strings.Join(b.tokens, " ")
	}
	return p
}

// mostKept bounds the text, in bytes, of a field whose memory is kept for the next listing.
const mostKept = 1 << 16

// free gives the page's memory back. Nothing of a verdict points into it.
func (p *page) free() {
	for _, f := range p.fields {
		if len(f.text) <= mostKept { // a field of a hostile size goes
			f.text, f.joined = "", ""
			clear(f.tokens)
			p.spare = append(p.spare, f)
		}
	}
	p.slab.free()
	p.freeGroups()
	clear(p.fields)
	clear(p.reached)
	*p = page{
		fields: p.fields[:0], spare: p.spare, seen: p.seen, slab: p.slab, reached: p.reached[:0], grades: p.grades, gates: p.gates, judged: p.judged,
		groupAt: p.groupAt, found: p.found[:0], spareGroups: p.spareGroups, read0: emptied(p.read0), oneField: emptied(p.oneField),
		families: families{emptied(p.families.text), emptied(p.families.pictures)}, settled: emptied(p.settled),
	}
}

// emptied returns s without its content, which is forgotten, and nil for one that grew beyond use.
func emptied[T any](s []*T) []*T {
	if cap(s) > mostGroups {
		return nil
	}
	clear(s[:cap(s)])
	return s[:0]
}

// goods returns what is known of the listing's goods.
func (p *page) goods() *listingGoods {
	if p.sort == nil {
		p.sort = p.j.goodsOf(p.listing)
	}
	return p.sort
}

// fieldText returns the text of a part as read, "" for one that the listing does not have.
func fieldText(l *corpora.Listing, part matchers.Part, item uint16) string {
	at := func(list []string) string {
		if int(item) < len(list) {
			return list[item]
		}
		return ""
	}
	switch part {
	case matchers.Title:
		return l.Title
	case matchers.Brand:
		return l.Brand
	case matchers.Description:
		return l.Description
	case matchers.Bullets:
		return at(l.Bullets)
	case matchers.Category:
		return l.Category
	case matchers.Seller:
		return l.Seller
	case matchers.URL:
		return l.URL
	case matchers.ImageText:
		return at(l.ImageText)
	}
	return ""
}

// field returns a field folded and cut into words.
func (p *page) field(part matchers.Part, item uint16) *field {
	for _, f := range p.fields {
		if f.part == part && f.item == item {
			return f
		}
	}
	var f *field
	if n := len(p.spare); n > 0 {
		f, p.spare = p.spare[n-1], p.spare[:n-1]
	} else {
		f = &field{}
	}
	f.fill(part, item, fieldText(p.listing, part, item))
	p.fields = append(p.fields, f)
	return f
}

// fill makes f the field of a text, in the memory of the one before.
func (f *field) fill(part matchers.Part, item uint16, text string) {
	f.part, f.item, f.text, f.caseOf, f.scan, f.first = part, item, text, 0, false, 0
	f.said, f.fakes, f.places = f.said[:0], f.fakes[:0], f.places[:0]
	f.fold.Fold(text)
	n := len(f.fold.Tokens)
	f.tokens = slices.Grow(f.tokens[:0], n)
	f.known = cleared(f.known, n)
	f.marks, f.makers = cleared(f.marks, n), cleared(f.makers, n)
	f.joined, f.ends = string(f.fold.Runes), slices.Grow(f.ends[:0], n)
	at := 0
	for _, t := range f.fold.Tokens {
		end := at
		for _, r := range f.fold.Runes[t.From:t.To] {
			end += utf8.RuneLen(r)
		}
		f.tokens, f.ends = append(f.tokens, f.joined[at:end]), append(f.ends, uint32(end))
		at = end
	}
}

// squeezed returns tokens[from:to] without spaces between them.
func (f *field) squeezed(from, to int) string {
	at := uint32(0)
	if from > 0 {
		at = f.ends[from-1]
	}
	return f.joined[at:f.ends[to-1]]
}

// cleared returns a slice of n zero values in the memory of s.
func cleared[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// span returns the tokens that the bytes start to end touch, as from and to.
func (f *field) span(start, end uint32) (from, to int) {
	toks := f.fold.Tokens
	from = sort.Search(len(toks), func(i int) bool { return f.fold.End[toks[i].To-1] > start })
	to = sort.Search(len(toks), func(i int) bool { return f.fold.Start[toks[i].From] >= end })
	return from, max(from, to)
}

// shape returns the shape of a token, 0 outside the field.
func (f *field) shape(i int) fold.Shape {
	if i < 0 || i >= len(f.tokens) {
		return 0
	}
	return f.fold.Tokens[i].Shape
}

// token returns a token, "" outside the field.
func (f *field) token(i int) string {
	if i < 0 || i >= len(f.tokens) {
		return ""
	}
	return f.tokens[i]
}

// has reports whether the words stand in the field one after the other.
func (f *field) has(phrase []string) bool {
	return f.index(phrase, 0, len(f.tokens)) >= 0
}

// index returns where the words stand within tokens[from:to], -1 when they do not.
func (f *field) index(phrase []string, from, to int) int {
	if len(phrase) == 0 {
		return -1
	}
	from, to = max(from, 0), min(to, len(f.tokens))
	for i := from; i+len(phrase) <= to; i++ {
		if f.tokens[i] == phrase[0] && slices.Equal(f.tokens[i:i+len(phrase)], phrase) {
			return i
		}
	}
	return -1
}

// read returns the text as read of tokens[from:to].
func (f *field) read(from, to int) string {
	if from >= to {
		return ""
	}
	t := f.fold.Tokens
	return f.text[f.fold.Start[t[from].From]:f.fold.End[t[to-1].To-1]]
}

// nobody reports whether a brand field names no brand: "none", "n/a", "no brand", 无品牌.
func (p *page) nobody(f *field) bool {
	return len(f.tokens) == 0 || p.j.uses.At("nobody", f.tokens) == len(f.tokens)
}
