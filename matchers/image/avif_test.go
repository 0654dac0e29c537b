//go:build avif

package image

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gen2brain/avif"

	"lookalike/corpora"
	"lookalike/matchers/core"
)

// asAVIF encodes a scene.
func asAVIF(t testing.TB, seed uint64, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := avif.Encode(&b, scene(seed, w, h), avif.Options{Quality: 80, Speed: 10}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAVIF(t *testing.T) {
	file := asAVIF(t, 1, 320, 240)
	if f := sniff(file); f != formatAVIF {
		t.Fatalf("format %s", f)
	}
	r, err := decodeAll(file)
	if err != nil {
		t.Fatal(err)
	}
	g, _ := r.region(r.whole(), 0)
	want := hashOf(scene(1, 320, 240))
	if d := core.Distance256(&g.hashes[0], &want); r.fullW != 320 || r.fullH != 240 || d > 8 {
		t.Errorf("%d×%d at distance %d, want 320×240 within 8", r.fullW, r.fullH, d)
	}
	again, err := decodeAll(file)
	if err != nil || !bytes.Equal(again.luma, r.luma) {
		t.Errorf("the second reading differs: %v", err)
	}
}

// TestAVIFDamaged cuts and mutates a file: each is a picture or a problem, in time.
func TestAVIFDamaged(t *testing.T) {
	file := asAVIF(t, 2, 96, 80)
	for _, n := range []int{0, 12, 40, len(file) / 4, len(file) / 2, len(file) - 8} {
		if _, err := decodeAll(file[:n]); n < len(file)/2 && err == nil {
			t.Errorf("%d of %d bytes: a picture", n, len(file))
		}
	}
	r := rand.New(rand.NewPCG(1, 0xa71f))
	longest := time.Duration(0)
	for range 300 {
		b := bytes.Clone(file)
		for range 1 + r.IntN(4) {
			b[12+r.IntN(len(b)-12)] = byte(r.IntN(256))
		}
		from := time.Now()
		if _, err := decodeAll(b); err != nil && code(t, err) == "" {
			t.Fatal(err)
		}
		longest = max(longest, time.Since(from))
	}
	t.Logf("longest %v", longest)
}

func TestAVIFTooLarge(t *testing.T) {
	file := asAVIF(t, 3, 64, 64)
	at := bytes.Index(file, []byte("ispe"))
	if at < 0 {
		t.Fatal("no size in the file")
	}
	copy(file[at+8:], []byte{0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20}) // 20,000×20,000
	_, err := decodeAll(file)
	if c := code(t, err); c != corpora.PictureTooLarge && c != corpora.PictureDamaged {
		t.Errorf("code %q", c)
	}
}
