package text

import "lookalike/matchers"

var _ matchers.Searcher = (*matcher)(nil)

// Lanes returns the lanes of words. A recorded name is found by any of them and called an alias by the judge.
func (m *matcher) Lanes() []matchers.Lane {
	return []matchers.Lane{matchers.Exact, matchers.Script, matchers.Edit, matchers.Sound, matchers.Compound, matchers.Alias}
}
