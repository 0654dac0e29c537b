package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"os"
	"path/filepath"
	"strings"

	"lookalike/corpora"
	"lookalike/corpora/table"
	"lookalike/scanner/evidence"
)

// Saved is a Source of the listings on pages that a person opened and saved: HAR, MHTML, WACZ, WARC and HTML. They are read as a
// crawl reads pages, profiles of sites included; pictures that a file holds can be opened. Nothing is fetched.
type Saved struct {
	names  []string
	reader *Crawler
}

var _ corpora.Source[corpora.Listing] = (*Saved)(nil)

// SavedFile reports whether a name is one of a file that only Saved reads. Pages saved as HTML or MHTML are read by feeds too.
func SavedFile(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch filepath.Ext(name) {
	case ".har", ".warc", ".wacz":
		return true
	}
	return false
}

// NewSaved makes a Source of the files. Profiles, Bounds and Now of the configuration are used.
func NewSaved(names []string, c Config) (*Saved, error) {
	c.Contact = or(c.Contact, "none: nothing is fetched")
	c.Render = nil
	reader, err := newReader(c, nil)
	if err != nil {
		return nil, err
	}
	return &Saved{names: names, reader: reader}, nil
}

// All streams the listings file by file. A file that cannot be read, or that holds no listing, is a bad record.
func (s *Saved) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for _, name := range s.names {
			if ctx.Err() != nil {
				return
			}
			n := 0
			err := s.file(ctx, name, func(l corpora.Listing) bool {
				n++
				l.Origin, l.Row = filepath.Base(name), n
				return yield(l, nil)
			})
			switch {
			case errors.Is(err, errStopped) || ctx.Err() != nil:
				return
			case err == nil && n == 0:
				err = errors.New("no page in it describes a product")
			}
			if err != nil && !yield(corpora.Listing{Origin: filepath.Base(name), Row: n + 1}, readFailed(name, err)) {
				return
			}
		}
	}
}

var errStopped = errors.New("stopped")

func readFailed(name string, err error) error {
	return &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"name": filepath.Base(name), "reason": err.Error()}}
}

// file reads the pages of one file.
func (s *Saved) file(ctx context.Context, name string, yield func(corpora.Listing) bool) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	saved, err := evidence.Read(ctx, filepath.Base(name), f, st.Size(), evidence.Limits{})
	if err != nil {
		return err
	}
	pictures := map[string]*evidence.Exchange{}
	for i := range saved.Exchanges {
		if x := &saved.Exchanges[i]; x.Role == evidence.RolePicture && pictures[x.URL] == nil {
			pictures[x.URL] = x
		}
	}
	seen := map[string]bool{}
	var faults []string
	for i := range saved.Exchanges {
		x := &saved.Exchanges[i]
		if x.Role != evidence.RolePage {
			continue
		}
		found, err := s.page(x, saved.URL)
		if err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", x.URL, err))
			continue
		}
		for _, l := range found {
			if seen[l.ID] {
				continue // the page was loaded twice
			}
			seen[l.ID] = true
			s.open(&l, pictures)
			if !yield(l) {
				return errStopped
			}
		}
	}
	if saved.Format != evidence.FormatHTML { // a page alone has but one: it does not say from where it was saved
		faults = append(faults, saved.Problems...)
	}
	if len(faults) > 0 {
		return errors.New(strings.Join(faults[:min(len(faults), 10)], "; "))
	}
	return nil
}

// page reads one page of a file. What is no HTML holds no listing.
func (s *Saved) page(x *evidence.Exchange, whole string) ([]corpora.Listing, error) {
	limit := s.reader.config.Bounds.Body
	body, media, err := x.Body(limit)
	if err != nil {
		return nil, err
	}
	kind, args, _ := mime.ParseMediaType(media)
	if kind != "text/html" && kind != "application/xhtml+xml" && !(kind == "" && looksHTML(body)) {
		return nil, nil
	}
	text := table.NewText(bytes.NewReader(body), args["charset"])
	decoded, err := io.ReadAll(text)
	if err != nil {
		return nil, err
	}
	at, err := parse(nil, x.URL)
	if err != nil { // the file does not say from which address: any stands for it
		if at, err = parse(nil, or(whole, "http://saved.invalid/")); err != nil {
			return nil, err
		}
	}
	p, _, err := readPage(decoded, at, s.reader.profile(at.host), s.reader.config.Bounds)
	if err != nil {
		return nil, err
	}
	var out []corpora.Listing
	for _, f := range p.Found {
		l := f.Listing
		if l.Seen = x.Started; l.Seen.IsZero() {
			l.Seen = s.reader.config.Now()
		}
		if strings.HasPrefix(l.URL, "http://saved.invalid/") {
			l.URL, l.ID, l.WeakID = "", "sha256-"+x.URL[strings.LastIndexByte(x.URL, ':')+1:], true
			l.Platform, l.SellerID = "", ""
		}
		out = append(out, l)
	}
	return out, nil
}

// open makes the pictures that the file holds open.
func (s *Saved) open(l *corpora.Listing, pictures map[string]*evidence.Exchange) {
	for i := range l.Images {
		im := &l.Images[i]
		x := pictures[im.Ref]
		if x == nil {
			continue
		}
		im.Open = func(context.Context) (io.ReadCloser, error) {
			b, _, err := x.Body(s.reader.config.Bounds.Picture)
			if err != nil {
				return nil, &corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"name": im.Ref, "reason": err.Error()}}
			}
			return io.NopCloser(bytes.NewReader(b)), nil
		}
	}
}
