package evidence

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lookalike/corpora"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// seeded is a deterministic source of random bytes.
type seeded struct{ r *rand.Rand }

func (s seeded) Read(b []byte) (int, error) {
	var w [8]byte
	for i := range b {
		if i%8 == 0 {
			binary.LittleEndian.PutUint64(w[:], s.r.Uint64())
		}
		b[i] = w[i%8]
	}
	return len(b), nil
}

func options() Options {
	now := start
	return Options{
		Operator: "A. Operator", Authority: "watch 7 of the rights holder", Jurisdiction: "CN", Engine: "0.1.0-test",
		Now:    func() time.Time { now = now.Add(time.Second); return now },
		Random: seeded{rand.New(rand.NewPCG(1, 2))},
	}
}

func newStore(t testing.TB, o Options) (*Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "evidence")
	s, err := Create(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, dir
}

const page = "<html><head><title>Nkie runners</title></head><body>Write to sales@shop.example or +86 138 1234 5678.</body></html>"

var pixel = []byte("\x89PNG\r\n\x1a\n0123456789 not a whole picture")

func httpPage(body string) []byte {
	return []byte("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: test\r\n\r\n" + body)
}

func request(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: lookalike\r\n\r\n")
}

// sample is a capture with something of everything.
func sample() Capture {
	grade := judge.High
	return Capture{
		URL: "https://shop.example/p/1",
		Exchanges: []Exchange{
			{URL: "https://shop.example/1", Role: RoleRedirect, Request: request("/1"), Response: []byte("HTTP/1.1 302 Found\r\nLocation: /p/1\r\n\r\n"),
				Address: "203.0.113.9:443", Protocol: "HTTP/1.1", Started: start},
			{URL: "https://shop.example/p/1", Request: request("/p/1"), Response: httpPage(page), Address: "203.0.113.9:443", Started: start,
				TLS: &TLS{Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ServerName: "shop.example", Verified: true, Chain: [][]byte{[]byte("leaf"), []byte("root")}}},
			{URL: "https://shop.example/1.png", Role: RolePicture, Request: request("/1.png"), Response: append([]byte("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"), pixel...),
				Address: "203.0.113.9:443", Started: start},
		},
		Record: &corpora.Listing{
			ID: "1", Title: "Nkie runners", Brand: "Nkie", Seller: "Zhang San", Classes: []uint8{25}, Price: "9.90", Currency: "USD",
			URL: "https://shop.example/p/1", Seen: start, Markets: []corpora.Market{"US"},
			Images: []corpora.Image{{Ref: "https://shop.example/1.png"}, {Ref: "2.png", Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader(pixel)), nil
			}}},
		},
		Scan: &scanner.Header{Schema: scanner.Schema, Engine: "0.1.0", Config: "sha256-cc", AsOf: "2026-03-04",
			Corpora: []scanner.CorpusRef{{Name: "starter", ID: "sha256-aa", Date: "2026-01-01"}}},
		Finding: &scanner.Finding{
			Listing: scanner.ListingRef{ID: "1", Title: "Nkie runners"}, Grade: &grade, Score: 80,
			Gates: map[string]judge.Gate{"US": judge.Block}, Matches: []judge.Match{{Fingerprint: "f1", Grade: grade}},
		},
		Rendering: [][]byte{pixel},
	}
}

