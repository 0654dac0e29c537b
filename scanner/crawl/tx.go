package crawl

import (
	"encoding/binary"
	"encoding/json"
	"time"

	"go.etcd.io/bbolt"
)

// update changes the file and the state in one transaction. When it fails the state in memory is as before.
func (f *frontier) update(change func(t *tx) error) error {
	before := f.state
	err := f.db.Update(func(b *bbolt.Tx) error {
		t := &tx{
			f: f, pages: b.Bucket(bucketPages), queue: b.Bucket(bucketQueue), counts: b.Bucket(bucketCounts), kept: b.Bucket(bucketKept),
			listings: b.Bucket(bucketListings), hosts: b.Bucket(bucketHosts), robots: b.Bucket(bucketRobots), variants: b.Bucket(bucketVariants), root: b,
		}
		if err := change(t); err != nil {
			return err
		}
		v, err := json.Marshal(f.state)
		if err != nil {
			return err
		}
		return b.Bucket(bucketMeta).Put([]byte("state"), v)
	})
	if err != nil {
		f.state = before
	}
	return err
}

// tx is one transaction.
type tx struct {
	f                                                             *frontier
	root                                                          *bbolt.Tx
	pages, queue, counts, kept, listings, hosts, robots, variants *bbolt.Bucket

	added map[string]int         // how the queues of hosts grew
	scope func(host string) bool // links to it are followed
}

func (t *tx) page(k key) (page, bool) {
	var p page
	v := t.pages.Get(k[:])
	return p, v != nil && json.Unmarshal(v, &p) == nil
}

func putJSON(b *bbolt.Bucket, k []byte, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put(k, data)
}

// begin starts the next run: nothing is known of it yet.
func (t *tx) begin(now time.Time) error {
	for _, x := range []struct {
		name []byte
		b    **bbolt.Bucket
	}{{bucketCounts, &t.counts}, {bucketVariants, &t.variants}} {
		err := t.root.DeleteBucket(x.name)
		if err != nil {
			return err
		}
		if *x.b, err = t.root.CreateBucket(x.name); err != nil {
			return err
		}
	}
	s := &t.f.state
	s.Run++
	s.Complete, s.Started, s.Found, s.Count = false, now.UTC(), 0, Counts{}
	return nil
}

// admit puts an address into the queue unless this run knows it or a bound keeps it out.
func (t *tx) admit(l link) error {
	a, err := parse(nil, l.URL)
	if err != nil {
		return nil
	}
	s, k := &t.f.state, a.key()
	if !t.scope(a.host) {
		s.Count.OffHost++
		return nil
	}
	old, known := t.page(k)
	if known && old.Run == s.Run && (!l.Again || old.Hops >= l.Hops) {
		if l.Hops > 0 && old.State == stateMoved {
			s.Count.Loops++
		}
		return nil
	}
	if reason := t.bound(a, l); reason != "" {
		s.Count.bounded(reason)
		return nil
	}
	p := page{URL: a.String(), Run: s.Run, Kind: l.Kind, Depth: l.Depth, Hops: l.Hops, Seed: l.Seed}
	if known && old.Run != s.Run {
		p.ETag, p.Modified = old.ETag, old.Modified
	}
	if err := putJSON(t.pages, k[:], p); err != nil {
		return err
	}
	s.Found++
	return t.enqueue(a.host, k)
}

// bound names the bound that keeps an address out, "" for none.
func (t *tx) bound(a address, l link) string {
	b := t.f.bounds
	switch {
	case l.Hops > b.Redirects:
		return "redirects"
	case l.Seed:
		return ""
	case t.f.state.Waiting >= b.Waiting:
		return "frontier"
	case l.Depth > b.Depth:
		return "depth"
	}
	if reason := a.shape(); reason != "" {
		return reason
	}
	name, reason, limit := a.group(b)
	if name != "" && !t.count(name, limit) {
		return reason
	}
	return ""
}

// count adds one to a group of addresses and reports whether it is within its limit.
func (t *tx) count(name string, limit int) bool {
	k := []byte(name)
	n := uint32(0)
	if v := t.counts.Get(k); len(v) == 4 {
		n = binary.BigEndian.Uint32(v)
	}
	if int(n) >= limit {
		return false
	}
	return t.counts.Put(k, binary.BigEndian.AppendUint32(nil, n+1)) == nil
}

// enqueue puts a page at the end of its host's queue.
func (t *tx) enqueue(host string, k key) error {
	q, err := t.queue.CreateBucketIfNotExists([]byte(host))
	if err != nil {
		return err
	}
	n, err := q.NextSequence()
	if err != nil {
		return err
	}
	t.f.state.Waiting++
	t.added[host]++
	return q.Put(binary.BigEndian.AppendUint64(nil, n), k[:])
}

