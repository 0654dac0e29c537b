package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/nlnwa/gowarc/v2"
)

// warcWriter writes WARC 1.1 records, uncompressed, digests as SHA-256 in Base16, and remembers each as a part.
type warcWriter struct {
	w      io.Writer
	offset int64
	parts  []Part
	info   string // record id of the warcinfo
	newID  func() (string, error)
}

// record is what the writer is given of one record.
type record struct {
	kind   gowarc.RecordType
	uri    string
	media  string
	date   time.Time
	ip     string
	concur string // record id of the request
	cut    bool
	block  []byte
}

// warcinfo writes the first record of a file.
func (w *warcWriter) warcinfo(date time.Time, fields [][2]string) error {
	var b bytes.Buffer
	for _, f := range fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f[0], plainField(f[1]))
	}
	id, err := w.write(record{kind: gowarc.Warcinfo, media: gowarc.ApplicationWarcFields, date: date, block: b.Bytes()})
	w.info = id
	return err
}

// write appends one record and returns its id.
func (w *warcWriter) write(r record) (string, error) {
	b := gowarc.NewRecordBuilder(r.kind,
		gowarc.WithVersion(gowarc.V1_1), gowarc.WithDefaultDigestAlgorithm("sha256"), gowarc.WithDefaultDigestEncoding(gowarc.Base16),
		gowarc.WithRecordIdFunc(w.newID), gowarc.WithFixSyntaxErrors(false), gowarc.WithSpecViolationPolicy(gowarc.ErrWarn),
		gowarc.WithBufferMaxMemBytes(int64(len(r.block))+1024))
	defer b.Close()
	b.AddWarcHeaderTime(gowarc.WarcDate, r.date.UTC())
	b.AddWarcHeader(gowarc.ContentType, r.media)
	if r.uri != "" {
		b.AddWarcHeader(gowarc.WarcTargetURI, r.uri)
	}
	if r.ip != "" {
		b.AddWarcHeader(gowarc.WarcIPAddress, r.ip)
	}
	if w.info != "" {
		b.AddWarcHeader(gowarc.WarcWarcinfoID, w.info)
	}
	if r.concur != "" {
		b.AddWarcHeader(gowarc.WarcConcurrentTo, r.concur)
	}
	if r.cut {
		b.AddWarcHeader(gowarc.WarcTruncated, "length")
	}
	if _, err := b.Write(r.block); err != nil {
		return "", fmt.Errorf("WARC record of %s: %w", r.uri, err)
	}
	rec, _, err := b.Build()
	if err != nil {
		return "", fmt.Errorf("WARC record of %s: %w", r.uri, err)
	}
	defer rec.Close()
	h := sha256.New()
	_, n, err := gowarc.NewMarshaler().Marshal(io.MultiWriter(w.w, h), rec, 0)
	if err != nil {
		return "", fmt.Errorf("WARC record of %s: %w", r.uri, err)
	}
	id := rec.WarcHeader().Get(gowarc.WarcRecordID)
	w.parts = append(w.parts, Part{
		Name: strings.TrimSpace(r.kind.String() + " " + r.uri), Record: id, Offset: w.offset, Size: n, SHA256: hexSum(h),
	})
	w.offset += n
	return id, nil
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// exchange writes the records of x and returns the positions of request and answer among the parts, -1 for none.
func (w *warcWriter) exchange(x *Exchange) (request, response int, err error) {
	request, response = -1, -1
	uri, err := targetURI(x.URL)
	if err != nil {
		return request, response, err
	}
	ip := ""
	if host, _, err := net.SplitHostPort(x.Address); err == nil && net.ParseIP(host) != nil {
		ip = host
	}
	r := record{uri: uri, date: x.Started, ip: ip, cut: x.Cut}
	if len(x.Request) > 0 {
		q := r
		q.kind, q.media, q.block, q.cut = gowarc.Request, "application/http; msgtype=request", x.Request, false
		if r.concur, err = w.write(q); err != nil {
			return request, response, err
		}
		request = len(w.parts) - 1
	}
	switch {
	case isMessage(x.Response):
		r.kind, r.media, r.block = gowarc.Response, "application/http; msgtype=response", x.Response
	case len(x.Response) > 0: // not HTTP: kept as it came
		r.kind, r.media, r.block = gowarc.Resource, "application/octet-stream", x.Response
	case x.Resource != nil:
		r.kind, r.media, r.block, r.ip = gowarc.Resource, mediaType(x.Type), x.Resource, ""
	default:
		return request, response, nil
	}
	if _, err = w.write(r); err != nil {
		return request, response, err
	}
	return request, len(w.parts) - 1, nil
}

// isMessage reports whether b is an HTTP answer with a whole head.
func isMessage(b []byte) bool {
	return bytes.HasPrefix(b, []byte("HTTP/")) && (bytes.Contains(b, []byte("\r\n\r\n")) || bytes.Contains(b, []byte("\n\n")))
}

// mediaType returns t when it is written as a media type, with its parameters, and a neutral one otherwise.
func mediaType(t string) string {
	t = strings.TrimSpace(plainField(t))
	if kind, sub, ok := strings.Cut(t, "/"); !ok || kind == "" || sub == "" || len(t) > 200 {
		return "application/octet-stream"
	}
	return t
}

// targetURI returns an address as a record may carry it: absolute, escaped, on one line, at most 8 KiB.
func targetURI(s string) (string, error) {
	if len(s) > 8<<10 {
		return "", fmt.Errorf("an address of %d bytes", len(s))
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return "", fmt.Errorf("an address that is none: %w", err)
	}
	if u.Scheme == "" {
		return "", fmt.Errorf("not an absolute address: %q", s)
	}
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == '"' { // what url leaves in a query
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}
