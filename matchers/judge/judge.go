// Package judge turns the hits of one listing into matches, each with its pieces, score, grade and gates. Its functions
// are pure: the same listing, hits, corpora and configuration give the same verdict, whatever was scanned before.
package judge

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/words"
	"lookalike/matchers"
	"lookalike/matchers/fold"
)

// Config is what a user may change about a verdict. All of it enters the configuration hash of a report.
type Config struct {
	AsOf            corpora.Date     `json:"as_of"`            // decides expiry, grace and days left
	Markets         []corpora.Market `json:"markets"`          // asked; none: the listing's own, else every market that the corpora cover
	From            string           `json:"from"`             // "CN": add CN-export; "listing": by the listing's ship_from; "": neither
	RequireCoverage string           `json:"require_coverage"` // none, list or register: below it a market is unchecked
	Gates           map[Grade]Gate   `json:"gates"`            // nil for the defaults
	Source          string           `json:"source"`           // name of the feed's source, part of fingerprints
	Seller          string           `json:"seller"`           // whose listings these are when the feed names nobody; not part of fingerprints
	All             bool             `json:"all"`              // list silenced readings and rights that count in no asked market too
}

// Tables are the data that rules are made of.
type Tables struct {
	Goods   *goods.Table
	Markets *market.Table
	Words   *words.Tables
	// Background gives the share of listings, 0–1, of the user's own background feed that hold a folded word. Nil without
	// a background.
	Background func(key string) float64
}

// Case is one listing with what the matchers found in it.
type Case struct {
	Listing  *corpora.Listing
	Hits     [][]matchers.Hit        // per corpus, in the order given to New; each in the order that Matcher promises
	Pictures []matchers.PictureFacts // per listing picture; zero for one that was not read
}

// Judge makes verdicts over a fixed set of corpora. It is immutable and safe for concurrent use.
type Judge struct {
	cfg        Config
	views      []*corpusView
	goods      goodsTable
	markets    marketTable
	dict       dictionary
	background func(key string) float64
	uses       *words.Uses
	contexts   map[string]words.Context // by folded word

	phraseIndex phraseIndex
	fakeIndex   phraseIndex
	nounIndex   phraseIndex
	nouns       []noun
	heads       headTable

	related  [46]uint64 // classes related to each
	groups   []matchers.Group
	covered  []corpora.Market
	usual    []corpora.Market                     // asked for a listing that names none, where that is the same for every listing
	coverOf  map[corpora.Market]map[string]string // of every market that verdicts may name
	required int

	pages      sync.Pool // memory of pages
	seed       maphash.Seed
	categories categories
	goodsTexts []atomic.Pointer[goodsText]
}

// New checks cfg and prepares what depends on the corpora alone.
func New(cfg Config, cs []*matchers.Corpus, t Tables) (*Judge, error) {
	views := make([]rights, len(cs))
	for i, c := range cs {
		views[i] = c
	}
	return newJudge(cfg, views, t.Goods, t.Markets, t.Words, t.Background)
}

func newJudge(cfg Config, cs []rights, g goodsTable, m marketTable, d dictionary, background func(string) float64) (*Judge, error) {
	uses, err := words.LoadUses()
	if err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	j := &Judge{
		cfg: cfg, goods: g, markets: m, dict: d, background: background, uses: uses, seed: maphash.MakeSeed(),
		categories: newCategories(), goodsTexts: make([]atomic.Pointer[goodsText], mostGoodsTexts),
	}
	if err := j.check(); err != nil {
		return nil, err
	}
	for _, c := range cs {
		info := c.Info()
		j.views = append(j.views, newView(c, info.Name))
		j.groups = append(j.groups, info.Groups...)
	}
	j.index()
	j.covered = j.universe()
	if cfg.From == "" {
		j.usual = slices.Clip(j.marketsFor(&corpora.Listing{}))
	}
	j.coverOf = map[corpora.Market]map[string]string{}
	for _, m := range j.Named() {
		j.coverOf[m] = j.coverage(m)
	}
	return j, nil
}

// check refuses settings that no verdict can be made with.
func (j *Judge) check() error {
	rank, ok := coverRank[cmp.Or(j.cfg.RequireCoverage, coverList)]
	if !ok {
		return fmt.Errorf("judge: unknown coverage %q (one of none, list, register)", j.cfg.RequireCoverage)
	}
	j.required = rank
	for g, gate := range j.cfg.Gates {
		if g.Rank() == 0 {
			return fmt.Errorf("judge: gates: unknown grade %q", g)
		}
		if gate != Clear && gate != Review && gate != Block {
			return fmt.Errorf("judge: gates: %s cannot have the gate %q (one of clear, review, block)", g, gate)
		}
	}
	if f := j.cfg.From; f != "" && !strings.EqualFold(f, "listing") {
		if _, err := corpora.ParseMarket(f); err != nil {
			return fmt.Errorf("judge: from: %w", err)
		}
	}
	return nil
}

