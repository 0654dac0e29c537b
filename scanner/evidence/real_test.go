package evidence

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// program runs only with LOOKALIKE_REAL=1, and then fails when the program is missing.
func program(t *testing.T, name string) string {
	t.Helper()
	if os.Getenv("LOOKALIKE_REAL") != "1" {
		t.Skip("starts " + name + ": set LOOKALIKE_REAL=1")
	}
	p, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

const authorityConfig = `[ tsa ]
default_tsa = one
[ one ]
serial = ./serial
crypto_device = builtin
signer_cert = ./tsa.pem
certs = ./ca.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = %s
`

// authority is openssl behind a loopback server.
type authority struct {
	dir, url string
	roots    *x509.CertPool
	mu       sync.Mutex
	spoil    func([]byte) []byte
}

func newAuthority(t *testing.T, hash string) *authority {
	openssl := program(t, "openssl")
	a := &authority{dir: t.TempDir()}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("tsa.cnf", fmt.Sprintf(authorityConfig, hash))
	write("serial", "01\n")
	write("stamps.ext", "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
	write("any.ext", "extendedKeyUsage=critical,timeStamping,serverAuth\n")
	run(t, a.dir, openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test root", "-days", "3650")
	run(t, a.dir, openssl, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test stamps")
	run(t, a.dir, openssl, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "tsa.pem", "-days", "3650", "-extfile", "stamps.ext")
	pem, err := os.ReadFile(filepath.Join(a.dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	a.roots = x509.NewCertPool()
	if !a.roots.AppendCertsFromPEM(pem) {
		t.Fatal("no root")
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		query, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "no query", http.StatusBadRequest)
			return
		}
		write("q.tsq", string(query))
		run(t, a.dir, openssl, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "r.tsr")
		b, err := os.ReadFile(filepath.Join(a.dir, "r.tsr"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if a.spoil != nil {
			b = a.spoil(b)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(b)
	}))
	t.Cleanup(srv.Close)
	a.url = srv.URL
	return a
}

func (a *authority) client(t *testing.T) *http.Client {
	tr := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// TestOpenSSLAuthority stamps with openssl and lets openssl check what the verifier checked.
func TestOpenSSLAuthority(t *testing.T) {
	for _, hash := range []string{"sha256", "sha1"} { // ESSCertIDv2 and ESSCertID
		t.Run(hash, func(t *testing.T) {
			a := newAuthority(t, hash)
			o := options()
			o.Stamper = &Authority{URL: a.url, Client: a.client(t), Roots: a.roots}
			s, dir := newStore(t, o)
			r := mustCapture(t, s, sample())
			if r.Stamp.State != StateStamped {
				t.Fatalf("stamp %+v", r.Stamp)
			}
			rep := mustVerify(t, dir, VerifyOptions{Roots: a.roots})
			wantWhole(t, rep)
			if st := rep.Captures[0].Stamps[0]; !st.Info.Trusted || st.Info.Signer != "CN=Test stamps" || st.Info.Accuracy.Seconds() != 1 {
				t.Errorf("stamp %+v", st)
			}
			b, _ := mustExport(t, s, exportRequest(r.ID))
			out := unzip(t, b)
			run(t, out, "openssl", "ts", "-verify", "-data", filepath.Join(captureDir, r.ID, manifestFile), "-in", r.Stamp.File, "-CAfile", filepath.Join(a.dir, "ca.pem"))
			other := x509.NewCertPool()
			if rep := mustVerify(t, dir, VerifyOptions{Roots: other}); rep.OK() || rep.Issues[0].Kind != IssueStamp {
				t.Errorf("a signer that nobody vouches for gives %v", rep.Issues)
			}
		})
	}
}

func TestAuthorityAnswersThatAreRefused(t *testing.T) {
	a := newAuthority(t, "sha256")
	var earlier []byte
	o := options()
	o.Stamper = &Authority{URL: a.url, Client: a.client(t), Roots: a.roots}
	s, dir := newStore(t, o)
	for name, spoil := range map[string]func([]byte) []byte{
		"another's answer": func([]byte) []byte { return earlier },
		"bit flipped":      func(b []byte) []byte { b[len(b)-20] ^= 1; return b },
		"cut":              func(b []byte) []byte { return b[:len(b)/2] },
		"nothing":          func([]byte) []byte { return nil },
		"too long":         func([]byte) []byte { return make([]byte, maxStamp+1) },
		"appended":         func(b []byte) []byte { return append(b, 0) },
	} {
		a.spoil = func(b []byte) []byte { earlier = bytes.Clone(b); return b }
		mustCapture(t, s, sample())
		a.spoil = spoil
		if r := mustCapture(t, s, sample()); r.Stamp.State != StateNotStamped || r.Stamp.Reason == "" {
			t.Errorf("%s: %+v", name, r.Stamp)
		}
	}
	// A certificate that is for other things too makes no time stamps.
	openssl := program(t, "openssl")
	run(t, a.dir, openssl, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "any.pem", "-days", "3650", "-extfile", "any.ext")
	wantWhole(t, mustVerify(t, dir, VerifyOptions{Roots: a.roots}))

	a.spoil = nil
	last := s.List()[len(s.List())-1]
	if _, err := s.Stamp(t.Context(), last.ID); err != nil {
		t.Fatal(err)
	}
	rep := mustVerify(t, dir, VerifyOptions{Roots: a.roots})
	wantWhole(t, rep)
	if st := rep.Captures[len(rep.Captures)-1].Stamps; len(st) != 1 || st[0].State != StateStamped {
		t.Errorf("a later stamp gives %+v", st)
	}
}

// unzip unpacks a bundle with the unzip of the machine, or with its own check when there is none.
func unzip(t *testing.T, b []byte) string {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "bundle.zip")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, program(t, "unzip"), "-q", "bundle.zip", "-d", "out")
	return filepath.Join(dir, "out")
}

// TestOtherToolsReadABundle unpacks with unzip, checks with sha256sum, and reads the WARC with warcio from npm.
func TestOtherToolsReadABundle(t *testing.T) {
	npm, node := program(t, "npm"), program(t, "node")
	s, dir := newStore(t, options())
	c := sample()
	chinese := Exchange{URL: "https://shop.example/搜索?q=耐克 鞋", Request: request("/"), Response: httpPage("耐克"), Address: "[2001:db8::1]:443", Started: start}
	c.Exchanges = append(c.Exchanges, chinese, Exchange{URL: "https://shop.example/cut", Response: httpPage("half a pa"), Cut: true}, Exchange{URL: "https://shop.example/none", Request: request("/none"), Error: "timeout"})
	whole := mustCapture(t, s, c).ID
	b, _ := mustExport(t, s, exportRequest(whole))
	out := unzip(t, b)
	run(t, out, program(t, "sha256sum"), "-c", "--strict", sumsFile)

	modules := t.TempDir()
	run(t, modules, npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", modules, "warcio@2.4.11")
	script, err := os.ReadFile("testdata/read.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(modules, "read.mjs"), script, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := readWithWarcio(t, modules, node, filepath.Join(out, captureDir, whole, warcItem)); n != 12 {
		t.Errorf("warcio reads %d records", n)
	}
	q := exportRequest(whole)
	q.RemoveKinds = []string{PersonalEmail, PersonalPhone}
	b, x := mustExport(t, s, q)
	if len(x.Removed) == 0 {
		t.Fatal("nothing was removed")
	}
	if n := readWithWarcio(t, modules, node, filepath.Join(unzip(t, b), captureDir, whole, warcItem)); n != 11 {
		t.Errorf("warcio reads %d records of the redacted file", n)
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
}

func readWithWarcio(t *testing.T, modules, node, file string) int {
	t.Helper()
	n := 0
	for line := range strings.Lines(run(t, modules, node, "read.mjs", file)) {
		var r struct {
			Version, Type, URI string
			Block              bool
			Payload            *bool
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		n++
		if strings.ContainsFunc(r.URI, func(c rune) bool { return c > 126 }) || r.Version != "WARC/1.1" || !r.Block || r.Payload != nil && !*r.Payload {
			t.Errorf("warcio says %s", line)
		}
	}
	return n
}

func TestNoAuthority(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "closed", http.StatusServiceUnavailable) }))
	defer srv.Close()
	o := options()
	o.Stamper = &Authority{URL: srv.URL, Client: srv.Client()}
	s, _ := newStore(t, o)
	r := mustCapture(t, s, sample())
	if r.Stamp.State != StateNotStamped || !strings.Contains(r.Stamp.Reason, "503") {
		t.Errorf("%+v", r.Stamp)
	}
	if _, err := s.Stamp(context.Background(), r.ID); err == nil {
		t.Error("stamped without an authority")
	}
}
