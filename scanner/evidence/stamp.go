package evidence

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha1" // ESSCertID of RFC 2634 names certificates by it
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"
)

// maxStamp bounds an authority's answer.
const maxStamp = 1 << 20

// Doer sends a request: an http.Client whose dialer checks addresses.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Authority is a time-stamp authority that is asked over HTTP (RFC 3161). It is safe for concurrent use.
type Authority struct {
	URL    string
	Client Doer
	Roots  *x509.CertPool // whom a stamp's signer must lead to; nil: stamps are kept, their signer is not vouched for
	Random io.Reader      // crypto/rand
	Limit  time.Duration  // for one stamp, 30 s
}

// Stamp asks for a stamp and refuses an answer that is not about the hash, has another nonce or a bad signature.
func (a *Authority) Stamp(ctx context.Context, digest [32]byte) (Stamp, error) {
	random, limit := a.Random, a.Limit
	if random == nil {
		random = rand.Reader
	}
	if limit <= 0 {
		limit = 30 * time.Second
	}
	raw := make([]byte, 16)
	if _, err := io.ReadFull(random, raw); err != nil {
		return Stamp{}, err
	}
	nonce := new(big.Int).SetBytes(raw)
	ask := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: digest[:], Certificates: true, Nonce: nonce}
	query, err := ask.Marshal()
	if err != nil {
		return Stamp{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL, bytes.NewReader(query))
	if err != nil {
		return Stamp{}, err
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	resp, err := a.Client.Do(req)
	if err != nil {
		return Stamp{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return Stamp{}, fmt.Errorf("the authority answered %s", resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxStamp+1))
	if err != nil {
		return Stamp{}, err
	}
	info, err := checkStamp(body, digest, nonce.String(), a.Roots)
	if err != nil {
		return Stamp{}, err
	}
	return Stamp{Response: body, URL: a.URL, Time: info.Time, Nonce: nonce.String()}, nil
}

// StampInfo is what a stamp says.
type StampInfo struct {
	Time     time.Time
	Accuracy time.Duration // 0 when the authority does not say
	Signer   string        // subject of its certificate
	Serial   string
	Policy   string
	Trusted  bool // the signer leads to one of the roots
}

// tokenContent is the type of what a time-stamp token signs.
var (
	oidTokenInfo     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidSigningCert   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCertV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidExtKeyUsage   = asn1.ObjectIdentifier{2, 5, 29, 37}
)

// checkStamp holds an authority's answer against the hash and the nonce that it was asked with ("" when nobody knows it). It
// needs no network: certificates of the signer stand in the answer, revocation is not looked up.
func checkStamp(der []byte, digest [32]byte, nonce string, roots *x509.CertPool) (info StampInfo, err error) {
	defer func() {
		if p := recover(); p != nil { // the decoders below are not ours
			err = fmt.Errorf("a stamp that cannot be decoded: %v", p)
		}
	}()
	if len(der) > maxStamp {
		return info, fmt.Errorf("a stamp of more than %d bytes", maxStamp)
	}
	ts, err := timestamp.ParseResponse(der)
	if err != nil {
		return info, err
	}
	if ts.HashAlgorithm != crypto.SHA256 || !bytes.Equal(ts.HashedMessage, digest[:]) {
		return info, errors.New("the stamp is about something else")
	}
	if nonce != "" && (ts.Nonce == nil || ts.Nonce.String() != nonce) {
		return info, errors.New("the stamp answers another question: its nonce differs")
	}
	signer, chain, err := tokenSigner(ts.RawToken)
	if err != nil {
		return info, err
	}
	info = StampInfo{Time: ts.Time.UTC(), Accuracy: ts.Accuracy, Signer: signer.Subject.String(), Policy: ts.Policy.String()}
	if ts.SerialNumber != nil {
		info.Serial = ts.SerialNumber.String()
	}
	if ts.Time.Before(signer.NotBefore) || ts.Time.After(signer.NotAfter) {
		return info, errors.New("the signer's certificate was not valid at the time of the stamp")
	}
	if roots != nil {
		_, err := signer.Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: chain, CurrentTime: ts.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
		})
		if err != nil {
			return info, fmt.Errorf("the signer of the stamp is not vouched for: %w", err)
		}
		info.Trusted = true
	}
	return info, nil
}

// tokenSigner checks the token's signature and returns who signed it: one signer, certified for time stamps alone, named in
// the signed attributes.
func tokenSigner(token []byte) (*x509.Certificate, *x509.CertPool, error) {
	p7, err := pkcs7.Parse(token)
	if err != nil {
		return nil, nil, err
	}
	signer := p7.GetOnlySigner()
	if signer == nil {
		return nil, nil, errors.New("the stamp does not carry its signer's certificate")
	}
	if err := p7.Verify(); err != nil {
		return nil, nil, err
	}
	var kind asn1.ObjectIdentifier
	if err := p7.UnmarshalSignedAttribute(oidContentType, &kind); err != nil || !kind.Equal(oidTokenInfo) {
		return nil, nil, errors.New("what is signed is no time stamp")
	}
	critical := false
	for _, e := range signer.Extensions {
		critical = critical || e.Id.Equal(oidExtKeyUsage) && e.Critical
	}
	if !critical || len(signer.ExtKeyUsage) != 1 || signer.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(signer.UnknownExtKeyUsage) > 0 {
		return nil, nil, errors.New("the signer's certificate is not for time stamps alone")
	}
	if !namesSigner(p7, signer) {
		return nil, nil, errors.New("the stamp does not name its signer's certificate")
	}
	pool := x509.NewCertPool()
	for _, c := range p7.Certificates {
		pool.AddCert(c)
	}
	return signer, pool, nil
}

// namesSigner reports whether the signed attributes hold the hash of the signer's certificate (RFC 2634, RFC 5816).
func namesSigner(p7 *pkcs7.PKCS7, signer *x509.Certificate) bool {
	var v2 struct {
		Certs    []asn1.RawValue
		Policies asn1.RawValue `asn1:"optional"`
	}
	if p7.UnmarshalSignedAttribute(oidSigningCertV2, &v2) == nil && len(v2.Certs) > 0 {
		var id struct {
			Algorithm pkix.AlgorithmIdentifier `asn1:"optional"`
			Hash      []byte
			Issuer    asn1.RawValue `asn1:"optional"`
		}
		if _, err := asn1.Unmarshal(v2.Certs[0].FullBytes, &id); err != nil {
			return false
		}
		h := crypto.SHA256
		switch id.Algorithm.Algorithm.String() {
		case "", "2.16.840.1.101.3.4.2.1":
		case "2.16.840.1.101.3.4.2.2":
			h = crypto.SHA384
		case "2.16.840.1.101.3.4.2.3":
			h = crypto.SHA512
		default:
			return false
		}
		w := h.New()
		w.Write(signer.Raw)
		return bytes.Equal(w.Sum(nil), id.Hash)
	}
	var v1 struct {
		Certs []struct {
			Hash   []byte
			Issuer asn1.RawValue `asn1:"optional"`
		}
		Policies asn1.RawValue `asn1:"optional"`
	}
	if p7.UnmarshalSignedAttribute(oidSigningCert, &v1) != nil || len(v1.Certs) == 0 {
		return false
	}
	have := sha1.Sum(signer.Raw)
	return bytes.Equal(have[:], v1.Certs[0].Hash)
}
