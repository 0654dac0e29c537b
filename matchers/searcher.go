package matchers

// Searcher is implemented by matchers that say which lanes they search, for the record of a search that finds nothing.
type Searcher interface {
	// Lanes returns the lanes in their order.
	Lanes() []Lane
}
