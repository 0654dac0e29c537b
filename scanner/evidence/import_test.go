package evidence

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

const html = "<!DOCTYPE html>\n<!-- saved from url=(0024)https://shop.example/p/9 -->\n<html><body>Nkie 鞋</body></html>"

func harFile() string {
	return `{"log":{"version":"1.2","creator":{"name":"b","list":[1,{"a":[]}]},"pages":[],"entries":[
 {"startedDateTime":"2026-03-01T10:00:00.5Z","serverIPAddress":"203.0.113.7","request":{"method":"GET","url":"https://shop.example/p/9","httpVersion":"HTTP/2","headers":[{"name":":authority","value":"shop.example"},{"name":"Cookie","value":"sid=secret"}]},
  "response":{"status":200,"httpVersion":"HTTP/2","headers":[{"name":"Content-Encoding","value":"br"},{"name":"X-Two","value":"a\r\nEvil: b"}],"content":{"size":9,"mimeType":"text/html; charset=utf-8","text":"<html>Nkie 鞋</html>"}}},
 {"startedDateTime":"2026-03-01T10:00:01Z","request":{"method":"GET","url":"https://shop.example/9.png","headers":[]},
  "response":{"status":200,"headers":[{"name":"Content-Type","value":"image/png"}],"content":{"mimeType":"image/png","encoding":"base64","text":"` + base64.StdEncoding.EncodeToString(pixel) + `"}}},
 {"startedDateTime":"yesterday","request":{"method":"GET","url":"https://shop.example/x"},"response":{"status":200}},
 {"request":{"method":7}},
 {"startedDateTime":"2026-03-01T10:00:02Z","request":{"method":"GET","url":"https://shop.example/blocked","headers":[]},"response":{"status":0,"headers":[],"content":{}}}
]}}`
}

func mhtmlFile() string {
	return strings.ReplaceAll(`From: <Saved by a browser>
Snapshot-Content-Location: https://shop.example/p/9
Subject: Nkie
Date: Sun, 1 Mar 2026 10:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--b0"

----b0
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable
Content-Location: https://shop.example/p/9

<html>Nkie =E9=9E=8B=
</html>
----b0
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://shop.example/9.png

`+base64.StdEncoding.EncodeToString(pixel)+`
----b0
Content-Type: text/css
Content-Transfer-Encoding: quoted-printable
Content-ID: <css-1@mhtml.blink>

body { color: red }
----b0--
`, "\n", "\r\n")
}

