package image

import (
	"bytes"
	"context"
	stdimage "image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/png"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"lookalike/corpora"
)

// mutantsVariable asks for more mutated files than the quick test has: LOOKALIKE_MUTANTS=10000.
const mutantsVariable = "LOOKALIKE_MUTANTS"

// What one file may cost.
const (
	mutantTime   = 5 * time.Second // of the processor; looked at only in runs of their own: other tests count too
	mutantMemory = 700 << 20       // bytes allocated in all; 40 megapixels of 16-bit samples are 320 MB
)

// originals returns one file of every kind that a decoder knows.
func originals(t *testing.T) map[string][]byte {
	t.Helper()
	m := scene(5, 150, 120)
	deep := stdimage.NewNRGBA64(m.Rect)
	draw.Draw(deep, deep.Rect, m, stdimage.Point{}, draw.Src)
	few := stdimage.NewPaletted(m.Rect, palette.Plan9)
	draw.Draw(few, few.Rect, m, stdimage.Point{}, draw.Src)
	half := stdimage.NewNRGBA(m.Rect)
	draw.DrawMask(half, half.Rect, m, stdimage.Point{}, stdimage.NewUniform(color.Alpha{100}), stdimage.Point{}, draw.Src)
	out := map[string][]byte{
		"large.jpg":  encoded(t, "jpeg", grainy(6, 420, 400, 12)),
		"turned.jpg": withOrientation(encoded(t, "jpeg", m), 6), "one.gif": encoded(t, "gif", m), "one.bmp": encoded(t, "bmp", m),
		"one.tiff": encoded(t, "tiff", m), "deep.tiff": encoded(t, "tiff", deep),
		"one.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><defs><g id="a"><path d="M1 1h9v9z"/></g></defs><path fill="#123" d="M12 2a10 10 0 1 0 .1 20C17 22 21 17 21 12s-4-10-9-10zm0 3l4 8-8 1z"/><use href="#a"/></svg>`),
	}
	for name, m := range map[string]stdimage.Image{"one.png": m, "deep.png": deep, "few.png": few, "half.png": half, "grey.png": inGrey(m)} {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		out[name] = b.Bytes()
	}
	files, err := filepath.Glob("testdata/*.[jptw]*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test pictures: %v", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = b
	}
	return out
}

// mutated changes a file as disks, networks and enemies do: bytes, bits, cuts, repeats, lengths.
func mutated(r *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range 1 + r.IntN(3) {
		if len(b) < 8 {
			return b
		}
		at := r.IntN(len(b))
		if r.IntN(2) == 0 { // headings are where it hurts
			at = r.IntN(min(len(b), 200))
		}
		switch r.IntN(7) {
		case 0:
			b[at] = byte(r.IntN(256))
		case 1:
			b[at] ^= 1 << r.IntN(8)
		case 2:
			b = b[:at]
		case 3:
			n := min(len(b)-at, 1+r.IntN(64))
			b = append(b[:at:at], append(bytes.Clone(b[at:at+n]), b[at:]...)...)
		case 4:
			n := min(len(b)-at, 1+r.IntN(64))
			b = append(b[:at:at], b[at+n:]...)
		case 5:
			for i := at; i < min(at+4, len(b)); i++ {
				b[i] = 0xff
			}
		case 6:
			clear(b[at:min(at+1+r.IntN(16), len(b))])
		}
	}
	return b
}

// TestMutants reads mutated files of every format as pictures of rights and of listings: each gives a picture or a problem,
// in bounded memory and, where that is looked at, time.
func TestMutants(t *testing.T) {
	n, timed := 200, false
	if s := os.Getenv(mutantsVariable); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil || n < 1 {
			t.Fatalf("%s=%s", mutantsVariable, s)
		}
		timed = true
	}
	files := originals(t)
	names := slices.Sorted(maps.Keys(files))
	k := New(Options{Deep: true, Remember: 1})
	longest, largest, read := time.Duration(0), uint64(0), 0
	for i := range n {
		name := names[i%len(names)]
		b := mutated(rand.New(rand.NewPCG(uint64(i), uint64(len(name)))), files[name])
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		from := processorTime()
		_, err := k.look(context.Background(), b, true)
		if spent := processorTime() - from; spent > longest {
			longest = spent
			if timed && spent > mutantTime {
				t.Errorf("mutant %d of %s: %v", i, name, spent)
			}
		}
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > largest {
			largest = grown
			if grown > mutantMemory {
				t.Errorf("mutant %d of %s: %d MB allocated", i, name, grown>>20)
			}
		}
		if err == nil {
			read++
		} else if code(t, err) == corpora.ReadFailed {
			t.Errorf("mutant %d of %s: %v", i, name, err)
		}
	}
	t.Logf("%d files of %d kinds: %d read, longest %v, largest %d MB", n, len(names), read, longest, largest>>20)
	if read == 0 || read == n {
		t.Errorf("%d of %d mutants were read: the test changes nothing, or too much", read, n)
	}
}
