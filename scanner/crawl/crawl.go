package crawl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"

	"lookalike/corpora"
	"lookalike/corpora/browser"
)

func randomShare() float64 { return rand.Float64() }

// Crawler is a Source of the listings of web shops. Its folder holds the frontier; one process at a time may have it open.
type Crawler struct {
	config    Config
	frontier  *frontier
	transport *transport
	profiles  []*Profile
	plain     Profile
	maker     string        // identity of the extraction
	parsing   sync.Mutex    // of large pages
	heavy     chan struct{} // sitemaps and feeds under way
	showing   chan struct{} // pages in a browser
	shows     *Visitor      // through which they ask, nil without rendering

	mu        sync.Mutex
	sequences []uint64 // of the listings that this call handed out and nobody acknowledged
	acked     int      // listings acknowledged
	resumed   bool
	closed    map[string]string
}

var _ corpora.Source[corpora.Listing] = (*Crawler)(nil)

// extraction is the version of how pages are read. A change of it has every page read anew.
const extraction = "4"

// New opens a crawl. Its error names what is wrong with the configuration, or is ErrLocked.
func New(c Config) (*Crawler, error) { return newCrawler(c, nil) }

func newCrawler(c Config, dial func(ctx context.Context, network, addr string) (net.Conn, error)) (*Crawler, error) {
	if c.Dir == "" {
		return nil, errors.New("crawl: no folder for the frontier")
	}
	for _, s := range c.Seeds {
		if _, err := parse(nil, s); err != nil {
			return nil, fmt.Errorf("crawl: seed %q: %w", s, err)
		}
	}
	cr, err := newReader(c, dial)
	if err != nil {
		return nil, err
	}
	if cr.frontier, err = openFrontier(c.Dir, cr.config.Bounds); err != nil {
		return nil, fmt.Errorf("crawl: %s: %w", c.Dir, err)
	}
	return cr, nil
}

// newReader makes what reads pages, without a frontier.
func newReader(c Config, dial func(ctx context.Context, network, addr string) (net.Conn, error)) (*Crawler, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	cr := &Crawler{config: c, heavy: make(chan struct{}, 2), showing: make(chan struct{}, 1)}
	profiles, err := json.Marshal(c.Profiles)
	if err != nil {
		return nil, fmt.Errorf("crawl: profiles: %w", err)
	}
	sum := sha256.Sum256(profiles)
	cr.maker = extraction + "-" + hex.EncodeToString(sum[:8])
	if r := c.Render; r != nil {
		cr.maker += "-rendered"
		if r.Always {
			cr.maker += "-always"
		}
		if r.Options.Path == "" {
			if r.Options.Path, err = browser.Find(); err != nil {
				return nil, fmt.Errorf("crawl: %w", err)
			}
		}
	}
	for i := range c.Profiles {
		p := c.Profiles[i]
		if err := p.compile(); err != nil {
			return nil, fmt.Errorf("crawl: profile %s: %w", p.Name, err)
		}
		cr.profiles = append(cr.profiles, &p)
	}
	cr.transport = newTransport(&cr.config, dial)
	if c.Render != nil {
		cr.shows = newVisitor(cr)
	}
	return cr, nil
}

// Close releases the frontier.
func (c *Crawler) Close() error {
	c.transport.inner.CloseIdleConnections()
	return c.frontier.close()
}

// profile returns the profile of a host, an empty one when it has none.
func (c *Crawler) profile(host string) *Profile {
	for _, p := range c.profiles {
		if p.holds(host) {
			return p
		}
	}
	return &c.plain
}

// deliverPart is how many stored listings are read at a time.
const deliverPart = 64

// All crawls and streams the listings in the order in which their pages ended. A run that was cut off goes on; after a
// complete one the next begins. Listings that a former call found and the consumer did not take come first. It is called by
// one goroutine at a time. Pages that failed are no bad records: Report names them. An error is the end.
func (c *Crawler) All(ctx context.Context) iter.Seq2[corpora.Listing, error] {
	return func(yield func(corpora.Listing, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		r := newRun(c)
		done := make(chan error, 1)
		var wg sync.WaitGroup
		wg.Go(func() { done <- r.crawl(ctx) })
		defer wg.Wait()
		defer cancel()

		c.mu.Lock()
		c.sequences, c.acked = nil, 0
		c.mu.Unlock()
		var last uint64
		for ended := false; ; {
			more, err := c.deliver(ctx, &last, r, yield)
			switch {
			case err != nil:
				yield(corpora.Listing{Origin: "crawl"}, err)
				return
			case !more:
				return
			case ended:
				return
			}
			select {
			case <-r.fresh:
			case err := <-done:
				if err != nil {
					if ctx.Err() == nil {
						yield(corpora.Listing{Origin: "crawl"}, err)
					}
					return
				}
				ended = true // what was stored at the end is still to be handed out
			}
		}
	}
}

// deliver hands out the stored listings behind *last. It returns false when the consumer stops or ctx is done.
func (c *Crawler) deliver(ctx context.Context, last *uint64, r *run, yield func(corpora.Listing, error) bool) (more bool, err error) {
	for {
		items, seqs, err := c.frontier.pending(*last, deliverPart)
		if err != nil || len(items) == 0 {
			return true, err
		}
		more := true
		for i, s := range items {
			if ctx.Err() != nil {
				more = false
				break
			}
			more = yield(s.listing(), nil)
			*last = seqs[i]
			if c.config.Hold {
				c.mu.Lock()
				c.sequences = append(c.sequences, seqs[i])
				c.mu.Unlock()
			}
			if !more {
				break
			}
		}
		if !c.config.Hold && *last > 0 {
			if err := c.frontier.taken(*last); err != nil {
				return false, err
			}
		}
		r.taken.Store(*last)
		wake(r.space)
		if !more {
			return false, nil
		}
	}
}

// Acknowledge says that the consumer has the first n listings of the last call of All for good: they are not handed out
// again. It serves crawls that hold their listings, and may be called during All and after it.
func (c *Crawler) Acknowledge(n int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := min(n-c.acked, len(c.sequences))
	if k <= 0 {
		return nil
	}
	if err := c.frontier.taken(c.sequences[k-1]); err != nil {
		return fmt.Errorf("crawl: %w", err)
	}
	c.sequences = slices.Delete(c.sequences, 0, k)
	c.acked += k
	return nil
}

// maxProblems bounds the pages that a report names.
const maxProblems = 1_000

// Report says how the run stands. Its problems are pages that failed or were refused by the server, and seeds that do not
// exist. It must not be called during All.
func (c *Crawler) Report() (Report, error) {
	s := c.frontier.state
	r := Report{Run: int(s.Run), Complete: s.Complete, Started: s.Started, Waiting: s.Waiting, Counts: s.Count, Resumed: c.resumed, Closed: c.closed}
	err := c.frontier.eachPage(func(p page) {
		switch {
		case p.Reason == "" || p.Reason == "robots_txt" || len(r.Problems) >= maxProblems:
			return
		case p.State == stateGone && !p.Seed:
			return // a dead link is the shop's affair
		}
		args := map[string]any{"url": p.URL, "reason": p.Reason}
		if p.Status > 0 {
			args["status"] = p.Status
		}
		r.Problems = append(r.Problems, corpora.Problem{Code: corpora.ReadFailed, Args: args})
	})
	if err != nil {
		return r, fmt.Errorf("crawl: report: %w", err)
	}
	return r, nil
}

// counter is a sequence that two goroutines share.
type counter = atomic.Uint64

// wake leaves a sign for a goroutine that may be waiting.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