// warcOf seals the sample and returns its WARC.
func warcOf(t testing.TB) []byte {
	t.Helper()
	s, _ := newStore(t, options())
	id := mustCapture(t, s, sample()).ID
	v, err := s.View(id, "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	b, err := v.Part(warcItem, wholeItem)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func gzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func waczOf(t testing.TB, warc []byte, hash string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	h := sha256.Sum256(warc)
	if hash == "" {
		hash = hex.EncodeToString(h[:])
	}
	for _, f := range []struct{ name, text string }{
		{"archive/data.warc.gz", string(warc)},
		{"pages/pages.jsonl", "{\"format\":\"json-pages-1.0\"}\n{\"url\":\"https://shop.example/p/1\",\"title\":\"Nkie\"}\n"},
		{"datapackage.json", `{"profile":"data-package","resources":[{"name":"data.warc.gz","path":"archive/data.warc.gz","hash":"sha256:` + hash + `","bytes":1}]}`},
	} {
		w, err := z.Create(f.name)
		if err == nil {
			_, err = io.WriteString(w, f.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readSaved(name string, b []byte) (*Saved, error) {
	return Read(context.Background(), name, bytes.NewReader(b), int64(len(b)), Limits{})
}

func TestRead(t *testing.T) {
	warc := warcOf(t)
	for name, c := range map[string]struct {
		file   []byte
		format string
		url    string
		pages  []string // role and address
		says   string   // of one problem
		body   string   // of the page
	}{
		"page.har": {[]byte(harFile()), FormatHAR, "https://shop.example/p/9",
			[]string{"page https://shop.example/p/9", "picture https://shop.example/9.png", "page https://shop.example/blocked"}, `started at "yesterday"`, "<html>Nkie 鞋</html>"},
		"page.mhtml": {[]byte(mhtmlFile()), FormatMHTML, "https://shop.example/p/9",
			[]string{"page https://shop.example/p/9", "picture https://shop.example/9.png", "page cid:css-1@mhtml.blink"}, "", "<html>Nkie 鞋</html>"},
		"page.html": {[]byte(html), FormatHTML, "https://shop.example/p/9", []string{"page https://shop.example/p/9"}, "", html},
		"bare.htm":  {[]byte("just text"), FormatHTML, "", []string{"page urn:sha256:" + sum([]byte("just text"))}, "does not say", "just text"},
		"a.warc": {warc, FormatWARC, "https://shop.example/p/1", []string{"redirect https://shop.example/1", "page https://shop.example/p/1",
			"picture https://shop.example/1.png", "picture urn:lookalike:picture:1"}, "", ""},
		"a.warc.gz": {gzipped(t, warc), FormatWARC, "https://shop.example/p/1", []string{"redirect https://shop.example/1", "page https://shop.example/p/1",
			"picture https://shop.example/1.png", "picture urn:lookalike:picture:1"}, "", ""},
		"a.wacz": {waczOf(t, gzipped(t, warc), ""), FormatWACZ, "https://shop.example/p/1", []string{"redirect https://shop.example/1", "page https://shop.example/p/1",
			"picture https://shop.example/1.png", "picture urn:lookalike:picture:1"}, "", ""},
		"lies.wacz": {waczOf(t, gzipped(t, warc), strings.Repeat("0", 64)), FormatWACZ, "https://shop.example/p/1", nil, "another hash", ""},
		"cut.warc":  {warc[:len(warc)-90], FormatWARC, "https://shop.example/p/1", nil, "nothing behind it is read", ""},
		"bad.warc":  {bytes.Replace(warc, []byte("Nkie runners</t"), []byte("Nike runners</t"), 1), FormatWARC, "https://shop.example/p/1", nil, "wrong digest", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := readSaved(name, c.file)
			if err != nil {
				t.Fatal(err)
			}
			var pages []string
			for _, x := range s.Exchanges {
				pages = append(pages, x.Role+" "+x.URL)
			}
			if s.Format != c.format || s.URL != c.url || c.pages != nil && strings.Join(pages, "|") != strings.Join(c.pages, "|") {
				t.Errorf("%s of %s with %q", s.Format, s.URL, pages)
			}
			if said := strings.Join(s.Problems, "|"); c.says == "" && said != "" || !strings.Contains(said, c.says) {
				t.Errorf("problems %q, want %q", said, c.says)
			}
			if c.body != "" {
				if b, _, err := s.Exchanges[0].Body(1 << 20); err != nil || strings.ReplaceAll(string(b), "\r\n", "\n") != c.body {
					t.Errorf("body %q, %v", b, err)
				}
			}
		})
	}
}

func TestHARWritesNoFieldsOfItsOwn(t *testing.T) {
	s, err := readSaved("page.har", []byte(harFile()))
	if err != nil {
		t.Fatal(err)
	}
	x := s.Exchanges[0]
	want := "HTTP/1.1 200 OK\r\nX-Two: a  Evil: b\r\nContent-Length: 21\r\n\r\n<html>Nkie 鞋</html>"
	if string(x.Response) != want || !x.Rebuilt || x.Address != "203.0.113.7:0" {
		t.Errorf("%q from %s, want %q", x.Response, x.Address, want)
	}
}

func TestImport(t *testing.T) {
	s, dir := newStore(t, options())
	saved := start.Add(-time.Hour)
	for name, file := range map[string][]byte{"page.har": []byte(harFile()), "page.mhtml": []byte(mhtmlFile()), "page.html": []byte(html), "a.wacz": waczOf(t, gzipped(t, warcOf(t)), "")} {
		q := ImportRequest{Name: "/home/somebody/" + name, File: bytes.NewReader(file), Size: int64(len(file)), SavedBy: "C. Person", SavedAt: saved}
		r, err := s.Import(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.View(r.ID, "test", "test")
		if err != nil {
			t.Fatal(err)
		}
		m := v.Manifest
		if m.Import == nil || m.Import.SavedBy != "C. Person" || m.Import.SavedAt != stampTime(saved) || m.Import.Name != name || m.Class != ClassEvidence {
			t.Errorf("%s: %+v", name, m.Import)
		}
		for _, x := range m.Exchanges {
			if !x.Rebuilt && m.Import.Format != FormatWACZ {
				t.Errorf("%s: %s is not marked as rebuilt", name, x.URL)
			}
		}
		if b, err := v.Part(originalItem+m.Import.Format, wholeItem); err != nil || !bytes.Equal(b, file) {
			t.Errorf("%s: the file is not the one that was given: %v", name, err)
		}
		for _, bad := range []func(*ImportRequest){
			func(q *ImportRequest) { q.SavedBy = " " }, func(q *ImportRequest) { q.SavedAt = time.Time{} },
			func(q *ImportRequest) { q.SavedAt = start.AddDate(1, 0, 0) }, func(q *ImportRequest) { q.Limits.File = 10 },
		} {
			q := q
			bad(&q)
			if _, err := s.Import(t.Context(), q); err == nil {
				t.Errorf("%s: imported %+v", name, q)
			}
		}
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
	if n := len(s.List()); n != 4 {
		t.Errorf("%d captures", n)
	}
}

// TestRedactedImport removes a part of a saved page: the file that it came from goes with it.
func TestRedactedImport(t *testing.T) {
	s, _ := newStore(t, options())
	file := []byte(harFile())
	r, err := s.Import(t.Context(), ImportRequest{Name: "p.har", File: bytes.NewReader(file), Size: int64(len(file)), SavedBy: "C", SavedAt: start})
	if err != nil {
		t.Fatal(err)
	}
	q := exportRequest(r.ID)
	q.RemoveKinds = []string{PersonalCredential}
	b, x := mustExport(t, s, q)
	wantWhole(t, verifyBytes(t, b))
	if bytes.Contains(b, []byte("sid=secret")) {
		t.Error("the cookie is still there")
	}
	if len(x.Removed) != 2 {
		t.Errorf("removed %+v", x.Removed)
	}
}

// TestHostileFiles reads what must be refused, or read within bounds.
func TestHostileFiles(t *testing.T) {
	zeros := make([]byte, 8<<20)
	head := "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: application/http\r\n"
	var many bytes.Buffer
	z := zip.NewWriter(&many)
	for i := range 12_000 {
		if _, err := z.Create(fmt.Sprintf("archive/%d.warc", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		err  string
	}{
		"empty":               {nil, "empty"},
		"gzip of zeros":       {gzipped(t, zeros), "no record begins"},
		"gzip of one head":    {gzipped(t, append([]byte("WARC/1.1\r\nX: "), zeros...)), "head does not end"},
		"gzip of a bomb":      {gzipped(t, slicesConcat(head+"Content-Length: 33554432\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", make([]byte, 32<<20))), "more than may be kept"},
		"length of a record":  {[]byte(head + "Content-Length: 99999999999999\r\n\r\nx"), "ends behind"},
		"negative length":     {[]byte(head + "Content-Length: -5\r\n\r\nx"), "not a number"},
		"version line alone":  {[]byte("WARC/\n\n"), "no record begins"},
		"version without CR":  {[]byte("WARC/1.\n\n"), "not a number"},
		"zip of many":         {many.Bytes(), "more than 10000 files"},
		"zip of others":       {waczLike(t, "../../etc/passwd"), "no WACZ"},
		"JSON without log":    {[]byte(`{"a":[1,2,3]}`), "no HAR"},
		"JSON cut":            {[]byte(harFile()[:400]), "EOF"},
		"JSON deep":           {[]byte(`{"log":{"entries":[` + strings.Repeat(`[`, 100_000)), ""},
		"JSON of other kinds": {[]byte(`{"log":7}`), "should be"},
		"MHTML without parts": {[]byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"), "EOF"},
		"MHTML nested":        {[]byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n" + strings.Repeat("--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n", 50)), ""},
		"neither":             {[]byte("\x00\x01\x02"), "none of"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readSaved(name, c.file)
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("read with %v, want %q", err, c.err)
			}
		})
	}
}

func slicesConcat(s string, b []byte) []byte { return append([]byte(s), b...) }

func waczLike(t *testing.T, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	if _, err := z.Create(name); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLimits(t *testing.T) {
	file := []byte(harFile())
	for name, l := range map[string]Limits{"exchanges": {Exchanges: 1}, "total": {Total: 100}, "file": {File: 100}} {
		if _, err := Read(t.Context(), "p.har", bytes.NewReader(file), int64(len(file)), l); !errors.Is(err, ErrTooMuch) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, err := Read(t.Context(), "p.har", bytes.NewReader(file), int64(len(file)), Limits{Body: 8})
	if err != nil || len(s.Exchanges) != 1 || len(s.Problems) < 3 {
		t.Errorf("bodies: %+v, %v", s, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, "p.har", bytes.NewReader(file), int64(len(file)), Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// FuzzRead reads anything as a saved page: it returns, keeps its bounds, and what it takes can be sealed.
func FuzzRead(f *testing.F) {
	warc := warcOf(f)
	for _, b := range [][]byte{[]byte(harFile()), []byte(mhtmlFile()), []byte(html), warc, gzipped(f, warc), waczOf(f, gzipped(f, warc), "")} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l := Limits{Total: 1 << 20, Body: 1 << 18, Exchanges: 100}
		saved, err := Read(context.Background(), "f.html", bytes.NewReader(b), int64(len(b)), l)
		if err != nil {
			return
		}
		if len(saved.Exchanges) > l.Exchanges {
			t.Fatalf("%d exchanges", len(saved.Exchanges))
		}
		var out bytes.Buffer
		n := 0
		w := &warcWriter{w: &out, newID: func() (string, error) { n++; return fmt.Sprintf("urn:uuid:%036d", n), nil }}
		for i := range saved.Exchanges {
			if _, _, err := w.exchange(&saved.Exchanges[i]); err != nil {
				t.Fatal(err)
			}
			if _, _, err := saved.Exchanges[i].Body(1 << 20); err != nil {
				continue // an encoding that it only claims
			}
		}
		for _, p := range w.parts {
			searchPart(warcItem, p.Name, out.Bytes()[p.Offset:p.Offset+p.Size])
		}
		if n == 0 {
			return
		}
		if _, err := readSaved("again.warc", out.Bytes()); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzBundle verifies anything as a bundle: it returns, and only the bundle itself is whole.
func FuzzBundle(f *testing.F) {
	s, _ := newStore(f, options())
	c := sample()
	c.Finding, c.Scan, c.Rendering = nil, nil, nil
	var out bytes.Buffer
	if _, err := s.Export(context.Background(), exportRequest(mustCapture(f, s, c).ID), &out); err != nil {
		f.Fatal(err)
	}
	whole := out.Bytes()
	f.Add(whole)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := VerifyBundle(context.Background(), bytes.NewReader(b), int64(len(b)), VerifyOptions{})
		if err == nil && r.OK() != bytes.Equal(b, whole) {
			t.Fatalf("issues %v", r.Issues)
		}
	})
}

// FuzzLog decodes lines of the log, manifests, exports and records.
func FuzzLog(f *testing.F) {
	_, line, err := encodeEntry(Head{0, zeroHash}, &Event{Kind: EventCreate, Actor: "a", Salt: "00"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.TrimSuffix(line, []byte("\n")))
	m, err := canonical(Manifest{Format: formatManifest, Version: 1, ID: "20260304T050610Z-00000000", Chain: Head{1, zeroHash}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m)
	f.Add([]byte(`{"field":"title","salt":"","value":"x"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := decodeEntry(b); err == nil && e.Event != nil && e.Seq < 1<<62 {
			if e.Hash == "" || e.Body != sum(mustBody(t, b)) {
				t.Fatal("a hash that is not checked")
			}
		}
		if m, err := decodeManifest(b); err == nil {
			if again, err := canonical(m); err != nil || len(again) == 0 {
				t.Fatal(err)
			}
		}
		if _, err := readRecord(bytes.NewReader(b)); err != nil {
			return
		}
	})
}

func mustBody(t *testing.T, b []byte) []byte {
	t.Helper()
	var l line
	if err := decodeCanonical(b, &l); err != nil {
		t.Fatal(err)
	}
	return l.Body
}

// FuzzStamp checks answers of authorities, and what is searched for personal data.
func FuzzStamp(f *testing.F) {
	der, roots := keptStamp(f)
	f.Add(der)
	kept, err := checkStamp(der, [32]byte{}, "", roots)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("WARC/1.1\r\n\r\nHTTP/1.1 200 OK\r\nCookie: a\r\n\r\na@b.example +86 138 1234 5678"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if info, err := checkStamp(b, [32]byte{}, "", roots); err == nil && info.Serial != kept.Serial {
			t.Fatal("a stamp from nothing")
		}
		searchPart(warcItem, "", b)
		searchPart(recordItem, "seller", b)
	})
}
