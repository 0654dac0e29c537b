package evidence

import (
	"bytes"
	"crypto/x509"
	"os"
	"testing"
)

// keptNonce is what testdata/stamp.tsr was asked with. openssl made the answer, over a hash of zeros.
const keptNonce = "5351259138581129365"

func keptStamp(t testing.TB) (der []byte, roots *x509.CertPool) {
	t.Helper()
	der, err := os.ReadFile("testdata/stamp.tsr")
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile("testdata/root.pem")
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatal("no root")
	}
	return der, roots
}

func TestCheckStamp(t *testing.T) {
	der, roots := keptStamp(t)
	var digest [32]byte
	info, err := checkStamp(der, digest, keptNonce, roots)
	if err != nil || !info.Trusted || info.Signer != "CN=Test time stamps" || info.Time.Year() != 2026 {
		t.Errorf("%+v, %v", info, err)
	}
	if info, err := checkStamp(der, digest, "", nil); err != nil || info.Trusted {
		t.Errorf("without roots: %+v, %v", info, err)
	}
	for name, c := range map[string]struct {
		digest [32]byte
		nonce  string
		roots  *x509.CertPool
	}{
		"another hash":  {[32]byte{1}, keptNonce, roots},
		"another nonce": {digest, "7", roots},
		"another root":  {digest, keptNonce, x509.NewCertPool()},
	} {
		if _, err := checkStamp(der, c.digest, c.nonce, c.roots); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestEveryByteOfAStamp changes each byte of an authority's answer: either it is refused, or what it says is the same. The log
// refuses both.
func TestEveryByteOfAStamp(t *testing.T) {
	der, roots := keptStamp(t)
	var digest [32]byte
	want, err := checkStamp(der, digest, keptNonce, roots)
	if err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for i := range der {
		for _, bit := range []byte{1, 0x80} {
			b := bytes.Clone(der)
			b[i] ^= bit
			info, err := checkStamp(b, digest, keptNonce, roots)
			if err == nil && info != want {
				t.Fatalf("byte %d: accepted as %+v", i, info)
			}
			if err == nil {
				accepted++
			}
		}
	}
	t.Logf("%d of %d changes leave what is signed as it was", accepted, 2*len(der))
}
