package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

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
`

// openssl is a time-stamp authority on this machine. It returns its address and the file of its root.
func openssl(t *testing.T) (at, roots string) {
	t.Helper()
	dir := t.TempDir()
	do := func(args ...string) {
		c := exec.CommandContext(t.Context(), "openssl", args...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("openssl %v: %v\n%s", args, err, out)
		}
	}
	for name, text := range map[string]string{"tsa.cnf": authorityConfig, "serial": "01\n", "stamps.ext": "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test root", "-days", "30")
	do("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test stamps")
	do("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "tsa.pem", "-days", "30", "-extfile", "stamps.ext")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q, err := io.ReadAll(r.Body)
		if err != nil || os.WriteFile(filepath.Join(dir, "q.tsq"), q, 0o600) != nil {
			http.Error(w, "no query", http.StatusBadRequest)
			return
		}
		do("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "r.tsr")
		http.ServeFile(w, r, filepath.Join(dir, "r.tsr"))
	}))
	t.Cleanup(srv.Close)
	return srv.URL, filepath.Join(dir, "ca.pem")
}

// TestEvidenceReal captures with a time stamp of openssl and a picture of Chromium's, stamps a capture later, and lets openssl
// check a bundle.
func TestEvidenceReal(t *testing.T) {
	if os.Getenv("LOOKALIKE_REAL") != "1" {
		t.Skip("starts openssl and Chromium: set LOOKALIKE_REAL=1")
	}
	at, _ := brandShop(t)
	authority, roots := openssl(t)
	dir := t.TempDir()
	do := func(want int, args ...string) string {
		t.Helper()
		env, stdout, stderr := testEnvironment(nil)
		env.now = host().now // a stamp of another day than the certificates' would not hold
		if code := run(t.Context(), env, append([]string{"--data", filepath.Join(dir, "data")}, args...)); code != want {
			t.Fatalf("%v: exit code %d, want %d\n%s%s", args, code, want, stdout, stderr)
		}
		return stdout.String()
	}
	who := []string{"--operator", "Desk", "--jurisdiction", "DE"}
	capture := append([]string{"evidence", "capture", at + "/p/1", "--authority", "own mark", "--contact", "https://example.org/bot", "--delay", "0s", "--allow-private"}, who...)
	stdout := do(exitClean, append(capture, "--timestamp", authority, "--timestamp-roots", roots, "--render", "png")...)
	if !strings.Contains(stdout, "timestamped 20") {
		t.Fatal(stdout)
	}
	id := regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{8}`).FindString(stdout)
	if png := do(exitClean, append([]string{"evidence", "show", id, "--reason", "look", "--item", "rendering-1.png"}, who...)...); !strings.HasPrefix(png, "\x89PNG") {
		t.Errorf("the rendering begins with %.20q", png)
	}
	later := regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{8}`).FindString(do(exitClean, capture...))
	do(exitUsage, append([]string{"evidence", "stamp", later}, who...)...)
	do(exitClean, append([]string{"evidence", "stamp", later, "--timestamp", authority, "--timestamp-roots", roots, "--allow-private"}, who...)...)
	if stdout = do(exitClean, "evidence", "verify", "--timestamp-roots", roots); strings.Count(stdout, "CN=Test stamps holds") != 2 || strings.Contains(stdout, "not timestamped") {
		t.Errorf("verify: %s", stdout)
	}
	bundle := filepath.Join(dir, "bundle.zip")
	do(exitClean, append([]string{"evidence", "export", id, "--purpose", "notice", "--recipient", "Court", "--recipient-kind", "court", "--recipient-country", "DE", "--out", bundle}, who...)...)
	for _, c := range [][]string{{"unzip", "-q", bundle, "-d", "out"}, {"sh", "-c", "cd out && sha256sum -c --quiet SHA256SUMS && openssl ts -verify -data captures/" + id + "/manifest.json -in stamps/" + id + ".*.tsr -CAfile " + roots}} {
		cmd := exec.CommandContext(t.Context(), c[0], c[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", c, err, out)
		}
	}
}
