package evidence

import (
	"crypto/tls"
	"net/http"
	"time"
)

// The roles of an exchange.
const (
	RolePage     = "page"
	RoleRedirect = "redirect"
	RolePicture  = "picture"
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
	Cut               bool // the body ends at a limit of the reader and not where the server ended it
	Rebuilt           bool // the messages were made from a description of them and are not those of the wire

	// Resource is a body without HTTP around it, of media type Type. It is used when Response is nil.
	Resource []byte
	Type     string

	Picture int // with RolePicture: position in the listing's list, from 0
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
