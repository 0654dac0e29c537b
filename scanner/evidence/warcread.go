package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"path"
	"strconv"
	"strings"

	"github.com/nlnwa/gowarc/v2"
)

// maxWARCHead bounds the head of one record.
const maxWARCHead = 64 << 10

// readWARC reads the records of a WARC file, plain or gzip, and joins each answer with its request.
func (s *Saved) readWARC(r io.Reader) error {
	br := bufio.NewReaderSize(r, 2*maxWARCHead)
	if magic, err := br.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(br)
		if err != nil {
			return err
		}
		br = bufio.NewReaderSize(&boundedReader{z, s.limits.Total - s.total}, 2*maxWARCHead)
	}
	u := gowarc.NewUnmarshaler(gowarc.WithSkipParseBlock(), gowarc.WithFixDigest(false), gowarc.WithFixSyntaxErrors(false),
		gowarc.WithFixContentLength(false), gowarc.WithBufferMaxMemBytes(s.limits.Body+1))
	requests := map[string][]byte{} // by record id, until the answer comes
	answers := map[string]int{}     // position of the exchange by record id of the answer
	for n := 1; ; n++ {
		rec, err := s.nextRecord(br, u)
		if err == io.EOF {
			if n == 1 {
				return errors.New("no record in it")
			}
			return s.unanswered(requests)
		}
		if err != nil {
			if n == 1 || errors.Is(err, ErrTooMuch) || errors.Is(err, context.Canceled) {
				return err
			}
			s.problem("record %d: %v; nothing behind it is read", n, err)
			return s.unanswered(requests)
		}
		if rec == nil {
			continue // left out, and said so
		}
		if n > 4*s.limits.Exchanges {
			return fmt.Errorf("%w: more than %d records", ErrTooMuch, 4*s.limits.Exchanges)
		}
		if err := s.takeRecord(rec, requests, answers); err != nil {
			return err
		}
	}
}

// savedRecord is one record as it was read.
type savedRecord struct {
	kind  gowarc.RecordType
	head  *gowarc.WarcFields
	block []byte
	cut   bool
}

// nextRecord reads one record. Its head is looked at first: nothing behind a head that is too long, or of a block that is, is
// ever held.
func (s *Saved) nextRecord(br *bufio.Reader, u gowarc.Unmarshaler) (*savedRecord, error) {
	for { // readers are lenient about line ends between records
		c, err := br.Peek(1)
		if err != nil {
			return nil, err
		}
		if c[0] != '\r' && c[0] != '\n' {
			break
		}
		if _, err := br.Discard(1); err != nil {
			return nil, err
		}
	}
	peek, err := br.Peek(maxWARCHead)
	if err != nil && err != io.EOF {
		return nil, err
	}
	head, _ := splitMessage(peek)
	switch {
	case !bytes.HasPrefix(peek, []byte("WARC/1.")):
		return nil, errors.New("no record begins here")
	case len(head) == len(peek) && !bytes.HasSuffix(peek, []byte("\n\r\n")) && !bytes.HasSuffix(peek, []byte("\n\n")):
		return nil, fmt.Errorf("its head does not end within %d bytes", maxWARCHead)
	}
	length, err := strconv.ParseInt(headerOf(head).Get("Content-Length"), 10, 64)
	if err != nil || length < 0 {
		return nil, errors.New("its length is not a number")
	}
	if length > s.limits.Body {
		s.problem("a record of %d bytes is left out", length)
		n, err := io.CopyN(io.Discard, br, int64(len(head))+length)
		if err != nil {
			return nil, fmt.Errorf("it ends behind %d bytes: %w", n, err)
		}
		return nil, nil
	}
	return s.unmarshal(br, u, length)
}

func (s *Saved) unmarshal(br *bufio.Reader, u gowarc.Unmarshaler, length int64) (_ *savedRecord, err error) {
	defer func() {
		if p := recover(); p != nil { // the decoder is not ours
			err = fmt.Errorf("it cannot be decoded: %v", p)
		}
	}()
	rec, _, problems, err := u.Unmarshal(br)
	if err != nil {
		return nil, err
	}
	defer rec.Close()
	r, err := rec.Block().RawBytes()
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, s.limits.Body))
	if err != nil {
		return nil, err
	}
	if problems != nil && !problems.Valid() {
		s.problem("%s of %s: %s", rec.Type(), rec.WarcHeader().Get(gowarc.WarcTargetURI), strings.Join(strings.Fields(problems.String()), " "))
	}
	return &savedRecord{rec.Type(), rec.WarcHeader(), b, int64(len(b)) < length || rec.WarcHeader().Has(gowarc.WarcTruncated)}, nil
}

