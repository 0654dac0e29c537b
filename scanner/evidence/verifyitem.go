package evidence

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
)

// item checks one file against its entry in the manifest, and names parts when it is not whole.
func (v *verifier) item(where string, it *Item, removed []Removal) {
	gone := map[int]bool{}
	for _, r := range removed {
		gone[r.Part] = true
	}
	if gone[wholeItem] {
		if v.files.has(where) {
			v.issue(IssueExtra, where, "the export says that it was removed")
		}
		return
	}
	if !v.files.has(where) {
		v.issue(IssueMissing, where, "")
		return
	}
	if len(gone) == 0 {
		have, err := v.hash(where)
		if err != nil {
			v.issue(IssueUnread, where, "%v", err)
			return
		}
		if have == it.SHA256 && v.files.sizes[where] == it.Size {
			return
		}
	}
	before := len(v.r.Issues)
	if err := v.parts(where, it, gone); err != nil {
		v.issue(IssueUnread, where, "%v", err)
		return
	}
	if len(gone) == 0 && len(v.r.Issues) == before {
		v.issue(IssueChanged, where, "%d bytes, %d were sealed", v.files.sizes[where], it.Size)
	}
}

func (v *verifier) hash(name string) (string, error) {
	r, err := v.files.open(name)
	if err != nil {
		return "", err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hexSum(h), nil
}

// maxReread bounds how much is read to find out what became of the parts of one item: this many times its size and 64 MB.
const maxReread = 16

// parts walks an item that is not whole, part by part: each is where it belongs, elsewhere (reordered), not as it was
// (changed) or not there (missing); what remains is extra.
func (v *verifier) parts(where string, it *Item, gone map[int]bool) error {
	r, err := v.files.open(where)
	if err != nil {
		return err
	}
	defer r.Close()
	src, ok := r.(io.ReaderAt)
	if !ok {
		return errors.New("cannot be read in places")
	}
	w := &partWalk{src: src, end: v.files.sizes[where], status: make([]partStatus, len(it.Parts)), parts: it.Parts}
	w.budget = maxReread*w.end + 64<<20
	for i := range it.Parts {
		if !gone[i] {
			w.open = append(w.open, i)
		}
	}
	if err := w.walk(); err != nil {
		return err
	}
	name := func(i int) string { return fmt.Sprintf("%s#%d %s", where, i, it.Parts[i].Name) }
	for i, s := range w.status {
		switch {
		case gone[i]:
		case s == partMoved:
			v.issue(IssueReordered, name(i), "")
		case s == partChanged:
			v.issue(IssueChanged, name(i), "")
		case s == partUnseen:
			v.issue(IssueMissing, name(i), "")
		}
	}
	if w.extra > 0 && len(it.Parts) > 0 {
		v.issue(IssueExtra, where, "%d bytes that belong to no part", w.extra)
	}
	return nil
}

type partStatus uint8

const (
	partUnseen partStatus = iota
	partWhole
	partMoved
	partChanged
)

// partWalk finds the parts of an item in a file.
type partWalk struct {
	src     io.ReaderAt
	at, end int64 // what is still to be explained
	budget  int64
	parts   []Part
	open    []int // parts that are still to be found, in their order
	status  []partStatus
	extra   int64
}

// walk takes whole parts off both ends, so that one part of another length spoils no other, and then looks at what is between.
func (w *partWalk) walk() error {
	for len(w.open) > 0 {
		ok, err := w.stands(w.open[0], w.at)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		w.status[w.open[0]] = partWhole
		w.at += w.parts[w.open[0]].Size
		w.open = w.open[1:]
	}
	for len(w.open) > 0 {
		last := w.open[len(w.open)-1]
		ok, err := w.stands(last, w.end-w.parts[last].Size)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		w.status[last] = partWhole
		w.end -= w.parts[last].Size
		w.open = w.open[:len(w.open)-1]
	}
	if len(w.open) == 1 && w.at < w.end {
		w.status[w.open[0]] = partChanged
		return nil
	}
	if len(w.open) > maxSorted {
		for _, i := range w.open {
			w.status[i] = partChanged
		}
		return nil
	}
	return w.between()
}

// maxSorted bounds between how many parts an order is looked for, which takes their number squared; more are called changed.
const maxSorted = 20_000

// between explains what is left: at each place the part that stands there, else the next one as changed in its place.
func (w *partWalk) between() error {
	var found []int
	for w.at < w.end && len(w.open) > 0 {
		k := -1
		for j, i := range w.open {
			ok, err := w.stands(i, w.at)
			if err != nil {
				return err
			}
			if ok {
				k = j
				break
			}
		}
		i := w.open[max(k, 0)]
		if k >= 0 {
			found = append(found, i)
		} else {
			w.status[i] = partChanged
		}
		w.at += w.parts[i].Size
		w.open = slices.Delete(w.open, max(k, 0), max(k, 0)+1)
	}
	w.extra = max(0, w.end-w.at)
	for _, i := range found {
		w.status[i] = partMoved
	}
	for _, i := range rising(found) {
		w.status[i] = partWhole
	}
	return nil
}

// stands reports whether part i begins at a place.
func (w *partWalk) stands(i int, at int64) (bool, error) {
	p := w.parts[i]
	if at < w.at || p.Size > w.end-at || w.budget < p.Size {
		return false, nil
	}
	w.budget -= p.Size
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(w.src, at, p.Size)); err != nil {
		return false, err
	}
	return hexSum(h) == p.SHA256, nil
}

// rising returns a longest rising subsequence of different numbers: the parts that kept their order.
func rising(s []int) []int {
	var tails []int // positions in s, by the length of what ends there
	before := make([]int, len(s))
	for i, x := range s {
		k, _ := slices.BinarySearchFunc(tails, x, func(t, x int) int { return s[t] - x })
		before[i] = -1
		if k > 0 {
			before[i] = tails[k-1]
		}
		if k == len(tails) {
			tails = append(tails, i)
		} else {
			tails[k] = i
		}
	}
	if len(tails) == 0 {
		return nil
	}
	var out []int
	for i := tails[len(tails)-1]; i >= 0; i = before[i] {
		out = append(out, s[i])
	}
	slices.Reverse(out)
	return out
}
