package monitor

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"

	"lookalike/corpora"
	"lookalike/index"
	"lookalike/matchers"
	"lookalike/scanner"
	"lookalike/scanner/ledger"
)

// stageEvery is after how many listings what was read is put aside in the ledger.
const stageEvery = 256

// intake is one reading: the source that the scanner pulls from, which leaves out what needs no scan, and the sink of what
// it found. The puller and the sink work on goroutines of their own.
type intake struct {
	j   *job
	src *Reading // nil for stored listings

	known         map[ledger.Key]ledger.Known
	seen, scanned map[ledger.Key]ledger.Key

	mu      sync.Mutex
	waiting []waiting     // with the scanner, in their order
	ready   []ledger.Item // to be put aside
	pulled  int           // listings that the source gave
	next    int64         // place of the next listing
	bad     []string      // records that could not be read
	badRows int
	err     error
	kept    *corpora.Listing // what the scanner kept of the listing that comes next
	memory  matchers.Features
	pending int // bytes of listings that wait to be put aside
}

// waiting is a listing that the scanner works on.
type waiting struct {
	item ledger.Item
	at   int // how many listings the source had given with it
}

// read reads the watch and scans what is new or changed. A run that was cut off behind its reading has nothing to read.
func (j *job) read(ctx context.Context) (End, error) {
	var err error
	if j.last, err = j.m.o.Ledger.Last(ctx, j.w.Name); err != nil {
		return End{}, err
	}
	if j.r.At == ledger.StageSelected {
		note, err := j.r.Note(ctx)
		if err != nil {
			return End{}, err
		}
		var end End
		return end, json.Unmarshal([]byte(note), &end)
	}
	if j.all = j.everything(); j.all != "" && j.last != nil {
		j.m.o.Note("monitor.whole", map[string]any{"watch": j.w.Name, "reason": j.all})
	}
	in, end, err := j.intake(ctx)
	if err != nil {
		return End{}, err
	}
	keys, err := j.choose(ctx, in)
	if err != nil {
		return End{}, err
	}
	note, err := json.Marshal(end)
	if err != nil {
		return End{}, err
	}
	return end, j.r.Select(ctx, keys, string(note))
}

// intake runs the source through the scanner.
func (j *job) intake(ctx context.Context) (in *intake, end End, err error) {
	src, err := j.m.o.OpenSource(ctx, j.w)
	if unreadable, ok := errors.AsType[*SourceError](err); ok {
		in = &intake{j: j, seen: map[ledger.Key]ledger.Key{}, scanned: map[ledger.Key]ledger.Key{}}
		return in, End{Reason: "feed", Problems: []string{oneLine(unreadable.Error())}}, nil
	}
	if err != nil {
		return nil, end, err
	}
	defer func() {
		if src.Close != nil {
			err = errors.Join(err, src.Close())
		}
	}()
	if !src.Resumes {
		if err := j.r.Restart(ctx); err != nil {
			return nil, end, err
		}
	}
	in = &intake{j: j, src: src}
	if in.known, err = j.r.Known(ctx); err != nil {
		return nil, end, err
	}
	if in.seen, in.scanned, in.next, err = j.r.Progress(ctx); err != nil {
		return nil, end, err
	}
	if err := in.scan(ctx); err != nil {
		return nil, end, err
	}
	if end, err = src.End(); err != nil {
		return nil, end, err
	}
	if in.badRows > 0 {
		end.Whole, end.Complete = false, false
		if end.Reason == "" {
			end.Reason = "rows"
		}
		end.Problems = append(end.Problems, in.bad...)
	}
	return in, end, nil
}

// scan runs the scanner over the intake and puts the rest aside.
func (in *intake) scan(ctx context.Context) error {
	sc, err := in.j.e.Scanner(in.keep)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	_, err = sc.Scan(ctx, in, in)
	if err == nil {
		err = context.Cause(ctx)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if err = errors.Join(in.err, err); err != nil {
		return err
	}
	return in.flush(ctx)
}

// All gives the scanner what it has to look at.
func (in *intake) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		for l, err := range in.src.Source.All(ctx) {
			if ctx.Err() != nil {
				return
			}
			scan, err := in.take(ctx, &l, err)
			if err != nil {
				in.fail(err)
				return
			}
			if scan && !yield(l, nil) {
				return
			}
		}
	}
}

func (in *intake) fail(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err == nil {
		in.err = err
	}
}

// maxBad bounds how many bad records are named.
const maxBad = 100

