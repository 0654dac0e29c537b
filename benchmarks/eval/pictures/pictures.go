// Package pictures measures how copies of pictures are found: every Edit is made to pictures of the repository's own
// program, or of a folder, and looked for among the originals; unrelated pictures are looked for too.
//
// The figures are those of the shipped matcher at its shipped limits, through the same interface that a scan uses. The
// floor beside them is the 64-bit hash of goimagehash at a distance of 10.
package pictures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/image/bmp"

	"lookalike/benchmarks/eval"
	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	imagekind "lookalike/matchers/image"
)

// Options say what is measured.
type Options struct {
	Kind      *imagekind.Kind // of the default lanes: unrelated pictures are looked for with it
	Deep      *imagekind.Kind // with local features: edited pictures are looked for with it
	Originals int             // pictures in the corpus
	Edited    int             // originals that every edit is made to
	Unrelated int             // pictures that have no original
	DeepToo   int             // of the unrelated, looked for with the deep lanes as well
	Cartons   int             // a series that differs in print alone: in the corpus, and each unrelated to the others
	Dir       string          // pictures to use instead of scenes; its files are both originals and, each without its own, unrelated
	Workers   int
}

// Standard returns the options of the frozen results that every version is compared with. It takes less than a minute.
func Standard() Options {
	o := Full()
	o.Originals, o.Edited, o.Unrelated, o.DeepToo, o.Cartons = 150, 5, 150, 10, 50
	return o
}

// Full returns the options of an evaluation at the size that the promises of the package are made for: more than four million
// unrelated pairs. It takes some ten minutes.
func Full() Options {
	return Options{
		Kind: imagekind.New(imagekind.Options{}), Deep: imagekind.New(imagekind.Options{Partial: true}),
		Originals: 1500, Edited: 30, Unrelated: 2700, DeepToo: 200, Cartons: 1000, Workers: runtime.GOMAXPROCS(0),
	}
}

// Run measures and returns the tables: recall by edit, and false matches.
func Run(ctx context.Context, o Options) (eval.Results, error) {
	w := &world{Options: o}
	res := eval.Results{Name: "image", Machine: eval.Machine()}
	if err := w.load(); err != nil {
		return res, err
	}
	res.Data = fmt.Sprintf("%d originals, %d edited, %d unrelated, %d of them deep, %d cartons",
		w.Originals, w.Edited, w.Unrelated, w.DeepToo, w.Cartons)
	if w.Dir != "" {
		res.Data = fmt.Sprintf("%d pictures of a folder, %d other files, %d edited, all pairs, %d cartons", w.Originals, w.skipped, w.Edited, w.Cartons)
	}
	if err := w.build(ctx); err != nil {
		return res, err
	}
	defer w.corpus.Close()
	recall, err := w.recall(ctx)
	if err != nil {
		return res, err
	}
	alarms, err := w.alarms(ctx)
	if err != nil {
		return res, err
	}
	res.Sections = []eval.Section{recall, alarms}
	return res, nil
}

// world is the pictures of one run and the matcher over its originals.
type world struct {
	Options
	files         []string // of Dir: those that are pictures
	skipped       int      // files of Dir that are none
	corpus        *snapshot.File
	shallow, deep matchers.Matcher
	floor         []uint64 // hash of each original
}

// original returns picture i of the corpus.
func (w *world) original(i int) *image.NRGBA {
	if w.files != nil {
		return w.file(i)
	}
	return Scene(uint64(i))
}

// carton returns carton i, nil for i below 0.
func (w *world) carton(i int) *image.NRGBA {
	if i < 0 {
		return nil
	}
	return Carton(uint64(i))
}

// unrelatedSeed is where the seeds of pictures outside the corpus begin.
const unrelatedSeed = 1 << 40

// unrelated returns picture i that has no original; of a folder, the file itself, whose own hits are left out.
func (w *world) unrelated(i int) *image.NRGBA {
	if w.files != nil {
		return w.file(i)
	}
	return Scene(unrelatedSeed + uint64(i))
}

