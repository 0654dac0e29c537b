package matchers

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers/fold"
)

// signKey tells signs apart: half of a SHA-256 over what makes two signs the same.
type signKey [16]byte

// signLink is one edge of the many-to-many table while it is built.
type signLink struct {
	sign, right uint32
	lang        Lang
	role        corpora.Role
}

// signTable collects the distinct signs of a corpus and hands each to the builders once.
type signTable struct {
	o        *BuildOptions
	builders []Builder
	names    []string // of the builders' kinds
	ids      map[signKey]uint32
	folded   fold.Text
	reader   reader

	carriedIDs map[uint32]uint32 // sign of the base corpus → sign here

	facts     []Facts
	text      []byte
	textEnds  []uint64
	pictures  int
	thumbs    []thumbEntry
	thumbData []byte
}

// rightSigns is what signTable makes of one right.
type rightSigns struct {
	links           []signLink // right is not yet set
	words, pictures bool
	byAddress       int
	problems        []corpora.Problem
}

func (t *signTable) init(kinds []Kind, o *BuildOptions) {
	t.o, t.ids, t.carriedIDs = o, map[signKey]uint32{}, map[uint32]uint32{}
	t.reader.seen, t.reader.thumbnail = map[signKey]bool{}, o.Thumbnail
	for _, k := range kinds {
		b := k.Builder()
		p, _ := b.(Preparer)
		t.builders = append(t.builders, b)
		t.reader.preparers = append(t.reader.preparers, p)
		t.names = append(t.names, k.Name())
	}
}

// of returns the signs of r, new ones among them. pictures are those of r as they were read. The title of a design is no sign: nobody owns it. An error is fatal.
func (t *signTable) of(ctx context.Context, r *corpora.Right, pictures []preparedPicture) (rightSigns, error) {
	var found rightSigns
	if r.Kind != corpora.Design {
		if err := t.addWords(ctx, r, &found, r.Text, "", corpora.RoleName, "text"); err != nil {
			return found, err
		}
		for i, a := range r.Aliases {
			if !a.IsName() {
				continue
			}
			if err := t.addWords(ctx, r, &found, a.Text, a.Lang, corpora.RoleAlias, fmt.Sprintf("aliases[%d]", i)); err != nil {
				return found, err
			}
		}
	}
	for i, im := range r.Images {
		if im.Open == nil {
			found.byAddress++
			continue
		}
		had := len(found.problems)
		if err := t.addPicture(ctx, r, &found, im, &pictures[i]); err != nil {
			return found, err
		}
		for k := had; k < len(found.problems); k++ {
			found.problems[k].Field = fmt.Sprintf("images[%d]", i)
		}
	}
	var err error
	found.byAddress, err = t.carried(r, &found, found.byAddress)
	return found, err
}

// nothing says why no sign is left of a right.
func (s *rightSigns) nothing(r *corpora.Right) error {
	switch {
	case len(s.problems) > 0:
		return &s.problems[0]
	case s.byAddress > 0 && !strings.Contains(r.Images[0].Ref, "://"):
		return &corpora.Problem{Code: corpora.PictureMissing, Field: "images", Args: map[string]any{"ref": r.Images[0].Ref}}
	case s.byAddress > 0:
		return &corpora.Problem{Code: corpora.EmptyRecord, Field: "images", Args: map[string]any{"not_read": s.byAddress}}
	}
	return &corpora.Problem{Code: corpora.EmptyRecord}
}

// link adds the edge to a sign, once per right and with the strongest role.
func (s *rightSigns) link(id uint32, role corpora.Role, lang Lang) {
	for i := range s.links {
		if l := &s.links[i]; l.sign == id {
			if role < l.role {
				l.role, l.lang = role, lang
			}
			return
		}
	}
	s.links = append(s.links, signLink{sign: id, role: role, lang: lang})
}

func (t *signTable) addWords(ctx context.Context, r *corpora.Right, found *rightSigns, text, lang string, role corpora.Role, field string) error {
	if text == "" {
		return nil
	}
	packed := PackLang(lang)
	key := fold.Key(text)
	if key == "" {
		found.problems = append(found.problems, *badValue(field, text, "letters or digits"))
		return nil
	}
	sum := wordsKey(key, packed)
	id, known := t.ids[sum]
	if !known {
		s := &corpora.Sign{Text: text, Lang: packed.String(), Kind: r.Kind, Form: r.Form}
		p, err := t.insert(ctx, sum, s, nil)
		if err != nil {
			return err
		}
		if p != nil {
			p.Field = cmp.Or(p.Field, field)
			found.problems = append(found.problems, *p)
			return nil
		}
		id = t.ids[sum]
		t.facts[id] = t.factsOf(text)
	}
	found.words = true
	found.link(id, role, packed)
	return nil
}

func wordsKey(key string, lang Lang) signKey {
	h := sha256.Sum256(binary.LittleEndian.AppendUint16([]byte("w"+key), uint16(lang)))
	return signKey(h[:16])
}

