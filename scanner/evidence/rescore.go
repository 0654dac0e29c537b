package evidence

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"lookalike/corpora"
	"lookalike/scanner"
)

// ScanFunc scans one listing again. It gets the header of the scan that was sealed, and fails when it does not have the corpora
// and the configuration that the header names.
type ScanFunc func(ctx context.Context, l *corpora.Listing, sealed *scanner.Header) (*scanner.Finding, error)

// The outcomes of scanning a captured listing again.
const (
	RescoreSame        = "same"         // the finding is the sealed one, byte for byte
	RescoreDiffers     = "differs"      // with the same listing another finding comes out
	RescoreNotPossible = "not possible" // nothing to scan, removed parts, or another corpus
)

// RescoreReport says whether the sealed finding comes out again.
type RescoreReport struct {
	State string
	Why   string // when it is not the same
	Score int    // of the new finding
	Was   int
}

// rescore scans the record of a capture again and compares.
func rescore(ctx context.Context, v *View, removed []Removal, scan ScanFunc) RescoreReport {
	cannot := func(why any) RescoreReport { return RescoreReport{State: RescoreNotPossible, Why: fmt.Sprint(why)} }
	for _, r := range removed {
		if r.Item == recordItem || r.Item == findingItem || r.Item == warcItem && v.picturesAt(r.Part) {
			return cannot("parts of " + r.Item + " were removed")
		}
	}
	l, err := v.Listing()
	if err != nil {
		return cannot(err)
	}
	h, was, err := v.Finding()
	if err != nil {
		return cannot(err)
	}
	if l == nil || was == nil {
		return cannot("the capture has no record or no finding")
	}
	now, err := scan(ctx, l, h)
	if err != nil {
		return cannot(err)
	}
	rep := RescoreReport{State: RescoreSame, Score: now.Score, Was: was.Score}
	a, err := lineOf(*was)
	if err != nil {
		return cannot(err)
	}
	b, err := lineOf(*now)
	if err != nil {
		return cannot(err)
	}
	if !bytes.Equal(a, b) {
		rep.State, rep.Why = RescoreDiffers, firstDifference(a, b)
	}
	return rep
}

func lineOf(f scanner.Finding) ([]byte, error) {
	var b bytes.Buffer
	err := scanner.NewEncoder(&b).Finding(f)
	return b.Bytes(), err
}

// firstDifference shows where two lines part.
func firstDifference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	show := func(s []byte) string { return shorten(string(s[min(len(s), max(0, i-40)):min(len(s), i+40)]), 80) }
	return fmt.Sprintf("sealed …%s…, now …%s…", show(a), show(b))
}

// picturesAt reports whether a part of the WARC item holds a picture of the record.
func (v *View) picturesAt(part int) bool {
	for i := range v.Manifest.Exchanges {
		x := &v.Manifest.Exchanges[i]
		if x.Picture != nil && (x.Response == part || part == wholeItem) {
			return true
		}
	}
	return false
}

// offline is a view of a capture among files that were verified, of which parts may have been removed.
func (v *verifier) offline(id string, m *Manifest, removed []Removal) *View {
	gone := map[string]map[int]bool{}
	for _, r := range removed {
		if gone[r.Item] == nil {
			gone[r.Item] = map[int]bool{}
		}
		gone[r.Item][r.Part] = true
	}
	return &View{ID: id, Manifest: m, gone: gone, open: func(name string) (io.ReadCloser, error) { return v.files.open(captureDir + "/" + id + "/" + name) }}
}
