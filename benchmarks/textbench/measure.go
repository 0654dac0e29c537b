package textbench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/matchers"
	"lookalike/matchers/core"
	"lookalike/matchers/fold"
	"lookalike/matchers/text"
)

// Options says what to measure.
type Options struct {
	Sizes  []int // of the registers; none: 10,000, 100,000 and 1,000,000
	Titles int   // 0: as many as take about a second
	Seed   uint64
	Dir    string // for the registers while they are measured; "": the system's
}

// Row is one measurement.
type Row struct {
	Marks     int
	Policy    Policy
	PerSecond float64 // listings per second of CPU time
	Matches   float64 // per listing, all lanes
	Edits     float64 // per listing, lane edit
}

// Register is a register of synthetic marks that is ready to be matched.
type Register struct {
	Names    []string
	File     *snapshot.File
	Built    time.Duration // CPU time
	Opened   time.Duration
	matchers map[Policy]matchers.Matcher
	dir      string
}

// Policy is a way to match.
type Policy string

// The policies.
const (
	Flood   Policy = "on"    // all lanes, ordinary words gated
	NoFlood Policy = "off"   // all lanes
	Equal   Policy = "equal" // windows that equal marks only
)

// Build makes a register of n marks in a folder below dir.
func Build(ctx context.Context, dir string, seed uint64, n int) (*Register, error) {
	dir, err := os.MkdirTemp(dir, "textbench")
	if err != nil {
		return nil, err
	}
	r := &Register{Names: Marks(seed, n), dir: dir, matchers: map[Policy]matchers.Matcher{}}
	if err := r.build(ctx, filepath.Join(dir, "marks.lkc")); err != nil {
		r.Close()
		return nil, fmt.Errorf("build a register of %d marks: %w", n, err)
	}
	return r, nil
}

func (r *Register) build(ctx context.Context, path string) error {
	start := CPUTime()
	b := text.New().Builder()
	for i, s := range r.Names {
		if err := b.Add(ctx, uint32(i), &corpora.Sign{Text: s}); err != nil {
			return err
		}
	}
	w, err := snapshot.Create(path)
	if err != nil {
		return err
	}
	defer w.Abort()
	if err := b.Finish(w); err != nil {
		return err
	}
	if _, err := w.Commit(); err != nil {
		return err
	}
	r.Built = CPUTime() - start
	opening := time.Now()
	if r.File, err = snapshot.Open(path); err != nil {
		return err
	}
	for policy, k := range kinds() {
		if r.matchers[policy], err = k.Open(r.File); err != nil {
			return err
		}
	}
	r.Opened = time.Since(opening)
	return nil
}

func kinds() map[Policy]text.Kind {
	return map[Policy]text.Kind{Flood: text.New(), NoFlood: text.New(text.WithoutFloodPolicy()), Equal: text.New(text.EqualOnly())}
}

// Close removes the register.
func (r *Register) Close() {
	if r.File != nil {
		r.File.Close()
	}
	os.RemoveAll(r.dir)
}

// Speed matches listings for at least the given CPU time and returns what it saw.
func (r *Register) Speed(ctx context.Context, listings []corpora.Listing, policy Policy, least time.Duration) Row {
	row := Row{Marks: len(r.Names), Policy: policy}
	f := kinds()[policy].New()
	m := r.matchers[policy]
	var hits []matchers.Hit
	n, all, edits := 0, 0, 0
	start := CPUTime()
	for spent := time.Duration(0); spent < least && ctx.Err() == nil; spent = CPUTime() - start {
		for i := range min(len(listings), 256) {
			l := &listings[(n+i)%len(listings)]
			f.Prepare(ctx, l)
			hits = m.Match(f, hits[:0])
			all += len(hits)
			for _, h := range hits {
				if h.Lane == matchers.Edit {
					edits++
				}
			}
		}
		n += min(len(listings), 256)
	}
	row.PerSecond = float64(n) / (CPUTime() - start).Seconds()
	row.Matches, row.Edits = float64(all)/float64(n), float64(edits)/float64(n)
	return row
}

// Best is Speed several times over, each for a quarter of a second, and the fastest of them: what else a machine does at the
// same time only ever slows.
func (r *Register) Best(ctx context.Context, listings []corpora.Listing, policy Policy) (best Row) {
	for range 5 {
		if row := r.Speed(ctx, listings, policy, time.Second/4); row.PerSecond > best.PerSecond {
			best = row
		}
	}
	return best
}

