package scanner

import (
	"maps"

	"lookalike/corpora"
	"lookalike/matchers/judge"
)

// The types of lines.
const (
	typeHeader  = "header"
	typeFinding = "finding"
	typeTrailer = "trailer"
)

// Schema is the version of the canonical report. It changes when a line or a fingerprint changes its meaning.
const Schema = 1

// Header is the first line of a canonical report.
type Header struct {
	Type       string              `json:"type"` // "header"
	Schema     int                 `json:"schema"`
	Engine     string              `json:"engine"`
	Started    string              `json:"started"`
	AsOf       string              `json:"as_of"`
	Corpora    []CorpusRef         `json:"corpora"`
	Config     string              `json:"config"`
	Background string              `json:"background"` // hash of the --background file, ""
	Markets    []string            `json:"markets"`
	Coverage   map[string]Coverage `json:"coverage"`
	Scoring    judge.Scoring       `json:"scoring"`
	NotChecked []NotChecked        `json:"not_checked"` // codes; the counts stand in the trailer
}

// CorpusRef names one corpus of a scan.
type CorpusRef struct {
	Name     string `json:"name"`
	ID       string `json:"id"`
	Date     string `json:"date"`
	Rights   int    `json:"rights"`
	Signs    int    `json:"signs"`
	Pictures int    `json:"pictures"`
}

// Coverage says, for one market, how each kind of right is covered: "register", "list" or "none".
type Coverage struct {
	Mark   string `json:"mark"`
	Logo   string `json:"logo"`
	Design string `json:"design"`
	Work   string `json:"work"`
}

// NotChecked is something that the scan could not or did not look at.
type NotChecked struct {
	Code  string `json:"code"`
	Count *int   `json:"count"`
}

// Finding is the line of one listing.
type Finding struct {
	Type    string                `json:"type"` // "finding"
	Listing ListingRef            `json:"listing"`
	Gates   map[string]judge.Gate `json:"gates"`
	Grade   *judge.Grade          `json:"grade"`
	Score   int                   `json:"score"`
	Checked Checked               `json:"checked"`
	Matches []judge.Match         `json:"matches"`
	Omitted map[judge.Grade]int   `json:"omitted,omitempty"`
	Error   *Error                `json:"error"`

	// Source is the listing as it was scanned, for sinks that need its texts or pictures. It is no part of the line.
	Source *corpora.Listing `json:"-"`
}

// ListingRef is what a report says of a listing.
type ListingRef struct {
	ID       string   `json:"id"`
	Origin   string   `json:"origin"`
	Row      int      `json:"row"`
	Title    string   `json:"title"`
	Brand    string   `json:"brand"`
	Category string   `json:"category"`
	Price    string   `json:"price"`
	Currency string   `json:"currency"`
	Seller   string   `json:"seller"`
	SellerID string   `json:"seller_id"`
	Platform string   `json:"platform"`
	URL      string   `json:"url"`
	Markets  []string `json:"markets"`
	Images   []string `json:"images"` // as the feed wrote them; a data: address as its media type and length
	ShipFrom string   `json:"ship_from"`
	Sold     *int64   `json:"sold"`
	Language string   `json:"language"`
}

// Checked says what of a listing was looked at.
type Checked struct {
	Text          bool `json:"text"`
	Pictures      int  `json:"pictures"`
	PicturesGiven int  `json:"pictures_given"`
}

// Error is what kept a listing from being read or assessed whole. The line holds the first problem; further ones of the
// same listing stand in its arguments under "also".
type Error struct {
	corpora.Problem
	Also []corpora.Problem `json:"-"`
}

const alsoArg = "also"

// MarshalJSON writes code, field and args.
func (e Error) MarshalJSON() ([]byte, error) {
	p := fillProblem(e.Problem)
	if len(e.Also) > 0 {
		p.Args = maps.Clone(p.Args)
		also := make([]corpora.Problem, len(e.Also))
		for i, q := range e.Also {
			also[i] = fillProblem(q)
		}
		p.Args[alsoArg] = also
	}
	return plainJSON(p)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Error) UnmarshalJSON(b []byte) error {
	*e = Error{}
	if err := strict(b, &e.Problem); err != nil {
		return err
	}
	also, ok := e.Args[alsoArg]
	if !ok {
		return nil
	}
	delete(e.Args, alsoArg)
	again, err := plainJSON(also)
	if err != nil {
		return err
	}
	return strict(again, &e.Also)
}

// Trailer is the last line of a canonical report. A sign in a seller's name is listed on each listing of that seller and
// counted once in Findings and ByGrade.
type Trailer struct {
	Type        string                    `json:"type"`       // "trailer"
	Listings    int                       `json:"listings"`   // records read, bad ones among them
	Findings    int                       `json:"findings"`   // listings with at least one match that counts
	Incomplete  int                       `json:"incomplete"` // listings with an error
	ByGrade     map[string]int            `json:"by_grade"`   // of those findings
	ByGate      map[string]map[string]int `json:"by_gate"`    // per market and gate, all listings
	NotAssessed NotAssessed               `json:"not_assessed"`
	NotChecked  []NotChecked              `json:"not_checked"`
	WeakIDs     int                       `json:"weak_ids"`
	Noisy       []Noisy                   `json:"noisy"`
	Gone        []string                  `json:"gone"`
	Sources     []corpora.Problem         `json:"sources"` // what went wrong with a feed as a whole
	Seconds     float64                   `json:"seconds"`
	Complete    bool                      `json:"complete"` // every source read to its end, no listing with an error, every market covered
}

// NotAssessed counts pictures that were given and not looked at.
type NotAssessed struct {
	PicturesByAddress int `json:"pictures_by_address"`
	PicturesFailed    int `json:"pictures_failed"`
}

// Noisy is a mark that floods.
type Noisy struct {
	Mark  string         `json:"mark"`
	Owner string         `json:"owner"`
	Count int            `json:"count"` // listings, a lower bound when more than maxMarks marks were met
	Uses  map[string]int `json:"uses"`  // listings by use of the best match
}

// Line is any line of a canonical report: exactly one pointer is set.
type Line struct {
	Header  *Header
	Finding *Finding
	Trailer *Trailer
}
