package crawl

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Bounds of what a run holds in memory.
const (
	maxUndelivered = 2_000 // listings stored and not handed out, beyond which no page is asked for
	maxBatch       = 256   // outcomes of one transaction
)

// run is one call of All: the scheduler and its workers. The scheduler's goroutine alone touches sites and writes pages.
type run struct {
	c        *Crawler
	f        *frontier
	sites    map[string]*site
	jobs     chan job
	outcomes chan outcome
	inflight int
	local    []outcome     // ended without a request
	fresh    chan struct{} // listings were stored
	space    chan struct{} // listings were taken
	taken    counter       // sequence of the last listing that was handed out
	stopped  string        // why no further page is asked for: the budget
}

func newRun(c *Crawler) *run {
	n := c.config.Workers
	return &run{
		c: c, f: c.frontier, sites: map[string]*site{}, jobs: make(chan job, n), outcomes: make(chan outcome, n),
		fresh: make(chan struct{}, 1), space: make(chan struct{}, 1),
	}
}

// crawl runs to the end of the frontier. Every worker has ended when it returns.
func (r *run) crawl(ctx context.Context) error {
	if err := r.start(); err != nil {
		return fmt.Errorf("crawl: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for range r.c.config.Workers {
		w := r.c.newWorker(r.outcomes)
		wg.Go(func() {
			for j := range r.jobs {
				select {
				case r.outcomes <- w.do(ctx, j):
				case <-ctx.Done():
					return
				}
			}
		})
	}
	defer wg.Wait()
	defer close(r.jobs)
	defer cancel()
	if err := r.loop(ctx); err != nil {
		return fmt.Errorf("crawl: %w", err)
	}
	return nil
}

// start begins a run or goes on with one, and lets the seeds in.
func (r *run) start() error {
	known, err := r.f.hosts()
	if err != nil {
		return err
	}
	queued, err := r.f.queued()
	if err != nil {
		return err
	}
	for name, h := range known {
		r.site(name).known = *h
	}
	for name, n := range queued {
		r.site(name).waiting = n
	}
	if err := r.f.eachRobots(func(name, scheme string, x *robots) { r.site(name).rules[scheme] = x }); err != nil {
		return err
	}
	_, seqs, err := r.f.pending(0, 1)
	if err != nil {
		return err
	}
	r.taken.Store(r.f.state.Listings)
	if len(seqs) > 0 {
		r.taken.Store(seqs[0] - 1)
	}
	r.c.resumed, r.c.closed = !r.f.state.Complete, map[string]string{}
	for _, name := range r.c.config.Hosts {
		r.site(name).known.Scope = true
	}
	var links []link
	for _, s := range r.c.config.Seeds {
		a, err := parse(nil, s)
		if err != nil {
			return fmt.Errorf("seed %q: %w", s, err)
		}
		r.site(a.host).known.Scope = true
		if a.url.Path == "/" && a.url.RawQuery == "" {
			r.site(a.host).whole = true
		}
		links = append(links, link{URL: a.String(), Kind: kindAny, Seed: true})
	}
	for _, s := range r.sites {
		for _, x := range s.rules {
			links = append(links, r.sitemaps(s, x)...)
		}
	}
	added := map[string]int{}
	err = r.f.update(func(t *tx) error {
		t.added, t.scope = added, r.inScope
		if r.f.state.Complete {
			if err := t.begin(r.c.config.Now()); err != nil {
				return err
			}
		}
		for _, l := range links {
			if err := t.admit(l); err != nil {
				return err
			}
		}
		return nil
	})
	r.grow(added)
	for _, s := range r.sites {
		if s.known.Run != r.f.state.Run {
			s.known.Run, s.known.Pages = r.f.state.Run, 0
		}
	}
	return err
}

func (r *run) inScope(host string) bool {
	s := r.sites[host]
	return s != nil && s.known.Scope
}

func (r *run) grow(added map[string]int) {
	for host, n := range added {
		r.site(host).waiting += n
	}
}

// loop hands out jobs and takes their outcomes until nothing waits.
func (r *run) loop(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		wait, err := r.dispatch(time.Now())
		if err != nil {
			return err
		}
		if len(r.local) > 0 {
			batch := r.local
			r.local = nil
			if err := r.commit(batch); err != nil {
				return err
			}
			continue
		}
		if r.inflight == 0 && wait == idle {
			return r.finish()
		}
		timer.Reset(min(wait, time.Hour))
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case o := <-r.outcomes:
			if err := r.commit(r.drain(o)); err != nil {
				return err
			}
		case <-timer.C:
		case <-r.space:
		}
	}
}

// drain takes further outcomes that are there already.
func (r *run) drain(o outcome) []outcome {
	batch := []outcome{o}
	for len(batch) < maxBatch {
		select {
		case o := <-r.outcomes:
			batch = append(batch, o)
		default:
			return batch
		}
	}
	return batch
}

const (
	idle    = time.Duration(1<<63 - 1) // nothing waits
	blocked = time.Hour                // something waits for another event than time
)

