package evaljudge

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"lookalike/corpora/words"
	"lookalike/matchers/fold"
	"lookalike/matchers/judge"
)

// stats counts over all listings, by language.
type stats struct {
	o      Options
	out    io.Writer
	rights int
	labels labels // nil without a file
	dict   *words.Tables

	by map[string]*count
}

// count is what was seen in one language.
type count struct {
	listings, own, ownFound, ownMedium int
	otherHigh, otherMedium, critical   int
	low, items                         int
	// strangers are other marks of which no word is the brand's.
	strangerHigh, strangerMedium, strangerCritical int
	groups                                         map[string]bool
	uses                                           map[judge.Use]map[judge.Grade]int
	said                                           said
	// compatible are other marks directly behind words of compatible use in a title.
	compatible, compatibleUse, compatibleAbove int
}

func (s *stats) of(lang string) *count {
	if lang != "zh" {
		lang = "en"
	}
	c := s.by[lang]
	if c == nil {
		c = &count{groups: map[string]bool{}, uses: map[judge.Use]map[judge.Grade]int{}}
		s.by[lang] = c
	}
	return c
}

func (s *stats) add(l *labelled, v *judge.Verdict) {
	c := s.of(l.Lang)
	c.listings++
	var mine, other, strange, unrelated, unlabelled judge.Grade
	found := false
	for i := range v.Matches {
		m := &v.Matches[i]
		if m.Grade == judge.Low {
			c.low++
		}
		kind := l.kind(m)
		if kind == own {
			found = true
			mine = stricter(mine, m.Grade)
			continue
		}
		other = stricter(other, m.Grade)
		if m.Field == "title" && fits(m.Before) && !s.common(m.Span) {
			c.compatible++
			c.compatibleUse += one(m.Use == judge.UseCompatibility)
			c.compatibleAbove += one(m.Grade.Rank() > judge.Low.Rank())
		}
		if kind == stranger {
			strange = stricter(strange, m.Grade)
		}
		switch s.labels.of(l.ID, m.Right.Text) {
		case labelUnrelated:
			unrelated = stricter(unrelated, m.Grade)
		case "":
			unlabelled = stricter(unlabelled, m.Grade)
		}
		if c.uses[m.Use] == nil {
			c.uses[m.Use] = map[judge.Grade]int{}
		}
		c.uses[m.Use][m.Grade]++
		if m.Grade.Rank() >= judge.High.Rank() {
			c.items++
			c.groups[m.Right.Text+"|"+string(m.Use)] = true
			s.show("others-high", l, m)
			s.show("sample", l, m)
		}
		if m.Grade == judge.Medium {
			s.show("others-medium", l, m)
		}
		if m.Grade == judge.Critical {
			s.show("critical", l, m)
		}
	}
	c.said.add(unrelated, unlabelled)
	c.strangerHigh += one(strange.Rank() >= judge.High.Rank())
	c.strangerMedium += one(strange.Rank() >= judge.Medium.Rank())
	c.strangerCritical += one(strange == judge.Critical)
	c.otherHigh += one(other.Rank() >= judge.High.Rank())
	c.otherMedium += one(other.Rank() >= judge.Medium.Rank())
	c.critical += one(other == judge.Critical)
	if !l.BrandInTitle || l.Suspect {
		return
	}
	c.own++
	c.ownFound += one(found)
	c.ownMedium += one(mine.Rank() >= judge.Medium.Rank())
	if mine.Rank() < judge.Medium.Rank() && s.o.Show == "own-missed" {
		fmt.Fprintf(s.out, "missed %q (%s) in %q [%s]\n", l.Brand, mine, l.Title, l.Category)
	}
}

