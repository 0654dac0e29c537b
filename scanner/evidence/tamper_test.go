package evidence

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryByteOfABundle changes each byte of a small bundle, one at a time.
func TestEveryByteOfABundle(t *testing.T) {
	s, _ := newStore(t, options())
	c := sample()
	c.Finding, c.Scan = nil, nil
	b, _ := mustExport(t, s, exportRequest(mustCapture(t, s, c).ID))
	wantWhole(t, verifyBytes(t, b))
	step := 1
	if testing.Short() {
		step = 37
	}
	n := 0
	for i := 0; i < len(b); i += step {
		n++
		b[i] ^= 1
		r, err := VerifyBundle(t.Context(), bytes.NewReader(b), int64(len(b)), VerifyOptions{})
		if err == nil && r.OK() {
			t.Fatalf("byte %d of %d changed, and nothing is wrong", i, len(b))
		}
		b[i] ^= 1
	}
	t.Logf("%d of %d bytes changed, each detected", n, len(b))
	for _, cut := range []int{1, 22, 100, len(b) / 2} {
		if r, err := VerifyBundle(t.Context(), bytes.NewReader(b[:len(b)-cut]), int64(len(b)-cut), VerifyOptions{}); err == nil && r.OK() {
			t.Errorf("%d bytes are cut off, and nothing is wrong", cut)
		}
	}
	longer := append(slices.Clone(b), 0)
	if r, err := VerifyBundle(t.Context(), bytes.NewReader(longer), int64(len(longer)), VerifyOptions{}); err == nil && r.OK() {
		t.Error("a byte is appended, and nothing is wrong")
	}
}