// takeRecord makes exchanges of records that are about pages.
func (s *Saved) takeRecord(rec *savedRecord, requests map[string][]byte, answers map[string]int) error {
	id, with := rec.head.GetId(gowarc.WarcRecordID), rec.head.GetAll(gowarc.WarcConcurrentTo)
	x := Exchange{URL: strings.Trim(rec.head.Get(gowarc.WarcTargetURI), "<>"), Cut: rec.cut}
	if t, err := rec.head.GetTime(gowarc.WarcDate); err == nil {
		x.Started = t
	}
	if ip := rec.head.Get(gowarc.WarcIPAddress); ip != "" {
		x.Address = joinPort(ip)
	}
	switch rec.kind {
	case gowarc.Request:
		for _, w := range with {
			if i, ok := answers[strings.Trim(w, "<>")]; ok && s.Exchanges[i].Request == nil {
				s.Exchanges[i].Request = rec.block
				s.total += int64(len(rec.block))
				return nil
			}
		}
		if s.total += int64(len(rec.block)); s.total > s.limits.Total || len(requests) >= s.limits.Exchanges {
			return fmt.Errorf("%w: requests", ErrTooMuch)
		}
		requests[id] = rec.block
		return nil
	case gowarc.Response:
		x.Response = rec.block
		for _, w := range with {
			w = strings.Trim(w, "<>")
			if q, ok := requests[w]; ok {
				s.total -= int64(len(q))
				x.Request = q
				delete(requests, w)
			}
		}
	case gowarc.Resource:
		x.Resource, x.Type = rec.block, rec.head.Get(gowarc.ContentType)
		if strings.HasPrefix(x.URL, "urn:pageinfo:") || strings.HasPrefix(x.URL, "urn:text:") { // what archiving browsers add
			return nil
		}
	case gowarc.Revisit:
		s.problem("%s: the answer stands in another file (revisit)", x.URL)
		return nil
	default:
		return nil
	}
	before := len(s.Exchanges)
	if err := s.add(x); err != nil {
		return err
	}
	if len(s.Exchanges) == before {
		return nil
	}
	answers[id] = before
	got := &s.Exchanges[before]
	head, _ := splitMessage(got.Response)
	if s.URL == "" && got.Role == RolePage && (statusOf(head) == http.StatusOK && strings.HasPrefix(headerOf(head).Get("Content-Type"), "text/html") ||
		strings.HasPrefix(x.Type, "text/html")) {
		s.URL = x.URL
	}
	return nil
}

// unanswered counts requests to which no answer came.
func (s *Saved) unanswered(requests map[string][]byte) error {
	if len(requests) > 0 {
		s.problem("%d requests without their answers", len(requests))
	}
	return nil
}

func joinPort(ip string) string {
	if strings.Contains(ip, ":") {
		return "[" + strings.Trim(ip, "[]") + "]:0"
	}
	return ip + ":0"
}

// headerOf reads the fields of a message's head. What cannot be read is absent.
func headerOf(head []byte) textproto.MIMEHeader {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(head)))
	if _, err := r.ReadLine(); err != nil {
		return textproto.MIMEHeader{}
	}
	h, err := r.ReadMIMEHeader()
	if err != nil && h == nil {
		return textproto.MIMEHeader{}
	}
	return h
}

// boundedReader fails, instead of ending, behind its bound.
type boundedReader struct {
	r    io.Reader
	left int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("%w: unpacked", ErrTooMuch)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// readWACZ reads the WARC files of a web archive collection (WACZ 1.1.1), and holds its list of hashes against them.
func (s *Saved) readWACZ(ctx context.Context, file io.ReaderAt, size int64) error {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return err
	}
	if len(z.File) > s.limits.Exchanges {
		return fmt.Errorf("%w: more than %d files", ErrTooMuch, s.limits.Exchanges)
	}
	members := map[string]*zip.File{}
	for _, m := range z.File {
		members[m.Name] = m
	}
	s.checkPackage(ctx, members)
	s.URL = s.firstPage(members["pages/pages.jsonl"])
	found := false
	for _, m := range z.File {
		base := strings.TrimSuffix(m.Name, ".gz")
		if path.Dir(m.Name) != "archive" || path.Ext(base) != ".warc" {
			continue
		}
		found = true
		r, err := m.Open()
		if err != nil {
			s.problem("%s: %v", m.Name, err)
			continue
		}
		err = s.readWARC(&contextReader{ctx, &boundedReader{r, s.limits.Total}})
		cerr := r.Close()
		if errors.Is(err, ErrTooMuch) || context.Cause(ctx) != nil {
			return err
		}
		if err = errors.Join(err, cerr); err != nil {
			s.problem("%s: %v", m.Name, err)
		}
	}
	if !found {
		return errors.New("a zip archive without archive/*.warc: no WACZ")
	}
	return nil
}

// firstPage returns the address of the first page that the collection lists.
func (s *Saved) firstPage(m *zip.File) string {
	if m == nil {
		return ""
	}
	r, err := m.Open()
	if err != nil {
		s.problem("%s: %v", m.Name, err)
		return ""
	}
	defer r.Close()
	sc := bufio.NewScanner(io.LimitReader(r, 1<<20))
	for sc.Scan() {
		var page struct {
			URL string `json:"url"`
		}
		if json.Unmarshal(sc.Bytes(), &page) == nil && page.URL != "" {
			return page.URL
		}
	}
	return ""
}

// checkPackage holds datapackage.json against the members that it lists.
func (s *Saved) checkPackage(ctx context.Context, members map[string]*zip.File) {
	m := members["datapackage.json"]
	if m == nil {
		s.problem("the collection has no list of hashes")
		return
	}
	var list struct {
		Resources []struct {
			Path string `json:"path"`
			Hash string `json:"hash"`
		} `json:"resources"`
	}
	r, err := m.Open()
	if err == nil {
		err = errors.Join(json.NewDecoder(io.LimitReader(r, 16<<20)).Decode(&list), r.Close())
	}
	if err != nil {
		s.problem("datapackage.json: %v", err)
		return
	}
	left := s.limits.Total
	for _, res := range list.Resources {
		want, ok := strings.CutPrefix(res.Hash, "sha256:")
		if !ok {
			continue
		}
		m := members[res.Path]
		if m == nil {
			s.problem("%s is listed and not there", res.Path)
			continue
		}
		r, err := m.Open()
		if err != nil {
			s.problem("%s: %v", res.Path, err)
			continue
		}
		h := sha256.New()
		n, err := io.Copy(h, &contextReader{ctx, &boundedReader{r, left}})
		left -= n
		if err = errors.Join(err, r.Close()); err != nil {
			s.problem("%s: %v", res.Path, err)
		} else if hexSum(h) != want {
			s.problem("%s has another hash than the collection says", res.Path)
		}
	}
}
