// Genstarter writes the corpus that a newcomer scans with: corpora/starter/starter.csv, which people review, and
// starter.lkc.zst, which is embedded.
//
//	go run ./benchmarks/genstarter -nsi name-suggestion-index-8.0.20260918.tgz -icons simple-icons-16.37.0.tgz -out corpora/starter
//
// The rows are facts: names, owners where known, names in Chinese, Japanese, Korean and Russian, kinds of goods and the
// Nice classes that follow from them. They come, the first that names a brand deciding, from
//   - brands.csv, kept by hand, each row with its source
//   - icons.csv, a hand-kept choice of brands of simple-icons (CC0)
//   - the npm package name-suggestion-index 8.0.20260918 (BSD-3-Clause), in the categories of categories.csv, those of most
//     countries first, up to 3,000 rows in all
//
// Logos are the drawings of the npm package simple-icons 16.37.0 (CC0) whose title is the brand's name. Names and logos
// remain trademarks of their owners. The same inputs give the same bytes.
package main

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// maxRows is how many rows the corpus has at most.
const maxRows = 3000

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "genstarter:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("genstarter", flag.ContinueOnError)
	nsi := fs.String("nsi", "", "package of name-suggestion-index, as npm packs it")
	iconsFile := fs.String("icons", "", "package of simple-icons, as npm packs it")
	out := fs.String("out", "corpora/starter", "folder to write to")
	if err := fs.Parse(args); err != nil {
		return err
	}
	icons, err := readIcons(*iconsFile)
	if err != nil {
		return err
	}
	c, err := newCollection()
	if err != nil {
		return err
	}
	if err := c.addHandKept(); err != nil {
		return err
	}
	if err := c.addIcons(icons); err != nil {
		return err
	}
	if err := c.addIndex(*nsi); err != nil {
		return err
	}
	icons.attach(c.rows)
	if err := writeTable(filepath.Join(*out, "starter.csv"), c.rows); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "genstarter")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	corpus := filepath.Join(dir, "starter.lkc")
	report, err := build(ctx, corpus, source(c.rows, icons))
	if err != nil {
		return err
	}
	if err := pack(corpus, filepath.Join(*out, "starter.lkc.zst")); err != nil {
		return err
	}
	fmt.Printf("%d rights, %d signs, %d pictures, %d left out\n", report.Rights, report.Signs, report.Pictures, report.Bad)
	return nil
}

// pack compresses the corpus for embedding.
func pack(corpus, path string) error {
	data, err := os.ReadFile(corpus)
	if err != nil {
		return err
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	return os.WriteFile(path, w.EncodeAll(data, nil), 0o644)
}

// columns are those of starter.csv, a table of rights as corpus build reads it.
var columns = []string{"id", "kind", "text", "owner", "status", "classes", "goods", "aliases", "images", "form", "flags", "source"}

// writeTable writes the rows as a table of rights. Pictures are named by their file within simple-icons.
func writeTable(path string, rows []row) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := csv.NewWriter(f)
	if err := w.Write(columns); err != nil {
		return err
	}
	for _, r := range rows {
		if err := w.Write(r.record()); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