// addPicture takes a picture that was read. pic holds no parts when another one of the same content was read before; if
// that one has no sign, since its turn is still to come, the picture is read again.
func (t *signTable) addPicture(ctx context.Context, r *corpora.Right, found *rightSigns, im corpora.Image, pic *preparedPicture) error {
	if pic.problem != nil {
		found.problems = append(found.problems, *pic.problem)
		return nil
	}
	id, known := t.ids[pic.key]
	if !known {
		if pic.seen {
			t.reader.prepare(ctx, pic, im, r)
		}
		p, err := t.insert(ctx, pic.key, &corpora.Sign{Image: im, Kind: r.Kind, Form: r.Form}, pic)
		if err != nil {
			return err
		}
		if p != nil {
			found.problems = append(found.problems, *p)
			return nil
		}
		id = t.ids[pic.key]
		t.pictures++
		t.keepThumbnail(id, pic.thumb)
	}
	found.pictures = true
	found.link(id, corpora.RolePicture, 0)
	return nil
}

func (t *signTable) keepThumbnail(id uint32, b []byte) {
	if len(b) == 0 || len(t.thumbs) >= t.o.Thumbnails {
		return
	}
	t.reader.full.Store(len(t.thumbs)+1 == t.o.Thumbnails)
	t.thumbs = append(t.thumbs, thumbEntry{Sign: id, Size: uint32(len(b)), Offset: uint64(len(t.thumbData))})
	t.thumbData = append(t.thumbData, b...)
}

// maxThumbnail is how many bytes a small picture has at most: 96×96 pixels without compression fit.
const maxThumbnail = 64 << 10

// insert hands a new sign to every builder and gives it the next id. A problem means that a builder refused it; it then
// has no id, and the next sign gets the number. pic is nil for words.
func (t *signTable) insert(ctx context.Context, sum signKey, s *corpora.Sign, pic *preparedPicture) (*corpora.Problem, error) {
	if len(t.facts) >= math.MaxInt32 {
		return nil, fatal{errors.New("more than 2,147,483,647 signs")}
	}
	id := uint32(len(t.facts))
	for i := range t.builders {
		err := t.offer(ctx, i, id, s, pic)
		if ctx.Err() != nil {
			return nil, fatal{context.Cause(ctx)}
		}
		if p := problemOf(err); p != nil {
			return p, nil
		}
		if err != nil {
			return nil, fatal{fmt.Errorf("%s matcher: %w", t.names[i], err)}
		}
	}
	t.ids[sum] = id
	t.facts = append(t.facts, Facts{})
	t.text = append(t.text, s.Text...)
	t.textEnds = append(t.textEnds, uint64(len(t.text)))
	return nil, nil
}

// offer hands a sign to builder i.
func (t *signTable) offer(ctx context.Context, i int, id uint32, s *corpora.Sign, pic *preparedPicture) error {
	p := t.reader.preparers[i]
	if pic == nil || p == nil {
		return t.builders[i].Add(ctx, id, s)
	}
	if pic.errs[i] != nil {
		return pic.errs[i]
	}
	return p.AddPrepared(id, pic.parts[i])
}

// linkTable sorts the edges by sign and right, and says where the edges of each sign end.
func (t *signTable) linkTable(edges []signLink) ([]Link, []uint32) {
	slices.SortFunc(edges, func(a, b signLink) int {
		return cmp.Or(cmp.Compare(a.sign, b.sign), cmp.Compare(a.right, b.right))
	})
	links := make([]Link, len(edges))
	ends := make([]uint32, len(t.facts))
	for i, e := range edges {
		links[i] = Link{Right: e.right, Role: e.role, Lang: e.lang}
		ends[e.sign] = uint32(i + 1)
	}
	for i := 1; i < len(ends); i++ {
		ends[i] = max(ends[i], ends[i-1])
	}
	return links, ends
}

// factTable counts rights and owners of every sign.
func (t *signTable) factTable(links []Link, ends []uint32, columns []Columns) ([]Facts, error) {
	if len(links) > math.MaxInt32 {
		return nil, errors.New("more than 2,147,483,647 links between signs and rights")
	}
	var owners []uint32
	for i := range t.facts {
		owners = owners[:0]
		of := cut(links, ends, uint32(i))
		for _, l := range of {
			owners = append(owners, columns[l.Right].Owner)
		}
		slices.Sort(owners)
		t.facts[i].Rights = uint32(len(of))
		t.facts[i].Owners = uint32(len(slices.Compact(owners)))
	}
	return t.facts, nil
}

// finishKinds lets every builder survey the facts and write its sections.
func (t *signTable) finishKinds(ctx context.Context, w *snapshot.Writer, facts []Facts) error {
	for i, b := range t.builders {
		if s, ok := b.(Surveyor); ok {
			if err := s.Survey(ctx, facts); err != nil {
				return fmt.Errorf("%s matcher: %w", t.names[i], err)
			}
		}
	}
	for i, b := range t.builders {
		if err := b.Finish(w); err != nil {
			return fmt.Errorf("%s matcher: %w", t.names[i], err)
		}
	}
	return nil
}

// reverse turns the table of rights by sign into that of signs by right.
func reverse(links []Link, linkEnds []uint32, rights int) (ends, signs []uint32) {
	ends = make([]uint32, rights)
	for _, l := range links {
		ends[l.Right]++
	}
	var sum uint32
	for i, n := range ends {
		ends[i] = sum // where the signs of right i begin, until they are filled in
		sum += n
	}
	signs = make([]uint32, len(links))
	for s := range linkEnds {
		for _, l := range cut(links, linkEnds, uint32(s)) {
			signs[ends[l.Right]] = uint32(s)
			ends[l.Right]++
		}
	}
	return ends, signs
}
