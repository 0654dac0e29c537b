package snapshot

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file again")

const golden = "testdata/format1.lkc"

// small writes the snapshot that the golden file holds.
func small(t *testing.T, path string) string {
	t.Helper()
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, s := range []struct {
		name, content string
	}{{"meta", `{"name":"small"}`}, {"empty", ""}, {"line", string(bytes.Repeat([]byte{7}, align))}} {
		if err := w.Put(s.name, []byte(s.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Put("numbers", Bytes([]uint32{1, 2, 3})); err != nil {
		t.Fatal(err)
	}
	out, err := w.Begin("pieces")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := out.Write([]byte("piece ")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	id, err := w.Commit()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// check is what a scan and a verification do with a file before they trust it.
func check(f *File, err error) error {
	if err != nil {
		return err
	}
	return errors.Join(f.Verify(), f.Close())
}

func TestGolden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.lkc")
	id := small(t, path)
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("a snapshot written today differs from the golden file: a new format needs a new version")
	}
	f, err := Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Identity() != id {
		t.Errorf("identity %s, want %s", f.Identity(), id)
	}
	var names []string
	for _, s := range f.Sections() {
		names = append(names, s.Name)
		if s.Offset%align != 0 {
			t.Errorf("section %s begins at %d", s.Name, s.Offset)
		}
	}
	if want := []string{"meta", "empty", "line", "numbers", "pieces"}; !slices.Equal(names, want) {
		t.Errorf("sections %v, want %v", names, want)
	}
	if got := string(f.Section("pieces")); got != "piece piece piece " {
		t.Errorf("pieces: %q", got)
	}
	if s := f.Section("empty"); s == nil || len(s) != 0 {
		t.Errorf("an empty section reads as %v", s)
	}
	if s := f.Section("unknown"); s != nil {
		t.Errorf("a section that is not there reads as %v", s)
	}
	if n, err := View[uint32](f.Section("numbers")); err != nil || !slices.Equal(n, []uint32{1, 2, 3}) {
		t.Errorf("numbers: %v, %v", n, err)
	}
	if err := f.Verify(); err != nil {
		t.Error(err)
	}
}

// TestDamage changes every byte in three ways, cuts the file everywhere and appends to it. Opening and verifying must
// name each, whether the file is mapped or stands in memory.
func TestDamage(t *testing.T) {
	whole, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if err := check(Load(whole)); err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		for _, flip := range []byte{1, 0x80, 0xff} {
			b := bytes.Clone(whole)
			b[i] ^= flip
			wantDamage(t, b, "byte %d xor %#x", i, flip)
		}
		wantDamage(t, whole[:i:i], "cut at %d", i)
		wantDamage(t, whole[i+1:], "without the first %d", i+1)
		wantDamage(t, slices.Delete(bytes.Clone(whole), i, i+1), "without byte %d", i)
		wantDamage(t, slices.Insert(bytes.Clone(whole), i, 0), "with a zero before byte %d", i)
	}
	for _, n := range []int{1, 63, 64, 4096} {
		wantDamage(t, append(bytes.Clone(whole), make([]byte, n)...), "%d zeros appended", n)
	}
	wantDamage(t, slices.Concat(whole, whole), "twice")
}

func wantDamage(t *testing.T, b []byte, format string, args ...any) {
	t.Helper()
	err := check(Load(b))
	var damage *DamagedError
	var version *VersionError
	if !errors.As(err, &damage) && !errors.As(err, &version) {
		t.Errorf(format+": error %v", append(args, err)...)
	}
}

func TestDamageOnDisk(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.lkc")
	small(t, path)
	whole, _ := os.ReadFile(path)
	for name, b := range map[string][]byte{
		"empty": {}, "short": whole[:100], "cut": whole[:len(whole)-1], "text": bytes.Repeat([]byte("no corpus "), 100),
	} {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b, 0o666); err != nil {
			t.Fatal(err)
		}
		var damage *DamagedError
		if err := check(Open(p)); !errors.As(err, &damage) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := Open(filepath.Join(dir, "absent.lkc")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: error %v", err)
	}
	var damage *DamagedError
	if _, err := Open(dir); !errors.As(err, &damage) {
		t.Errorf("folder: error %v", err)
	}
}

func TestVersion(t *testing.T) {
	b, _ := os.ReadFile(golden)
	b[len(headMagic)] = 9
	var version *VersionError
	if _, err := Load(b); !errors.As(err, &version) || version.Have != 9 || version.Want != Version {
		t.Errorf("error %v", err)
	}
}

// TestCutWhileMapped cuts the file under an opened snapshot: reading on is an error and no crash.
func TestCutWhileMapped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lkc")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Put("large", make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	var damage *DamagedError
	if err := f.CheckSums(); !errors.As(err, &damage) {
		t.Errorf("error %v", err)
	}
	if err := f.Verify(); !errors.As(err, &damage) {
		t.Errorf("error %v", err)
	}
}

func TestIdentityIsOfContent(t *testing.T) {
	dir := t.TempDir()
	build := func(name string, sections ...string) string {
		w, err := Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sections {
			if err := w.Put(s, []byte("content of "+s[:1])); err != nil {
				t.Fatal(err)
			}
		}
		id, err := w.Commit()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	ab := build("ab", "a", "b")
	for name, same := range map[string]bool{"again": true, "order": true, "more": false, "names": false} {
		got := map[string][]string{"again": {"a", "b"}, "order": {"b", "a"}, "more": {"a", "b", "c"}, "names": {"a", "b2"}}[name]
		if (build(name, got...) == ab) != same {
			t.Errorf("%s: same identity is %v, want %v", name, !same, same)
		}
	}
}

// TestCallOrder lists the wrong orders of calls. Each is an error, it stays, and no file appears.
func TestCallOrder(t *testing.T) {
	begin := func(w *Writer) error { _, err := w.Begin("a"); return err }
	put := func(w *Writer) error { return w.Put("a", nil) }
	commit := func(w *Writer) error { _, err := w.Commit(); return err }
	abort := func(w *Writer) error { w.Abort(); return nil }
	late := func(w *Writer) error {
		out, err := w.Begin("late")
		if err != nil {
			return err
		}
		if err := w.End(); err != nil {
			return err
		}
		_, err = out.Write([]byte("x"))
		return err
	}
	for name, steps := range map[string][]func(*Writer) error{
		"begin twice":      {begin, func(w *Writer) error { _, err := w.Begin("b"); return err }},
		"put inside":       {begin, put},
		"same name":        {put, put},
		"end before begin": {(*Writer).End},
		"end twice":        {begin, (*Writer).End, (*Writer).End},
		"commit inside":    {begin, commit},
		"write after end":  {late},
		"empty name":       {func(w *Writer) error { return w.Put("", nil) }},
		"bad name":         {func(w *Writer) error { return w.Put("a b", nil) }},
		"long name":        {func(w *Writer) error { return w.Put(string(bytes.Repeat([]byte("a"), 256)), nil) }},
		"put after abort":  {abort, put},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			w, err := Create(filepath.Join(dir, "x.lkc"))
			if err != nil {
				t.Fatal(err)
			}
			for i, step := range steps {
				if err := step(w); (err != nil) != (i == len(steps)-1) {
					t.Fatalf("step %d: error %v", i+1, err)
				}
			}
			if err := w.Put("afterwards", nil); err == nil {
				t.Error("the error did not stay")
			}
			if _, err := w.Commit(); err == nil {
				t.Error("it was committed")
			}
			if left, _ := os.ReadDir(dir); len(left) != 0 {
				t.Errorf("it leaves %v", left)
			}
		})
	}
}

