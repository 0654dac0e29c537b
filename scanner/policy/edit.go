package policy

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/corpora/words"
	"lookalike/matchers/fold"
	"lookalike/matchers/judge"
)

// EditKind says how a listing is changed.
type EditKind string

// The kinds of edits, those that keep the sense of the listing first.
const (
	EditReplace  EditKind = "replace_word" // an enforced mark gives way to the ordinary words for it
	EditReword   EditKind = "reword"       // the listing says that the goods fit the sign, not that they are its
	EditRepeats  EditKind = "drop_repeats" // the sign stays once, where the listing says that the goods fit it
	EditFill     EditKind = "fill_brand"   // the seller's own brand stands in the brand field
	EditMove     EditKind = "move_brand"   // the seller's own brand stands before the sign
	EditEmpty    EditKind = "empty_brand"  // the sign leaves the brand field
	EditDrop     EditKind = "drop_span"    // the words go
	EditPicture  EditKind = "drop_picture" // the picture goes
	EditDocument EditKind = "add_document" // nothing changes but the record of documents
)

// EditKinds returns the closed list.
func EditKinds() []EditKind {
	return []EditKind{EditReplace, EditReword, EditRepeats, EditFill, EditMove, EditEmpty, EditDrop, EditPicture, EditDocument}
}

// Edit is one change that may clear a match.
type Edit struct {
	Kind   EditKind        `json:"kind"`
	Field  string          `json:"field"`  // "" for a document
	From   string          `json:"from"`   // the words that go, "" when none do
	To     string          `json:"to"`     // the words that come, "" when none do
	Before string          `json:"before"` // the field as it is
	After  string          `json:"after"`
	Result corpora.Listing `json:"-"` // the listing after the edit
}

// Rank orders edits that have the same effect: those that keep the sense, then those that take something away, the
// documents last.
func (e *Edit) Rank() int {
	switch e.Kind {
	case EditReplace, EditReword, EditRepeats:
		return 0
	case EditPicture:
		return 2
	case EditDocument:
		return 3
	}
	return 1
}

// Size is the number of characters that the edit takes away and adds.
func (e *Edit) Size() int {
	a, b := []rune(e.Before), []rune(e.After)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) + len(b)
}

// Editor makes edits. It is immutable.
type Editor struct {
	uses  *words.Uses
	brand string // of the seller, "" when it is not known
}

// NewEditor returns an Editor for a seller's own brand, which may be "".
func NewEditor(brand string) (*Editor, error) {
	uses, err := words.LoadUses()
	return &Editor{uses: uses, brand: strings.TrimSpace(brand)}, err
}

// Edits returns what may be changed in l to clear m, a match of l, in the order of the kinds. None helps against
// counterfeit goods, and none is made up to hide a sign that names the goods: rewording is for goods that fit it.
func (x *Editor) Edits(l *corpora.Listing, m *judge.Match) []Edit {
	if m.Use == judge.UseCounterfeit {
		return nil
	}
	var edits []Edit
	if m.Image != nil {
		if e, ok := dropPicture(l, m.Image.Index); ok {
			edits = append(edits, e)
		}
		return append(edits, document(l))
	}
	add := func(e Edit, ok bool) {
		if ok && (e.Before != e.After || e.Kind == EditDocument) {
			edits = append(edits, e)
		}
	}
	fits := m.Use == judge.UseCompatibility || m.Use == judge.UseIngredient || m.Use == judge.UseComparison
	if text := fieldOf(l, m.Field); text != nil && m.Start != nil && *m.Start <= *m.End && *m.End <= len(*text) && m.Field != "brand" {
		add(x.replace(l, m))
		if m.Use == judge.UseCompatibility {
			add(x.reword(l, m))
		}
		if fits {
			add(x.move(l, m))
			add(x.repeats(l, m))
		}
		add(drop(l, m))
	}
	if m.Field == "brand" || fits {
		add(x.fill(l, m))
	}
	add(document(l), true)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		kinds := EditKinds()
		return cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind))
	})
	return edits
}