// index prepares the tables for looking up by token.
func (j *Judge) index() {
	j.phraseIndex, j.fakeIndex, j.nounIndex = phraseIndex{}, phraseIndex{}, phraseIndex{}
	for i, p := range j.uses.Phrases {
		j.phraseIndex[p.Words[0]] = append(j.phraseIndex[p.Words[0]], i)
	}
	for i, f := range j.uses.Fakes {
		j.fakeIndex[f.Words[0]] = append(j.fakeIndex[f.Words[0]], i)
	}
	for _, a := range j.uses.Accessories {
		hosts := j.goods.KindsOf(a.Goods)
		for _, n := range a.Nouns {
			j.nounIndex[n[0]] = append(j.nounIndex[n[0]], len(j.nouns))
			j.nouns = append(j.nouns, noun{words: n, lead: slices.Contains(leadNouns, a.Lang), classes: a.Classes, hosts: hosts, own: j.nounKinds(a.Host, n, hosts)})
		}
	}
	j.heads = j.headsOf()
	j.contexts = map[string]words.Context{}
	for w, c := range j.uses.Contexts {
		j.contexts[fold.Key(w)] = c
	}
	for a := uint8(1); a <= 45; a++ {
		for b := uint8(1); b <= 45; b++ {
			if a != b && j.goods.RelatedClasses(a, b) {
				j.related[a] |= 1 << b
			}
		}
	}
}

// Verdict judges one listing and totals it once without any policy. An error means that a corpus could not be read.
func (j *Judge) Verdict(c *Case) (Verdict, error) {
	if len(c.Hits) != len(j.views) {
		return Verdict{}, fmt.Errorf("judge: hits of %d corpora, want %d", len(c.Hits), len(j.views))
	}
	if !slices.ContainsFunc(c.Hits, func(hs []matchers.Hit) bool { return len(hs) > 0 }) {
		v := Verdict{Markets: j.marketsFor(c.Listing), Matches: []Match{}}
		j.Total(&v, false)
		return v, nil
	}
	p := j.page(c.Listing, c.Pictures)
	defer func() {
		p.free()
		j.pages.Put(p)
	}()
	v := Verdict{Markets: p.markets(), Matches: []Match{}}
	rs := p.readings(c)
	if len(rs) == 0 {
		j.Total(&v, false)
		return v, nil
	}
	p.silence(rs)
	if !j.cfg.All {
		rs = slices.DeleteFunc(rs, func(r *reading) bool { return r.silencedBy != nil || r.byBrand })
	}
	for _, r := range rs {
		if r.text() {
			r.use = p.useOf(r)
		} else {
			r.use = usage{use: UsePicture, note: useNote{code: NoteUsePicture}}
		}
	}
	rs = slices.DeleteFunc(rs, func(r *reading) bool { return r.text() && r.use.silent })
	groups, err := p.groups(rs)
	if err != nil {
		return v, err
	}
	kept := p.settled
	all := p.familiesOf(groups)
	for _, g := range groups {
		if p.settle(g, all) && (g.grade != "" || j.cfg.All && !g.counts && GradeOf(g.score) != "") {
			kept = append(kept, g)
		}
	}
	p.settled = kept
	if err := p.list(&v, kept); err != nil {
		return v, err
	}
	j.Total(&v, false)
	return v, nil
}

// Markets returns every market that verdicts may name: the asked ones, else all that the corpora cover, in order.
func (j *Judge) Markets() []corpora.Market {
	out := slices.Clone(j.cfg.Markets)
	if len(out) == 0 {
		out = slices.Clone(j.covered)
	}
	if m := j.exportOf(&corpora.Listing{}); m != "" && !slices.Contains(out, m) {
		out = append(out, m)
	}
	return out
}

// Named returns, in order, the markets of Markets and those with a profile that only a listing may name: all of them,
// unless the configuration asks for markets.
func (j *Judge) Named() []corpora.Market {
	out := j.Markets()
	if len(j.cfg.Markets) > 0 {
		return out
	}
	for _, m := range j.markets.All() {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// Coverage returns, for any market m and each of "mark", "logo", "design" and "work": "register", "list" or "none".
func (j *Judge) Coverage(m corpora.Market) map[string]string {
	if c, ok := j.coverOf[m]; ok {
		return maps.Clone(c)
	}
	return j.coverage(m)
}

// markCoverage returns the rank of the coverage of marks in m.
func (j *Judge) markCoverage(m corpora.Market) int {
	if c, ok := j.coverOf[m]; ok {
		return coverRank[c["mark"]]
	}
	return coverRank[j.coverage(m)["mark"]]
}
