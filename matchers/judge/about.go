package judge

import (
	"lookalike/corpora/words"
	"lookalike/matchers/fold"
)

// useAbout is what phrases say of courses, tutorials and books about a sign's goods. A match tells it as compatibility, with
// a note of its own: both refer to goods of the sign and do not claim to come from its owner.
const useAbout Use = "about"

// taught are the Nice classes of what courses are about: programs, devices that run them, and services of software.
var taught = classSet(9, 42)

// parting are the words behind which a title no longer says what a course is about.
var parting = []string{"for", "from", "with", "w", "by", "in", "at", "plus"}

// teaches reports whether a word for a course says so of the sign: it names the goods, so that nothing but the form of the
// course stands behind it, and the sign is one of what courses are about. "Nike training shoes" train, and are none.
func (p *page) teaches(r *reading, at phraseAt, ph *words.Phrase) bool {
	if r.sign.hosts != 0 && r.sign.hosts&taught == 0 || r.use.field {
		return false
	}
	if ph.Side == words.Before {
		return true
	}
	f := r.f
	return at.to == len(f.tokens) || f.shape(at.to)&(fold.After|fold.AllDigits) != 0 || p.at(f, listLesson, at.to, len(f.tokens)) > 0
}

// insideName reports whether the words of a phrase are part of a name that a corpus holds: "Original" in Original Sprout.
func (p *page) insideName(f *field, at phraseAt) bool {
	for i := at.from; i < at.to; i++ {
		if !f.makers[i] {
			return false
		}
	}
	return true
}