// fieldOf returns the field of l that a report names, nil for one that nobody edits.
func fieldOf(l *corpora.Listing, name string) *string {
	base, rest, indexed := strings.Cut(name, "[")
	switch {
	case name == "title":
		return &l.Title
	case name == "brand":
		return &l.Brand
	case name == "description":
		return &l.Description
	case name == "category":
		return &l.Category
	case indexed && base == "bullets":
		for i := range l.Bullets {
			if rest == itoa(i)+"]" {
				return &l.Bullets[i]
			}
		}
	}
	return nil
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// edited returns a copy of l whose texts may be changed.
func edited(l *corpora.Listing) corpora.Listing {
	c := *l
	c.Bullets, c.Images, c.ImageText = slices.Clone(l.Bullets), slices.Clone(l.Images), slices.Clone(l.ImageText)
	c.Prepared = nil // what an index kept was made of the texts as they were
	return c
}

// edit makes the edit that turns a field of l into after.
func edit(kind EditKind, l *corpora.Listing, field, from, to, after string) Edit {
	e := Edit{Kind: kind, Field: field, From: from, To: to, Result: edited(l)}
	text := fieldOf(&e.Result, field)
	e.Before, e.After = *text, after
	*text = after
	return e
}

// span returns the parts of a field around and of a match.
func span(l *corpora.Listing, m *judge.Match) (before, words, after string) {
	text := *fieldOf(l, m.Field)
	return text[:*m.Start], text[*m.Start:*m.End], text[*m.End:]
}

// motifClasses are the classes of goods that bear names of others as a motif: paper, cups, linen, clothing.
var motifClasses = []int{16, 21, 24, 25}

// motif reports whether the listing's goods are none of the right's and such as bear a name for what it shows. The
// ordinary words for a toy say nothing about a shirt.
func motif(m *judge.Match) bool {
	apart := m.Goods.Relation == judge.Related || m.Goods.Relation == judge.Unrelated
	return m.Use == judge.UseSubject || apart && len(m.Goods.Classes) > 0 && slices.Contains(motifClasses, m.Goods.Classes[0])
}

// replace puts the ordinary words for an enforced mark, a technology or a standard in its place, wherever it stands.
func (x *Editor) replace(l *corpora.Listing, m *judge.Match) (Edit, bool) {
	before, said, after := span(l, m)
	term, ok := x.uses.Terms[fold.Key(m.Right.Text)]
	if !ok {
		term, ok = x.uses.Terms[fold.Key(said)]
	}
	lang := "en"
	if strings.ContainsFunc(before+after, fold.IsIdeograph) {
		lang = "zh"
	}
	to := term.Replacement[lang]
	if !ok || to == "" || motif(m) {
		return Edit{}, false
	}
	if r, _ := utf8.DecodeRuneInString(said); unicode.IsUpper(r) && before == "" {
		first, n := utf8.DecodeRuneInString(to)
		to = string(unicode.ToUpper(first)) + to[n:]
	}
	e := edit(EditReplace, l, m.Field, said, to, replaceWords(before, said, to)+to+replaceWords(after, said, to))
	elsewhere(&e, said, to)
	return e, true
}

// elsewhere replaces the words in the other texts of the edited listing too.
func elsewhere(e *Edit, from, to string) {
	l := &e.Result
	for i := -3; i < len(l.Bullets); i++ {
		var text *string
		name := ""
		switch i {
		case -3:
			text, name = &l.Title, "title"
		case -2:
			text, name = &l.Description, "description"
		case -1:
			continue
		default:
			text, name = &l.Bullets[i], "bullets["+itoa(i)+"]"
		}
		if name != e.Field {
			if got := replaceWords(*text, from, to); got != *text {
				*text = tidy(got)
			}
		}
	}
}

// replaceWords replaces from, in any case, where it stands as words of its own.
func replaceWords(text, from, to string) string {
	if from == "" {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		end := i + len(from)
		if end <= len(text) && strings.EqualFold(text[i:end], from) && edge(text, i) && edge(text, end) {
			b.WriteString(to)
			i = end
			continue
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		b.WriteString(text[i : i+n])
		i += n
	}
	return b.String()
}

// edge reports whether a word may begin or end at byte i of text.
func edge(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i:])
	joins := func(r rune) bool { return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !fold.IsIdeograph(r) }
	return i == 0 || i == len(text) || !joins(before) || !joins(after)
}

