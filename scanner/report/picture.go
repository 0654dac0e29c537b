package report

import (
	"bytes"
	"context"
	"encoding/base64"
	"html/template"
	"runtime"
	"sync"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

const (
	thumbnailBytes = 64 << 10 // of one picture
	picturesBytes  = 40 << 20 // of a whole page
)

// pictureSet is the small pictures of a page as data: addresses.
type pictureSet struct {
	listings map[int]template.URL // by place of the finding in the scan
	rights   map[[2]string]template.URL
	right    func(corpus, id string) []byte
	left     int // bytes that may still be added
}

// newPictures makes the small pictures of the listings, on all processors, until o.Context ends.
func newPictures(o Options, rs []ranked) *pictureSet {
	s := &pictureSet{
		listings: map[int]template.URL{},
		rights:   map[[2]string]template.URL{},
		right:    o.RightPicture,
		left:     picturesBytes,
	}
	if o.Thumbnail == nil {
		return s
	}
	made := make([]template.URL, len(rs))
	next := make(chan int)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				made[i] = thumbnail(o.Context, o.Thumbnail, &rs[i])
			}
		})
	}
	for i := range rs {
		select {
		case next <- i:
			continue
		case <-o.Context.Done():
		}
		break
	}
	close(next)
	group.Wait()
	for i, u := range made {
		if u != "" && s.take(u) {
			s.listings[rs[i].seq] = u
		}
	}
	return s
}

// take reports whether u still fits on the page.
func (s *pictureSet) take(u template.URL) bool {
	if len(u) > s.left {
		return false
	}
	s.left -= len(u)
	return true
}

// thumbnail makes the small picture of one finding: the one that matched, else the first.
func thumbnail(ctx context.Context, small func(context.Context, corpora.Image) []byte, r *ranked) template.URL {
	if r.thumb != "" {
		return r.thumb
	}
	l, i := r.f.Source, pictureIndex(lead(&r.f))
	if l == nil || i < 0 || i >= len(l.Images) || ctx.Err() != nil {
		return ""
	}
	return dataURL(small(ctx, l.Images[i]))
}

func pictureIndex(m *judge.Match) int {
	if m != nil && m.Image != nil {
		return m.Image.Index
	}
	return 0
}

// dataURL returns an encoded picture as an address, "" for anything that is no picture or too large.
func dataURL(b []byte) template.URL {
	kind := ""
	switch {
	case len(b) > thumbnailBytes:
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		kind = "png"
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		kind = "jpeg"
	case bytes.HasPrefix(b, []byte("GIF8")):
		kind = "gif"
	case len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		kind = "webp"
	}
	if kind == "" {
		return ""
	}
	return template.URL("data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(b))
}

// rightPicture returns the small picture of a right. Each is made once.
func (s *pictureSet) rightPicture(r *judge.RightRef) template.URL {
	if s.right == nil {
		return ""
	}
	key := [2]string{r.Corpus, r.ID}
	u, ok := s.rights[key]
	if !ok {
		u = dataURL(s.right(r.Corpus, r.ID))
		s.rights[key] = u
	}
	if u != "" && !s.take(u) {
		return ""
	}
	return u
}

// pair is the two pictures of a card. Show is false when neither side has any.
type picturePair struct {
	Show           bool
	Listing, Right template.URL
	Given          bool // the listing has pictures
	Index          int
	Edit           string
}

func (p *page) pair(c card) picturePair {
	out := picturePair{Index: pictureIndex(c.M), Listing: p.pictures.listings[c.Seq]}
	out.Given = c.F.Source != nil && len(c.F.Source.Images) > 0
	if c.M == nil {
		out.Show = out.Listing != ""
		return out
	}
	out.Right = p.pictures.rightPicture(&c.M.Right)
	if c.M.Image != nil {
		out.Edit = c.M.Image.Edit
	}
	out.Show = c.M.Image != nil || out.Listing != "" || out.Right != "" || len(c.M.Right.Images) > 0
	return out
}
