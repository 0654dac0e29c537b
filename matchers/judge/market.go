package judge

import (
	"slices"
	"strings"
	"sync"

	"lookalike/corpora"
	"lookalike/matchers"
)

// reach says whether a right counts in a market, and whether it does so by one member state of the EU alone.
type reach uint8

const (
	noReach reach = iota
	fullReach
	nationalReach
)

// corpusView is one corpus with what the judge remembers of it. The memory holds answers of pure functions, so that a
// verdict never depends on it.
type corpusView struct {
	rights
	name    string
	reached sync.Map // reachKey to reach
	usual   sync.Map // office and set of markets, as one number, to the []reach for the markets that are usually asked

	signs memo[*signView]   // by sign id
	kinds memo[[]string]    // kinds of the goods of a right, by row
	known memo[*knownRight] // by row
}

func newView(c rights, name string) *corpusView {
	return &corpusView{
		rights: c, name: name, signs: newMemo[*signView](c.NumSigns(), mostSigns),
		kinds: newMemo[[]string](c.NumRights(), mostKinds), known: newMemo[*knownRight](c.NumRights(), mostRights),
	}
}

type reachKey struct {
	office, set uint16
	market      corpora.Market
}

// reach tells whether a right counts in market m.
func (j *Judge) reach(v *corpusView, col *matchers.Columns, m corpora.Market) reach {
	k := reachKey{col.Office, col.MarketSet, m}
	if r, ok := v.reached.Load(k); ok {
		return r.(reach)
	}
	r := j.counts(v.Office(col.Office), v.MarketSet(col.MarketSet), m)
	v.reached.Store(k, r)
	return r
}

// counts asks the market table. A right that counts in a country counts when goods leave it.
func (j *Judge) counts(office string, markets []corpora.Market, m corpora.Market) reach {
	if c, ok := m.Origin(); ok {
		m = c
	}
	ok, national := j.markets.Counts(office, markets, m)
	switch {
	case !ok:
		return noReach
	case national:
		return nationalReach
	}
	return fullReach
}

// universe returns the markets that the corpora cover, in the order of the profiles. A member state of the EU stands for
// itself only when a right reaches it that does not reach the EU as a whole.
func (j *Judge) universe() []corpora.Market {
	var out []corpora.Market
	for _, m := range j.markets.Codes() {
		inEU, _ := j.markets.Counts("", []corpora.Market{corpora.EU}, m)
		member := inEU && m != corpora.EU
		if slices.ContainsFunc(j.groups, func(g matchers.Group) bool {
			r := j.counts(g.Office, marketsOf(g), m)
			if r == noReach {
				return false
			}
			return !member || j.counts(g.Office, marketsOf(g), corpora.EU) != fullReach
		}) {
			out = append(out, m)
		}
	}
	return out
}

func marketsOf(g matchers.Group) []corpora.Market {
	out := make([]corpora.Market, len(g.Markets))
	for i, m := range g.Markets {
		out[i] = corpora.Market(m)
	}
	return out
}

// The words of coverage.
const (
	coverRegister = "register"
	coverList     = "list"
	coverNone     = "none"
)

var coverRank = map[string]int{coverNone: 0, coverList: 1, coverRegister: 2}

// enoughRegister is the number of register rows from which a market counts as covered by a register, however long the
// lists beside it are. Below it the register rows must be more than those of the lists.
const enoughRegister = 1000

// covering counts the rights of one kind that count in a market.
type covering struct{ register, list int }

func (c covering) word() string {
	switch {
	case c.register >= enoughRegister || c.register > c.list:
		return coverRegister
	case c.register+c.list > 0:
		return coverList
	}
	return coverNone
}

// coverage computes what Coverage returns. A market is covered by the rights that count there; a national right does not
// cover the EU. Register rights cover the markets of their own office as a register, international ones those that they
// name; elsewhere they cover like a list, and a few of them beside a long list do too.
func (j *Judge) coverage(m corpora.Market) map[string]string {
	var mark, logo, design, work covering
	for _, g := range j.groups {
		if j.counts(g.Office, marketsOf(g), m) != fullReach {
			continue
		}
		register := j.registers(g, m)
		add := func(c *covering, n int) {
			if register {
				c.register += n
			} else {
				c.list += n
			}
		}
		switch g.Kind {
		case corpora.Mark.String():
			add(&mark, g.Words)
			add(&logo, g.Pictures)
		case corpora.Design.String():
			add(&design, g.Pictures)
		case corpora.Work.String():
			add(&work, g.Rights)
		}
	}
	return map[string]string{"mark": mark.word(), "logo": logo.word(), "design": design.word(), "work": work.word()}
}

// nowhere is a code that ISO 3166 gives to no country: a right that counts there counts everywhere.
const nowhere corpora.Market = "ZZ"

// registers reports whether a group that counts in m is part of a register for m.
func (j *Judge) registers(g matchers.Group, m corpora.Market) bool {
	if g.List || g.Office == "" {
		return false
	}
	if j.counts(g.Office, nil, nowhere) == fullReach {
		return len(g.Markets) > 0 // international: the markets that it names
	}
	return j.counts(g.Office, nil, m) == fullReach
}

// exportOf returns the export market that the configuration asks for, "" for none.
func (j *Judge) exportOf(l *corpora.Listing) corpora.Market {
	from := j.cfg.From
	if strings.EqualFold(from, "listing") {
		from = l.ShipFrom
	}
	if from == "" {
		return ""
	}
	m, err := corpora.ParseMarket(from)
	if err != nil {
		return ""
	}
	return m.Export()
}

// marketsFor returns the markets asked for a listing: those of the configuration, else its own, else all covered, and the
// export market.
//
// The answer is read only: listings may share it.
func (j *Judge) marketsFor(l *corpora.Listing) []corpora.Market {
	if j.usual != nil && (len(l.Markets) == 0 || len(j.cfg.Markets) > 0) {
		return j.usual
	}
	out := j.cfg.Markets
	if len(out) == 0 {
		out = l.Markets
	}
	if len(out) == 0 {
		out = j.covered
	}
	once := make([]corpora.Market, 0, len(out)+1)
	for _, m := range append(out[:len(out):len(out)], j.exportOf(l)) {
		if m != "" && !slices.Contains(once, m) {
			once = append(once, m)
		}
	}
	return once
}

// readsLanguage reports whether buyers in m read a language. Leaving a country is judged as its own market.
func (j *Judge) readsLanguage(m corpora.Market, lang string) bool {
	if c, ok := m.Origin(); ok {
		m = c
	}
	return lang == "" || slices.Contains(j.markets.Languages(m), lang) || lang == "zh" && j.markets.ReadsHan(m)
}

// readsHan reports whether buyers in m commonly read Chinese characters.
func (j *Judge) readsHan(m corpora.Market) bool {
	if c, ok := m.Origin(); ok {
		m = c
	}
	return j.markets.ReadsHan(m)
}
