package matchers

// Format is the version of the sections that this package writes. A corpus of another one must be built again.
const Format = 1

// Info is what corpus info prints and a report's header names.
type Info struct {
	Name     string            `json:"name"`
	Identity string            `json:"identity"`
	Date     string            `json:"date"`    // given at build time, else the newest filing or registration among the rows
	Builder  string            `json:"builder"` // engine version
	Format   int               `json:"format"`
	Rights   int               `json:"rights"`
	Signs    int               `json:"signs"`
	Pictures int               `json:"pictures"`
	Delta    bool              `json:"delta"` // changed rows and tombstones of another corpus
	From     string            `json:"from"`  // of a delta: the identity of the older corpus
	To       string            `json:"to"`    // of a delta: the identity of the newer corpus
	Kinds    map[string]int    `json:"kinds"`
	Statuses map[string]int    `json:"statuses"`
	Offices  map[string]int    `json:"offices"`  // "" for rights without one
	Versions map[string]uint32 `json:"versions"` // of the matcher kinds that wrote sections
	Sources  []string          `json:"sources"`
	List     bool              `json:"list"` // every row comes from a brand list and not from a register
	Groups   []Group           `json:"groups"`
}

// Group counts the rights that agree in what coverage is made of. The groups of a corpus are few and sorted; tombstones
// are in none.
type Group struct {
	Office   string   `json:"office"`
	Markets  []string `json:"markets"` // none: where the office counts
	Kind     string   `json:"kind"`
	List     bool     `json:"list"`     // of a brand list: status unverified, or no office
	Rights   int      `json:"rights"`   // all
	Words    int      `json:"words"`    // those with words to match
	Pictures int      `json:"pictures"` // those with pictures to match
}
