package scanner

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"time"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// Stats is what a scan counted.
type Stats struct {
	Trailer Trailer
	// Whole is true when every listing of the source was delivered and the source itself broke off nowhere.
	Whole bool
	// Failing counts listings at or above Config.FailOn.
	Failing int
	// PicturesOnly counts the incomplete listings whose problems are failed pictures and nothing else.
	PicturesOnly int
	// Unchecked are the markets that were asked for and whose coverage is below Config.RequireCoverage, in order.
	Unchecked []corpora.Market
}

const (
	// maxSellers bounds the seller fingerprints that are remembered: 8 bytes each and the overhead of a map. Beyond it a
	// seller's sign is counted on each of the listings.
	maxSellers = 1 << 20
	// maxMarks bounds the marks that are counted for the noisy list.
	maxMarks = 1 << 14
	// A mark floods when it is met in at least noisyCount listings and one in noisyShare; the maxNoisy most frequent are
	// named.
	noisyCount, noisyShare, maxNoisy = 100, 100, 20
)

// tally counts what passes to the sink, on the goroutine of Scan.
type tally struct {
	s         *Scanner
	st        Stats
	seed      maphash.Seed
	sellers   map[uint64]struct{}
	marks     map[markKey]map[string]int // mark, then use
	worded    int                        // pictures without words read off them
	looked    int                        // pictures that were looked at
	unchecked map[corpora.Market]bool
}

type markKey struct{ mark, owner string }

func newTally(s *Scanner) *tally {
	t := &tally{
		s:         s,
		seed:      maphash.MakeSeed(),
		sellers:   map[uint64]struct{}{},
		marks:     map[markKey]map[string]int{},
		unchecked: map[corpora.Market]bool{},
	}
	tr := &t.st.Trailer
	tr.Type = typeTrailer
	tr.ByGrade = map[string]int{}
	for _, g := range grades {
		tr.ByGrade[string(g)] = 0
	}
	tr.ByGate = map[string]map[string]int{}
	for _, m := range s.cfg.Judge.Markets() {
		t.gatesOf(string(m))
	}
	return t
}

// gatesOf returns the counts of a market, made with every gate when the market is new.
func (t *tally) gatesOf(market string) map[string]int {
	counts := t.st.Trailer.ByGate[market]
	if counts == nil {
		counts = map[string]int{}
		for _, g := range gates {
			counts[string(g)] = 0
		}
		t.st.Trailer.ByGate[market] = counts
	}
	return counts
}

// put hands one result to the sink, if it is to be listed, and counts it once the sink has it.
func (t *tally) put(ctx context.Context, r *result, sink Sink) error {
	f := &r.finding
	if r.kept != nil {
		if err := t.s.cfg.Keep(ctx, r.kept); err != nil {
			return err
		}
		r.kept = nil
	}
	if len(f.Matches) > 0 || f.Error != nil || t.s.cfg.All {
		if err := sink.Put(ctx, *f); err != nil {
			return err
		}
	}
	t.count(r)
	return nil
}

func (t *tally) progress(listings int) {
	if t.s.cfg.OnBatch != nil && listings > 0 {
		t.s.cfg.OnBatch(listings)
	}
}

func (t *tally) count(r *result) {
	f, tr := &r.finding, &t.st.Trailer
	tr.Listings++
	if r.weak {
		tr.WeakIDs++
	}
	failed, only := r.problems.pictures()
	if f.Error != nil {
		tr.Incomplete++
	}
	if only {
		t.st.PicturesOnly++
	}
	t.countPictures(f, failed)
	for m, g := range f.Gates {
		t.gatesOf(m)[string(g)]++
	}
	for _, m := range r.markets {
		if _, seen := t.unchecked[m]; !seen {
			t.unchecked[m] = t.s.uncovered(m)
		}
	}
	if g := t.grade(f); g != "" {
		tr.Findings++
		tr.ByGrade[string(g)]++
	}
	if t.s.cfg.FailOn.Reached(f) {
		t.st.Failing++
	}
	t.countMarks(f.Matches)
}

