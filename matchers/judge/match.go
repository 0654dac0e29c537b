package judge

import (
	"lookalike/corpora"
)

// Match is one right against one listing, as the canonical report writes it. Every key is always present.
type Match struct {
	Fingerprint string           `json:"fingerprint"`
	Right       RightRef         `json:"right"`
	Lane        string           `json:"lane"`
	Lanes       []string         `json:"lanes"`
	Field       string           `json:"field"`
	Start       *int             `json:"start"` // bytes into the field as read; nil for a picture
	End         *int             `json:"end"`
	Span        string           `json:"span"`
	Before      string           `json:"before"`
	After       string           `json:"after"`
	Image       *ImageRef        `json:"image"`
	Use         Use              `json:"use"`
	Goods       GoodsRef         `json:"goods"`
	Grade       Grade            `json:"grade"` // the strictest over the asked markets, "" when the right counts in none
	Score       int              `json:"score"`
	Gates       map[string]Gate  `json:"gates"`
	Pieces      []Piece          `json:"pieces"`
	Reasons     []Note           `json:"reasons"`
	Clears      []Note           `json:"clears"`
	Authorised  *Authorisation   `json:"authorisation"`
	Suppressed  *Suppression     `json:"suppressed"`
	SilencedBy  *string          `json:"silenced_by"` // fingerprint of the reading that explains the span better
	State       *string          `json:"state"`       // new, worse or same against a baseline
	Grades      map[string]Grade `json:"grades"`
	MoreRights  int              `json:"more_rights,omitempty"` // on the last listed match of a sign: rights left out
}

// RightRef is what a report says of a right.
type RightRef struct {
	Corpus     string   `json:"corpus"`
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	Form       string   `json:"form"`
	Text       string   `json:"text"`
	Office     string   `json:"office"`
	Number     string   `json:"number"`
	Owner      string   `json:"owner"`
	Status     string   `json:"status"` // on the day of the scan
	Filed      string   `json:"filed"`
	Registered string   `json:"registered"`
	Expires    string   `json:"expires"`
	Classes    []int    `json:"classes"`
	Goods      string   `json:"goods"`
	Disclaimer string   `json:"disclaimer"`
	Markets    []string `json:"markets"`
	Flags      []string `json:"flags"`
	Images     []string `json:"images"`
	Link       string   `json:"link"`
	Source     string   `json:"source"`
	Others     []Other  `json:"others"` // same owner, office and sign
}

// Other is a right that its owner holds for the same sign at the same office beside the one that leads.
type Other struct {
	ID      string `json:"id"`
	Number  string `json:"number"`
	Status  string `json:"status"`
	Filed   string `json:"filed"`
	Classes []int  `json:"classes"`
}

// ImageRef is the picture side of a picture match.
type ImageRef struct {
	Index    int    `json:"index"`  // into the feed's own list
	SHA256   string `json:"sha256"` // of the file's bytes
	Box      [4]int `json:"box"`    // x0, y0, x1, y1 in pixels after EXIF rotation
	Distance int    `json:"distance"`
	Inliers  *int   `json:"inliers"`
	Edit     string `json:"edit"` // "", "mirrored", "rotated 90", "trimmed" …, several joined by "+"
}

// GoodsRef is how the listing's goods relate to those of the right.
type GoodsRef struct {
	Relation   Relation `json:"relation"`
	Listing    string   `json:"listing"` // the words that were classified
	Classes    []int    `json:"classes"`
	From       string   `json:"from"` // "category", "title", "given" or ""
	Confidence float64  `json:"confidence"`
}

// Piece is one term of a score. Caps and floors have weight 0 and their bound as value.
type Piece struct {
	Name   string  `json:"name"` // "sign", "goods", "cap:pending", "floor:famous" …
	Value  float64 `json:"value"`
	Weight float64 `json:"weight"`
	Note   Note    `json:"note"`
}

// Note is a fact for a reader, as a code with arguments. Message files hold the sentences. Notes of several matches may share
// their arguments, so that nobody writes to them.
type Note struct {
	Code string         `json:"code"`
	Args map[string]any `json:"args"`
}

// Authorisation is the document that covers a match, or the one that fails to.
type Authorisation struct {
	ID       string   `json:"id"`
	Basis    string   `json:"basis"`
	Covers   bool     `json:"covers"`
	Fails    []string `json:"fails"` // fields that do not fit
	Document string   `json:"document"`
	DaysLeft *int     `json:"days_left"`
	Markets  []string `json:"markets"` // where it covers; none: in every asked market

	// Review are markets where the documents show genuine goods and not that they may be resold there: the gate asks for a
	// person instead of a stop. It is no part of the line, whose gates follow from it.
	Review []string `json:"-"`
}

// Suppression is a person's decision that a match does not count.
type Suppression struct {
	By     string `json:"by"` // "ignore"
	Reason string `json:"reason"`
	Name   string `json:"name"`
	Until  string `json:"until"`
}

// Grade says how strong a match is; "" is none.
type Grade string

// The grades.
const (
	Low      Grade = "low"
	Medium   Grade = "medium"
	High     Grade = "high"
	Critical Grade = "critical"
)

// Rank orders grades: 0 for none, 4 for critical.
func (g Grade) Rank() int {
	switch g {
	case Low:
		return 1
	case Medium:
		return 2
	case High:
		return 3
	case Critical:
		return 4
	}
	return 0
}

// Gate says what to do with a listing in one market.
type Gate string

// The gates.
const (
	Clear      Gate = "clear"
	Documented Gate = "documented"
	Unchecked  Gate = "unchecked"
	Review     Gate = "review"
	Block      Gate = "block"
)

// Rank orders gates by strictness: 0 for clear, 4 for block.
func (g Gate) Rank() int {
	switch g {
	case Documented:
		return 1
	case Unchecked:
		return 2
	case Review:
		return 3
	case Block:
		return 4
	}
	return 0
}

// Use says how a listing uses a sign.
type Use string

// The uses, a closed list.
const (
	UseBrand         Use = "brand"
	UseSubject       Use = "subject"
	UseCompatibility Use = "compatibility"
	UseComparison    Use = "comparison"
	UseDescriptive   Use = "descriptive"
	UseIngredient    Use = "ingredient"
	UseResale        Use = "resale"
	UseCounterfeit   Use = "counterfeit"
	UseNegation      Use = "negation"
	UsePicture       Use = "picture"
)

// Relation says how two sets of goods relate.
type Relation string

// The relations, a closed list.
const (
	Same      Relation = "same"
	Similar   Relation = "similar"
	ClassOnly Relation = "class" // only the Nice class agrees
	Related   Relation = "related"
	Unrelated Relation = "unrelated"
	Unknown   Relation = "unknown"
)

// Verdict is what the judge makes of one listing: its matches, and what they add up to.
type Verdict struct {
	Matches []Match
	Omitted map[Grade]int // matches left out of the list, by grade
	Gates   map[string]Gate
	Grade   Grade // "" without any match that counts
	Score   int
	Markets []corpora.Market // the markets that were asked for this listing

	// rest are matches that count and are not listed: beyond 100 a listing or 20 a sign.
	rest []Match
}
