package crawl

import (
	"time"
)

// site is what the scheduler knows of one host.
type site struct {
	name    string
	known   host
	whole   bool               // the start page is a seed: the sitemaps that robots.txt names are read
	rules   map[string]*robots // by scheme
	waiting int                // turns in the queue, those given out too
	out     int                // turns given out
	buffer  []turn             // the next turns
	loaded  uint64             // sequence of the last turn that was read

	inflight int  // requests
	probing  bool // one of them is for robots.txt
	probe    *probe
	next     time.Time // before which nothing is asked for
	failures int       // in a row
	refusals int       // in a row
	closed   string    // why nothing more is asked for
}

// probe is a robots.txt on its way.
type probe struct {
	scheme, url string
	hops, tries int
}

func (r *run) site(name string) *site {
	s := r.sites[name]
	if s == nil {
		s = &site{name: name, rules: map[string]*robots{}}
		s.known.Run = r.f.state.Run
		r.sites[name] = s
	}
	return s
}

// delay is the time between two requests: the configured one or the longer one that robots.txt asks for.
func (s *site) delay(c *Config) time.Duration {
	d := c.Delay
	for _, r := range s.rules {
		d = max(d, r.Delay)
	}
	return d
}

// parallel is how many requests may be under way: one where there is a pace, so that it holds whatever the server takes.
func (s *site) parallel(c *Config) int {
	switch {
	case s.delay(c) > 0 || s.failures > 0:
		return 1
	case c.PerHost > 0:
		return c.PerHost
	}
	return c.Workers
}

// pace sets when the site may be asked next, counted from the end of the last request: then two of them are never closer
// than the pace when the server sees them, however long either was on its way.
func (s *site) pace(o *outcome, c *Config) {
	wait := time.Duration(float64(s.delay(c)) * (1 + c.Jitter*c.Random()))
	switch {
	case o.retry:
		s.failures++
		wait = max(wait, time.Duration(float64(c.backoff(s.failures))*(1+c.Jitter*c.Random())), o.retryAfter)
		if o.retryAfter > c.MaxWait {
			s.closed = "retry_after"
		}
	case o.status > 0:
		s.failures = 0
	}
	switch {
	case o.robots != "":
	case o.state == stateRefused:
		if s.refusals++; s.refusals >= c.Bounds.Refusals {
			s.closed = "refusals"
		}
	case o.state == stateDone || o.state == stateSame || o.state == stateVariant:
		s.refusals = 0
	}
	if next := o.ended.Add(wait); next.After(s.next) {
		s.next = next
	}
}

// backoff is the time after the nth failure in a row.
func (c *Config) backoff(n int) time.Duration {
	d := c.Backoff
	for range n - 1 {
		if d *= 2; d >= c.MaxWait {
			return c.MaxWait
		}
	}
	return min(d, c.MaxWait)
}

// probed takes the answer to a request for robots.txt.
func (r *run) probed(s *site, o *outcome) {
	s.probing = false
	switch p := s.probe; {
	case o.moved != "":
		p.url = o.moved
		p.hops++
		return
	case o.rules != nil:
	case o.retry && p.tries+1 < r.c.config.Tries:
		p.tries++
		return
	default:
		o.rules = &robots{Denied: true, Fetched: r.c.config.Now(), why: o.reason}
	}
	o.retry = false
	s.rules[o.scheme], s.probe = o.rules, nil
	o.links = r.sitemaps(s, o.rules)
}

// sitemaps are links to the sitemaps that robots.txt names.
func (r *run) sitemaps(s *site, x *robots) []link {
	if r.c.config.NoSitemaps || !s.whole {
		return nil
	}
	var out []link
	for _, loc := range x.Sitemaps {
		if a, err := parse(nil, loc); err == nil {
			out = append(out, link{URL: a.String(), Kind: kindSitemap})
		}
	}
	return out
}
