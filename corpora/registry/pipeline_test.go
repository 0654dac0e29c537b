package registry

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lookalike/corpora"
	"lookalike/corpora/synth"
)

// daily writes n synthetic cases and returns the file.
func daily(t testing.TB, dir, name string, seed uint64, n int) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := synth.WriteUSPTO(t.Context(), &b, synth.Rights(seed, n), 0); err != nil {
		t.Fatal(err)
	}
	return write(t, dir, name, b.String())
}

// TestOrder reads several files of many batches with one and with several processors: the rights are the same and in order.
func TestOrder(t *testing.T) {
	dir := t.TempDir()
	const n = 3*batchRecords + 17
	files := []string{daily(t, dir, "a.xml", 1, n), daily(t, dir, "b.xml", 2, 5), "testdata/em-marks.xml", daily(t, dir, "c.xml", 3, n)}
	read := func(procs int) []row {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		return office(t, OfficeOptions{}, files...)
	}
	one, many := read(1), read(4)
	if len(one) != 2*n+5+2 {
		t.Errorf("%d rights of %d", len(one), 2*n+7)
	}
	if d := cmp.Diff(one, many, images); d != "" {
		t.Error(d)
	}
	last := map[string]int{}
	for _, r := range one {
		if r.Row <= last[r.Origin] {
			t.Fatalf("%s: line %d follows line %d", r.Origin, r.Row, last[r.Origin])
		}
		last[r.Origin] = r.Row
	}
	want := synth.World{Seed: 3, Rights: n}.Right(n - 1)
	if got := one[len(one)-1]; got.Number != want.Number || got.Text != want.Text || got.Owner != want.Owner || got.Filed != want.Filed || len(got.USClasses) != 3 {
		t.Errorf("%+v, want %+v", got.Right, want)
	}
}

// TestStopEarly leaves the iteration after the first right. It ends with every goroutine.
func TestStopEarly(t *testing.T) {
	src, err := OpenOffice([]string{daily(t, t.TempDir(), "a.xml", 1, 8*batchRecords)}, OfficeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	for range 20 {
		for range src.All(t.Context()) {
			break
		}
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

// TestNestedArchive holds that an archive inside an archive is named and the rest is read.
func TestNestedArchive(t *testing.T) {
	var inner, outer bytes.Buffer
	pack := func(to *bytes.Buffer, name, content string) *zip.Writer {
		z := zip.NewWriter(to)
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	mark, err := os.ReadFile("testdata/em-marks.xml")
	if err != nil {
		t.Fatal(err)
	}
	if err := pack(&inner, "a.xml", string(mark)).Close(); err != nil {
		t.Fatal(err)
	}
	z := pack(&outer, "in.ZIP", inner.String())
	w, err := z.Create("b.xml")
	if err == nil {
		_, err = w.Write(mark)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	src, err := OpenOffice([]string{write(t, t.TempDir(), "out.zip", outer.String())}, OfficeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	refused := src.Refused()
	if len(refused) != 1 || refused[0].Code != corpora.MemberRefused || refused[0].Args["reason"] != "nested_archive" {
		t.Errorf("%+v", refused)
	}
	if n := len(collect(t, src)); n != 2 {
		t.Errorf("%d rights, want 2", n)
	}
}

// TestPicturesInArchive reads pictures out of an archive when its records have been read.
func TestPicturesInArchive(t *testing.T) {
	const mark = `<Transaction><TradeMark><RegistrationOfficeCode>EM</RegistrationOfficeCode><ApplicationNumber>%d</ApplicationNumber>` +
		`<MarkFeature>Figurative</MarkFeature><MarkImage><MarkImageURI>%d.png</MarkImageURI></MarkImage></TradeMark></Transaction>`
	file := filepath.Join(t.TempDir(), "marks.zip")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	add := func(name, content string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		add(fmt.Sprintf("in/%d.xml", i), fmt.Sprintf(mark, i, i))
		add(fmt.Sprintf("in/%d.png", i), strings.Repeat("a picture ", i+1))
	}
	add("rights.csv", "kind,images\nmark,in/1.png\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"st66", "table"} {
		src, err := Open([]string{file}, Options{Format: format})
		if err != nil {
			t.Fatal(err)
		}
		var pictures []corpora.Image
		for _, r := range collect(t, src) {
			pictures = append(pictures, r.Images...)
		}
		if len(pictures) != map[string]int{"st66": 3, "table": 1}[format] {
			t.Errorf("%s: %d pictures", format, len(pictures))
		}
		for _, im := range pictures {
			in, err := im.Open(t.Context())
			if err != nil {
				t.Fatalf("%s: %s: %v", format, im.Ref, err)
			}
			data, err := io.ReadAll(in)
			if err != nil || !strings.HasPrefix(string(data), "a picture ") {
				t.Errorf("%s: %s: %q, %v", format, im.Ref, data, err)
			}
			if err := in.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
