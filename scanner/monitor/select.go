package monitor

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"lookalike/corpora"
	"lookalike/corpora/snapshot"
	"lookalike/corpora/words"
	"lookalike/index"
	"lookalike/matchers"
	"lookalike/scanner/ledger"
)

// everything says why every listing has to be scored, whether it changed or not, as a code; "" when it does not.
func (j *job) everything() string {
	switch {
	case j.last == nil:
		return "first"
	case j.last.Rule != j.r.Rule:
		return "rules"
	case len(j.last.Corpora) != len(j.r.Corpora):
		return "corpora"
	}
	for i, c := range j.last.Corpora {
		if c.ID == j.r.Corpora[i].ID {
			continue
		}
		if c.Name != j.r.Corpora[i].Name {
			return "corpora"
		}
		if _, err := os.Stat(j.m.kept(c.ID)); err != nil {
			return "corpora"
		}
	}
	return ""
}

// choose returns the stored listings that this run has met unchanged and that are to be scored again: changed rights may
// concern them, or the day does.
func (j *job) choose(ctx context.Context, in *intake) ([]ledger.Key, error) {
	if j.all != "" {
		return nil, nil
	}
	d := &delta{j: j, ids: map[string]bool{}}
	defer d.close()
	if err := d.build(ctx); err != nil {
		return nil, err
	}
	chosen := map[ledger.Key]bool{}
	otherDay := j.last.Day != j.r.Day
	if len(d.ids) > 0 || otherDay {
		affected, err := j.m.o.Ledger.Affected(ctx, j.w.Name, j.r.Day, otherDay, func(id string) bool { return d.ids[id] })
		if err != nil {
			return nil, err
		}
		for _, k := range affected {
			if in.unscanned(k) {
				chosen[k] = true
			}
		}
	}
	if len(d.corpora) > 0 {
		if err := d.match(ctx, in, chosen); err != nil {
			return nil, err
		}
	}
	out := make([]ledger.Key, 0, len(chosen))
	for k := range chosen {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b ledger.Key) int { return slices.Compare(a[:], b[:]) })
	if len(d.ids) > 0 {
		j.m.o.Note("monitor.rights", map[string]any{"watch": j.w.Name, "rights": len(d.ids), "listings": len(out)})
	}
	return out, nil
}

// unscanned reports whether a listing was met and not scanned in this run.
func (in *intake) unscanned(k ledger.Key) bool {
	content, met := in.seen[k]
	done, ok := in.scanned[k]
	return met && !(ok && done == content)
}

// delta is what changed between the corpora of the last run and of this one.
type delta struct {
	j       *job
	ids     map[string]bool // of new, changed and gone rights
	corpora []*matchers.Corpus
	files   []string
}

func (d *delta) close() {
	for _, c := range d.corpora {
		_ = c.Close()
	}
	for _, f := range d.files {
		_ = os.Remove(f)
	}
}

// build makes a delta corpus of every corpus that is another one than in the last run.
func (d *delta) build(ctx context.Context) error {
	for i, was := range d.j.last.Corpora {
		latest := d.j.e.Corpora()[i]
		if was.ID == latest.Info().Identity {
			continue
		}
		if err := d.between(ctx, d.j.m.kept(was.ID), latest); err != nil {
			return fmt.Errorf("compare corpus %s: %w", was.Name, err)
		}
	}
	return nil
}

