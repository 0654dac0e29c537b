package words

import (
	"bytes"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed use/*.csv
var useFiles embed.FS

// Uses are the tables by which the use of a sign is told: phrases around it, the nouns of accessories, counterfeit words,
// ordinary meanings, and marks that name a technology. Every word in them is folded as matchers/fold folds, cut into
// tokens as it cuts. They are immutable and safe for concurrent use.
type Uses struct {
	Phrases     []Phrase
	Fakes       []Fake
	Accessories []Accessory
	Contexts    map[string]Context // by the ordinary word
	Terms       map[string]Term    // by the mark
	lists       map[string]*wordList
	langs       map[string]Langs // by token, of every list that holds it as an entry of its own
}

// Langs is a set of the languages of the tables: bit i is language i of langCodes.
type Langs uint32

// The languages that rules name. Others have bits of their own.
const (
	LangEnglish Langs = 1 << iota
	LangGerman
	LangFrench
	LangSpanish
	LangItalian
)

// langCodes are the languages of Langs by bit.
var langCodes = []string{"en", "de", "fr", "es", "it", "nl", "pt", "pl", "ru", "zh", "ja", "ko", "cs", "sk", "sv", "da", "fi", "hu", "ro", "tr"}

// Side says on which side of a sign a phrase stands.
type Side uint8

// The sides.
const (
	Before Side = iota
	After
	Near // either side
)

var sides = map[string]Side{"before": Before, "after": After, "near": Near}

// Phrase is one way of words by which a listing says how it uses the sign beside them.
type Phrase struct {
	Lang   string
	Use    string // a use of matchers/judge
	Side   Side
	Words  []string
	Gap    int        // most tokens between phrase and sign; models and lists of signs do not count
	Unless [][]string // words beside the phrase that take its meaning away
	True   string     // an example with the sign in brackets
	False  string     // an example in which the phrase says nothing about the sign
	Source string
}

// Fake is a word by which sellers admit an imitation, when it stands beside a sign.
type Fake struct {
	Lang   string
	Words  []string
	Raw    string // the text as read, where folding takes the decisive character away
	Gap    int
	Except [][]string // words within two tokens that explain it
	Goods  [][]string // words anywhere in title or category that explain it
	True   string
	False  string
	Source string
}

// Accessory holds the nouns of accessories and parts of one kind of goods.
type Accessory struct {
	Host    string // the kind of goods that they belong to
	Classes uint64 // bit n: Nice class n, where marks for the host are registered
	Lang    string
	Goods   string // the host as texts of goods name it, "" when no kinds of goods are to be compared
	Nouns   [][]string
	True    string
	False   string
}

// Context holds what gives an ordinary word its ordinary meaning.
type Context struct {
	Goods  [][]string // words of a category or title of goods that it describes
	Before [][]string
	After  [][]string
}

// Term is a mark that sellers take for an ordinary word, or that names a technology or an ingredient.
type Term struct {
	// Kind is "enforced", "technology", "standard" for a technology that most goods of its kind name, or "free" for a
	// word that looks like one and is none.
	Kind        string
	Replacement map[string]string
	Source      string
}

// LoadUses decodes the embedded tables.
func LoadUses() (*Uses, error) {
	u := &Uses{Contexts: map[string]Context{}, Terms: map[string]Term{}, lists: map[string]*wordList{}, langs: map[string]Langs{}}
	for _, f := range []struct {
		name string
		row  func(r row) error
	}{
		{"phrases", u.addPhrase}, {"counterfeit", u.addFake}, {"accessories", u.addAccessory},
		{"contexts", u.addContext}, {"terms", u.addTerm}, {"products", u.addList},
	} {
		if err := readUse(f.name, f.row); err != nil {
			return nil, err
		}
	}
	return u, nil
}

// Has reports whether a named list holds a token. The lists are person (whom goods are for), model (words of model
// names), fill (words between a phrase and the sign that it speaks of), quality (adjectives that may stand there too),
// negation, generic (words for kinds and origins that dictionaries of small letters leave out), place (names of places of
// several words), lead (words before the brand of a title), binder (words that make the word before them a phrase), host (goods that accessories are made for), shop (words of seller
// names), site (labels of addresses that name no shop), character (words of a dictionary that name a character and nothing
// else), nobody (brand fields that name no brand), platform (systems that software runs on), carrier (mobile networks), network (words about them), lesson (what stands behind the word for a course), honorific (words before a person's name), and what goods are like: colour, material, gem, size, cut, pattern, flavour, season and state (of food).
func (u *Uses) Has(list, token string) bool {
	l := u.lists[list]
	return l != nil && l.single[token] != 0
}

// LangsOf returns the languages in which a token is an entry of some list, none where it is of no list.
func (u *Uses) LangsOf(token string) Langs { return u.langs[token] }

// Langs returns the languages in which a token is an entry of a named list, none where it is not or no list has that name.
func (u *Uses) Langs(list, token string) Langs {
	if l := u.lists[list]; l != nil {
		return l.single[token]
	}
	return 0
}

// Is reports whether an entry of a named list equals a folded text of any number of tokens.
func (u *Uses) Is(list, key string) bool {
	if u.Has(list, key) {
		return true
	}
	if key == "" || key[0] < utf8.RuneSelf && !strings.Contains(key, " ") {
		return false // one token, or none that a list would begin with
	}
	t := tokens(key)
	return len(t) > 0 && u.At(list, t) == len(t)
}

// wordList is one named list.
type wordList struct {
	single map[string]Langs      // entries of one token
	longer map[string][][]string // entries of several by their first token
}

// At returns how many of the first tokens are one entry of a named list, 0 when none is. The longest entry wins.
func (u *Uses) At(list string, tokens []string) int {
	l := u.lists[list]
	if l == nil || len(tokens) == 0 {
		return 0
	}
	best := 0
	if l.single[tokens[0]] != 0 {
		best = 1
	}
	for _, e := range l.longer[tokens[0]] {
		if len(e) > best && len(e) <= len(tokens) && slices.Equal(e, tokens[:len(e)]) {
			best = len(e)
		}
	}
	return best
}

// Firsts returns the first token of every entry of a named list, in no order and some more than once.
func (u *Uses) Firsts(list string) iter.Seq[string] {
	return func(yield func(string) bool) {
		l := u.lists[list]
		if l == nil {
			return
		}
		for t := range l.single {
			if !yield(t) {
				return
			}
		}
		for t := range l.longer {
			if !yield(t) {
				return
			}
		}
	}
}

// row is one line of a table by heading.
type row map[string]string

func readUse(name string, add func(row) error) error {
	path := "use/" + name + ".csv"
	b, err := useFiles.ReadFile(path)
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return fmt.Errorf("words: %s: %w", path, err)
	}
	for i, fields := range rows[1:] {
		r := make(row, len(fields))
		for k, v := range fields {
			r[rows[0][k]] = v
		}
		if err := add(r); err != nil {
			return fmt.Errorf("words: %s row %d: %w", path, i+2, err)
		}
	}
	return nil
}

func (u *Uses) addPhrase(r row) error {
	side, ok := sides[r["place"]]
	if !ok {
		return fmt.Errorf("no side %q", r["place"])
	}
	gap, err := strconv.Atoi(r["gap"])
	if err != nil {
		return fmt.Errorf("gap: %w", err)
	}
	u.Phrases = append(u.Phrases, Phrase{
		Lang: r["lang"], Use: r["use"], Side: side, Words: tokens(r["words"]), Gap: gap, Unless: list(r["unless"]),
		True: r["true"], False: r["false"], Source: r["source"],
	})
	return nil
}

func (u *Uses) addFake(r row) error {
	gap, err := strconv.Atoi(r["gap"])
	if err != nil {
		return fmt.Errorf("gap: %w", err)
	}
	u.Fakes = append(u.Fakes, Fake{
		Lang: r["lang"], Words: tokens(r["words"]), Raw: r["raw"], Gap: gap, Except: list(r["except"]),
		Goods: list(r["goods"]), True: r["true"], False: r["false"], Source: r["source"],
	})
	return nil
}

func (u *Uses) addAccessory(r row) error {
	var set uint64
	for s := range strings.SplitSeq(r["classes"], ";") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 45 {
			return fmt.Errorf("no Nice class %q", s)
		}
		set |= 1 << n
	}
	u.Accessories = append(u.Accessories, Accessory{
		Host: r["host"], Classes: set, Lang: r["lang"], Goods: r["goods"], Nouns: list(r["nouns"]), True: r["true"], False: r["false"],
	})
	return nil
}

func (u *Uses) addContext(r row) error {
	u.Contexts[r["word"]] = Context{Goods: list(r["goods"]), Before: list(r["before"]), After: list(r["after"])}
	return nil
}

func (u *Uses) addTerm(r row) error {
	u.Terms[r["word"]] = Term{
		Kind:        r["kind"],
		Replacement: map[string]string{"en": r["replacement_en"], "zh": r["replacement_zh"]},
		Source:      r["source"],
	}
	return nil
}

func (u *Uses) addList(r row) error {
	l := u.lists[r["list"]]
	if l == nil {
		l = &wordList{single: map[string]Langs{}, longer: map[string][][]string{}}
		u.lists[r["list"]] = l
	}
	bit := slices.Index(langCodes, r["lang"])
	if bit < 0 {
		return fmt.Errorf("no language %q", r["lang"])
	}
	lang := Langs(1) << bit
	for _, e := range list(r["words"]) {
		switch len(e) {
		case 0:
			return errors.New("an empty entry")
		case 1:
			l.single[e[0]] |= lang
			u.langs[e[0]] |= lang
		default:
			l.longer[e[0]] = append(l.longer[e[0]], e)
		}
	}
	return nil
}

// list cuts at semicolons and each part into tokens.
func list(s string) [][]string {
	if s == "" {
		return nil
	}
	var out [][]string
	for part := range strings.SplitSeq(s, ";") {
		out = append(out, tokens(part))
	}
	return out
}

// tokens cuts folded text as matchers/fold does: at spaces, and around every character of a script without spaces.
func tokens(s string) []string {
	var out []string
	for word := range strings.FieldsSeq(s) {
		from := 0
		for i, r := range word {
			if !ideograph(r) {
				continue
			}
			if i > from {
				out = append(out, word[from:i])
			}
			from = i + len(string(r))
			out = append(out, word[i:from])
		}
		if from < len(word) {
			out = append(out, word[from:])
		}
	}
	return out
}

// ideograph reports whether r is a token of its own.
func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai) || r == 'ー'
}
