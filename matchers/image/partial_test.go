package image

import (
	"context"
	stdimage "image"
	"image/draw"
	"testing"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/core"
)

// pasted lays m onto ground with its corner at (x, y).
func pasted(ground, m *stdimage.NRGBA, x, y int) *stdimage.NRGBA {
	out := stdimage.NewNRGBA(ground.Rect)
	draw.Draw(out, out.Rect, ground, stdimage.Point{}, draw.Src)
	draw.Draw(out, m.Rect.Add(stdimage.Pt(x, y)), m, stdimage.Point{}, draw.Src)
	return out
}

// deepHits returns the hits of one picture with the deep lanes.
func deepHits(t *testing.T, m matchers.Matcher, img stdimage.Image) []matchers.Hit {
	t.Helper()
	f := m.Kind().New()
	if p := f.Prepare(t.Context(), &corpora.Listing{Images: []corpora.Image{file("a.png", encoded(t, "png", img))}}); len(p) > 0 {
		t.Fatal(p)
	}
	return m.Match(f, nil)
}

func TestPartial(t *testing.T) {
	k := New(Options{Deep: true})
	original := scene(90, 400, 400)
	m := corpus(t, k, work(t, scene(91, 400, 400)), work(t, original), work(t, scene(92, 400, 400)))
	for _, c := range []struct {
		name    string
		img     stdimage.Image
		box     [4]int // where the right's picture lies
		cropped bool
	}{
		{"free crop", cropped(original, 90, 40, 330, 370), [4]int{0, 0, 240, 330}, true},
		{"on another picture", pasted(scene(93, 700, 600), original, 250, 120), [4]int{250, 120, 650, 520}, false},
		{"turned on another", pasted(scene(94, 700, 600), turned(original, edits[matchers.EditRotated90]), 60, 150), [4]int{60, 150, 460, 550}, false},
	} {
		var found []matchers.Hit
		for _, h := range deepHits(t, m, c.img) {
			if h.Lane == matchers.Partial {
				found = append(found, h)
			}
		}
		if len(found) != 1 || found[0].Sign != 11 || found[0].Cover < minInliers {
			t.Errorf("%s: %+v, want one hit of sign 11", c.name, found)
			continue
		}
		if got := found[0].Tier == uint8(matchers.EditCropped); got != c.cropped {
			t.Errorf("%s: tier %d", c.name, found[0].Tier)
		}
		for i, want := range c.box {
			if got := found[0].Box()[i]; got < want-15 || got > want+15 {
				t.Errorf("%s: box %v, want about %v", c.name, found[0].Box(), c.box)
				break
			}
		}
	}
	for seed := range uint64(10) {
		for _, h := range deepHits(t, m, scene(200+seed, 400, 300)) {
			t.Errorf("unrelated scene %d: %+v", seed, h)
		}
	}
}

// TestPartialNeedsDeep holds the default lanes to pictures without local features.
func TestPartialNeedsDeep(t *testing.T) {
	original := scene(90, 400, 400)
	m := corpus(t, New(Options{}), work(t, original))
	if hits := match(t, m, file("a.png", encoded(t, "png", cropped(original, 90, 40, 330, 370)))); len(hits) > 0 {
		t.Errorf("hits %+v", hits)
	}
	deep := New(Options{Deep: true}).New()
	shallow := m.Kind().New()
	shallow.Prepare(t.Context(), &corpora.Listing{Images: []corpora.Image{file("a.png", encoded(t, "png", original))}})
	if err := deep.Load(shallow.Append(nil)); err == nil {
		t.Error("stored features without local ones are taken for deep ones")
	}
}

func TestFeaturesTurnWithThePicture(t *testing.T) {
	p := newPattern()
	m := scene(95, 300, 300)
	a := asRaster(m).locals(p, 200)
	b := asRaster(turned(m, edits[matchers.EditRotated180])).locals(p, 200)
	near := 0
	for i := range a.hashes {
		for j := range b.hashes {
			dx := int(a.points[i].X) + int(b.points[j].X) - 300*16
			dy := int(a.points[i].Y) + int(b.points[j].Y) - 300*16
			if max(dx, -dx, dy, -dy) <= 24 && a.points[i].Level == b.points[j].Level &&
				core.Distance256(&a.hashes[i], &b.hashes[j]) <= voteDist {
				near++
				break
			}
		}
	}
	if near < len(a.hashes)*6/10 {
		t.Errorf("%d of %d features are found again after half a turn", near, len(a.hashes))
	}
}

func TestNineInARow(t *testing.T) {
	for m := range uint32(1 << 16) {
		want, run := false, 0
		for i := range 32 {
			if m>>(i%16)&1 == 1 {
				run++
			} else {
				run = 0
			}
			want = want || run >= 9
		}
		if got := nineInARow(m); got != want {
			t.Fatalf("%016b: %v, want %v", m, got, want)
		}
	}
}

