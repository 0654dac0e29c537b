package judge

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"unicode/utf8"

	"lookalike/corpora"
	"lookalike/matchers"
)

// Bounds of what one listing's verdict lists. Grades and gates use all matches.
const (
	mostMatches = 100
	mostPerSign = 20
	mostOthers  = 50
	mostContext = 80 // bytes before and after a span
)

// brandSilences names the declared brand as what silenced a reading, where no match of its own does.
const brandSilences = "declared_brand"

// list writes the matches of a verdict, best first.
func (p *page) list(v *Verdict, gs []*group) error {
	gs, rest, err := p.perSign(gs)
	if err != nil {
		return err
	}
	slices.SortStableFunc(gs, order)
	v.Omitted = map[Grade]int{}
	counted := 0
	listed := make([]*group, 0, min(len(gs), mostMatches))
	v.Matches = slices.Grow(v.Matches, cap(listed))
	for _, g := range gs {
		if counted++; counted > mostMatches {
			if g.key.silent == nil { // silenced readings come last and count for nothing
				v.Omitted[g.grade]++
				rest = append(rest, g)
			}
			continue
		}
		m, err := p.match(g)
		if err != nil {
			return err
		}
		v.Matches = append(v.Matches, m)
		listed = append(listed, g)
	}
	if len(v.Omitted) == 0 {
		v.Omitted = nil
	}
	for _, g := range rest {
		v.rest = append(v.rest, Match{Grade: g.grade, Score: g.score, Grades: p.gradesOf(g), Gates: p.gatesOf(g)})
	}
	nameSilencers(v, listed)
	return nil
}

// order is that of a listing's matches.
func order(a, b *group) int {
	return cmp.Or(
		cmp.Compare(silentRank(a), silentRank(b)),
		cmp.Compare(b.grade.Rank(), a.grade.Rank()),
		cmp.Compare(b.score, a.score),
		cmp.Compare(a.lead.hit.Part, b.lead.hit.Part),
		cmp.Compare(a.lead.hit.Item, b.lead.hit.Item),
		cmp.Compare(a.lead.hit.Start, b.lead.hit.Start),
		cmp.Compare(b.lead.hit.End, a.lead.hit.End),
		cmp.Compare(a.key.index, b.key.index),
		cmp.Compare(a.best.row, b.best.row),
		cmp.Compare(a.lead.hit.Lane, b.lead.hit.Lane))
}

func silentRank(g *group) int {
	if g.key.silent != nil {
		return 1
	}
	return 0
}

// perSign leaves at most mostPerSign matches per sign, the best grade first, then by id, and tells the last how many
// rights were left out.
func (p *page) perSign(gs []*group) (kept, rest []*group, err error) {
	type key struct {
		index  int
		name   string
		family string
		shop   bool
		image  uint16
	}
	if len(gs) <= mostPerSign {
		return gs, nil, nil
	}
	by := map[key][]*group{}
	var keys []key
	for _, g := range gs {
		if g.key.silent != nil {
			kept = append(kept, g)
			continue
		}
		k := key{g.key.index, g.lead.sign.key, g.key.family, g.key.shop, g.key.image}
		if !g.lead.text() {
			k.name = string(binarySign(g.lead.sign.id))
		}
		if by[k] == nil {
			keys = append(keys, k)
		}
		by[k] = append(by[k], g)
	}
	for _, k := range keys {
		list := by[k]
		if len(list) > mostPerSign {
			for _, g := range list {
				if g.right, err = p.j.rightOf(g.view, g.best.row); err != nil {
					return nil, nil, err
				}
			}
			slices.SortStableFunc(list, func(a, b *group) int {
				return cmp.Or(cmp.Compare(b.grade.Rank(), a.grade.Rank()), cmp.Compare(a.right.ID, b.right.ID))
			})
			for _, g := range list[mostPerSign:] {
				list[mostPerSign-1].more += len(g.rows)
			}
			rest = append(rest, list[mostPerSign:]...)
			list = list[:mostPerSign]
		}
		kept = append(kept, list...)
	}
	return kept, rest, nil
}

func binarySign(id uint32) []byte {
	return []byte{0, byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)}
}

// match writes one match.
func (p *page) match(g *group) (Match, error) {
	known, err := p.j.knownRight(g.view, g.best.row)
	if err != nil {
		return Match{}, err
	}
	g.right = &known.right
	g.pieces = p.piecesOf(g)
	p.price(g)
	r, c := g.lead, g.best
	m := Match{
		Right: known.ref, Lane: laneOf(r, c).String(), Lanes: lanesOf(r, c), Use: r.use.use,
		Field: r.hit.Part.Field(r.hit.Item), Goods: p.goods().ref(c.relation), Grade: g.grade, Score: g.score,
		Gates: p.gatesOf(g), Grades: p.gradesOf(g), Pieces: g.pieces, MoreRights: g.more,
	}
	m.Right.Corpus, m.Right.Status = g.view.name, c.status.String()
	m.Fingerprint = p.fingerprint(g, known.identity)
	if r.text() {
		at := &[2]int{int(r.hit.Start), int(r.hit.End)}
		m.Start, m.End, m.Span = &at[0], &at[1], r.text0()
		m.Before, m.After = around(r.f.text, at[0], at[1])
	} else {
		m.Image = p.imageRef(r)
	}
	others, err := p.others(g)
	if err != nil {
		return m, err
	}
	m.Right.Others = others
	m.fillSource(g.right)
	m.Reasons = p.reasons(g, len(others))
	m.Clears = p.clears(g, c)
	if r.byBrand {
		s := brandSilences
		m.SilencedBy = &s
	}
	return m, nil
}