// drop takes the words away, wherever they stand.
func drop(l *corpora.Listing, m *judge.Match) (Edit, bool) {
	before, said, after := span(l, m)
	text := tidy(replaceWords(before, said, "") + " " + replaceWords(after, said, ""))
	if strings.ContainsFunc(before+after, fold.IsIdeograph) && !strings.HasSuffix(before, " ") && !strings.HasPrefix(after, " ") {
		text = tidy(replaceWords(before, said, "") + replaceWords(after, said, ""))
	}
	if m.Field == "title" && fold.Squeeze(text) == "" {
		return Edit{}, false // nothing would be left
	}
	e := edit(EditDrop, l, m.Field, said, "", text)
	elsewhere(&e, said, "")
	return e, true
}

// danglers are words that say nothing at the end of a text.
var danglers = []string{"by", "from", "for", "with", "of", "and", "or", "the", "in", "compatible with", "fits", "von", "für", "de", "pour", "par", "para", "per", "di"}

// tidy closes the gaps that words leave: spaces, empty brackets, separators and prepositions with nothing behind them.
func tidy(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for _, pair := range []string{"( )", "()", "[ ]", "[]", "（）", "【】", "「」"} {
		s = strings.ReplaceAll(s, pair, "")
	}
	s = strings.NewReplacer(" ,", ",", " ;", ";", " .", ".", ",,", ",").Replace(s)
	for _, d := range []string{"and ", "or ", "with ", "by "} {
		if len(s) > len(d) && strings.EqualFold(s[:len(d)], d) {
			s = s[len(d):]
		}
	}
	const separators = " -–—|/,;:·•&+、，；®™"
	for {
		was := s
		s = strings.Trim(s, separators)
		for _, d := range danglers {
			if n := len(s) - len(d); n > 0 && strings.EqualFold(s[n:], d) && s[n-1] == ' ' {
				s = s[:n]
			}
		}
		if s == was {
			return strings.Join(strings.Fields(s), " ")
		}
	}
}

// reword turns "iPhone 15 case" into "case for iPhone 15", where the judge told the noun of an accessory behind the sign.
func (x *Editor) reword(l *corpora.Listing, m *judge.Match) (Edit, bool) {
	noun := ""
	for _, p := range m.Pieces {
		if p.Note.Code == judge.NoteUseAccessory {
			noun, _ = p.Note.Args["noun"].(string)
		}
	}
	if noun == "" {
		return Edit{}, false
	}
	before, said, after := span(l, m)
	if at := indexWords(after, noun); at >= 0 {
		between, rest := after[:at], after[at+len(noun):]
		if strings.ContainsFunc(noun, fold.IsIdeograph) {
			to := "适用于" + said + strings.TrimRight(between, " ") + "的" + after[at:at+len(noun)]
			return edit(EditReword, l, m.Field, said+after[:at+len(noun)], to, before+to+rest), true
		}
		model, other := x.model(between)
		to := strings.Join(strings.Fields(other+" "+after[at:at+len(noun)]+" for "+said+" "+model), " ")
		return edit(EditReword, l, m.Field, said+after[:at+len(noun)], to, strings.TrimRight(before+to, " ")+rest), true
	}
	if at := indexWords(before, noun); at >= 0 && strings.TrimSpace(before[at+len(noun):]) == "" {
		to := x.fitsIn(noun) + " " + said
		return edit(EditReword, l, m.Field, said, to, strings.TrimRight(before, " ")+" "+to+after), true
	}
	return Edit{}, false
}

// indexWords returns where words stand in text, in any case, as words of their own; -1 when they do not.
func indexWords(text, words string) int {
	for i := 0; i+len(words) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(words)], words) && edge(text, i) && edge(text, i+len(words)) {
			return i
		}
	}
	return -1
}

// model splits the words between a sign and a noun into the model that belongs to the sign, and the rest.
func (x *Editor) model(between string) (model, rest string) {
	fields := strings.Fields(between)
	n := 0
	for n < len(fields) {
		f := fields[n]
		if !strings.ContainsFunc(f, unicode.IsDigit) && !x.uses.Has("model", fold.Key(f)) && utf8.RuneCountInString(f) > 1 {
			break
		}
		n++
	}
	return strings.Join(fields[:n], " "), strings.Join(fields[n:], " ")
}

