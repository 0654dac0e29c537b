package image

import "lookalike/matchers"

var _ matchers.Searcher = (*Matcher)(nil)

// Lanes returns the lanes that this corpus has pictures for.
func (m *Matcher) Lanes() []matchers.Lane {
	var lanes []matchers.Lane
	if len(m.copies) > 0 {
		lanes = append(lanes, matchers.Copy)
	}
	if m.kind.deep && len(m.locals) > 0 {
		lanes = append(lanes, matchers.Partial)
	}
	if len(m.logos) > 0 {
		lanes = append(lanes, matchers.Logo)
	}
	if m.kind.logos && len(m.shapes) > 0 {
		lanes = append(lanes, matchers.Shape)
	}
	return lanes
}
