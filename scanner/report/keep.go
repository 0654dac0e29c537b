package report

import (
	"maps"
	"slices"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// The bounds of a finding that is kept until the end of a scan, so that the 2,000 worst stay within some 100 MB.
const (
	keptMatches = 20
	keptNotes   = 12
	keptText    = 2000 // runes
)

// kept returns a copy of f that holds no more than a reader needs: the best matches, cut texts, and of the listing as it
// was scanned only its pictures.
func kept(f *scanner.Finding) scanner.Finding {
	k := *f
	k.Listing.Title = cut(k.Listing.Title, keptText)
	k.Listing.Category = cut(k.Listing.Category, 300)
	k.Listing.Images = nil
	k.Matches = slices.Clone(f.Matches)
	slices.SortStableFunc(k.Matches, func(a, b judge.Match) int { return order(&a, &b) })
	if n := len(k.Matches) - keptMatches; n > 0 {
		omitted := map[judge.Grade]int{}
		maps.Copy(omitted, f.Omitted)
		for _, m := range k.Matches[keptMatches:] {
			omitted[m.Grade]++
		}
		k.Omitted = omitted
		k.Matches = slices.Clone(k.Matches[:keptMatches])
	}
	for i := range k.Matches {
		m := &k.Matches[i]
		m.Span = cut(m.Span, 500)
		m.Right.Goods = cut(m.Right.Goods, 600)
		m.Right.Disclaimer = cut(m.Right.Disclaimer, 300)
		m.Reasons = m.Reasons[:min(len(m.Reasons), keptNotes)]
		m.Clears = m.Clears[:min(len(m.Clears), keptNotes)]
		m.Right.Others = m.Right.Others[:min(len(m.Right.Others), 10)]
	}
	k.Source = pictures(f)
	return k
}

// order puts the matches that count first, best first.
func order(a, b *judge.Match) int {
	if ca, cb := counts(a), counts(b); ca != cb {
		if ca {
			return -1
		}
		return 1
	}
	return worse(b, a)
}

// pictures returns a listing that holds nothing but the pictures of f, and of these only the one that a card shows.
func pictures(f *scanner.Finding) *corpora.Listing {
	l := &corpora.Listing{}
	shown := pictureIndex(lead(f))
	if f.Source != nil {
		l.Images = make([]corpora.Image, len(f.Source.Images))
		if shown >= 0 && shown < len(l.Images) {
			l.Images[shown] = f.Source.Images[shown]
		}
		return l
	}
	for _, ref := range f.Listing.Images {
		l.Images = append(l.Images, corpora.Image{Ref: ref})
	}
	return l
}