func TestBlurred(t *testing.T) {
	const w, h = 23, 17
	src := make([]uint8, w*h)
	for i := range src {
		src[i] = uint8(i * 37)
	}
	out := make([]uint8, w*h)
	blurInto(out, src, w, h)
	for y := 2; y < h-2; y++ {
		for x := 2; x < w-2; x++ {
			sum := 0
			for k := range 25 {
				sum += int(src[(y+k/5-2)*w+x+k%5-2])
			}
			if int(out[y*w+x]) != sum/25 {
				t.Fatalf("sample %d,%d is %d, want %d", x, y, out[y*w+x], sum/25)
			}
		}
	}
}

func TestLSHHoldsEveryFeature(t *testing.T) {
	l := asRaster(scene(96, 300, 300)).locals(newPattern(), 300)
	keys := newLSHKeys()
	tables := newLSH(keys, l.hashes)
	if !tables.valid(len(l.hashes)) {
		t.Fatal("the tables do not fit together")
	}
	for i := range l.hashes {
		for t0 := range lshTables {
			found := false
			for _, e := range tables.bucket(keys, &l.hashes[i], t0) {
				found = found || int(e) == i
			}
			if !found {
				t.Fatalf("feature %d is not in table %d", i, t0)
			}
		}
	}
	for name, damage := range map[string]func(*lsh){
		"offset": func(l *lsh) { l.offsets[3] = 1 << 30 }, "entry": func(l *lsh) { l.entries[0] = 1 << 30 },
		"cut": func(l *lsh) { l.offsets = l.offsets[:len(l.offsets)-1] },
	} {
		d := newLSH(keys, l.hashes)
		if damage(&d); d.valid(len(l.hashes)) {
			t.Errorf("damaged %s: valid", name)
		}
	}
}

func TestPartialAllocatesNothing(t *testing.T) {
	k := New(Options{Deep: true})
	original := scene(97, 300, 300)
	m := corpus(t, k, work(t, original), work(t, scene(98, 300, 300)))
	f := k.New()
	f.Prepare(t.Context(), &corpora.Listing{Images: []corpora.Image{file("a.png", encoded(t, "png", original))}})
	hits := m.Match(f, nil)
	if n := testing.AllocsPerRun(5, func() { hits = m.Match(f, hits[:0]) }); n > 0 || len(hits) < 2 {
		t.Errorf("%v allocations, %d hits", n, len(hits))
	}
}

// BenchmarkPartial reads a picture of 512 pixels and looks for its parts among 300 pictures.
func BenchmarkPartial(b *testing.B) {
	k := New(Options{Deep: true})
	var signs []corpora.Sign
	for seed := range uint64(300) {
		signs = append(signs, work(b, scene(seed, 300, 300)))
	}
	m := corpus(b, k, signs...)
	data := encoded(b, "jpeg", pasted(scene(999, 512, 512), scene(5, 300, 300), 100, 90))
	f := k.New()
	l := &corpora.Listing{Images: []corpora.Image{file("a.jpg", data)}}
	f.Prepare(context.Background(), l)
	b.Run("features", func(b *testing.B) {
		r, err := k.guard.raster(context.Background(), data, reading{full: true})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			r.locals(k.pattern(), queryPoints)
		}
	})
	b.Run("match", func(b *testing.B) {
		var hits []matchers.Hit
		for b.Loop() {
			hits = m.Match(f, hits[:0])
		}
		if len(hits) == 0 {
			b.Fatal("nothing found")
		}
	})
	im := m.(*Matcher)
	size := len(im.points)*(12+32+4*lshTables) + 4*len(im.lsh.offsets)
	b.ReportMetric(float64(size)/float64(len(im.locals)), "bytes/picture")
}

// TestExtremeShapes reads pictures of the longest, narrowest and smallest kind with all lanes.
func TestExtremeShapes(t *testing.T) {
	k := New(Options{Deep: true})
	m := corpus(t, k, work(t, scene(1, 100, 100)), corpora.Sign{Kind: corpora.Design, Image: file("d.png", encoded(t, "png", vessel(90, 40, true)))})
	for _, size := range []stdimage.Point{{16, 65535}, {65535, 16}, {16, 16}, {17, 4000}, {3000, 40}, {64, 64}} {
		for _, name := range []string{"png", "jpeg"} {
			img := stdimage.NewGray(stdimage.Rectangle{Max: size})
			for i := range img.Pix {
				img.Pix[i] = uint8(i/7%40 + 200*i/len(img.Pix))
				if i%size.X > size.X/2 {
					img.Pix[i] /= 4
				}
			}
			l := &corpora.Listing{Images: []corpora.Image{file("a", encoded(t, name, img))}}
			f := k.New()
			if p := f.Prepare(t.Context(), l); len(p) > 0 {
				t.Errorf("%v %s: %v", size, name, p)
			}
			for _, h := range m.Match(f, nil) {
				if b := h.Box(); b[0] >= b[2] || b[1] >= b[3] || b[2] > size.X || b[3] > size.Y {
					t.Errorf("%v %s: box %v", size, name, b)
				}
			}
			s := corpora.Sign{Kind: corpora.Design, Image: l.Images[0]}
			if err := k.Builder().Add(t.Context(), 1, &s); err != nil {
				t.Errorf("%v %s as a design: %v", size, name, err)
			}
		}
	}
}
