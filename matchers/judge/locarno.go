package judge

import "slices"

// otherProduct reports whether a design is registered for another kind of product than the listing's: both have classes
// of the Locarno classification, and share none. Its outline is then no candidate: a lamp looks like many a bottle. A
// listing whose goods are unknown, and a design without classes, pass.
func (p *page) otherProduct(v *corpusView, row uint32) bool {
	kinds := p.goods().kinds
	if len(kinds) == 0 {
		return false
	}
	right, err := p.j.rightOf(v, row)
	if err != nil {
		return false // writing the match says so
	}
	known := false
	for _, code := range right.Locarno {
		class, ok := p.j.goods.Locarno(code)
		if !ok {
			continue
		}
		known = true
		if slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(class.Kinds, k) }) {
			return false
		}
	}
	return known && slices.ContainsFunc(kinds, func(k string) bool { return len(p.j.goods.LocarnoOf(k)) > 0 })
}
