package matchers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
)

// Corpus is one opened snapshot of rights with its matchers. It is immutable and safe for concurrent use until Close.
//
// Its accessors check every index and offset that they read from the file before they use it. An index that the corpus
// does not have, or that a damaged table holds, gives the zero answer; Right gives an error.
type Corpus struct {
	file     *snapshot.File
	info     Info
	matchers []Matcher
	tables   tables

	columns   []Columns
	rows      []byte
	rowEnds   []uint64 // of row i in rows; it begins where the row before ends
	ids       []idEntry
	rightEnds []uint32 // of the signs of right i in rightSigns
	signsOf   []uint32

	facts     []Facts
	links     []Link
	linkEnds  []uint32 // of the links of sign i in links
	text      []byte
	textEnds  []uint64
	thumbs    []thumbEntry
	thumbData []byte
}

// tables are the lists that columns and rows point into.
type tables struct {
	Offices []string           `json:"offices"`
	Markets [][]corpora.Market `json:"markets"`
	Sources []string           `json:"sources"`
}

// idEntry finds a right by the hash of its id; entries are sorted by hash and row.
type idEntry struct {
	Hash uint64
	Row  uint32
	_    [4]byte
}

// thumbEntry is one kept small picture; entries are sorted by sign.
type thumbEntry struct {
	Sign   uint32
	Size   uint32
	Offset uint64
}

// The sections that this package writes. Entries of variable length lie one after the other; the section of their ends
// says where each stops.
const (
	secMeta       = "meta"             // Info as JSON, without identity
	secTables     = "rights/tables"    // tables as JSON
	secColumns    = "rights/columns"   // []Columns by row
	secRows       = "rights/rows"      // what appendRow writes, by row
	secRowEnds    = "rights/row-ends"  // []uint64
	secIDs        = "rights/ids"       // []idEntry
	secSignsOf    = "rights/signs"     // []uint32: the signs of each right, ascending
	secRightEnds  = "rights/sign-ends" // []uint32
	secFacts      = "signs/facts"      // []Facts by sign
	secLinks      = "signs/links"      // []Link: the rights of each sign, ascending
	secLinkEnds   = "signs/link-ends"  // []uint32
	secText       = "signs/text"       // the words of each sign as first recorded; nothing for a picture
	secTextEnds   = "signs/text-ends"  // []uint64
	secThumbs     = "thumbs/entries"   // []thumbEntry
	secThumbsData = "thumbs/data"      // the files
)

// KindVersionError says that a corpus was built for another version of a kind of matcher and must be built again.
type KindVersionError struct {
	Kind       string
	Have, Want uint32
}

// Error names the kind and both versions.
func (e *KindVersionError) Error() string {
	return fmt.Sprintf("corpus was built for version %d of the %s matcher, this program has version %d", e.Have, e.Kind, e.Want)
}

// Open opens the matchers of kinds over the snapshot s, which the corpus then owns. After an error s still belongs to the
// caller. A snapshot whose tables do not fit together is a *snapshot.DamagedError, one that another program version
// built a *snapshot.VersionError or a *KindVersionError.
func Open(s *snapshot.File, kinds []Kind) (*Corpus, error) {
	c := &Corpus{file: s}
	if err := c.readMeta(); err != nil {
		return nil, fmt.Errorf("open corpus: %w", err)
	}
	if err := c.readSections(); err != nil {
		return nil, fmt.Errorf("open corpus %s: %w", c.info.Name, err)
	}
	for _, k := range kinds {
		version, built := c.info.Versions[k.Name()]
		if !built {
			continue
		}
		if version != k.Version() {
			return nil, fmt.Errorf("open corpus %s: %w", c.info.Name, &KindVersionError{k.Name(), version, k.Version()})
		}
		m, err := k.Open(s)
		if err != nil {
			return nil, fmt.Errorf("open corpus %s: matcher %s: %w", c.info.Name, k.Name(), err)
		}
		if m != nil {
			c.matchers = append(c.matchers, m)
		}
	}
	return c, nil
}

