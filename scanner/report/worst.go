package report

import (
	"cmp"
	"container/heap"
	"html/template"
	"maps"
	"slices"

	"lookalike/matchers/judge"
	"lookalike/scanner"
)

// ranked is a finding with its place in the scan and its priority.
type ranked struct {
	f     scanner.Finding
	seq   int
	prio  priority
	thumb template.URL // made when it was taken in, for a picture that is too large to keep
}

// worst keeps the n findings of highest priority of a scan, the earlier of two that are equal.
//
// How often a seller repeats is known at the end alone. Until then findings compete without it, with a reserve beyond n;
// the order among what is kept counts it.
type worst struct {
	n       int
	seen    int
	heap    lightest
	grades  map[judge.Grade]int // all that were offered; "" for those without a grade
	sellers map[string]int      // findings by seller
	below   map[judge.Grade]int // after sorted: what is not shown
}

// reserve is how many findings are kept beyond n, at most.
func (w *worst) reserve() int { return max(20, w.n/4) }

// offer takes f in when it is among the worst so far. keep makes the copy that is kept, only then.
func (w *worst) offer(f *scanner.Finding, keep func(*scanner.Finding) ranked) {
	if w.grades == nil {
		w.grades, w.sellers = map[judge.Grade]int{}, map[string]int{}
	}
	seq := w.seen
	w.seen++
	w.grades[gradeOf(f)]++
	if s := sellerOf(f); s != "" && gradeOf(f) != "" {
		if _, known := w.sellers[s]; known || len(w.sellers) < sellerLimit {
			w.sellers[s]++
		}
	}
	p := priorityOf(f, 0)
	if len(w.heap) == w.n+w.reserve() {
		if w.n == 0 || compareWorst(&ranked{f: *f, seq: seq, prio: p}, &w.heap[0]) >= 0 {
			return
		}
		heap.Pop(&w.heap)
	}
	r := keep(f)
	r.seq, r.prio = seq, p
	heap.Push(&w.heap, r)
}

// sorted returns the n that rank first, the first of them first, and empties w.
func (w *worst) sorted() []ranked {
	out := []ranked(w.heap)
	for i := range out {
		out[i].prio = priorityOf(&out[i].f, w.sellers[sellerOf(&out[i].f)]-1)
	}
	slices.SortFunc(out, func(a, b ranked) int { return compareWorst(&a, &b) })
	out = out[:min(len(out), w.n)]
	w.below = map[judge.Grade]int{}
	maps.Copy(w.below, w.grades)
	for i := range out {
		w.below[gradeOf(&out[i].f)]--
	}
	w.heap = nil
	return out
}

// compareWorst orders by priority, strictest gate, score and place, the worst first.
func compareWorst(a, b *ranked) int {
	return cmp.Or(
		cmp.Compare(b.prio.total(), a.prio.total()),
		cmp.Compare(strictest(b.f.Gates).Rank(), strictest(a.f.Gates).Rank()),
		cmp.Compare(b.f.Score, a.f.Score),
		cmp.Compare(a.seq, b.seq),
	)
}

// weight orders listings by grade. One that could not be assessed whole comes behind the medium ones and before the low
// ones.
func weight(f *scanner.Finding) int {
	w := 2 * gradeOf(f).Rank()
	if f.Error != nil {
		w = max(w, 3)
	}
	return w
}

// lightest is a heap with the least bad finding on top.
type lightest []ranked

func (l lightest) Len() int           { return len(l) }
func (l lightest) Less(i, j int) bool { return compareWorst(&l[i], &l[j]) > 0 }
func (l lightest) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l *lightest) Push(x any)        { *l = append(*l, x.(ranked)) }
func (l *lightest) Pop() any {
	old := *l
	last := old[len(old)-1]
	*l = old[:len(old)-1]
	return last
}

// Worst keeps the findings of a scan that rank first, each with all that a scan hands over. It is used by one goroutine.
type Worst struct{ w worst }

// NewWorst returns an empty Worst that keeps n findings.
func NewWorst(n int) *Worst { return &Worst{worst{n: n}} }

// Offer takes f in when it ranks among the first so far.
func (w *Worst) Offer(f scanner.Finding) {
	w.w.offer(&f, func(f *scanner.Finding) ranked { return ranked{f: *f} })
}

// Sorted returns what was kept, the first first, and how many were offered.
func (w *Worst) Sorted() (fs []scanner.Finding, of int) {
	for _, r := range w.w.sorted() {
		fs = append(fs, r.f)
	}
	return fs, w.w.seen
}