func mustCapture(t testing.TB, s *Store, c Capture) Receipt {
	t.Helper()
	r, err := s.Capture(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustVerify(t testing.TB, name string, o VerifyOptions) *Report {
	t.Helper()
	r, err := Verify(t.Context(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantWhole(t testing.TB, r *Report) {
	t.Helper()
	for _, i := range r.Issues {
		t.Errorf("%v", i)
	}
}

func exportRequest(ids ...string) ExportRequest {
	return ExportRequest{
		Captures: ids, Purpose: "complaint 12", Recipient: "Platform legal", RecipientKind: RecipientPlatform, Jurisdiction: "CN", Actor: "B. Clerk",
	}
}

func mustExport(t testing.TB, s *Store, q ExportRequest) ([]byte, *Export) {
	t.Helper()
	var b bytes.Buffer
	x, err := s.Export(t.Context(), q, &b)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), x
}

func verifyBytes(t testing.TB, b []byte) *Report {
	t.Helper()
	r, err := VerifyBundle(t.Context(), bytes.NewReader(b), int64(len(b)), VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCaptureAndVerify(t *testing.T) {
	s, dir := newStore(t, options())
	first := mustCapture(t, s, sample())
	second := mustCapture(t, s, sample()) // a recapture is a new item
	if first.ID == second.ID || first.Stamp.State != StateNotStamped || first.Stamp.Reason == "" {
		t.Errorf("receipts %+v and %+v", first, second)
	}
	r := mustVerify(t, dir, VerifyOptions{Head: &second.Head})
	wantWhole(t, r)
	if len(r.Captures) != 2 || r.Head != second.Head {
		t.Fatalf("%d captures, head %v, want 2 and %v", len(r.Captures), r.Head, second.Head)
	}
	m := r.Captures[0].Manifest
	if m.Scan.Corpora[0].ID != "sha256-aa" || m.Clock.Source != "system" || m.Clock.OffsetMS != nil || m.Operator != "A. Operator" || m.Class != ClassEvidence {
		t.Errorf("manifest %+v", m)
	}
	var urls []string
	for _, x := range m.Exchanges {
		urls = append(urls, x.Role+" "+x.URL)
	}
	if want := "redirect https://shop.example/1|page https://shop.example/p/1|picture https://shop.example/1.png|picture urn:lookalike:picture:1"; strings.Join(urls, "|") != want {
		t.Errorf("exchanges %s, want %s", strings.Join(urls, "|"), want)
	}
}

func TestViewGivesBackWhatWasSealed(t *testing.T) {
	s, _ := newStore(t, options())
	c := sample()
	id := mustCapture(t, s, c).ID
	v, err := s.View(id, "B. Clerk", "preparing a complaint")
	if err != nil {
		t.Fatal(err)
	}
	l, err := v.Listing()
	if err != nil {
		t.Fatal(err)
	}
	if l.Title != c.Record.Title || l.Seller != "Zhang San" || l.Classes[0] != 25 || l.Price != "9.90" || !l.Seen.Equal(start) || l.Markets[0] != "US" {
		t.Errorf("listing %+v", l)
	}
	for i, im := range l.Images {
		if im.Open == nil {
			t.Fatalf("picture %d cannot be opened", i)
		}
		r, err := im.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, pixel) {
			t.Errorf("picture %d: %q, %v", i, b, err)
		}
	}
	h, f, err := v.Finding()
	if err != nil || h.Config != "sha256-cc" || f.Score != 80 || f.Matches[0].Fingerprint != "f1" {
		t.Errorf("finding %+v of %+v, %v", f, h, err)
	}
	if _, err := s.View(id, "", "no name"); err == nil {
		t.Error("opened without a name")
	}
}

func TestBundle(t *testing.T) {
	s, _ := newStore(t, options())
	id := mustCapture(t, s, sample()).ID
	mustCapture(t, s, sample())
	b, x := mustExport(t, s, exportRequest(id))
	r := verifyBytes(t, b)
	wantWhole(t, r)
	if len(r.Captures) != 1 || r.Hidden != 1 || r.Export.Recipient != "Platform legal" {
		t.Errorf("report %+v", r)
	}
	kinds := map[string]bool{}
	for _, p := range x.Personal {
		kinds[p.Kind] = true
	}
	for _, k := range []string{PersonalEmail, PersonalPhone, PersonalTrader} {
		if !kinds[k] {
			t.Errorf("no %s among %+v", k, x.Personal)
		}
	}
	name := filepath.Join(t.TempDir(), "b.zip")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	wantWhole(t, mustVerify(t, name, VerifyOptions{}))
}
