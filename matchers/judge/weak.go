package judge

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// sureLetters is the length from which one letter off is still a likeness where the goods do not agree.
const sureLetters = 6

// guarded reports whether somebody watches over a right, so that likeness counts wherever it is found: a famous one, one of
// the user's own and one of a watched holder.
func guarded(c *candidate) bool {
	return c.col.Flags&(matchers.FlagFamous|matchers.FlagOwn|matchers.FlagWatched) != 0
}

// capWeak bounds what is left of a likeness where the goods do not agree, or where the listing sells under a name of its
// own. A right reaches goods that are not similar to its own only by fame; a name behind a maker's is that of a model,
// unless it is the very sign; a word that has a meaning of its own is read as that word.
func (j *Judge) capWeak(t *tally, r *reading, c *candidate, x *context) {
	if guarded(c) || !full(r.use.use) || r.use.use == UseCounterfeit || r.use.enforced != nil {
		return
	}
	bound := func(name string, g Grade, code string) {
		if t.cap(name, g) {
			t.say(note(code))
		}
	}
	near := !r.exact()
	if x.ownWords && !r.use.field && len(j.goods.KindsOf(r.text0())) > 0 {
		bound("near", Low, NoteCapNear) // it says what is sold
	}
	if c.col.Kind == corpora.Work {
		if near && (r.alike() || !r.close(sureLetters)) {
			bound("near", Low, NoteCapNear) // a character is named by its name: "startopia" is no Zootopia
		}
		return
	}
	switch c.relation {
	case Unrelated:
		g := Low
		if !near && (r.sign.power.invented && r.use.placed() || !r.sign.power.weak() && r.disguised()) {
			g = Medium
		}
		bound("unrelated", g, NoteCapUnrelated)
	case Related:
		if near && !(r.use.placed() && r.sign.power.invented && r.close(sureLetters)) ||
			r.sign.power.weak() && !r.use.field && !r.use.capital {
			bound("related", Low, NoteCapUnrelated)
		} else if r.inName() && !x.inField {
			g := Medium
			if r.sign.power.name {
				g = Low
			}
			bound("related", g, NoteCapUnrelated)
		}
	case ClassOnly:
		if s := r.sign.power; s.common && s.ordinary && !r.use.field && !x.written {
			bound("common", Low, NoteCapOrdinary)
		} else if s.weak() && !r.use.placed() {
			bound("common", Medium, NoteCapOrdinary)
		}
	case Unknown:
		switch {
		case r.sign.power.name && !x.inField && x.namesake:
			bound("name", Low, NoteCapOrdinary)
		case near && !r.use.field && !r.close(nearLetters+1) && !(r.use.placed() && r.sign.power.invented && r.likely()):
			bound("near", Low, NoteCapNear)
		case near:
			bound("near", Medium, NoteCapNear)
		}
	}
	if !near {
		return
	}
	agrees := c.relation == Same || c.relation == Similar
	if r.alike() {
		g := Medium
		if !agrees && !r.whole() && (!r.likely() || r.sign.facts.Words > 1) {
			g = Low
		} else if !agrees && c.relation != Unknown && !(r.likely() && r.begins()) {
			g = Low // the goods are known, and nothing but a class brings them together
		}
		bound("alike", g, NoteCapNear)
	}
	if agrees {
		sure := r.lanes&(1<<matchers.Edit) != 0 && r.begins() && (r.close(nearLetters+1) || r.likely())
		if r.lanes&(1<<matchers.Edit|1<<matchers.Sound) != 0 && r.lanes&(1<<matchers.Compound) == 0 && !sure {
			bound("near", Medium, NoteCapNear) // as likely the name of another firm
		}
		return
	}
	running := r.hit.Part == matchers.Description || r.hit.Part == matchers.Bullets
	switch {
	case x.ownWords && !r.use.field, r.use.own != "" && !r.use.placed(), running && c.relation != Unknown, c.relation != Unknown && !r.use.field && r.few():
		bound("near", Low, NoteCapNear)
	case c.relation == ClassOnly && r.lanes&(1<<matchers.Edit) != 0 && r.hit.Dist > 1:
		g := Medium
		if !r.begins() {
			g = Low
		}
		bound("near", g, NoteCapNear)
	}
}

