package text

import (
	"context"
	"fmt"
	"slices"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers/core"
	"lookalike/matchers/fold"
)

// The sections. head holds sizes that the slices do not tell.
const (
	secHead    = "text/head"
	secSigns   = "text/signs"   // sign of each form
	secOffsets = "text/offsets" // of the runes of each form
	secRunes   = "text/runes"
	secModes   = "text/modes"
	secCuts    = "text/cuts"
	secTraits  = "text/traits"
	secEqual   = "text/equal"
	secEdit    = "text/edit"
)

// trait is what else is known of a form. It is a set.
type trait uint8

const (
	traitLook  trait = 1 << iota // a look reading of the recorded words
	traitRoman                   // a Latin reading of words in another script
)

// head is the content of its section.
type head struct {
	Forms     uint32
	EqualBits uint32
	EditBits  uint32
	Lengths   uint32 // bit n: some form has n runes; bit 31: some has more than maxWindow
	Policy    uint32 // a set of policies
}

// policyFlood says that ordinary words are no misspellings: see the package comment.
const policyFlood = 1

// builder collects forms: the ways in which signs are looked for. Every sign has a plain one, and others behind it for its
// look reading and its Latin readings.
type builder struct {
	kind   Kind
	marks  core.Marks
	signs  []uint32
	cuts   []cuts
	traits []trait

	plain, look fold.Text
	lengths     uint32 // of the parts and stems
	edit        *core.Table
}

func newBuilder(k Kind) *builder {
	return &builder{kind: k, marks: core.Marks{Offsets: []uint32{0}}}
}

// maxSign is how many runes of a sign are kept.
const maxSign = 4096

// Add takes the words of a sign. It ignores signs without words.
func (b *builder) Add(_ context.Context, sign uint32, s *corpora.Sign) error {
	if s.Text == "" {
		return nil
	}
	b.plain.Fold(s.Text)
	n := len(b.plain.Runes)
	if n == 0 || n > maxSign {
		return &corpora.Problem{Code: corpora.BadValue, Args: map[string]any{"value": shorten(s.Text), "want": fmt.Sprintf("1 to %d letters or digits", maxSign)}}
	}
	bounds := cutsOf(&b.plain)
	b.form(sign, b.plain.Runes, bounds, core.ModeOf(b.plain.Runes), 0)
	if b.plain.HasLook() && b.look.Look(s.Text) && len(b.look.Runes) <= maxSign && !slices.Equal(b.look.Runes, b.plain.Runes) && !edged(&b.look) {
		b.form(sign, b.look.Runes, cutsOf(&b.look), core.EqualOnly, traitLook)
	}
	romanForms(&b.plain, func(runes []rune) { b.form(sign, runes, 0, core.EqualOnly, traitRoman) })
	return nil
}

