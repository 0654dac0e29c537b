package judge

import (
	"net/url"
	"strings"

	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// usage is how a listing uses a sign at one place.
type usage struct {
	use      Use
	value    float64 // of the piece use, 0–1
	note     useNote
	words    string // the words that decided, as read
	noun     string // the accessory noun, for compatibility without a phrase
	field    bool   // in the brand field
	first    bool   // opens the title
	silent   bool   // an ordinary word that nothing marks as a sign: not listed
	own      string // the listing's own brand, when it is known and the sign stands behind it
	contrast bool   // an ordinary word with a capital where most words have none, or in Latin letters among Han characters
	running  bool   // one of many words of a description or bullet
	capital  bool   // written with capitals where words have none
	worn     bool   // a compatible use on clothing or shoes, which fit nothing: "for Gucci belt"
	enforced *words.Term
}

// useNote is the note of a use, made into a Note only for a reading that is scored.
type useNote struct {
	code       string
	arg, value string // its argument, "" for none
}

func (n useNote) note() Note { return note(n.code, n.args()...) }

func (n useNote) args() []any {
	if n.arg == "" {
		return nil
	}
	return []any{n.arg, n.value}
}

// useOf tells how the listing uses the sign of r where it stands.
func (p *page) useOf(r *reading) usage {
	f := r.f
	p.scanPhrases(f)
	switch r.hit.Part {
	case matchers.Seller:
		return p.sellerUse(r, usage{use: UseBrand, value: 0.9, note: useNote{NoteUseSeller, "seller", p.listing.Seller}})
	case matchers.URL:
		return p.sellerUse(r, usage{use: UseBrand, value: 0.7, note: useNote{code: NoteUseURL}})
	}
	u := p.place(r)
	if p.attribute(r) {
		u.silent = p.unseen(r)
		return u.as(UseDescriptive, 0, NoteUseDescriptive, r.text0())
	}
	if p.bare(r, u) {
		u.silent = p.unseen(r)
		return u.as(UseDescriptive, 0, NoteUseDescriptive, r.text0())
	}
	if fake, ok := p.fakeNear(r); ok {
		u.use, u.words = UseCounterfeit, fake
		u.value, u.note = max(u.value, 0.9), useNote{NoteUseCounterfeit, "words", fake}
		return u
	}
	if u.field {
		return u
	}
	term, listed := p.j.uses.Terms[r.sign.key]
	if listed && term.Kind == "enforced" {
		u.enforced = &term
	}
	if why, ok := p.describedBeside(r); ok {
		return u.as(UseDescriptive, 0, NoteUseDescriptive, why)
	}
	if why, ok := p.carries(r, u); ok {
		return u.as(UseCompatibility, 0.1, NoteUseCompatibility, why)
	}
	noun, accessory := p.accessory(r)
	if !accessory {
		noun, accessory = p.accessoryAside(r, u)
	}
	if got, ok := p.phraseUse(r, u); ok && !(got.use == UseIngredient && accessory) {
		return got
	}
	if listed && !r.disguised() && (term.Kind == "standard" || term.Kind == "technology" && (!u.first && !p.standsAlone(r) || p.declaresOther(r))) {
		return u.as(UseIngredient, 0.1, NoteUseIngredient, r.text0())
	}
	if accessory && !r.alike() {
		u.noun = noun
		u.use, u.value, u.note, u.words = UseCompatibility, 0.3, useNote{NoteUseAccessory, "noun", noun}, noun
		return u
	}
	if r.sign.works {
		return u.as(UseSubject, max(u.value, 0.8), NoteUseSubject, r.text0())
	}
	return p.ordinaryUse(r, u)
}

// unseen reports whether an ordinary reading is not worth a line: outside title and brand, where every word is somebody's
// mark, and where the span only resembles the sign or is a sign of few letters.
func (p *page) unseen(r *reading) bool {
	return r.hit.Part != matchers.Title && r.hit.Part != matchers.Brand || !r.exact() || r.sign.power.short && !r.sign.power.han
}

// text0 returns the span as read.
func (r *reading) text0() string { return r.f.text[r.hit.Start:r.hit.End] }

// as returns u as another use.
func (u usage) as(use Use, value float64, code, words string) usage {
	u.use, u.value, u.note, u.words = use, value, useNote{code, "words", words}, words
	return u
}

// ownBrand returns the brand under which the listing itself sells, when it is another than the sign of r: the declared
// one, else the name that opens the title. It is known when it is declared or a sign of a corpus.
func (p *page) ownBrand(r *reading) (brand string, known bool) {
	if p.brand != "" {
		b := p.field(matchers.Brand, 0)
		if r.sign.key == "" || !hasWord(p.brand, firstWord(r.sign.key)) {
			return b.text, true
		}
		return "", false
	}
	f := p.field(matchers.Title, 0)
	i := p.firstName(f)
	if i >= len(f.tokens) || r.f == f && r.from <= i {
		return "", false
	}
	if r.sign.key != "" && strings.HasPrefix(r.sign.key, f.tokens[i]) {
		return "", false
	}
	if f.makers[i] {
		return f.read(i, i+1), true
	}
	named := f.shape(i)&fold.Lower == 0 || !p.mixed(f)
	if p.dictionaries(f, i) == 0 && named && len(f.tokens[i]) >= 3 {
		return f.read(i, i+1), false
	}
	return "", false
}

// declaresOther reports whether the listing declares a brand that is not the sign of r.
func (p *page) declaresOther(r *reading) bool {
	own, _ := p.ownBrand(r)
	return p.brand != "" && own != ""
}

// hasWord reports whether a word stands among the folded words of s.
func hasWord(s, word string) bool {
	for w := range strings.FieldsSeq(s) {
		if w == word {
			return true
		}
	}
	return false
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// bare reports whether nothing marks the span as a sign at all: a frequent word, or a word in small letters among words
// with capitals, that opens nothing; a sign of few letters or digits that is not written as one.
func (p *page) bare(r *reading, u usage) bool {
	s := r.sign.power
	if u.field || r.hit.Lane == matchers.Alias {
		return false
	}
	weak := s.ordinary || s.common
	if weak && !u.first && !p.named(r) {
		if got, ok := p.phraseUse(r, u); ok && got.use == UseCompatibility && !s.common {
			return false // "plug-in for adobe photoshop"
		}
		_, beside := p.describedBeside(r)
		_, goods := p.describesGoods(r)
		_, term := p.j.uses.Terms[r.sign.key]
		return !beside && !goods && !term
	}
	if !s.short || s.han {
		return false
	}
	n := r.sign.facts.Runes
	digits := r.sign.facts.Script == matchers.Digits
	if digits || n == 1 {
		return true
	}
	if r.f.touches(r.to) && n <= 2 || r.f.touches(r.from) {
		return true
	}
	return !u.first && (r.hit.Part != matchers.Title || !p.written(r))
}

// touches reports whether token i stands against the one before it, as in a model number. A script without spaces writes
// every word against its neighbours and says nothing by it.
func (f *field) touches(i int) bool {
	return f.shape(i)&fold.Touching != 0 && f.shape(i)&fold.Ideograph == 0 && f.shape(i-1)&fold.Ideograph == 0
}

// written reports whether a short sign is written in capitals as its right records it, in a field that has small letters,
// or beside a script that has none; or is no word of a text in Han characters.
func (p *page) written(r *reading) bool {
	if r.f.shape(r.from)&fold.Upper != 0 && (r.f.shape(r.from-1)|r.f.shape(r.to))&fold.Ideograph != 0 {
		return true
	}
	if r.sign.facts.Runes >= hanLetters && p.inHan(r) && p.dictionaries(r.f, r.from) == 0 && !p.in(r.f, listGeneric, r.from) {
		return true
	}
	return (r.f.shape(r.from)&fold.Upper != 0 || r.to-r.from > 1 && r.capitals() || r.verbatim()) && p.mixed(r.f)
}

// What a field's capitals say: nothing, something, or much where most words have none.
const (
	oneCase int8 = iota + 1
	twoCases
	mostlySmall
)

// mixed reports whether a field has words with a capital and words without: only then a capital says something.
func (p *page) mixed(f *field) bool {
	if f.caseOf == 0 {
		lower, upper := 0, 0
		for i := range f.tokens {
			switch sh := f.shape(i); {
			case sh&(fold.Ideograph|fold.AllDigits) != 0:
			case sh&fold.Lower != 0:
				lower++
			default:
				upper++
			}
		}
		switch {
		case lower == 0 || upper == 0:
			f.caseOf = oneCase
		case lower >= 2*upper:
			f.caseOf = mostlySmall
		default:
			f.caseOf = twoCases
		}
	}
	return f.caseOf >= twoCases
}

// ordinaryUse tells a sign that is an ordinary word from the word itself.
func (p *page) ordinaryUse(r *reading, u usage) usage {
	if why, ok := p.describesGoods(r); ok && !(u.first && p.sameClass(r)) {
		return u.as(UseDescriptive, 0, NoteUseDescriptive, why)
	}
	s := r.sign.power
	weak := s.ordinary || s.common
	u.contrast = p.inHan(r) && (!s.common || r.sign.facts.Words > 1)
	if !weak || u.contrast || u.note.code == NoteUseBrandBy || r.hit.Lane == matchers.Alias {
		return u
	}
	if r.lanes&(1<<matchers.Compound) != 0 && !r.exact() && !r.alike() {
		u.silent = true
		return u.as(UseDescriptive, 0, NoteUseDescriptive, r.text0())
	}
	own, declared := p.ownBrand(r)
	if u.first && !p.runsOn(r) && (own == "" || !declared || p.goods().classes&r.sign.hosts != 0) {
		return u
	}
	if !s.common && p.mixed(r.f) && r.f.caseOf == mostlySmall && r.f.shape(r.from)&(fold.Lower|fold.Ideograph) == 0 && r.from > 0 {
		u.contrast = true
		return u
	}
	if (!s.common || p.asName(r)) && p.named(r) && r.hit.Part == matchers.Title && p.sameClass(r) {
		return u
	}
	if u.enforced == nil {
		u.silent = (s.common || !p.named(r)) && p.unseen(r)
	}
	return u.as(UseDescriptive, 0, NoteUseDescriptive, r.text0())
}

// sameClass reports whether the goods lie in a class of the sign's rights.
func (p *page) sameClass(r *reading) bool { return p.goods().classes&r.sign.hosts != 0 }

// asName reports whether a sign of several frequent words is written as a name: Old Spice, Hot Wheels.
func (p *page) asName(r *reading) bool {
	return r.sign.facts.Words > 1 && r.exact() && r.capitals()
}

// runsOn reports whether the words behind a word make it the start of a phrase: "Rise of Nations", "Home & Business".
func (p *page) runsOn(r *reading) bool {
	t := r.f.tokens
	if r.to >= len(t) {
		return false
	}
	if p.in(r.f, listBinder, r.to) {
		return true
	}
	a, b := r.f.fold.End[r.f.fold.Tokens[r.to-1].To-1], r.f.fold.Start[r.f.fold.Tokens[r.to].From]
	return strings.Contains(r.f.text[a:b], "&")
}

// named reports whether a word is written as a name: with a capital where words may have none, or in a script that has
// no capitals, where its sign stands for itself.
func (p *page) named(r *reading) bool {
	sh := r.f.shape(r.from)
	return sh&fold.Ideograph != 0 || sh&fold.Lower == 0 || p.inHan(r)
}

// describedBeside reports whether the words beside a sign give it another meaning: an ordinary one, or that of a place,
// as in Costa Rica.
func (p *page) describedBeside(r *reading) (string, bool) {
	f := r.f
	for _, at := range f.places {
		if at.from <= r.from && r.to <= at.to && at.to-at.from > r.to-r.from {
			return f.read(at.from, at.to), true
		}
	}
	if r.sign.power.name && p.in(f, listHonorific, r.from-1) && f.shape(r.from)&fold.After == 0 {
		return f.read(r.from-1, r.to), true // "Professor Fuji"
	}
	if s := r.sign.power; (s.ordinary || s.common || s.phrase) && f.token(r.to) == "free" && f.shape(r.to)&fold.After == 0 && r.from > 0 {
		return f.read(r.from, r.to+1), true // "Caffeine Free"
	}
	if why, ok := r.besides(p.j.contexts[r.sign.key]); ok || r.hit.Lane != matchers.Compound || r.to-r.from > 1 {
		return why, ok
	}
	return r.besides(p.j.contexts[f.tokens[r.from]]) // the one word of a longer sign: Monster truck
}

// besides reports whether a word of a context stands beside the span.
func (r *reading) besides(c words.Context) (string, bool) {
	f := r.f
	for _, w := range c.After {
		if f.index(w, r.to, r.to+len(w)) == r.to {
			return f.read(r.from, r.to+len(w)), true
		}
	}
	for _, w := range c.Before {
		if at := r.from - len(w); at >= 0 && f.index(w, at, r.from) == at {
			return f.read(at, r.to), true
		}
	}
	return "", false
}

// describesGoods reports whether the goods are what an ordinary word means.
func (p *page) describesGoods(r *reading) (string, bool) {
	for _, w := range p.j.contexts[r.sign.key].Goods {
		if p.field(matchers.Category, 0).has(w) || p.field(matchers.Title, 0).has(w) {
			return strings.Join(w, " "), true
		}
	}
	return "", false
}

// sellerUse judges a sign in the name or address of a shop: an ordinary word among others is no name there.
func (p *page) sellerUse(r *reading, u usage) usage {
	if s := r.sign.power; (s.ordinary || s.common) && r.to-r.from < len(r.f.tokens) {
		rest := 0
		for i := range r.f.tokens {
			if (i < r.from || i >= r.to) && !p.in(r.f, listShop, i) {
				rest++
			}
		}
		if rest > 0 {
			u.silent = s.common
			return u.as(UseDescriptive, 0, NoteUseDescriptive, r.text0())
		}
	}
	return u
}

// inHost reports whether a reading lies in the host of an address, as a name of the shop and not of the marketplace.
func (p *page) inHost(r *reading) bool {
	if !p.hosted {
		p.hosted = true
		if u, err := url.Parse(r.f.text); err == nil && u.Host != "" {
			if at := strings.Index(r.f.text, u.Host); at >= 0 {
				p.host = [2]int{at, at + len(u.Host)}
			}
		}
	}
	if int(r.hit.Start) < p.host[0] || int(r.hit.End) > p.host[1] {
		return false
	}
	return !p.j.uses.Has("site", strings.ToLower(r.text0()))
}
