package pictures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lookalike/benchmarks/eval"
	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	imagekind "lookalike/matchers/image"
)

// DesignOptions say which designs are looked for.
type DesignOptions struct {
	Kind    *imagekind.Kind
	Designs int    // that are drawn, in six views each
	Dir     string // drawings to use instead: files whose names differ in the last number alone are views of one design
}

// StandardDesigns returns the options of the frozen results. It takes a minute.
func StandardDesigns() DesignOptions {
	return DesignOptions{Kind: imagekind.New(imagekind.Options{}), Designs: 100}
}

// shortlisted is how many designs a person is expected to look at.
const shortlisted = 10

// swings are the degrees by which a photo is taken from beside the direction of a drawing.
var swings = []float64{0, 10, 20, 30}

// Designs measures how designs are found among each other by the outlines of things. Drawn designs are assemblies of solids:
// the corpus holds line drawings of them, the queries are shaded photos on a ground with light and grain. Of a folder each
// drawing in turn is the query, and the other drawings are the corpus.
//
// top1 and top10 are the shares of queries whose own design is the best and among the ten best by the most alike of its
// drawings, shipped the share that is found at the limits of the lane, and shipped_pm the other designs in a million pairs
// that pass them.
func Designs(ctx context.Context, o DesignOptions) (eval.Results, error) {
	res := eval.Results{Name: "designs", Machine: eval.Machine()}
	section := eval.Section{Name: "designs", Columns: []string{"top1", "top10", "shipped", "shipped_pm"}}
	drawings, err := o.drawings()
	if err != nil {
		return res, err
	}
	g, err := newGallery(ctx, o.Kind, drawings)
	if err != nil {
		return res, err
	}
	defer g.corpus.Close()
	if o.Dir != "" {
		res.Data = fmt.Sprintf("%d drawings of %d designs in a folder, %d not read; each is looked for among the others", len(g.drawings), g.designs, g.unread)
		row, err := g.rank(ctx, "drawings", len(drawings), func(i int) (drawing, error) { return drawings[i], nil })
		section.Rows = []eval.Row{row}
		res.Sections = []eval.Section{section}
		return res, err
	}
	res.Data = fmt.Sprintf("%d drawn designs in %d views each; photos from beside a view, by degrees", o.Designs, len(viewpoints))
	for _, degrees := range swings {
		row, err := g.rank(ctx, fmt.Sprintf("beside%.0f", degrees), o.Designs, func(i int) (drawing, error) {
			b, err := jpegOf(solidOf(uint64(i)).photo(uint64(i), degrees))
			return drawing{design: i, own: -1, open: func() ([]byte, error) { return b, nil }}, err
		})
		if err != nil {
			return res, err
		}
		section.Rows = append(section.Rows, row)
	}
	res.Sections = []eval.Section{section}
	return res, nil
}

// drawing is one view of a design.
type drawing struct {
	name   string
	design int
	own    int // sign in the gallery, -1 when it is not there
	open   func() ([]byte, error)
}

// drawings returns the views of all designs.
func (o *DesignOptions) drawings() (out []drawing, err error) {
	if o.Dir != "" {
		return folderDrawings(o.Dir)
	}
	for i := range o.Designs {
		s := solidOf(uint64(i))
		for v := range viewpoints {
			out = append(out, drawing{name: fmt.Sprintf("design %d view %d", i, v), design: i, own: len(out), open: func() ([]byte, error) {
				var b bytes.Buffer
				err := png.Encode(&b, s.drawing(viewpoints[v]))
				return b.Bytes(), err
			}})
		}
	}
	return out, nil
}