func (t *tally) countPictures(f *Finding, failed int) {
	na := &t.st.Trailer.NotAssessed
	na.PicturesFailed += failed
	t.looked += f.Checked.Pictures
	for i, im := range f.Source.Images {
		if im.ByAddress() {
			na.PicturesByAddress++
		}
		if i >= len(f.Source.ImageText) || f.Source.ImageText[i] == "" {
			t.worded++
		}
	}
}

// grade returns the grade of f without the signs of a seller that were counted before.
func (t *tally) grade(f *Finding) judge.Grade {
	if f.Grade == nil {
		return ""
	}
	var best judge.Grade
	repeated := false
	for i := range f.Matches {
		m := &f.Matches[i]
		if !Counts(m) {
			continue
		}
		if m.Field == matchers.Seller.Field(0) && !t.firstOfSeller(m.Fingerprint) {
			repeated = true
			continue
		}
		if m.Grade.Rank() > best.Rank() {
			best = m.Grade
		}
	}
	if repeated && best.Rank() < f.Grade.Rank() {
		return best
	}
	return *f.Grade
}

func (t *tally) firstOfSeller(fingerprint string) bool {
	h := maphash.String(t.seed, fingerprint)
	if _, seen := t.sellers[h]; seen {
		return false
	}
	if len(t.sellers) < maxSellers {
		t.sellers[h] = struct{}{}
	}
	return true
}

// countMarks counts each mark once for the listing, by the use of its best match. When a further mark would exceed
// maxMarks, every count drops by one and those at nothing are forgotten (Misra and Gries, 1982): a mark in more than one
// of maxMarks listings is always kept.
func (t *tally) countMarks(ms []judge.Match) {
	var seen []markKey
	for i := range ms {
		m := &ms[i]
		key := markKey{m.Right.Text, m.Right.Owner}
		if key.mark == "" || !Counts(m) || slices.Contains(seen, key) {
			continue
		}
		seen = append(seen, key)
		if t.marks[key] == nil {
			if len(t.marks) >= maxMarks {
				t.thin()
				continue
			}
			t.marks[key] = map[string]int{}
		}
		t.marks[key][string(m.Use)]++
	}
}

// thin lowers every mark's count by one.
func (t *tally) thin() {
	for key, uses := range t.marks {
		use := ""
		for u, n := range uses {
			if use == "" || n > uses[use] || n == uses[use] && u < use {
				use = u
			}
		}
		if uses[use]--; uses[use] == 0 {
			delete(uses, use)
		}
		if len(uses) == 0 {
			delete(t.marks, key)
		}
	}
}

func (t *tally) noisy() []Noisy {
	list := []Noisy{}
	for key, uses := range t.marks {
		n := 0
		for _, c := range uses {
			n += c
		}
		if n >= noisyCount && n*noisyShare >= t.st.Trailer.Listings {
			list = append(list, Noisy{Mark: key.mark, Owner: key.owner, Count: n, Uses: uses})
		}
	}
	slices.SortFunc(list, func(a, b Noisy) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Mark, b.Mark), cmp.Compare(a.Owner, b.Owner))
	})
	return list[:min(len(list), maxNoisy)]
}

// stats closes the account. whole says that every listing was delivered.
func (t *tally) stats(src corpora.Source[corpora.Listing], whole bool, took time.Duration) Stats {
	st, tr := t.st, &t.st.Trailer
	tr.Sources = []corpora.Problem{}
	if p, ok := src.(interface{ Problems() []corpora.Problem }); ok {
		tr.Sources = append(tr.Sources, p.Problems()...)
	}
	tr.Gone = []string{}
	if p, ok := t.s.cfg.Policy.(interface{ Gone() []string }); ok && whole {
		tr.Gone = append(tr.Gone, p.Gone()...)
	}
	tr.Noisy = t.noisy()
	tr.NotChecked = t.s.notChecked(&notCheckedCounts{
		unread:    t.worded,
		looked:    t.looked,
		byAddress: tr.NotAssessed.PicturesByAddress,
	})
	tr.Seconds = took.Round(time.Millisecond).Seconds()
	st.Trailer = *tr
	st.Whole = whole
	for m, below := range t.unchecked {
		if below {
			st.Unchecked = append(st.Unchecked, m)
		}
	}
	slices.Sort(st.Unchecked)
	st.Trailer.Complete = whole && tr.Incomplete == 0 && len(tr.Sources) == 0 && len(st.Unchecked) == 0
	return st
}
