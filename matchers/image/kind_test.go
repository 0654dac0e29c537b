package image

import (
	"bytes"
	"context"
	"errors"
	stdimage "image"
	"image/color"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
)

// corpus builds and opens a matcher over the given signs; their ids are 10, 11, ….
func corpus(t testing.TB, k *Kind, signs ...corpora.Sign) matchers.Matcher {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.lkc")
	w, err := snapshot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	b := k.Builder()
	for i := range signs {
		if err := b.Add(t.Context(), uint32(10+i), &signs[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Finish(w); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	m, err := k.Open(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func work(t testing.TB, m stdimage.Image) corpora.Sign {
	return corpora.Sign{Kind: corpora.Work, Image: file("work.png", encoded(t, "png", m))}
}

// match returns the hits of one listing with the given pictures, and holds stored features to the same hits.
func match(t testing.TB, m matchers.Matcher, images ...corpora.Image) []matchers.Hit {
	t.Helper()
	f := m.Kind().New()
	if p := f.Prepare(t.Context(), &corpora.Listing{Images: images}); len(p) > 0 {
		t.Fatal(p)
	}
	hits := m.Match(f, nil)
	loaded := m.Kind().New()
	if err := loaded.Load(f.Append(nil)); err != nil {
		t.Fatal(err)
	}
	if again := m.Match(loaded, nil); !slices.Equal(again, hits) {
		t.Errorf("stored features give %v, want %v", again, hits)
	}
	if !slices.Equal(f.(matchers.Pictured).Pictures(), loaded.(matchers.Pictured).Pictures()) {
		t.Error("stored features give other facts")
	}
	return hits
}

func TestCopies(t *testing.T) {
	k := New(Options{})
	original := scene(31, 240, 180)
	m := corpus(t, k, work(t, scene(30, 240, 180)), work(t, original), work(t, scene(32, 180, 240)))
	for _, c := range []struct {
		name string
		img  stdimage.Image
		tier matchers.EditKind
		dist int // largest
	}{
		{"same", original, matchers.EditNone, 0},
		{"mirrored", turned(original, edits[matchers.EditMirrored]), matchers.EditMirrored, 0},
		{"rotated", turned(original, edits[matchers.EditRotated90]), matchers.EditRotated90, 0},
		{"framed", framed(original, 40, color.White), matchers.EditTrimmed, 20},
		{"framed and turned", framed(turned(original, edits[matchers.EditRotated180]), 25, color.Black),
			matchers.EditTrimmed | matchers.EditRotated180, 20},
		{"cropped", cropped(original, 24, 18, 216, 162), matchers.EditCropped, 30},
		{"corner", cropped(original, 0, 0, 192, 144), matchers.EditCropped, 30},
	} {
		hits := match(t, m, file("a.jpg", encoded(t, "jpeg", c.img)))
		if len(hits) != 1 || hits[0].Sign != 11 || hits[0].Lane != matchers.Copy || hits[0].Part != matchers.Picture {
			t.Errorf("%s: hits %+v, want one copy of sign 11", c.name, hits)
			continue
		}
		if h := hits[0]; matchers.EditKind(h.Tier) != c.tier || int(h.Dist) > c.dist+8 {
			t.Errorf("%s: tier %d at distance %d, want tier %d within %d", c.name, h.Tier, h.Dist, c.tier, c.dist+8)
		}
	}
	for seed := range uint64(30) {
		if hits := match(t, m, file("b.png", encoded(t, "png", scene(100+seed, 200, 200)))); len(hits) > 0 {
			t.Errorf("unrelated scene %d: %+v", seed, hits)
		}
	}
}

func TestBoxIsInPixelsOfThePicture(t *testing.T) {
	k := New(Options{})
	original := scene(33, 900, 600)
	m := corpus(t, k, work(t, original))
	hits := match(t, m, file("a.png", encoded(t, "png", framed(original, 150, color.White))))
	if len(hits) != 1 {
		t.Fatalf("hits %+v", hits)
	}
	for i, want := range [4]int{150, 150, 1050, 750} {
		if got := hits[0].Box()[i]; got < want-12 || got > want+12 {
			t.Errorf("box %v, want about [150 150 1050 750]", hits[0].Box())
			break
		}
	}
}

// glyph draws a mark of thick strokes in the given colours.
func glyph(kind int, ground, ink color.Color, w, h int) *stdimage.NRGBA {
	m := uniform(ground, w, h)
	side := min(w, h) / 2
	for y := range side {
		for x := range side {
			u, v := x*12/side, y*12/side
			on := false
			switch kind {
			case 0: // a comb
				on = v < 3 || u%4 < 2
			case 1: // a stair
				on = u >= v && u < v+4 || v == 11
			case 2: // two hooks
				on = u < 2 || v > 9 || u > 5 && v < 4 || u > 9 && v < 7
			}
			if on {
				m.Set(w/4+x, h/4+y, ink)
			}
		}
	}
	return m
}

func TestLogos(t *testing.T) {
	k := New(Options{})
	var signs []corpora.Sign
	for kind := range 3 {
		signs = append(signs, corpora.Sign{Kind: corpora.Mark, Form: corpora.FormFigurative,
			Image: file("logo.png", encoded(t, "png", glyph(kind, color.White, color.Black, 256, 256)))})
	}
	m := corpus(t, k, signs...)
	red, blue := color.NRGBA{200, 20, 30, 255}, color.NRGBA{20, 30, 140, 255}
	for kind := range 3 {
		for name, img := range map[string]stdimage.Image{
			"larger":       glyph(kind, color.White, color.Black, 500, 400),
			"white on red": glyph(kind, red, color.White, 300, 300),
			"red on blue":  glyph(kind, blue, red, 300, 300),
		} {
			var found []uint32
			for _, h := range match(t, m, file("a.png", encoded(t, "png", img))) {
				if h.Lane == matchers.Logo {
					found = append(found, h.Sign)
				}
			}
			if !slices.Equal(found, []uint32{uint32(10 + kind)}) {
				t.Errorf("glyph %d %s: logos %v", kind, name, found)
			}
		}
	}
	for name, img := range plainPictures() {
		if hits := match(t, m, file("a.png", encoded(t, "png", img))); len(hits) > 0 {
			t.Errorf("%s: %+v", name, hits)
		}
	}
}

// plainPictures are pictures that no logo may be found in.
func plainPictures() map[string]stdimage.Image {
	disc := uniform(color.White, 200, 200)
	ring := uniform(color.White, 200, 200)
	for y := range 200 {
		for x := range 200 {
			d := (x-100)*(x-100) + (y-100)*(y-100)
			if d < 70*70 {
				disc.Set(x, y, color.Black)
			}
			if d < 70*70 && d > 50*50 {
				ring.Set(x, y, color.Black)
			}
		}
	}
	return map[string]stdimage.Image{
		"tile": uniform(color.NRGBA{180, 10, 10, 255}, 200, 200), "disc": disc, "ring": ring,
		"square": framed(uniform(color.Black, 100, 100), 50, color.White),
		"scene":  scene(5, 300, 200), "scene on white": framed(scene(6, 200, 150), 60, color.White),
	}
}

func TestLogosInsidePhotos(t *testing.T) {
	var signs []corpora.Sign
	for kind := range 3 {
		signs = append(signs, corpora.Sign{Kind: corpora.Mark, Form: corpora.FormFigurative,
			Image: file("logo.png", encoded(t, "png", glyph(kind, color.White, color.Black, 256, 256)))})
	}
	shallow, deep := corpus(t, New(Options{}), signs...), corpus(t, New(Options{Deep: true}), signs...)
	for kind := range 2 { // the third falls apart into pieces too far from each other
		photo := scene(uint64(300+kind), 480, 480)
		patch := glyph(kind, color.NRGBA{240, 240, 235, 255}, color.NRGBA{20, 40, 110, 255}, 160, 160)
		photo = pasted(photo, patch, 200, 120)
		if hits := match(t, shallow, file("a.png", encoded(t, "png", photo))); len(hits) > 0 {
			t.Errorf("glyph %d without the deep lanes: %+v", kind, hits)
		}
		hits := deepHits(t, deep, photo)
		if len(hits) != 1 || hits[0].Sign != uint32(10+kind) || hits[0].Lane != matchers.Logo {
			t.Errorf("glyph %d: %+v, want one logo", kind, hits)
			continue
		}
		for i, want := range [4]int{240, 160, 320, 240} {
			if got := hits[0].Box()[i]; got < want-8 || got > want+8 {
				t.Errorf("glyph %d: box %v, want about [240 160 320 240]", kind, hits[0].Box())
				break
			}
		}
	}
	for seed := range uint64(8) {
		if hits := deepHits(t, deep, scene(400+seed, 400, 400)); len(hits) > 0 {
			t.Errorf("scene %d: %+v", seed, hits)
		}
	}
}

func TestDilated(t *testing.T) {
	const w, h = 19, 11
	mask := make([]bool, w*h)
	for i := range mask {
		mask[i] = i%37 == 0
	}
	out := dilated(mask, w, h, 2)
	for i := range out {
		want := false
		for k := range 25 {
			x, y := i%w+k%5-2, i/w+k/5-2
			want = want || x >= 0 && x < w && y >= 0 && y < h && mask[y*w+x]
		}
		if out[i] != want {
			t.Fatalf("sample %d,%d: %v, want %v", i%w, i/w, out[i], want)
		}
	}
}

func TestPlainFiguresAreNobodysLogo(t *testing.T) {
	for _, name := range []string{"disc", "ring", "square"} {
		if _, _, ok := asRaster(plainPictures()[name]).logo(drawFigures()); ok {
			t.Errorf("%s passes for a logo", name)
		}
	}
}

func TestPictureProblems(t *testing.T) {
	k := New(Options{})
	f := k.New()
	good := file("good.png", encoded(t, "png", scene(1, 60, 60)))
	problems := f.Prepare(t.Context(), &corpora.Listing{Images: []corpora.Image{
		{Ref: "https://example.com/a.jpg"}, good, file("bad.jpg", []byte("\xff\xd8\xff\xe0junk")), {Ref: "gone.png"},
	}})
	if len(problems) != 2 || problems[0].Field != "images[2]" || problems[0].Code != corpora.PictureDamaged ||
		problems[1].Field != "images[3]" || problems[1].Code != corpora.PictureMissing {
		t.Errorf("problems %v", problems)
	}
	facts := f.(matchers.Pictured).Pictures()
	if len(facts) != 4 || facts[0].OK || !facts[1].OK || facts[2].OK || facts[1].Width != 60 {
		t.Errorf("facts %+v", facts)
	}
}

// TestDecodedOnce counts how often the pixels of a repeated picture are read.
func TestDecodedOnce(t *testing.T) {
	m := newMemory(2)
	var looks atomic.Int32
	look := func() (*picture, error) { looks.Add(1); return &picture{}, nil }
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if _, err := m.get(context.Background(), [32]byte{1}, look); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := looks.Load(); n != 1 {
		t.Errorf("looked %d times", n)
	}
	for i := range byte(5) {
		m.get(t.Context(), [32]byte{2 + i}, look)
	}
	if len(m.byKey) != 2 || m.order.Len() != 2 {
		t.Errorf("%d pictures remembered, want 2", len(m.byKey))
	}
	m.get(t.Context(), [32]byte{1}, look)
	if n := looks.Load(); n != 7 {
		t.Errorf("looked %d times, want 7: the first was dropped", n)
	}
}

func TestMemoryForgetsWhatWasInterrupted(t *testing.T) {
	m := newMemory(2)
	stop := errors.New("stop")
	if _, err := m.get(t.Context(), [32]byte{1}, func() (*picture, error) { return nil, stop }); err != stop {
		t.Errorf("error %v", err)
	}
	if p, err := m.get(t.Context(), [32]byte{1}, func() (*picture, error) { return &picture{}, nil }); p == nil || err != nil {
		t.Errorf("second look: %v, %v", p, err)
	}
	bad := problem(corpora.PictureDamaged)
	m.get(t.Context(), [32]byte{2}, func() (*picture, error) { return nil, bad })
	_, err := m.get(t.Context(), [32]byte{2}, func() (*picture, error) { t.Error("looked twice at a damaged picture"); return nil, nil })
	if !errors.Is(err, bad) {
		t.Errorf("error %v", err)
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	k := New(Options{})
	original := scene(41, 200, 200)
	m := corpus(t, k, work(t, original), work(t, scene(42, 200, 200)))
	f := k.New()
	f.Prepare(t.Context(), &corpora.Listing{Images: []corpora.Image{file("a.png", encoded(t, "png", original))}})
	hits := m.Match(f, nil)
	if len(hits) == 0 {
		t.Fatal("no hit")
	}
	if n := testing.AllocsPerRun(20, func() { hits = m.Match(f, hits[:0]) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestOpenWithoutPictures(t *testing.T) {
	m := corpus(t, New(Options{}), corpora.Sign{Text: "NIKE"})
	if m != nil {
		t.Errorf("matcher %v without pictures", m)
	}
}

func TestAddRefuses(t *testing.T) {
	b := New(Options{}).Builder()
	for name, img := range map[string]corpora.Image{
		"uniform": file("a.png", encoded(t, "png", uniform(color.NRGBA{9, 90, 200, 255}, 80, 80))),
		"damaged": file("b.png", []byte("\x89PNG\r\n\x1a\n")),
	} {
		s := corpora.Sign{Kind: corpora.Work, Image: img}
		if got := code(t, b.Add(t.Context(), 1, &s)); got != corpora.PictureDamaged {
			t.Errorf("%s: code %q", name, got)
		}
	}
	s := work(t, scene(1, 60, 60))
	if err := b.Add(t.Context(), 2, &s); err != nil {
		t.Errorf("after refusals: %v", err)
	}
}

func TestSameBytesTwice(t *testing.T) {
	build := func() []byte {
		b := New(Options{}).Builder().(*Builder)
		for i := range uint32(3) {
			s := work(t, scene(uint64(i), 100, 100))
			if err := b.Add(t.Context(), i, &s); err != nil {
				t.Fatal(err)
			}
		}
		return slices.Concat(snapshot.Bytes(b.pictures), snapshot.Bytes(b.copies), snapshot.Bytes(b.hashes))
	}
	if a := build(); len(a) == 0 || !bytes.Equal(a, build()) {
		t.Error("two builds differ")
	}
}

func TestThumbnail(t *testing.T) {
	k := New(Options{})
	b, err := k.Thumbnail(t.Context(), file("a.png", encoded(t, "png", scene(3, 800, 400))), 96)
	if err != nil {
		t.Fatal(err)
	}
	cfg, kind, err := stdimage.DecodeConfig(bytes.NewReader(b))
	if err != nil || kind != "jpeg" || cfg.Width != 96 || cfg.Height != 48 || len(b) > 8<<10 {
		t.Errorf("%s %d×%d of %d bytes, %v", kind, cfg.Width, cfg.Height, len(b), err)
	}
	svg := file("a.svg", []byte(`<svg viewBox="0 0 24 24"><path d="M2 2h20v4H2z"/></svg>`))
	if _, err := k.Thumbnail(t.Context(), svg, 96); code(t, err) != corpora.PictureUnsupported {
		t.Errorf("vector file of a listing: %v", err)
	}
	if _, err := k.RightThumbnail(t.Context(), svg, 96); err != nil {
		t.Errorf("vector file of a right: %v", err)
	}
}

// FuzzLoad holds Load to features that Match can use, or an error.
func FuzzLoad(f *testing.F) {
	k := New(Options{})
	features := k.New()
	features.Prepare(context.Background(), &corpora.Listing{Images: []corpora.Image{
		file("a.png", encoded(f, "png", scene(1, 60, 60))), {Ref: "https://example.com/b.png"},
		file("c.png", encoded(f, "png", glyph(0, color.White, color.Black, 100, 100)))}})
	f.Add(features.Append(nil))
	m := corpus(f, k, work(f, scene(1, 60, 60)))
	f.Fuzz(func(t *testing.T, b []byte) {
		loaded := k.New()
		if err := loaded.Load(b); err != nil {
			return
		}
		if !bytes.Equal(loaded.Append(nil), b) {
			t.Error("stored again, other bytes")
		}
		m.Match(loaded, nil)
	})
}
