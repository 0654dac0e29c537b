package scanner

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"lookalike/corpora"
)

const (
	// handOver is how many listings a worker takes at once: enough that the lock costs nothing beside the matching.
	handOver = 64
	// drainTime is how long a sink may take for what was finished when the context ended.
	drainTime = 500 * time.Millisecond
)

// Scan reads src to its end, or until ctx is done, a corpus fails or the sink fails, and returns what it saw in either
// case. Every goroutine that it started has ended when it returns.
//
// When ctx ends, no further listing is begun, the findings that are finished reach the sink in order within half a
// second, and the error is context.Cause(ctx). A *CorpusError says that a corpus could not be read, a *SinkError that
// the sink failed. A bad record and a fault in a matcher or in the reader are no errors: see Stats.
//
// The source must end when ctx does; a reader that blocks beyond that blocks Scan.
func (s *Scanner) Scan(ctx context.Context, src corpora.Source[corpora.Listing], sink Sink) (Stats, error) {
	start := time.Now()
	p := &pass{ring: make([]slot, s.cfg.InFlight), share: s.cfg.Workers}
	p.room.L, p.work.L, p.done.L = &p.mu, &p.mu, &p.mu

	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	group.Go(func() {
		<-inner.Done()
		p.stop(context.Cause(inner))
	})
	group.Go(func() { p.pull(inner, src) })
	for i := range s.workers {
		group.Go(func() {
			if err := p.match(inner, s, i); err != nil {
				cancel(err)
			}
		})
	}
	t := newTally(s)
	err := p.deliver(inner, t, sink)
	cancel(err)
	group.Wait()
	if p.failed != nil && err == nil {
		err = p.failed
		// What was finished when the scan was stopped from outside is still worth having.
		if ctx.Err() != nil {
			late, done := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
			if failed := p.drain(late, t, sink); failed != nil {
				err = failed
			}
			done()
		}
	}
	return t.stats(src, err == nil && !p.broken, time.Since(start)), err
}

// SinkError says that the sink did not take a finding.
type SinkError struct{ Err error }

// Error says what failed.
func (e *SinkError) Error() string { return fmt.Sprintf("writing a finding: %v", e.Err) }

// Unwrap returns the sink's own error.
func (e *SinkError) Unwrap() error { return e.Err }

// CorpusError says that a corpus could not be read while it was in use.
type CorpusError struct{ Err error }

// Error says what failed.
func (e *CorpusError) Error() string { return fmt.Sprintf("reading a corpus: %v", e.Err) }

// Unwrap returns the cause.
func (e *CorpusError) Unwrap() error { return e.Err }

// slot is one listing on its way from the reader to the sink.
type slot struct {
	listing *corpora.Listing
	err     error // of the source
	result  result
	ready   bool
}

// pass is one Scan: a ring of slots between one reader, the workers and the sink. Listings are numbered from 0; those
// with number n ≥ put and n < read are held, the one numbered n in ring[n % len(ring)].
//
//	put ≤ taken ≤ read ≤ put + len(ring)
//
// A slot belongs to the reader until read passes it, to one worker from the moment that taken passes it until it is
// ready, and to the deliverer from then on.
type pass struct {
	mu               sync.Mutex
	room, work, done sync.Cond // wake the reader, the workers, the deliverer
	ring             []slot
	read, taken, put int
	share            int   // workers among whom a queue is shared out
	ended            bool  // the reader reads no more
	broken           bool  // the reader ended by a fault of its own
	stopped          bool  // nothing further is begun
	failed           error // why it was stopped, nil after a regular end
}

// stop makes the reader, the workers and the deliverer return.
func (p *pass) stop(cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopped {
		p.stopped = true
		if !p.over() {
			p.failed = cause
		}
	}
	p.wake()
}

// over reports whether every listing of the source has been delivered.
func (p *pass) over() bool { return p.ended && p.put == p.read }

func (p *pass) wake() {
	p.room.Broadcast()
	p.work.Broadcast()
	p.done.Broadcast()
}

// at returns the slot of listing n.
func (p *pass) at(n int) *slot { return &p.ring[n%len(p.ring)] }

