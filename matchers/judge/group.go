package judge

import (
	"fmt"
	"hash/maphash"
	"slices"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// groupKey holds apart what are different matches: rights of one owner, office and sign are one match for text, and one
// per picture of the listing. A work, and a right without a known owner, is a match of its own.
type groupKey struct {
	index  int
	owner  uint32
	row    uint32 // of a right that stands alone
	alone  bool
	office uint16
	name   string
	family string
	shop   bool   // in the seller's name or address
	image  uint16 // of a picture match
	silent *reading
}

// group is one match in the making.
type group struct {
	key      groupKey
	view     *corpusView
	readings []*reading
	rows     []candidate
	known    map[uint32]int // row to place in rows, from mostLooked rows on

	x context // of its readings together

	lead   *reading
	best   *candidate
	how    lead    // where the score comes from
	ledBy  context // of the reading that leads
	score  int
	grade  Grade
	counts bool    // in an asked market
	grades []Grade // by asked market
	gates  []Gate  // by asked market, "" where it does not count

	pieces []Piece // of a listed match
	right  *corpora.Right
	more   int
}

// groups gathers readings into matches. Silenced readings make groups of their own.
func (p *page) groups(rs []*reading) ([]*group, error) {
	if p.groupAt == nil {
		p.groupAt = map[groupKey]*group{}
	}
	at, out := p.groupAt, p.found[:0]
	defer func() { p.found = out }()
	for _, r := range rs {
		for _, l := range r.view.Links(r.sign.id) {
			col := r.view.Columns(l.Right)
			if col == nil || col.Flags&matchers.FlagGone != 0 || r.text() && col.Kind == corpora.Design ||
				r.hit.Lane == matchers.Shape && p.otherProduct(r.view, l.Right) {
				continue
			}
			k, err := p.groupKey(r, l, col)
			if err != nil {
				return nil, err
			}
			g := at[k]
			if g == nil {
				g = p.group()
				g.key, g.view = k, r.view
				at[k] = g
				out = append(out, g)
			}
			if n := len(g.readings); n == 0 || g.readings[n-1] != r {
				g.readings = append(g.readings, r)
			}
			if !g.holds(l.Right) {
				g.hold(p.candidate(r.view, l, col))
			}
		}
	}
	return out, nil
}

// mostGroups bounds the groups whose memory is kept for the next listing.
const mostGroups = 256

// group returns an empty group, in the memory of one of an earlier listing.
func (p *page) group() *group {
	n := len(p.spareGroups)
	if n == 0 {
		return &group{}
	}
	g := p.spareGroups[n-1]
	p.spareGroups = p.spareGroups[:n-1]
	return g
}

// freeGroups takes the groups' memory back. Nothing of a verdict points into it.
func (p *page) freeGroups() {
	for _, g := range p.found {
		if len(p.spareGroups) == mostGroups || len(g.rows) > mostLooked || cap(g.readings) > mostGroups {
			continue
		}
		clear(g.readings)
		clear(g.rows)
		*g = group{readings: g.readings[:0], rows: g.rows[:0], grades: g.grades[:0], gates: g.gates[:0]}
		p.spareGroups = append(p.spareGroups, g)
	}
	if len(p.found) > mostGroups {
		p.found, p.groupAt = nil, nil
		return
	}
	clear(p.found)
	clear(p.groupAt)
}

// mostLooked is the number of rows up to which looking through them is quicker than a map.
const mostLooked = 16

// holds reports whether a right is one of the group's.
func (g *group) holds(row uint32) bool {
	if g.known != nil {
		_, ok := g.known[row]
		return ok
	}
	for i := range g.rows {
		if g.rows[i].row == row {
			return true
		}
	}
	return false
}

func (g *group) hold(c candidate) {
	g.rows = append(g.rows, c)
	if n := len(g.rows); g.known != nil {
		g.known[c.row] = n - 1
	} else if n == mostLooked {
		g.known = make(map[uint32]int, 2*n)
		for i := range g.rows {
			g.known[g.rows[i].row] = i
		}
	}
}

func (p *page) groupKey(r *reading, l matchers.Link, col *matchers.Columns) (groupKey, error) {
	k := groupKey{
		index: r.index, owner: col.Owner, office: col.Office, name: r.sign.key, family: r.hit.Lane.Family(),
		shop: r.hit.Part == matchers.Seller || r.hit.Part == matchers.URL,
	}
	if r.silencedBy != nil || r.byBrand {
		k.silent = r
	}
	if !r.text() {
		k.image = r.hit.Item
	}
	if col.Owner == 0 || col.Kind == corpora.Work {
		k.alone, k.row, k.name, k.owner, k.office = true, l.Right, "", 0, 0
		return k, nil
	}
	if l.Role != corpora.RoleName {
		right, err := p.j.rightOf(r.view, l.Right)
		if err != nil {
			return k, err
		}
		k.name = fold.Key(right.Text)
		if k.name == "" {
			k.alone, k.row = true, l.Right
		}
	}
	return k, nil
}

// rightOf decodes a right, which callers leave as it is.
func (j *Judge) rightOf(v *corpusView, row uint32) (*corpora.Right, error) {
	k, err := j.knownRight(v, row)
	if err != nil {
		return nil, err
	}
	return &k.right, nil
}

func (j *Judge) knownRight(v *corpusView, row uint32) (*knownRight, error) {
	if k, ok := v.known.get(row); ok {
		return k, nil
	}
	r, err := v.Right(row)
	if err != nil {
		return nil, fmt.Errorf("judge: right %d of corpus %s: %w", row, v.name, err)
	}
	k := &knownRight{right: r, identity: rightIdentity(&r), ref: refOf(&r)}
	v.known.put(row, k)
	return k, nil
}

// candidate works out what a right's reach, status and goods are for this listing.
func (p *page) candidate(v *corpusView, l matchers.Link, col *matchers.Columns) candidate {
	c := candidate{view: v, row: l.Right, col: col, link: l, office: v.Office(col.Office)}
	c.status, c.until = p.j.statusOn(col, c.office)
	c.reaches = p.reachesOf(v, col)
	c.relation = p.j.relation(p.goods(), col, func() []string { return p.kindsOf(v, l.Right) })
	return c
}

// reachesOf returns how a right reaches each asked market. Rights of one office and one set of markets share the answer.
func (p *page) reachesOf(v *corpusView, col *matchers.Columns) []reach {
	for i := range p.reached {
		if s := &p.reached[i]; s.view == v && s.office == col.Office && s.set == col.MarketSet {
			return s.reaches
		}
	}
	s := sharedReach{view: v, office: col.Office, set: col.MarketSet, reaches: p.j.reaches(v, col, p.markets())}
	if len(p.reached) < mostLooked {
		p.reached = append(p.reached, s)
	}
	return s.reaches
}

// reaches returns how a right reaches each of some markets. The answer for the markets that are usually asked is remembered.
func (j *Judge) reaches(v *corpusView, col *matchers.Columns, markets []corpora.Market) []reach {
	usual := len(markets) > 0 && len(j.usual) == len(markets) && &j.usual[0] == &markets[0]
	key := uint32(col.Office)<<16 | uint32(col.MarketSet)
	if usual {
		if known, ok := v.usual.Load(key); ok {
			return known.([]reach)
		}
	}
	out := make([]reach, len(markets))
	for k, m := range markets {
		out[k] = j.reach(v, col, m)
	}
	if usual {
		v.usual.Store(key, out)
	}
	return out
}

// sharedReach is how the rights of one office and one set of markets reach the asked markets.
type sharedReach struct {
	view        *corpusView
	office, set uint16
	reaches     []reach
}

// kindsOf returns the kinds of goods that a right names, those of namedKinds where the table knows none of them, and none
// when it cannot be read: writing the match then says so. Rights of a register share most of their texts.
func (p *page) kindsOf(v *corpusView, row uint32) []string {
	if k, ok := v.kinds.get(row); ok {
		return k
	}
	b, err := v.AppendGoods(p.goodsText[:0], row)
	if p.goodsText = b; err != nil {
		return nil
	}
	k := p.j.kindsIn(b)
	v.kinds.put(row, k)
	return k
}

// kindsIn returns the kinds that a text of goods names, worked out once while it is remembered.
func (j *Judge) kindsIn(goods []byte) []string {
	at := &j.goodsTexts[maphash.Bytes(j.seed, goods)%mostGoodsTexts]
	if t := at.Load(); t != nil && t.text == string(goods) {
		return t.kinds
	}
	t := &goodsText{text: string(goods)}
	if t.kinds = j.goods.KindsOf(t.text); len(t.kinds) == 0 {
		t.kinds = j.namedKinds(t.text)
	}
	if len(t.text) <= mostGoodsText {
		at.Store(t)
	}
	return t.kinds
}

// contextOf tells what surrounds the readings of a group.
func (p *page) contextOf(g *group, all *families) {
	g.x = context{}
	x := &g.x
	for _, r := range g.readings {
		if r.text() && r.exact() {
			x.repeated++
			x.inField = x.inField || r.use.field
		}
		x.signLength = int(r.sign.facts.Runes)
		x.beforeOwn = x.beforeOwn || r.text() && r.hit.Part == matchers.Title && p.beforeOwn(r)
	}
	switch {
	case g.key.family != "text":
		if slices.ContainsFunc(all.text, func(o *group) bool {
			return g.akin(o) && slices.ContainsFunc(o.readings, func(r *reading) bool { return r.exact() && full(r.use.use) })
		}) {
			x.agrees = "text"
		}
	case slices.ContainsFunc(all.pictures, g.akin):
		x.agrees, x.companion = "picture", true
	case g.rows[0].col.Kind == corpora.Work:
		x.companion = slices.ContainsFunc(all.text, func(o *group) bool { return o != g && g.akin(o) })
	}
	if len(g.readings) > 1 && g.key.alone {
		first := g.readings[0].sign.id
		x.companion = x.companion || slices.ContainsFunc(g.readings, func(r *reading) bool { return r.sign.id != first })
	}
}

// families holds the groups that nothing silences, by what they were found in.
type families struct{ text, pictures []*group }

func (p *page) familiesOf(gs []*group) *families {
	f := &p.families
	for _, g := range gs {
		switch {
		case g.key.silent != nil:
		case g.key.family == "text":
			f.text = append(f.text, g)
		default:
			f.pictures = append(f.pictures, g)
		}
	}
	return f
}

// akin reports whether two groups point to one owner or one right.
func (g *group) akin(o *group) bool {
	if g.key.index != o.key.index {
		return false
	}
	for i := range g.rows {
		a := &g.rows[i]
		for k := range o.rows {
			if a.col.Owner != 0 && a.col.Owner == o.rows[k].col.Owner {
				return true
			}
		}
		if o.holds(a.row) {
			return true
		}
	}
	return false
}

// beforeOwn reports whether the declared brand stands in the title behind the sign and not before it.
func (p *page) beforeOwn(r *reading) bool {
	b := p.field(matchers.Brand, 0)
	if p.brand == "" || r.f.index(b.tokens, 0, r.from) >= 0 {
		return false
	}
	return r.f.index(b.tokens, r.to, len(r.f.tokens)) >= 0
}
