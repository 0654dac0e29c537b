// Evallogos measures how logos are found that other hands have drawn: the drawings of icon packages are looked for among
// those of simple-icons, as a whole picture, on tiles, and pasted on photos.
//
//	benchmarks/evallogos/fetch DIR
//	go run ./benchmarks/evallogos -dir DIR [-photos DIR] [-sample N]
//
// Two drawings are of the same logo when their files have the same name in letters and digits. Some of them are of other
// versions of the logo all the same, so that no method finds all. Without -photos the grounds are drawn by the program.
//
// rank1 is the share whose own logo is the most alike of all, at_1e4 the share found at the limit that one in 10,000
// unrelated pairs passes, shipped the share found at the limits of the lane, and shipped_pm the unrelated pairs in a million
// that pass them. On photos, false is the number of other logos per photo.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/benchmarks/eval"
	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	imagekind "lookalike/matchers/image"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "evallogos:", err)
		os.Exit(1)
	}
}

// world is what one run measures with.
type world struct {
	ctx           context.Context
	dir, photos   string
	sample        int
	names         []string // of the gallery, by sign
	signs         map[string]uint32
	kind, deep    *imagekind.Kind
	whole, inside *imagekind.Matcher
}

func run(ctx context.Context, w io.Writer, args []string) error {
	fs := flag.NewFlagSet("evallogos", flag.ContinueOnError)
	e := &world{ctx: ctx, kind: imagekind.New(imagekind.Options{}), deep: imagekind.New(imagekind.Options{Deep: true})}
	fs.StringVar(&e.dir, "dir", "", "folder that fetch filled")
	fs.StringVar(&e.photos, "photos", "", "folder of JPEG photos to paste on")
	fs.IntVar(&e.sample, "sample", 120, "logos of each set that are pasted on photos")
	if err := fs.Parse(args); err != nil {
		return err
	}
	close, err := e.gallery()
	if err != nil {
		return err
	}
	defer close()
	res := eval.Results{Name: "logos", Machine: eval.Machine(),
		Data: fmt.Sprintf("simple-icons 16.37.0 (%d), fontawesome-free 6.7.2, devicon 2.17.0; %s, pasted at 15 to 40 %% of the width", len(e.names), e.grounds())}
	whole := eval.Section{Name: "whole", Columns: []string{"rank1", "at_1e4", "shipped", "shipped_pm"}}
	tiles := eval.Section{Name: "tiles", Columns: whole.Columns}
	pasted := eval.Section{Name: "photos", Columns: []string{"found", "false"}}
	for _, set := range []struct{ name, pattern, suffix string }{
		{"fa6-brands", "fontawesome/svgs/brands/*.svg", ".svg"},
		{"devicon", "devicon/icons/*/*-original.svg", "-original.svg"},
	} {
		drawings, err := e.queries(set.pattern, set.suffix)
		if err != nil {
			return err
		}
		row, err := e.measure(set.name, drawings, asFile)
		if err != nil {
			return err
		}
		whole.Rows = append(whole.Rows, row)
		if row, err = e.measure(set.name, drawings, onTile); err != nil {
			return err
		}
		tiles.Rows = append(tiles.Rows, row)
		if row, err = e.paste(set.name, drawings, set.name == "fa6-brands"); err != nil {
			return err
		}
		pasted.Rows = append(pasted.Rows, row)
	}
	res.Sections = []eval.Section{whole, tiles, pasted}
	_, err = res.WriteTo(w)
	return err
}

// plainName returns the letters and digits of a file's name.
func plainName(path, suffix string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(strings.TrimSuffix(filepath.Base(path), suffix)))
}

// fileOf is a picture that opens a file.
func fileOf(path string) corpora.Image {
	return corpora.Image{Ref: path, Open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) }}
}

