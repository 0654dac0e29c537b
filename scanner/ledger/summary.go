package ledger

import (
	"slices"

	"lookalike/matchers/judge"
)

// Closing is what Finish must know of a reading.
type Closing struct {
	Whole    bool                  // the source was read to its end: what it did not hold is gone
	Unread   func(url string) bool // pages that could not be read: their listings are missed, not gone; nil for none
	Complete bool                  // nothing at all was left out; a run that is not complete is never called clean
	Reason   string                // why it is not complete, a code of the messages
	Problems []string              // what could not be read, for the record, at most 100 are kept

	Lead judge.Grade // from which grade a match is a lead
	Seal judge.Grade // from which grade a lead is sealed as evidence; "" for never

	Header []byte // of the report that the findings stand in, for what is sealed

	// Compose makes the messages of the run. They are stored with its events. Nil for none.
	Compose func(s *Summary) ([]Message, error)
}

// Summary is what a run found. Its lists hold at most 1,000 entries each; Counts are whole.
type Summary struct {
	Run      int64
	Watch    string
	Day      string
	Complete bool
	Reason   string
	Problems []string
	Counts   map[Type]int
	Listings int // there after the run
	Missed   int // expected and not read
	Scanned  int
	Leads    []LeadChange
	Relisted []Relisting
}

// Quiet reports whether nothing happened that a person has to look at.
func (s *Summary) Quiet() bool {
	for _, t := range []Type{MatchNew, MatchWorse, MatchBack, MatchBetter, MatchGone, ListingRelisted, LeadOpened, LeadReopened} {
		if s.Counts[t] > 0 {
			return false
		}
	}
	return s.Complete
}

// LeadChange is what happened to a lead.
type LeadChange struct {
	Type  Type
	Lead  string
	State State
	MatchData
	Right   string
	Listing Brief
}

// Relisting is a new listing that repeats one that is gone.
type Relisting struct {
	Listing Brief
	Of      Brief
	By      string // text or picture
}

// Brief names a listing.
type Brief struct {
	Key    Key    `json:"key"`
	ID     string `json:"id"`
	Title  string `json:"title"`
	Seller string `json:"seller"`
	URL    string `json:"url"`
}

// Happened returns the types that a summary counts, in the order of Types.
func (s *Summary) Happened() []Type {
	return slices.DeleteFunc(Types(), func(t Type) bool { return s.Counts[t] == 0 })
}
