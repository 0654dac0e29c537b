package judge

import (
	"cmp"
	"slices"

	"lookalike/corpora"
	"lookalike/matchers"
)

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
