package judge

import (
	"cmp"
	"fmt"
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
	c.relation = p.j.relation(p.goods(), col, func() []string { return p.j.kindsOf(v, l.Right) })
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

// kindsOf returns the kinds of goods that a right names, those of namedKinds where the table knows none of them, and none when it cannot be read: writing the match then says so.
func (j *Judge) kindsOf(v *corpusView, row uint32) []string {
	if k, ok := v.kinds.get(row); ok {
		return k
	}
	var text string
	if known, ok := v.known.get(row); ok {
		text = known.right.Goods
	} else if right, err := v.Right(row); err == nil {
		text = right.Goods
	} else {
		return nil
	}
	k := j.goods.KindsOf(text)
	if len(k) == 0 {
		k = j.namedKinds(text)
	}
	v.kinds.put(row, k)
	return k
}

// settle finds the reading and the right that lead a group, and its grade in every market. It reports false for a group
// that is not listed.
func (p *page) settle(g *group, all *families) bool {
	reached := p.j.cfg.All
	for i := range g.rows {
		reached = reached || g.rows[i].reachesAny()
	}
	if !reached {
		return false
	}
	p.contextOf(g, all)
	rs := p.leading(g)
	for _, r := range rs {
		p.settleReading(g, r)
	}
	return g.lead != nil
}

// leading returns the readings that may lead: a sign in the brand field does not, when the title names it with a
// compatibility phrase alone; the rules for compatible use then ask for a look. Nor does the bare sign elsewhere in that
// title, but where makers stand: "agent for Windows and Solaris, 10 users, Solaris".
func (p *page) leading(g *group) []*reading {
	phrase, inTitle, brand, other := false, false, false, false
	aside := func(r *reading) bool {
		return r.hit.Part == matchers.Title && r.use.use == UseBrand && !r.use.placed()
	}
	for _, r := range g.readings {
		switch {
		case !r.text():
			return g.readings
		case r.use.field && r.use.use == UseBrand:
			brand = true
		case r.use.use == UseCompatibility && r.use.noun == "":
			phrase, inTitle = true, inTitle || r.hit.Part == matchers.Title
		case full(r.use.use) && r.hit.Part == matchers.Title && !aside(r):
			other = true
		}
	}
	if !inTitle {
		other = other || slices.ContainsFunc(g.readings, aside)
	}
	if !phrase || other {
		return g.readings
	}
	g.x.alsoBrand = brand
	return slices.DeleteFunc(slices.Clone(g.readings), func(r *reading) bool { return r.use.field || inTitle && aside(r) })
}

// like is what rules ask of a right beside its reach: rights alike in it are worth the same to a reading.
type like struct {
	relation Relation
	status   corpora.Status
	flags    matchers.RightFlags
	lang     matchers.Lang
	role     corpora.Role
}

// judged are the scores of one reading against the rights of a group that are alike, by asked market.
type judged struct {
	like
	row    int // of the first of them
	scores []int16
}

// notJudged is the score of a market that was not asked for yet.
const notJudged = -1

// judgedAs returns the scores of the rights that are alike with a row.
func (p *page) judgedAs(g *group, row int) *judged {
	c := &g.rows[row]
	l := like{c.relation, c.status, c.col.Flags, c.link.Lang, c.link.Role}
	for i := range p.judged {
		if p.judged[i].like == l {
			return &p.judged[i]
		}
	}
	n := len(p.judged)
	if n < cap(p.judged) {
		p.judged = p.judged[:n+1]
	} else {
		p.judged = append(p.judged, judged{})
	}
	d := &p.judged[n]
	d.like, d.row, d.scores = l, row, d.scores[:0]
	for range p.markets() {
		d.scores = append(d.scores, notJudged)
	}
	return d
}

// scoreIn returns the score of a reading against the rights that are alike, in asked market k.
func (p *page) scoreIn(g *group, r *reading, d *judged, k int, x *context) int {
	if d.scores[k] == notJudged {
		c := &g.rows[d.row]
		s := int16(p.scoreOf(r, c, p.markets()[k], x))
		d.scores[k] = s
		if !p.j.byMarket(r, c) {
			for i := range d.scores {
				d.scores[i] = s
			}
		}
	}
	return int(d.scores[k])
}

// nowhereAsked stands for the market of a right that counts in no asked one.
const nowhereAsked = -1

// settleReading grades one reading of a group against all its rights, and lets it lead when it grades higher than those
// before it.
func (p *page) settleReading(g *group, r *reading) {
	markets := p.markets()
	p.judged = p.judged[:0]
	p.grades, p.gates = cleared(p.grades, len(markets)), cleared(p.gates, len(markets))
	grades, gates := p.grades, p.gates // by market
	x := g.x
	x.ownWords, x.written, x.namesake = r.text() && p.nearWords(r), r.text() && p.written(r), r.text() && p.namesake(r)
	var best *candidate
	var top lead
	for i := range g.rows {
		c := &g.rows[i]
		row := lead{score: notJudged}
		if c.reachesAny() {
			d := p.judgedAs(g, i)
			for k := range markets {
				if c.reaches[k] == noReach {
					continue
				}
				s := p.scoreIn(g, r, d, k, &x)
				grade := GradeOf(s)
				if grade.Rank() > grades[k].Rank() {
					grades[k] = grade
				}
				if gt := p.j.gate(grade, c, c.reaches[k]); gates[k] == "" || gt.Rank() > gates[k].Rank() {
					gates[k] = gt
				}
				if s > row.score {
					row = lead{d.row, k, s}
				}
			}
		} else if p.j.cfg.All {
			row = lead{i, nowhereAsked, 0}
		}
		if row.score != notJudged && (best == nil || p.leads(c, row.score, best, top.score)) {
			best, top = c, row
		}
	}
	if best == nil || g.lead != nil && !better(r, top.score, g.lead, g.score) {
		return
	}
	g.lead, g.best, g.how, g.score, g.ledBy = r, best, top, top.score, x
	g.grades, g.gates, g.grade, g.counts = append(g.grades[:0], grades...), append(g.gates[:0], gates...), "", false
	for k := range markets {
		g.counts = g.counts || gates[k] != ""
		if grades[k].Rank() > g.grade.Rank() {
			g.grade = grades[k]
		}
	}
	if !g.counts {
		g.score = p.scoreOf(r, &g.rows[top.row], "", &x)
	}
}

// lead is the best score of a reading: against which row of its group and in which asked market.
type lead struct{ row, market, score int }

func (p *page) scoreOf(r *reading, c *candidate, m corpora.Market, x *context) int {
	t := scoring()
	p.judgeReading(&t, r, c, m, x)
	return t.score()
}

// piecesOf returns the pieces that the score of a group is made of.
func (p *page) piecesOf(g *group) []Piece {
	m := corpora.Market("")
	if g.how.market != nowhereAsked {
		m = p.markets()[g.how.market]
	}
	t := telling()
	p.judgeReading(&t, g.lead, &g.rows[g.how.row], m, &g.ledBy)
	return t.pieces
}

func (p *page) judgeReading(t *tally, r *reading, c *candidate, m corpora.Market, x *context) {
	if r.text() {
		p.j.judgeText(t, r, c, m, p.goods(), x)
	} else {
		p.judgePicture(t, r, c, x)
	}
}

// gradesOf returns the grades of a match by market, of those where it has one.
func (p *page) gradesOf(g *group) map[string]Grade {
	n := 0
	for _, grade := range g.grades {
		if grade != "" {
			n++
		}
	}
	out := make(map[string]Grade, n)
	for k, m := range p.markets() {
		if g.grades[k] != "" {
			out[string(m)] = g.grades[k]
		}
	}
	return out
}

// leads orders the rights of a group: the higher grade, the closer goods, the earlier filed, the earlier row.
func (p *page) leads(a *candidate, aScore int, b *candidate, bScore int) bool {
	filed := func(c *candidate) int32 {
		if c.col.Filed == 0 {
			return 1<<31 - 1
		}
		return int32(c.col.Filed)
	}
	return cmp.Or(
		cmp.Compare(GradeOf(bScore).Rank(), GradeOf(aScore).Rank()),
		cmp.Compare(closeness(a.relation), closeness(b.relation)),
		cmp.Compare(filed(a), filed(b)),
		cmp.Compare(a.row, b.row)) < 0
}

// better orders the readings of a group: the higher score, the better explained, the earlier place.
func better(a *reading, aScore int, b *reading, bScore int) bool {
	if !a.text() {
		return aScore > bScore
	}
	return cmp.Or(
		cmp.Compare(bScore, aScore),
		cmp.Compare(b.quality(), a.quality()),
		cmp.Compare(a.hit.Part, b.hit.Part),
		cmp.Compare(a.hit.Item, b.hit.Item),
		cmp.Compare(a.hit.Start, b.hit.Start)) < 0
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
