package evidence

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// The roles of an exchange.
const (
	RolePage     = "page"
	RoleRedirect = "redirect"
	RolePicture  = "picture"
	RoleResource = "resource" // what the page asked for while it was rendered
)

// Exchange is one request with its answer, or one thing that a person saved. Its bytes are not copied: they must not change
// while the exchange is in use.
type Exchange struct {
	URL  string
	Role string // RolePage when empty

	// Request and Response are HTTP/1.1 messages: first line, header, blank line, body as it was transferred. Either may be nil.
	Request, Response []byte
	Protocol          string // what was spoken on the wire, "HTTP/2.0"; the messages above are written as HTTP/1.1
	Address           string // host and port that was connected to, as numbers
	Started           time.Time
	TLS               *TLS
	Cut               bool   // the body ends at a limit of the reader and not where the server ended it
	Rebuilt           bool   // the messages were made from a description of them and are not those of the wire
	Error             string // why no answer came, or not the whole one

	// Resource is a body without HTTP around it, of media type Type. It is used when Response is nil.
	Resource []byte
	Type     string

	Picture int // with RolePicture: position in the listing's list, from 0; -1 when it is none of the listing's
}

// TLS is what a server showed of itself.
type TLS struct {
	Version    string
	Cipher     string
	ServerName string
	Verified   bool     // the chain led to a root that the client trusts
	Chain      [][]byte // certificates in DER as the server sent them, its own first
}

// TLSOf takes what evidence keeps from a connection's state. nil gives nil.
func TLSOf(s *tls.ConnectionState) *TLS {
	if s == nil {
		return nil
	}
	t := &TLS{
		Version: tls.VersionName(s.Version), Cipher: tls.CipherSuiteName(s.CipherSuite),
		ServerName: s.ServerName, Verified: len(s.VerifiedChains) > 0,
	}
	for _, c := range s.PeerCertificates {
		t.Chain = append(t.Chain, c.Raw)
	}
	return t
}

// isRedirect reports whether an answer of this status sends the client elsewhere.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// Body returns the body of the answer with its content encoding taken off, at most limit bytes, and its media type. Its charset
// is as the server sent it.
func (x *Exchange) Body(limit int64) (body []byte, media string, err error) {
	if !isMessage(x.Response) {
		return x.Resource, x.Type, nil
	}
	head, b := splitMessage(x.Response)
	h := headerOf(head)
	body, err = unpack(b, h.Get("Content-Encoding"), limit)
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("%w: %s unpacks to more than %d bytes", ErrTooMuch, x.URL, limit)
	}
	return body, h.Get("Content-Type"), err
}

// unpack takes a content encoding off and returns at most limit+1 bytes, and what came before an error.
func unpack(b []byte, encoding string, limit int64) ([]byte, error) {
	var r io.Reader
	var err error
	src := bytes.NewReader(b)
	switch e := strings.ToLower(strings.TrimSpace(encoding)); e {
	case "", "identity":
		return b, nil
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(src)
	case "deflate":
		r, err = zlib.NewReader(src)
	case "br":
		r = brotli.NewReader(src)
	case "zstd":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20)); err == nil {
			defer z.Close()
			r = z
		}
	default:
		err = fmt.Errorf("an encoding %q", e)
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, limit+1))
}