// repeats keeps the sign in the title once, behind the words that say that the goods fit it.
func (x *Editor) repeats(l *corpora.Listing, m *judge.Match) (Edit, bool) {
	if m.Field != "title" {
		return Edit{}, false
	}
	from := 0
	for from < len(l.Title) {
		at := indexWords(l.Title[from:], m.Span)
		if at < 0 {
			return Edit{}, false
		}
		at += from
		if end := at + len(m.Span); x.saysFits(l.Title[:at]) {
			after := tidy(replaceWords(l.Title[:at], m.Span, "") + l.Title[at:end] + replaceWords(l.Title[end:], m.Span, ""))
			return edit(EditRepeats, l, "title", m.Span, "", after), true
		}
		from = at + len(m.Span)
	}
	return Edit{}, false
}

// saysFits reports whether a text ends with words that say that goods fit what follows.
func (x *Editor) saysFits(before string) bool {
	key := " " + fold.Key(before)
	return slices.ContainsFunc(x.uses.Phrases, func(p words.Phrase) bool {
		return p.Use == string(judge.UseCompatibility) && p.Side == words.Before &&
			(strings.HasSuffix(key, " "+strings.Join(p.Words, " ")) || strings.HasSuffix(key, strings.Join(p.Words, "")) && strings.ContainsFunc(p.Words[0], fold.IsIdeograph))
	})
}

// fitsIn returns the word for "for" in the language of an accessory noun that stands before the sign.
func (x *Editor) fitsIn(noun string) string {
	key := strings.Fields(fold.Key(noun))
	for _, a := range x.uses.Accessories {
		if to, ok := map[string]string{"fr": "pour", "es": "para", "it": "per", "pt": "para", "de": "für"}[a.Lang]; ok &&
			slices.ContainsFunc(a.Nouns, func(n []string) bool { return slices.Equal(n, key) }) {
			return to
		}
	}
	return "for"
}

// ownBrand returns the seller's own brand: the one that is told, else the declared one where it is another than the sign.
func (x *Editor) ownBrand(l *corpora.Listing, m *judge.Match) string {
	if x.brand != "" {
		return x.brand
	}
	b := strings.TrimSpace(l.Brand)
	if b == "" || x.uses.Has("nobody", fold.Key(b)) || x.signIn(b, m) {
		return ""
	}
	return b
}

// signIn reports whether a text names the sign of m.
func (x *Editor) signIn(text string, m *judge.Match) bool {
	key := " " + fold.Key(text) + " "
	for _, s := range []string{m.Right.Text, m.Span} {
		if k := fold.Key(s); k != "" && strings.Contains(key, " "+k+" ") || same(text, s) {
			return true
		}
	}
	return false
}

// move puts the own brand before the sign in the title.
func (x *Editor) move(l *corpora.Listing, m *judge.Match) (Edit, bool) {
	own := x.ownBrand(l, m)
	if own == "" || m.Field != "title" {
		return Edit{}, false
	}
	at := indexWords(l.Title, own)
	if at >= 0 && at < *m.Start {
		return Edit{}, false
	}
	text := l.Title
	if at >= 0 {
		text = text[:at] + text[at+len(own):]
	}
	space := " "
	if r, _ := utf8.DecodeRuneInString(text); fold.IsIdeograph(r) {
		space = ""
	}
	return edit(EditMove, l, "title", "", own, tidy(own+space+text)), true
}

// fill puts the own brand into the brand field, or takes the sign out of it when no own brand is known.
func (x *Editor) fill(l *corpora.Listing, m *judge.Match) (Edit, bool) {
	own := x.ownBrand(l, m)
	held := x.signIn(l.Brand, m)
	switch {
	case own != "" && (held || strings.TrimSpace(l.Brand) == "" || x.uses.Has("nobody", fold.Key(l.Brand))):
		return edit(EditFill, l, "brand", l.Brand, own, own), true
	case held:
		return edit(EditEmpty, l, "brand", l.Brand, "", ""), true
	}
	return Edit{}, false
}

func dropPicture(l *corpora.Listing, index int) (Edit, bool) {
	if index < 0 || index >= len(l.Images) {
		return Edit{}, false
	}
	e := Edit{Kind: EditPicture, Field: "images[" + itoa(index) + "]", From: l.Images[index].Ref, Before: l.Images[index].Ref, Result: edited(l)}
	e.Result.Images = slices.Delete(e.Result.Images, index, index+1)
	if index < len(e.Result.ImageText) {
		e.Result.ImageText = slices.Delete(e.Result.ImageText, index, index+1)
	}
	return e, true
}

func document(l *corpora.Listing) Edit { return Edit{Kind: EditDocument, Result: *l} }
