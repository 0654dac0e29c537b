package textbench

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// Program measures the whole program: for each size the building of a corpus out of a table of rights, and a scan of a feed
// of titles against it, to JSON Lines, each in a process of its own.
type Program struct {
	Exe    string // the program
	Sizes  []int
	Titles int // of the feed; 0: 20,000
	Seed   uint64
	Dir    string // for the files; "": the system's
}

// used is what a process took.
type used struct {
	cpu  time.Duration
	peak int64 // bytes of memory, 0 where the system does not tell
}

// Run measures and prints two lines per size.
func (p Program) Run(ctx context.Context, w io.Writer) error {
	if p.Titles == 0 {
		p.Titles = 20_000
	}
	for _, n := range p.Sizes {
		if err := p.size(ctx, w, n); err != nil {
			return fmt.Errorf("measure the program with %d marks: %w", n, err)
		}
	}
	return nil
}

func (p Program) size(ctx context.Context, w io.Writer, n int) error {
	dir, err := os.MkdirTemp(p.Dir, "textbench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rights, corpus, feed := filepath.Join(dir, "rights.csv"), filepath.Join(dir, "marks.lkc"), filepath.Join(dir, "feed.csv")
	names := Marks(p.Seed, n)
	titles := Titles(p.Seed, p.Titles, names)
	err = errors.Join(
		writeCSV(rights, []string{"id", "kind", "text"}, n, func(i int) []string { return []string{"m" + strconv.Itoa(i), "mark", names[i]} }),
		writeCSV(feed, []string{"id", "title"}, p.Titles, func(i int) []string { return []string{"t" + strconv.Itoa(i), titles[i]} }),
	)
	if err != nil {
		return err
	}
	built, err := p.process(ctx, "corpus", "build", "--rights", rights, "--out", corpus, "--quiet")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nprogram, %d marks: corpus build takes %.1f s of CPU time, %s of memory\n", n, built.cpu.Seconds(), megabytes(built.peak))
	scanned, err := p.process(ctx, "scan", feed, "--corpus", corpus, "--format", "jsonl", "--quiet")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "program, %d marks: scan of %d titles from feed to JSON Lines takes %.1f s of CPU time, %.0f titles per second of it, %s of memory\n",
		n, p.Titles, scanned.cpu.Seconds(), float64(p.Titles)/scanned.cpu.Seconds(), megabytes(scanned.peak))
	return nil
}

func megabytes(n int64) string {
	if n == 0 {
		return "an unknown amount"
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// process runs the program. A status that tells of findings or of gaps in coverage is no failure.
func (p Program) process(ctx context.Context, args ...string) (used, error) {
	c := exec.CommandContext(ctx, p.Exe, args...)
	err := c.Run()
	if e, ok := errors.AsType[*exec.ExitError](err); ok && (e.ExitCode() == 1 || e.ExitCode() == 3) {
		err = nil
	}
	if err != nil {
		return used{}, fmt.Errorf("%s: %w", args[0], err)
	}
	return used{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), peakOf(c.ProcessState)}, nil
}

func writeCSV(path string, head []string, n int, row func(i int) []string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	w := csv.NewWriter(b)
	err = w.Write(head)
	for i := 0; i < n && err == nil; i++ {
		err = w.Write(row(i))
	}
	w.Flush()
	return errors.Join(err, w.Error(), b.Flush(), f.Close())
}