// pull reads listings from src while there is room for them.
func (p *pass) pull(ctx context.Context, src corpora.Source[corpora.Listing]) {
	var last corpora.Listing // the origin to name when the reader breaks
	defer func() {
		fault := recover() != nil
		if fault && ctx.Err() == nil {
			p.push(&corpora.Listing{Origin: last.Origin}, &corpora.Problem{Code: corpora.ReaderFailed})
		}
		p.mu.Lock()
		p.ended, p.broken = true, p.broken || fault
		p.wake()
		p.mu.Unlock()
	}()
	if !p.vacant() {
		return
	}
	for l, err := range src.All(ctx) {
		if err != nil && ctx.Err() != nil {
			return // the source says that it was interrupted
		}
		last.Origin = l.Origin
		p.push(&l, err)
		// Room is asked for before the next record is read, so that no more than the ring is ever held.
		if !p.vacant() {
			return
		}
	}
}

// vacant waits for a free slot. It returns false when the pass was stopped.
func (p *pass) vacant() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.read-p.put == len(p.ring) && !p.stopped {
		p.room.Wait()
	}
	return !p.stopped
}

// push hands a listing to the workers. There must be a vacant slot.
func (p *pass) push(l *corpora.Listing, err error) {
	p.mu.Lock()
	*p.at(p.read) = slot{listing: l, err: err}
	p.read++
	p.mu.Unlock()
	p.work.Signal()
}

// match is worker i: it takes runs of listings, fills their results and reports them as ready. Its error ends the scan.
func (p *pass) match(ctx context.Context, s *Scanner, i int) error {
	debug.SetPanicOnFault(true) // a corpus file cut under its mapping is an error, not a crash
	for {
		from, to := p.take()
		if from == to {
			return nil
		}
		if s.workers[i] == nil {
			s.workers[i] = s.newWorker()
		}
		finished := from
		for ; finished < to && ctx.Err() == nil; finished++ {
			sl := p.at(finished)
			r, err := s.workers[i].scan(ctx, sl.listing, sl.err)
			if err != nil {
				return err
			}
			if ctx.Err() != nil {
				break
			}
			sl.result = r
		}
		p.finish(from, finished)
	}
}

// take waits for listings and claims a run of them: a fair share of what is queued, at most handOver. The run is empty
// when there will be no more.
func (p *pass) take() (from, to int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.taken == p.read && !p.ended && !p.stopped {
		p.work.Wait()
	}
	if p.stopped {
		return 0, 0
	}
	queued := p.read - p.taken
	from = p.taken
	to = from + min(queued, handOver, max(1, queued/p.share))
	p.taken = to
	return from, to
}

// finish marks listings as ready for the sink.
func (p *pass) finish(from, to int) {
	p.mu.Lock()
	for n := from; n < to; n++ {
		p.at(n).ready = true
	}
	p.mu.Unlock()
	p.done.Signal()
}

// deliver hands results to the sink in order until the source is exhausted or the pass is stopped.
func (p *pass) deliver(ctx context.Context, t *tally, sink Sink) error {
	for {
		from, to := p.await()
		if from == to {
			return nil
		}
		n := from
		for ; n < to && ctx.Err() == nil; n++ {
			err := t.put(ctx, &p.at(n).result, sink)
			if err != nil && ctx.Err() == nil {
				return &SinkError{err}
			}
			if err != nil {
				break // interrupted in the sink: drain offers it again
			}
		}
		p.release(n)
		t.progress(n - from)
		if n < to {
			return nil
		}
	}
}

// await waits for ready listings at the head of the ring and returns their run, empty at the end.
func (p *pass) await() (from, to int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.stopped && !p.over() && !(p.put < p.read && p.at(p.put).ready) {
		p.done.Wait()
	}
	from, to = p.put, p.put
	for !p.stopped && to < p.read && p.at(to).ready && to-from < handOver {
		to++
	}
	return from, to
}

// release gives the slots before listing n back to the reader.
func (p *pass) release(n int) {
	p.mu.Lock()
	for ; p.put < n; p.put++ {
		*p.at(p.put) = slot{}
	}
	p.mu.Unlock()
	p.room.Signal()
}

// drain hands over what is ready after a stop, in order, as long as ctx lasts. Listings that nobody finished are left
// out.
func (p *pass) drain(ctx context.Context, t *tally, sink Sink) error {
	for ; p.put < p.read && ctx.Err() == nil; p.put++ {
		if sl := p.at(p.put); sl.ready {
			if err := t.put(ctx, &sl.result, sink); err != nil {
				return &SinkError{err}
			}
			t.progress(1)
		}
	}
	return nil
}
