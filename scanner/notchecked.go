package scanner

import (
	"lookalike/corpora"
	"lookalike/matchers"
)

// The codes of what a scan does not look at, a closed list: every one has a text in each language of the report. The
// comment says what the count in the trailer is; without one it is null.
const (
	Patents            = "patents"
	UnregisteredRights = "unregistered_rights"
	WordsInPictures    = "words_in_pictures"   // pictures without words given in image_text
	LogosInPhotos      = "logos_in_photos"     // pictures looked at as a whole only; not with the deep lanes
	Shapes             = "shapes"              // pictures whose goods were not compared by outline; not with the deep lanes
	PicturesByAddress  = "pictures_by_address" // pictures that the feed gives as http(s) addresses; not when they are fetched
	MarkForms          = "mark_forms"          // rights in the corpora that are a colour, a position or a sound; not without any
)

// NotCheckedCodes returns the closed list.
func NotCheckedCodes() []string {
	return []string{Patents, UnregisteredRights, WordsInPictures, LogosInPhotos, Shapes, PicturesByAddress, MarkForms}
}

// notCheckedCounts are the counts of a finished scan.
type notCheckedCounts struct {
	unread, looked, byAddress int
}

// notChecked returns what this configuration leaves out, in the order of the codes. Without counts only the codes are
// given, as the header does before the first listing.
func (s *Scanner) notChecked(counts *notCheckedCounts) []NotChecked {
	list := []NotChecked{{Code: Patents}, {Code: UnregisteredRights}}
	add := func(code string, count func(*notCheckedCounts) int) {
		n := NotChecked{Code: code}
		if counts != nil {
			n.Count = new(count(counts))
		}
		list = append(list, n)
	}
	add(WordsInPictures, func(c *notCheckedCounts) int { return c.unread })
	if !s.cfg.Deep {
		add(LogosInPhotos, func(c *notCheckedCounts) int { return c.looked })
		add(Shapes, func(c *notCheckedCounts) int { return c.looked })
	}
	if !s.cfg.FetchImages {
		add(PicturesByAddress, func(c *notCheckedCounts) int { return c.byAddress })
	}
	if s.forms > 0 {
		add(MarkForms, func(*notCheckedCounts) int { return s.forms })
	}
	return list
}

// unmatchable counts the rights of c whose form no lane can match.
func unmatchable(c *matchers.Corpus) int {
	n := 0
	for row := range c.NumRights() {
		switch c.Columns(uint32(row)).Form {
		case corpora.FormColour, corpora.FormPosition, corpora.FormSound:
			n++
		}
	}
	return n
}