// dispatch hands out what may be asked for now. It returns how long to wait for the next turn.
func (r *run) dispatch(now time.Time) (time.Duration, error) {
	for {
		if r.f.state.Count.Requests+r.inflight >= r.c.config.Bounds.Pages {
			r.stopped = "budget"
		}
		s, wait := r.choose(now)
		if s == nil {
			return wait, nil
		}
		if r.inflight >= r.c.config.Workers || r.f.state.Listings > r.taken.Load()+maxUndelivered || len(r.local) >= maxBatch {
			return blocked, nil
		}
		if err := r.give(s); err != nil {
			return 0, err
		}
	}
}

// choose picks the site that may be asked now and has waited longest. Without one it says how long the next one must wait.
func (r *run) choose(now time.Time) (*site, time.Duration) {
	var best *site
	wait := idle
	for _, s := range r.sites {
		switch {
		case s.waiting <= s.out || s.closed != "" || r.stopped != "":
		case s.probing || s.inflight >= s.parallel(&r.c.config):
			wait = min(wait, blocked)
		case now.Before(s.next):
			wait = min(wait, s.next.Sub(now))
		case best == nil || s.next.Before(best.next) || s.next.Equal(best.next) && s.name < best.name:
			best = s
		}
	}
	return best, wait
}

// give hands the next turn of a site to a worker, or ends it when robots.txt forbids it, or asks for robots.txt first. The
// age of robots.txt is told by the clock that stamped it; pace is told by the machine's.
func (r *run) give(s *site) error {
	if len(s.buffer) == 0 {
		turns, err := r.f.next(s.name, s.loaded, 64)
		if err != nil {
			return err
		}
		if len(turns) == 0 {
			s.waiting = s.out
			return nil
		}
		s.buffer, s.loaded = turns, turns[len(turns)-1].seq
	}
	t := s.buffer[0]
	at, err := parse(nil, t.page.URL)
	if err != nil {
		r.end(s, t, stateFailed, "address")
		return nil
	}
	if !r.c.config.IgnoreRobots {
		rules := s.rules[at.url.Scheme]
		switch {
		case rules == nil || r.c.config.Now().Sub(rules.Fetched) > robotsAge && !rules.Denied:
			r.ask(s, at)
			return nil
		case rules.Delay > r.c.config.MaxWait:
			s.closed = "crawl_delay"
			return nil
		case rules.Denied:
			r.end(s, t, stateRefused, "robots_unreachable: "+rules.why)
			return nil
		case !rules.allows(at.url):
			r.end(s, t, stateRefused, "robots_txt")
			return nil
		}
	}
	if s.known.Pages >= r.c.config.Bounds.HostPages {
		s.closed = "budget"
		return nil
	}
	s.known.Pages++
	s.buffer = s.buffer[1:]
	s.out++
	r.send(s, job{turn: t})
	return nil
}

// end ends a turn without a request.
func (r *run) end(s *site, t turn, state, reason string) {
	s.buffer = s.buffer[1:]
	s.out++
	r.local = append(r.local, outcome{job: job{turn: t}, state: state, reason: reason})
}

// ask asks for the robots.txt of a site.
func (r *run) ask(s *site, at address) {
	p := s.probe
	if p == nil || p.scheme != at.url.Scheme {
		p = &probe{scheme: at.url.Scheme, url: at.url.Scheme + "://" + at.host + "/robots.txt"}
		s.probe = p
	}
	s.probing = true
	r.send(s, job{turn: turn{host: s.name}, robots: p.url, scheme: p.scheme, hops: p.hops})
}

func (r *run) send(s *site, j job) {
	s.inflight++
	r.inflight++
	r.jobs <- j // as many fit as there are workers
}

// commit writes down what became of jobs, then lets their sites go on.
func (r *run) commit(batch []outcome) error {
	touched := map[string]*site{}
	for i := range batch {
		o := &batch[i]
		if o.fatal != nil {
			return o.fatal
		}
		touched[o.host] = r.site(o.host)
		if o.robots != "" {
			r.probed(touched[o.host], o)
		}
		if o.scope != "" {
			touched[o.scope] = r.site(o.scope)
			touched[o.scope].known.Scope = true
		}
	}
	added := map[string]int{}
	before := r.f.state.Listings
	err := r.f.update(func(t *tx) error {
		t.added, t.scope = added, r.inScope
		for i := range batch {
			if err := t.apply(&batch[i], r.c.config.Tries); err != nil {
				return err
			}
		}
		for name, s := range touched {
			if err := t.keepHost(name, &s.known); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.grow(added)
	for i := range batch {
		r.settle(&batch[i])
	}
	if r.f.state.Listings > before {
		wake(r.fresh)
	}
	return nil
}

// settle lets the site of a job go on.
func (r *run) settle(o *outcome) {
	if o.part {
		return
	}
	s := r.site(o.host)
	if o.robots == "" {
		s.out--
	}
	if !o.asked {
		return
	}
	s.inflight--
	r.inflight--
	s.pace(o, &r.c.config)
}

// finish ends a run. What waits for sites of which nothing more is asked for is let go.
func (r *run) finish() error {
	if r.stopped != "" {
		r.c.closed["*"] = r.stopped
	}
	for name, s := range r.sites {
		if s.closed != "" {
			r.c.closed[name] = s.closed
		}
	}
	return r.f.update(func(t *tx) error {
		for name, s := range r.sites {
			if s.waiting > 0 {
				if err := t.drop(name); err != nil {
					return err
				}
			}
		}
		r.f.state.Complete = true
		return t.settleVariants()
	})
}
