package imagebench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lookalike/benchmarks/textbench"
	"lookalike/corpora"
	"lookalike/corpora/goods"
	"lookalike/corpora/market"
	"lookalike/corpora/words"
	"lookalike/matchers"
	imagekind "lookalike/matchers/image"
	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// drawings is how many pictures are drawn and encoded for a scan. Each listing has a file of its own all the same: the
// bytes differ in a comment, so that every one is read and hashed.
const drawings = 64

// scan measures a whole scan: judge included, one picture per listing, against References pictures.
func (b *bench) scan() error {
	if b.Listings == 0 || b.References == 0 {
		return nil
	}
	files := make([][]byte, min(drawings, b.Listings))
	for i := range files {
		var err error
		if files[i], err = jpegFile(uint64(i)); err != nil {
			return err
		}
	}
	kind := imagekind.New(imagekind.Options{})
	c, _, _, err := b.build("scan.lkc", kind, rights(b.References, func(i int) ([]byte, error) {
		if i == 0 {
			return files[0], nil // so that something is found
		}
		return jpegFile(uint64(1_000_000 + i))
	}))
	if err != nil {
		return err
	}
	defer c.Close()
	j, err := newJudge(c)
	if err != nil {
		return err
	}
	s, err := scanner.New(scanner.Config{Corpora: []*matchers.Corpus{c}, Judge: j})
	if err != nil {
		return err
	}
	src := source[corpora.Listing]{b.Listings, func(i int) (corpora.Listing, error) {
		return corpora.Listing{ID: fmt.Sprint(i), Title: "a thing", Images: []corpora.Image{inMemory(stamped(files[i%len(files)], uint32(i)))}}, nil
	}}
	found := 0
	from := textbench.CPUTime()
	_, err = s.Scan(b.ctx, src, sink(func(f *scanner.Finding) error {
		if f.Error != nil {
			return &f.Error.Problem
		}
		found += len(f.Matches)
		return nil
	}))
	spent := textbench.CPUTime() - from
	if err != nil {
		return err
	}
	if want := (b.Listings + len(files) - 1) / len(files); found < want {
		return fmt.Errorf("%d copies were found, want %d", found, want)
	}
	b.heading("scan of %d listings with one JPEG file of 800×800 pixels each against %d pictures", b.Listings, b.References)
	b.row("listings", float64(b.Listings)/max(spent, time.Microsecond).Seconds(), "per second and core")
	return nil
}

// sink takes findings.
type sink func(f *scanner.Finding) error

func (s sink) Put(_ context.Context, f scanner.Finding) error { return s(&f) }

// newJudge returns the judge with the embedded tables.
func newJudge(c *matchers.Corpus) (*judge.Judge, error) {
	var t judge.Tables
	var err [4]error
	t.Goods, err[0] = goods.Load()
	t.Markets, err[1] = market.Load()
	t.Words, err[2] = words.Load()
	asOf, e := corpora.ParseDate("2026-01-02")
	err[3] = e
	if err := errors.Join(err[:]...); err != nil {
		return nil, err
	}
	return judge.New(judge.Config{AsOf: asOf}, []*matchers.Corpus{c}, t)
}
