// Package imagebench measures the speed of matching pictures, on pictures and hashes that it makes itself, beside
// goimagehash in the same run: reading and hashing a file, search by Hamming distance, local features against a corpus,
// and a whole scan with one picture per listing.
//
// Times are processor time of the whole process, so that other load on the machine does not count. Figures of a run are
// compared with each other, not with another machine's.
package imagebench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"text/tabwriter"
	"time"

	"lookalike/benchmarks/eval/pictures"
	"lookalike/benchmarks/textbench"
	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	"lookalike/matchers/core"
)

// Options say what is measured. A number of 0 leaves the measurement out.
type Options struct {
	Hashes     int // to search among
	Corpus     int // pictures with local features
	References int // pictures of the corpus of the scan
	Listings   int // of the scan
	Dir        string
	// Least is how long a short measurement is repeated, in processor time. 0: a third of a second.
	Least time.Duration
}

// bench is one run.
type bench struct {
	Options
	ctx context.Context
	out *tabwriter.Writer
}

// Run measures and prints a table as it goes.
func Run(ctx context.Context, w io.Writer, o Options) error {
	dir, err := os.MkdirTemp(o.Dir, "lookalike-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	o.Dir = dir
	fmt.Fprintf(w, "machine  %s %s/%s, %d processors, search by %s; processor time\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), core.Instructions())
	b := &bench{Options: o, ctx: ctx, out: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	for _, measure := range []func() error{b.file, b.search64, b.ways, b.search256, b.local, b.scan} {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := measure(); err != nil {
			return err
		}
		if err := b.out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// heading begins a part of the table.
func (b *bench) heading(format string, args ...any) {
	fmt.Fprintf(b.out, "\n"+format+"\n", args...)
}

// row prints one figure, and how many times a slower one it is when that is given.
func (b *bench) row(name string, value float64, unit string, slower ...float64) {
	fmt.Fprintf(b.out, "  %s\t%.4g %s", name, value, unit)
	for _, s := range slower {
		fmt.Fprintf(b.out, "\t%.1fx", s/value)
	}
	fmt.Fprintln(b.out)
}

// timed returns the processor time of one call of f, which is repeated until least has passed.
func (b *bench) timed(f func() error) (time.Duration, error) {
	if err := f(); err != nil { // tables that are made once
		return 0, err
	}
	from := textbench.CPUTime()
	for n := 1; ; n++ {
		if err := f(); err != nil {
			return 0, err
		}
		if d := textbench.CPUTime() - from; d >= cmp.Or(b.Least, time.Second/3) {
			return d / time.Duration(n), nil
		}
	}
}

// jpegFile returns an 800×800 baseline JPEG file of the seed's picture, at the quality that shops use.
func jpegFile(seed uint64) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, pictures.Photo(seed, 800), &jpeg.Options{Quality: 85})
	return b.Bytes(), err
}

// stamped returns the JPEG file with a comment that makes it another file with the same picture.
func stamped(file []byte, n uint32) []byte {
	comment := []byte{0xff, 0xfe, 0, 6, 0, 0, 0, 0}
	out := append(make([]byte, 0, len(file)+len(comment)), file[:2]...)
	out = append(append(out, comment...), file[2:]...)
	stamp(out, n)
	return out
}

// stamp changes the comment of a stamped file.
func stamp(file []byte, n uint32) { binary.BigEndian.PutUint32(file[6:], n) }

// inMemory is a picture of a feed whose bytes are at hand.
func inMemory(file []byte) corpora.Image {
	return corpora.Image{Ref: "picture", Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(file)), nil
	}}
}

// rights is a source of n works, each with one picture.
func rights(n int, picture func(i int) ([]byte, error)) corpora.Source[corpora.Right] {
	return source[corpora.Right]{n, func(i int) (corpora.Right, error) {
		file, err := picture(i)
		return corpora.Right{ID: fmt.Sprint(i), Kind: corpora.Work, Office: "", Owner: "owner", Images: []corpora.Image{inMemory(file)}}, err
	}}
}

// source yields n values.
type source[T any] struct {
	n    int
	make func(i int) (T, error)
}

func (s source[T]) All(context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for i := range s.n {
			if v, err := s.make(i); !yield(v, err) {
				return
			}
		}
	}
}

// build makes a corpus of the works and opens it. built is the processor time of building.
func (b *bench) build(name string, kind matchers.Kind, src corpora.Source[corpora.Right]) (c *matchers.Corpus, f *snapshot.File, built time.Duration, err error) {
	path := filepath.Join(b.Dir, name)
	out, err := snapshot.Create(path)
	if err != nil {
		return nil, nil, 0, err
	}
	defer out.Abort()
	from := textbench.CPUTime()
	var first error
	report, err := matchers.Build(b.ctx, src, []matchers.Kind{kind}, out, matchers.BuildOptions{
		OnProblem: func(p matchers.BuildProblem) {
			if first == nil {
				first = &p.Problem
			}
		}})
	built = textbench.CPUTime() - from
	if err == nil && report.Bad+report.Partial > 0 {
		err = fmt.Errorf("%d pictures left out, the first: %w", report.Bad+report.Partial, first)
	}
	if err != nil {
		return nil, nil, 0, err
	}
	if _, err := out.Commit(); err != nil {
		return nil, nil, 0, err
	}
	if f, err = snapshot.Open(path); err != nil {
		return nil, nil, 0, err
	}
	c, err = matchers.Open(f, []matchers.Kind{kind})
	return c, f, built, err
}

// drawn keeps a drawn picture as a JPEG file.
func drawn(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90})
	return b.Bytes(), err
}
