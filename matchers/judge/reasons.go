package judge

import (
	"lookalike/corpora"
	"lookalike/matchers"
)

// reasons says why a match is one, the decisive fact first.
func (p *page) reasons(g *group, others int) []Note {
	c := g.best
	out := make([]Note, 0, len(g.pieces)+usualNotes)
	for _, piece := range g.pieces {
		switch piece.Name {
		case PieceSign, PiecePicture, PieceUse, PieceGoods, PieceDistinct, PieceFame, PieceExplained:
			out = append(out, piece.Note)
		}
	}
	for _, piece := range g.pieces {
		if piece.Weight == 0 {
			out = append(out, piece.Note)
		}
	}
	out = append(out, statusNote(c.status, c.col, c.until))
	if e := editWords(matchers.EditKind(g.lead.hit.Tier)); !g.lead.text() && e != "" {
		out = append(out, note(NotePictureEdited, "edit", e))
	}
	if g.ledBy.alsoBrand {
		out = append(out, note(NoteAlsoInBrandField))
	}
	if g.ledBy.agrees != "" {
		out = append(out, note(NoteCorroborated, "by", g.ledBy.agrees))
	}
	if g.right.Disclaimer != "" {
		out = append(out, note(NoteDisclaimed, "words", g.right.Disclaimer))
	}
	if c.col.Kind == corpora.Work && g.ledBy.companion {
		out = append(out, note(NoteCompanion, "words", ""))
	}
	out = append(out, p.marketNotes(g)...)
	if c.col.Flags&matchers.FlagRecorded != 0 {
		out = append(out, note(NoteRecorded))
	}
	if c.col.Flags&matchers.FlagWatched != 0 {
		out = append(out, note(NoteWatchedHolder))
	}
	if others > 0 {
		out = append(out, note(NoteOtherRights, "count", others))
	}
	if g.more > 0 {
		out = append(out, note(NoteMoreRights, "count", g.more))
	}
	return out
}

// marketNotes says where a right counts by less than its own market.
func (p *page) marketNotes(g *group) []Note {
	c := g.best
	if !c.reachesAny() {
		return []Note{note(NoteNoMarket)}
	}
	var out []Note
	for k, m := range p.markets() {
		if c.reaches[k] == nationalReach {
			out = append(out, note(NoteNationalRight, "state", p.stateOf(c)))
		}
		if _, ok := m.Origin(); ok && c.reaches[k] != noReach {
			out = append(out, note(NoteExport, "market", string(m)))
		}
	}
	return out
}

// stateOf names the member state by which a national right reaches the EU.
func (p *page) stateOf(c *candidate) string {
	for _, m := range c.view.MarketSet(c.col.MarketSet) {
		if p.j.counts("", []corpora.Market{m}, corpora.EU) == nationalReach {
			return string(m)
		}
	}
	return c.office
}

// usualNotes is the number of notes that memory is taken for at once.
const usualNotes = 6

// clears says what would clear a match, cheapest first.
func (p *page) clears(g *group, c *candidate) []Note {
	r := g.lead
	out := make([]Note, 0, usualNotes)
	add := func(code string, args ...any) { out = append(out, note(code, args...)) }
	if !r.text() {
		add(ClearReplacePic)
		p.statusClears(c, g, add)
		p.perMarket(g, func(m string) { add(ClearPicLicence, "market", m) })
		return out
	}
	span := r.text0()
	switch r.use.use {
	case UseCompatibility:
		if r.use.noun != "" {
			add(ClearReword, "mark", span, "noun", r.use.noun)
		}
		if p.brand == "" {
			add(ClearFillBrand)
		} else if g.ledBy.beforeOwn {
			add(ClearMoveBrand)
		}
		if g.ledBy.alsoBrand {
			add(ClearFillBrand)
		}
	case UseComparison:
		add(ClearRemoveClaim, "words", r.use.words)
	case UseCounterfeit:
		add(ClearStopFake)
	case UseDescriptive, UseNegation:
		if r.use.enforced == nil {
			add(ClearAsDescribed)
		}
	case UseIngredient:
		add(ClearIngredientDoc, "mark", g.right.Text)
	}
	if r.use.enforced != nil {
		add(ClearReplaceWord, "span", span, "replacement", r.use.enforced.Replacement["en"])
	}
	if full(r.use.use) && r.use.use != UseCounterfeit {
		p.brandClears(g, c, span, add)
	}
	return out
}

// brandClears is what clears a sign used as a brand.
func (p *page) brandClears(g *group, c *candidate, span string, add func(string, ...any)) {
	if g.key.shop {
		add(ClearSellerName, "span", span)
	} else if r := g.lead; !r.use.field && !p.j.same(r, c, "") || g.grade.Rank() <= Medium.Rank() {
		add(ClearRemoveSpan, "span", span)
	}
	if c.relation == Unknown {
		add(ClearNameGoods)
	}
	p.statusClears(c, g, add)
	p.perMarket(g, func(m string) { add(ClearProveResale, "market", m) })
	p.perMarket(g, func(m string) { add(ClearLicence, "market", m) })
	if !p.j.same(g.lead, c, "") && g.grade.Rank() >= High.Rank() {
		add(ClearCounsel)
	}
}

func (p *page) statusClears(c *candidate, g *group, add func(string, ...any)) {
	switch c.status {
	case corpora.Unverified:
		add(ClearCheckList, "mark", g.right.Text)
	case corpora.StatusUnknown, corpora.Pending, corpora.Grace:
		add(ClearCheckStatus, "office", g.right.Office, "number", g.right.Number)
	}
}

// perMarket calls f for every market in which the match stands in the way.
func (p *page) perMarket(g *group, f func(market string)) {
	for k, m := range p.markets() {
		if g.grades[k].Rank() >= Medium.Rank() {
			f(string(m))
		}
	}
}
