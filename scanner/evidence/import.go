package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"lookalike/corpora"
	"lookalike/scanner"
)

// originalItem begins the name of the item that holds a saved file as it was given.
const originalItem = "original."

// The formats of saved pages.
const (
	FormatHAR   = "har"
	FormatMHTML = "mhtml"
	FormatWACZ  = "wacz"
	FormatWARC  = "warc"
	FormatHTML  = "html"
)

// Limits bound what is read of one saved file. Zero values are the defaults named with each.
type Limits struct {
	File      int64 // its bytes, 1 GB
	Body      int64 // bytes of one request or answer, 64 MB
	Total     int64 // bytes of all, unpacked and held in memory, 256 MB; never more than 100 times the file
	Exchanges int   // 10,000
}

func (l Limits) filled(size int64) Limits {
	def := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&l.File, 1<<30)
	def(&l.Body, 64<<20)
	def(&l.Total, 256<<20)
	l.Total = min(l.Total, size*100+1<<20)
	if l.Exchanges <= 0 {
		l.Exchanges = maxExchanges
	}
	return l
}

// Saved is what a saved file holds.
type Saved struct {
	Format    string
	URL       string // of the page, "" when the file does not say
	Exchanges []Exchange
	Problems  []string // what could not be read, or does not agree with itself

	limits Limits
	total  int64
}

// Read reads a page that somebody saved: HAR, MHTML, WACZ, WARC (also gzip) or HTML, told apart by content. All bodies are held
// in memory, within the limits. Text that is none of these is an error; a part that cannot be read is a problem.
func Read(ctx context.Context, name string, file io.ReaderAt, size int64, limits Limits) (*Saved, error) {
	s := &Saved{limits: limits.filled(size)}
	err := s.read(ctx, name, file, size)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return s, nil
}

func (s *Saved) read(ctx context.Context, name string, file io.ReaderAt, size int64) error {
	if size > s.limits.File {
		return fmt.Errorf("%w: %d bytes, %d are the limit", ErrTooMuch, size, s.limits.File)
	}
	if size == 0 {
		return errors.New("it is empty")
	}
	whole := func() io.Reader { return &contextReader{ctx, io.NewSectionReader(file, 0, size)} }
	head, err := io.ReadAll(io.LimitReader(whole(), 16<<10))
	if err != nil {
		return err
	}
	s.Format = formatOf(name, head)
	switch s.Format {
	case FormatWACZ:
		return s.readWACZ(ctx, file, size)
	case FormatWARC:
		return s.readWARC(whole())
	case FormatHAR:
		return s.readHAR(whole())
	case FormatMHTML:
		return s.readMHTML(whole())
	case FormatHTML:
		return s.readHTML(whole())
	}
	return errors.New("none of HAR, MHTML, WACZ, WARC, HTML")
}

// formatOf tells a format by the first bytes of a file, and HTML without its marks by the file's name.
func formatOf(name string, head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return FormatWACZ
	case bytes.HasPrefix(head, []byte("WARC/")), bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return FormatWARC
	}
	text := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		return FormatHAR
	case bytes.Contains(text, []byte("multipart/related")) && bytes.Contains(text, []byte("mime-version:")):
		return FormatMHTML
	case strings.HasPrefix(http.DetectContentType(head), "text/html"), slices.Contains([]string{".html", ".htm", ".xhtml"}, strings.ToLower(path.Ext(name))):
		return FormatHTML
	}
	return ""
}

// add takes one exchange, within the limits.
func (s *Saved) add(x Exchange) error {
	s.total += int64(len(x.Request) + len(x.Response) + len(x.Resource))
	switch {
	case len(s.Exchanges) >= s.limits.Exchanges:
		return fmt.Errorf("%w: more than %d exchanges", ErrTooMuch, s.limits.Exchanges)
	case s.total > s.limits.Total:
		return fmt.Errorf("%w: more than %d bytes", ErrTooMuch, s.limits.Total)
	}
	if _, err := targetURI(x.URL); err != nil {
		s.problem("left out: %v", err)
		return nil
	}
	if x.Role == "" {
		head, _ := splitMessage(x.Response)
		media := x.Type
		if isMessage(x.Response) {
			media = headerOf(head).Get("Content-Type")
		}
		switch {
		case isRedirect(statusOf(head)):
			x.Role = RoleRedirect
		case strings.HasPrefix(strings.ToLower(media), "image/"):
			x.Role = RolePicture
		default:
			x.Role = RolePage
		}
		if x.Role == RolePicture {
			x.Picture = -1 // of the page, and not yet of a listing
		}
	}
	s.Exchanges = append(s.Exchanges, x)
	return nil
}

func (s *Saved) problem(format string, args ...any) {
	if len(s.Problems) < 1000 {
		s.Problems = append(s.Problems, shorten(fmt.Sprintf(format, args...), 300))
	}
}

// contextReader ends a long read when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(b []byte) (int, error) {
	if err := context.Cause(c.ctx); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}

// ImportRequest is a saved file and who vouches for it. Name, File, Size, SavedBy and SavedAt are required.
type ImportRequest struct {
	Name    string // of the file
	File    io.ReaderAt
	Size    int64
	SavedBy string    // who opened the page and saved it
	SavedAt time.Time // when, by that person's word
	URL     string    // when the file does not say
	Limits  Limits

	Authority string
	Class     string // ClassEvidence when empty
	Since     time.Time
	Record    *corpora.Listing
	Finding   *scanner.Finding
	Scan      *scanner.Header
}

// Import seals a page that a person saved: the file as it was given, and what it holds as WARC. The manifest says that the
// program did not fetch it itself.
func (s *Store) Import(ctx context.Context, q ImportRequest) (Receipt, error) {
	switch {
	case strings.TrimSpace(q.SavedBy) == "":
		return Receipt{}, errors.New("importing evidence: nobody is named who saved the page")
	case q.SavedAt.IsZero():
		return Receipt{}, errors.New("importing evidence: it is not said when the page was saved")
	case q.SavedAt.After(s.o.Now().Add(24 * time.Hour)):
		return Receipt{}, fmt.Errorf("importing evidence: saved at %s is still to come", stampTime(q.SavedAt))
	}
	saved, err := Read(ctx, q.Name, q.File, q.Size, q.Limits)
	if err != nil {
		return Receipt{}, fmt.Errorf("importing evidence: %w", err)
	}
	if q.URL == "" {
		q.URL = saved.URL
	}
	for i := range saved.Exchanges {
		if saved.Exchanges[i].Started.IsZero() {
			saved.Exchanges[i].Started = q.SavedAt
		}
		if saved.URL == "" && q.URL != "" && saved.Format == FormatHTML {
			saved.Exchanges[i].URL = q.URL
		}
	}
	return s.Capture(ctx, Capture{
		URL: q.URL, Exchanges: saved.Exchanges, Record: q.Record, Finding: q.Finding, Scan: q.Scan, Authority: q.Authority,
		Class: q.Class, Since: q.Since, Problems: saved.Problems,
		source: &imported{
			identity: ImportIdentity{Format: saved.Format, Name: shorten(path.Base(q.Name), 200), SavedAt: stampTime(q.SavedAt), SavedBy: q.SavedBy},
			item:     originalItem + saved.Format,
			body:     io.NewSectionReader(q.File, 0, q.Size),
		},
	})
}
