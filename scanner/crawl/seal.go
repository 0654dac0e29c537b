package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/browser"
	"lookalike/matchers/judge"
	"lookalike/scanner"
	"lookalike/scanner/evidence"
)

// Sealer captures pages with their pictures as they stand now and seals them in a store of evidence. It is safe for concurrent
// use; pages are captured one after the other, at the pace of the Visitor.
type Sealer struct {
	Visitor *Visitor
	Store   *evidence.Store
	// Scan scans the record that was captured, with the header that its report would have. nil: what was captured is not
	// scanned, and the finding that is sealed is the one that was handed over.
	Scan func(ctx context.Context, l *corpora.Listing) (*scanner.Header, *scanner.Finding, error)
	// Render shows the page in a browser and seals how it looks; nil for no rendering. A page that cannot be shown is a problem
	// of the capture.
	Render   *browser.Options
	Pictures int // of one page, 50
}

// SealRequest is what is sealed and on what grounds. One of URL and Finding is required.
type SealRequest struct {
	URL     string           // of the page; that of the finding's listing when empty
	Finding *scanner.Finding // with Scan
	Scan    *scanner.Header  // of the report that the finding stands in
	// Record is the listing as it was scanned. It is sealed with the finding, and what the page says otherwise by now is a
	// problem of the capture. nil: the record is what the page says now, under the identity that the finding gives the listing.
	Record *corpora.Listing

	Operator  string // the store's when empty
	Authority string // the store's when empty
	Class     string // evidence.ClassEvidence when empty
}

// Seal captures and seals. What could not be had, a page that is gone among it, is a problem of the capture that the receipt
// names: the answer of the server is sealed all the same. A page that robots.txt forbids is not asked for; without a record
// nothing is then left to seal, which is an error. It is also one when the capture could not be stored: then nothing of it is.
func (s *Sealer) Seal(ctx context.Context, q SealRequest) (evidence.Receipt, error) {
	if q.Finding != nil && q.Scan == nil {
		return evidence.Receipt{}, errors.New("sealing: a finding without the header of its scan")
	}
	if q.URL == "" && q.Finding != nil {
		q.URL = q.Finding.Listing.URL
	}
	c := evidence.Capture{
		URL: q.URL, Record: q.Record, Finding: q.Finding, Scan: q.Scan, Operator: q.Operator, Authority: q.Authority, Class: q.Class,
	}
	if c.Class == "" {
		c.Class = evidence.ClassEvidence
	}
	visit, err := s.visit(ctx, &c)
	if err != nil {
		return evidence.Receipt{}, fmt.Errorf("sealing %s: %w", q.URL, err)
	}
	if q.Record == nil {
		if err := s.record(ctx, &c, visit); err != nil {
			return evidence.Receipt{}, fmt.Errorf("sealing %s: %w", q.URL, err)
		}
	} else {
		c.Record = withPictures(q.Record, visit)
		if visit != nil {
			differences(&c, visit)
		}
	}
	if c.Record == nil && len(c.Exchanges) == 0 {
		return evidence.Receipt{}, fmt.Errorf("sealing %s: nothing was captured: %s", q.URL, strings.Join(c.Problems, "; "))
	}
	if c.Record == nil {
		note(&c, "no listing was read from the page")
	} else {
		place(&c, visit)
	}
	return s.Store.Capture(ctx, c)
}

// note adds a problem to a capture.
func note(c *evidence.Capture, format string, args ...any) {
	if len(c.Problems) < 1000 {
		c.Problems = append(c.Problems, squeeze(fmt.Sprintf(format, args...), 300))
	}
}

// visit reads the page, and how it looks. A page that cannot be had is a problem of the capture.
func (s *Sealer) visit(ctx context.Context, c *evidence.Capture) (*Visit, error) {
	if !strings.HasPrefix(c.URL, "http://") && !strings.HasPrefix(c.URL, "https://") {
		note(c, "the listing has no address: no page was captured")
		return nil, nil
	}
	visit, err := s.Visitor.Visit(ctx, c.URL, or(s.Pictures, 50))
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	c.Exchanges = exchanges(visit)
	if err != nil {
		note(c, "the page: %v", err)
		return visit, nil
	}
	for _, p := range visit.Problems {
		ref := fmt.Sprint(p.Args["url"])
		note(c, "picture %s: %v", ref, p.Args["reason"])
		c.Lost = append(c.Lost, ref)
	}
	if p := visit.Page.Problem; p != nil {
		note(c, "a block of data on the page: %v", p)
	}
	if s.Render != nil {
		b, err := s.Visitor.Picture(ctx, visit, *s.Render)
		c.Exchanges = exchanges(visit)
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil:
			note(c, "rendering: %v", err)
		default:
			c.Rendering = append(c.Rendering, b)
		}
	}
	return visit, nil
}

// exchanges makes what evidence keeps of what went over the wire.
func exchanges(v *Visit) []evidence.Exchange {
	pictures := map[int]bool{} // positions of answers that hold one
	for _, p := range v.Pictures {
		pictures[p.Exchange] = true
	}
	var out []evidence.Exchange
	for i, x := range v.Exchanges {
		e := evidence.Exchange{
			URL: x.URL, Role: evidence.RolePage, Request: x.Request, Response: x.Response, Protocol: x.Protocol, Started: x.Started,
			TLS: evidence.TLSOf(x.TLS), Cut: x.Cut, Error: x.Err, Picture: -1,
		}
		if x.Remote.IsValid() {
			e.Address = x.Remote.String()
		}
		if v.resources > 0 && i >= v.resources {
			e.Role = evidence.RoleResource
		} else if pictures[i] {
			e.Role = evidence.RolePicture
		} else if redirects(x.Status) {
			e.Role = evidence.RoleRedirect
		}
		out = append(out, e)
	}
	return out
}