// edged reports whether a look reading takes a symbol at the edge of a word for a letter: the mark Yahoo! is not yahooi.
func edged(t *fold.Text) bool {
	for _, k := range t.Tokens {
		if k.To-k.From == 1 && t.Notes[k.From]&fold.NoteSymbol != 0 {
			return true
		}
	}
	return false
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

func (b *builder) form(sign uint32, runes []rune, bounds cuts, mode core.Mode, tr trait) {
	b.marks.AddMode(runes, mode)
	b.signs = append(b.signs, sign)
	b.cuts = append(b.cuts, bounds)
	b.traits = append(b.traits, tr)
}

// Finish writes the sections. The same signs give the same bytes.
func (b *builder) Finish(w *snapshot.Writer) error {
	if len(b.signs) == 0 {
		return nil
	}
	keys := b.keys()
	equal := core.BuildTable(b.marks.Len(), false, func(yield func(uint64, uint32, uint16)) {
		for _, k := range keys {
			yield(k.key, k.form, 0)
		}
	})
	keys = nil
	edit := b.edit
	if edit == nil {
		edit = core.BuildEdits(&b.marks)
	}
	h := head{Forms: uint32(len(b.signs)), EqualBits: equal.IDBits, EditBits: edit.IDBits}
	for i := range b.marks.Len() {
		if n := len(b.marks.At(uint32(i))); n > maxWindow {
			h.Lengths |= 1 << 31
		} else {
			h.Lengths |= 1 << n
		}
	}
	h.Lengths |= b.lengths
	if b.kind.flood {
		h.Policy = policyFlood
	}
	var err error
	put := func(name string, bytes []byte) {
		if err == nil {
			err = w.Put(name, bytes)
		}
	}
	put(secHead, snapshot.Bytes([]head{h}))
	put(secSigns, snapshot.Bytes(b.signs))
	put(secOffsets, snapshot.Bytes(b.marks.Offsets))
	put(secRunes, snapshot.Bytes(b.marks.Runes))
	put(secModes, snapshot.Bytes(b.marks.Modes))
	put(secCuts, snapshot.Bytes(b.cuts))
	put(secTraits, snapshot.Bytes(b.traits))
	putTable(put, secEqual, equal)
	putTable(put, secEdit, edit)
	if err != nil {
		return fmt.Errorf("write text sections: %w", err)
	}
	return nil
}

// entry is a form under one key of the table of equals.
type entry struct {
	key  uint64
	form uint32
}

// keys returns what the table of equals holds: whole forms, stems and dominant parts under the key of their letters, weak
// parts, word sets and sounds under keys of their own.
func (b *builder) keys() []entry {
	v := b.vocabulary()
	var out []entry
	var words, pieces []run
	var parts []part
	var codes []sound
	for i := range b.marks.Len() {
		id, runes := uint32(i), b.marks.At(uint32(i))
		add := func(key uint64) { out = append(out, entry{key, id}) }
		add(signKey(seedWhole, runes))
		if b.traits[i] != 0 {
			continue
		}
		if n := stem(runes); n < len(runes) && n <= maxWindow {
			add(signKey(seedWhole, runes[:n]))
			b.lengths |= 1 << n
		}
		words = wordsOf(len(runes), b.cuts[i], words[:0])
		pieces = piecesOf(runes, b.cuts[i], pieces[:0])
		if len(pieces) >= 2 && len(pieces) <= maxWords {
			add(orderKey(runes, pieces))
		}
		parts = v.parts(runes, words, parts[:0])
		for _, p := range parts {
			b.addPart(runes[p.from:p.to], p.weak, add)
		}
		v.nameKeys(runes, words, add)
		if len(runes) <= maxWindow {
			codes = sounds(runes, words, codes[:0])
			for j := range codes {
				add(codes[j].key())
			}
		}
	}
	return out
}

func (b *builder) addPart(runes []rune, weak bool, add func(uint64)) {
	seed := uint64(seedWhole)
	if weak {
		seed = seedWeak
	}
	for i, n := range []int{len(runes), stem(runes)} {
		if n <= maxWindow && (i == 0 || n < len(runes)) {
			add(signKey(seed, runes[:n]))
			b.lengths |= 1 << n
		}
	}
}

// vocabulary counts the words of all signs.
func (b *builder) vocabulary() *vocabulary {
	v := &vocabulary{count: map[uint64]uint32{}, grams: map[uint64]uint32{}}
	dict, cache := b.kind.dictionaries(), new(ordinaryCache)
	v.ordinary = func(word []rune) bool { return dict != nil && cache.word(dict, word, lexical) }
	var words []run
	for i := range b.marks.Len() {
		if b.traits[i] != 0 {
			continue
		}
		runes := b.marks.At(uint32(i))
		v.countGrams(runes)
		words = wordsOf(len(runes), b.cuts[i], words[:0])
		for _, w := range words {
			v.count[wordKey(runes[w.from:w.to])]++
		}
	}
	return v
}

func putTable(put func(string, []byte), name string, t *core.Table) {
	put(name+"-buckets", snapshot.Bytes(t.Buckets))
	put(name+"-entries", snapshot.Bytes(t.Entries))
	if len(t.Notes) > 0 {
		put(name+"-notes", snapshot.Bytes(t.Notes))
	}
	put(name+"-filter", snapshot.Bytes(t.Filter))
}