func (c *Corpus) readMeta() error {
	b := c.file.Section(secMeta)
	if b == nil {
		return &snapshot.DamagedError{Section: secMeta, Reason: "it is missing: not a corpus of rights"}
	}
	if err := json.Unmarshal(b, &c.info); err != nil {
		return &snapshot.DamagedError{Section: secMeta, Reason: err.Error()}
	}
	if c.info.Format != Format {
		return &snapshot.VersionError{Have: uint32(c.info.Format), Want: Format}
	}
	c.info.Identity = c.file.Identity()
	if c.info.Name == "" {
		c.info.Name = c.file.Name()
	}
	if err := json.Unmarshal(c.file.Section(secTables), &c.tables); err != nil {
		return &snapshot.DamagedError{Section: secTables, Reason: err.Error()}
	}
	if len(c.tables.Offices) == 0 || len(c.tables.Markets) == 0 {
		return &snapshot.DamagedError{Section: secTables, Reason: "a list is empty"}
	}
	return nil
}

// readSections maps the tables and checks that their lengths agree. What they hold is checked where it is used, so that
// opening does not read it.
func (c *Corpus) readSections() error {
	r := viewer{file: c.file}
	c.columns = view[Columns](&r, secColumns)
	c.rowEnds = view[uint64](&r, secRowEnds)
	c.ids = view[idEntry](&r, secIDs)
	c.rightEnds = view[uint32](&r, secRightEnds)
	c.signsOf = view[uint32](&r, secSignsOf)
	c.facts = view[Facts](&r, secFacts)
	c.links = view[Link](&r, secLinks)
	c.linkEnds = view[uint32](&r, secLinkEnds)
	c.textEnds = view[uint64](&r, secTextEnds)
	c.rows = view[byte](&r, secRows)
	c.text = view[byte](&r, secText)
	if c.file.Section(secThumbs) != nil {
		c.thumbs = view[thumbEntry](&r, secThumbs)
		c.thumbData = view[byte](&r, secThumbsData)
	}
	r.length(secColumns, len(c.columns), c.info.Rights)
	r.length(secRowEnds, len(c.rowEnds), c.info.Rights)
	r.length(secIDs, len(c.ids), c.info.Rights)
	r.length(secRightEnds, len(c.rightEnds), c.info.Rights)
	r.length(secFacts, len(c.facts), c.info.Signs)
	r.length(secLinkEnds, len(c.linkEnds), c.info.Signs)
	r.length(secTextEnds, len(c.textEnds), c.info.Signs)
	r.length(secSignsOf, len(c.signsOf), len(c.links))
	return r.err
}

// viewer maps sections and keeps the first error.
type viewer struct {
	file *snapshot.File
	err  error
}

func view[T any](r *viewer, name string) []T {
	b := r.file.Section(name)
	if b == nil {
		r.fail(name, "it is missing")
		return nil
	}
	v, err := snapshot.View[T](b)
	if err != nil {
		r.fail(name, err.Error())
	}
	return v
}

func (r *viewer) length(name string, have, want int) {
	if have != want {
		r.fail(name, fmt.Sprintf("%d entries, want %d", have, want))
	}
}

func (r *viewer) fail(section, reason string) {
	if r.err == nil {
		r.err = &snapshot.DamagedError{Section: section, Reason: reason}
	}
}

// Info returns what the corpus says of itself. Its maps and slices must not be changed.
func (c *Corpus) Info() Info { return c.info }

// Snapshot returns the file under the corpus, for its sections and checksums.
func (c *Corpus) Snapshot() *snapshot.File { return c.file }

// Matchers returns the matchers, one per kind that the corpus holds sections of, in the order given to Open.
func (c *Corpus) Matchers() []Matcher { return c.matchers }

// NumRights returns the number of rows.
func (c *Corpus) NumRights() int { return len(c.columns) }

// NumSigns returns the number of signs.
func (c *Corpus) NumSigns() int { return len(c.facts) }