// TestBytesOfAStore changes bytes of each file of a store, one at a time.
func TestBytesOfAStore(t *testing.T) {
	s, dir := newStore(t, options())
	mustCapture(t, s, sample())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	step, n := 5, 0
	if testing.Short() {
		step = 41
	}
	files, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer files.close()
	for _, name := range files.names {
		full := filepath.Join(dir, name)
		b, err := os.ReadFile(full)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(full, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(full, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		put := func(i int, c byte) {
			if _, err := f.WriteAt([]byte{c}, int64(i)); err != nil {
				t.Fatal(err)
			}
		}
		for i := 0; i < len(b); i += step {
			n++
			put(i, b[i]^1)
			r, err := Verify(t.Context(), dir, VerifyOptions{})
			if err == nil && r.OK() {
				// The very last line end of the log says that the entry before it was acknowledged.
				if name != logFile || i != len(b)-1 || len(r.Notes) == 0 {
					t.Fatalf("byte %d of %s changed, and nothing is wrong", i, name)
				}
			}
			put(i, b[i])
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(files.names) < 8 || n < 100 {
		t.Fatalf("%d files, %d bytes", len(files.names), n)
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
	t.Logf("%d bytes of %d files changed, each detected", n, len(files.names))
}

// rezip writes a bundle again with other files, as somebody would who wants to pass it on.
func rezip(t *testing.T, b []byte, change func(name string, text []byte) []byte, add map[string][]byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if text = change(m.Name, text); text != nil {
			all[m.Name] = text
		}
	}
	maps.Copy(all, add)
	bu := &bundler{sizes: map[string]int64{}, open: map[string]func() (io.ReadCloser, error){}}
	for n, text := range all {
		if n != sumsFile {
			bu.bytes(n, text)
		}
	}
	var out bytes.Buffer
	if err := bu.write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// swap exchanges two lines or runs of a text.
func swapLines(text []byte, i, j int) []byte {
	l := bytes.SplitAfter(text, []byte("\n"))
	l[i], l[j] = l[j], l[i]
	return bytes.Join(l, nil)
}

// TestNames says for each kind of damage what the verifier must name.
func TestNames(t *testing.T) {
	s, _ := newStore(t, options())
	id := mustCapture(t, s, sample()).ID
	mustCapture(t, s, sample())
	b, _ := mustExport(t, s, exportRequest(id))
	v, err := s.View(id, "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	warc := v.Manifest.item(warcItem)
	dir := captureDir + "/" + id + "/"
	part := func(text []byte, i int) []byte {
		return text[warc.Parts[i].Offset : warc.Parts[i].Offset+warc.Parts[i].Size]
	}
	without := func(text []byte, i int) []byte {
		p := warc.Parts[i]
		return slices.Concat(text[:p.Offset], text[p.Offset+p.Size:])
	}
	for name, c := range map[string]struct {
		file   string
		change func([]byte) []byte
		add    string
		want   []string // kind and beginning of where
	}{
		"changed page":   {file: dir + warcItem, change: func(b []byte) []byte { return bytes.Replace(b, []byte("Nkie"), []byte("Nike"), 1) }, want: []string{"changed " + dir + "capture.warc#4 response https://shop.example/p/1"}},
		"longer page":    {file: dir + warcItem, change: func(b []byte) []byte { return bytes.Replace(b, []byte("Nkie"), []byte("Nkie and more"), 1) }, want: []string{"changed " + dir + "capture.warc#4 response https://shop.example/p/1"}},
		"missing record": {file: dir + warcItem, change: func(b []byte) []byte { return without(b, 4) }, want: []string{"missing " + dir + "capture.warc#4 response"}},
		"two missing":    {file: dir + warcItem, change: func(b []byte) []byte { return without(without(b, 4), 2) }, want: []string{"missing " + dir + "capture.warc#2 ", "missing " + dir + "capture.warc#4 "}},
		"records swapped": {file: dir + warcItem, change: func(b []byte) []byte {
			p := warc.Parts
			return slices.Concat(b[:p[3].Offset], part(b, 4), part(b, 3), b[p[5].Offset:])
		}, want: []string{"reordered " + dir + "capture.warc#"}},
		"record added":    {file: dir + warcItem, change: func(b []byte) []byte { return slices.Concat(b, part(b, 1)) }, want: []string{"extra " + dir + "capture.warc"}},
		"changed field":   {file: dir + recordItem, change: func(b []byte) []byte { return bytes.Replace(b, []byte("9.90"), []byte("8.90"), 1) }, want: []string{"changed " + dir + "record.jsonl#4 price"}},
		"fields swapped":  {file: dir + recordItem, change: func(b []byte) []byte { return swapLines(b, 1, 2) }, want: []string{"reordered " + dir + "record.jsonl#"}},
		"changed finding": {file: dir + findingItem, change: func(b []byte) []byte { return bytes.Replace(b, []byte("block"), []byte("clear"), 1) }, want: []string{"changed " + dir + "finding.jsonl#1 finding"}},
		"changed picture": {file: dir + "rendering-1.png", change: func(b []byte) []byte { return append(b, 'x') }, want: []string{"changed " + dir + "rendering-1.png"}},
		"missing file":    {file: dir + "tls/0001.pem", change: func([]byte) []byte { return nil }, want: []string{"missing " + dir + "tls/0001.pem"}},
		"extra file":      {add: dir + "more.txt", want: []string{"extra " + dir + "more.txt"}},
		"extra capture":   {add: "captures/20260101T000000Z-00000000/manifest.json", want: []string{"extra captures/20260101T000000Z-00000000/manifest.json"}},
		"manifest":        {file: dir + manifestFile, change: func(b []byte) []byte { return bytes.Replace(b, []byte("A. Operator"), []byte("B. Operator"), 1) }, want: []string{"changed " + dir + "manifest.json"}},
		"manifest gone":   {file: dir + manifestFile, change: func([]byte) []byte { return nil }, want: []string{"missing " + dir + "manifest.json"}},
		"log gone":        {file: logFile, change: func([]byte) []byte { return nil }, want: []string{"missing log.jsonl"}},
		"log entry gone":  {file: logFile, change: func(b []byte) []byte { return swapLines(b, 1, 1)[bytes.IndexByte(b, '\n')+1:] }, want: []string{"missing log.jsonl#entry 1"}},
		"log swapped":     {file: logFile, change: func(b []byte) []byte { return swapLines(b, 0, 1) }, want: []string{"reordered log.jsonl#entry 1"}},
		"log twice":       {file: logFile, change: func(b []byte) []byte { return append(b, b[:bytes.IndexByte(b, '\n')+1]...) }, want: []string{"extra log.jsonl#entry 1"}},
		"log changed":     {file: logFile, change: func(b []byte) []byte { return bytes.Replace(b, []byte("A. Operator"), []byte("B. Operator"), 1) }, want: []string{"changed log.jsonl#line 1"}},
		"log shorter":     {file: logFile, change: func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1] }, want: []string{"changed export.json"}},
		"another purpose": {file: exportFile, change: func(b []byte) []byte { return bytes.Replace(b, []byte("complaint 12"), []byte("complaint 13"), 1) }, want: []string{"changed export.json"}},
		"readme":          {file: readmeFile, change: func(b []byte) []byte { return b[1:] }, want: []string{"changed README.txt"}},
		"store":           {file: storeFile, change: func(b []byte) []byte { return bytes.Replace(b, []byte(`"CN"`), []byte(`"US"`), 1) }, want: []string{"changed STORE.json"}},
	} {
		t.Run(name, func(t *testing.T) {
			add := map[string][]byte{}
			if c.add != "" {
				add[c.add] = []byte("x")
			}
			r := verifyBytes(t, rezip(t, b, func(n string, text []byte) []byte {
				if n == c.file {
					return c.change(slices.Clone(text))
				}
				return text
			}, add))
			var have []string
			for _, i := range r.Issues {
				have = append(have, i.Kind+" "+i.Where)
			}
			for _, w := range c.want {
				if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
					t.Errorf("issues %q, want %q among them", have, w)
				}
			}
			if c.file != "" && strings.HasPrefix(c.file, dir) && len(r.Issues) > len(c.want)+1 {
				t.Errorf("too much is named: %q", have)
			}
		})
	}
}

func TestHeadKeptElsewhere(t *testing.T) {
	s, dir := newStore(t, options())
	mustCapture(t, s, sample())
	last := mustCapture(t, s, sample())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Somebody takes the last capture away, folder and entry: the rest is a whole store.
	if err := os.RemoveAll(filepath.Join(dir, captureDir, last.ID)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, logFile)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1], 0o600); err != nil {
		t.Fatal(err)
	}
	wantWhole(t, mustVerify(t, dir, VerifyOptions{}))
	if r := mustVerify(t, dir, VerifyOptions{Head: &last.Head}); r.OK() {
		t.Error("the head is gone, and nothing is wrong")
	}
}
