package scanner

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"lookalike/corpora"
	"lookalike/matchers"
	"lookalike/matchers/judge"
)

// result is what a worker made of one listing.
type result struct {
	finding  Finding
	markets  []corpora.Market // that were asked for it
	weak     bool
	problems problems
	kept     *corpora.Listing // for Config.Keep, nil without one
}

// worker is the scratch of one matching goroutine.
type worker struct {
	s        *Scanner
	features []matchers.Features // per kind
	hits     [][]matchers.Hit    // per corpus
	held     []int               // per corpus, the hits of earlier kinds
	pictured matchers.Pictured   // the features that know pictures, nil without such a kind
	blobs    []corpora.Blob      // what an index keeps of the listing
}

func (s *Scanner) newWorker() *worker {
	w := &worker{
		s:        s,
		features: make([]matchers.Features, len(s.kinds)),
		hits:     make([][]matchers.Hit, len(s.lanes)),
		held:     make([]int, len(s.lanes)),
	}
	for i := range s.kinds {
		w.renew(i)
	}
	return w
}

// renew gives kind i fresh features.
func (w *worker) renew(i int) {
	w.features[i] = w.s.kinds[i].New()
	if p, ok := w.features[i].(matchers.Pictured); ok {
		w.pictured = p
	}
}

// scan matches and judges one listing. readErr is what its source said of it. The error is a *CorpusError. Once ctx has
// ended the result is of no use.
func (w *worker) scan(ctx context.Context, l *corpora.Listing, readErr error) (result, error) {
	r := result{weak: l.WeakID}
	ps := &r.problems
	for i := range w.hits {
		w.hits[i] = w.hits[i][:0]
	}
	c := &judge.Case{Listing: l, Hits: w.hits}
	if readErr != nil {
		ps.add(readProblem(readErr))
	}
	ps.add(l.Problems...)
	w.blobs = nil
	if readErr == nil {
		for i := range w.s.kinds {
			if err := w.match(ctx, i, l, ps); err != nil {
				return result{}, err
			}
			if ctx.Err() != nil {
				return result{}, nil // features of an interrupted Prepare must not be used
			}
		}
		w.order()
		err := guard("pictures", ps, func() error {
			c.Pictures = w.pictures(ctx, l, ps)
			return nil
		}, nil)
		if err != nil {
			return result{}, err
		}
	}
	v, err := w.verdict(c, ps)
	if err != nil {
		return result{}, err
	}
	r.markets = v.Markets
	if w.s.cfg.Keep != nil && readErr == nil {
		r.kept = new(*l)
		r.kept.Prepared = w.blobs
	}
	r.finding = finding(l, &v, ps)
	r.finding.Checked = Checked{Text: readErr == nil && w.worded(*ps), Pictures: readable(c.Pictures), PicturesGiven: len(l.Images)}
	return r, nil
}

// match prepares the features of kind i and collects the hits of its matchers in every corpus. A panic spoils this kind
// for this listing: its hits are dropped and the fault becomes a problem.
func (w *worker) match(ctx context.Context, i int, l *corpora.Listing, ps *problems) error {
	kind := w.s.kinds[i]
	for c := range w.hits {
		w.held[c] = len(w.hits[c])
	}
	return guard(kind.Name(), ps, func() error {
		f := w.features[i]
		whole := true
		if !load(f, kind, l.Prepared) {
			bad := f.Prepare(ctx, l)
			ps.add(bad...)
			whole = len(bad) == 0
		}
		if ctx.Err() != nil {
			return nil
		}
		if w.s.cfg.Keep != nil && whole {
			w.blobs = append(w.blobs, corpora.Blob{Kind: kind.Name(), Version: kind.Version(), Data: f.Append(nil)})
		}
		for c, set := range w.s.lanes {
			for _, lane := range set {
				if lane.kind == i {
					w.hits[c] = lane.m.Match(f, w.hits[c])
				}
			}
		}
		return nil
	}, func() {
		for c := range w.hits {
			w.hits[c] = w.hits[c][:w.held[c]]
		}
		w.renew(i)
	})
}

// load fills f with features that an index kept, if there are any of the right kind and version.
func load(f matchers.Features, k matchers.Kind, kept []corpora.Blob) bool {
	for _, b := range kept {
		if b.Kind == k.Name() && b.Version == k.Version() {
			return f.Load(b.Data) == nil
		}
	}
	return false
}

// order brings hits of several kinds in one corpus to the order that a single matcher promises.
func (w *worker) order() {
	for c, set := range w.s.lanes {
		if len(set) > 1 && !slices.IsSortedFunc(w.hits[c], compareHits) {
			slices.SortStableFunc(w.hits[c], compareHits)
		}
	}
}

// compareHits orders hits as a Matcher does.
func compareHits(a, b matchers.Hit) int {
	return cmp.Or(
		cmp.Compare(a.Part, b.Part), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Start, b.Start),
		cmp.Compare(a.End, b.End), cmp.Compare(a.Sign, b.Sign), cmp.Compare(a.Lane, b.Lane),
	)
}