// gallery builds the corpus of simple-icons. What it returns removes it.
func (e *world) gallery() (func(), error) {
	files, err := filepath.Glob(filepath.Join(e.dir, "simple-icons/icons/*.svg"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no simple-icons in %q: run benchmarks/evallogos/fetch DIR first", e.dir)
	}
	slices.Sort(files)
	tmp, err := os.MkdirTemp("", "lookalike-logos-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	path := filepath.Join(tmp, "logos.lkc")
	out, err := snapshot.Create(path)
	if err != nil {
		return nil, err
	}
	defer out.Abort()
	b := e.kind.Builder()
	e.signs = map[string]uint32{}
	for _, f := range files {
		sign := uint32(len(e.names))
		if err := b.Add(e.ctx, sign, &corpora.Sign{Kind: corpora.Mark, Form: corpora.FormFigurative, Image: fileOf(f)}); err != nil {
			if e.ctx.Err() != nil {
				return nil, context.Cause(e.ctx)
			}
			continue // a drawing that cannot be drawn is no part of the gallery
		}
		name := plainName(f, ".svg")
		e.names, e.signs[name] = append(e.names, name), sign
	}
	if err := b.Finish(out); err != nil {
		return nil, err
	}
	if _, err := out.Commit(); err != nil {
		return nil, err
	}
	s, err := snapshot.Open(path)
	if err != nil {
		return nil, err
	}
	if e.whole, err = open(e.kind, s); err != nil {
		return nil, err
	}
	if e.inside, err = open(e.deep, s); err != nil {
		return nil, err
	}
	return func() { s.Close() }, nil
}

func open(k *imagekind.Kind, s *snapshot.File) (*imagekind.Matcher, error) {
	m, err := k.Open(s)
	if err != nil {
		return nil, err
	}
	return m.(*imagekind.Matcher), nil
}

// drawing is one query: a logo that the gallery has too.
type drawing struct {
	sign    uint32
	picture image.Image // on white, 512 pixels
}

// queries draws the files whose name is one of the gallery's.
func (e *world) queries(pattern, suffix string) (out []drawing, err error) {
	files, err := filepath.Glob(filepath.Join(e.dir, pattern))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		sign, ok := e.signs[plainName(f, suffix)]
		if !ok {
			continue
		}
		b, err := e.kind.RightThumbnail(e.ctx, fileOf(f), 512)
		if e.ctx.Err() != nil {
			return nil, context.Cause(e.ctx)
		}
		if err != nil {
			continue
		}
		m, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		out = append(out, drawing{sign, m})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no drawing matches %q in %q", pattern, e.dir)
	}
	return out, nil
}

// measure looks for the drawings as whole pictures, after show has laid them out.
func (e *world) measure(name string, drawings []drawing, show func(i int, m image.Image) image.Image) (eval.Row, error) {
	row := eval.Row{Name: name, N: len(drawings)}
	var own, others []int // values; -1 for an own logo that has none
	first, found, wrong := 0, 0, 0
	for i, d := range drawings {
		file, err := encoded(show(i, d.picture))
		if err != nil {
			return row, err
		}
		scores, err := e.whole.Logos(e.ctx, file)
		if err != nil {
			return row, fmt.Errorf("%s: %w", e.names[d.sign], err)
		}
		mine, best := -1, -1
		for _, s := range scores {
			switch {
			case s.Sign == d.sign:
				mine = s.Value()
				found += one(s.Hit)
			default:
				best = max(best, s.Value())
				others = append(others, s.Value())
				wrong += one(s.Hit)
			}
		}
		own = append(own, mine)
		first += one(mine > best)
	}
	pairs := len(drawings) * (len(e.names) - 1)
	slices.Sort(others)
	limit := others[max(0, len(others)-1-pairs/10_000)]
	above := 0
	for _, v := range own {
		above += one(v > limit)
	}
	n := float64(len(drawings))
	row.Values = []float64{float64(first) / n, float64(above) / n, float64(found) / n, 1e6 * float64(wrong) / float64(pairs)}
	return row, nil
}

// paste looks for drawings on photos. Those of one colour become white on dark ground.
func (e *world) paste(name string, drawings []drawing, plain bool) (eval.Row, error) {
	grounds, err := e.photoFiles()
	if err != nil {
		return eval.Row{}, err
	}
	step := max(1, len(drawings)/max(1, e.sample))
	f := e.deep.New()
	var hits []matchers.Hit
	n, found, wrong := 0, 0, 0
	for i := 0; i < len(drawings); i += step {
		ground, err := e.ground(grounds, i)
		if err != nil {
			return eval.Row{}, err
		}
		file, err := encoded(pastedOn(uint64(i), ground, drawings[i].picture, plain))
		if err != nil {
			return eval.Row{}, err
		}
		l := corpora.Listing{Images: []corpora.Image{{Ref: "photo.jpg", Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(file)), nil
		}}}}
		if p := f.Prepare(e.ctx, &l); len(p) > 0 {
			return eval.Row{}, &p[0]
		}
		hits = e.inside.Match(f, hits[:0])
		own := false
		for _, h := range hits {
			switch {
			case h.Lane != matchers.Logo:
			case h.Sign == drawings[i].sign:
				own = true
			default:
				wrong++
			}
		}
		n++
		found += one(own)
	}
	return eval.Row{Name: name, N: n, Values: []float64{float64(found) / float64(n), float64(wrong) / float64(n)}}, nil
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// encoded returns m as shops encode pictures.
func encoded(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 88})
	return b.Bytes(), err
}
