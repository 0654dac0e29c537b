package judge

import (
	"strings"
	"unicode/utf8"

	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// attributes are the lists of words that say what goods are like, with the Nice classes of the goods that they describe:
// every black thing is black, and no milk is made of silk. "Mini" names a car and "Zebra" a pen, so sizes and patterns have
// classes too.
var attributes = []struct {
	list    listID
	classes uint64
}{
	{listColour, everyClass},
	{listSize, everyClass &^ classSet(12)},
	{listCut, classSet(18, 22, 24, 25, 26)},
	{listPattern, classSet(9, 11, 14, 18, 20, 21, 24, 25, 26, 27, 28)},
	{listMaterial, classSet(1, 3, 5, 6, 7, 8, 9, 10, 11, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28)},
	{listGem, classSet(14, 26)},
	{listFlavour, classSet(3, 4, 5, 29, 30, 31, 32, 33, 34)},
	{listSeason, classSet(8, 9, 11, 14, 16, 18, 20, 21, 22, 24, 25, 26, 27, 28)},
	{listPerson, classSet(3, 9, 14, 18, 21, 24, 25, 26, 28)},
	{listState, classSet(5, 29, 30, 31, 32)},
}

const everyClass = 1<<46 - 2

// attribute reports whether the span says what the goods are like and nothing marks it as a name: a colour, a material, a
// size, a pattern, a cut, a flavour, a season, a person. A capital letter marks nothing, nor does the start of a title, where such words stand
// as often as anywhere.
func (p *page) attribute(r *reading) bool {
	if r.hit.Part == matchers.Brand || r.sign.works && !r.exact() || p.asSign(r) {
		return false
	}
	for i := r.from; i < r.to; {
		n := 0
		for _, a := range attributes {
			k := p.at(r.f, a.list, i, r.to)
			if k <= n {
				continue
			}
			if c := p.goods().classes; (c == 0 || c&a.classes != 0) && (k > 1 || p.understood(r, a.list, i)) {
				n = k
			}
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return !p.marked(r)
}

// asSign reports whether an attribute opens the title of goods of the sign's own class as no attribute is written: with
// capitals inside, and letter by letter as its right records it. Off-White, MINI.
func (p *page) asSign(r *reading) bool {
	if r.hit.Part != matchers.Title || !r.verbatim() || !p.opens(r) || !p.sameClass(r) || !p.mixed(r.f) {
		return false
	}
	return r.f.shape(r.from)&fold.Upper != 0 || r.to-r.from > 1 && r.capitals() && r.f.shape(r.from+1)&fold.Glued != 0
}

// understood reports whether an attribute at token i is a word of the language that the field is written in: braun is a
// colour in "Damen Tasche braun" and a maker in "Braun electric shaver". Everybody's English is understood everywhere, and
// so is a word in a script of its own. Nor does an attribute open the title of goods that the sign is registered for:
// "Braun Rasierer".
func (p *page) understood(r *reading, list listID, i int) bool {
	f := r.f
	langs := p.j.uses.Langs(listNames[list], f.tokens[i])
	if langs&words.LangEnglish != 0 || f.tokens[i][0] >= utf8.RuneSelf {
		return true
	}
	if r.hit.Part == matchers.Title && p.opens(r) && p.sameClass(r) && f.shape(i)&fold.Lower == 0 {
		return false
	}
	for k := range f.tokens {
		if (k < r.from || k >= r.to) && p.languages(f, k)&langs != 0 {
			return true
		}
	}
	return false
}

// dictionaryLangs are the languages of the shipped dictionaries.
var dictionaryLangs = [...]struct {
	set  words.Set
	lang words.Langs
}{{words.German, words.LangGerman}, {words.French, words.LangFrench}, {words.Spanish, words.LangSpanish}, {words.Italian, words.LangItalian}}

// languages returns those whose word token i is and no English one.
func (p *page) languages(f *field, i int) words.Langs {
	d := p.dictionaries(f, i)
	langs := p.j.uses.LangsOf(f.tokens[i])
	if d&(words.English|words.Common) != 0 || langs&words.LangEnglish != 0 {
		return 0
	}
	for _, l := range dictionaryLangs {
		if d&l.set != 0 {
			langs |= l.lang
		}
	}
	return langs
}

// signs of a mark directly behind it.
var markSigns = []string{"®", "™", "℠", "(R)", "(TM)", "(r)", "(tm)"}

// marked reports whether the listing itself calls the span a mark: by the sign for one, or by naming it as the maker with
// nothing behind it.
func (p *page) marked(r *reading) bool {
	f := r.f
	rest := strings.TrimLeft(f.text[f.fold.End[f.fold.Tokens[r.to-1].To-1]:], " ")
	for _, s := range markSigns {
		if strings.HasPrefix(rest, s) || strings.HasSuffix(r.text0(), s) {
			return true
		}
	}
	if han := f.shape(r.from)&fold.Ideograph != 0; !han && (!p.named(r) || r.to < len(f.tokens) && f.shape(r.to)&fold.After == 0) {
		return false
	}
	got, ok := p.phraseUse(r, usage{use: UseBrand})
	return ok && got.note.code == NoteUseBrandBy
}