// record takes the listing that the page describes, and scans it.
func (s *Sealer) record(ctx context.Context, c *evidence.Capture, visit *Visit) error {
	var l *corpora.Listing
	if visit != nil {
		l = chosen(visit.Page.Found, c.Finding)
	}
	if l == nil {
		return nil
	}
	if c.Finding != nil {
		identify(l, &c.Finding.Listing)
	}
	c.Record = withPictures(l, visit)
	if s.Scan == nil {
		return nil
	}
	h, f, err := s.Scan(ctx, c.Record)
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		note(c, "the captured listing was not scanned: %v", err)
		return nil
	}
	if c.Finding != nil {
		compare(c, f)
	}
	c.Scan, c.Finding = h, f
	return nil
}

// chosen is the listing that a finding is about, or the only one of a page. nil for none.
func chosen(found []Found, f *scanner.Finding) *corpora.Listing {
	for i := range found {
		if f != nil && (found[i].Listing.ID == f.Listing.ID || len(found) > 1 && found[i].Listing.Title == f.Listing.Title) {
			return &found[i].Listing
		}
	}
	if len(found) == 0 || f != nil && len(found) > 1 {
		return nil
	}
	return &found[0].Listing
}

// identify gives a captured listing the identity of the one that was scanned, so that their findings have the same
// fingerprints.
func identify(l *corpora.Listing, was *scanner.ListingRef) {
	l.ID, l.WeakID, l.Origin, l.Row = was.ID, false, was.Origin, was.Row
	l.Seller, l.SellerID, l.Platform = was.Seller, was.SellerID, was.Platform
}

// compare says which matches of a report do not come out of the page as it stands now.
func compare(c *evidence.Capture, now *scanner.Finding) {
	for _, m := range c.Finding.Matches {
		if !slices.ContainsFunc(now.Matches, func(x judge.Match) bool { return x.Fingerprint == m.Fingerprint }) {
			note(c, "the match %s of the report is not one of the page as captured", m.Fingerprint)
		}
	}
}

// withPictures returns the listing with its captured pictures open.
func withPictures(l *corpora.Listing, visit *Visit) *corpora.Listing {
	out := *l
	out.Prepared = nil
	out.Images = slices.Clone(l.Images)
	if visit == nil {
		return &out
	}
	for i := range out.Images {
		im := &out.Images[i]
		for _, p := range visit.Pictures {
			if p.Ref == im.Ref {
				im.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(p.Body)), nil }
				break
			}
		}
	}
	return &out
}

// place says of the captured pictures which of the record's they are.
func place(c *evidence.Capture, visit *Visit) {
	if visit == nil {
		return
	}
	for _, p := range visit.Pictures {
		c.Exchanges[p.Exchange].Picture = slices.IndexFunc(c.Record.Images, func(im corpora.Image) bool { return im.Ref == p.Ref })
	}
}

// differences says what of a sealed record the page says otherwise now.
func differences(c *evidence.Capture, visit *Visit) {
	now := chosen(visit.Page.Found, c.Finding)
	if now == nil {
		if len(visit.Page.Found) > 0 || visit.Page.Status == 200 {
			note(c, "the page as captured does not describe the listing any more")
		}
		return
	}
	was := c.Record
	for _, f := range []struct{ name, was, now string }{
		{"title", was.Title, now.Title}, {"brand", was.Brand, now.Brand}, {"description", was.Description, now.Description},
		{"price", was.Price, now.Price}, {"currency", was.Currency, now.Currency}, {"seller", was.Seller, now.Seller},
	} {
		if f.was != f.now {
			note(c, "%s as scanned %q, as captured %q", f.name, squeeze(f.was, 100), squeeze(f.now, 100))
		}
	}
	if refs(was) != refs(now) {
		note(c, "the page as captured names other pictures than were scanned")
	}
}

func refs(l *corpora.Listing) string {
	var b strings.Builder
	for _, im := range l.Images {
		b.WriteString(im.Ref)
		b.WriteByte('\n')
	}
	return b.String()
}

// Sealing is a Sink that seals findings which reach a level and hands every finding on.
type Sealing struct {
	Sealer *Sealer
	Level  scanner.FailOn
	Header func() *scanner.Header // of the scan, called with the first finding that is sealed
	Next   scanner.Sink           // may be nil
	// Sealed is told what became of a finding that reached the level: its receipt, or why it was not sealed. When it returns an
	// error, or is nil and a finding could not be sealed, the scan ends.
	Sealed    func(ctx context.Context, f *scanner.Finding, r evidence.Receipt, err error) error
	Authority string
}

var _ scanner.Sink = (*Sealing)(nil)

// Put seals the finding when it reaches the level. Its listing must be known as it was scanned.
func (s *Sealing) Put(ctx context.Context, f scanner.Finding) error {
	if s.Level.Reached(&f) {
		q := SealRequest{Finding: &f, Scan: s.Header(), Record: f.Source, Authority: s.Authority}
		r, err := s.Sealer.Seal(ctx, q)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if s.Sealed != nil {
			err = s.Sealed(ctx, &f, r, err)
		}
		if err != nil {
			return err
		}
	}
	if s.Next == nil {
		return nil
	}
	return s.Next.Put(ctx, f)
}
