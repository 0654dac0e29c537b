package judge

import (
	"strings"

	"lookalike/matchers"
)

// Bounds of the differing bits, of 256, between two hashes: the same picture, a similar one; beyond that a lead.
const (
	sameBits    = 45
	similarBits = 61
	leadBits    = 67
)

// sureInliers is how many matching points make a part of a picture the same picture.
const sureInliers = 30

// wholePicture is the share of a picture that a logo must fill to be the whole picture.
const wholePicture = 0.6

// pictureValue grades a picture reading by itself: the value keeps the sum of pieces inside the grade's band.
func (p *page) pictureValue(r *reading, c *candidate) (Grade, float64, Note) {
	d := float64(r.hit.Dist)
	within := func(g Grade, share float64) float64 {
		lo, hi := lowest(g), highest(g)-6
		return (lo + (hi-lo)*min(max(share, 0), 1)) / weightPicture
	}
	switch r.hit.Lane {
	case matchers.Copy:
		switch {
		case r.hit.Dist <= sameBits:
			return High, within(High, 0.6*(1-d/sameBits)), note(NoteSamePicture, "distance", int(d))
		case r.hit.Dist <= similarBits:
			return Medium, within(Medium, 1-(d-sameBits)/(similarBits-sameBits)), note(NoteSimilarPicture, "distance", int(d))
		}
		return Low, within(Low, 1-(d-similarBits)/(leadBits-similarBits)), note(NotePictureLead, "distance", int(d))
	case matchers.Partial:
		n := note(NotePartialPicture, "inliers", int(r.hit.Cover))
		if r.hit.Cover >= sureInliers {
			return High, within(High, 0.1), n
		}
		return Medium, within(Medium, float64(r.hit.Cover)/sureInliers), n
	case matchers.Logo:
		if p.wholePicture(r) {
			return Medium, within(Medium, 1-d/1000), note(NoteLogoPicture, "mark", p.markOf(c))
		}
		return Low, within(Low, 1-d/1000), note(NoteLogoInPhoto, "mark", p.markOf(c))
	}
	if r.hit.Tier&matchers.TierBroken != 0 {
		return Low, within(Low, 0.5), note(NoteShapeBroken)
	}
	return Low, within(Low, 0.5), note(NoteShapeLead)
}

// markOf returns the words of a right, "" when it has none or cannot be read.
func (p *page) markOf(c *candidate) string {
	r, err := p.j.rightOf(c.view, c.row)
	if err != nil {
		return ""
	}
	return r.Text
}

// wholePicture reports whether the box of a hit fills most of its picture.
func (p *page) wholePicture(r *reading) bool {
	if int(r.hit.Item) >= len(p.pictures) {
		return true
	}
	facts := p.pictures[r.hit.Item]
	b := r.hit.Box()
	area, whole := (b[2]-b[0])*(b[3]-b[1]), facts.Width*facts.Height
	return whole == 0 || area <= 0 || float64(area) >= wholePicture*float64(whole) ||
		float64(max(b[2]-b[0], 1)) >= wholePicture*float64(facts.Width) || float64(max(b[3]-b[1], 1)) >= wholePicture*float64(facts.Height)
}

// judgePicture makes the pieces of a picture reading. Text or goods that agree raise it by one grade.
func (p *page) judgePicture(t *tally, r *reading, c *candidate, x *context) {
	_, value, said := p.pictureValue(r, c)
	if t.add(PiecePicture, value, weightPicture) {
		t.say(said)
	}
	by := ""
	switch {
	case x.agrees == "text":
		by = "text"
	case c.relation == Same || c.relation == Similar:
		by = "goods"
	}
	if by != "" && t.raise("agreement") {
		t.say(note(NoteRaise, "by", by))
	}
	if r.hit.Lane == matchers.Shape && t.cap("shape", Medium) {
		t.say(note(NoteCapPicture, "lane", r.hit.Lane.String()))
	}
	p.j.capStatus(t, c)
	if c.relation == Unknown && t.cap("goods_unknown", High) {
		t.say(note(NoteCapGoods))
	}
}

// imageRef is the picture side of a match.
func (p *page) imageRef(r *reading) *ImageRef {
	ref := &ImageRef{Index: int(r.hit.Item), Box: r.hit.Box(), Distance: int(r.hit.Dist), Edit: editWords(matchers.EditKind(r.hit.Tier))}
	if int(r.hit.Item) < len(p.pictures) {
		ref.SHA256 = hexOf(p.pictures[r.hit.Item].SHA256)
	}
	if r.hit.Lane == matchers.Partial {
		n := int(r.hit.Cover)
		ref.Inliers = &n
	}
	return ref
}

// editWords names an edit: "", "mirrored", "rotated 90", "trimmed" and others, joined by "+".
func editWords(e matchers.EditKind) string {
	turns := [...]string{"", "mirrored", "rotated 90", "rotated 180", "rotated 270", "mirrored+rotated 90", "mirrored+rotated 180", "mirrored+rotated 270"}
	var out []string
	if s := turns[e&7]; s != "" {
		out = append(out, s)
	}
	for _, f := range []struct {
		bit  matchers.EditKind
		word string
	}{{matchers.EditTrimmed, "trimmed"}, {matchers.EditCropped, "cropped"}, {matchers.EditCell, "cell"}} {
		if e&f.bit != 0 {
			out = append(out, f.word)
		}
	}
	return strings.Join(out, "+")
}
