package evidence

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// maxNested bounds multiparts inside multiparts.
const maxNested = 3

// readMHTML reads a page as browsers save it in one file (RFC 2557).
func (s *Saved) readMHTML(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	s.URL = m.Header.Get("Snapshot-Content-Location")
	t, err := m.Header.Date()
	if err != nil { // a part without a time has the time that the person names
		s.problem("its Date: %v", err)
	}
	before := len(s.Exchanges)
	if err := s.multipart(m.Header.Get("Content-Type"), m.Body, 0); err != nil {
		return err
	}
	if len(s.Exchanges) == before {
		return errors.New("no part that can be read")
	}
	for i := range s.Exchanges {
		s.Exchanges[i].Started = t
	}
	return nil
}

func (s *Saved) multipart(media string, body io.Reader, depth int) error {
	kind, params, err := mime.ParseMediaType(media)
	if err != nil || !strings.HasPrefix(kind, "multipart/") || params["boundary"] == "" {
		return fmt.Errorf("%q is no multipart", shorten(media, 100))
	}
	if depth >= maxNested {
		return fmt.Errorf("multiparts nested deeper than %d", maxNested)
	}
	parts := multipart.NewReader(body, params["boundary"])
	for i := 0; ; i++ {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			if i == 0 {
				return err
			}
			s.problem("behind part %d: %v", i, err) // the file is cut off: what came before counts
			return nil
		}
		if i >= s.limits.Exchanges {
			return fmt.Errorf("%w: more than %d parts", ErrTooMuch, s.limits.Exchanges)
		}
		if media := p.Header.Get("Content-Type"); strings.HasPrefix(strings.ToLower(media), "multipart/") {
			if err := s.multipart(media, p, depth+1); err != nil {
				s.problem("part %d: %v", i, err)
			}
			continue
		}
		if err := s.part(i, p.Header, p); err != nil {
			return err
		}
	}
}

// part reads one resource.
func (s *Saved) part(i int, h textproto.MIMEHeader, r io.Reader) error {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	b, err := io.ReadAll(io.LimitReader(r, s.limits.Body+1))
	switch {
	case err != nil:
		s.problem("part %d: %v", i, err)
		return nil
	case int64(len(b)) > s.limits.Body:
		s.problem("part %d: more than %d bytes", i, s.limits.Body)
		return nil
	}
	x := Exchange{URL: h.Get("Content-Location"), Resource: b, Type: h.Get("Content-Type"), Rebuilt: true}
	if id := strings.Trim(h.Get("Content-Id"), "<> "); x.URL == "" && id != "" {
		x.URL = "cid:" + id
	}
	if x.URL == "" {
		x.URL = "urn:sha256:" + sum(b)
	}
	if s.URL == "" && strings.HasPrefix(strings.ToLower(x.Type), "text/html") {
		s.URL = x.URL
	}
	return s.add(x)
}

// savedFrom is the mark that browsers write into a page that is saved as HTML: the address's length and the address.
var savedFrom = regexp.MustCompile(`<!--\s*saved from url=\(\d{1,6}\)(\S+?)\s*-->`)

// readHTML takes a page as it is.
func (s *Saved) readHTML(r io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(r, s.limits.Body+1))
	if err != nil {
		return err
	}
	if int64(len(b)) > s.limits.Body {
		return fmt.Errorf("%w: more than %d bytes", ErrTooMuch, s.limits.Body)
	}
	x := Exchange{URL: "urn:sha256:" + sum(b), Role: RolePage, Resource: b, Type: "text/html", Rebuilt: true}
	if m := savedFrom.FindSubmatch(b[:min(len(b), 64<<10)]); m != nil {
		s.URL = string(bytes.TrimSpace(m[1]))
		x.URL = s.URL
	} else {
		s.problem("the file does not say from which address it was saved")
	}
	return s.add(x)
}