func TestCommitReplacesAndAbortDoesNot(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.lkc")
	if err := os.WriteFile(path, []byte("before"), 0o666); err != nil {
		t.Fatal(err)
	}
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Put("a", []byte("x")); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if b, _ := os.ReadFile(path); string(b) != "before" {
		t.Error("an aborted snapshot changed the file")
	}
	small(t, path)
	if err := check(Open(path)); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("it leaves %v", left)
	}
	if _, err := w.Commit(); err == nil {
		t.Error("commit after abort")
	}
}

func TestView(t *testing.T) {
	type pair struct {
		A uint32
		B uint16
		_ [2]byte
	}
	type gap struct {
		A uint64
		B uint8
	}
	b := Bytes([]pair{{A: 1, B: 2}, {A: 3, B: 4}})
	if len(b) != 16 {
		t.Fatalf("%d bytes", len(b))
	}
	if p, err := View[pair](b); err != nil || p[1].A != 3 || p[1].B != 4 {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := View[pair](b[:15]); err == nil {
		t.Error("half an entry")
	}
	if _, err := View[uint32](b[1:13]); err == nil {
		t.Error("not aligned")
	}
	if _, err := View[*int](b); err == nil {
		t.Error("pointers")
	}
	if _, err := View[string](b); err == nil {
		t.Error("strings")
	}
	if _, err := View[gap](b); err == nil {
		t.Error("implicit padding")
	}
	if Bytes([]gap{{}}) != nil || Bytes([]string{"a"}) != nil {
		t.Error("bytes of what View refuses")
	}
	if p, err := View[pair](nil); err != nil || len(p) != 0 {
		t.Errorf("empty: %v, %v", p, err)
	}
}

func TestLoadCopiesWhenNotAligned(t *testing.T) {
	whole, _ := os.ReadFile(golden)
	room := make([]byte, len(whole)+align)
	for shift := range align {
		b := room[shift : shift+len(whole)]
		copy(b, whole)
		f, err := Load(b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := View[uint64](f.Section("line")); err != nil {
			t.Errorf("shift %d: %v", shift, err)
		}
	}
}

// FuzzLoad feeds the reader with files of any content: it must never fault, and what it opens must be readable.
func FuzzLoad(f *testing.F) {
	whole, err := os.ReadFile(golden)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:headSize+footSize])
	f.Add(append(header(), footer(headSize, nil, identityOf(nil))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Load(b)
		if err != nil {
			return
		}
		for _, sec := range s.Sections() {
			if got := s.Section(sec.Name); int64(len(got)) != sec.Size {
				t.Fatalf("section %s: %d bytes of %d", sec.Name, len(got), sec.Size)
			}
		}
		_ = s.Verify()
	})
}