// remove takes a page's turn out of the queue. It reports whether it was there.
func (t *tx) remove(host string, turn uint64) (bool, error) {
	q := t.queue.Bucket([]byte(host))
	k := binary.BigEndian.AppendUint64(nil, turn)
	if q == nil || q.Get(k) == nil {
		return false, nil
	}
	t.f.state.Waiting--
	t.added[host]--
	return true, q.Delete(k)
}

// put stores a listing for the consumer.
func (t *tx) put(s stored) error {
	t.f.state.Count.Listings++
	t.f.state.Listings++
	return putJSON(t.listings, binary.BigEndian.AppendUint64(nil, t.f.state.Listings), s)
}

// maxKept bounds what is kept of a page for the next run.
const maxKept = 4 << 20

// apply writes down what became of a job.
func (t *tx) apply(o *outcome, tries int) error {
	if o.robots != "" {
		return t.applyRobots(o)
	}
	c := &t.f.state.Count
	if o.variant == "" {
		for _, l := range o.listings {
			if err := t.put(l); err != nil {
				return err
			}
		}
	}
	if o.part {
		return nil
	}
	if o.asked {
		c.Requests++
	}
	if there, err := t.remove(o.host, o.seq); err != nil || !there {
		return err
	}
	p, known := t.page(o.key)
	if !known {
		p = o.page
	}
	if o.rendered {
		c.Rendered++
	}
	p.Status, p.Reason = o.status, o.reason
	if p.Tries++; o.retry && p.Tries < tries {
		c.Retries++
		if err := putJSON(t.pages, o.key[:], p); err != nil {
			return err
		}
		return t.enqueue(o.host, o.key)
	}
	p.State, p.ETag, p.Modified, p.Listings = o.state, "", "", len(o.listings)
	c.ended(o.state)
	if err := t.keep(o, &p); err != nil {
		return err
	}
	if o.variant != "" && len(o.listings) > 0 {
		if err := t.setAside(o); err != nil {
			return err
		}
	}
	if err := putJSON(t.pages, o.key[:], p); err != nil {
		return err
	}
	for _, l := range o.links {
		if err := t.admit(l); err != nil {
			return err
		}
	}
	return nil
}

// keep keeps what a page gave when it can be asked for on condition.
func (t *tx) keep(o *outcome, p *page) error {
	if o.keep {
		data, err := json.Marshal(kept{Links: o.links, Listings: o.listings, Variant: o.variant, Maker: o.maker})
		if err != nil {
			return err
		}
		if len(data) <= maxKept {
			p.ETag, p.Modified = o.etag, o.modified
			return t.kept.Put(o.key[:], data)
		}
	}
	return t.kept.Delete(o.key[:])
}

// setAside keeps the listings of a variant until the page that it names was read.
func (t *tx) setAside(o *outcome) error {
	a, err := parse(nil, o.variant)
	if err != nil {
		return nil
	}
	k := a.key()
	return putJSON(t.variants, append(k[:], o.key[:]...), o.listings)
}

// settleVariants hands on the listings of variants whose named page gave none: it is gone, forbidden, or named by mistake.
func (t *tx) settleVariants() error {
	seen := map[string]bool{}
	return t.variants.ForEach(func(k, v []byte) error {
		if p, ok := t.page(key(k[:16])); ok && p.Run == t.f.state.Run && p.Listings > 0 && p.State != stateVariant {
			return nil
		}
		var list []stored
		if err := json.Unmarshal(v, &list); err != nil {
			return err
		}
		for _, s := range list {
			id := string(k[:16]) + s.ID
			if seen[id] {
				continue
			}
			seen[id] = true
			if err := t.put(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// ended counts a page by what became of it.
func (c *Counts) ended(state string) {
	switch state {
	case stateDone:
		c.Read++
	case stateSame:
		c.Read++
		c.Unchanged++
	case stateVariant:
		c.Read++
		c.Variants++
	case stateMoved:
		c.Moved++
	case stateGone:
		c.Gone++
	case stateRefused:
		c.Refused++
	case stateFailed:
		c.Failed++
	}
}

// applyRobots keeps the rules of a host and lets in the sitemaps that they name.
func (t *tx) applyRobots(o *outcome) error {
	if o.rules == nil || o.rules.Denied {
		return nil
	}
	if err := putJSON(t.robots, []byte(o.scheme+"://"+o.host), o.rules); err != nil {
		return err
	}
	for _, l := range o.links {
		if err := t.admit(l); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) keepHost(name string, h *host) error { return putJSON(t.hosts, []byte(name), h) }

// drop empties the queue of a host.
func (t *tx) drop(name string) error {
	q := t.queue.Bucket([]byte(name))
	if q == nil {
		return nil
	}
	n := q.Stats().KeyN
	t.f.state.Waiting -= n
	t.f.state.Count.Refused += n
	return t.queue.DeleteBucket([]byte(name))
}