// pictures returns the facts of the listing's pictures. Where no corpus holds pictures none is decoded, but each that
// the feed names is opened once, so that a missing file is reported whatever the corpora are.
func (w *worker) pictures(ctx context.Context, l *corpora.Listing, ps *problems) []matchers.PictureFacts {
	if w.pictured != nil {
		return w.pictured.Pictures()
	}
	for i, im := range l.Images {
		if im.Open == nil || remote(im.Ref) {
			continue
		}
		f, err := im.Open(ctx)
		if err != nil {
			ps.add(pictureProblem(err, i, im.Ref))
			continue
		}
		f.Close()
	}
	return nil
}

// worded reports whether some kind that is not about pictures has looked at the listing.
func (w *worker) worded(ps problems) bool {
	for i, f := range w.features {
		if _, pictured := f.(matchers.Pictured); !pictured && !ps.failed(w.s.kinds[i].Name()) {
			return true
		}
	}
	return false
}

// verdict asks the judge and the policy. Whatever they do, the gates of a listing with problems are at least Review, and
// a policy that breaks off has marked nothing.
func (w *worker) verdict(c *judge.Case, ps *problems) (v judge.Verdict, err error) {
	j, policy := w.s.cfg.Judge, w.s.cfg.Policy
	ask := func() (err error) {
		if v, err = j.Verdict(c); err != nil {
			return &CorpusError{err}
		}
		if policy == nil && len(*ps) > 0 {
			j.Total(&v, true)
		}
		return nil
	}
	unjudged := func() {
		v = judge.Verdict{Gates: map[string]judge.Gate{}, Markets: j.Markets()}
		for _, m := range v.Markets {
			v.Gates[string(m)] = judge.Review
		}
	}
	if err := guard("judge", ps, ask, unjudged); err != nil || policy == nil {
		return v, err
	}
	mark := func() error {
		policy.Mark(c.Listing, &v)
		j.Total(&v, len(*ps) > 0)
		return nil
	}
	broken := false
	if err := guard("policy", ps, mark, func() { broken = true }); err != nil || !broken {
		return v, err
	}
	policy = nil
	err = guard("judge", ps, ask, unjudged)
	return v, err
}

// guard runs do. A panic in it becomes the problem "matcher_failed" of stage, and undo, when there is one, takes back
// what was half done. A fault of reading a mapping whose file is no longer there is a *CorpusError.
func guard(stage string, ps *problems, do func() error, undo func()) (err error) {
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		if cut, ok := mappingFault(fault); ok {
			err = cut
			return
		}
		if undo != nil {
			undo()
		}
		ps.add(corpora.Problem{Code: corpora.MatcherFailed, Args: map[string]any{"kind": stage}})
	}()
	return do()
}

// mappingFault returns a recovered panic as a *CorpusError when it is the fault of reading memory that is no longer there,
// which debug.SetPanicOnFault makes of a file cut under its mapping.
func mappingFault(fault any) (*CorpusError, bool) {
	e, ok := fault.(interface {
		runtime.Error
		Addr() uintptr
	})
	if !ok {
		return nil, false
	}
	return &CorpusError{e}, true
}

// problems are what kept one listing from being assessed whole, in the order in which they were met.
type problems []corpora.Problem

func (ps *problems) add(more ...corpora.Problem) { *ps = append(*ps, more...) }

// failed reports whether a fault spoiled the named stage.
func (ps problems) failed(stage string) bool {
	return slices.ContainsFunc(ps, func(p corpora.Problem) bool {
		return p.Code == corpora.MatcherFailed && p.Args["kind"] == stage
	})
}

// pictures returns how many pictures failed, and whether nothing else did.
func (ps problems) pictures() (n int, only bool) {
	for _, p := range ps {
		if strings.HasPrefix(p.Code, "picture_") {
			n++
		}
	}
	return n, n > 0 && n == len(ps)
}

// line returns the problems as a report writes them, nil without any.
func (ps problems) line() *Error {
	if len(ps) == 0 {
		return nil
	}
	return &Error{Problem: ps[0], Also: ps[1:]}
}

// readProblem returns err, which a source gave, as a problem.
func readProblem(err error) corpora.Problem {
	if p, ok := errors.AsType[*corpora.Problem](err); ok {
		return *p
	}
	return corpora.Problem{Code: corpora.ReadFailed, Args: map[string]any{"reason": err.Error()}}
}

// pictureProblem returns err, which opening picture i gave, as a problem.
func pictureProblem(err error, i int, ref string) corpora.Problem {
	field := "images[" + strconv.Itoa(i) + "]"
	if p, ok := errors.AsType[*corpora.Problem](err); ok {
		q := *p
		q.Field = field
		return q
	}
	return corpora.Problem{Code: corpora.PictureMissing, Field: field, Args: map[string]any{"ref": shortRef(ref)}}
}

// finding writes what a worker knows of one listing as a line.
func finding(l *corpora.Listing, v *judge.Verdict, ps *problems) Finding {
	f := Finding{
		Type:    typeFinding,
		Listing: reference(l),
		Gates:   v.Gates,
		Score:   v.Score,
		Matches: v.Matches,
		Error:   ps.line(),
		Source:  l,
	}
	if v.Grade != "" {
		f.Grade = new(v.Grade)
	}
	if len(v.Omitted) > 0 {
		f.Omitted = maps.Clone(v.Omitted)
	}
	return f
}

func readable(facts []matchers.PictureFacts) int {
	n := 0
	for _, p := range facts {
		if p.OK {
			n++
		}
	}
	return n
}