// Links returns the rights that hold a sign, by ascending row, each once with its strongest role. The slice lies in the
// mapping and is valid until Close.
func (c *Corpus) Links(sign uint32) []Link { return cut(c.links, c.linkEnds, sign) }

// RightSigns returns the signs of a right, ascending. The slice lies in the mapping and is valid until Close.
func (c *Corpus) RightSigns(row uint32) []uint32 { return cut(c.signsOf, c.rightEnds, row) }

// Columns returns the flat facts of a right, all zero for a row that the corpus does not have.
func (c *Corpus) Columns(row uint32) *Columns {
	if int(row) >= len(c.columns) {
		return new(Columns)
	}
	return &c.columns[row]
}

// Facts returns the flat facts of a sign, all zero for one that the corpus does not have.
func (c *Corpus) Facts(sign uint32) *Facts {
	if int(sign) >= len(c.facts) {
		return new(Facts)
	}
	return &c.facts[sign]
}

// SignText returns the words of a sign as first recorded, copied; "" for a picture.
func (c *Corpus) SignText(sign uint32) string { return string(cut(c.text, c.textEnds, sign)) }

// Office returns the code of an office column, "" for rights without an office.
func (c *Corpus) Office(i uint16) string {
	if int(i) >= len(c.tables.Offices) {
		return ""
	}
	return c.tables.Offices[i]
}

// Offices returns how many office columns there are. Column 0 is that of rights without an office.
func (c *Corpus) Offices() int { return len(c.tables.Offices) }

// MarketSet returns the markets of a market-set column, in order; none for rights that count where their office does.
// The slice must not be changed.
func (c *Corpus) MarketSet(i uint16) []corpora.Market {
	if int(i) >= len(c.tables.Markets) {
		return nil
	}
	return c.tables.Markets[i]
}

// MarketSets returns how many market sets there are. Set 0 is the empty one.
func (c *Corpus) MarketSets() int { return len(c.tables.Markets) }

// Right decodes one row. Its strings are copies that outlive the corpus. Images have no Open.
func (c *Corpus) Right(row uint32) (corpora.Right, error) {
	if int(row) >= len(c.columns) {
		return corpora.Right{}, fmt.Errorf("right %d of %d: no such row", row, len(c.columns))
	}
	r, err := decodeRow(cut(c.rows, c.rowEnds, row), c.tables.Sources)
	if err != nil {
		return corpora.Right{}, fmt.Errorf("right %d: %w", row, &snapshot.DamagedError{Section: secRows, Reason: err.Error()})
	}
	if err := c.fill(&r, &c.columns[row]); err != nil {
		return corpora.Right{}, fmt.Errorf("right %d: %w", row, &snapshot.DamagedError{Section: secColumns, Reason: err.Error()})
	}
	return r, nil
}

// AppendGoods appends the goods of a right to dst, as Right gives them, without decoding the rest of the row. A row that does
// not exist is an error, and so is one that is damaged up to its goods, a *snapshot.DamagedError; dst is then returned as it was.
// It is safe for concurrent use.
func (c *Corpus) AppendGoods(dst []byte, row uint32) ([]byte, error) {
	if int(row) >= len(c.columns) {
		return dst, fmt.Errorf("right %d of %d: no such row", row, len(c.columns))
	}
	b, ok := goodsOf(cut(c.rows, c.rowEnds, row))
	if !ok {
		return dst, fmt.Errorf("right %d: %w", row, &snapshot.DamagedError{Section: secRows, Reason: errRow.Error()})
	}
	return append(dst, b...), nil
}

// Find returns the first row whose right has the given id.
func (c *Corpus) Find(id string) (row uint32, ok bool) {
	h := hashID(id)
	i, _ := slices.BinarySearchFunc(c.ids, h, func(e idEntry, h uint64) int {
		switch {
		case e.Hash < h:
			return -1
		case e.Hash > h:
			return 1
		}
		return 0
	})
	for ; i < len(c.ids) && c.ids[i].Hash == h; i++ {
		if r, err := c.Right(c.ids[i].Row); err == nil && r.ID == id {
			return c.ids[i].Row, true
		}
	}
	return 0, false
}

