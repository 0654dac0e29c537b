package evidence

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// The names of formats, as files carry them.
const (
	formatStore    = "lookalike-evidence-store"
	formatManifest = "lookalike-evidence-manifest"
	formatExport   = "lookalike-evidence-export"
	formatVersion  = 1
)

// Names of files in a store and in a bundle.
const (
	storeFile    = "STORE.json"
	logFile      = "log.jsonl"
	lockFile     = "lock"
	captureDir   = "captures"
	stampDir     = "stamps"
	stagingDir   = "staging"
	tornDir      = "torn"
	manifestFile = "manifest.json"
	warcItem     = "capture.warc"
	recordItem   = "record.jsonl"
	findingItem  = "finding.jsonl"
)

// maxManifest bounds a manifest: 10,000 exchanges with long addresses.
const maxManifest = 64 << 20

// Manifest says what a capture holds and under what circumstances it was made. It is kept as canonical JSON, and a time stamp
// is over its bytes.
type Manifest struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	ID      string `json:"id"`
	Made    string `json:"made"` // RFC 3339, UTC, the machine's clock
	Clock   Clock  `json:"clock"`

	Operator     string `json:"operator"`     // who made it
	Authority    string `json:"authority"`    // on what grounds it was made
	Jurisdiction string `json:"jurisdiction"` // where it is stored
	Engine       string `json:"engine"`       // version of the program

	URL          string          `json:"url"` // of the page that it is about
	Fingerprints []string        `json:"fingerprints"`
	Scan         *ScanIdentity   `json:"scan"`
	Import       *ImportIdentity `json:"import"` // nil for what the program fetched itself
	Class        string          `json:"class"`
	Since        string          `json:"since"` // from when the class counts
	Exchanges    []ExchangeEntry `json:"exchanges"`
	Items        []Item          `json:"items"`
	Problems     []string        `json:"problems"` // what could not be captured
	Chain        Head            `json:"chain"`    // of the log, some time before
}

// Clock says where the times come from.
type Clock struct {
	Source   string `json:"source"`    // "system", "ntp:…"
	OffsetMS *int64 `json:"offset_ms"` // measured difference, source minus machine; nil when nobody measured
	Measured string `json:"measured"`  // when, RFC 3339, "" without an offset
}

// ScanIdentity names what made the finding.
type ScanIdentity struct {
	Engine  string   `json:"engine"`
	Config  string   `json:"config"`
	AsOf    string   `json:"as_of"`
	Corpora []Corpus `json:"corpora"`
}

// Corpus is the identity of a snapshot of rights.
type Corpus struct {
	Name string `json:"name"`
	ID   string `json:"id"`
	Date string `json:"date"`
}

// ImportIdentity says that a person saved the page and who vouches for it.
type ImportIdentity struct {
	Format  string `json:"format"` // har, mhtml, wacz, warc, html
	Name    string `json:"name"`   // of the file
	SavedAt string `json:"saved_at"`
	SavedBy string `json:"saved_by"`
}

// ExchangeEntry describes one exchange; its bytes are parts of the WARC item.
type ExchangeEntry struct {
	URL      string    `json:"url"`
	Role     string    `json:"role"`
	Status   int       `json:"status"` // 0 without an HTTP answer
	Started  string    `json:"started"`
	Address  string    `json:"address"`
	Protocol string    `json:"protocol"`
	TLS      *TLSEntry `json:"tls"`
	Request  int       `json:"request"`  // position of the part, -1 for none
	Response int       `json:"response"` // position of the part, -1 for none
	Payload  string    `json:"payload"`  // SHA-256 of the body as transferred, "" for none
	Picture  *int      `json:"picture"`  // position in the listing's list
	Cut      bool      `json:"cut"`
	Rebuilt  bool      `json:"rebuilt"`
	Error    string    `json:"error"`
}

// TLSEntry describes a connection; its certificates are items.
type TLSEntry struct {
	Version    string   `json:"version"`
	Cipher     string   `json:"cipher"`
	ServerName string   `json:"server_name"`
	Verified   bool     `json:"verified"`
	Chain      []string `json:"chain"` // names of items, the server's own first
}

// Item is one file of a capture.
type Item struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Parts  []Part `json:"parts"` // empty when the item has none; else they cover it without a gap
}

// Part is a run of bytes of an item with a hash of its own, so that it can be named and removed by itself.
type Part struct {
	Name   string `json:"name"`
	Record string `json:"record"` // WARC-Record-ID, "" elsewhere
	Offset int64  `json:"offset"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Head is a position in the log.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// decodeManifest reads and checks a manifest.
func decodeManifest(b []byte) (*Manifest, error) {
	m := new(Manifest)
	if err := decodeCanonical(b, m); err != nil {
		return nil, err
	}
	return m, m.check()
}

// check holds what every reader relies on: names that stay inside the folder, parts that cover their item.
func (m *Manifest) check() error {
	if m.Format != formatManifest || m.Version != formatVersion {
		return fmt.Errorf("format %q version %d, want %q version %d", m.Format, m.Version, formatManifest, formatVersion)
	}
	if !validID(m.ID) {
		return fmt.Errorf("%q is not the id of a capture", m.ID)
	}
	seen := map[string]bool{manifestFile: true}
	for _, it := range m.Items {
		if !validName(it.Name) || seen[it.Name] {
			return fmt.Errorf("%q is not a name of an item, or stands twice", it.Name)
		}
		seen[it.Name] = true
		if !isSum(it.SHA256) || it.Size < 0 {
			return fmt.Errorf("item %s has no hash or size", it.Name)
		}
		var at int64
		for i, p := range it.Parts {
			if p.Offset != at || p.Size <= 0 || p.Size > it.Size-at || !isSum(p.SHA256) {
				return fmt.Errorf("part %d of %s does not follow on the one before", i, it.Name)
			}
			at += p.Size
		}
		if len(it.Parts) > 0 && at != it.Size {
			return fmt.Errorf("the parts of %s do not cover it", it.Name)
		}
	}
	return m.checkExchanges()
}

func (m *Manifest) checkExchanges() error {
	parts := 0
	if it := m.item(warcItem); it != nil {
		parts = len(it.Parts)
	}
	for i, x := range m.Exchanges {
		if x.Request < -1 || x.Request >= parts || x.Response < -1 || x.Response >= parts {
			return fmt.Errorf("exchange %d points outside %s", i, warcItem)
		}
	}
	if m.Chain.Seq < 1 || !isSum(m.Chain.Hash) {
		return errors.New("no position in the log")
	}
	return nil
}

// item returns the item of a name, nil when there is none.
func (m *Manifest) item(name string) *Item {
	for i := range m.Items {
		if m.Items[i].Name == name {
			return &m.Items[i]
		}
	}
	return nil
}

// validName reports whether s is a path below a capture's folder, in the letters that this package uses.
func validName(s string) bool {
	if s == "" || len(s) > 100 || path.Clean(s) != s || strings.HasPrefix(s, "/") || strings.HasPrefix(s, ".") || strings.Count(s, "/") > 1 {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '/' && r != '-' && r != '_'
	})
}

const idTime = "20060102T150405Z"

// validID reports whether s is written as ids of captures are: a time and eight hexadecimal digits.
func validID(s string) bool {
	day, rest, ok := strings.Cut(s, "-")
	if !ok || len(rest) != 8 || strings.Trim(rest, "0123456789abcdef") != "" {
		return false
	}
	_, err := time.Parse(idTime, day)
	return err == nil
}

// stampTime writes t as files do: RFC 3339 with milliseconds, UTC.
func stampTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
