package matchers

import (
	"lookalike/corpora"
	"lookalike/corpora/snapshot"
)

// Corpus is one opened snapshot of rights with its matchers. It is immutable and safe for concurrent use until Close.
type Corpus struct{}

// Open opens the matchers of kinds over the snapshot s, which the corpus then owns.
func Open(s *snapshot.File, kinds []Kind) (*Corpus, error) { panic("unwritten") }

// Info returns what the corpus says of itself.
func (c *Corpus) Info() Info { panic("unwritten") }

// Matchers returns the matchers, one per kind that the corpus holds sections of.
func (c *Corpus) Matchers() []Matcher { panic("unwritten") }

// NumRights returns the number of rows.
func (c *Corpus) NumRights() int { panic("unwritten") }

// NumSigns returns the number of signs.
func (c *Corpus) NumSigns() int { panic("unwritten") }

// Links returns the rights that hold a sign, by ascending row. The slice lies in the mapping and is valid until Close.
func (c *Corpus) Links(sign uint32) []Link { panic("unwritten") }

// Columns returns the flat facts of a right.
func (c *Corpus) Columns(row uint32) *Columns { panic("unwritten") }

// Facts returns the flat facts of a sign.
func (c *Corpus) Facts(sign uint32) *Facts { panic("unwritten") }

// SignText returns the words of a sign as first recorded, copied; "" for a picture.
func (c *Corpus) SignText(sign uint32) string { panic("unwritten") }

// Office returns the code of an office column.
func (c *Corpus) Office(i uint16) string { panic("unwritten") }

// MarketSet returns the markets of a market-set column; none for rights that count where their office does.
func (c *Corpus) MarketSet(i uint16) []corpora.Market { panic("unwritten") }

// MarketSets returns how many market sets there are.
func (c *Corpus) MarketSets() int { panic("unwritten") }

// Right decodes one row. Its strings are copies that outlive the corpus. Images have no Open.
func (c *Corpus) Right(row uint32) (corpora.Right, error) { panic("unwritten") }

// Thumbnail returns the small picture kept of a picture sign as encoded bytes (PNG or JPEG), nil when none was kept.
func (c *Corpus) Thumbnail(sign uint32) []byte { panic("unwritten") }

// Close unmaps the snapshot.
func (c *Corpus) Close() error { panic("unwritten") }

// Info is what corpus info prints and a report's header names.
type Info struct {
	Name     string            `json:"name"`
	Identity string            `json:"identity"`
	Date     string            `json:"date"`    // of the newest source row, or given at build time
	Builder  string            `json:"builder"` // engine version
	Format   int               `json:"format"`
	Rights   int               `json:"rights"`
	Signs    int               `json:"signs"`
	Pictures int               `json:"pictures"`
	Delta    bool              `json:"delta"` // changed rows and tombstones of another corpus
	Kinds    map[string]int    `json:"kinds"`
	Statuses map[string]int    `json:"statuses"`
	Offices  map[string]int    `json:"offices"`
	Versions map[string]uint32 `json:"versions"` // of the matcher kinds that wrote sections
	Sources  []string          `json:"sources"`
	List     bool              `json:"list"` // rows come from a brand list and not from a register
}