// folderDrawings lists the files of a folder by design. A design with one drawing stays: others may be taken for it.
func folderDrawings(dir string) (out []drawing, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	designs, views := map[string]int{}, map[int]int{}
	for _, e := range entries { // by name
		if e.IsDir() {
			continue
		}
		name := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		name = strings.TrimRight(name, "0123456789")
		if _, ok := designs[name]; !ok {
			designs[name] = len(designs)
		}
		views[designs[name]]++
		out = append(out, drawing{name: e.Name(), design: designs[name], own: len(out), open: func() ([]byte, error) {
			return os.ReadFile(filepath.Join(dir, e.Name()))
		}})
	}
	several := 0
	for _, n := range views {
		several += min(n-1, 1)
	}
	if several < 2 {
		return nil, fmt.Errorf("%s: %w: %d designs have several drawings, want at least 2; the names of such drawings differ in the last number alone", dir, ErrFolder, several)
	}
	return out, nil
}

// gallery is the corpus of drawings; sign i is drawing i.
type gallery struct {
	corpus   *snapshot.File
	shapes   *imagekind.Matcher
	drawings []drawing
	designs  int
	unread   int
}

func newGallery(ctx context.Context, kind *imagekind.Kind, drawings []drawing) (*gallery, error) {
	g := &gallery{}
	dir, err := os.MkdirTemp("", "lookalike-eval")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "designs.lkc")
	out, err := snapshot.Create(path)
	if err != nil {
		return nil, err
	}
	defer out.Abort()
	b := kind.Builder()
	for i, d := range drawings {
		err := b.Add(ctx, uint32(i), &corpora.Sign{Kind: corpora.Design, Form: corpora.FormFigurative, Image: d.image()})
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if problem := (*corpora.Problem)(nil); errors.As(err, &problem) {
			g.unread++
		} else if err != nil {
			return nil, err
		}
		g.designs = max(g.designs, d.design+1)
	}
	g.drawings = drawings
	if err := b.Finish(out); err != nil {
		return nil, err
	}
	if _, err := out.Commit(); err != nil {
		return nil, err
	}
	if g.corpus, err = snapshot.Open(path); err != nil {
		return nil, err
	}
	m, err := kind.Open(g.corpus)
	if err != nil || m == nil {
		g.corpus.Close()
		return nil, errors.Join(err, ErrFolder)
	}
	g.shapes = m.(*imagekind.Matcher)
	return g, nil
}

func (d *drawing) image() corpora.Image {
	return corpora.Image{Ref: d.name, Open: func(context.Context) (io.ReadCloser, error) {
		b, err := d.open()
		return io.NopCloser(bytes.NewReader(b)), err
	}}
}

// rank looks for n queries. One whose design has no other drawing is passed over.
func (g *gallery) rank(ctx context.Context, name string, n int, query func(int) (drawing, error)) (eval.Row, error) {
	row := eval.Row{Name: name}
	first, listed, found, wrong, pairs := 0, 0, 0, 0, 0
	for i := range n {
		q, err := query(i)
		if err != nil {
			return row, err
		}
		if !slices.ContainsFunc(g.drawings, func(d drawing) bool { return d.design == q.design && d.own != q.own }) {
			continue
		}
		file, err := q.open()
		if err != nil {
			return row, err
		}
		scores, err := g.shapes.Shapes(ctx, file)
		if ctx.Err() != nil {
			return row, context.Cause(ctx)
		}
		if problem := (*corpora.Problem)(nil); err != nil && !errors.As(err, &problem) {
			return row, err // a file that is no picture is not found
		}
		values, hits := make([]int, g.designs), make([]bool, g.designs)
		for _, s := range scores {
			if d := &g.drawings[s.Sign]; d.own != q.own {
				values[d.design] = max(values[d.design], s.Value)
				hits[d.design] = hits[d.design] || s.Hit
			}
		}
		above := 0 // others as good count as better
		for d, v := range values {
			switch {
			case d == q.design:
				found += one(hits[d])
			default:
				above += one(v >= values[q.design])
				wrong += one(hits[d])
			}
		}
		row.N++
		pairs += g.designs - 1
		first += one(above == 0)
		listed += one(above < shortlisted)
	}
	share := func(k int) float64 { return float64(k) / float64(max(1, row.N)) }
	row.Values = []float64{share(first), share(listed), share(found), 1e6 * float64(wrong) / float64(max(1, pairs))}
	return row, nil
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// jpegOf encodes a photo as shops do.
func jpegOf(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 85})
	return b.Bytes(), err
}