// Thumbnail returns the small picture kept of a picture sign as encoded bytes (PNG or JPEG), copied; nil when none was
// kept.
func (c *Corpus) Thumbnail(sign uint32) []byte {
	i, ok := slices.BinarySearchFunc(c.thumbs, sign, func(e thumbEntry, sign uint32) int {
		return int(int64(e.Sign) - int64(sign))
	})
	if !ok {
		return nil
	}
	e := c.thumbs[i]
	if e.Offset > uint64(len(c.thumbData)) || uint64(e.Size) > uint64(len(c.thumbData))-e.Offset {
		return nil
	}
	return slices.Clone(c.thumbData[e.Offset : e.Offset+uint64(e.Size)])
}

// CheckSums verifies the checksum of every section. It reads the whole file and is what a scan does before its first
// listing.
func (c *Corpus) CheckSums() error { return c.file.CheckSums() }

// Verify checks checksums and identity, and that every row can be decoded and every index points to something.
func (c *Corpus) Verify() error {
	if err := c.file.Verify(); err != nil {
		return err
	}
	for row := range uint32(c.NumRights()) {
		if _, err := c.Right(row); err != nil {
			return err
		}
		for _, s := range c.RightSigns(row) {
			if int(s) >= c.NumSigns() {
				return &snapshot.DamagedError{Section: secSignsOf, Reason: fmt.Sprintf("right %d has sign %d of %d", row, s, c.NumSigns())}
			}
		}
	}
	for sign := range uint32(c.NumSigns()) {
		links := c.Links(sign)
		if len(links) == 0 {
			return &snapshot.DamagedError{Section: secLinks, Reason: fmt.Sprintf("sign %d belongs to no right", sign)}
		}
		for _, l := range links {
			if int(l.Right) >= c.NumRights() || l.Role > corpora.RolePicture {
				return &snapshot.DamagedError{Section: secLinks, Reason: fmt.Sprintf("sign %d has right %d of %d", sign, l.Right, c.NumRights())}
			}
		}
	}
	return nil
}

// Close unmaps the snapshot.
func (c *Corpus) Close() error { return c.file.Close() }

// cut returns entry i of all, where entries lie one after the other and ends says where each ends. It returns nil for an
// entry that does not exist or whose ends do not fit.
func cut[T any, N uint32 | uint64](all []T, ends []N, i uint32) []T {
	if int(i) >= len(ends) {
		return nil
	}
	var from N
	if i > 0 {
		from = ends[i-1]
	}
	to := ends[i]
	if from > to || uint64(to) > uint64(len(all)) {
		return nil
	}
	return all[from:to:to]
}

// fill sets what the columns hold of r.
func (c *Corpus) fill(r *corpora.Right, col *Columns) error {
	if int(col.Office) >= len(c.tables.Offices) || int(col.MarketSet) >= len(c.tables.Markets) {
		return fmt.Errorf("office %d or market set %d does not exist", col.Office, col.MarketSet)
	}
	if col.Kind > corpora.Work || col.Status > corpora.Unverified || col.Form > corpora.FormOther {
		return fmt.Errorf("kind %d, status %d or form %d does not exist", col.Kind, col.Status, col.Form)
	}
	r.Kind, r.Status, r.Form = col.Kind, col.Status, col.Form
	r.Office = strings.Clone(c.tables.Offices[col.Office])
	r.Markets = slices.Clone(c.tables.Markets[col.MarketSet])
	r.Filed, r.Registered, r.Expires = col.Filed, col.Registered, col.Expires
	r.Gone = col.Flags&FlagGone != 0
	for n := range uint8(64) {
		if col.Classes&(1<<n) != 0 {
			r.Classes = append(r.Classes, n)
		}
	}
	return nil
}