// fewLetters is the length up to which one letter off is an abbreviation of its own.
const fewLetters = 3

// few reports whether sign or span are no longer than an abbreviation, "gsp" for KSP, or little longer with another
// beginning, "dora" for ZORA.
func (r *reading) few() bool {
	n := min(int(r.sign.facts.Runes), r.length())
	return !r.sign.power.han && (n <= fewLetters || n == fewLetters+1 && !r.begins())
}

// begins reports whether a span begins with the letter that its sign begins with, which readers look at first.
func (r *reading) begins() bool {
	a, _ := utf8.DecodeRuneInString(r.sign.key)
	b, _ := utf8.DecodeRuneInString(r.f.token(r.from))
	return a == b
}

// latin reports whether a span is written in Latin letters.
func (r *reading) latin() bool {
	for _, c := range r.text0() {
		if unicode.IsLetter(c) && !unicode.Is(unicode.Latin, c) {
			return false
		}
	}
	return true
}

// weak reports whether a sign is an ordinary word, or made of them.
func (s *strength) weak() bool { return s.ordinary || s.common || s.phrase }

// inName reports whether the word behind the span goes on as a name: "Agatha Christie", "Didi & Ditto", "Bally Gaming".
func (r *reading) inName() bool {
	f := r.f
	if r.to >= len(f.tokens) || f.marks[r.to] {
		return false
	}
	between := f.text[f.fold.End[f.fold.Tokens[r.to-1].To-1]:f.fold.Start[f.fold.Tokens[r.to].From]]
	if strings.Contains(between, "&") {
		return true
	}
	return f.shape(r.to)&(fold.After|fold.HasDigit|fold.AllDigits|fold.Ideograph) == 0 && len(f.tokens[r.to]) > 2
}

// disguised reports whether letters of the sign were exchanged for look-alikes, hidden or parted: nobody does so by chance.
func (r *reading) disguised() bool {
	const folds = matchers.FoldConfusable | matchers.FoldLeet | matchers.FoldHidden | matchers.FoldSpaced
	return r.hit.Lane == matchers.Script && matchers.Fold(r.hit.Tier)&folds != 0
}

// leet reports whether digits or symbols stand for letters of the sign. In a sign of three letters that is one letter off:
// S4S is as likely a name of its own as SAS.
func (r *reading) leet() bool {
	return r.hit.Lane == matchers.Script && matchers.Fold(r.hit.Tier)&matchers.FoldLeet != 0
}

// likely reports whether most of a sign that is not near agrees: two letters off in eight, or most of its pairs of letters.
func (r *reading) likely() bool {
	n, m := int(r.sign.facts.Runes), r.length()
	if max(n, m)-min(n, m) > n/4 {
		return false
	}
	return r.lanes&(1<<matchers.Edit) != 0 && n >= 9 || r.alike() && r.hit.Cover >= mostOfSign
}

// mostOfSign is the share of a sign, in thousandths, that makes a span likely that shares no more than parts of it.
const mostOfSign = 800

// close reports whether a reading that is not equal to its sign is one letter off at most, of at least so many, or the
// whole sign in other word boundaries, with an ending or by its sound in another script.
func (r *reading) close(letters int) bool {
	n := int(r.sign.facts.Runes)
	switch {
	case r.sign.power.han, r.whole():
		return true
	case r.lanes&(1<<matchers.Edit) != 0:
		return r.hit.Dist <= 1 && n >= letters
	case r.lanes&(1<<matchers.Compound) != 0:
		return r.hit.Cover >= 1000 && n >= letters
	case r.lanes&(1<<matchers.Sound) != 0:
		return r.sign.facts.Script&^(matchers.Latin|matchers.Digits) != 0
	}
	return false
}