// FuzzContents reseals a table of contents of any content, so that the fuzzer gets past its checksum.
func FuzzContents(f *testing.F) {
	f.Add(appendEntry(nil, Section{Name: "a", Offset: 64, Size: 10}), 128)
	f.Add(appendEntry(appendEntry(nil, Section{Name: "a", Offset: 64}), Section{Name: "b", Offset: 64, Size: 1 << 62}), 64)
	f.Fuzz(func(t *testing.T, toc []byte, body int) {
		if body < headSize || body > 1<<16 {
			return
		}
		b := append(header(), make([]byte, body-headSize)...)
		b = append(b, toc...)
		b = append(b, footer(int64(body), toc, identityOf(nil))...)
		s, err := Load(b)
		if err != nil {
			return
		}
		end := int64(headSize)
		for _, sec := range s.Sections() {
			if sec.Offset < end || sec.Offset+sec.Size > int64(body) || s.Section(sec.Name) == nil {
				t.Fatalf("section %+v of a body of %d", sec, body)
			}
			end = sec.Offset + sec.Size
		}
		_ = s.Verify()
	})
}

// TestSweep holds that a Writer removes what dead runs for the same name left, and nothing else.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.lkc")
	for _, name := range []string{".x.lkc.ABCDEFGH.tmp", ".x.lkc.234567ZZ.tmp", ".x.lkc.ABCDEFG.tmp", ".x.lkc.abcdefgh.tmp", ".y.lkc.ABCDEFGH.tmp", "x.lkc.ABCDEFGH.tmp", ".x.lkc.ABCDEFGH.tmp.1"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("left"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, ".x.lkc.FOLDERAA.tmp"), 0o777); err != nil {
		t.Fatal(err)
	}
	first, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Abort()
	small(t, path) // another run, which must leave the first one's file
	if err := first.Put("a", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Commit(); err != nil {
		t.Errorf("the other run took the file away: %v", err)
	}
	var left []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := ".x.lkc.ABCDEFG.tmp .x.lkc.ABCDEFGH.tmp.1 .x.lkc.FOLDERAA.tmp .x.lkc.abcdefgh.tmp .y.lkc.ABCDEFGH.tmp x.lkc x.lkc.ABCDEFGH.tmp"
	if got := strings.Join(left, " "); got != want {
		t.Errorf("left %s, want %s", got, want)
	}
}