// build puts the originals into a corpus, then the cartons; sign i is original i.
func (w *world) build(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lookalike-eval")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "originals.lkc")
	out, err := snapshot.Create(path)
	if err != nil {
		return err
	}
	defer out.Abort()
	b := w.Kind.Builder()
	for i := range w.Originals + w.Cartons {
		m := w.carton(i - w.Originals)
		if i < w.Originals {
			m = w.original(i)
			h, _ := imagekind.PHash(m)
			w.floor = append(w.floor, h)
		}
		s := corpora.Sign{Kind: corpora.Work, Image: asFile(m)}
		if err := b.Add(ctx, uint32(i), &s); err != nil {
			return fmt.Errorf("original %d: %w", i, err)
		}
	}
	if err := b.Finish(out); err != nil {
		return err
	}
	if _, err := out.Commit(); err != nil {
		return err
	}
	if w.corpus, err = snapshot.Open(path); err != nil {
		return err
	}
	if w.shallow, err = w.Kind.Open(w.corpus); err != nil {
		return err
	}
	w.deep, err = w.Deep.Open(w.corpus)
	return err
}

// asFile returns m as a picture of a feed, encoded as BMP.
func asFile(m image.Image) corpora.Image {
	return corpora.Image{Ref: "picture.bmp", Open: func(context.Context) (io.ReadCloser, error) {
		var b bytes.Buffer
		if err := bmp.Encode(&b, m); err != nil {
			return nil, err
		}
		return io.NopCloser(&b), nil
	}}
}

