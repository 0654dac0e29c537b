package report

import (
	"cmp"
	"container/heap"
	"html/template"
	"slices"

	"lookalike/scanner"
)

// ranked is a finding with its place in the scan.
type ranked struct {
	f     scanner.Finding
	seq   int
	thumb template.URL // made when it was taken in, for a picture that is too large to keep
}

// worst keeps the n worst findings of a scan, the earlier of two that are equally bad.
type worst struct {
	n    int
	seen int
	heap lightest
}

// offer takes f in when it is among the n worst so far. keep makes the copy that is kept, only then.
func (w *worst) offer(f *scanner.Finding, keep func(*scanner.Finding) ranked) {
	seq := w.seen
	w.seen++
	if len(w.heap) == w.n {
		if w.n == 0 || compareWorst(&ranked{f: *f, seq: seq}, &w.heap[0]) >= 0 {
			return
		}
		heap.Pop(&w.heap)
	}
	r := keep(f)
	r.seq = seq
	heap.Push(&w.heap, r)
}

// sorted returns what was kept, worst first, and empties w.
func (w *worst) sorted() []ranked {
	out := []ranked(w.heap)
	slices.SortFunc(out, func(a, b ranked) int { return compareWorst(&a, &b) })
	w.heap = nil
	return out
}

// compareWorst orders by grade, strictest gate, score and place, the worst first. A listing that could not be assessed
// whole comes behind the medium ones and before the low ones.
func compareWorst(a, b *ranked) int {
	return cmp.Or(
		cmp.Compare(weight(&b.f), weight(&a.f)),
		cmp.Compare(strictest(b.f.Gates).Rank(), strictest(a.f.Gates).Rank()),
		cmp.Compare(b.f.Score, a.f.Score),
		cmp.Compare(a.seq, b.seq),
	)
}

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
