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
	traitLook trait = 1 << iota // a look reading of the recorded words
)

// head is the content of its section.
type head struct {
	Forms     uint32
	EqualBits uint32
	EditBits  uint32
	Lengths   uint32 // bit n: some form has n runes; bit 31: some has more than maxWindow
}

// builder collects forms: the ways in which signs are looked for. Every sign has one, and another when its look reading
// differs.
type builder struct {
	marks  core.Marks
	signs  []uint32
	cuts   []cuts
	traits []trait

	plain, look fold.Text
}

func newBuilder() *builder { return &builder{marks: core.Marks{Offsets: []uint32{0}}} }

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
	b.form(sign, &b.plain, core.ModeOf(b.plain.Runes), 0)
	if b.plain.HasLook() && b.look.Look(s.Text) && len(b.look.Runes) <= maxSign && !slices.Equal(b.look.Runes, b.plain.Runes) {
		b.form(sign, &b.look, core.EqualOnly, traitLook)
	}
	return nil
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

func (b *builder) form(sign uint32, t *fold.Text, mode core.Mode, tr trait) {
	b.marks.AddMode(t.Runes, mode)
	b.signs = append(b.signs, sign)
	b.cuts = append(b.cuts, cutsOf(t))
	b.traits = append(b.traits, tr)
}

// Finish writes the sections. The same signs give the same bytes.
func (b *builder) Finish(w *snapshot.Writer) error {
	if len(b.signs) == 0 {
		return nil
	}
	equal := core.BuildTable(b.marks.Len(), func(yield func(uint64, uint32)) {
		for i := range b.marks.Len() {
			yield(signKey(b.marks.At(uint32(i))), uint32(i))
		}
	})
	edit := core.BuildEdits(&b.marks)
	h := head{Forms: uint32(len(b.signs)), EqualBits: equal.IDBits, EditBits: edit.IDBits}
	for i := range b.marks.Len() {
		if n := len(b.marks.At(uint32(i))); n > maxWindow {
			h.Lengths |= 1 << 31
		} else {
			h.Lengths |= 1 << n
		}
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

func putTable(put func(string, []byte), name string, t *core.Table) {
	put(name+"-buckets", snapshot.Bytes(t.Buckets))
	put(name+"-entries", snapshot.Bytes(t.Entries))
	put(name+"-filter", snapshot.Bytes(t.Filter))
}