// each calls ask for i in [0, n) from the workers, each with features of its own for m, and returns the first error.
func (w *world) each(ctx context.Context, m matchers.Matcher, n int, ask func(f matchers.Features, i int) error) error {
	var wg sync.WaitGroup
	workers := max(1, w.Workers)
	errs := make([]error, workers)
	for k := range workers {
		wg.Go(func() {
			f := m.Kind().New()
			for i := k; i < n && errs[k] == nil; i += workers {
				if errs[k] = context.Cause(ctx); errs[k] == nil {
					errs[k] = ask(f, i)
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// hits returns what the matcher finds for one picture.
func hits(ctx context.Context, m matchers.Matcher, f matchers.Features, picture image.Image) ([]matchers.Hit, error) {
	l := corpora.Listing{Images: []corpora.Image{asFile(picture)}}
	if p := f.Prepare(ctx, &l); len(p) > 0 {
		return nil, &p[0]
	}
	return m.Match(f, nil), nil
}

// Limits of the grades of copies, in differing bits: matchers/judge has the same.
const (
	sameLimit    = 45
	similarLimit = 61
)

// counts reports whether h is of a lane that looks for copies.
func counts(h matchers.Hit) bool { return h.Lane == matchers.Copy || h.Lane == matchers.Partial }

// strength counts a hit as same picture, similar picture or lead: 0, 1, 2.
func strength(h matchers.Hit) int {
	switch {
	case h.Lane == matchers.Partial, h.Dist <= sameLimit:
		return 0
	case h.Dist <= similarLimit:
		return 1
	}
	return 2
}

// tally is how many were found as same, similar, lead, by the lane partial, and by the floor.
type tally [5]int

// The places of a tally beside the strengths.
const (
	byPartial = 3
	byFloor   = 4
	floorBits = 10
)

func (w *world) recall(ctx context.Context) (eval.Section, error) {
	s := eval.Section{Name: "edit", Columns: []string{"same", "similar", "lead", "partial", "phash10"}}
	for _, e := range Edits() {
		found := make([]tally, w.Edited)
		err := w.each(ctx, w.deep, w.Edited, func(f matchers.Features, i int) error {
			at := w.edited(i)
			m := e.apply(w.original(at), func(k int) *image.NRGBA { return w.other(at, k) })
			hs, err := hits(ctx, w.deep, f, m)
			for _, h := range hs {
				if int(h.Sign) == at && counts(h) {
					found[i].add(h)
				}
			}
			if h, e := imagekind.PHash(m); e == nil && bits.OnesCount64(h^w.floor[at]) <= floorBits {
				found[i][byFloor] = 1
			}
			return err
		})
		if err != nil {
			return s, fmt.Errorf("%s: %w", e.Name, err)
		}
		s.Rows = append(s.Rows, row(e.Name, w.Edited, found))
	}
	return s, nil
}

// edited returns which original is the i-th that is edited: of a folder they are spread over all files.
func (w *world) edited(i int) int {
	if w.files != nil {
		return i * len(w.files) / w.Edited
	}
	return i
}

// other returns a picture that shares nothing with original i.
func (w *world) other(i, k int) *image.NRGBA {
	if w.files != nil {
		return w.file(i + 1 + k)
	}
	return Scene(2*unrelatedSeed + uint64(4*i+k))
}

// add counts one hit. A better one counts for the weaker columns too.
func (t *tally) add(h matchers.Hit) {
	for k := strength(h); k < byPartial; k++ {
		t[k] = 1
	}
	if h.Lane == matchers.Partial {
		t[byPartial] = 1
	}
}

func row(name string, n int, found []tally) eval.Row {
	var sum tally
	for _, t := range found {
		for k, v := range t {
			sum[k] += v
		}
	}
	r := eval.Row{Name: name, N: n}
	for _, v := range sum {
		r.Values = append(r.Values, float64(v)/float64(max(1, n)))
	}
	return r
}

// alarms counts pairs of unrelated pictures that match, in pairs per million, and for ours the upper end of the 95 %
// interval of Wilson for "same".
func (w *world) alarms(ctx context.Context) (eval.Section, error) {
	s := eval.Section{Name: "unrelated", Columns: []string{"same_pm", "similar_pm", "lead_pm", "partial_pm", "phash10_pm", "same_upper_pm"}}
	for _, set := range []struct {
		name    string
		n       int
		matcher matchers.Matcher
		picture func(int) *image.NRGBA
		own     int // sign of picture 0, when it has one
	}{
		{"pictures", w.Unrelated, w.shallow, w.unrelated, w.ownSigns()},
		{"pictures_deep", w.DeepToo, w.deep, w.unrelated, w.ownSigns()},
		{"cartons", w.Cartons, w.shallow, w.carton, w.Originals},
	} {
		own := 0 // pairs of a picture with itself
		if set.own >= 0 {
			own = 1
		}
		found := make([]tally, set.n)
		err := w.each(ctx, set.matcher, set.n, func(f matchers.Features, i int) error {
			m := set.picture(i)
			hs, err := hits(ctx, set.matcher, f, m)
			for _, h := range hs {
				if counts(h) && (own == 0 || int(h.Sign) != set.own+i) {
					found[i].count(h)
				}
			}
			if h, e := imagekind.PHash(m); e == nil {
				for j, o := range w.floor {
					if bits.OnesCount64(h^o) <= floorBits && (set.own != 0 || i != j) {
						found[i][byFloor]++
					}
				}
			}
			return err
		})
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, perMillion(set.name, set.n*(w.Originals+w.Cartons-own), found))
	}
	return s, nil
}

// ownSigns returns the sign of unrelated picture 0, -1 when it is not in the corpus.
func (w *world) ownSigns() int {
	if w.files != nil {
		return 0
	}
	return -1
}

// count counts one hit of an unrelated picture.
func (t *tally) count(h matchers.Hit) {
	if h.Lane == matchers.Partial {
		t[byPartial]++
		return
	}
	t[strength(h)]++
}

func perMillion(name string, pairs int, found []tally) eval.Row {
	var sum tally
	for _, t := range found {
		for k, v := range t {
			sum[k] += v
		}
	}
	r := eval.Row{Name: name, N: pairs}
	for _, v := range sum {
		r.Values = append(r.Values, 1e6*float64(v)/float64(max(1, pairs)))
	}
	r.Values = append(r.Values, 1e6*wilson(sum[0], max(1, pairs)))
	return r
}

// wilson returns the upper end of the 95 % score interval of k in n.
func wilson(k, n int) float64 {
	const z = 1.96
	p, m := float64(k)/float64(n), float64(n)
	return (p + z*z/(2*m) + z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))) / (1 + z*z/m)
}