func stricter(a, b judge.Grade) judge.Grade {
	if b.Rank() > a.Rank() {
		return b
	}
	return a
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// What a mark is to the brand of a listing: the brand itself, a name that shares a word with it, or another's.
const (
	own      = "own"
	kinName  = "kin"
	stranger = "other"
)

// kind tells what the mark of a match is to the listing's brand.
func (l *labelled) kind(m *judge.Match) string {
	b := fold.Squeeze(l.Brand)
	switch {
	case fold.Squeeze(m.Right.Text) == b || m.Lane == "alias" && fold.Squeeze(m.Span) == b:
		return own
	case kin(fold.Key(m.Right.Text), fold.Key(l.Brand)):
		return kinName
	}
	return stranger
}

// kin reports whether two names share a word: "sony" and "sony media".
func kin(a, b string) bool {
	for w := range strings.FieldsSeq(a) {
		if slices.Contains(strings.Fields(b), w) {
			return true
		}
	}
	return false
}

// common reports whether a span is a frequent word, which says for whom goods are: "for kids".
func (s *stats) common(span string) bool {
	return s.dict.Dictionaries(fold.Key(span))&words.Common != 0
}

// fits reports whether the text before a mark ends in words that say what goods fit.
func fits(before string) bool {
	before = " " + fold.Key(before)
	return slices.ContainsFunc([]string{" for", " compatible with", " works with", " fits", " for use with"}, func(w string) bool {
		return strings.HasSuffix(before, w)
	})
}

// show prints one match for a reader who tunes.
func (s *stats) show(kind string, l *labelled, m *judge.Match) {
	if s.o.Show != kind || s.o.Strangers && kin(fold.Key(m.Right.Text), fold.Key(l.Brand)) {
		return
	}
	fmt.Fprintf(s.out, "%s %q %s %q %s %s %s %d | %s | brand %q | %s\n\t", m.Grade, m.Right.Text, m.Lane, m.Span, m.Field, m.Use, m.Goods.Relation, m.Score, l.Title, l.Brand, l.Category)
	for _, p := range m.Pieces {
		fmt.Fprintf(s.out, " %s=%.2g*%g(%s)", p.Name, p.Value, p.Weight, p.Note.Code)
	}
	fmt.Fprintln(s.out)
}

func (s *stats) print() {
	fmt.Fprintf(s.out, "corpus of %d rights, with classes: %v\n", s.rights, s.o.Classes)
	for _, lang := range []string{"en", "zh"} {
		if c := s.by[lang]; c != nil {
			c.print(s.out, lang)
			if s.labels != nil {
				c.said.print(s.out, func(n int) string { return share(n, c.listings) })
			}
		}
	}
}

func share(n, of int) string {
	return fmt.Sprintf("%d (%.2f %%)", n, 100*float64(n)/float64(max(of, 1)))
}

func (c *count) print(out io.Writer, lang string) {
	fmt.Fprintf(out, "%s: %d listings; own brand in %d titles, found %s, medium or above %s\n", lang, c.listings, c.own, share(c.ownFound, c.own), share(c.ownMedium, c.own))
	fmt.Fprintf(out, "    another mark: critical %s, high or above %s, medium or above %s; low per listing %.2f\n",
		share(c.critical, c.listings), share(c.otherHigh, c.listings), share(c.otherMedium, c.listings), float64(c.low)/float64(c.listings))
	per := func(n int) float64 { return 1000 * float64(n) / float64(max(c.listings, 1)) }
	fmt.Fprintf(out, "    false alarms per 1,000 listings: high or above %.1f, medium or above %.1f\n", per(c.strangerHigh), per(c.strangerMedium))
	fmt.Fprintf(out, "    of those, no word in common with the brand: critical %s, high or above %s, medium or above %s\n",
		share(c.strangerCritical, c.listings), share(c.strangerHigh, c.listings), share(c.strangerMedium, c.listings))
	fmt.Fprintf(out, "    at high per 40,000 listings: %d items, %d groups\n", c.items*40000/c.listings, len(c.groups)*40000/c.listings)
	fmt.Fprintf(out, "    directly behind words of compatible use in a title: %d marks, use compatibility %s, above low %s\n",
		c.compatible, share(c.compatibleUse, c.compatible), share(c.compatibleAbove, c.compatible))
	for _, u := range []judge.Use{judge.UseBrand, judge.UseSubject, judge.UseCompatibility, judge.UseComparison, judge.UseDescriptive,
		judge.UseIngredient, judge.UseResale, judge.UseCounterfeit, judge.UseNegation} {
		fmt.Fprintf(out, "    %s %v\n", u, c.uses[u])
	}
}
