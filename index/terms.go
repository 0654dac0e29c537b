package index

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"lookalike/matchers/fold"
)

// The fields of the inverted index.
const (
	fieldWords  = "w" // words of title, brand, description, bullets, category and picture texts
	fieldBrand  = "b" // the whole brand, folded
	fieldSeller = "s" // seller and seller id, folded
	fieldMarket = "m"
	fieldDay    = "d" // of the last change, 2006-01-02
)

// maxTerm is how many bytes of a word are indexed. Queries are cut alike.
const maxTerm = 64

// field is a field whose terms are known: bleve has nothing to analyse, and keeps neither frequencies nor positions.
type field struct {
	name  string
	terms index.TokenFrequencies
	slab  []index.TokenFreq // the next terms
	bytes []byte            // of all terms
}

func newField(name string, terms int) *field {
	return &field{name: name, terms: make(index.TokenFrequencies, terms), slab: make([]index.TokenFreq, terms)}
}

func (f *field) Name() string                                     { return f.name }
func (f *field) Value() []byte                                    { return nil }
func (f *field) ArrayPositions() []uint64                         { return nil }
func (f *field) EncodedFieldType() byte                           { return 't' }
func (f *field) Analyze()                                         {}
func (f *field) Options() index.FieldIndexingOptions              { return index.IndexField | index.SkipFreqNorm }
func (f *field) AnalyzedLength() int                              { return len(f.terms) }
func (f *field) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.terms }
func (f *field) NumPlainTextBytes() uint64                        { return 0 }
func (f *field) Size() int                                        { return 64 * len(f.terms) }

// add puts in a term once.
func (f *field) add(term []byte) {
	if len(term) == 0 {
		return
	}
	if len(term) > maxTerm {
		term = cutTerm(term)
	}
	if _, ok := f.terms[string(term)]; ok {
		return
	}
	if len(f.slab) == 0 {
		f.slab = make([]index.TokenFreq, len(f.terms)+1)
	}
	from := len(f.bytes)
	f.bytes = append(f.bytes, term...)
	freq := &f.slab[0]
	f.slab = f.slab[1:]
	freq.Term = f.bytes[from:len(f.bytes):len(f.bytes)]
	f.terms[string(term)] = freq
}

// cutTerm cuts a long word on a rune boundary.
func cutTerm(term []byte) []byte {
	n := maxTerm
	for n > 0 && !utf8.RuneStart(term[n]) {
		n--
	}
	return term[:n]
}

// termer makes the terms of listings and queries. Its memory is reused.
type termer struct {
	text fold.Text
	buf  []byte
}

// documentOf makes what bleve indexes of a listing.
func (t *termer) documentOf(n *numbered) *document.Document {
	l := &n.Listing
	words := newField(fieldWords, 64)
	for _, s := range []string{l.Title, l.Brand, l.Description, l.Category} {
		t.words(s, words.add)
	}
	for _, s := range l.Bullets {
		t.words(s, words.add)
	}
	for _, s := range l.ImageText {
		t.words(s, words.add)
	}
	brand := newField(fieldBrand, 1)
	brand.add([]byte(fold.Key(l.Brand)))
	seller := newField(fieldSeller, 2)
	seller.add([]byte(fold.Key(l.Seller)))
	seller.add([]byte(fold.Key(l.SellerID)))
	market := newField(fieldMarket, len(l.Markets))
	for _, m := range l.Markets {
		market.add([]byte(m))
	}
	day := newField(fieldDay, 1)
	day.add([]byte(n.Day))
	doc := document.NewDocument(string(key(n.number)))
	for _, f := range []*field{words, brand, seller, market, day} {
		if len(f.terms) > 0 {
			doc.AddField(f)
		}
	}
	return doc
}

// words calls add with every term of s: each word, and of a run of Han, kana or the like each pair of neighbours and the
// last character, so that every character begins a term.
func (t *termer) words(s string, add func(term []byte)) {
	if s == "" {
		return
	}
	t.text.Fold(s)
	for i := 0; i < len(t.text.Tokens); i++ {
		tok := t.text.Tokens[i]
		runes := t.text.Runes[tok.From:tok.To]
		if tok.Shape&fold.Ideograph != 0 && t.joins(i+1) {
			next := t.text.Tokens[i+1]
			runes = t.text.Runes[tok.From:next.To]
		}
		t.buf = t.buf[:0]
		for _, r := range runes {
			t.buf = utf8.AppendRune(t.buf, r)
		}
		add(t.buf)
	}
}

// joins reports whether token i continues a run of characters written without spaces.
func (t *termer) joins(i int) bool {
	return i < len(t.text.Tokens) && t.text.Tokens[i].Shape&fold.Ideograph != 0 && t.text.Tokens[i].Shape&fold.Glued != 0
}

// queryTerm is a word that a listing must hold; a prefix for a single character of a script without spaces, which begins
// the terms that it stands in.
type queryTerm struct {
	term   string
	prefix bool
}

// query returns the terms of s. The last character of a run adds nothing to the pairs before it.
func (t *termer) query(s string) []queryTerm {
	var out []queryTerm
	t.text.Fold(s)
	for i := range t.text.Tokens {
		tok := t.text.Tokens[i]
		runes := t.text.Runes[tok.From:tok.To]
		q := queryTerm{}
		if tok.Shape&fold.Ideograph != 0 {
			switch {
			case t.joins(i + 1):
				runes = t.text.Runes[tok.From:t.text.Tokens[i+1].To]
			case i > 0 && t.joins(i) && t.text.Tokens[i-1].Shape&fold.Ideograph != 0:
				continue
			default:
				q.prefix = true
			}
		}
		term := []byte(string(runes))
		if len(term) > maxTerm {
			term = cutTerm(term)
		}
		q.term = string(term)
		out = append(out, q)
	}
	return out
}

// numberOf reads the number of a listing from bleve's id.
func numberOf(id string) (uint64, bool) {
	if len(id) != 8 {
		return 0, false
	}
	return binary.BigEndian.Uint64([]byte(id)), true
}

// folded returns a filter's value as it was indexed.
func folded(s string) string {
	b := []byte(fold.Key(s))
	if len(b) > maxTerm {
		b = cutTerm(b)
	}
	return string(b)
}