// take decides what a record needs.
func (in *intake) take(ctx context.Context, l *corpora.Listing, readErr error) (scan bool, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err != nil {
		return false, in.err
	}
	if readErr != nil {
		if in.badRows++; len(in.bad) < maxBad {
			in.bad = append(in.bad, fmt.Sprintf("%s %d: %v", l.Origin, l.Row, readErr))
		}
		return false, nil
	}
	in.pulled++
	content := ledger.Key(index.ContentOf(l))
	key, again := in.key(l, content)
	if again {
		return false, nil
	}
	in.seen[key] = content
	it := ledger.Item{Key: key, Content: content, Ord: in.next}
	in.next++
	was, known := in.known[key]
	fresh := !known || was.Gone || was.Content != content || in.j.all != ""
	if done, ok := in.scanned[key]; fresh && (!ok || done != content) {
		in.waiting = append(in.waiting, waiting{it, in.pulled})
		return true, nil
	}
	in.ready = append(in.ready, it)
	if len(in.ready) >= stageEvery && len(in.waiting) == 0 {
		return false, in.flush(ctx)
	}
	return false, nil
}

// key returns the key of a listing, and whether this reading has had it with this content before. A further listing under the
// same seller and id gets a key of its own.
func (in *intake) key(l *corpora.Listing, content ledger.Key) (key ledger.Key, again bool) {
	first := index.KeyOf(in.j.w.Name, l)
	key, second := ledger.Key(first), ledger.Key(first.Second(index.Key(content)))
	had, met := in.seen[key]
	was, known := in.known[key]
	other, stored := in.known[second]
	switch {
	case met && had == content:
		return key, true
	case met, known && was.Content != content && stored && !other.Gone:
		_, again = in.seen[second]
		return second, again
	}
	return key, false
}

// keep takes a listing with its features from the scanner, just before its finding.
func (in *intake) keep(ctx context.Context, l *corpora.Listing) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.waiting) == 0 {
		return errors.New("the scanner keeps a listing that nobody gave it")
	}
	if _, err := in.j.index(); err != nil {
		return err
	}
	in.kept = l
	return in.j.keeper.PutAs(ctx, index.Key(in.waiting[0].item.Key), l)
}

// Put takes a finding.
func (in *intake) Put(ctx context.Context, f scanner.Finding) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.waiting) == 0 {
		return errors.New("the scanner found something in a listing that nobody gave it")
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	it := in.waiting[0].item
	l := *f.Source
	it.Listing, it.Finding = &l, &f
	it.Whole = in.j.w.seal != "" && f.Grade != nil && f.Grade.Rank() >= in.j.w.seal.Rank()
	if in.kept != nil {
		it.Picture = in.picture(in.kept)
	}
	in.kept = nil
	in.waiting = in.waiting[1:]
	in.ready = append(in.ready, it)
	in.scanned[it.Key] = it.Content
	in.pending += len(l.Description) + len(l.Title)
	if len(in.ready) >= stageEvery || in.pending > 8<<20 {
		return in.flush(ctx)
	}
	return nil
}

// flush puts what is ready aside, in the index first, and lets the source forget it.
func (in *intake) flush(ctx context.Context) error {
	if in.j.keeper != nil {
		if err := in.j.keeper.Flush(); err != nil {
			return err
		}
	}
	if len(in.ready) > 0 {
		if err := in.j.r.Stage(ctx, in.ready); err != nil {
			return err
		}
	}
	clear(in.ready)
	in.ready, in.pending = in.ready[:0], 0
	if in.src == nil || in.src.Acknowledge == nil {
		return nil
	}
	safe := in.pulled
	if len(in.waiting) > 0 {
		safe = in.waiting[0].at - 1
	}
	return in.src.Acknowledge(safe)
}

// picture returns the hash of the main picture of a listing as its features know it, zero without one.
func (in *intake) picture(l *corpora.Listing) ledger.Key {
	for _, k := range in.j.e.Kinds() {
		if in.memory == nil {
			f := k.New()
			if _, ok := f.(matchers.Pictured); !ok {
				continue
			}
			in.memory = f
		}
		for _, b := range l.Prepared {
			if b.Kind != k.Name() || b.Version != k.Version() || in.memory.Load(b.Data) != nil {
				continue
			}
			p, ok := in.memory.(matchers.Pictured)
			if !ok {
				continue
			}
			for _, facts := range p.Pictures() {
				if facts.OK && facts.Hash != ([32]byte{}) {
					return hashed(facts.Hash)
				}
			}
		}
	}
	return ledger.Key{}
}

func hashed(h [32]byte) ledger.Key {
	sum := sha256.Sum256(h[:])
	return ledger.Key(sum[:16])
}
