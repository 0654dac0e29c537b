// Package judge turns the hits of one listing into matches, each with its pieces, score, grade and gates. Its functions
// are pure: the same listing, hits, corpora and configuration give the same verdict, whatever was scanned before.
package judge

import (
	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/words"
	"lookalike/matchers"
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
type Judge struct{}

// New checks cfg and prepares what depends on the corpora alone.
func New(cfg Config, cs []*matchers.Corpus, t Tables) (*Judge, error) { panic("unwritten") }

// Verdict judges one listing and totals it once without any policy. An error means that a corpus could not be read.
func (j *Judge) Verdict(c *Case) (Verdict, error) { panic("unwritten") }

// Total makes grade, score and gates of the listing from its matches, which a policy may have marked since. It is the
// only place where they are made. With incomplete every gate is at least Review.
func (j *Judge) Total(v *Verdict, incomplete bool) { panic("unwritten") }

// Markets returns every market that verdicts may name: the asked ones, else all that the corpora cover, in order.
func (j *Judge) Markets() []corpora.Market { panic("unwritten") }

// Coverage returns, for market m and each of "mark", "logo", "design" and "work": "register", "list" or "none".
func (j *Judge) Coverage(m corpora.Market) map[string]string { panic("unwritten") }