func (d *delta) between(ctx context.Context, path string, latest *matchers.Corpus) error {
	before, err := open(path, d.j.e.Kinds())
	if err != nil {
		return err
	}
	defer before.Close()
	if d.j.m.dict == nil {
		if d.j.m.dict, err = words.Load(); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(d.j.m.o.Dir, "delta-*.lkc")
	if err != nil {
		return err
	}
	d.files = append(d.files, f.Name())
	if err := f.Close(); err != nil {
		return err
	}
	w, err := snapshot.Create(f.Name())
	if err != nil {
		return err
	}
	defer w.Abort()
	n := len(d.ids)
	changes := noted{matchers.Delta(before, latest), d.ids}
	rep, err := matchers.Build(ctx, changes, d.j.e.Kinds(), w, matchers.BuildOptions{Name: "delta", Builder: d.j.m.o.Engine, Delta: true, Base: latest, Dictionary: d.j.m.dict.Dictionaries})
	if err != nil {
		return err
	}
	if rep.Rights == 0 || len(d.ids) == n {
		return nil // nothing changed but the file
	}
	if _, err := w.Commit(); err != nil {
		return err
	}
	c, err := open(f.Name(), d.j.e.Kinds())
	if err != nil {
		return err
	}
	d.corpora = append(d.corpora, c)
	return nil
}

func open(path string, kinds []matchers.Kind) (*matchers.Corpus, error) {
	s, err := snapshot.Open(path)
	if err != nil {
		return nil, err
	}
	if err := s.CheckSums(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	c, err := matchers.Open(s, kinds)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return c, nil
}

// noted is a source of rights that notes their ids.
type noted struct {
	corpora.Source[corpora.Right]
	ids map[string]bool
}

func (n noted) All(ctx context.Context) iter.Seq2[corpora.Right, error] {
	return func(yield func(corpora.Right, error) bool) {
		for r, err := range n.Source.All(ctx) {
			if err == nil {
				n.ids[r.ID] = true
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// match adds the stored listings in which a delta corpus finds something.
func (d *delta) match(ctx context.Context, in *intake, chosen map[ledger.Key]bool) error {
	contents := map[ledger.Key]ledger.Key{}
	for k, content := range in.seen {
		if !chosen[k] && in.unscanned(k) {
			contents[k] = content
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan []index.Picked, 4)
	var mu sync.Mutex
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			err := d.matches(ctx, work, func(k index.Key) {
				mu.Lock()
				chosen[ledger.Key(k)] = true
				mu.Unlock()
			})
			if err != nil {
				cancel(err)
			}
		})
	}
	const batch = 128
	var list []index.Picked
	give := func() {
		select {
		case work <- list:
		case <-ctx.Done():
		}
		list = nil
	}
	for p, err := range d.j.pick(ctx, contents) {
		if err != nil {
			cancel(err)
			break
		}
		if list = append(list, p); len(list) == batch {
			give()
		}
	}
	give()
	close(work)
	group.Wait()
	return context.Cause(ctx)
}

// matches is one worker of match.
func (d *delta) matches(ctx context.Context, work <-chan []index.Picked, found func(index.Key)) (err error) {
	debug.SetPanicOnFault(true)
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("reading a corpus: %v", fault)
		}
	}()
	kinds := d.j.e.Kinds()
	features := make([]matchers.Features, len(kinds))
	for i, k := range kinds {
		features[i] = k.New()
	}
	var hits []matchers.Hit
	for list := range work {
		for i := range list {
			if ctx.Err() != nil {
				return nil
			}
			ready := make([]bool, len(kinds))
			for _, c := range d.corpora {
				for _, m := range c.Matchers() {
					k := slices.IndexFunc(kinds, func(k matchers.Kind) bool { return k.Name() == m.Kind().Name() })
					if !ready[k] {
						prepare(ctx, features[k], kinds[k], &list[i].Listing)
						ready[k] = true
					}
					if hits = m.Match(features[k], hits[:0]); len(hits) > 0 {
						found(list[i].Key)
					}
				}
			}
		}
	}
	return nil
}

// prepare loads the features that the index keeps of a listing, or makes those that it does not keep of what is at hand.
func prepare(ctx context.Context, f matchers.Features, k matchers.Kind, l *corpora.Listing) {
	for _, b := range l.Prepared {
		if b.Kind == k.Name() && b.Version == k.Version() && f.Load(b.Data) == nil {
			return
		}
	}
	f.Prepare(ctx, l)
}

// rescan scores the chosen stored listings whole against the new corpora.
func (j *job) rescan(ctx context.Context) error {
	todo, err := j.r.Todo(ctx)
	if err != nil || len(todo) == 0 {
		return err
	}
	in := &intake{j: j, scanned: map[ledger.Key]ledger.Key{}}
	in.src = &Reading{Source: &stored{in, todo}}
	return in.again(ctx)
}

// stored is the source of the chosen listings.
type stored struct {
	in       *intake
	contents map[ledger.Key]ledger.Key
}

func (s *stored) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for p, err := range s.in.j.pick(ctx, s.contents) {
			if err != nil {
				s.in.fail(err)
				return
			}
			key := ledger.Key(p.Key)
			s.in.mu.Lock()
			s.in.waiting = append(s.in.waiting, waiting{item: ledger.Item{Key: key, Content: s.contents[key]}})
			s.in.mu.Unlock()
			if !yield(p.Listing, nil) {
				return
			}
		}
	}
}

// pick returns stored listings, given their contents by key: those of the index with their features, then, of an index that
// lost some, those of the ledger.
func (j *job) pick(ctx context.Context, contents map[ledger.Key]ledger.Key) iter.Seq2[index.Picked, error] {
	return func(yield func(index.Picked, error) bool) {
		x, err := j.index()
		if err != nil {
			yield(index.Picked{}, err)
			return
		}
		keys := make([]index.Key, 0, len(contents))
		for k := range contents {
			keys = append(keys, index.Key(k))
		}
		slices.SortFunc(keys, func(a, b index.Key) int { return slices.Compare(a[:], b[:]) })
		met := make(map[index.Key]bool, len(keys))
		for p, err := range x.Pick(ctx, keys) {
			met[p.Key] = true
			if !yield(p, err) || err != nil {
				return
			}
		}
		for _, k := range keys {
			if met[k] || ctx.Err() != nil {
				continue
			}
			r, ok, err := j.m.o.Ledger.Content(ctx, contents[ledger.Key(k)])
			if err == nil && !ok {
				err = fmt.Errorf("listing %s is neither in the index nor in the ledger", ledger.Key(k))
			}
			if err != nil {
				yield(index.Picked{}, err)
				return
			}
			if !yield(index.Picked{Key: k, Listing: *r.Listing()}, nil) {
				return
			}
		}
	}
}

// again runs the scanner over stored listings.
func (in *intake) again(ctx context.Context) error {
	sc, err := in.j.e.Scanner(in.keep)
	if err != nil {
		return err
	}
	_, err = sc.Scan(ctx, in.src.Source, in)
	in.mu.Lock()
	defer in.mu.Unlock()
	if err == nil {
		err = context.Cause(ctx)
	}
	if err = errors.Join(in.err, err); err != nil {
		return err
	}
	return in.flush(ctx)
}