// fillSource adds to the pieces what only the decoded right tells.
func (m *Match) fillSource(right *corpora.Right) {
	for _, p := range m.Pieces {
		switch p.Note.Code {
		case NoteFamous:
			p.Note.Args["source"] = right.Source
		case NoteAliasSign:
			for _, a := range right.Aliases {
				if a.Text == p.Note.Args["mark"] && a.Source != "" {
					p.Note.Args["source"] = a.Source
				}
			}
			p.Note.Args["mark"], p.Note.Args["alias"] = right.Text, p.Note.Args["mark"]
		}
	}
}

// gatesOf returns the gates of a match in every asked market, none when its rights count in none of them.
func (p *page) gatesOf(g *group) map[string]Gate {
	if !g.counts {
		return map[string]Gate{}
	}
	out := make(map[string]Gate, len(g.gates))
	for k, m := range p.markets() {
		out[string(m)] = cmp.Or(g.gates[k], Clear)
	}
	return out
}

// refOf returns what a report says of a right wherever it is matched.
func refOf(r *corpora.Right) RightRef {
	ref := RightRef{
		ID: r.ID, Kind: r.Kind.String(), Form: r.Form.String(), Text: r.Text, Office: r.Office, Number: r.Number, Owner: r.Owner,
		Filed: r.Filed.String(), Registered: r.Registered.String(), Expires: r.Expires.String(), Classes: ints(r.Classes),
		Goods: r.Goods, Disclaimer: r.Disclaimer, Markets: []string{}, Flags: append([]string{}, r.Flags...), Images: []string{},
		Link: r.Link, Source: r.Source,
	}
	for _, m := range r.Markets {
		ref.Markets = append(ref.Markets, string(m))
	}
	for _, im := range r.Images {
		ref.Images = append(ref.Images, im.Ref)
	}
	ref.Classes, ref.Markets, ref.Flags, ref.Images = slices.Clip(ref.Classes), slices.Clip(ref.Markets), slices.Clip(ref.Flags), slices.Clip(ref.Images)
	return ref
}

func ints(cs []uint8) []int {
	out := make([]int, len(cs))
	for i, c := range cs {
		out[i] = int(c)
	}
	return out
}

// others lists the other rights of a match, closest goods first.
func (p *page) others(g *group) ([]Other, error) {
	if len(g.rows) == 1 {
		return []Other{}, nil
	}
	rows := make([]*candidate, 0, len(g.rows))
	for i := range g.rows {
		if c := &g.rows[i]; c != g.best && (c.reachesAny() || p.j.cfg.All) {
			rows = append(rows, c)
		}
	}
	sort.SliceStable(rows, func(i, k int) bool { return p.leads(rows[i], 0, rows[k], 0) })
	out := []Other{}
	for _, c := range rows[:min(len(rows), mostOthers)] {
		r, err := p.j.rightOf(c.view, c.row)
		if err != nil {
			return nil, err
		}
		out = append(out, Other{ID: r.ID, Number: r.Number, Status: c.status.String(), Filed: r.Filed.String(), Classes: ints(r.Classes)})
	}
	return out, nil
}

// lanesOf names every lane of a reading in the order of the closed list.
func lanesOf(r *reading, c *candidate) []string {
	set := r.lanes
	if lead := laneOf(r, c); lead == matchers.Alias {
		set = set&^(1<<matchers.Exact) | 1<<matchers.Alias
		if r.lanes&(1<<matchers.Exact) != 0 {
			set &^= 1 << matchers.Script
		}
		out := []string{lead.String()}
		for l := range matchers.NumLanes {
			if l != lead && set&(1<<l) != 0 {
				out = append(out, l.String())
			}
		}
		return out
	}
	out := make([]string, 0, bits.OnesCount16(set))
	for l := range matchers.NumLanes {
		if set&(1<<l) != 0 {
			out = append(out, l.String())
		}
	}
	return out
}

// around returns up to mostContext bytes before and after a span, on rune boundaries.
func around(s string, start, end int) (before, after string) {
	lo := max(0, start-mostContext)
	for lo < start && !utf8.RuneStart(s[lo]) {
		lo++
	}
	hi := min(len(s), end+mostContext)
	for hi > end && hi < len(s) && !utf8.RuneStart(s[hi]) {
		hi--
	}
	return s[lo:start], s[end:hi]
}

// fingerprint names a match across scans, right being its right's identity. See identity.
func (p *page) fingerprint(g *group, right string) string {
	r, l := g.lead, p.listing
	id := identity{
		source: p.j.cfg.Source, seller: sellerIdentity(l), id: l.ID, right: right, family: r.hit.Lane.Family(),
	}
	switch {
	case g.key.shop:
		id.seller, id.id, id.span = shopIdentity(l), "", spanIdentity(r.text0())
	case r.text():
		id.span = spanIdentity(r.text0())
	case int(r.hit.Item) < len(p.pictures):
		id.span = pictureIdentity(p.pictures[r.hit.Item])
	}
	return fingerprint(id)
}

// nameSilencers writes into each silenced match the fingerprint of the best match of the reading that silenced it. The
// groups are those of the matches, in their order.
func nameSilencers(v *Verdict, listed []*group) {
	if !slices.ContainsFunc(listed, func(g *group) bool { return g.lead.silencedBy != nil }) {
		return
	}
	best := map[*reading]string{}
	for i, g := range listed {
		for _, r := range g.readings {
			if _, ok := best[r]; !ok {
				best[r] = v.Matches[i].Fingerprint
			}
		}
	}
	for i, g := range listed {
		if s := g.lead.silencedBy; s != nil {
			f := best[s]
			v.Matches[i].SilencedBy = &f
		}
	}
}