// Recall compares the edit neighbourhood of some titles with brute force and returns the share found.
func (r *Register) Recall(titles []string) (float64, error) {
	marks := &core.Marks{Offsets: []uint32{0}}
	var t fold.Text
	for _, s := range r.Names {
		t.Fold(s)
		marks.Add(t.Runes)
	}
	edits, err := core.NewEdits(marks, core.BuildEdits(marks))
	if err != nil {
		return 0, err
	}
	want, found := 0, 0
	var s core.Scratch
	for _, title := range titles {
		t.Fold(title)
		x := core.Text{Runes: t.Runes, Short: 1}
		for _, k := range t.Tokens {
			x.Tokens = append(x.Tokens, core.Span{From: k.From, To: k.To})
		}
		brute := core.Brute(marks, &x, nil)
		got := edits.Search(&s, &x, nil)
		want += len(brute)
		for _, b := range brute {
			if _, ok := slices.BinarySearchFunc(got, b, core.Match.Compare); ok {
				found++
			}
		}
		if len(got) != len(brute) {
			found -= max(0, len(got)-len(brute)) // more than there is counts against it
		}
	}
	if want == 0 {
		return 1, nil
	}
	return float64(found) / float64(want), nil
}

// Listings wraps titles, with descriptions of 52 words when long.
func Listings(seed uint64, titles []string, long bool) []corpora.Listing {
	r := rand.New(rand.NewPCG(seed, 3))
	out := make([]corpora.Listing, len(titles))
	for i, s := range titles {
		out[i].Title = s
		if long {
			for range 52 {
				out[i].Description += title(pick(r, plain)) + " "
			}
		}
	}
	return out
}

// Run measures and prints a table: each row one register, text and policy. The recall of the lane edit is against brute force
// without policy, and with it the share of that which the policy leaves.
func Run(ctx context.Context, w io.Writer, o Options) error {
	if len(o.Sizes) == 0 {
		o.Sizes = []int{10_000, 100_000, 1_000_000}
	}
	fmt.Fprintf(w, "machine  %s %s/%s, %d processors, one used; rates are per second of CPU time, the best of five\nrecall is of the lane edit: without the policy against brute force, with it the share that the policy leaves of that\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, n := range o.Sizes {
		if err := o.size(ctx, w, n); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (o Options) size(ctx context.Context, w io.Writer, n int) error {
	r, err := Build(ctx, o.Dir, o.Seed, n)
	if err != nil {
		return err
	}
	defer r.Close()
	titles := Titles(o.Seed, max(o.Titles, 2000), r.Names)
	recall, err := r.Recall(titles[:min(20, max(1, 200_000/n))])
	if err != nil {
		return err
	}
	edit, all := r.bytes()
	fmt.Fprintf(w, "\n%d marks: built in %.1f s of CPU time, opened in %.1f ms, %.0f bytes a mark for the lane edit, %.0f for all lanes\n",
		n, r.Built.Seconds(), float64(r.Opened.Microseconds())/1000, edit, all)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "text\tflood policy\tlistings/s\tmatches\tof them edits\trecall\t")
	for _, long := range []bool{false, true} {
		listings := Listings(o.Seed, titles, long)
		edits := map[Policy]int{}
		for _, policy := range []Policy{Flood, NoFlood} {
			edits[policy] = r.edits(ctx, listings[:min(len(listings), max(100, 20_000_000/n))], policy)
		}
		for _, policy := range []Policy{Flood, NoFlood, Equal} {
			row := r.Best(ctx, listings, policy)
			name, share := "18 words", "-"
			if long {
				name = "70 words"
			}
			switch policy {
			case NoFlood:
				share = fmt.Sprintf("%.3f", recall)
			case Flood: // what the policy drops is what lacks to that
				share = fmt.Sprintf("%.3f", recall*float64(edits[Flood])/float64(max(edits[NoFlood], 1)))
			}
			fmt.Fprintf(t, "%s\t%s\t%.0f\t%.1f\t%.1f\t%s\t\n", name, policy, row.PerSecond, row.Matches, row.Edits, share)
		}
	}
	return t.Flush()
}

// edits counts the hits of the lane edit in listings.
func (r *Register) edits(ctx context.Context, listings []corpora.Listing, policy Policy) (n int) {
	f, m := kinds()[policy].New(), r.matchers[policy]
	var hits []matchers.Hit
	for i := range listings {
		f.Prepare(ctx, &listings[i])
		hits = m.Match(f, hits[:0])
		for _, h := range hits {
			if h.Lane == matchers.Edit {
				n++
			}
		}
	}
	return n
}

// bytes returns the sizes of the sections per mark: those that the lane edit needs, and all.
func (r *Register) bytes() (edit, all float64) {
	for _, s := range r.File.Sections() {
		size := float64(s.Size) / float64(len(r.Names))
		all += size
		switch s.Name {
		case "text/edit-buckets", "text/edit-entries", "text/edit-notes", "text/edit-filter", "text/runes", "text/offsets", "text/modes", "text/signs":
			edit += size
		}
	}
	return edit, all
}
